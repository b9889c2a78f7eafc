"""The month as a workbook: every figure as a number with its format, native charts, and the complaints behind it as rows.

Words are written as text and never as formulas; cells are written in order and go to the disk, so that a hundred thousand rows take no
more memory than a hundred. The same figures give the same bytes. Not here: what they are (`figures`, `trend`), the list's own file
(`complaints.export`).
"""

import datetime as dt
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from complaints.export import COLUMNS, OPTIONS, Told, clean, lines, sheet_name, write_rows
from complaints.models import Complaint
from organisation.models import Person

from . import sets
from .figures import FIGURES, Month, Unit, Value
from .trend import Trend
from .words import CARRIED, DIMENSION_TITLES, MONEY, age, carried_lines, in_hours

FORMATS = {
    "text": {"valign": "top"}, "count": {"num_format": "#,##0"}, "rate": {"num_format": "0.0%"}, "hours": {"num_format": "#,##0.0"},
    "money": {"num_format": "#,##0.00"},
    "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}, "title": {"bold": True, "font_size": 14},
    "words": {"text_wrap": True, "valign": "top"},
}  # fmt: skip
HEAT = {
    "type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num", "min_value": 0.5, "mid_value": 0.8, "max_value": 1,
    "min_color": "#E7B6AB", "mid_color": "#FCF0D3", "max_color": "#A5D1BD",
}  # fmt: skip
UNITS = {Unit.COUNT: gettext_lazy("count"), Unit.RATE: gettext_lazy("share of n"), Unit.MEAN: gettext_lazy("mean of n")}
DRAWN = 20  # of a dimension, in its chart
CHART = {"width": 720, "height": 320}


@dataclass(frozen=True)
class Rate:
    number: float | None


@dataclass(frozen=True)
class Hours:
    """Any number with one decimal: hours, the mean of scores."""

    number: float | None


@dataclass(frozen=True)
class Amount:
    """Of money, as text with two digits."""

    number: str


class Book:
    """A workbook that is written from above to below, sheet by sheet."""

    def __init__(self, file: IO[bytes], created: dt.datetime) -> None:
        self.book = xlsxwriter.Workbook(file, OPTIONS)
        self.book.set_properties({"created": created, "author": "Redress"})
        self.formats = {name: self.book.add_format(look) for name, look in FORMATS.items()}
        self.names: set[str] = set()

    def sheet(self, title: str, widths: Sequence[int]) -> "Sheet":
        name = sheet_name(title)
        while name.casefold() in self.names:
            name = sheet_name(name[:28] + f" {len(self.names)}")
        self.names.add(name.casefold())
        sheet = self.book.add_worksheet(name)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return Sheet(self, sheet, name)


class Sheet:
    def __init__(self, book: Book, sheet: Any, name: str) -> None:
        self.book, self.sheet, self.name, self.row = book, sheet, name, 0

    def head(self, *titles: Any) -> None:
        self.line(*map(str, titles), look="head")
        self.sheet.freeze_panes(self.row, 1)

    def line(self, *cells: Any, look: str = "text") -> None:
        for place, value in enumerate(cells):
            self._write(place, value, look)
        self.row += 1

    def _write(self, place: int, value: Any, look: str) -> None:
        formats = self.book.formats
        if isinstance(value, Rate | Hours):
            if value.number is not None:
                self.sheet.write_number(self.row, place, value.number, formats["rate" if isinstance(value, Rate) else "hours"])
        elif isinstance(value, Amount):
            self.sheet.write_number(self.row, place, Decimal(value.number), formats["money"])
        elif isinstance(value, int):
            self.sheet.write_number(self.row, place, value, formats["count"])
        elif value is not None and str(value):
            self.sheet.write_string(self.row, place, clean(str(value)), formats[look])

    def cells(self, column: int, first: int, last: int) -> list[Any]:
        """A range as charts take it."""
        return [self.name, first, column, last, column]


