"""The month as a file: JSON for programs (`docs/month-report.md`), CSV and XLSX for spreadsheets, PDF. The same figures as on the page.

Not here: what they are (`figures`), workbook and printed page (`workbook`, `printed`).
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.export import cell
from organisation.models import Person

from .figures import Month, Unit, Value
from .outcome import Carried
from .printed import Signed, printed
from .words import DIMENSION_TITLES, age, carried_lines, in_hours
from .workbook import workbook

KINDS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
BINARY = ("pdf", "xlsx")


def content(month: Month, kind: str, *, reader: Person | None = None, signed: Signed | None = None) -> bytes:
    """The file of that kind (`KINDS`), in the language of the moment.

    `reader` decides which complaints stand in it as rows (XLSX), nobody's file holds nothing confidential; `signed` is what its
    manager wrote and who signed it (PDF), without it the month is printed as a draft.
    """
    if kind == "pdf":
        return printed(month, signed)
    if kind == "xlsx":
        with workbook(month, reader) as file:
            return file.read()
    if kind == "json":
        return (json.dumps(data(month), ensure_ascii=False, indent=2) + "\n").encode()
    text = io.StringIO(newline="")
    csv.writer(text).writerows([cell(one) for one in line] for line in lines(month))
    return text.getvalue().encode("utf-8-sig")


def name(month: Month, kind: str) -> str:
    return f"{month.period.branch.code}-{month.period.name}.{kind}"


def data(month: Month) -> dict[str, Any]:
    """Counts as whole numbers; rates as numbers between 0 and 1 with what they are made of, null where there is nothing to divide by;
    times as seconds; instants in UTC."""
    period = month.period
    return {
        "month": period.name,
        "branch": period.branch.code,
        "from": _utc(period.start),
        "until": _utc(period.until),
        "partial": period.is_partial,
        "figures": {key: _value(value) for key, value in month.values.items()},
        "month_before": {key: _value(value) for key, value in month.previous.items()},
        "year_before": {key: _value(value) for key, value in month.last_year.items()},
        "on_time": {
            one.code: {"rate": one.rate, "in_time": one.in_time, "late": one.late, "without_verdict": one.blank} for one in month.on_time
        },
        "times": {one.name: {"n": one.n, "median_seconds": one.median, "p90_seconds": one.p90} for one in month.times},
        "backlog_by_age": [{"younger_than_days": days, "count": count} for days, count in month.ages],
        "rounds": [{"round": number, "count": count} for number, count in month.rounds],
        "sent_back": [{"kind": kind, "times": count} for kind, _label, count in month.sent_back],
        "measures": {"open": month.measures[0], "overdue": month.measures[1]},
        **({"measures_of_the_month": _carried(month.carried)} if month.carried else {}),
        **({"compensation": [vars(one) for one in month.money]} if month.money is not None else {}),
        "by": {
            dimension: [
                {
                    "label": row.label, "list": row.set, "count": row.count, "valid": row.valid, "valid_closed": row.closed,
                    "share": row.share, "cumulative_share": row.running, "on_spot": row.on_spot, "invalid": row.invalid,
                }
                for row in rows
            ]
            for dimension, rows in month.by.items()
        },
        "trend": [
            {
                "month": f"{one.first:%Y-%m}", "received": one.received, "closed": one.closed,
                "closure_rate": {"rate": one.closure_rate, "part": one.valid_closed, "whole": one.valid},
                "on_time": {"rate": one.on_time, "part": one.in_time, "whole": one.decided},
            }
            for one in month.trend.steps
        ],
    }  # fmt: skip


def _carried(carried: Carried) -> dict[str, Any]:
    return {**vars(carried), "verified_rate": carried.verified_rate, "effective_rate": carried.effective_rate}


def _value(value: Value) -> Any:
    return (
        value.part if value.figure.unit == Unit.COUNT else {str(value.figure.unit): value.number, "part": value.part, "whole": value.whole}
    )


def _utc(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def lines(month: Month) -> Iterator[list[Any]]:
    """The table of the CSV file: a head, then one line for each figure."""
    yield [_("Section"), _("Figure"), _("Value"), _("Part"), _("Whole"), _("Month before"), _("Same month last year")]
    for key, value in month.values.items():
        yield [_("Month"), value.figure.label, value.number, *_made_of(value), month.previous[key].number, month.last_year[key].number]
    for one in month.on_time:
        yield [_("In time"), one.label, one.rate, one.in_time, one.decided]
    for time in month.times:
        yield [_("Hours, median"), time.label, in_hours(time.median), time.n]
        yield [_("Hours, 90th percentile"), time.label, in_hours(time.p90), time.n]
    for days, count in month.ages:
        yield [_("Open at the end, by age"), age(days), count]
    for number, count in month.rounds:
        yield [_("Rounds"), number, count]
    for _kind, label, count in month.sent_back:
        yield [_("Sent back"), label, count]
    yield [_("Measures"), _("Open"), month.measures[0]]
    yield [_("Measures"), _("Overdue"), month.measures[1]]
    for label, counted, part, whole, _list in carried_lines(month.carried):
        yield [_("Measures of the month's complaints"), label, counted, part, whole]
    for given in month.money or ():
        yield [_("Compensation"), given.currency, given.amount, given.count]
    for dimension, rows in month.by.items():
        for row in rows:
            yield [DIMENSION_TITLES[dimension], row.label, row.count, row.valid, row.closed, row.on_spot, row.invalid]
    for step in month.trend.steps:
        yield [f"{step.first:%Y-%m}", pgettext("figure", "Received"), step.received]
        yield [f"{step.first:%Y-%m}", _("Closed in the month"), step.closed]
        yield [f"{step.first:%Y-%m}", _("Closure rate"), step.closure_rate, step.valid_closed, step.valid]
        yield [f"{step.first:%Y-%m}", _("In time"), step.on_time, step.in_time, step.decided]


def _made_of(value: Value) -> tuple[int | None, int | None]:
    return (None, None) if value.whole is None else (value.part, value.whole)
