"""Translations: from the .po files people edit to the .mo files Django reads, and whether they are complete.

`python -m config.messages` compiles what is older than its source; it needs no gettext on the machine (`make messages`,
which collects the texts from the code, does). What is *not* here: the texts themselves (locale/).
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def catalogues(locale: Path = LOCALE) -> Iterator[Path]:
    yield from sorted(locale.glob("*/LC_MESSAGES/*.po"))


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Write each .mo that is missing or older than its .po; returns those written. Doubtful (fuzzy) texts are left out."""
    written = []
    for source in catalogues(locale):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            written.append(target)
    return written


def gaps(source: Path, wanted: Path) -> list[str]:
    """What `source` lacks of the texts in `wanted` (a catalogue fresh from the code): one line for each."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(source)) if not entry.obsolete}
    found = []
    for entry in polib.pofile(str(wanted)):
        ours = known.get((entry.msgctxt, entry.msgid))
        if entry.obsolete:
            continue
        if ours is None:
            found.append(f"missing: {entry.msgid}")
        elif "fuzzy" in ours.flags:
            found.append(f"fuzzy: {entry.msgid}")
        elif not ours.translated():
            found.append(f"untranslated: {entry.msgid}")
    return found


if __name__ == "__main__":
    for path in compile_all():
        sys.stdout.write(f"compiled {path.relative_to(LOCALE)}\n")
