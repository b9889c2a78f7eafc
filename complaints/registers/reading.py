"""From a register's row to a complaint's values, or to what is wrong with them; streaming, with two passes over the file.

The first pass only looks at the columns of dates (`dates.Survey`); the second yields rows and faults. A row with a fault is left out
as a whole. Pure; not here: writing to the database, which the importer does (R33a).
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from complaints.wording import fold

from .dates import Instant, Naive, Survey, localised, plain
from .faults import Fault, Unclear, Unreadable
from .mapping import AMOUNTS, CHOICES, DAYS, INSTANTS, TEXTS, Field, RegisterMapping
from .seen import Seen
from .tables import Cell, Table, open_table

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Row:
    """A complaint of another register. Instants are UTC; `untimed` names those of which only the local day is known."""

    row: int
    received: datetime
    state: str
    outcome: str = ""
    number: str = ""
    customer: str = ""
    contact: str = ""
    telephone: str = ""
    email: str = ""
    product: str = ""
    model: str = ""
    lot_number: str = ""
    order_number: str = ""
    project: str = ""
    place: str = ""
    title: str = ""
    words: str = ""
    complained_about: str = ""
    department: str = ""
    handler: str = ""
    type: tuple[str, ...] = ()
    type_code: str = ""
    channel: str = ""
    effect: str = ""
    nature: str = ""
    grade: int | None = None
    satisfied: bool | None = None
    happened_on: date | None = None
    delivered_on: date | None = None
    wanted_by: date | None = None
    acknowledged: datetime | None = None
    replied: datetime | None = None
    closed: datetime | None = None
    quantity_delivered: Decimal | None = None
    quantity_affected: Decimal | None = None
    claim_amount: Decimal | None = None
    verdicts: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[tuple[str, str], ...] = ()
    untimed: frozenset[str] = frozenset()


def read(path: Path, mapping: RegisterMapping, zone: tzinfo = UTC, now: datetime | None = None) -> Iterator[Row | Fault]:
    """Every row of the register, or its faults. `zone` is the branch's, for a mapping that names none; later than `now` is a fault.

    Raises `Unreadable` before the first row when the file or a column as a whole can't be read.
    """
    table = open_table(path, mapping)
    reader = _Reader(table, mapping, _dates(table, mapping), mapping.zone or zone, now)
    with closing(Seen()) as seen:
        for number, cells in table.rows():
            row, faults = reader.row(number, cells)
            if row and (before := seen.first(identity(row, mapping.source), number)) != number:
                faults.append(Fault(number, "", "again", {"row": before}))
            if faults:
                yield from faults
            elif row:
                yield row


def identity(row: Row, source: str) -> str:
    """What stays the same when the register is imported again: its number, or without one all that it says; ≤ 120 characters.

    What is blank does not count, so that a field that a later release knows changes nothing.
    """
    if row.number:
        return f"{source[:50]}:{row.number}"
    said = {name: value for name, value in asdict(row).items() if value not in ("", None, (), {}) and name not in ("row", "untimed")}
    return f"{source[:50]}:{hashlib.sha256(repr(sorted(said.items())).encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"


Dates = Mapping[str, Callable[[Any], Naive]]


def _dates(table: Table, mapping: RegisterMapping) -> Dates:
    """How each column of dates is written. Raises `Unreadable` for those that do not say."""
    surveys = {name: Survey(each.date) for name, each in mapping.fields.items() if name in INSTANTS | DAYS}
    for _, cells in table.rows():
        for name, survey in surveys.items():
            with suppress(Unclear, IndexError):
                if (value := _cell(mapping.fields[name], cells, table)) is not None:
                    survey.see(value)
    decided, faults = {}, []
    for name, survey in surveys.items():
        try:
            decided[name] = survey.decide()
        except Unclear as unclear:
            faults.append(Fault(None, mapping.fields[name].heading, unclear.code, unclear.params))
    if faults:
        raise Unreadable(*faults)
    return decided


def _is_blank(cell: Cell, blank: frozenset[str]) -> bool:
    text = plain_text(cell)
    return not text or fold(text) in blank


def _cell(each: Field, cells: list[Cell], table: Table) -> Cell:
    """A field's constant, its cell, or its cells joined; None when blank. Raises `Unclear` for a spreadsheet's error."""
    if each.constant is not None:
        return each.constant
    filled = [cell for column in each.columns if not _is_blank(cell := cells[table.place(column)], each.blank)]
    for cell in filled:
        if isinstance(cell, str) and cell.strip() in _ERRORS:
            raise Unclear("spreadsheet_error", value=cell.strip())
    return filled[0] if len(filled) == 1 else each.join.join(map(plain_text, filled)) or None


@dataclass(frozen=True)
class _Reader:
    table: Table
    mapping: RegisterMapping
    dates: Dates
    zone: tzinfo
    now: datetime | None

    def row(self, number: int, cells: list[Cell]) -> tuple[Row | None, list[Fault]]:
        """Either a row, or why there is none."""
        width = len(self.table.headings)
        while len(cells) > width and cells[-1] in (None, ""):
            cells = cells[:-1]
        if len(cells) > width or (len(cells) < width and self.table.delimiter):
            return None, [Fault(number, "", "cells", {"found": len(cells), "expected": width})]
        cells = [*cells, *[None] * (width - len(cells))]
        values, faults = self._values(number, cells)
        faults = faults or self._contradictions(number, values)
        return (None, faults) if faults else (Row(row=number, kept=self._kept(cells), **values), [])

    def _values(self, number: int, cells: list[Cell]) -> tuple[dict[str, Any], list[Fault]]:
        values: dict[str, Any] = {"verdicts": {}, "untimed": set()}
        faults = []
        for each in (*self.mapping.fields.values(), *self.mapping.verdicts.values()):
            try:
                self._take(each, cells, values)
            except Unclear as unclear:
                faults.append(Fault(number, each.heading, unclear.code, unclear.params))
        values["untimed"] = frozenset(values["untimed"])
        return values, faults

    def _take(self, each: Field, cells: list[Cell], values: dict[str, Any]) -> None:
        """Put one field's value among the others. Raises `Unclear`."""
        found = _cell(each, cells, self.table)
        if each.name in self.mapping.verdicts:
            if meant := _meant(each, found):
                values["verdicts"][each.name] = meant
        elif each.name in CHOICES:
            values.update(_choice(each.name, _meant(each, found)))
        elif found is None:
            if not each.optional:
                raise Unclear("blank")
        elif each.name in INSTANTS:
            instant = self._instant(each.name, found)
            values[each.name] = instant.at
            values["untimed"] |= set() if instant.timed else {each.name}
        else:
            values.update(self._other(each, found))

    def _other(self, each: Field, found: Cell) -> dict[str, Any]:
        if each.name in DAYS:
            return {each.name: self.dates[each.name](found).at.date()}
        if each.name in AMOUNTS:
            return {each.name: _amount(found)}
        text = _text(found, TEXTS.get(each.name, 400))
        if each.name == "type":
            path = tuple(part.strip() for part in (text.split(each.separator) if each.separator else [text]) if part.strip())
            return {"type": path, "type_code": each.values.get(fold(text), each.default or "")}
        if each.name == "number" and _SHORTENED.fullmatch(text):
            raise Unclear("shortened", value=text)
        return {each.name: each.values.get(fold(text), text)}

    def _instant(self, name: str, found: Cell) -> Instant:
        instant = localised(self.dates[name](found), self.zone)
        if self.now and instant.at > self.now:
            raise Unclear("future")
        return instant

    def _contradictions(self, number: int, values: dict[str, Any]) -> list[Fault]:
        """What no single cell shows. Days are compared as local ones: a time may be missing on either side."""
        faults = [
            Fault(number, self.mapping.fields[name].heading, "order")
            for name in sorted(INSTANTS & values.keys() - {"received"})
            if values[name].astimezone(self.zone).date() < values["received"].astimezone(self.zone).date()
        ]
        if "closed" in values and values["state"] != "closed":
            faults.append(Fault(number, self.mapping.fields["closed"].heading, "not_closed"))
        return faults

    def _kept(self, cells: list[Cell]) -> tuple[tuple[str, str], ...]:
        kept = ((column, plain_text(cells[self.table.place(column)])) for column in self.mapping.keep)
        return tuple((column, text) for column, text in kept if text)


