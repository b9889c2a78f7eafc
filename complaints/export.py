"""The list as a file: XLSX with real dates, or CSV for whatever cannot read it. One line of columns serves both.

Rows come in pieces by id, so that no statement is long; files are written to disk, never built in memory. What people wrote is text,
never a formula. Not here: which rows (`listing`), forms on paper, reports.
"""

import csv
import datetime as dt
import io
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Any
from zoneinfo import ZoneInfo

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from escalation.models import Timer

from .clockface import earliest, name_of
from .models import Complaint
from .moves import Text
from .turns import Turns

MOST = 1_000_000  # rows: a sheet holds few more
PIECE = 500
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 32_767  # characters a cell holds


@dataclass(frozen=True)
class Line:
    """A complaint with what is worked out for many at once."""

    complaint: Complaint
    waiting: str
    todo: str = ""
    timer: Timer | None = None
    """The earliest that runs."""


Told = Callable[[int], None]
"""Is told how many rows there are so far, piece by piece."""
Todo = Mapping[int, Text]
"""What is wanted of the reader, by complaint."""


@dataclass(frozen=True)
class Column:
    title: Text
    value: Callable[[Line], Any]
    width: int = 14


def _named(name: str) -> Callable[[Line], str]:
    return lambda line: str(getattr(line.complaint, name) or "")


@lru_cache(maxsize=64)
def _words(name: str, language: str) -> dict[Any, str]:
    """Looked up once: `get_…_display` translates all choices anew for every cell, which was two fifths of a long file's time."""
    return {value: str(label) for value, label in Complaint._meta.get_field(name).flatchoices}  # type: ignore[union-attr]


def _shown(name: str) -> Callable[[Line], str]:
    return lambda line: _words(name, get_language() or "").get(getattr(line.complaint, name), "")


def _plain(name: str) -> Callable[[Line], Any]:
    return lambda line: getattr(line.complaint, name)


COLUMNS = (
    Column(_("Number"), _named("number"), 15),
    Column(_("Title"), _named("title"), 44),
    Column(_("Customer"), lambda line: str(line.complaint.customer) if line.complaint.customer else str(_("Anonymous")), 24),
    Column(_("Product"), _named("product"), 26),
    Column(_("Lot"), _named("lot_number")),
    Column(_("Order"), _named("order_number")),
    Column(_("Type"), _named("type")),
    Column(_("Channel"), _shown("channel"), 11),
    Column(_("Nature"), _shown("nature"), 10),
    Column(_("Grade"), _plain("grade"), 7),
    Column(_("Stage"), _shown("state"), 13),
    Column(_("Waiting on"), lambda line: line.waiting, 20),
    Column(_("Department"), _named("department"), 16),
    Column(_("Handler"), _named("handler")),
    Column(_("Received"), _plain("received_at"), 16),
    Column(_("In stage since"), _plain("state_since"), 16),
    Column(_("Due"), lambda line: line.timer.due if line.timer else None, 16),
    Column(_("Deadline"), lambda line: str(name_of(line.timer)) if line.timer else "", 20),
    Column(_("Closed"), _plain("closed_at"), 16),
    Column(_("Outcome"), _shown("outcome"), 18),
    Column(_("Chased"), _plain("chased"), 8),
    Column(_("Reopened"), _plain("reopened"), 9),
)


WORK = (Column(_("To do"), lambda line: line.todo, 30), *COLUMNS)


def lines(ids: list[int], todo: Todo | None = None, told: Told | None = None) -> Iterator[Line]:
    """In the order of `ids`; a piece costs a fixed number of queries."""
    for start in range(0, len(ids), PIECE):
        piece = ids[start : start + PIECE]
        rows = {row.pk: row for row in Complaint.objects.filter(pk__in=piece).order_by().for_rows().select_related("product", "handler")}
        turns, timers = Turns(rows.values()), earliest(rows)
        yield from (Line(rows[pk], str(turns.of(rows[pk])), str((todo or {}).get(pk, "")), timers.get(pk)) for pk in piece if pk in rows)
        if told:
            told(start + len(piece))


def clean(text: str) -> str:
    """Without control characters, which no spreadsheet opens, and no longer than a cell."""
    return _CONTROL.sub("", text)[:LONGEST]


def local(at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """A moment as the branch's clock shows it, to the minute; spreadsheets know no zones."""
    return at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)


# ── XLSX ─────────────────────────────────────────────────────────────────────────────────────────────────────

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd hh:mm",
}


def xlsx(
    ids: list[int], title: str, columns: tuple[Column, ...] = COLUMNS, todo: Todo | None = None, told: Told | None = None
) -> IO[bytes]:
    """An open temporary file, at its beginning; closing it removes it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - given on open
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        sheet = book.add_worksheet(sheet_name(title))
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, str(column.title), head)
        sheet.freeze_panes(1, 1)
        last = write_rows(sheet, lines(ids, todo, told), columns)
        sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    file.seek(0)
    return file


def write_rows(sheet: Any, found: Iterator[Line], columns: tuple[Column, ...]) -> int:
    """From the second row on; the last one that was written."""
    row = 0
    for row, line in enumerate(found, 1):
        for place, column in enumerate(columns):
            _write(sheet, row, place, column.value(line), line.complaint.branch.tz)
    return row


def _write(sheet: Any, row: int, place: int, value: Any, zone: ZoneInfo) -> None:
    if value in (None, ""):
        return
    if isinstance(value, dt.datetime):
        sheet.write_datetime(row, place, local(value, zone))
    elif isinstance(value, int):
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, clean(value))


def sheet_name(title: str) -> str:
    """At most 31 characters, without those that a sheet's name may not have."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip("' ") or "1"


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────────────────────


def csv_file(ids: list[int], columns: tuple[Column, ...] = COLUMNS, todo: Todo | None = None, told: Told | None = None) -> IO[bytes]:
    """UTF-8 with BOM, so that spreadsheets read Chinese; an apostrophe before what they would take for a formula."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - given on open
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([str(column.title) for column in columns])
    writer.writerows([_said(column.value(line), line.complaint.branch.tz) for column in columns] for line in lines(ids, todo, told))
    text.detach()
    file.seek(0)
    return file


def _said(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, dt.datetime):
        return f"{local(value, zone):%Y-%m-%d %H:%M}"
    return cell(value)


def cell(value: Any) -> str:
    """As it stands in a CSV file: numbers as they are, words never a formula."""
    said = clean("" if value is None else str(value))
    return f"'{said}" if said.startswith(_FORMULA) and not isinstance(value, int | float) else said
