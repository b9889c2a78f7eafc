"""How often a long-lived process searches for garbage. Not here: how much memory it may take (its unit or container says that)."""

import gc


def search_seldom() -> None:
    """What was loaded so far is never searched again, and what a page or a batch makes not several times while it is made."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
