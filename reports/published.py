"""A month's report as whoever reads it finds it: the report, what was published of it, its signatures, its words with figures in them.

Not here: the way there (`publishing`), who may do what (`deciders`).
"""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from organisation.models import Branch

from . import references
from .figures import Month
from .freezing import thaw
from .models import MonthReport, Publication, SignOff
from .period import Period


def report_of(period: Period) -> MonthReport | None:
    """With its publication at hand. One query."""
    found = MonthReport.objects.select_related("publication__by", "saved_by").filter(branch=period.branch, month=period.first).first()
    if found:
        found.branch = period.branch
    return found


def frozen(report: MonthReport | None, period: Period) -> Month | None:
    """The month as it was published; None while it is not."""
    return thaw(report.publication, period) if report and report.is_published else None


def frozen_of(branches: Iterable[Branch], period: Period) -> dict[int, Month]:
    """The month of each branch that has published it, by the branch's id. One query."""
    rows = Publication.objects.filter(report__branch__in=branches, report__month=period.first).select_related("report")
    by_id = {branch.pk: branch for branch in branches}
    return {row.report.branch_id: thaw(row, Period(by_id[row.report.branch_id], period.first, period.cutoff)) for row in rows}


def signatures(report: MonthReport) -> QuerySet[SignOff]:
    """Of the present round, in the order they were given."""
    return SignOff.objects.filter(report=report, round=report.round).select_related("person", "on_behalf").order_by("at", "id")


def sign_offs(report: MonthReport) -> list[dict[str, str]]:
    """As a printed month shows them: `role`, `name`, `at` in the branch's time, `meaning`."""
    return [
        {
            "role": one.get_step_display(), "name": str(one.person), "at": one.at.astimezone(report.branch.tz).strftime("%Y-%m-%d %H:%M"),
            "meaning": one.get_step_display(),
        }
        for one in signatures(report)
    ]  # fmt: skip


def analysis(report: MonthReport, month: Month) -> str:
    """With the month's figures in place of their names."""
    return references.plain(report.analysis, references.known(month))


def measures(report: MonthReport, month: Month) -> str:
    """Next month's, a line each: what, against what, who, by when."""
    known = references.known(month)
    return "\n".join(" · ".join(filter(None, row_with_figures(row, known).values())) for row in report.measures)


def row_with_figures(row: Mapping[str, str], known: Mapping[str, references.Said]) -> dict[str, str]:
    return {name: references.plain(value, known) for name, value in row.items()}
