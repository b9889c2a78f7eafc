"""What changed between two texts, word by word, Chinese character by character.

Pure and bounded: texts of more than `MOST` words are shown as replaced whole. Not here: which texts are compared (`rounds`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST = 1500
_WORD = re.compile(r"[A-Za-z0-9_À-ɏ]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    text: str
    changed: bool


def marked(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts cut where they differ; the pieces of each put together are the text."""
    if old == new:
        return _whole(old, False), _whole(new, False)
    before, after = _WORD.findall(old), _WORD.findall(new)
    if not before or not after or max(len(before), len(after)) > MOST:
        return _whole(old, True), _whole(new, True)
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    left = _pieces((tag != "equal", "".join(before[a:b])) for tag, a, b, _c, _d in codes)
    right = _pieces((tag != "equal", "".join(after[c:d])) for tag, _a, _b, c, d in codes)
    return list(left), list(right)


def _whole(text: str, changed: bool) -> list[Piece]:
    return [Piece(text, changed)] if text else []


def _pieces(cuts: Iterator[tuple[bool, str]]) -> Iterator[Piece]:
    return (Piece(text, changed) for changed, text in cuts if text)
