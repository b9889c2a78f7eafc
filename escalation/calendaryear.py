"""A year of a calendar as one looks at it: months in weeks, each day with what is special about it.

Pure: a calendar and a year in, rows for a template out. Which special days are the state's and which the company's own is known for years
that chinesecalendar knows; of others, closed days and worked weekends count as the state's, other hours as the company's.
"""

import datetime as dt
from calendar import Calendar as Grid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .holidays import WORKDAY, china_days, like_monday
from .worktime import Calendar

GRID = Grid()


class Sort(StrEnum):
    """What a day is. `plain` and `off` are the week's own."""

    PLAIN = "plain"
    OFF = "off"
    HOLIDAY = "holiday"
    MADE_UP = "made_up"
    COMPANY = "company"


SIGNS = {
    Sort.HOLIDAY: pgettext_lazy("calendar", "off"),
    Sort.MADE_UP: pgettext_lazy("calendar", "on"),
    Sort.COMPANY: pgettext_lazy("calendar", "co"),
}
WORDS = {Sort.HOLIDAY: _("holiday"), Sort.MADE_UP: _("make-up working day"), Sort.COMPANY: _("company day")}


@dataclass(frozen=True)
class Day:
    """`given`: what it is called; a holiday's English name is in the texts' catalogue."""

    date: dt.date
    sort: Sort
    given: str
    today: bool

    @property
    def sign(self) -> str | Promise:
        """A letter or two, for colour alone tells nothing."""
        return SIGNS.get(self.sort, "")

    @property
    def name(self) -> str:
        called = gettext(self.given) if self.given else ""
        return called or str(WORDS.get(self.sort, ""))


@dataclass(frozen=True)
class Month:
    first: dt.date
    weeks: tuple[tuple[Day | None, ...], ...]


@dataclass(frozen=True)
class Year:
    """`workdays`: how many dates are worked. `loaded`: whether its holidays are known."""

    number: int
    months: tuple[Month, ...]
    workdays: int
    loaded: bool

    @property
    def days(self) -> list[Day]:
        return [day for month in self.months for week in month.weeks for day in week if day]

    def of(self, sort: Sort) -> list[Day]:
        return [day for day in self.days if day.sort == sort]

    @property
    def made_up(self) -> list[Day]:
        return self.of(Sort.MADE_UP)

    @property
    def company(self) -> list[Day]:
        return self.of(Sort.COMPANY)


def year_of(calendar: Calendar, number: int, today: dt.date, *, china: bool) -> Year:
    """`today`: the branch's date. `china`: whether the state's days are China's."""
    known = (china_days(number) if china else None) or {}
    months = tuple(_month(calendar, number, month, today, known) for month in range(1, 13))
    worked = sum(calendar.is_workday(day.date) for month in months for week in month.weeks for day in week if day)
    return Year(number, months, worked, calendar.loaded is None or number in calendar.loaded)


def _month(calendar: Calendar, year: int, month: int, today: dt.date, known: Mapping[dt.date, str]) -> Month:
    def day(date: dt.date) -> Day | None:
        if date.month != month:
            return None
        return Day(date, sort_of(calendar, date, known), str(calendar.names.get(date, "")), date == today)

    weeks = tuple(tuple(day(date) for date in week) for week in GRID.monthdatescalendar(year, month))
    return Month(dt.date(year, month, 1), weeks)


def sort_of(calendar: Calendar, date: dt.date, known: Mapping[dt.date, str]) -> Sort:
    usual, spans = calendar.week[date.weekday()], calendar.days.get(date)
    if spans is None:
        return Sort.PLAIN if usual else Sort.OFF
    public = known.get(date)
    if public is not None and bool(spans) == (public == WORKDAY):
        return Sort.MADE_UP if spans else Sort.HOLIDAY
    if public is None and known:
        return Sort.COMPANY
    if not spans:
        return Sort.HOLIDAY if public is None else Sort.COMPANY
    return Sort.MADE_UP if not usual and spans == like_monday(calendar.week) else Sort.COMPANY
