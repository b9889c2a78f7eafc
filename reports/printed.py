"""The month on paper: A4, with the same drawings and figures as its page, room for signatures, and what each figure means at the end.

In the language of the moment. The same data give the same bytes: it is dated with the instant its data go up to. Not here: the engine
(`complaints.documents`), the figures (`figures`), who signs (given as `Signed`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from complaints.documents import engine
from organisation.names import initials, seal_signs

from .charts import Chart
from .drawn import charts, with_others
from .figures import FIGURES, Month
from .words import DIMENSION_TITLES, HEADLINES, age, carried_lines, hours, per_cent, said, thousands
from .workbook import UNITS, other_definitions

TEMPLATE = Path(__file__).parent / "documents" / "month.typ"
FULL_SEAL = 4  # characters of a square seal


@dataclass(frozen=True)
class Signed:
    """Who signed it: `role`, `name`, `at` in the branch's time, `meaning`, all as words; and what was written about it."""

    sign_offs: Sequence[Mapping[str, str]] = ()
    analysis: str = ""
    measures: str = ""
    published: bool = False


def printed(month: Month, signed: Signed | None = None) -> bytes:
    """As PDF. Raises typst.TypstError when the template is wrong."""
    drawn = charts(month, paper=True)
    drawings = {chart.name: str(chart.svg) for chart in drawn}
    return engine.pdf(TEMPLATE, content(month, drawn, signed or Signed()), at=month.period.until, drawings=drawings)


def content(month: Month, drawn: Sequence[Chart], signed: Signed) -> dict[str, Any]:
    period, title = month.period, _("Month report")
    until = f"{period.until.astimezone(period.branch.tz):%Y-%m-%d %H:%M}"
    marks = ([_("The month is not over")] if period.is_partial else []) + ([] if signed.published else [_("Draft")])
    return {
        "frame": {
            "house": str(period.branch), "house_below": "", "title": title, "number": period.name, "form": f"{title} {period.name}",
            "foot": _("data up to %(until)s") % {"until": until}, "page": _("Page {} of {}"),
            "language": "zh" if (get_language() or "").startswith("zh") else "en",
        },
        "title": f"{title} {period.name}",
        "about": f"{period.branch} · " + _("data up to %(until)s") % {"until": until},
        "marks": marks,
        "kpis": [_kpi(month, name) for name in HEADLINES],
        "texts": [{"label": label, "words": words} for label, words in _texts(signed) if words],
        "charts": [{"name": one.name, "title": str(one.title), "summary": one.summary} for one in drawn],
        "tables": [table for table in _tables(month) if table["rows"]],
        "signatures": _signatures(signed),
        "definitions_title": _("Definitions"),
        "definitions": _definitions(),
    }  # fmt: skip


def _kpi(month: Month, name: str) -> dict[str, str]:
    value = month.values[name]
    n = "" if value.whole is None else f"n = {value.whole}"
    return {
        "label": str(value.figure.label),
        "value": said(value),
        "n": n,
        "before": _("the month before %(before)s") % {"before": said(month.previous[name])},
    }


def _texts(signed: Signed) -> list[tuple[str, str]]:
    return [(_("Analysis"), signed.analysis), (_("Next month's measures"), signed.measures)]


