"""The rows of a plan that stand in its round as JSON, and their halves: what is coded, and what people wrote (R18).

Pure. The history has the coded half in the event's body and every word in a passage of its own, named `row:place:key`. Not here: what a
plan needs (`plans`) and measures, which are rows of a table.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from .states import Known, Place

WORDED: dict[str, tuple[str, ...]] = {
    "found": ("text",),
    "shares": (),
    "ledger": ("where", "disposition"),
    "whys": ("text",),
    "escape_whys": ("text",),
    "across": ("what", "result"),
}
Stored = list[dict[str, Any]]


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
    """Goods of the lot at one place; what is not known is None."""

    place: str = Place.STOCK
    where: str = ""
    quantity: Decimal | None = None
    checked: Decimal | None = None
    bad: Decimal | None = None
    disposition: str = ""

    @property
    def place_label(self) -> str:
        return str(Place(self.place).label)

    @property
    def unchecked(self) -> Decimal | None:
        return None if self.quantity is None else self.quantity - (self.checked or 0)

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


SHAPES: dict[str, type] = {"found": Found, "shares": Share, "ledger": Spot, "whys": Why, "escape_whys": Why, "across": Across}
NUMBERS = ("quantity", "checked", "bad")


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
    if name == "ledger" and key in NUMBERS:
        return None if value is None else Decimal(value)
    return tuple(value) if key == "files" else value
