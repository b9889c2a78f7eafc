"""Text as people mean it: one spelling for full and half width, capitals, accents and dashes; the words in it, Chinese and Latin.

`search`, `similar` and `guess` all start here, so that what one of them finds the others find too.
Pure and bounded: only the first `MAX_LENGTH` characters of a text are looked at. Not here: weights, hashes, languages' grammar.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

MAX_LENGTH = 20_000

# Han with its extensions and compatibility forms, kana, Hangul: written without spaces, so cut into pairs of characters.
CJK = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"

_DASHES = re.compile("[\u2010-\u2015\u2212]")
_QUOTES = re.compile("[\u2018\u2019]")
_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ACCENTED = re.compile("[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_MARKS = re.compile("[\u0300-\u036f]")

_PIECE = re.compile(rf"([{CJK}]+)|\d+|[^\W\d_{CJK}]+")
_JOINTS = frozenset({"", *"-_/.+#*&'"})
LETTERS = rf"[^\W\d_{CJK}]"
_ONE = rf"(?:\d++|{LETTERS}++)"
_WHOLE = re.compile(rf"[{CJK}]++|{_ONE}(?:(?:[-_/.+#*&']?|(?<=\d) (?={LETTERS})|(?<={LETTERS}) (?=\d)){_ONE})*+")


def fold(text: str) -> str:
    """The one spelling in which texts are compared: "ＨＸ－３２" and "hx–32" both become "hx-32"."""
    text = text[:MAX_LENGTH]
    if text.isascii():
        return text.lower()
    text = _UNSEEN.sub("", _QUOTES.sub("'", _DASHES.sub("-", unicodedata.normalize("NFKC", text)))).casefold()
    if _ACCENTED.search(text):
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFKC", text)[:MAX_LENGTH]


class Run(NamedTuple):
    """Chinese characters that stand together; cut into pairs."""

    text: str
    start: int

    @property
    def pairs(self) -> list[str]:
        """Every two neighbours; empty for a single character."""
        return [self.text[i : i + 2] for i in range(len(self.text) - 1)]


class Word(NamedTuple):
    """Letters and digits that belong together: `parts` of "HX-32", "hx32" and "HX 32" are "hx" and "32" alike."""

    parts: tuple[str, ...]
    start: int
    end: int

    @property
    def text(self) -> str:
        """The word without what joins its parts: "L2610-1147" is "l26101147"."""
        return "".join(self.parts)


def cut(folded: str, *, across_spaces: bool = True) -> Iterator[Run | Word]:
    """The runs and words of a folded text, in order.

    One sign out of `-_/.+#*&'` joins two parts; so does a single space between digits and letters ("16 MPa" is one word),
    unless `across_spaces` is off, as for what somebody typed into the search box.
    """
    pending: list[re.Match[str]] = []
    for piece in _PIECE.finditer(folded):
        if pending and not _belongs(folded, pending[-1], piece, across_spaces):
            yield _word(pending)
            pending = []
        if piece.lastindex:
            yield Run(piece[0], piece.start())
        else:
            pending.append(piece)
    if pending:
        yield _word(pending)


def wholes(folded: str) -> list[str]:
    """The same runs and words as they stand in the text, a string each: several times quicker, for those who keep what one means."""
    return _WHOLE.findall(folded)


def _belongs(folded: str, before: re.Match[str], piece: re.Match[str], across_spaces: bool) -> bool:
    """Whether `piece` goes on with the word that `before` ends."""
    if piece.lastindex:
        return False
    gap = folded[before.end() : piece.start()]
    if gap == " ":
        return across_spaces and before[0].isdecimal() != piece[0].isdecimal()
    return gap in _JOINTS


def _word(pieces: list[re.Match[str]]) -> Word:
    return Word(tuple(piece[0] for piece in pieces), pieces[0].start(), pieces[-1].end())


_NOT = re.compile(r"(?<=[a-z])n['’]t\b|(?<=\bcan)not\b")
_PLURALS = (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("s", ""))
_TENSES = (("ing", ""), ("ed", ""))
_SHORTEST = 3


def english(folded: str) -> list[str]:
    """The Latin words and numbers in order, "doesn't" as "does", "not"."""
    return [part for piece in cut(_NOT.sub(" not", folded)) if isinstance(piece, Word) for part in piece.parts]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """What "leak", "leaks", "leaked" and "leaking" have in common; rough, the same on both sides of a comparison."""
    if not word.endswith(("ss", "us", "is")):
        word = _without(word, _PLURALS)
    word = _without(word, _TENSES)
    if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] in "bdgmnprt":
        word = word[:-1]
    return word[:-1] if len(word) > _SHORTEST and word.endswith("e") else word


def _without(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    """The word with the first of `endings` that it has replaced, unless too little would be left."""
    for ending, instead in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)] + instead
    return word
