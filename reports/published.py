"""A month's report as whoever reads it finds it: the report, what was published of it, its signatures, its words with figures in them.

Not here: the way there (`publishing`), who may do what (`deciders`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from organisation.models import Branch

from . import references
from .figures import Month
from .figures import month as month_of
from .freezing import thaw
from .models import MonthReport, Publication, SignOff
from .period import Period
from .printed import Signed
from .states import Step

COLUMNS = ("text", "aim", "owner", "due")
"""Of a measure, in the order they are read."""


def report_of(period: Period) -> MonthReport | None:
    """With its publication at hand. One query."""
    found = MonthReport.objects.select_related("publication__by", "saved_by").filter(branch=period.branch, month=period.first).first()
    if found:
        found.branch = period.branch
    return found


def frozen(report: MonthReport | None, period: Period) -> Month | None:
    """The month as it was published; None while it is not."""
    return thaw(report.publication, period) if report and report.is_published else None


def as_read(period: Period, *, live: bool = False) -> tuple[Month, Signed | None]:
    """The month as its page shows it, published or as it stands (`live`: in any case), and what its printed page says beside the figures;
    None where that belongs to other figures, or nobody has written anything."""
    report = report_of(period)
    kept = None if live else frozen(report, period)
    found = kept or month_of(period)
    if report is None or (report.is_published and kept is None):
        return found, None
    return found, Signed(**printed_with(report, found), published=kept is not None)


def frozen_of(branches: Iterable[Branch], period: Period) -> dict[int, Month]:
    """The month of each branch that has published it, by the branch's id. One query."""
    rows = Publication.objects.filter(report__branch__in=branches, report__month=period.first).select_related("report")
    by_id = {branch.pk: branch for branch in branches}
    return {row.report.branch_id: thaw(row, Period(by_id[row.report.branch_id], period.first, period.cutoff)) for row in rows}


def signatures(report: MonthReport) -> QuerySet[SignOff]:
    """Of the present round, in the order they were given."""
    return SignOff.objects.filter(report=report, round=report.round).select_related("person", "on_behalf").order_by("at", "id")


def heading(step: Step) -> str:
    return {Step.PREPARED: _("Prepared by"), Step.REVIEWED: _("Reviewed by"), Step.APPROVED: _("Approved and published by")}[step]


def sign_offs(report: MonthReport) -> list[dict[str, str]]:
    """As a printed month shows them: `role` (prepared by …), `name`, `at` in the branch's time, `meaning`."""
    return [
        {
            "role": heading(Step(one.step)), "name": str(one.person), "at": one.at.astimezone(report.branch.tz).strftime("%Y-%m-%d %H:%M"),
            "meaning": one.get_step_display(),
        }
        for one in signatures(report)
    ]  # fmt: skip


def printed_with(report: MonthReport, month: Month) -> dict[str, Any]:
    """What a printed month says beside its figures: `sign_offs`, `analysis`, and `measures` a line each, with numbers in place of names."""
    known = references.known(month)
    lines = [" · ".join(filter(None, row_with_figures(row, known).values())) for row in report.measures]
    return {"sign_offs": sign_offs(report), "analysis": references.plain(report.analysis, known), "measures": "\n".join(lines)}


def row_with_figures(row: Mapping[str, str], known: Mapping[str, references.Said]) -> dict[str, str]:
    return {name: references.plain(row.get(name, ""), known) for name in COLUMNS}
