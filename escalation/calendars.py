"""A branch's working calendar as it counts now, and as an older timer counted by.

Calendars are never changed, so they are worked out once per process. Not here: counting (`worktime`), the file form (`calendarfile`).
"""

import dataclasses
import datetime as dt
import json
import zoneinfo
from functools import lru_cache

from organisation.models import Branch, WorkCalendar
from organisation.models.known import known

from .calendarfile import parse
from .holidays import WORKDAY, china_days
from .worktime import Calendar

# 08:30-12:00 and 13:30-17:30 from Monday to Friday (R32), in minutes.
DAY = ((510, 720), (810, 1050))
WEEK = (DAY,) * 5 + ((),) * 2
CHINA = frozenset({"Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "PRC"})
SHIPPED_YEARS = range(2004, 2100)

Known = tuple[int | None, Calendar]
"""The id of its row, None for the shipped one; and the calendar."""


@known
def calendar_of(branch: Branch) -> Known:
    """What counts for new timers of the branch. One query, none of it twice."""
    newest = WorkCalendar.objects.filter(branch=branch).order_by("-version").values_list("pk", flat=True).first()
    return newest, calendar_by_id(newest, branch.zone)


def calendar_by_id(pk: int | None, zone: str) -> Calendar:
    """The one a timer was started by; the shipped one of the zone where it has none."""
    return _stored(pk) if pk else shipped(zone)


@lru_cache(maxsize=100)
def shipped(zone: str) -> Calendar:
    """The week of R32; in China with the holidays and make-up days of the years that are known."""
    if zone not in CHINA:
        return Calendar(zoneinfo.ZoneInfo(zone), WEEK)
    years = {year: days for year in SHIPPED_YEARS if (days := china_days(year)) is not None}
    special = {date: name for days in years.values() for date, name in days.items()}
    return Calendar(
        zoneinfo.ZoneInfo(zone), WEEK,
        days={date: DAY if name == WORKDAY else () for date, name in special.items()},
        names={date: name for date, name in special.items() if name != WORKDAY},
        loaded=frozenset(years),
    )  # fmt: skip


@lru_cache(maxsize=200)
def _stored(pk: int) -> Calendar:
    row = WorkCalendar.objects.get(pk=pk)
    names = {dt.date.fromisoformat(date): name for date, name in row.names.items()}
    return dataclasses.replace(parse(json.dumps(row.content)), names=names, loaded=frozenset(row.years) or None)
