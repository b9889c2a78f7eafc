"""Working time, pure and exact (R32): when an amount of it is used up, how much lies between two moments, the n-th working day's close.

The one rule: a moment is worked when the clock on the wall shows a time within a span, whose start belongs to it and whose end does not.
So an hour that the wall shows twice counts twice, one that it skips not at all, and 00:00-24:00 of a 25-hour day are 25 hours;
docs/worktime.md tells the edges. Moments are aware, results in UTC (`in_zone` turns them), to the microsecond, from 1900 to 2499.
Not here: files (`calendarfile`), China's holidays (`holidays`), timers, and any query.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from escalation.offsets import BLOCK, BLOCKS, DAY, FIRST_YEAR, LAST_YEAR, MICROSECOND, block_start, changes, moment, utc
from escalation.wallclock import Line, Pieces, unite

MINUTE = 60_000_000
MIDNIGHT = 24 * 60
DAY_0 = dt.date(1970, 1, 1).toordinal()
MARGIN = 2 * DAY  # a zone is less than a day away from UTC

Spans = tuple[tuple[int, int], ...]  # minutes from the midnight at which their date begins; an end beyond 24:00 is on the next date


class WorktimeError(ValueError):
    """A question that has no answer; the message says why, for people."""


class NoWorkingTimeError(WorktimeError):
    """There is none, or none any more, within the years reckoned with."""


class Why(StrEnum):
    """Why time does not count."""

    BREAK = "break"  # between two spans of a worked day
    OFF_HOURS = "off_hours"  # before the first span of a worked day or after its last
    DAY_OFF = "day_off"  # a weekday that the week does not work
    CLOSED = "closed"  # a date the calendar closes: a holiday, a company day


class Gap(NamedTuple):
    """A stretch that does not count. `name` is the closed date's, where the calendar knows it."""

    start: dt.datetime
    end: dt.datetime
    why: Why
    name: str


