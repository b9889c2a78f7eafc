"""A timer's time day by day: the sums add up to its length, and what did not count says why."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from complaints.ticket.days import Reckoning, full_length, reckon
from complaints.ticket.drawing import chart
from escalation.calendars import shipped
from escalation.models import Timer
from escalation.timing import due_at, resumed

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = shipped("Asia/Shanghai")
HOUR = dt.timedelta(hours=1)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE).astimezone(dt.UTC)


def timer(clock: str, amount: int, started: str, **given: Any) -> Timer:
    due = due_at(clock, amount, CALENDAR, at(started))  # type: ignore[arg-type]  # the clock by its value
    return Timer(**{"code": "plan", "clock": clock, "amount": amount, "started": at(started), "due": due, "state": "running", **given})


def rows(found: Reckoning) -> list[tuple[str, str, str]]:
    return [(row.label, row.sum, row.note or row.late) for row in chart(found).rows]


def test_a_weekend_lies_between() -> None:
    found = reckon(timer("working", 4 * 3600, "11-20 15:30"), CALENDAR, at("11-20 16:00"))
    assert rows(found) == [("Fri 20 Nov", "2:00", ""), ("21 Nov – 22 Nov", "0:00", "day off"), ("Mon 23 Nov", "2:00", "")]
    assert (found.length, found.spent, found.late) == (4 * HOUR, HOUR / 2, 0 * HOUR)


def test_lunch_does_not_count() -> None:
    day = reckon(timer("working", 2 * 3600, "11-20 11:00"), CALENDAR, at("11-20 18:00")).days[0]
    assert [(piece.kind, piece.start, piece.end) for piece in day.pieces][:3] == [("off", 720, 810), ("on", 660, 720), ("on", 810, 870)]


def test_holidays_are_named_and_a_make_up_day_counts() -> None:
    found = reckon(timer("working_days", 5, "09-29 15:00"), CALENDAR, at("10-20 00:00"))
    closed = [day for day in found.days if day.closed]
    assert (str(closed[0].first), str(closed[0].last), bool(closed[0].closed)) == ("2026-10-01", "2026-10-07", True)
    assert [str(day.first) for day in found.days if day.made_up] == ["2026-10-10"]


def test_all_hours_count_day_and_night() -> None:
    found = reckon(timer("hours", 12 * 3600, "11-20 20:00"), CALENDAR, at("11-21 10:00"))
    assert rows(found) == [("Fri 20 Nov", "4:00", ""), ("Sat 21 Nov", "8:00", "2:00")]
    assert found.late == 2 * HOUR


def test_a_pause_is_left_out_and_the_sum_is_still_its_length() -> None:
    one = timer("working", 6 * 3600, "11-19 09:00")
    begun, ended = at("11-19 10:00"), at("11-20 09:30")
    one.pauses = [[begun.isoformat(), ended.isoformat()]]
    one.due = resumed("working", CALENDAR, one.due, begun, ended)  # type: ignore[arg-type]  # the clock by its value
    found = reckon(one, CALENDAR, at("11-20 18:00"))
    assert (found.length, found.paused, full_length(one)) == (6 * HOUR, 7 * HOUR, 6 * HOUR)


def test_stopped_early_the_rest_is_still_shown() -> None:
    found = reckon(timer("working", 4 * 3600, "11-20 08:30", state="stopped", stopped_at=at("11-20 09:30")), CALENDAR, at("12-01 08:00"))
    assert (found.length, found.spent, len(found.days)) == (4 * HOUR, HOUR, 1)


def test_a_paused_one_goes_on_to_now_only() -> None:
    one = timer("hours", 12 * 3600, "11-20 08:00", state="paused", pauses=[[at("11-20 10:00").isoformat(), None]])
    found = reckon(one, CALENDAR, at("11-20 13:00"))
    assert (found.spent, found.paused, found.length) == (2 * HOUR, 3 * HOUR, 2 * HOUR)


@pytest.mark.parametrize("clock", ["hours", "working"])
@pytest.mark.parametrize("started", ["11-20 03:11", "11-20 12:30", "11-21 09:00", "09-30 17:29", "10-10 13:30"])
@pytest.mark.parametrize("amount", [1, 12, 40])
def test_sums_of_the_rows_are_the_length(clock: str, started: str, amount: int) -> None:
    one = timer(clock, amount * 3600, started)
    found = reckon(one, CALENDAR, one.due + 3 * HOUR)
    assert sum((day.counted for day in found.days), dt.timedelta(0)) == found.length == full_length(one)
    assert sum((day.late for day in found.days), dt.timedelta(0)) == found.late


def test_many_days_alike_share_a_row() -> None:
    found = reckon(timer("hours", 30 * 24 * 3600, "10-01 00:00"), CALENDAR, at("11-20 00:00"))
    assert len(found.days) <= 3
    assert sum((day.counted for day in found.days), dt.timedelta(0)) == 720 * HOUR