def plain_text(cell: Cell) -> str:
    """A cell as a person reads it; without control characters, which the database refuses, and with newlines of one kind."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    if not isinstance(cell, str):
        return plain(cell)
    text = cell.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text)).strip()


def _text(cell: Cell, limit: int) -> str:
    text = plain_text(cell)
    if len(text) > limit:
        raise Unclear("too_long", limit=limit)
    return text


def _amount(cell: Cell) -> Decimal:
    text = plain(cell) if cell is not None else ""
    try:
        if not _AMOUNT.fullmatch(text):
            raise Unclear("not_a_number", value=text)
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise Unclear("not_a_number", value=text) from None


def _meant(each: Field, found: Cell) -> str:
    """What the register's word means; '' where it says nothing and may."""
    if each.constant is not None:
        return each.constant
    if found is None and each.default is None:
        if each.optional:
            return ""
        raise Unclear("blank")
    meant = each.values.get(fold(plain_text(found)), each.default)
    if meant is None:
        raise Unclear("unknown_value", value=plain_text(found)[:60])
    return meant


def _choice(name: str, meant: str) -> dict[str, Any]:
    if name == "state":
        state, _, outcome = meant.partition(":")
        return {"state": state, "outcome": outcome}
    if not meant:
        return {}
    if name == "grade":
        return {"grade": int(meant)}
    return {"satisfied": meant == "yes"} if name == "satisfied" else {name: meant}
