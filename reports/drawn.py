"""The charts of a month, the same on its page and on paper: Pareto of types, of causes where they are counted, twelve months.

Not here: how a chart is drawn (`charts`), the figures (`figures`, `trend`).
"""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from .charts import Chart, Counted, Others, Point, months, pareto
from .figures import Month, Row
from .sets import NONE
from .trend import Trend
from .words import DIMENSION_TITLES, TOP

PARETO = ("type", "cause")


def charts(month: Month, *, paper: bool = False) -> list[Chart]:
    """Without those that would be empty."""
    return [*paretos(month, paper=paper), _trend(month.trend, paper=paper)]


def paretos(month: Month, *, paper: bool = False) -> list[Chart]:
    found = []
    for dimension in PARETO:
        if rows := _told(month.by.get(dimension, ())):
            called = DIMENSION_TITLES.get(dimension, dimension)
            title = _("By %(what)s") % {"what": called} + " · " + _("Pareto")
            found.append(pareto(dimension, title, called, with_others(rows), paper=paper))
    return found


def _told(rows: Sequence[Row]) -> list[Row]:
    """Without those where it is not given: a blank is in no denominator (R41a)."""
    told = [row for row in rows if not row.set.endswith(f".{NONE}")]
    total, running, found = sum(row.count for row in told), 0, []
    for row in told:
        running += row.count
        found.append(replace(row, share=row.count / total, running=running / total))
    return found


def with_others(rows: Sequence[Row]) -> list[Counted]:
    """The first ten, and what all others have together."""
    top, rest = list(rows[:TOP]), rows[TOP:]
    if not rest:
        return [*top]
    label = ngettext("%(n)s other", "%(n)s others", len(rest)) % {"n": len(rest)}
    return [*top, Others(label, sum(row.count for row in rest), sum(row.share for row in rest))]


def _trend(trend: Trend, *, paper: bool) -> Chart:
    points = [Point(f"{step.first:%y-%m}", (step.received, step.closed), step.on_time) for step in trend.steps]
    names = (pgettext("figure", "Received"), _("Closed in the month"), _("In time"))
    return months("trend", _("Twelve months"), names, points, paper=paper)
