"""The rows of a plan that stand in its round as JSON, and their halves: what is coded, and what people wrote (R18).

Pure. The history has the coded half in the event's body and every word in a passage of its own, named `row:place:key`. Not here: what a
plan needs (`plans`) and measures, which are rows of a table.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from .states import Known, Place, PlanPart

WORDED: dict[str, tuple[str, ...]] = {
    "found": ("text",),
    "shares": (),
    "ledger": ("where", "disposition", "evidence", "source"),
    "whys": ("text",),
    "escape_whys": ("text",),
    "across": ("what", "result"),
    "answers": ("text",),
}
Stored = list[dict[str, Any]]
MOST_POINTS = 20
SENTENCES = re.compile(r"\n+|(?<=[。！？；])(?![”’」』）)])|(?<=[。！？；][”’」』）)])|(?<=[.!?;])\s+|(?<=[.!?][”’\"'])\s+")
BULLET = re.compile(r"^\s*(?:[-–•·*]|[(（]?\d{1,2}(?:[.、)）]\s*))\s*")


@dataclass(frozen=True)
class Found:
    """Something asked, seen or checked; `files` are numbers of the complaint's evidence."""

    kind: str
    text: str
    files: tuple[int, ...] = ()


@dataclass(frozen=True)
class Share:
    """Of the responsibility: a department (`department` its id), the supplier or the customer."""

    who: str = ""
    percent: int | None = None
    department: int | None = None


@dataclass(frozen=True)
class Spot:
    """Goods of the lot at one place; what is not known is None. What proves it is evidence of the complaint by its numbers (`files`), or
    words; `book` is what the stock system says is there, `source` which one and when."""

    place: str = Place.STOCK
    where: str = ""
    quantity: Decimal | None = None
    checked: Decimal | None = None
    bad: Decimal | None = None
    disposition: str = ""
    files: tuple[int, ...] = ()
    evidence: str = ""
    book: Decimal | None = None
    source: str = ""

    @property
    def place_label(self) -> str:
        return str(Place(self.place).label)

    @property
    def unchecked(self) -> Decimal | None:
        return None if self.quantity is None else self.quantity - (self.checked or 0)

    @property
    def off_book(self) -> Decimal:
        """By how many the line is above the stock figure (below: negative); nothing where one of both is not known."""
        return Decimal() if self.quantity is None or self.book is None else self.quantity - self.book

    @property
    def is_consistent(self) -> bool:
        return (self.bad or 0) <= (self.checked or 0) <= (self.quantity or 0)


@dataclass(frozen=True)
class Why:
    text: str


@dataclass(frozen=True)
class Across:
    """Another product or process with the same weakness?"""

    what: str
    affected: str = Known.UNKNOWN
    checked: bool = False
    result: str = ""


@dataclass(frozen=True)
class Answer:
    """Which part of the plan answers what was asked when the round before came back, in the order of `points`."""

    part: str = ""
    text: str = ""

    @property
    def is_given(self) -> bool:
        return bool(self.part or self.text)

    @property
    def part_label(self) -> str:
        return str(PlanPart(self.part).label) if self.part else ""


SHAPES: dict[str, type] = {
    "found": Found, "shares": Share, "ledger": Spot, "whys": Why, "escape_whys": Why, "across": Across, "answers": Answer,
}  # fmt: skip
NUMBERS = ("quantity", "checked", "bad")
"""Of the ledger, what adds up; the stock figure stands beside."""
AMOUNTS = (*NUMBERS, "book")


def stored(rows: Iterable[Any]) -> Stored:
    """As they stand in the round."""
    return [{name: _plain(value) for name, value in asdict(row).items()} for row in rows]


def read(name: str, rows: Stored) -> list[Any]:
    """The rows of that name as they were stored; what a newer shape has beside takes its default."""
    shape = SHAPES[name]
    known = {one.name for one in fields(shape)}
    return [shape(**{key: _value(name, key, value) for key, value in row.items() if key in known}) for row in rows]


def coded(row: str, rows: Stored) -> Stored:
    return [{key: value for key, value in one.items() if key not in WORDED[row]} for one in rows]


def texts(row: str, rows: Stored) -> Iterator[tuple[str, str]]:
    """Name of the passage and its words; what is empty has none."""
    for place, one in enumerate(rows):
        yield from ((f"{row}:{place}:{key}", one[key]) for key in WORDED[row] if one.get(key))


def blanked(row: str, rows: Stored, instead: str) -> Stored:
    """Without what people wrote (R11)."""
    return [{key: instead if key in WORDED[row] and value else value for key, value in one.items()} for one in rows]


def points(reason: str) -> list[str]:
    """What a round was sent back for, point by point: its lines and sentences, without bullets."""
    return [said for one in SENTENCES.split(reason) if (said := BULLET.sub("", one).strip())][:MOST_POINTS]


def answered(reason: str, rows: Stored) -> list[tuple[str, Answer]]:
    """Each point with what the new round says to it; one that nobody answered has an empty answer."""
    given, asked = read("answers", rows), points(reason)
    return list(zip(asked, [*given, *(Answer() for _ in asked)], strict=False))


def total(rows: Iterable[Spot]) -> Mapping[str, Decimal]:
    """Sums of the ledger: quantity, checked, bad, unchecked."""
    found = list(rows)
    sums = {name: sum((getattr(row, name) or Decimal() for row in found), Decimal()) for name in NUMBERS}
    return sums | {"unchecked": sums["quantity"] - sums["checked"]}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return list(value) if isinstance(value, tuple) else value


def _value(name: str, key: str, value: Any) -> Any:
    if name == "ledger" and key in AMOUNTS:
        return None if value is None else Decimal(value)
    return tuple(value) if key == "files" else value