def workbook(month: Month, reader: Person | None, told: Told | None = None) -> IO[bytes]:
    """An open temporary file, at its beginning; closing it removes it. Rows are those that `reader` may see; nobody's: without
    confidential ones (R4)."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - given on open
    period = month.period
    book = Book(file, period.until.astimezone(period.branch.tz).replace(tzinfo=None))
    _figures(book, month)
    _on_time(book, month)
    _times(book, month)
    for dimension, rows in month.by.items():
        if rows:
            _dimension(book, str(DIMENSION_TITLES.get(dimension, dimension)), rows)
    _trend(book, month.trend)
    _departments(book, month.trend)
    _definitions(book)
    _rows(book, month, reader, told)
    book.book.close()
    file.seek(0)
    return file


# ── the sheets ───────────────────────────────────────────────────────────────────────────────────────────────


def _figures(book: Book, month: Month) -> None:
    sheet, period = book.sheet(_("Figures"), (34, 14, 10, 10, 14, 18)), month.period
    sheet.line(f"{_('Month report')} {period.name} · {period.branch}", look="title")
    until = f"{period.until.astimezone(period.branch.tz):%Y-%m-%d %H:%M}"
    sheet.line(_("data up to %(until)s") % {"until": until} + (" · " + _("The month is not over") if period.is_partial else ""))
    sheet.head(_("Figure"), period.name, _("Part"), "n", _("Month before"), _("Same month last year"))
    for key, value in month.values.items():
        made_of = (None, None) if value.whole is None else (value.part, value.whole)
        sheet.line(value.figure.label, _number(value), *made_of, _number(month.previous[key]), _number(month.last_year[key]))


def _number(value: Value) -> int | Rate | Hours:
    if value.figure.unit == Unit.COUNT:
        return value.part
    return Rate(value.number) if value.figure.unit == Unit.RATE else Hours(value.number)


def _on_time(book: Book, month: Month) -> None:
    sheet = book.sheet(_("In time"), (34, 12, 12, 12, 12, 16))
    sheet.head(_("Deadline"), _("In time"), _("Part"), "n", _("too late"), _("without a verdict"))
    for one in month.on_time:
        sheet.line(one.label, Rate(one.rate), one.in_time, one.decided, one.late, one.blank)


def _times(book: Book, month: Month) -> None:
    sheet = book.sheet(_("How long it took"), (34, 18, 22, 10))
    sheet.head(_("Figure"), _("Hours, median"), _("Hours, 90th percentile"), "n")
    for one in month.times:
        sheet.line(one.label, Hours(in_hours(one.median)), Hours(in_hours(one.p90)), one.n)
    sheet.line()
    sheet.line(_("Open at the end, by age"), pgettext("figure", "Complaints"), look="head")
    for days, count in month.ages:
        sheet.line(age(days), count)
    sheet.line()
    sheet.line(_("Rounds"), pgettext("figure", "Complaints"), look="head")
    for number, count in month.rounds:
        sheet.line(str(number), count)
    sheet.line()
    sheet.line(_("Sent back"), _("Times"), look="head")
    for _kind, label, count in month.sent_back:
        sheet.line(label, count)
    sheet.line()
    sheet.line(_("Measures"), _("How many"), look="head")
    sheet.line(pgettext("measures", "Open"), month.measures[0])
    sheet.line(pgettext("measures", "Overdue"), month.measures[1])
    _outcome(sheet, month)


def _outcome(sheet: Sheet, month: Month) -> None:
    """What came of the measures of the month's complaints, and what customers were given; nothing in a month published before."""
    if found := carried_lines(month.carried):
        sheet.line()
        sheet.line(_("Measures of the month's complaints"), _("Value"), _("Part"), "n", look="head")
    for label, number, part, whole, _list in found:
        sheet.line(label, number if part is None else Rate(number), part, whole)
    if month.money:
        sheet.line()
        sheet.line(_("Compensation"), _("Amount"), pgettext("figure", "Complaints"), look="head")
    for given in month.money or ():
        sheet.line(given.currency, Amount(given.amount), given.count)


def _dimension(book: Book, title: str, rows: Sequence[Any]) -> None:
    sheet = book.sheet(title, (34, 12, 12, 14, 12, 12, 14, 14, 12))
    sheet.head(
        title, pgettext("figure", "Received"), _("Valid"), _("Valid and closed"), _("Share"), _("Cumulative"), _("Closure rate"),
        _("Answered on the spot"), _("Invalid"),
    )  # fmt: skip
    for row in rows:
        made_of = row.label, row.count, row.valid, row.closed, Rate(row.share), Rate(row.running)
        sheet.line(*made_of, Rate(row.closure_rate), row.on_spot, row.invalid)
    last = min(len(rows), DRAWN)
    bars, line = (book.book.add_chart({"type": kind}) for kind in ("column", "line"))
    labels = sheet.cells(0, 1, last)
    bars.add_series(
        {"name": [sheet.name, 0, 1], "categories": labels, "values": sheet.cells(1, 1, last), "fill": {"color": "#175F84"}, "gap": 60}
    )
    line.add_series({
        "name": [sheet.name, 0, 5], "categories": labels, "values": sheet.cells(5, 1, last), "y2_axis": True,
        "marker": {"type": "circle"}, "line": {"color": "#43515B"},
    })  # fmt: skip
    bars.combine(line)
    line.set_y2_axis({"num_format": "0%", "min": 0, "max": 1})
    _place(sheet, bars, f"{title} · {_('Pareto')}", 7)


