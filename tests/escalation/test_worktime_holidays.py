"""China's holidays and make-up days, and a year that someone loads."""

import datetime as dt

import pytest

from escalation.calendarfile import CalendarFileError
from escalation.holidays import WORKDAY, Year, china_days, china_year, read_year
from escalation.worktime import Spans

DAY: Spans = ((510, 720), (810, 1050))
WEEK: list[Spans] = [DAY] * 5 + [()] * 2


def test_chinas_year_2026() -> None:
    """As the State Council gave it out on 4 November 2025: 33 days off and six Saturdays and Sundays made up."""
    days = china_days(2026)
    assert days is not None
    assert sorted(date for date, name in days.items() if name == WORKDAY) == [
        dt.date(2026, 1, 4), dt.date(2026, 2, 14), dt.date(2026, 2, 28), dt.date(2026, 5, 9), dt.date(2026, 9, 20), dt.date(2026, 10, 10),
    ]  # fmt: skip
    lengths = {name: list(days.values()).count(name) for name in days.values()}
    assert lengths == {
        "New Year's Day": 3, "Spring Festival": 9, "Tomb-sweeping Day": 3, "Labour Day": 5, "Dragon Boat Festival": 3,
        "Mid-autumn Festival": 3, "National Day": 7, WORKDAY: 6,
    }  # fmt: skip
    assert [days.get(dt.date(2026, 10, day)) for day in (1, 7, 8, 10, 11)] == ["National Day", "National Day", None, WORKDAY, None]


def test_years_that_are_not_known_are_none() -> None:
    assert [china_days(year) is None for year in (2003, 2004, 2026, 2099)] == [True, False, False, True]
    assert china_year(2099, WEEK) is None


def test_a_make_up_day_is_worked_like_a_monday() -> None:
    year = china_year(2026, WEEK)
    assert year is not None
    assert (year.days[dt.date(2026, 10, 10)], year.days[dt.date(2026, 10, 1)]) == (DAY, ())
    assert (year.names[dt.date(2026, 10, 1)], dt.date(2026, 10, 10) in year.names) == ("National Day", False)
    tuesdays = china_year(2026, [(), DAY[:1], DAY, (), (), (), ()])
    assert tuesdays is not None
    assert tuesdays.days[dt.date(2026, 10, 10)] == DAY[:1]


EXPECTED = Year(
    {dt.date(2027, 1, 1): (), dt.date(2027, 2, 6): DAY, dt.date(2027, 12, 31): DAY[:1]},
    {dt.date(2027, 1, 1): "元旦"},
)


def test_a_list_as_csv() -> None:
    text = "\ufeffdate,what,name\n2027-01-01,closed,元旦\n\n2027-02-06 , Workday\n2027-12-31,08:30-12:00,\n"
    assert read_year(text, 2027, WEEK) == EXPECTED


@pytest.mark.parametrize("outer", ["%s", '{"days": %s}', '{"tz": "Asia/Shanghai", "week": {}, "days": %s}'])
def test_a_list_as_calendar_file(outer: str) -> None:
    text = '{"2027-01-01": [], "2027-02-06": [["08:30", "12:00"], ["13:30", "17:30"]], "2027-12-31": [["08:30", "12:00"]]}'
    assert read_year(outer % text, 2027, WEEK) == Year(EXPECTED.days, {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "There is no date of 2027 in it."),
        ("{}", "There is no date of 2027 in it."),
        ("2026-01-01,closed", "days.2026-01-01: is not a date of 2027"),
        ('{"2026-01-01": []}', "days.2026-01-01: is not a date of 2027"),
        ('{"days": {}, "year": 2027}', "the file: unknown key “year”, known are days"),
        ("2027-01-01", "line 1: has to be date, closed/workday/spans and, if it has one, a name"),
        ("2027-01-01,closed,New Year,holiday", "line 1: has to be date, closed/workday/spans and, if it has one, a name"),
        ("1 January,closed", "line 1: is no date, write one like 2026-10-01"),
        ("2027-01-01,closed\n2027-01-01,workday", "line 2: 2027-01-01 stands there twice"),
        ("2027-01-01,holiday", 'line 1[0]: a span is a pair like ["08:30", "12:00"]'),
        ("2027-01-01,", "line 1: says not what the date is: closed, workday or spans like 08:30-12:00"),
        ("2027-01-01,08:30-12:00 13:30-25:00", "line 1[1]: “25:00” is no time, write one like 08:30, at most 24:00"),
    ],
)
def test_a_fault_is_named(text: str, message: str) -> None:
    with pytest.raises(CalendarFileError) as error:
        read_year(text, 2027, WEEK)
    assert str(error.value) == message
