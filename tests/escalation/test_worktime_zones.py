"""Working time where clocks are moved: amounts are elapsed time, and the clock on the wall says what is worked."""

import datetime as dt
from bisect import bisect_right
from zoneinfo import ZoneInfo, available_timezones

import pytest

from escalation.offsets import MICROSECOND, SECOND, block_start, changes, offset
from escalation.worktime import Calendar, Spans

ALWAYS: list[Spans] = [((0, 1440),)] * 7
OFFICE: list[Spans] = [((510, 720), (810, 1050))] * 5 + [()] * 2
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def calendar(zone: str, *spans: tuple[int, int]) -> Calendar:
    return Calendar(ZoneInfo(zone), [spans] * 7)


@pytest.mark.parametrize(
    ("zone", "date", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Europe/Berlin", "2026-10-26", 24),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("America/Santiago", "2026-04-04", 25),  # at 24:00 it is 23:00 again
        ("America/Santiago", "2026-09-06", 23),  # the day begins at 01:00
        ("America/Havana", "2026-11-01", 25),  # 00:00-01:00 twice
        ("America/Havana", "2026-10-31", 24),
        ("America/St_Johns", "2000-10-28", 24 + 59 / 60),  # at 00:01 on Sunday it is 23:01 on Saturday again
        ("America/St_Johns", "2000-10-29", 24 + 1 / 60),
        ("Asia/Shanghai", "1986-05-04", 23),
        ("Asia/Shanghai", "1986-09-14", 25),
        ("Asia/Shanghai", "1991-09-15", 25),
        ("Asia/Shanghai", "2026-05-03", 24),
        ("Pacific/Apia", "2011-12-30", 0),  # there was no such day
        ("Asia/Shanghai", "1900-12-31", 24 + 343 / 3600),  # from local mean time, 8:05:43, to 8:00
    ],
)
def test_a_day_worked_throughout_is_as_long_as_it_is(zone: str, date: str, hours: float) -> None:
    day = dt.date.fromisoformat(date)
    spans: list[Spans] = [()] * 7
    around = [dt.datetime.combine(day, dt.time(), dt.UTC) + days * 24 * HOUR for days in (-3, 4)]
    only = Calendar(ZoneInfo(zone), spans, days={day: ((0, 1440),)})
    assert only.elapsed(*around) == dt.timedelta(seconds=round(hours * 3600))
    assert Calendar(ZoneInfo(zone), ALWAYS).elapsed(*around) == 7 * 24 * HOUR


def test_spans_in_a_skipped_hour() -> None:
    """In Berlin on 29 March 2026, 02:00 was followed by 03:00."""
    day = at("2026-03-29T00:00+01:00"), at("2026-03-30T00:00+02:00")
    moved = at("2026-03-29T03:00+02:00")
    assert calendar("Europe/Berlin", (60, 240)).spans(*day) == [(at("2026-03-29T01:00+01:00"), at("2026-03-29T04:00+02:00"))]
    assert calendar("Europe/Berlin", (150, 240)).spans(*day) == [(moved, at("2026-03-29T04:00+02:00"))]
    assert calendar("Europe/Berlin", (60, 150)).spans(*day) == [(at("2026-03-29T01:00+01:00"), moved)]
    assert calendar("Europe/Berlin", (135, 165)).spans(*day) == []
    assert calendar("Europe/Berlin", (135, 165)).close_of(dt.date(2026, 3, 29)) == moved  # a working day without time, closed by the move


def test_spans_in_an_hour_shown_twice() -> None:
    """In Berlin on 25 October 2026, 03:00 was 02:00 again; what is worked at 02:15 is worked both times, and a break taken both times."""
    day = at("2026-10-25T00:00+02:00"), at("2026-10-26T00:00+01:00")
    shift = calendar("Europe/Berlin", (135, 165))
    both = [
        (at("2026-10-25T02:15+02:00"), at("2026-10-25T02:45+02:00")),
        (at("2026-10-25T02:15+01:00"), at("2026-10-25T02:45+01:00")),
    ]
    assert shift.spans(*day) == both
    assert shift.close_of(dt.date(2026, 10, 25)) == both[1][1]
    assert shift.due(day[0], 31 * MINUTE) == at("2026-10-25T02:16+01:00")
    rest = calendar("Europe/Berlin", (0, 135), (165, 240))
    assert [(gap.start, gap.end) for gap in rest.gaps(day[0], at("2026-10-25T04:00+01:00"))] == both


