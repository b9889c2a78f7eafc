"""What a change of a policy or of a calendar would move, and which deadlines would run out by it: worked out, nothing changed (R30).

Of timers that run or are paused. One that has run out stays so, whatever changes, and is only counted; a paused one is judged by the moment
its pause began, for it runs on from there. Not here: making the change (`changing`), the pages (`views`).
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.db.models import Count, Func, IntegerField, Q, QuerySet

from organisation.models import Branch

from . import timing
from .calendars import calendar_by_id
from .clocks import pauses_of
from .models import Timer, TimerState
from .models.timer import LIVE
from .policies import Clock, Policy
from .worktime import Calendar

ARCHIVED = 500
BY_CALENDAR = (Clock.WORKING_HOURS, Clock.WORKING_DAYS, Clock.CALENDAR_DAYS)
SHOWN = ("complaint__number", "complaint__branch__zone")
COUNTED = ("running", "out", "earlier", "later", "dropped", "late")


class Harm(IntEnum):
    """What becomes of a timer, the worst first."""

    OUT = 1
    EARLIER = 2
    LATER = 3
    SAME = 4
    DROPPED = 5


@dataclass(frozen=True)
class Move:
    """One timer; `old` and `new` are due instants, UTC, `new` None where it would no longer run."""

    timer: Timer
    old: dt.datetime
    new: dt.datetime | None
    harm: Harm

    @property
    def by(self) -> dt.timedelta:
        """How much earlier or later."""
        return abs((self.new or self.old) - self.old)


@dataclass(frozen=True)
class Preview:
    """`late`: how many have run out already and stay as they are. `at`: the instant it was worked out for, UTC."""

    at: dt.datetime
    moves: tuple[Move, ...]
    late: int = 0

    def count(self, harm: Harm) -> int:
        return Counter(move.harm for move in self.moves)[harm]

    @property
    def running(self) -> int:
        return len(self.moves)

    @property
    def out(self) -> int:
        return self.count(Harm.OUT)

    @property
    def earlier(self) -> int:
        return self.count(Harm.EARLIER)

    @property
    def later(self) -> int:
        return self.count(Harm.LATER)

    @property
    def dropped(self) -> int:
        return self.count(Harm.DROPPED)

    @property
    def moving(self) -> int:
        return sum(move.harm != Harm.SAME for move in self.moves)

    @property
    def furthest(self) -> dt.timedelta:
        """By how much the one that moves most does."""
        return max((move.by for move in self.moves), default=dt.timedelta(0))

    @property
    def mark(self) -> str:
        """Stands for what was shown: a change that moves timers goes through only if it would still do just this."""
        said = "|".join(f"{m.timer.pk}:{m.harm:d}:{m.new}" for m in sorted(self.moves, key=lambda m: m.timer.pk) if m.harm != Harm.SAME)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in COUNTED}

    def archive(self) -> dict[str, Any]:
        """As it is kept with the change."""
        moved = [move for move in self.moves if move.harm != Harm.SAME]
        rows = [
            [m.timer.complaint.number, m.timer.code, m.timer.subject, m.old.isoformat(), m.new and m.new.isoformat(), m.harm.name.lower()]
            for m in moved[:ARCHIVED]
        ]
        return {"at": self.at.isoformat(), **self.counts, "timers": rows}


def of_policy(policy: Policy, at: dt.datetime) -> Preview:
    """If the timers of that key went by this policy; each counts by the calendar it was started by. `at`: now, UTC."""
    timers = Timer.objects.filter(policy=policy.key)
    return _preview(timers, at, lambda timer: due_by_policy(timer, policy) if policy.enabled else None)


def of_calendar(branch: Branch, calendar: Calendar, at: dt.datetime) -> Preview:
    """If the branch's timers that know working time went by this calendar. `at`: now, UTC.

    Raises WorktimeError for one without working time.
    """
    timers = Timer.objects.filter(complaint__branch=branch, clock__in=BY_CALENDAR)
    return _preview(timers, at, lambda timer: due_by_calendar(timer, calendar))


def due_by_policy(timer: Timer, policy: Policy) -> dt.datetime:
    """From the timer's own start, with its pauses; UTC. One with a date of its own keeps it."""
    if policy.clock == Clock.DATE:
        return timer.due
    return _due(timer, policy.clock, policy.amount, calendar_by_id(timer.calendar_id, timer.complaint.branch.zone))


