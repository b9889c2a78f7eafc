"""The figures of a dashboard: the running month beside the one before and its targets, twelve months, departments by months.

Sums of `daily` and counts of `standing`; every number has the name of the list behind it. Not here: words, drawings, rights.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from statistics import median

from django.db.models import Q, QuerySet

from complaints.models import Complaint
from organisation.models import Department

from . import daily, goals, sets, standing
from .models import Aimed
from .period import Period, following, preceding
from .scope import Scope

MONTHS = 12
HEAT_MONTHS = 6
HOUR = 3600
# Aimed figure: the list that its number opens.
STRIP: Mapping[str, str] = {
    Aimed.RECEIVED: "received", Aimed.CLOSED: "closed", Aimed.CLOSURE_RATE: "valid_closed", Aimed.ON_TIME: "late",
    Aimed.BACKLOG: "", Aimed.SATISFACTION: "satisfied", Aimed.CLOSE_TIME: "received_closed",
}  # fmt: skip


@dataclass(frozen=True)
class Number:
    """`n` is what a rate is of, or how many a median is of; None for counts."""

    value: float | None
    n: int | None = None


@dataclass(frozen=True)
class Kpi:
    figure: str
    now: Number
    before: Number
    """A month before, at its end."""
    target: Decimal | None
    set: str

    @property
    def met(self) -> bool | None:
        return goals.met(self.figure, self.now.value, self.target)

    @property
    def change(self) -> float | None:
        if self.now.value is None or self.before.value is None:
            return None
        return self.now.value - self.before.value


@dataclass(frozen=True)
class Cell:
    """A department in a month, or all of them."""

    received: int
    in_time: int
    decided: int

    @property
    def rate(self) -> float | None:
        return self.in_time / self.decided if self.decided else None


@dataclass(frozen=True)
class Line:
    department: Department | None
    cells: Sequence[Cell]


class Board:
    """One scope at one moment."""

    def __init__(self, scope: Scope, now: dt.datetime) -> None:
        self.scope, self.now = scope, now
        self.first = now.astimezone(scope.tz).date().replace(day=1)
        self.firsts = self._firsts()
        until, before = following(self.first), preceding(self.first)
        self.counts, self.lasted = daily.months(scope.branches, scope.days(), self.firsts[0], until, before)

    def _firsts(self) -> list[dt.date]:
        found = [self.first]
        while len(found) < MONTHS:
            found.append(preceding(found[-1]))
        return found[::-1]

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"

    @cached_property
    def stages(self) -> list[standing.Stage]:
        return standing.stages(self.scope, self.now)

    @cached_property
    def targets(self) -> dict[str, Decimal | None]:
        return goals.targets(self.scope.branch)

    def of(self, first: dt.date) -> dict[str, int]:
        """All departments together."""
        sums = dict.fromkeys(daily.COUNTS, 0)
        for (month, _department), numbers in self.counts.items():
            if month == first:
                for name, number in numbers.items():
                    sums[name] += number
        return sums

    def kpis(self) -> list[Kpi]:
        now, before = (self._numbers(first) for first in (self.first, preceding(self.first)))
        open_now, _late = standing.totals(self.stages)
        now[Aimed.BACKLOG], before[Aimed.BACKLOG] = Number(open_now), Number(self._open_at_start(open_now))
        return [
            Kpi(figure, now[figure], before[figure], self.targets[figure], f"{self.name}.{name}" if name else "open")
            for figure, name in STRIP.items()
        ]

    def _numbers(self, first: dt.date) -> dict[str, Number]:
        counts, seconds = self.of(first), self.lasted.get(first, [])
        decided = counts["in_time"] + counts["late"]
        return {
            Aimed.RECEIVED: Number(counts["received"]),
            Aimed.CLOSED: Number(counts["closed"]),
            Aimed.CLOSURE_RATE: _rate(counts["valid_closed"], counts["valid"]),
            Aimed.ON_TIME: _rate(counts["in_time"], decided),
            Aimed.SATISFACTION: _rate(counts["satisfied"], counts["asked"]),
            Aimed.CLOSE_TIME: Number(median(seconds) / HOUR if seconds else None, len(seconds)),
        }

    def _open_at_start(self, open_now: int) -> int:
        """Open when the month began: today's, without what came since, with what was closed since; what was closed then and reopened
        since was not open (`sets`), and only for what was reopened the history is asked."""
        counts = self.of(self.first)
        return open_now - counts["received"] + counts["closed"] - self._closed_then()

    def _closed_then(self) -> int:
        """Of what was reopened: neither closed before the month, as its columns say, nor open then, as its history says. Two queries."""
        start = Period(self.scope.branch, self.first, self.now).start
        reopened = Complaint.objects.filter(self.scope.complaints(), reopened__gt=0).order_by()
        there = reopened.filter(Q(received_at__lt=start) & (~Q(state="closed") | Q(state="closed", closed_at__gte=start))).count()
        return there - self._were_open(reopened) if there else 0

    def _were_open(self, reopened: QuerySet[Complaint]) -> int:
        periods = [Period(branch, preceding(self.first), self.now) for branch in self.scope.branches]
        opened = Q(pk__in=[])
        for period in periods:
            opened |= Q(pk__in=sets.of(period, "backlog").filter(reopened__gt=0).values("pk"))
        return reopened.filter(opened).count()

    def heat(self) -> list[Line]:
        """Departments with a complaint in these months, most first; what no department has yet is the last line. One query."""
        firsts = self.firsts[-HEAT_MONTHS:]
        known = {key for (month, key), numbers in self.counts.items() if month in firsts and numbers["received"]}
        named = Department.objects.in_bulk([key for key in known if key])
        lines = [Line(named.get(key), [self._cell(first, key) for first in firsts]) for key in known]
        return sorted(lines, key=lambda line: (line.department is None, -sum(cell.received for cell in line.cells), str(line.department)))

    def _cell(self, first: dt.date, department: int | None) -> Cell:
        counts = self.counts.get((first, department))
        return Cell(counts["received"], counts["in_time"], counts["in_time"] + counts["late"]) if counts else Cell(0, 0, 0)

    def trend(self) -> list[tuple[dt.date, dict[str, int]]]:
        """Oldest first."""
        return [(first, self.of(first)) for first in self.firsts]


def _rate(part: int, whole: int) -> Number:
    return Number(part / whole if whole else None, whole)
