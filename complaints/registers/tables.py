"""Registers as tables: CSV in whatever encoding and with whatever delimiter, or a sheet of an XLSX file, row by row.

A table is read as often as asked and never held in memory. Not here: what a cell means (`reading`), or what a date is (`dates`).
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from complaints.charset import charset_of
from complaints.wording import fold

from .faults import Fault, Unreadable
from .mapping import RegisterMapping

Cell = str | int | float | bool | date | datetime | None
DELIMITERS = ",;\t|"
SPREADSHEETS = {".xlsx", ".xlsm"}
_FAULTS = (OSError, UnicodeError, csv.Error, BadZipFile, InvalidFileException, LookupError, ValueError)


@dataclass(frozen=True)
class Table:
    """A register's headings, and where its rows are."""

    path: Path
    mapping: RegisterMapping
    encoding: str
    delimiter: str
    headings: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Row number as a spreadsheet counts (headings included) and cells; empty rows are left out. Raises `Unreadable`."""
        try:
            for number, cells in enumerate(_lines(self.path, self.mapping, self.encoding, self.delimiter), start=1):
                if number > self.mapping.header and any(cell not in (None, "") for cell in cells):
                    yield number, cells
        except _FAULTS as problem:
            raise Unreadable(Fault(None, "", "file", {"problem": problem})) from problem

    @cached_property
    def known(self) -> Counter[str]:
        """How often each heading stands there; capitals and width make no difference."""
        return Counter(_same(heading) for heading in self.headings)

    @cached_property
    def _places(self) -> dict[str, int]:
        wanted = {_same(column): column for column in self.mapping.columns}
        return {wanted[_same(heading)]: place for place, heading in enumerate(self.headings) if _same(heading) in wanted}

    def place(self, column: str) -> int:
        """Of a column of the mapping, among the cells of a row."""
        return self._places[column]


def open_table(path: Path, mapping: RegisterMapping) -> Table:
    """Finds out how the file is written. Raises `Unreadable`, also when a column of the mapping is missing or stands twice.

    The delimiter is the one under which most of the mapping's columns appear.
    """
    is_sheet = path.suffix.lower() in SPREADSHEETS
    encoding = "" if is_sheet else mapping.encoding or _encoding(path)
    delimiters = [""] if is_sheet else [*(mapping.delimiter or DELIMITERS)]
    tables = [_with_headings(path, mapping, encoding, delimiter) for delimiter in delimiters]
    best = max(tables, key=lambda table: len(table.known.keys() & {_same(column) for column in mapping.columns}))
    if faults := [*_column_faults(best)]:
        raise Unreadable(*faults)
    return best


def _encoding(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return charset_of(file)
    except UnicodeError:
        raise Unreadable(Fault(None, "", "encoding")) from None
    except OSError as problem:
        raise Unreadable(Fault(None, "", "file", {"problem": problem})) from problem


def _with_headings(path: Path, mapping: RegisterMapping, encoding: str, delimiter: str) -> Table:
    try:
        lines = _lines(path, mapping, encoding, delimiter)
        cells = next(islice(lines, mapping.header - 1, None), None)
    except _FAULTS as problem:
        raise Unreadable(Fault(None, "", "file", {"problem": problem})) from problem
    if cells is None:
        raise Unreadable(Fault(None, "", "no_header", {"row": mapping.header}))
    return Table(path, mapping, encoding, delimiter, tuple("" if cell is None else str(cell) for cell in cells))


def _column_faults(table: Table) -> Iterator[Fault]:
    for column in table.mapping.columns:
        count = table.known[_same(column)]
        if count == 0:
            yield Fault(None, column, "no_column", {"columns": ", ".join(filter(None, table.headings))})
        elif count > 1:
            yield Fault(None, column, "twice")


def _same(heading: str) -> str:
    return fold(heading).strip()


def _lines(path: Path, mapping: RegisterMapping, encoding: str, delimiter: str) -> Iterator[list[Cell]]:
    if path.suffix.lower() in SPREADSHEETS:
        yield from _sheet(path, mapping.sheet)
    else:
        with path.open(encoding=encoding, newline="") as file:
            yield from (list[Cell](line) for line in csv.reader(file, delimiter=delimiter))


def _sheet(path: Path, name: str) -> Iterator[list[Cell]]:
    """The cells' last calculated values; the first sheet when none is named. Raises KeyError when there is no such sheet."""
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book[name] if name else book.worksheets[0]
        sheet.reset_dimensions()  # some programs write a wrong one, and rows would be missing
        yield from (list[Cell](cells) for cells in sheet.iter_rows(values_only=True))
    finally:
        book.close()
