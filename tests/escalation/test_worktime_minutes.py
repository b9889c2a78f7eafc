"""Working time against a slow count of minutes that is obviously right: each minute, is the time on the wall's clock within a span?"""

import datetime as dt
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from escalation.worktime import Calendar, Spans

ZONES = ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Shanghai", "UTC", "America/New_York", "America/Santiago", "America/Havana"]
ZONES += ["America/St_Johns", "Africa/Casablanca", "Asia/Kathmandu", "Asia/Gaza", "Africa/Cairo", "Pacific/Apia", "Asia/Tehran"]
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
WINDOW = 3 * 24 * 60  # minutes looked at
AT_ONCE = (Phase.explicit, Phase.reuse, Phase.generate)  # a failure is shown as it was found: to shrink it takes minutes
LENGTH = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=AT_ONCE)


class Slow(NamedTuple):
    """The same calendar, asked minute by minute."""

    zone: ZoneInfo
    week: list[Spans]
    days: dict[dt.date, Spans]

    def own(self, date: dt.date) -> Spans:
        return self.days.get(date, self.week[date.weekday()])

    def belongs(self, minute: dt.datetime) -> list[dt.date]:
        """The dates whose spans have that minute: its own, or the one before, with a shift past midnight."""
        local = minute.astimezone(self.zone)
        date, time = local.date(), local.hour * 60 + local.minute
        found = []
        for day, shown in ((date, time), (date - DAY, time + 24 * 60)):
            for start, end in self.own(day):
                if start <= shown < end:
                    found.append(day)
                    break
        return found

    def minutes(self, start: dt.datetime, count: int) -> list[bool]:
        return [bool(self.belongs(start + i * MINUTE)) for i in range(count)]

    def runs(self, start: dt.datetime, count: int) -> list[tuple[dt.datetime, dt.datetime]]:
        """From where to where the minutes are worked."""
        worked = [False, *self.minutes(start, count), False]
        edges = [start + i * MINUTE for i, (before, after) in enumerate(pairwise(worked)) if before != after]
        return list(zip(edges[::2], edges[1::2], strict=True))


