# ruff: noqa: DTZ001, DTZ007  # the dates of a spreadsheet have no zone
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.registers.dates import DateFormat, Survey, localised
from complaints.registers.faults import Unclear

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAYOUTS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%d %b %Y", "%B %d, %Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m-%d-%Y")
DATES = st.dates(date(1950, 1, 1), date(2100, 12, 31))


def column(*values, formats=(), cells=""):
    """What the values of a column are read as."""
    survey = Survey(DateFormat(formats, cells))
    for value in values:
        survey.see(value)
    read = survey.decide()
    return [read(value).at.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes").removesuffix(" 00:00") for value in values]


def unclear(*values, formats=(), cells=""):
    with pytest.raises(Unclear) as raised:
        column(*values, formats=formats, cells=cells)
    return raised.value.code


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2016-11-18", "2016-11-18"),
        ("2016/1/8", "2016-01-08"),
        ("2016.11.18", "2016-11-18"),
        ("20161118", "2016-11-18"),
        ("2016年1月8日", "2016-01-08"),
        ("２０１６－１１－１８", "2016-11-18"),
        ("18 Nov 2016", "2016-11-18"),
        ("18-NOV-2016", "2016-11-18"),
        ("November 18, 2016", "2016-11-18"),
        ("Sept 8 2016", "2016-09-08"),
        ("1950-01-01", "1950-01-01"),
        ("2100-12-31", "2100-12-31"),
        ("2016-11-18 15:05", "2016-11-18 15:05"),
        ("2016-11-18T15:05:09.123", "2016-11-18 15:05"),
        ("2016/11/18 下午 3:05", "2016-11-18 15:05"),
        ("2016-11-18 12:05 AM", "2016-11-18 00:05"),
        ("18 Nov 2016 3:05 p.m.", "2016-11-18 15:05"),
        (20161118, "2016-11-18"),
        (20161118.0, "2016-11-18"),
        (datetime(2016, 11, 18, 15, 5), "2016-11-18 15:05"),
        (date(2016, 11, 18), "2016-11-18"),
    ],
)
def test_what_can_be_read_only_one_way(text, meant):
    assert column(text) == [meant]


def test_one_value_above_twelve_proves_the_order_for_all():
    assert column("3/4/2026", "13/4/2026") == ["2026-04-03", "2026-04-13"]
    assert column("3/4/2026", "4/13/2026") == ["2026-03-04", "2026-04-13"]
    assert column("3.4.2026", "13.4.2026 8:00") == ["2026-04-03", "2026-04-13 08:00"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (["3/4/2026", "5/6/2026"], "day_or_month"),
        (["3/4/2026"], "day_or_month"),
        (["13/4/2026", "4/13/2026"], "days_and_months"),
        (["13/4/2026", "2026-04-03"], "mixed_texts"),
        (["3/4/26"], "short_year"),
        (["13.04.26", "13.04.2026"], "short_year"),
        (["13-Apr-26"], "short_year"),
        (["yesterday", "unknown"], "no_dates"),
        ([42678], "no_dates"),
        ([datetime(2026, 4, 3), "13/4/2026"], "mixed_cells"),
        ([datetime(2026, 4, 3), "4/13/2026"], "mixed_cells"),
        ([datetime(2026, 4, 3), "13.4.26"], "mixed_cells"),
    ],
)
def test_a_column_that_does_not_say_is_refused(values, code):
    assert unclear(*values) == code
    assert unclear(*reversed(values)) == code


def test_a_declared_format_does_not_prove_what_a_spreadsheet_took_for_the_day():
    assert unclear(datetime(2026, 4, 3), "13/4/2026", formats=("%d/%m/%Y",)) == "mixed_cells"


def test_when_told_a_spreadsheets_dates_are_trusted_or_changed_about():
    values = [datetime(2026, 4, 3, 8, 30), "13/4/2026"]
    assert column(*values, formats=("%d/%m/%Y",), cells="trust") == ["2026-04-03 08:30", "2026-04-13"]
    assert column(*values, formats=("%d/%m/%Y",), cells="swap") == ["2026-03-04 08:30", "2026-04-13"]
    assert unclear(datetime(2026, 4, 13), "13/4/2026", formats=("%d/%m/%Y",), cells="swap") == "not_swapped"


def test_dates_of_a_spreadsheet_beside_clear_texts_are_fine():
    assert column(datetime(2026, 4, 3), "2026-04-13") == ["2026-04-03", "2026-04-13"]


