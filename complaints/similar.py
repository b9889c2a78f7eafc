"""Which open or recent complaints resemble the one being written (R38): same customer, product, lot, type, and the same words.

Candidates come from the caller (≤ 300, by index); here they are ranked, and those that only seem alike are left out.
Wording is compared by pairs of Chinese characters and stems of English words, without weights learnt from the data.
Pure; not here: the query for candidates, linking, or whether two complaints are the *same problem* in the sense of R15.
"""

import heapq
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import sqrt
from operator import add

from .wording import CJK, fold, stem

MAX_TEXT = 400  # characters of a candidate's text that are compared: what happened is said in the beginning

# Characters and words that carry the sentence, not the matter.
_PLAIN_HAN = re.compile(
    "必须|马上|尽快|希望|要求|问题|情况|客户|[我贵]司|公司|投诉|反[映馈应]|发现|处理|解决|答复|说法|产品|之前|现在|目前|今早|昨晚|"
    "[今明昨的了是在我们你您他她它就都也和与及或有没不很被把给从对为以个这那哪些吗呢吧啊请说要会能可还再又已着得地"
    "几一二三四五六七八九十两年月日天时件台只次]"
)
_PLAIN_ENGLISH = frozenset(
    re.findall(
        r"\w+",
        """the and for with that this from have has had was were are been our your you they them their its not but all any can will would
        could should may might did does done out off into onto over under about after before again then than when where which who what
        how why one two three some there here please customer complaint reports report says said per via each very also now new""",
    )
)
_HAN_RUN = re.compile(f"[{CJK}]{{2,}}")
_WORD = re.compile(rf"[^\W_{CJK}]+(?:[-_/.+#*&'’‐‑–][^\W_{CJK}]+)*")
_SPELLED = re.compile(f"{_HAN_RUN.pattern}|{_WORD.pattern}")


class Reason(StrEnum):
    """Why a complaint is shown; a template says it in words."""

    LOT = "lot"
    PRODUCT = "product"
    CUSTOMER = "customer"
    TYPE = "type"
    WORDING = "wording"


_WORTH = {Reason.LOT: 4.0, Reason.PRODUCT: 2.0, Reason.CUSTOMER: 1.5, Reason.TYPE: 1.5}
_WORDING_WORTH = 8.0
_OPEN_WORTH = 0.5
_FRESH_DAYS = 90
_ALIKE = 0.30  # so alike that nothing else has to agree
_RATHER_ALIKE = 0.15  # alike enough when something else agrees


@dataclass(frozen=True)
class Candidate:
    """Another complaint, by what it shares with the one being written; `text` is its title and the customer's words."""

    id: int
    same_customer: bool
    same_product: bool
    same_lot: bool
    same_type: bool
    open: bool
    age_days: float
    text: str


@dataclass(frozen=True)
class Match:
    candidate: Candidate
    score: float
    reasons: tuple[Reason, ...]


def rank(words: str, candidates: Iterable[Candidate], limit: int = 5) -> list[Match]:
    """The candidates worth showing, most alike first; of equals the younger, then the newer row."""
    terms = _terms(words)
    matches = [match for candidate in candidates if (match := _judge(terms, candidate))]
    return heapq.nlargest(limit, matches, key=lambda match: (match.score, -match.candidate.age_days, match.candidate.id))


def shared_words(words: str, text: str) -> list[str]:
    """The pieces of `text`, spelled as there, that also stand in `words`: what to highlight, longest first."""
    terms = _terms(words)
    return sorted(set(_pieces(text[:MAX_TEXT], terms)), key=lambda piece: (-len(piece), piece))


def _judge(terms: frozenset[str], candidate: Candidate) -> Match | None:
    alike = _likeness(terms, _terms(candidate.text))
    same = [reason for reason in _WORTH if getattr(candidate, f"same_{reason}")]
    if not _worth_showing(same, alike):
        return None
    score = sum(_WORTH[reason] for reason in same) + _WORDING_WORTH * alike + _OPEN_WORTH * candidate.open
    score += max(0.0, 1 - candidate.age_days / _FRESH_DAYS) / 2
    wording = [Reason.WORDING] if alike >= _RATHER_ALIKE else []
    return Match(candidate, round(score, 3), (*same, *wording))


def _worth_showing(same: list[Reason], alike: float) -> bool:
    """One lot always; clearly the same words always; else two things have to agree, and customer with type is not enough."""
    if Reason.LOT in same or alike >= _ALIKE:
        return True
    if alike >= _RATHER_ALIKE:
        return bool(same)
    return Reason.PRODUCT in same and len(same) > 1


def _likeness(left: frozenset[str], right: frozenset[str]) -> float:
    """Shared terms over the geometric mean of both counts, 0 to 1; a single shared term is chance."""
    shared = len(left & right)
    return shared / sqrt(len(left) * len(right)) if shared > 1 else 0.0


def _terms(text: str) -> frozenset[str]:
    folded = _PLAIN_HAN.sub(" ", fold(text[:MAX_TEXT]))
    terms = {term for word in _WORD.findall(folded) if (term := _term(word))}
    for run in _HAN_RUN.findall(folded):
        terms.update(map(add, run, run[1:]))
    return frozenset(terms)


@lru_cache(maxsize=8192)
def _term(word: str) -> str:
    """The stem of an English word, a part number without its hyphens; '' for what tells nothing, as short words and amounts."""
    plain = "".join(filter(str.isalnum, word))
    tells = len(plain) > (4 if plain.isdecimal() else 2) and plain not in _PLAIN_ENGLISH
    return stem(plain) if tells else ""


def _pieces(text: str, terms: frozenset[str]) -> Iterator[str]:
    """The stretches of `text` made of shared terms; cut from it as it is, since folding may change lengths."""
    for found in _SPELLED.finditer(text):
        if _HAN_RUN.match(found[0]):
            yield from _stretches(found[0], terms)
        elif _term(fold(found[0])) in terms:
            yield found[0]


def _stretches(run: str, terms: frozenset[str]) -> Iterator[str]:
    """The longest parts of a Chinese run all of whose pairs are shared: 接头渗油 out of 接头, 头渗, 渗油."""
    begun: int | None = None
    for i in range(len(run)):
        shared = i + 1 < len(run) and fold(run[i : i + 2]) in terms
        if shared and begun is None:
            begun = i
        elif not shared and begun is not None:
            yield run[begun : i + 1]
            begun = None