def transitions(zone: ZoneInfo, year: int) -> list[dt.datetime]:
    """The days of the year before whose end the clocks are moved."""
    days = [dt.datetime(year, 1, 1, tzinfo=dt.UTC) + i * DAY for i in range(365)]
    return [day for day in days if day.astimezone(zone).utcoffset() != (day + DAY).astimezone(zone).utcoffset()]


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    step = draw(st.sampled_from([1, 15, 30, 60]))
    times = st.integers(0, 24 * 60 // step - 1).map(lambda n: n * step)
    pairs = draw(st.lists(st.tuples(times, times | st.just(24 * 60)), min_size=draw(st.sampled_from([1, 2, 0])), max_size=3))
    return tuple((start, end if end > start else end + 24 * 60) for start, end in pairs if start != end)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Slow, dt.datetime]:
    """A calendar, and the UTC midnight where to look: often just before the clocks are moved."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    year = draw(st.integers(1973, 2090))
    moved = transitions(zone, year)
    anywhere = st.integers(1, 360).map(lambda n: dt.datetime(year, 1, 1, tzinfo=dt.UTC) + n * DAY)
    start = draw(st.sampled_from(moved) if moved and draw(st.integers(0, 3)) else anywhere) - draw(st.integers(0, 1)) * DAY
    week = draw(st.lists(spans(), min_size=7, max_size=7))
    near = st.integers(-2, 5).map(lambda n: start.date() + n * DAY)
    return Slow(zone, week, draw(st.dictionaries(near, spans(), max_size=4))), start


def fast(slow: Slow) -> Calendar:
    return Calendar(slow.zone, slow.week, slow.days)


@LENGTH
@given(cases(), st.lists(st.tuples(st.integers(0, WINDOW - 1), st.integers(0, WINDOW - 1)), min_size=8, max_size=8))
def test_open_elapsed_due_and_next_opening_are_what_the_minutes_say(case: tuple[Slow, dt.datetime], places: list[tuple[int, int]]) -> None:
    slow, start = case
    calendar, worked = fast(slow), slow.minutes(start, WINDOW)
    for here, there in places:
        at, to = start + here * MINUTE, start + there * MINUTE
        assert calendar.is_open(at) is worked[here]
        assert calendar.elapsed(at, to) == sum(worked[here:there]) * MINUTE
        ahead = [i for i in range(here, WINDOW) if worked[i]]
        if ahead:
            assert calendar.next_opening(at) == calendar.due(at, dt.timedelta(0)) == start + ahead[0] * MINUTE
            amount = 1 + there % len(ahead)
            assert calendar.due(at, amount * MINUTE) == start + (ahead[amount - 1] + 1) * MINUTE


def joined(stretches: list[tuple[dt.datetime, dt.datetime]]) -> list[tuple[dt.datetime, dt.datetime]]:
    """Stretches that follow upon one another without overlap, as one."""
    done: list[tuple[dt.datetime, dt.datetime]] = []
    for start, end in sorted(stretches):
        if done and done[-1][1] == start:
            start = done.pop()[0]
        done += [(start, end)] if start < end else []
    return done


@LENGTH
@given(cases(), st.integers(0, WINDOW), st.integers(0, WINDOW))
def test_spans_and_gaps_are_what_the_minutes_say(case: tuple[Slow, dt.datetime], here: int, there: int) -> None:
    slow, start = case
    calendar, first, last = fast(slow), min(here, there), max(here, there)
    at, to = start + first * MINUTE, start + last * MINUTE
    runs = slow.runs(at, last - first)
    assert calendar.spans(at, to) == runs
    gaps = [(gap.start, gap.end) for gap in calendar.gaps(at, to)]
    assert joined(gaps + runs) == joined([(at, to)])
    assert all(calendar.elapsed(*gap) == dt.timedelta(0) for gap in gaps)


@LENGTH
@given(cases(), st.integers(0, WINDOW // 2), st.integers(0, 2))
def test_the_close_of_a_working_day_is_after_its_last_minute(case: tuple[Slow, dt.datetime], here: int, days: int) -> None:
    slow, start = case
    at = start + here * MINUTE
    closes: dict[dt.date, dt.datetime] = {}
    for minute in (start - 2 * DAY + i * MINUTE for i in range(WINDOW + 4 * 24 * 60)):
        closes |= dict.fromkeys(slow.belongs(minute), minute + MINUTE)
    receipt = at.astimezone(slow.zone).date()
    counted = [date for date in sorted(closes) if (date > receipt if days else date >= receipt)]
    dates = [date for date in counted if date - start.date() < 3 * DAY]
    unseen = [date for date in (start.date() + i * DAY for i in range(-1, 3)) if slow.own(date) and date not in closes]
    if len(dates) >= max(days, 1) and not unseen:  # a span that the clocks skip whole has no minute
        assert fast(slow).workdays(at, days) == closes[dates[max(days, 1) - 1]]


@LENGTH
@given(
    cases(),
    st.integers(-(10**15), 10**15),
    st.integers(1, 10**14),
)
@example((Slow(ZoneInfo("Europe/Berlin"), [((0, 1440),)] * 7, {}), dt.datetime(2026, 3, 28, tzinfo=dt.UTC)), 0, 90_000_000_000)
def test_an_amount_is_used_up_when_it_has_elapsed(case: tuple[Slow, dt.datetime], away: int, amount: int) -> None:
    """To the microsecond, and over decades: `due` is the first moment by which the amount has elapsed."""
    slow, start = case
    calendar, at, worked = fast(slow), start + dt.timedelta(microseconds=away), dt.timedelta(microseconds=amount)
    tick = dt.timedelta(microseconds=1)
    if any(slow.week):
        due = calendar.due(at, worked)
        assert calendar.elapsed(at, due) == worked
        assert calendar.elapsed(at, due - tick) == worked - tick
        assert calendar.elapsed(due, at) == dt.timedelta(0)


@LENGTH
@given(cases(), st.lists(st.integers(-(10**9), 2 * 10**9), min_size=3, max_size=3))
def test_what_elapses_adds_up_whatever_was_asked_before(case: tuple[Slow, dt.datetime], places: list[int]) -> None:
    slow, start = case
    first, middle, last = (start + dt.timedelta(seconds=seconds) for seconds in sorted(places))
    calendar = fast(slow)
    parts = [calendar.elapsed(middle, last), calendar.elapsed(first, middle)]
    assert sum(parts, dt.timedelta(0)) == calendar.elapsed(first, last) == fast(slow).elapsed(first, last)


def test_a_whole_year_by_minutes() -> None:
    """Lord Howe moves its clocks by half an hour; with nights, a holiday, and a date replaced on the day of the move."""
    week: list[Spans] = [
        ((510, 720), (810, 1050)),
        ((510, 720),),
        (),
        ((1320, 1800),),
        ((1320, 1800), (600, 660)),
        ((90, 150),),
        ((0, 1440),),
    ]
    slow = Slow(ZoneInfo("Australia/Lord_Howe"), week, {dt.date(2026, 12, 25): (), dt.date(2027, 4, 4): ((75, 105),)})
    start = dt.datetime(2026, 7, 3, 4, 5, tzinfo=dt.UTC)
    worked = slow.minutes(start, 365 * 24 * 60)
    calendar = fast(slow)
    assert calendar.elapsed(start, start + 365 * DAY) == sum(worked) * MINUTE
    assert calendar.due(start, sum(worked) * MINUTE) == start + (max(i for i, here in enumerate(worked) if here) + 1) * MINUTE
    assert calendar.spans(start, start + 365 * DAY) == slow.runs(start, 365 * 24 * 60)
