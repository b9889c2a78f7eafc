"""Which dates of a year are holidays and which are made up for: China's from chinesecalendar, others from a list that someone loads.

chinesecalendar's names are English; the texts' catalogue has the Chinese ones. A year that it does not know is None, never an empty year.
Not here: what is worked on a date (`worktime`), where a branch keeps its days.
"""

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import chinese_calendar
from django.utils.translation import gettext_noop

from escalation import calendarfile
from escalation.calendarfile import CalendarFileError
from escalation.worktime import Spans

# chinesecalendar's names, for the catalogue of texts.
NAMES = (
    gettext_noop("New Year's Day"),
    gettext_noop("Spring Festival"),
    gettext_noop("Tomb-sweeping Day"),
    gettext_noop("Labour Day"),
    gettext_noop("Dragon Boat Festival"),
    gettext_noop("National Day"),
    gettext_noop("Mid-autumn Festival"),
    gettext_noop("Anti-Fascist 70th Day"),
)
CLOSED = "closed"
WORKDAY = "workday"  # 调休: worked like a Monday, whatever weekday it is


class Year(NamedTuple):
    """The special dates of a year: their spans (empty: closed), and what they are called where that is known."""

    days: dict[dt.date, Spans]
    names: dict[dt.date, str]


def china_days(year: int) -> dict[dt.date, str] | None:
    """For each special date of the year the holiday's name ("National Day"), or `WORKDAY` for a make-up working day 调休; plain weekends
    are not among them. None if chinesecalendar does not know the year (the State Council gives it out in the November before)."""
    try:
        chinese_calendar.get_holiday_detail(dt.date(year, 1, 1))
    except NotImplementedError:
        return None
    off = {date: name for date, name in chinese_calendar.holidays.items() if date.year == year}
    made_up = {date: WORKDAY for date in chinese_calendar.workdays if date.year == year}
    return dict(sorted((off | made_up).items()))


def china_year(year: int, week: Sequence[Spans]) -> Year | None:
    """China's year for a calendar with that week; None if it is not known."""
    known = china_days(year)
    if known is None:
        return None
    names = {date: name for date, name in known.items() if name != WORKDAY}
    return Year({date: like_monday(week) if name == WORKDAY else () for date, name in known.items()}, names)


def like_monday(week: Sequence[Spans]) -> Spans:
    """What a make-up working day works: as much as a Monday or, where Mondays are off, as the first weekday that is worked."""
    return next((spans for spans in week if spans), ())


def read_year(text: str, year: int, week: Sequence[Spans]) -> Year:
    """A list of the special dates of one year: a calendar file or its `days` alone (JSON), or CSV with date, what, name, where "what" is
    closed, workday or spans (08:30-12:00 13:30-17:30). Raises CalendarFileError; a date of another year is a fault, as is an empty list."""
    text = text.removeprefix("\ufeff")
    found = _json(text) if text.lstrip().startswith("{") else _csv(text, week)
    if not found.days:
        raise CalendarFileError(f"There is no date of {year} in it.")
    for date in found.days:
        if date.year != year:
            raise CalendarFileError(f"days.{date}: is not a date of {year}")
    return found


def _json(text: str) -> Year:
    value = calendarfile.mapping(calendarfile.value_of(text), "the file")
    if "week" in value or "tz" in value:
        return Year(dict(calendarfile.parse(text).days), {})
    if "days" in value:
        value = calendarfile.mapping(value, "the file", ("days",))["days"]
    return Year(calendarfile.days(value), {})


def _csv(text: str, week: Sequence[Spans]) -> Year:
    found = Year({}, {})
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        cells = [cell.strip() for cell in row]
        if any(cells) and not (number == 1 and cells[0].lower() == "date"):
            _row(cells, f"line {number}", week, found)
    return found


def _row(cells: list[str], key: str, week: Sequence[Spans], found: Year) -> None:
    if not 2 <= len(cells) <= 3:
        raise CalendarFileError(f"{key}: has to be date, closed/workday/spans and, if it has one, a name")
    date = calendarfile.date(cells[0], key)
    if date in found.days:
        raise CalendarFileError(f"{key}: {date} stands there twice")
    found.days[date] = _spans(cells[1], key, week)
    if cells[2:] and cells[2]:
        found.names[date] = cells[2]


def _spans(what: str, key: str, week: Sequence[Spans]) -> Spans:
    named: Mapping[str, Spans] = {CLOSED: (), WORKDAY: like_monday(week)}
    if what.lower() in named:
        return named[what.lower()]
    if not what:
        raise CalendarFileError(f"{key}: says not what the date is: closed, workday or spans like 08:30-12:00")
    return calendarfile.spans([part.split("-") for part in what.split()], key)
