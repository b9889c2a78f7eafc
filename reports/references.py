"""Figures in what people write about a month: `{closure_rate}` stands for the figure itself, live in a draft, frozen once published.

`{in_time.plan}` is an on-time rate. What is no figure stays as it was written. Not here: who writes (`publishing`), links (`road`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import words
from .figures import Month

REFERENCE = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)\}")


@dataclass(frozen=True)
class Said:
    """A figure as it is shown: `list` is the name of the set behind it."""

    label: str
    shown: str
    list: str


def known(month: Month) -> dict[str, Said]:
    """Everything that can be referred to, by name, in the order of the page."""
    found = {name: Said(str(value.figure.label), words.said(value), words.listed(value)) for name, value in month.values.items()}
    for one in month.on_time:
        label = _("%(deadline)s in time") % {"deadline": one.label}
        found[f"in_time.{one.code}"] = Said(label, words.per_cent(one.rate), f"in_time.{one.code}")
    return found


def pieces(text: str, figures: Mapping[str, Said]) -> Iterator[str | Said]:
    """The text in order: what was written, and the figures in it."""
    at = 0
    for match in REFERENCE.finditer(text):
        if match[1] in figures:
            yield text[at : match.start()]
            yield figures[match[1]]
            at = match.end()
    yield text[at:]


def plain(text: str, figures: Mapping[str, Said]) -> str:
    """The text with numbers, as in a file or a mail."""
    return "".join(piece if isinstance(piece, str) else piece.shown for piece in pieces(text, figures))