def due_by_calendar(timer: Timer, calendar: Calendar) -> dt.datetime:
    """By its own time and clock, counted by that calendar; UTC."""
    return _due(timer, Clock(timer.clock), timer.amount, calendar)


def is_late(timer: Timer, at: dt.datetime) -> bool:
    """It has run out, found by a sweep or not."""
    return timer.ran_out_at is not None or (timer.state == TimerState.RUNNING and timer.due < at)


def harm_of(timer: Timer, due: dt.datetime | None, at: dt.datetime) -> Harm:
    """What another due instant does to a timer that is not late."""
    if due is None:
        return Harm.DROPPED
    if due == timer.due:
        return Harm.SAME
    if due < (pauses_of(timer)[-1][0] if timer.state == TimerState.PAUSED else at):
        return Harm.OUT
    return Harm.EARLIER if due < timer.due else Harm.LATER


def still_to_come(timers: QuerySet[Timer], at: dt.datetime) -> QuerySet[Timer]:
    """Those that are live and not late."""
    return timers.filter(Q(state=TimerState.PAUSED) | Q(due__gte=at), state__in=LIVE, ran_out_at=None)


def _preview(timers: QuerySet[Timer], at: dt.datetime, due_of: Callable[[Timer], dt.datetime | None]) -> Preview:
    rows = still_to_come(timers, at).select_related("complaint__branch").order_by("due", "id")
    moves = []
    for timer in rows.only(*(field.name for field in Timer._meta.fields if field.name != "complaint"), *SHOWN):
        due = due_of(timer)
        moves.append(Move(timer, timer.due, due, harm_of(timer, due, at)))
    late = timers.filter(state__in=LIVE).count() - len(moves)
    return Preview(at, tuple(sorted(moves, key=_order)), late)


def _order(move: Move) -> tuple[int, dt.datetime]:
    """The worst first, and of these the nearest."""
    return move.harm, move.new or move.old


def _due(timer: Timer, clock: Clock, amount: int, calendar: Calendar) -> dt.datetime:
    return timing.due_at(clock, amount, calendar, timer.started, pauses_of(timer))


# ── years without a list of holidays (R32) ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Gap:
    """A year whose holidays a branch's calendar does not know; how many running deadlines fall into it, worked out by the week alone."""

    branch: Branch
    year: int
    timers: int


def gaps(branches: Iterable[tuple[Branch, Calendar]], at: dt.datetime) -> list[Gap]:
    """Of each branch with its calendar as it counts now: this year, the next from 1 December on, and any that deadlines reach."""
    reached = _reached(at)
    found = []
    for branch, calendar in branches:
        today = at.astimezone(branch.tz).date()
        wanted = {today.year} | ({today.year + 1} if today.month == 12 else set()) | set(reached.get(branch.pk, ()))
        unknown = sorted(year for year in wanted if calendar.loaded is not None and year not in calendar.loaded)
        found += [Gap(branch, year, reached.get(branch.pk, {}).get(year, 0)) for year in unknown]
    return found


class LocalYear(Func):
    """The year that a zone's clocks show at an instant: `LocalYear("zone", "at")`."""

    template = "EXTRACT(YEAR FROM timezone(%(expressions)s))::int"
    arity = 2
    output_field = IntegerField()


def _reached(at: dt.datetime) -> dict[int, dict[int, int]]:
    """How many timers by working time are due in which local year, by branch. One query, few rows."""
    timers = still_to_come(Timer.objects.filter(clock__in=BY_CALENDAR, due__gt=at), at)
    years = timers.order_by().values_list("complaint__branch", LocalYear("complaint__branch__zone", "due"))
    found: dict[int, dict[int, int]] = {}
    for branch, year, number in years.annotate(number=Count("pk")):
        found.setdefault(branch, {})[year] = number
    return found