class _Reach:
    """The line of wall time laid over a zone's offsets, from one block of twenty years up to another: what is worked by a moment."""

    def __init__(self, zone: dt.tzinfo, line: Line, first: int, last: int) -> None:
        self.zone, self.line, self.blocks = zone, line, (first, last)
        found = [change for number in range(first, last) for change in changes(zone, number)]
        found = found[:1] + [new for old, new in pairwise(found) if new[1] != old[1]]
        self.ats = [at for at, _ in found] + [block_start(last)]
        self.aheads = [ahead for _, ahead in found]
        self.shifts = [0]  # what the line shows too little, for hours shown twice, or too much, for hours skipped
        for at, (old, new) in zip(self.ats[1:], pairwise(self.aheads), strict=False):
            self.shifts.append(self.shifts[-1] + line.upto(at + old) - line.upto(at + new))
        self.sums = [line.upto(at + ahead) + shift for at, ahead, shift in zip(self.ats, self.aheads, self.shifts, strict=False)]
        self.sums.append(line.upto(self.ats[-1] + self.aheads[-1]) + self.shifts[-1])
        self.skipped = [number for jump in self._jumps() for number in range(-(-jump[0] // DAY), jump[1] // DAY)]

    def _jumps(self) -> list[tuple[int, int]]:
        """From and to which wall time clocks were moved on by a day or more: dates that no clock of the zone ever showed (Samoa, 2011)."""
        moves = zip(self.ats[1:], pairwise(self.aheads), strict=False)
        return [(at + old, at + new) for at, (old, new) in moves if new - old >= DAY]

    def part(self, at: int) -> int:
        """Which stretch of constant offset the moment lies in."""
        return bisect_right(self.ats, at) - 1

    def wall(self, at: int) -> int:
        return at + self.aheads[self.part(at)]

    def upto(self, at: int) -> int:
        part = self.part(at)
        return self.line.upto(at + self.aheads[part]) + self.shifts[part]

    def first(self, amount: int) -> int:
        """The earliest moment by which the amount is worked; it has to lie within reach."""
        part = bisect_left(self.sums, amount) - 1
        found = self.line.first(amount - self.shifts[part])
        assert found is not None  # noqa: S101 - the sums say that it is in this part
        return found - self.aheads[part]

    def last(self, amount: int) -> int:
        """The latest moment by which no more is worked; it has to lie within reach."""
        part = bisect_right(self.sums, amount) - 1
        found = self.line.last(amount - self.shifts[part])
        assert found is not None  # noqa: S101 - the sums say that it is in this part
        return found - self.aheads[part]

    def opening(self, wall: int) -> int:
        """The first moment at which the wall shows that time or, if it skips it, a later one."""
        part = self.part(wall - DAY)
        while self.ats[part + 1] + self.aheads[part] <= wall:
            part += 1
        return max(self.ats[part], wall - self.aheads[part])

    def closing(self, wall: int) -> int:
        """The moment up to which, for the last time, the wall shows earlier ones."""
        part = self.part(wall + DAY)
        while self.ats[part] + self.aheads[part] >= wall:
            part -= 1
        return min(self.ats[part + 1], wall - self.aheads[part])


@dataclass(frozen=True, eq=False)
class Calendar:
    """When a branch works. Two calendars are equal only if they are the same object; build one for each version and keep it.

    `week`: seven weekdays, Monday first. `days` replaces a date's spans (empty: closed). `names`: what closed dates are called.
    `loaded`: the years whose holidays are known, None for all. Raises WorktimeError for spans that are none.
    """

    zone: dt.tzinfo
    week: Sequence[Spans]
    days: Mapping[dt.date, Spans] = field(default_factory=dict)
    names: Mapping[dt.date, str] = field(default_factory=dict)
    loaded: frozenset[int] | None = None

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise WorktimeError("A week has seven days.")
        object.__setattr__(self, "week", tuple(_checked(spans) for spans in self.week))
        object.__setattr__(self, "days", {date: _checked(spans) for date, spans in self.days.items()})

    # amounts

    def due(self, start: dt.datetime, amount: dt.timedelta) -> dt.datetime:
        """When `amount` of working time from `start` on is used up. Exactly at closing time it is closing time; nothing at all is used
        up at the next opening (or now, if it is open). Raises WorktimeError for a negative amount."""
        if amount < dt.timedelta(0):
            raise WorktimeError("An amount of working time is not negative.")
        if not amount:
            return self.next_opening(start)
        at = _moment(start)
        reach = self._over(at, at)
        wanted = reach.upto(at) + amount // MICROSECOND
        while wanted > reach.sums[-1]:
            reach = self._further(reach)
        return utc(reach.first(wanted))

    def elapsed(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """The working time from one moment to another; zero if the second is the earlier."""
        first, last = _moment(start), _moment(end)
        if last <= first:
            return dt.timedelta(0)
        reach = self._over(first, last)
        return dt.timedelta(microseconds=reach.upto(last) - reach.upto(first))

    # opening and closing

    def is_open(self, at: dt.datetime) -> bool:
        """Whether it is worked at that moment: at an opening yes, at a closing no."""
        now = _moment(at)
        wall = self._over(now, now).wall(now)
        return any(self._time.within(wall, wall + 1))

    def next_opening(self, at: dt.datetime) -> dt.datetime:
        """The next moment that is worked: `at` itself when it is."""
        now = _moment(at)
        reach = self._over(now, now)
        done = reach.upto(now)
        while done >= reach.sums[-1]:
            reach = self._further(reach)
        return utc(reach.last(done))

    def close_of(self, date: dt.date) -> dt.datetime | None:
        """When the last span that starts on that date ends, be it on the next; None if the date is not worked."""
        return self._close(_number(date)) if self.is_workday(date) else None

    def next_close(self, at: dt.datetime) -> dt.datetime:
        """The first close of a day at that moment or after it; a shift that began yesterday closes today. A lunch is no close."""
        now = _moment(at)
        today = self._over(now, now).wall(now) // DAY
        closes = [self._close(number) for number in (today - 1, today) if self._own(number)]
        return min((close for close in closes if close >= at), default=None) or self._close(self._workday(today, 1))

    # dates

    def in_zone(self, at: dt.datetime) -> dt.datetime:
        """The same moment as the calendar's clocks show it."""
        return utc(_moment(at)).astimezone(self.zone)

    def is_workday(self, date: dt.date) -> bool:
        """Whether a span starts on that date."""
        return bool(self._own(_number(date)))

    @cached_property
    def usual_day(self) -> dt.timedelta:
        """How long most worked days of the week are; the longer where as many are. Nothing where no weekday is worked."""
        lengths = [sum(end - start for start, end in spans) for spans in self.week if spans]
        return dt.timedelta(minutes=max(lengths, key=lambda one: (lengths.count(one), one), default=0))

    def workdays(self, start: dt.datetime, days: int) -> dt.datetime:
        """The close of the n-th working day after the local date of `start`, which does not count (R32). 0: the close of that date itself,
        or, if it is not worked, of the next working day. Raises WorktimeError for a negative number."""
        if days < 0:
            raise WorktimeError("A number of working days is not negative.")
        now = _moment(start)
        return self._close(self._workday(self._over(now, now).wall(now) // DAY, days))

    def days_later(self, start: dt.datetime, days: int) -> dt.datetime:
        """The same local time so many dates later (R32); moved to the next close if that date is not worked. A local time that the wall
        shows twice is the first of the two, one that it skips is the moment of the skip."""
        now = _moment(start)
        wall = self._over(now, now).wall(now) + days * DAY
        later = utc(self._over(wall, wall).opening(wall))
        return later if self._own(wall // DAY) else self.next_close(later)

    def end_of(self, date: dt.date) -> dt.datetime:
        """When that local date ends, worked or not: a bare date runs out then (R32)."""
        wall = (_number(date) + 1) * DAY
        return utc(self._over(wall, wall).closing(wall))

    def unloaded_years(self, start: dt.datetime, end: dt.datetime) -> list[int]:
        """The local years from one moment to the other whose holidays are not known."""
        first, last = sorted(self.in_zone(at).year for at in (start, end))
        return [] if self.loaded is None else [year for year in range(first, last + 1) if year not in self.loaded]

    # explaining (R29a)

    def spans(self, start: dt.datetime, end: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
        """What is worked from one moment to another, cut off there; spans that overlap or touch are one."""
        return [(utc(opens), utc(closes)) for opens, closes in self._worked(_moment(start), _moment(end))]

    def gaps(self, start: dt.datetime, end: dt.datetime) -> list[Gap]:
        """What is not worked from one moment to another, and why; neighbours with the same reason are one."""
        first, last = _moment(start), _moment(end)
        edges = [first, *(edge for span in self._worked(first, last) for edge in span), last]
        found: list[Gap] = []
        for opens, closes in zip(edges[::2], edges[1::2], strict=True):
            for gap in self._explained(opens, closes):
                if found and found[-1].end == gap.start and found[-1][2:] == gap[2:]:
                    gap = found.pop()._replace(end=gap.end)
                found.append(gap)
        return found

    def _worked(self, start: int, end: int) -> Pieces:
        if end <= start:
            return ()
        reach = self._over(start, end)
        found = []
        for part in range(reach.part(start), reach.part(end - 1) + 1):
            ahead = reach.aheads[part]
            first, last = max(start, reach.ats[part]) + ahead, min(end, reach.ats[part + 1]) + ahead
            found += [(opens - ahead, closes - ahead) for opens, closes in reach.line.within(first, last)]
        return unite(found)

    def _explained(self, start: int, end: int) -> list[Gap]:
        """Time that is not worked, date by date."""
        found = []
        while start < end:
            reach = self._over(start, end)
            part = reach.part(start)
            wall = start + reach.aheads[part]
            number = wall // DAY
            until = min(end, reach.ats[part + 1], (number + 1) * DAY - reach.aheads[part])
            found.append(Gap(utc(start), utc(until), *self._why(number, wall - number * DAY)))
            start = until
        return found

    def _why(self, number: int, time: int) -> tuple[Why, str]:
        own = self._own(number)
        if own:
            return (Why.BREAK if own[0][0] * MINUTE <= time < own[-1][1] * MINUTE else Why.OFF_HOURS), ""
        return (Why.CLOSED, self.names.get(_date(number), "")) if number in self._special else (Why.DAY_OFF, "")

    # days by number

    def _own(self, number: int) -> Spans:
        """The spans that start on that day."""
        spans = self._special.get(number)
        return self.week[(number + 3) % 7] if spans is None else spans

    def _close(self, number: int) -> dt.datetime:
        wall = number * DAY + self._own(number)[-1][1] * MINUTE
        return utc(self._over(wall, wall).closing(wall))

    def _workday(self, number: int, days: int) -> int:
        """The n-th working day after that day; 0: that day or else the next. Dates that a zone skipped are none."""
        wanted = self._count.upto(number + min(days, 1)) + max(days, 1)
        found = self._nth(wanted)
        for skipped in self._over(number * DAY, found * DAY).skipped:
            if number < skipped <= found and self._own(skipped):
                wanted += 1
                found = self._nth(wanted)
        return found

    def _nth(self, wanted: int) -> int:
        found = self._count.first(wanted)
        if found is None:
            raise self._none()
        return found - 1

    @cached_property
    def _special(self) -> dict[int, Spans]:
        return {_number(date): spans for date, spans in self.days.items()}

    @cached_property
    def _count(self) -> Line:
        """Working days as a line whose days have length 1."""
        return Line(1, [_one(spans) for spans in self.week], {number: _one(spans) for number, spans in self._special.items()})

    @cached_property
    def _time(self) -> Line:
        """Working time by the wall clock. A special date changes the next one too, when a shift runs, or no longer runs, past midnight."""
        touched = {touched for number in self._special for touched in (number, number + 1)}
        week = [_pieces(self.week[i], self.week[i - 1]) for i in range(7)]
        return Line(DAY, week, {number: _pieces(self._own(number), self._own(number - 1)) for number in touched})

    # years within reach

    def _over(self, first: int, last: int) -> _Reach:
        """A reach with both moments well inside. It is kept, and grows with what is asked."""
        reach: _Reach | None = self.__dict__.get("_reach")
        if reach and reach.ats[0] + MARGIN <= first and last <= reach.ats[-1] - MARGIN:
            return reach
        blocks = [_block(first - MARGIN), _block(last + MARGIN) + 1, *(reach.blocks if reach else ())]
        return self._keep(_Reach(self.zone, self._time, min(blocks), max(blocks)))

    def _further(self, reach: _Reach) -> _Reach:
        """Twice as many years on."""
        first, last = reach.blocks
        if last == BLOCKS or not (any(self.week) or any(self.days.values())):
            raise self._none()
        return self._keep(_Reach(self.zone, self._time, first, min(2 * last - first, BLOCKS)))

    def _keep(self, reach: _Reach) -> _Reach:
        self.__dict__["_reach"] = reach
        return reach

    def _none(self) -> NoWorkingTimeError:
        worked = any(self.week) or any(self.days.values())
        return NoWorkingTimeError(
            f"The calendar has not so much working time up to {LAST_YEAR}." if worked else "The calendar has no working time."
        )


def _checked(spans: Spans) -> Spans:
    for start, end in spans:
        if not 0 <= start < MIDNIGHT or not start < end < 2 * MIDNIGHT:
            raise WorktimeError("A span starts within its day, is longer than nothing and ends before the next day does.")
    return unite(spans)


def _pieces(own: Spans, yesterday: Spans) -> Pieces:
    """What is worked between the midnights of a day, in microseconds: its own spans, and what runs over from the day before."""
    today = [(start, min(end, MIDNIGHT)) for start, end in own]
    over = [(max(start - MIDNIGHT, 0), end - MIDNIGHT) for start, end in yesterday if end > MIDNIGHT]
    return unite((start * MINUTE, end * MINUTE) for start, end in today + over)


def _one(spans: Spans) -> Pieces:
    return ((0, 1),) if spans else ()


def _number(date: dt.date) -> int:
    return date.toordinal() - DAY_0


def _date(number: int) -> dt.date:
    return dt.date.fromordinal(number + DAY_0)


def _moment(at: dt.datetime) -> int:
    try:
        return moment(at)
    except TypeError as error:
        raise WorktimeError("A time without offset is no moment.") from error


def _block(at: int) -> int:
    if not block_start(0) <= at < block_start(BLOCKS):
        raise WorktimeError(f"Only the years from {FIRST_YEAR} to {LAST_YEAR} are reckoned with.")
    return (utc(at).year - FIRST_YEAR) // BLOCK