def _tables(month: Month) -> list[dict[str, Any]]:
    return [
        _table(_("Figures"), [_("Figure"), month.period.name, "n", _("Month before"), _("Same month last year")], _figures(month)),
        _table(
            _("In time"), [_("Deadline"), _("In time"), "n", _("too late"), _("without a verdict")],
            [[one.label, per_cent(one.rate), one.decided, one.late, one.blank] for one in month.on_time],
        ),
        _table(
            _("How long it took"), [_("Figure"), _("Median"), _("90th percentile"), "n"],
            [[one.label, hours(one.median), hours(one.p90), one.n] for one in month.times],
        ),
        _table(
            _("Open at the end, by age"), [_("Age"), pgettext("figure", "Complaints")], [[age(days), count] for days, count in month.ages]
        ),
        _table(_("Rounds"), [_("Round"), pgettext("figure", "Complaints")], month.rounds),
        _table(_("Sent back"), [pgettext("sent back", "By"), _("Times")], [[label, count] for _kind, label, count in month.sent_back]),
        _table(
            _("Measures"), [_("Measures"), _("How many")],
            [[pgettext("measures", "Open"), month.measures[0]], [pgettext("measures", "Overdue"), month.measures[1]]],
        ),
        _table(_("Measures of the month's complaints"), [_("Measures"), _("How many"), "n"], _carried(month)),
        _table(
            _("Compensation"), [_("Currency"), _("Amount"), pgettext("figure", "Complaints")],
            [[one.currency, thousands(one.amount), one.count] for one in month.money or ()],
        ),
        *(_dimension(month, dimension) for dimension in month.by),
        _table(
            _("Twelve months"),
            [
                pgettext("column", "Month"), pgettext("figure", "Received"), _("Closed in the month"),
                _("Closure rate"), "n", _("In time"), "n",
            ],
            [
                [f"{one.first:%Y-%m}", one.received, one.closed, per_cent(one.closure_rate), one.valid, per_cent(one.on_time), one.decided]
                for one in month.trend.steps
            ],
        ),
    ]  # fmt: skip


def _carried(month: Month) -> list[list[object]]:
    found = carried_lines(month.carried)
    return [
        [label, number if part is None else per_cent(number), "" if whole is None else whole] for label, number, part, whole, _l in found
    ]


def _table(title: object, head: Sequence[object], rows: Sequence[Sequence[object]]) -> dict[str, Any]:
    return {"title": str(title), "head": [str(one) for one in head], "rows": [[str(cell) for cell in row] for row in rows]}


def _figures(month: Month) -> list[list[object]]:
    return [
        [value.figure.label, said(value), "" if value.whole is None else value.whole, said(month.previous[key]), said(month.last_year[key])]
        for key, value in month.values.items()
    ]


def _dimension(month: Month, dimension: str) -> dict[str, Any]:
    """The first ten, and what all others have together."""
    known = {row.label: (row.valid, row.closed, per_cent(row.closure_rate)) for row in month.by[dimension]}
    called = DIMENSION_TITLES.get(dimension, dimension)
    head = [called, pgettext("figure", "Received"), _("Valid"), _("Valid and closed"), _("Closure rate"), _("Share"), _("Cumulative")]
    rows = [
        [row.label, row.count, *known.get(row.label, ("", "", "")), per_cent(row.share), per_cent(row.running)]
        for row in with_others(month.by[dimension])
    ]
    return _table(_("By %(what)s") % {"what": called}, head, rows)


def _signatures(signed: Signed) -> list[dict[str, Any]]:
    """Who signed, and an empty place for each who has not."""
    roles = (_("Prepared"), pgettext("month", "Reviewed"), pgettext("month", "Approved"))
    given = [_signature(one) for one in signed.sign_offs]
    return given + [{"role": role, "name": "", "at": "", "meaning": "", "seal": [], "square": False} for role in roles[len(given) :]]


def _signature(one: Mapping[str, str]) -> dict[str, Any]:
    signs = [sign for _x, _y, _size, sign in seal_signs(one["name"])]
    square = len(signs) == FULL_SEAL
    seal = signs if square else [initials(one["name"])]
    return {"role": one["role"], "name": one["name"], "at": one["at"], "meaning": one["meaning"], "seal": seal, "square": square}


def _definitions() -> list[list[str]]:
    found = [(figure.label, UNITS[figure.unit], figure.meaning) for figure in FIGURES]
    found += [(label, unit, meaning) for _name, label, unit, meaning in other_definitions()]
    return [[str(cell) for cell in line] for line in found]
