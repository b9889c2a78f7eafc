"""When a timer is due and when it warns: the arithmetic between policies and working time (R29, R31, R32).

Pure. All instants are aware; results are UTC. A pause is a pair of instants, the second None while it lasts; paused time is never counted.
Not here: which timers there are (`clocks`) and who is told (`complaints.notices`).
"""

import datetime as dt
from collections.abc import Iterator, Sequence

from .policies import SECOND_AFTER, Clock, Policy, Rung, next_rung
from .worktime import Calendar

Pause = tuple[dt.datetime, dt.datetime | None]
Span = tuple[dt.datetime, dt.datetime]
BY_WORKING_TIME = frozenset({Clock.WORKING_HOURS, Clock.WORKING_DAYS})


def due_at(clock: Clock, amount: int, calendar: Calendar, started: dt.datetime, pauses: Sequence[Pause] = ()) -> dt.datetime:
    """The due instant of a timer with these pauses behind it. `amount` in seconds or days, by the clock; a date has its own."""
    due = _due_unpaused(clock, amount, calendar, started)
    for begun, ended in pauses:
        if ended:
            due = resumed(clock, calendar, due, begun, ended)
    return due


def _due_unpaused(clock: Clock, amount: int, calendar: Calendar, started: dt.datetime) -> dt.datetime:
    if clock == Clock.ALL_HOURS:
        return started + dt.timedelta(seconds=amount)
    if clock == Clock.WORKING_HOURS:
        return calendar.due(started, dt.timedelta(seconds=amount)).astimezone(dt.UTC)
    if clock == Clock.WORKING_DAYS:
        return calendar.workdays(started, amount).astimezone(dt.UTC)
    if clock == Clock.CALENDAR_DAYS:
        return calendar.days_later(started, amount).astimezone(dt.UTC)
    raise ValueError(f"{clock} has its own date")


def resumed(clock: Clock, calendar: Calendar, due: dt.datetime, paused: dt.datetime, resumed: dt.datetime) -> dt.datetime:
    """The due instant after a pause: what was left when it began is left when it ends. What had run out before stays run out."""
    if due <= paused:
        return due
    if clock in BY_WORKING_TIME:
        return calendar.due(resumed, calendar.elapsed(paused, due)).astimezone(dt.UTC)
    return due + (resumed - paused)


def running_spans(started: dt.datetime, until: dt.datetime, pauses: Sequence[Pause]) -> Iterator[Span]:
    """From start to `until` without the pauses."""
    at = started
    for begun, ended in pauses:
        if begun >= until:
            break
        if begun > at:
            yield at, begun
        at = max(at, ended or until)
    if at < until:
        yield at, until


def counted(clock: Clock, calendar: Calendar, span: Span) -> dt.timedelta:
    """How much of a span counts."""
    return calendar.elapsed(*span) if clock in BY_WORKING_TIME else span[1] - span[0]


def spent_at(
    clock: Clock, calendar: Calendar, started: dt.datetime, due: dt.datetime, pauses: Sequence[Pause], percent: int
) -> dt.datetime:
    """The instant at which so many per cent of a timer's time are spent."""
    spans = list(running_spans(started, due, pauses))
    left = sum((counted(clock, calendar, span) for span in spans), dt.timedelta(0)) * percent / 100
    for span in spans:
        worth = counted(clock, calendar, span)
        if left <= worth:
            return calendar.due(span[0], left).astimezone(dt.UTC) if clock in BY_WORKING_TIME else span[0] + left
        left -= worth
    return due


def step_at(
    policy: Policy,
    calendar: Calendar,
    started: dt.datetime,
    due: dt.datetime,
    pauses: Sequence[Pause],
    rung: int,
    ran_out: dt.datetime | None,
) -> dt.datetime:
    """The instant of a step: a warning's share of the time, the due instant, or the second level's working day after it ran out."""
    if rung < Rung.OUT:
        return spent_at(policy.clock, calendar, started, due, pauses, rung)
    if rung == Rung.OUT:
        return due
    return calendar.workdays(ran_out or due, SECOND_AFTER).astimezone(dt.UTC)


def next_step(
    policy: Policy,
    calendar: Calendar,
    started: dt.datetime,
    due: dt.datetime,
    pauses: Sequence[Pause],
    after: int,
    now: dt.datetime,
    ran_out: dt.datetime | None = None,
) -> tuple[dt.datetime | None, int | None]:
    """The next step after rung `after` and its instant. A warning whose time is over at `now` (UTC) is left out: it would come too late."""
    rung = next_rung(policy, after)
    while rung is not None:
        at = step_at(policy, calendar, started, due, pauses, rung, ran_out)
        if rung >= Rung.OUT or at > now:
            return at, rung
        rung = next_rung(policy, rung)
    return None, None
