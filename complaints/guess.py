"""Which complaint type the customer's words suggest (R8): a guess with the words that told, optional at intake, never more.

Keywords and names of the types are looked for in the text, Chinese as they stand, English by stem; longer ones count more and
hide the shorter ones they contain, ones shared by several types count less, and what is denied ("没有漏油", "no leak") hardly
counts. Pure; not here: the types shipped (`catalogue`) or any learning.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NamedTuple, Protocol

from .wording import CJK, english, fold, stem

ENOUGH = 1.9  # one plain word of two characters, or one English word, told by no other type
DENIED = 0.25
MAX_PHRASE = 4  # words
_HAN = re.compile(rf"[{CJK}]")
_DENIALS = ("没有", "没", "无", "未", "未见", "不是", "并非", "不存在")
_DENIES = frozenset({"no", "not", "without", "never", "nor"})


class Entry(Protocol):
    """A leaf of the catalogue: `catalogue.Leaf` with an id, or a row of `ComplaintType`."""

    @property
    def pk(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def keywords(self) -> str: ...


@dataclass(frozen=True)
class Guess:
    """The type's id, how strongly it is suggested, and the words of the text that told, in their order."""

    id: int
    score: float
    words: tuple[str, ...]


class Hit(NamedTuple):
    start: int
    end: int
    keyword: str
    words: str
    weight: float
    denied: bool


def guess(words: str, leaves: Iterable[Entry]) -> Guess | None:
    """The leaf that the words suggest most, or None when they suggest nothing; of equals the one mentioned first."""
    folded = fold(words)
    owners = _owners(leaves)
    told: dict[int, list[Hit]] = defaultdict(list)
    for hit in [*_longest(_chinese(folded, owners)), *_longest(_english(folded, owners))]:
        for leaf in owners[hit.keyword]:
            told[leaf].append(hit._replace(weight=hit.weight / len(owners[hit.keyword])))
    best = max(told, key=lambda leaf: (_score(told[leaf]), -min(hit.start for hit in told[leaf])), default=None)
    if best is None or sum(hit.weight for hit in told[best]) < ENOUGH:
        return None
    return Guess(best, _score(told[best]), tuple(hit.words for hit in sorted(told[best])))


def _score(hits: Iterable[Hit]) -> float:
    """What is denied counts little beside what is said; "没有合格证" alone still tells."""
    return round(sum(hit.weight * (DENIED if hit.denied else 1) for hit in hits), 2)


def _owners(leaves: Iterable[Entry]) -> dict[str, list[int]]:
    """Every keyword in its folded spelling, with the leaves it speaks for."""
    owners: dict[str, list[int]] = defaultdict(list)
    for leaf in leaves:
        for keyword in _keywords(leaf.name, leaf.name_en, leaf.keywords):
            owners[keyword].append(leaf.pk)
    return owners


@lru_cache(maxsize=1024)
def _keywords(name: str, name_en: str, keywords: str) -> frozenset[str]:
    """Chinese as folded, English as stems joined by spaces."""
    found = set()
    for keyword in [*re.split(r"[\s、，,;；/]+", f"{keywords} {name}"), name_en]:
        folded = fold(keyword)
        found.add(folded if _HAN.search(folded) else " ".join(map(stem, english(folded))))
    return frozenset(found - {""})


def _chinese(folded: str, owners: dict[str, list[int]]) -> Iterator[Hit]:
    for keyword in owners:
        if not _HAN.match(keyword):
            continue
        start = folded.find(keyword)
        if start >= 0:
            yield Hit(start, start + len(keyword), keyword, keyword, min(len(keyword), 4), folded[:start].endswith(_DENIALS))


def _english(folded: str, owners: dict[str, list[int]]) -> Iterator[Hit]:
    words = english(folded)
    stems = [stem(word) for word in words]
    seen: set[str] = set()
    for start, length in product(range(len(stems)), range(1, MAX_PHRASE + 1)):
        keyword = " ".join(stems[start : start + length])
        if keyword in owners and keyword not in seen:
            seen.add(keyword)
            denied = not _DENIES.isdisjoint(stems[max(0, start - 2) : start])
            yield Hit(start, start + length, keyword, " ".join(words[start : start + length]), 0.5 + 1.5 * length, denied)


def _longest(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Without the hits that lie inside a longer one."""
    taken: set[int] = set()
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        span = set(range(hit.start, hit.end))
        if not span <= taken:
            taken |= span
            yield hit