def test_a_night_shift_over_the_move_is_as_long_as_it_is() -> None:
    night = calendar("Europe/Berlin", (1320, 1800))
    assert night.elapsed(at("2026-10-24T12:00+02:00"), at("2026-10-25T12:00+01:00")) == 9 * HOUR
    assert night.elapsed(at("2026-03-28T12:00+01:00"), at("2026-03-29T12:00+02:00")) == 7 * HOUR
    assert night.due(at("2026-10-24T22:00+02:00"), 8 * HOUR) == at("2026-10-25T05:00+01:00")


def test_days_later_keeps_the_local_time() -> None:
    berlin = Calendar(ZoneInfo("Europe/Berlin"), ALWAYS)
    assert berlin.days_later(at("2026-03-28T10:00+01:00"), 1) == at("2026-03-29T10:00+02:00")
    assert berlin.days_later(at("2026-03-28T02:30+01:00"), 1) == at("2026-03-29T03:00+02:00")  # skipped: when the clocks are moved
    assert berlin.days_later(at("2026-10-24T02:30+02:00"), 1) == at("2026-10-25T02:30+02:00")  # twice: the first
    assert berlin.days_later(at("2026-10-25T02:30+01:00"), 1) == at("2026-10-26T02:30+01:00")


def test_a_date_ends_when_its_last_minute_is_over() -> None:
    ends = {
        ("Europe/Berlin", "2026-10-25"): "2026-10-26T00:00+01:00",
        ("America/Santiago", "2026-04-04"): "2026-04-05T00:00-04:00",
        ("America/Santiago", "2026-09-05"): "2026-09-06T01:00-03:00",
        ("America/Havana", "2026-10-31"): "2026-11-01T00:00-04:00",
        ("America/St_Johns", "2000-10-28"): "2000-10-29T00:00-03:30",
        ("Pacific/Apia", "2011-12-29"): "2011-12-31T00:00+14:00",
        ("Pacific/Apia", "2011-12-30"): "2011-12-31T00:00+14:00",
    }
    found = {key: Calendar(ZoneInfo(key[0]), ALWAYS).end_of(dt.date.fromisoformat(key[1])) for key in ends}
    assert found == {key: at(end) for key, end in ends.items()}


def test_a_date_that_a_zone_left_out_is_no_working_day() -> None:
    """Samoa went from Thursday 29 to Saturday 31 December 2011."""
    apia = Calendar(ZoneInfo("Pacific/Apia"), OFFICE)
    assert apia.workdays(at("2011-12-29T10:00-10:00"), 1) == at("2012-01-02T17:30+14:00")
    assert apia.workdays(at("2011-12-20T10:00-10:00"), 12) == at("2012-01-06T17:30+14:00")
    assert apia.workdays(at("2011-12-20T10:00-10:00"), 7) == at("2011-12-29T17:30-10:00")
    assert apia.due(at("2011-12-29T17:00-10:00"), HOUR) == at("2012-01-02T09:00+14:00")


def test_a_century_of_days_is_reckoned_at_once() -> None:
    shanghai = Calendar(ZoneInfo("Asia/Shanghai"), ALWAYS)
    start, end = at("1970-01-01T00:00+08:00"), at("2100-01-01T00:00+08:00")
    assert shanghai.elapsed(start, end) == end - start
    assert Calendar(ZoneInfo("America/New_York"), ALWAYS).due(start, end - start) == end


@pytest.mark.parametrize("zone", sorted(available_timezones())[::60])
def test_no_move_of_the_clocks_is_missed(zone: str) -> None:
    """At midnight and noon UTC from 1960 to 2059 the offset is the one that was found, and so at each move and a second before it."""
    known = ZoneInfo(zone)
    found = [change for number in range(3, 8) for change in changes(known, number)]
    starts, offsets = [start // SECOND for start, _ in found], [ahead for _, ahead in found]
    moments = {*range(starts[0], block_start(8) // SECOND, 12 * 3600), *starts, *(start - 1 for start in starts[1:])}
    shown = {second: offset(known, second) // MICROSECOND for second in sorted(moments)}
    assert shown == {second: offsets[bisect_right(starts, second) - 1] for second in sorted(moments)}