@pytest.mark.parametrize(
    ("formats", "value", "meant"),
    [
        (("%d/%m/%Y",), "3/4/2026", "2026-04-03"),
        (("%m/%d/%y",), "3/4/26", "2026-03-04"),
        (("%d.%m.%Y %H:%M",), "3.4.2026 8:05", "2026-04-03 08:05"),
        (("iso",), "2026-04-03", "2026-04-03"),
        (("excel",), 42692, "2016-11-18"),
        (("excel",), 42692.75, "2016-11-18 18:00"),
        (("%d/%m/%Y", "iso"), "2026-04-03", "2026-04-03"),
        (("%d/%m/%Y", "%d/%m/%Y"), "3/4/2026", "2026-04-03"),
    ],
)
def test_declared_formats(formats, value, meant):
    assert column(value, formats=formats) == [meant]


@pytest.mark.parametrize(
    ("formats", "value", "code"),
    [
        (("%d/%m/%Y",), "2026-04-03", "not_a_date"),
        (("%d/%m/%Y", "%m/%d/%Y"), "3/4/2026", "two_dates"),
        (("iso",), "20260403", "not_a_date"),
        (("excel",), "3/4/2026", "not_a_date"),
        (("excel",), 1e300, "not_a_date"),
        (("excel",), 1, "year"),
        ((), "31/04/2026", "not_a_date"),
        ((), "2026-02-30", "not_a_date"),
        ((), "2026-11-18 25:00", "not_a_date"),
        ((), "2026-11-18 13:00 PM", "not_a_date"),
        ((), "2026-11-18 and more", "no_dates"),
        ((), "2026-11-18" + " " * 80 + "x", "no_dates"),
        ((), "12 Marble 2026", "not_a_date"),
        ((), "19010101", "year"),
        ((), "0201-05-01", "year"),
        ((), "1949-12-31", "year"),
        ((), "2101-01-01", "year"),
        ((), datetime(1899, 12, 30), "year"),
    ],
)
def test_a_value_that_is_no_date(formats, value, code):
    assert unclear(value, formats=formats) == code


@given(st.lists(DATES, min_size=1, max_size=8), st.sampled_from(LAYOUTS))
def test_a_column_is_read_rightly_or_not_at_all(days, layout):
    texts = [day.strftime(layout) for day in days]
    if layout in ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m-%d-%Y") and all(day.day <= 12 for day in days):
        assert unclear(*texts) == "day_or_month"
    else:
        assert column(*texts) == [day.isoformat() for day in days]


@given(st.lists(DATES, min_size=2, max_size=8), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_a_spreadsheet_in_the_wrong_country_is_never_believed(days, layout):
    """It turns what it can take for a date of its own into a date, and leaves the rest as text."""
    other = "%m/%d/%Y" if layout == "%d/%m/%Y" else "%d/%m/%Y"
    cells = [datetime.strptime(day.strftime(layout), other) if day.day <= 12 else day.strftime(layout) for day in days]
    if len({type(cell) for cell in cells}) == 2:
        assert unclear(*cells) == "mixed_cells"
        told = column(*cells, formats=(layout,), cells="swap")
        assert told == [day.isoformat() for day in days]


def test_local_times_become_utc():
    def instant(text, zone=SHANGHAI):
        survey = Survey(DateFormat())
        survey.see(text)
        return localised(survey.decide()(text), zone)

    assert instant("2026-11-20 08:30") == (datetime(2026, 11, 20, 0, 30, tzinfo=UTC), True)
    assert instant("2026-11-20") == (datetime(2026, 11, 19, 16, 0, tzinfo=UTC), False)
    assert instant("2026-11-20T08:30Z") == (datetime(2026, 11, 20, 8, 30, tzinfo=UTC), True)
    assert instant("2026-11-20T08:30:00+05:30") == (datetime(2026, 11, 20, 3, 0, tzinfo=UTC), True)
    assert instant("2026-11-20T08:30:00-05:00") == (datetime(2026, 11, 20, 13, 30, tzinfo=UTC), True)
    berlin = ZoneInfo("Europe/Berlin")
    assert instant("2026-10-25 02:30", berlin).at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant("2026-03-29 02:30", berlin).at - datetime(2026, 3, 29, 1, 30, tzinfo=UTC) == timedelta()
