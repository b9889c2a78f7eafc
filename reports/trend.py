"""Twelve months up to a report's own: received, closed, closure rate, deadlines in time; the latter by department too (R39).

A month here is counted as in its own report with the same cut-off: a test holds the two together. Not here: how it is drawn (`charts`).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from complaints.models import Complaint
from complaints.states import State
from escalation.models import Timer
from organisation.models import Department

from . import sets
from .period import Period, preceding

LENGTH = 12  # months
Kept = tuple[int, int]
"""Deadlines in time, and all with a verdict."""


@dataclass(frozen=True)
class Step:
    first: dt.date
    received: int
    closed: int
    valid: int
    valid_closed: int
    in_time: int
    decided: int
    """Deadlines of what was received in the month that ended one way or the other."""

    @property
    def closure_rate(self) -> float | None:
        return self.valid_closed / self.valid if self.valid else None

    @property
    def on_time(self) -> float | None:
        return self.in_time / self.decided if self.decided else None


@dataclass(frozen=True)
class Trend:
    steps: Sequence[Step]
    departments: Sequence[tuple[str, Sequence[Kept]]]
    """By name: how its deadlines were kept, month by month, as in `steps`; those with none in any month are left out."""


def trend(period: Period) -> Trend:
    """Four queries, however many there are."""
    months = _months(period)
    received, closed, kept = _received(period, months[0]), _closed(period, months[0]), _kept(period, months[0])
    steps = []
    for first in months:
        all_kept = [numbers for (month, _department), numbers in kept.items() if month == first]
        counts = received.get(first, (0, 0, 0))
        in_time, decided = (sum(numbers[place] for numbers in all_kept) for place in (0, 1))
        steps.append(Step(first, counts[0], closed.get(first, 0), counts[1], counts[2], in_time, decided))
    return Trend(steps, _departments(months, kept))


def _months(period: Period) -> list[dt.date]:
    found = [period.first]
    while len(found) < LENGTH:
        found.append(preceding(found[-1]))
    return found[::-1]


def _window(period: Period, oldest: dt.date) -> QuerySet[Complaint]:
    start = period.other(oldest).start
    return Complaint.objects.filter(branch=period.branch, received_at__gte=start, received_at__lt=period.until).order_by()


def _month(column: str, period: Period) -> TruncMonth:
    return TruncMonth(column, tzinfo=period.branch.tz)


def _received(period: Period, oldest: dt.date) -> dict[dt.date, tuple[int, int, int]]:
    rows = _window(period, oldest).annotate(month=_month("received_at", period)).values_list("month")
    valid, valid_closed = (Count("pk", filter=sets.PARTS[name]) for name in ("valid", "valid_closed"))
    return {month.date(): (n, v, c) for month, n, v, c in rows.annotate(n=Count("pk"), v=valid, c=valid_closed)}


def _closed(period: Period, oldest: dt.date) -> dict[dt.date, int]:
    start = period.other(oldest).start
    rows = Complaint.objects.filter(branch=period.branch, state=State.CLOSED, closed_at__gte=start, closed_at__lt=period.until).order_by()
    return {month.date(): n for month, n in rows.annotate(month=_month("closed_at", period)).values_list("month").annotate(n=Count("pk"))}


def _kept(period: Period, oldest: dt.date) -> dict[tuple[dt.date, int | None], Kept]:
    timers = Timer.objects.filter(complaint__in=_window(period, oldest).values("pk"), code__in=sets.TIMED).order_by()
    rows = timers.annotate(month=_month("complaint__received_at", period)).values_list("month", "complaint__department")
    in_time, late = (Count("pk", filter=sets.VERDICTS[name]) for name in ("in_time", "late"))
    return {(month.date(), department): (n, n + m) for month, department, n, m in rows.annotate(n=in_time, m=late)}


def _departments(months: list[dt.date], kept: dict[tuple[dt.date, int | None], Kept]) -> list[tuple[str, list[Kept]]]:
    by: dict[Any, dict[dt.date, Kept]] = defaultdict(dict)
    for (month, department), numbers in kept.items():
        if department and numbers[1]:
            by[department][month] = numbers
    named = Department.objects.in_bulk(list(by))
    rows = [(str(named[pk]), [found.get(month, (0, 0)) for month in months]) for pk, found in by.items()]
    return sorted(rows, key=lambda row: row[0])