def _trend(book: Book, trend: Trend) -> None:
    sheet = book.sheet(_("Twelve months"), (12, 12, 14, 12, 14, 14, 16, 14, 12))
    sheet.head(
        pgettext("column", "Month"), pgettext("figure", "Received"), _("Closed in the month"), _("Valid"), _("Valid and closed"),
        _("Closure rate"), _("Deadlines in time"), _("Deadlines"), _("In time"),
    )  # fmt: skip
    for one in trend.steps:
        counts = (one.received, one.closed, one.valid, one.valid_closed)
        sheet.line(f"{one.first:%Y-%m}", *counts, Rate(one.closure_rate), one.in_time, one.decided, Rate(one.on_time))
    last = len(trend.steps)
    bars, line = (book.book.add_chart({"type": kind}) for kind in ("column", "line"))
    for column, colour in ((1, "#8FBCD3"), (2, "#175F84")):
        values = sheet.cells(column, 1, last)
        bars.add_series(
            {"name": [sheet.name, 0, column], "categories": sheet.cells(0, 1, last), "values": values, "fill": {"color": colour}}
        )
    line.add_series({
        "name": [sheet.name, 0, 8], "categories": sheet.cells(0, 1, last), "values": sheet.cells(8, 1, last), "y2_axis": True,
        "marker": {"type": "circle"}, "line": {"color": "#15654A"},
    })  # fmt: skip
    bars.combine(line)
    line.set_y2_axis({"num_format": "0%", "min": 0, "max": 1})
    bars.show_blanks_as("gap")
    _place(sheet, bars, _("Twelve months"), 10)


def _place(sheet: Sheet, chart: Any, title: str, column: int) -> None:
    chart.set_title({"name": clean(title), "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"})
    chart.set_size(CHART)
    sheet.sheet.insert_chart(1, column, chart)


def _departments(book: Book, trend: Trend) -> None:
    """How each department's deadlines were kept, month by month: red to green."""
    sheet = book.sheet(_("Departments by month"), (24, *(9 for _step in trend.steps)))
    sheet.head(_("Department"), *(f"{one.first:%Y-%m}" for one in trend.steps))
    for name, months in ((one.label, one.kept) for one in trend.departments):
        sheet.line(name, *(Rate(in_time / decided if decided else None) for in_time, decided in months))
    if trend.departments:
        sheet.sheet.conditional_format(1, 1, len(trend.departments), len(trend.steps), HEAT)


def _definitions(book: Book) -> None:
    sheet = book.sheet(_("Definitions"), (20, 30, 14, 100))
    sheet.head(_("Name"), _("Figure"), _("Unit"), _("Meaning"))
    for figure in FIGURES:
        sheet.line(figure.name, figure.label, UNITS[figure.unit], figure.meaning, look="words")
    for name, label, unit, meaning in other_definitions():
        sheet.line(name, label, unit, meaning, look="words")


def other_definitions() -> list[tuple[str, str, str, str]]:
    """Of what is not one of `FIGURES`: name, label, unit, meaning."""
    kept = _("Of complaints received in the month: in time, of all that ended one way or the other.")
    rounds = _("Received in the month with a plan: in which round they are. After the first, somebody sent a plan back.")
    return [
        ("on_time", _("In time"), _("share of n"), kept),
        ("times", _("How long it took"), _("hours"), _("All hours, from the receipt")),
        ("rounds", _("Rounds"), _("count"), rounds),
        ("sent_back", _("Sent back"), _("count"), _("About complaints received in the month: how often")),
        ("measures", _("Measures"), _("count"), _("Agreed and not done at the end, whenever the complaint came")),
        ("carried", _("Measures of the month's complaints"), _("count"), str(CARRIED)),
        ("money", _("Compensation"), _("amount"), str(MONEY)),
    ]


# ── the complaints behind it ─────────────────────────────────────────────────────────────────────────────────


def _rows(book: Book, month: Month, reader: Person | None, told: Told | None) -> None:
    sheet = book.sheet(_("Complaints"), [column.width for column in COLUMNS])
    sheet.head(*(column.title for column in COLUMNS))
    counted = sets.received(month.period)
    seen = readable(counted, reader)
    ids = list(seen.order_by("-received_at", "-pk").values_list("pk", flat=True))
    last = write_rows(sheet.sheet, lines(ids, told=told), COLUMNS)
    sheet.sheet.autofilter(0, 0, max(last, 1), len(COLUMNS) - 1)
    sheet.sheet.repeat_rows(0)
    if hidden := counted.count() - len(ids):
        sheet.row = last + 1
        sheet.line(ngettext("and %(number)s you may not open", "and %(number)s you may not open", hidden) % {"number": hidden})


def readable(counted: QuerySet[Complaint], reader: Person | None) -> QuerySet[Complaint]:
    """What a reader may see of it; what nobody in particular reads holds nothing confidential."""
    if reader is None:
        return counted.filter(confidential=False)
    return Complaint.objects.visible_to(reader).filter(pk__in=counted.values("pk"))
