"""Full-text search without a search engine: a text becomes a set of integers, a query a smaller one, and PostgreSQL's
`search @> keys` on an int4[] column with GIN finds the candidates; `matches` then looks at the text itself.

Every word of the query has to be there. Chinese is found by any two neighbouring characters or by one alone; a Latin word by
its first three letters and more, a number by its first two digits and more, beginning at any of its parts, so "hx32", "HX-32",
"1147" find what they mean. Shorter ones have to stand alone.
Pure and bounded (`wording.MAX_LENGTH`). Not here: the column, the queryset, the ranking.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

from .wording import LETTERS, Run, Word, cut, fold, wholes

MAX_QUERY = 200
MAX_WORD = 40  # characters of a word that are told apart at all
MAX_BEGINNING = 12  # characters of a word that are told apart by key; the rest is left to `matches`
_STEPS = (3, 5, 8)  # beginnings kept of a word without digits; a word with digits keeps every one from 2 on
_DIGIT = re.compile(r"\d")
_DIGITS = r"\d"
_PLAIN = re.compile("[a-z0-9]+|[\u4e00-\u9fff]+")
_JOINT = "[-_/.+#*&']?"


def tokens(text: str) -> list[str]:
    """What a text can be found by, sorted, each once."""
    found: set[str] = set()
    for piece in cut(fold(text)):
        found.update(_of_run(piece) if isinstance(piece, Run) else _of_word(piece))
    return sorted(found)


def keys(text: str) -> list[int]:
    """`tokens` as signed 32-bit integers, sorted, each once: the content of the search column."""
    return sorted(set().union(*map(_keys_of, wholes(fold(text)))))


def query_keys(query: str) -> list[int]:
    """What a text's keys have to contain for the query to match; empty when the query says nothing that can be looked for."""
    return _hashed(_asked(query))


def telling_keys(query: str) -> list[int]:
    """One key for each word of the query, the first: how rare those of one word are together cannot be told from how rare each is."""
    return _hashed((piece.pairs or [piece.text])[0] if isinstance(piece, Run) else _token(piece) for piece in _wanted(query))


def keys_decide(query: str) -> bool:
    """Whether `query_keys` says all that the query says, so that `matches` need not look at the text."""
    return all(map(_is_decided, _wanted(query)))


def _is_decided(wanted: Run | Word) -> bool:
    return len(wanted.text) <= 2 if isinstance(wanted, Run) else _token(wanted) == wanted.text


def shapes(query: str) -> list[str]:
    """One pattern for PostgreSQL's `~*` for each word that its key does not decide: a text that has the query's keys, and has all of these
    as it stands there unfolded, matches. One that has not may match. None of them where some word is of another writing."""
    open_ones = [piece for piece in _wanted(query) if not _is_decided(piece)]
    return [_shape(piece) for piece in open_ones] if all(_PLAIN.fullmatch(piece.text) for piece in open_ones) else []


def _shape(wanted: Run | Word) -> str:
    """Where a part of a word begins, told by what folding leaves alone: the beginning of all, a space, a sign of ASCII."""
    if isinstance(wanted, Run):
        return wanted.text
    letters = "" if wanted.parts[0].isdecimal() else "0-9"
    return f"(^|[{letters}\\x01-/:-@[-`{{-~]){_JOINT.join(wanted.parts)}"


def matches(text: str, query: str) -> bool:
    """Whether every word of the query is in the text, truly and not only by hash; a query that says nothing matches all."""
    pieces = list(cut(fold(text)))
    runs = [piece.text for piece in pieces if isinstance(piece, Run)]
    words = [piece for piece in pieces if isinstance(piece, Word)]
    spellings = {spelling for word in words for spelling in _spellings(word)}
    parts = {part for word in words for part in word.parts}
    return all(_stands(wanted, runs, spellings, parts) for wanted in _wanted(query))


def proofs(query: str) -> list[re.Pattern[str]]:
    """One pattern for each word of the query: all of them found in a folded text prove that it matches. Not all found prove nothing."""
    return [_proof(piece) for piece in _wanted(query)]


def _proof(wanted: Run | Word) -> re.Pattern[str]:
    """The word as it is written, from the beginning of a part on; to its end, where it is too short to be a beginning."""
    if isinstance(wanted, Run):
        return re.compile(re.escape(wanted.text))
    first, last = (_DIGITS if part.isdecimal() else LETTERS for part in (wanted.parts[0], wanted.parts[-1]))
    end = f"(?!{last})" if _stands_alone(wanted.text) else ""
    return re.compile(f"(?<!{first}){re.escape(wanted.text)}{end}")


def _stands(wanted: Run | Word, runs: list[str], spellings: set[str], parts: set[str]) -> bool:
    if isinstance(wanted, Run):
        return any(wanted.text in run for run in runs)
    if _stands_alone(wanted.text):
        return wanted.text in parts
    return any(spelling.startswith(wanted.text[:MAX_WORD]) for spelling in spellings)


def _keys_of(whole: str) -> frozenset[int]:
    """Of one run or word; most words of a text have been met before, and what they mean has been kept."""
    return _kept(whole) if len(whole) <= MAX_WORD else _kept.__wrapped__(whole)


@lru_cache(maxsize=16_384)
def _kept(whole: str) -> frozenset[int]:
    return frozenset(_hashed(token for piece in cut(whole) for token in _of(piece)))


def _of(piece: Run | Word) -> Iterable[str]:
    return _of_run(piece) if isinstance(piece, Run) else _of_word(piece)


def _of_run(run: Run) -> Iterable[str]:
    return [*run.text, *run.pairs]


def _of_word(word: Word) -> Iterator[str]:
    """Short parts whole, and the beginnings of every spelling."""
    yield from (part for part in word.parts if _stands_alone(part))
    for spelling in _spellings(word):
        yield from _beginnings(spelling[:MAX_BEGINNING])


def _stands_alone(text: str) -> bool:
    """Too short to be a beginning: one character, or two letters."""
    return len(text) < 2 or (len(text) == 2 and not _DIGIT.search(text))


def _spellings(word: Word) -> Iterator[str]:
    """The word from each of its parts on: "l26101147", "26101147", "1147"."""
    for first in range(len(word.parts)):
        yield "".join(word.parts[first : first + MAX_WORD])[:MAX_WORD]


def _beginnings(spelling: str) -> Iterator[str]:
    lengths = range(2, len(spelling) + 1) if _DIGIT.search(spelling) else _STEPS
    found = (spelling[:length] for length in lengths if length <= len(spelling))
    yield from (beginning for beginning in found if not _stands_alone(beginning))


def _wanted(query: str) -> Iterator[Run | Word]:
    return cut(fold(query[:MAX_QUERY]), across_spaces=False)


def _asked(query: str) -> Iterator[str]:
    """The fewest and most telling tokens of the query that every match must have."""
    for piece in _wanted(query):
        if isinstance(piece, Run):
            yield from piece.pairs or [piece.text]
        else:
            yield _token(piece)


def _token(word: Word) -> str:
    """What every text with this word, or one that begins so, has among its tokens."""
    return word.text if _stands_alone(word.text) else max(_beginnings(word.text[:MAX_BEGINNING]), key=len)


def _hashed(found: Iterable[str]) -> list[int]:
    """CRC-32 read as signed: the same on every machine and in every release, which the stored column relies on."""
    return sorted({zlib.crc32(token.encode("utf-8", "surrogatepass")) - 2**31 for token in found})
