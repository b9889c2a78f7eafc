"""Twelve months up to a report's own: received, closed, closure rate, deadlines in time; the latter by department too (R39).

A month here is counted as in its own report: a test holds the two together. Not here: how it is drawn (`charts`).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from organisation.models import Department

from . import daily
from .period import Period, following, preceding

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
    departments: Sequence["Keeping"]
    """By name; those with none in any month are left out."""


@dataclass(frozen=True)
class Keeping:
    """How a department's deadlines were kept, month by month, as in `Trend.steps`."""

    name: str
    name_en: str
    kept: Sequence[Kept]

    @property
    def label(self) -> str:
        return str(Department(name=self.name, name_en=self.name_en))


def trend(period: Period) -> Trend:
    """From the counts kept by day (`daily`); one query more for the names of departments."""
    months = _months(period)
    counts, _lasted = daily.months([period.branch], Q(), months[0], following(period.first), following(period.first))
    return Trend([_step(first, counts) for first in months], _departments(months, counts))


def _months(period: Period) -> list[dt.date]:
    found = [period.first]
    while len(found) < LENGTH:
        found.append(preceding(found[-1]))
    return found[::-1]


def _step(first: dt.date, counts: Mapping[daily.MonthKey, Mapping[str, int]]) -> Step:
    here = [numbers for (month, _department), numbers in counts.items() if month == first]
    of = {name: sum(numbers[name] for numbers in here) for name in daily.COUNTS}
    return Step(
        first, of["received"], of["closed"], of["valid"], of["valid_closed"], of["in_time"], of["in_time"] + of["late"]
    )  # fmt: skip


def _departments(months: list[dt.date], counts: Mapping[daily.MonthKey, Mapping[str, int]]) -> list[Keeping]:
    by: dict[int, dict[dt.date, Kept]] = defaultdict(dict)
    for (month, department), numbers in counts.items():
        if department and (decided := numbers["in_time"] + numbers["late"]):
            by[department][month] = numbers["in_time"], decided
    named = Department.objects.in_bulk(list(by))
    rows = [Keeping(named[pk].name, named[pk].name_en, [found.get(month, (0, 0)) for month in months]) for pk, found in by.items()]
    return sorted(rows, key=lambda row: row.label)
