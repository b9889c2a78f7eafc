"""Working time on a calendar that one can reckon in one's head: Lanchuan's week, National Day 2026 and its make-up Saturday (R32)."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from escalation.worktime import Calendar, Gap, NoWorkingTimeError, Spans, Why, WorktimeError

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY: Spans = ((510, 720), (810, 1050))  # 08:30-12:00, 13:30-17:30
OCTOBER = {dt.date(2026, 10, day): () for day in range(1, 8)}
LANCHUAN = Calendar(
    SHANGHAI,
    [DAY] * 5 + [()] * 2,
    days={**OCTOBER, dt.date(2026, 10, 10): DAY, dt.date(2026, 12, 31): DAY[:1]},
    names=dict.fromkeys(OCTOBER, "National Day"),
    loaded=frozenset({2025, 2026}),
)
NIGHTS = Calendar(SHANGHAI, [((1320, 1800),)] * 5 + [()] * 2)  # 22:00-06:00 from Monday to Friday
NEVER = Calendar(SHANGHAI, [()] * 7)
HOUR = dt.timedelta(hours=1)
TICK = dt.timedelta(microseconds=1)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("09-30 16:30", 0.5, "09-30 17:00"),
        ("09-30 16:30", 1, "09-30 17:30"),  # exactly at closing time it is closing time, not the next opening
        ("09-30 11:00", 1, "09-30 12:00"),  # so at lunch
        ("09-30 11:00", 2, "09-30 14:30"),
        ("09-30 16:30", 2, "10-08 09:30"),  # over the holidays
        ("09-30 17:30", 1, "10-08 09:30"),  # a start at closing time counts from the next opening
        ("10-03 10:00", 1, "10-08 09:30"),
        ("10-09 17:00", 1, "10-10 09:00"),  # the make-up Saturday
        ("10-10 17:00", 1, "10-12 09:00"),
        ("12-31 11:00", 2, "12-31 12:00"),  # half a day: see below
    ],
)
def test_due(start: str, hours: float, due: str) -> None:
    wanted = at(due) if start != "12-31 11:00" else at(due) + dt.timedelta(hours=21.5)  # 1 January 2027 is a Friday not loaded as a holiday
    assert LANCHUAN.due(at(start), hours * HOUR) == wanted


@pytest.mark.parametrize(
    ("start", "opens"),
    [
        ("09-30 10:00", "09-30 10:00"),
        ("09-30 08:30", "09-30 08:30"),
        ("09-30 12:00", "09-30 13:30"),
        ("09-30 17:30", "10-08 08:30"),
        ("10-09 23:59", "10-10 08:30"),
        ("10-10 17:30", "10-12 08:30"),
    ],
)
def test_the_next_opening_and_a_zero_amount(start: str, opens: str) -> None:
    assert LANCHUAN.next_opening(at(start)) == at(opens)
    assert LANCHUAN.due(at(start), dt.timedelta(0)) == at(opens)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("09-30 16:30", "10-08 09:30", 2),
        ("09-30 12:00", "09-30 13:30", 0),
        ("09-30 10:00", "09-30 10:00", 0),
        ("10-08 09:30", "09-30 16:30", 0),  # reversed
        ("10-01 00:00", "10-08 00:00", 0),
        ("12-31 00:00", "12-31 23:59", 3.5),
        ("01-01 00:00", "12-31 23:59", 7.5 * (261 - 5 + 1) - 4),  # 261 weekdays, five of them holidays, one Saturday, one half day
    ],
)
def test_elapsed(start: str, end: str, hours: float) -> None:
    assert LANCHUAN.elapsed(at(start), at(end)) == hours * HOUR


def test_microseconds_count() -> None:
    assert LANCHUAN.due(at("09-30 17:30") - TICK, TICK) == at("09-30 17:30")
    assert LANCHUAN.due(at("09-30 17:30") - TICK, 2 * TICK) == at("10-08 08:30") + TICK
    assert LANCHUAN.elapsed(at("09-30 17:30") - TICK, at("10-08 08:30") + TICK) == 2 * TICK


def test_open_from_the_opening_to_just_before_the_closing() -> None:
    moments = [
        at("09-30 08:30") - TICK,
        at("09-30 08:30"),
        at("09-30 12:00") - TICK,
        at("09-30 12:00"),
        at("10-01 10:00"),
        at("10-10 10:00"),
    ]
    assert [LANCHUAN.is_open(moment) for moment in moments] == [False, True, True, False, False, True]


@pytest.mark.parametrize(
    ("start", "days", "close"),
    [
        ("09-30 16:30", 1, "10-08 17:30"),  # the day of receipt does not count
        ("09-30 03:00", 1, "10-08 17:30"),
        ("09-30 16:30", 3, "10-10 17:30"),
        ("09-30 16:30", 4, "10-12 17:30"),
        ("10-03 10:00", 1, "10-08 17:30"),  # received on a closed day
        ("12-30 10:00", 1, "12-31 12:00"),  # a half day closes at noon
        ("09-30 16:30", 0, "09-30 17:30"),
        ("09-30 20:00", 0, "09-30 17:30"),  # the close of that day, also when it is past
        ("10-03 10:00", 0, "10-08 17:30"),  # that day has no close: the next working day's
    ],
)
def test_working_days_end_at_the_close(start: str, days: int, close: str) -> None:
    assert LANCHUAN.workdays(at(start), days) == at(close)


def test_the_day_of_receipt_is_a_date_of_the_calendars_zone() -> None:
    assert LANCHUAN.workdays(dt.datetime(2026, 10, 8, 20, tzinfo=dt.UTC), 0) == at("10-09 17:30")


def test_a_thousand_working_days_are_two_hundred_weeks() -> None:
    plain = Calendar(SHANGHAI, [DAY] * 5 + [()] * 2)
    assert plain.workdays(at("09-30 10:00"), 1000) == at("09-30 17:30") + dt.timedelta(weeks=200)
    assert plain.due(at("09-30 10:00"), 7500 * HOUR) == at("09-30 10:00") + dt.timedelta(weeks=200)


@pytest.mark.parametrize(
    ("start", "days", "close"),
    [
        ("06-02 01:00", 0, "06-03 06:00"),  # Tuesday 01:00 is in Monday's shift, but Tuesday is the day of receipt
        ("06-02 01:00", 1, "06-04 06:00"),
        ("06-06 01:00", 0, "06-09 06:00"),  # Saturday 01:00: Friday's shift still runs, Saturday has none: Monday's
        ("06-05 23:00", 0, "06-06 06:00"),
    ],
)
def test_a_night_shift_belongs_to_the_date_it_starts_on(start: str, days: int, close: str) -> None:
    assert NIGHTS.workdays(at(start), days) == at(close)


def test_a_shift_runs_into_a_closed_day_and_a_closed_day_has_none() -> None:
    closed = replace(NIGHTS, days={dt.date(2026, 6, 3): ()})
    assert closed.spans(at("06-02 12:00"), at("06-05 12:00")) == [
        (at("06-02 22:00"), at("06-03 06:00")),
        (at("06-04 22:00"), at("06-05 06:00")),
    ]


def test_overlapping_and_touching_spans_are_one() -> None:
    twice = Calendar(SHANGHAI, [((480, 720), (600, 800), (800, 900)), ((0, 1440),), ((0, 1440),), (), (), (), ()])
    assert twice.spans(at("06-01 00:00"), at("06-08 00:00")) == [
        (at("06-01 08:00"), at("06-01 15:00")),
        (at("06-02 00:00"), at("06-04 00:00")),
    ]
    assert twice.elapsed(at("06-01 00:00"), at("06-08 00:00")) == 55 * HOUR


def test_spans_are_cut_off_at_the_range() -> None:
    assert LANCHUAN.spans(at("09-30 11:00"), at("09-30 14:00")) == [
        (at("09-30 11:00"), at("09-30 12:00")),
        (at("09-30 13:30"), at("09-30 14:00")),
    ]
    assert LANCHUAN.spans(at("09-30 12:00"), at("09-30 13:30")) == []
    assert LANCHUAN.spans(at("09-30 14:00"), at("09-30 11:00")) == []


def test_each_gap_says_why() -> None:
    assert LANCHUAN.gaps(at("09-30 11:00"), at("10-12 08:30")) == [
        Gap(at("09-30 12:00"), at("09-30 13:30"), Why.BREAK, ""),
        Gap(at("09-30 17:30"), at("10-01 00:00"), Why.OFF_HOURS, ""),
        Gap(at("10-01 00:00"), at("10-08 00:00"), Why.CLOSED, "National Day"),
        Gap(at("10-08 00:00"), at("10-08 08:30"), Why.OFF_HOURS, ""),
        Gap(at("10-08 12:00"), at("10-08 13:30"), Why.BREAK, ""),
        Gap(at("10-08 17:30"), at("10-09 08:30"), Why.OFF_HOURS, ""),
        Gap(at("10-09 12:00"), at("10-09 13:30"), Why.BREAK, ""),
        Gap(at("10-09 17:30"), at("10-10 08:30"), Why.OFF_HOURS, ""),
        Gap(at("10-10 12:00"), at("10-10 13:30"), Why.BREAK, ""),
        Gap(at("10-10 17:30"), at("10-11 00:00"), Why.OFF_HOURS, ""),
        Gap(at("10-11 00:00"), at("10-12 00:00"), Why.DAY_OFF, ""),
        Gap(at("10-12 00:00"), at("10-12 08:30"), Why.OFF_HOURS, ""),
    ]


@pytest.mark.parametrize(
    ("start", "days", "later"),
    [
        ("10-08 09:15", 1, "10-09 09:15"),
        ("10-08 20:15", 1, "10-09 20:15"),  # worked that day, though not at that time
        ("10-04 10:00", 7, "10-12 17:30"),  # a Sunday
        ("09-24 10:00", 7, "10-08 17:30"),  # a holiday
        ("10-03 10:00", 7, "10-10 10:00"),  # a make-up Saturday
    ],
)
def test_days_later_or_the_next_close(start: str, days: int, later: str) -> None:
    assert LANCHUAN.days_later(at(start), days) == at(later)


@pytest.mark.parametrize(
    ("moment", "close"),
    [("09-30 12:00", "09-30 17:30"), ("09-30 17:30", "09-30 17:30"), ("09-30 17:31", "10-08 17:30"), ("10-10 18:00", "10-12 17:30")],
)
def test_the_next_close(moment: str, close: str) -> None:
    assert LANCHUAN.next_close(at(moment)) == at(close)


def test_yesterdays_shift_closes_today() -> None:
    assert NIGHTS.next_close(at("06-06 03:00")) == at("06-06 06:00")
    assert NIGHTS.next_close(at("06-06 06:01")) == at("06-09 06:00")


def test_what_a_date_closes_with_and_when_it_ends() -> None:
    assert LANCHUAN.close_of(dt.date(2026, 12, 31)) == at("12-31 12:00")
    assert LANCHUAN.close_of(dt.date(2026, 10, 1)) is None
    assert NIGHTS.close_of(dt.date(2026, 6, 5)) == at("06-06 06:00")
    assert LANCHUAN.end_of(dt.date(2026, 10, 1)) == at("10-02 00:00")
    assert [LANCHUAN.is_workday(dt.date(2026, 10, day)) for day in (7, 8, 10, 11)] == [False, True, True, False]


def test_years_whose_holidays_are_not_known() -> None:
    start, due = at("12-30 10:00"), LANCHUAN.workdays(at("12-30 10:00"), 3)
    assert LANCHUAN.unloaded_years(start, due) == LANCHUAN.unloaded_years(due, start) == [2027]
    assert LANCHUAN.unloaded_years(start, at("12-31 23:59")) == []
    assert LANCHUAN.unloaded_years(start, dt.datetime(2026, 12, 31, 16, tzinfo=dt.UTC)) == [2027]  # it is 2027 in Shanghai
    assert NIGHTS.unloaded_years(start, due) == []


def test_a_calendar_without_working_time_says_so() -> None:
    for ask in (
        lambda: NEVER.due(at("06-01 10:00"), HOUR),
        lambda: NEVER.next_opening(at("06-01 10:00")),
        lambda: NEVER.workdays(at("06-01 10:00"), 1),
        lambda: NEVER.workdays(at("06-01 10:00"), 0),
        lambda: NEVER.next_close(at("06-01 10:00")),
    ):
        with pytest.raises(NoWorkingTimeError, match="no working time"):
            ask()
    assert NEVER.elapsed(at("06-01 10:00"), at("12-01 10:00")) == dt.timedelta(0)
    assert NEVER.spans(at("06-01 10:00"), at("12-01 10:00")) == []
    assert NEVER.is_open(at("06-01 10:00")) is False
    assert NEVER.gaps(at("06-01 10:00"), at("06-03 10:00")) == [Gap(at("06-01 10:00"), at("06-03 10:00"), Why.DAY_OFF, "")]


def test_a_calendar_that_comes_to_its_end() -> None:
    once = replace(NEVER, days={dt.date(2026, 6, 3): DAY})
    assert once.due(at("06-01 10:00"), 7.5 * HOUR) == once.workdays(at("06-01 10:00"), 1) == at("06-03 17:30")
    for ask in (
        lambda: once.due(at("06-01 10:00"), 7.5 * HOUR + TICK),
        lambda: once.next_opening(at("06-03 17:30")),
        lambda: once.workdays(at("06-03 10:00"), 1),
    ):
        with pytest.raises(NoWorkingTimeError, match="not so much working time up to 2499"):
            ask()


def test_what_is_no_question() -> None:
    with pytest.raises(WorktimeError, match="not negative"):
        LANCHUAN.due(at("06-01 10:00"), -TICK)
    with pytest.raises(WorktimeError, match="not negative"):
        LANCHUAN.workdays(at("06-01 10:00"), -1)
    with pytest.raises(WorktimeError, match="without offset"):
        LANCHUAN.due(dt.datetime(2026, 6, 1), HOUR)  # noqa: DTZ001 - that is the point
    for year in (1899, 2500):
        with pytest.raises(WorktimeError, match="1900 to 2499"):
            LANCHUAN.elapsed(dt.datetime(year, 6, 1, tzinfo=dt.UTC), at("06-01 10:00").replace(year=2501))
    with pytest.raises(WorktimeError, match="1900 to 2499"):
        LANCHUAN.workdays(at("06-01 10:00"), 10**30)
    with pytest.raises(NoWorkingTimeError, match="2499"):
        LANCHUAN.due(at("06-01 10:00"), 10**7 * HOUR)


@pytest.mark.parametrize("spans", [((720, 510),), ((0, 0),), ((1440, 1500),), ((-1, 5),), ((600, 2880),)])
def test_what_is_no_span(spans: Spans) -> None:
    with pytest.raises(WorktimeError, match="A span"):
        Calendar(SHANGHAI, [spans] * 7)
    with pytest.raises(WorktimeError, match="A span"):
        replace(LANCHUAN, days={dt.date(2026, 6, 1): spans})


def test_a_week_has_seven_days() -> None:
    with pytest.raises(WorktimeError, match="seven"):
        Calendar(SHANGHAI, [DAY] * 5)


def test_a_calendar_is_itself_alone() -> None:
    copy = replace(LANCHUAN)
    assert (copy == LANCHUAN, LANCHUAN == LANCHUAN, len({copy, LANCHUAN})) == (False, True, 2)
    assert (copy.week, copy.days) == (LANCHUAN.week, LANCHUAN.days)
