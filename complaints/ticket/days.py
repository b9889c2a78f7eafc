"""A timer's time, day by day: what counted, what did not and why, what was paused, what was late (R29a).

Pure: from a timer and its calendar to rows whose sums add up to its length. Clocks of all hours count day and night. Not here: where on
the page a piece stands (`drawing`), who held it (`complaints.holding`).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from escalation import timing
from escalation.clocks import pauses_of
from escalation.models import Timer, TimerState
from escalation.policies import Clock
from escalation.timing import BY_WORKING_TIME, Span
from escalation.worktime import Calendar, Why

NOTHING = dt.timedelta(0)
MANY = 14
"""Rows from which on days that are alike share one."""


class Kind(StrEnum):
    COUNTED = "on"
    TO_COME = "rest"
    OFF = "off"
    PAUSED = "hold"
    LATE = "over"


@dataclass(frozen=True)
class Piece:
    """A stretch within one local day, in minutes from its midnight."""

    kind: Kind
    start: int
    end: int
    name: str = ""


@dataclass(frozen=True)
class Day:
    """A local date, or several that are alike; sums of all of them."""

    first: dt.date
    last: dt.date
    pieces: tuple[Piece, ...] = ()
    counted: dt.timedelta = NOTHING
    late: dt.timedelta = NOTHING
    closed: str | None = None
    """Why nothing of it counts: the holiday's name, '' for a plain day off; None for a day that is worked."""
    made_up: bool = False
    """A weekend that is worked: 调休."""


@dataclass
class _Row:
    pieces: list[Piece] = field(default_factory=list)
    counted: dt.timedelta = NOTHING
    late: dt.timedelta = NOTHING


@dataclass(frozen=True)
class Reckoning:
    """All days of a timer, its sums, and what of it was spent by `mark`."""

    days: list[Day]
    length: dt.timedelta
    spent: dt.timedelta
    late: dt.timedelta
    paused: dt.timedelta


def reckon(timer: Timer, calendar: Calendar, now: dt.datetime) -> Reckoning:
    """`now` is UTC. Up to the due instant or, when that is later, to its stop or now; a paused one up to now."""
    mark = timer.stopped_at or now
    paused = timer.state == TimerState.PAUSED
    end = max(timer.started, mark) if paused else max(timer.due, mark)
    rows: dict[dt.date, _Row] = {}
    sums = dict.fromkeys(Kind, NOTHING)
    for kind, span, name in _stretches(timer, calendar, mark, end):
        sums[kind] += span[1] - span[0]
        for date, piece, length in _by_day(kind, span, name, calendar.zone):
            row = rows.setdefault(date, _Row())
            row.pieces.append(piece)
            row.counted += length if kind in (Kind.COUNTED, Kind.TO_COME) else NOTHING
            row.late += length if kind == Kind.LATE else NOTHING
    days = _together([_day(date, row, calendar, by_hours=timer.clock in BY_WORKING_TIME) for date, row in sorted(rows.items())])
    return Reckoning(days, sums[Kind.COUNTED] + sums[Kind.TO_COME], sums[Kind.COUNTED], sums[Kind.LATE], sums[Kind.PAUSED])


def _stretches(timer: Timer, calendar: Calendar, mark: dt.datetime, end: dt.datetime) -> Iterator[tuple[Kind, Span, str]]:
    """What counts (spent, to come, late), what was paused of it, and what never counted."""
    pauses = pauses_of(timer)
    until = min(timer.due, end)
    for begin, stop in timing.running_spans(timer.started, until, pauses):
        yield from _counting(timer, calendar, Kind.COUNTED, (begin, min(stop, mark)))
        yield from _counting(timer, calendar, Kind.TO_COME, (max(begin, mark), stop))
    for span in timing.running_spans(max(timer.due, timer.started), mark, pauses):
        yield from _counting(timer, calendar, Kind.LATE, span)
    for begun, ended in pauses:
        yield from _counting(timer, calendar, Kind.PAUSED, (begun, min(ended or end, end)))
    if timer.clock in BY_WORKING_TIME:
        for gap in calendar.gaps(timer.started, end):
            if gap.why != Why.OFF_HOURS:
                yield Kind.OFF, (gap.start, gap.end), gap.name


def _counting(timer: Timer, calendar: Calendar, kind: Kind, span: Span) -> Iterator[tuple[Kind, Span, str]]:
    if span[0] >= span[1]:
        return
    spans = calendar.spans(*span) if timer.clock in BY_WORKING_TIME else [span]
    yield from ((kind, piece, "") for piece in spans)


def _by_day(kind: Kind, span: Span, name: str, zone: dt.tzinfo) -> Iterator[tuple[dt.date, Piece, dt.timedelta]]:
    """Cut at each local midnight."""
    start, end = span
    while start < end:
        local = start.astimezone(zone)
        midnight = dt.datetime.combine(local.date() + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC)
        until = min(end, midnight)
        last = 24 * 60 if until == midnight else _minute(until.astimezone(zone))
        yield local.date(), Piece(kind, _minute(local), last, name), until - start
        start = until


def _minute(local: dt.datetime) -> int:
    return local.hour * 60 + local.minute


def _day(date: dt.date, row: _Row, calendar: Calendar, *, by_hours: bool) -> Day:
    worked = calendar.is_workday(date)
    closed = calendar.names.get(date, "") if by_hours and not worked else None
    pieces = tuple(sorted(row.pieces, key=lambda piece: (piece.kind != Kind.OFF, piece.start)))
    return Day(date, date, pieces, row.counted, row.late, closed, made_up=by_hours and worked and date.weekday() >= 5)


def _together(days: list[Day]) -> list[Day]:
    """Days off that follow each other share a row; so do all that are alike where there are many."""
    found: list[Day] = []
    many = len(days) > MANY
    for day in days:
        before = found[-1] if found else None
        alike = before and (before.pieces, before.closed, before.made_up) == (day.pieces, day.closed, day.made_up)
        if before and alike and (many or day.closed is not None):
            found[-1] = replace(before, last=day.last, counted=before.counted + day.counted, late=before.late + day.late)
        else:
            found.append(day)
    return found


def full_length(timer: Timer) -> dt.timedelta | None:
    """What the policy gives, where that is an amount of time."""
    return dt.timedelta(seconds=timer.amount) if timer.clock in (Clock.ALL_HOURS, Clock.WORKING_HOURS) else None
