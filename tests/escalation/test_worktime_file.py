"""The calendar file: what it says, and how its faults are named."""

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.calendarfile import CalendarFileError, dump, parse, read
from escalation.worktime import Calendar
from tests.escalation.test_worktime_minutes import spans

FILE = """{"tz": "Asia/Shanghai",
 "week": {"mon": [["08:30","12:00"],["13:30","17:30"]], "fri": [["22:00","06:00"]], "sat": [["00:00","24:00"]], "sun": [["18:00","00:00"]]},
 "days": {"2026-10-01": [], "2026-10-10": [["08:30","12:00"]]}}"""


def test_what_a_file_says() -> None:
    calendar = parse(FILE)
    assert str(calendar.zone) == "Asia/Shanghai"
    assert calendar.week == (((510, 720), (810, 1050)), (), (), (), ((1320, 1800),), ((0, 1440),), ((1080, 1440),))
    assert calendar.days == {dt.date(2026, 10, 1): (), dt.date(2026, 10, 10): ((510, 720),)}
    assert (calendar.loaded, calendar.names) == (None, {})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tz": None}, "tz: “None” is no time zone, write one like Asia/Shanghai"),
        ({"tz": "Asia/Lanchuan"}, "tz: “Asia/Lanchuan” is no time zone, write one like Asia/Shanghai"),
        ({"tz": "../Asia/Shanghai"}, "tz: “../Asia/Shanghai” is no time zone, write one like Asia/Shanghai"),
        ({"tz": "Asia"}, "tz: “Asia” is no time zone, write one like Asia/Shanghai"),
        ({"tz": ""}, "tz: “” is no time zone, write one like Asia/Shanghai"),
        ({"zone": "Asia/Shanghai"}, "the file: unknown key “zone”, known are tz, week, days"),
        ({"week": []}, "week: has to be an object {…}"),
        ({"week": {"monday": []}}, "week: unknown key “monday”, known are mon, tue, wed, thu, fri, sat, sun"),
        ({"week": {"mon": "08:30-12:00"}}, "week.mon: has to be a list of spans [start, end], empty when closed"),
        ({"week": {"mon": [["08:30", "12:00"], ["13:30"]]}}, 'week.mon[1]: a span is a pair like ["08:30", "12:00"]'),
        ({"week": {"mon": [["8:30", "12:00"]]}}, "week.mon[0]: “8:30” is no time, write one like 08:30, at most 24:00"),
        ({"week": {"mon": [["08:30", "24:01"]]}}, "week.mon[0]: “24:01” is no time, write one like 08:30, at most 24:00"),
        ({"week": {"mon": [["08:30", "12:60"]]}}, "week.mon[0]: “12:60” is no time, write one like 08:30, at most 24:00"),
        ({"week": {"mon": [[8, 12]]}}, "week.mon[0]: “8” is no time, write one like 08:30, at most 24:00"),
        ({"week": {"mon": [["24:00", "06:00"]]}}, "week.mon[0]: a span cannot start at 24:00, write 00:00 of the next day"),
        ({"week": {"mon": [["08:00", "08:00"]]}}, "week.mon[0]: the span is empty; a whole day is 00:00 to 24:00"),
        ({"days": []}, "days: has to be an object {…}"),
        ({"days": {"2026-02-30": []}}, "days.2026-02-30: is no date, write one like 2026-10-01"),
        ({"days": {"20261001": []}}, "days.20261001: is no date, write one like 2026-10-01"),
        ({"days": {"2026-10-01": None}}, "days.2026-10-01: has to be a list of spans [start, end], empty when closed"),
        ({"days": {"2026-10-01": [["12:00", "12:00"]]}}, "days.2026-10-01[0]: the span is empty; a whole day is 00:00 to 24:00"),
    ],
)
def test_a_fault_is_named_with_its_key(change: dict[str, object], message: str) -> None:
    with pytest.raises(CalendarFileError) as error:
        parse(json.dumps(json.loads(FILE) | change))
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[]", "the file: has to be an object {…}"),
        ("{}", "tz: is missing"),
        ('{"tz": "UTC"}', "week: is missing"),
        ('{"tz": "UTC", "tz": "UTC"}', "“tz” stands there twice"),
        ('{"tz": "UTC", "week": {"mon": [], "mon": []}}', "“mon” stands there twice"),
    ],
)
def test_what_is_no_calendar_file(text: str, message: str) -> None:
    with pytest.raises(CalendarFileError) as error:
        parse(text)
    assert str(error.value) == message


def test_days_may_be_left_out() -> None:
    assert parse('{"tz": "UTC", "week": {}}').days == {}


def test_reading_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "calendar.json"
    for content, message in (
        (None, "cannot be read (No such file or directory)"),
        (b"\xff\xfe", "cannot be read (not UTF-8)"),
        (b"{}", "tz: is missing"),
    ):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(CalendarFileError) as error:
            read(path)
        assert str(error.value) == f"{path}: {message}"
    path.write_text(FILE, encoding="utf-8-sig")
    assert read(path).week == parse(FILE).week


@settings(max_examples=60, deadline=None)
@given(st.lists(spans(), min_size=7, max_size=7), st.dictionaries(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), spans(), max_size=3))
def test_what_is_written_is_read_again(week: list[tuple[tuple[int, int], ...]], days: dict[dt.date, tuple[tuple[int, int], ...]]) -> None:
    calendar = Calendar(ZoneInfo("Asia/Shanghai"), week, days)
    again = parse(dump(calendar))
    assert (again.zone, again.week, again.days) == (calendar.zone, calendar.week, calendar.days)


def test_united_spans_of_a_day_and_more_can_be_written() -> None:
    calendar = Calendar(ZoneInfo("UTC"), [((0, 1440), (1320, 1800)), ((480, 1440), (1380, 1920)), ((0, 1440),), (), (), (), ()])
    assert calendar.week[:3] == (((0, 1800),), ((480, 1920),), ((0, 1440),))
    assert parse(dump(calendar)).week == calendar.week
