"""The calendar file: JSON with `tz`, `week` and `days`, for import, export and tests; docs/worktime.md describes it.

Every fault is named with its key (`week.mon[1]: …`), and what is not known is refused, so that nothing is left out unseen.
Not here: lists of holidays of a year (`holidays`).
"""

import datetime as dt
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from escalation.worktime import MIDNIGHT, Calendar, Spans

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = ("tz", "week", "days")
TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class CalendarFileError(ValueError):
    """What is wrong with a calendar file, with its key, for people."""


def read(path: Path) -> Calendar:
    """The calendar in that file. Raises CalendarFileError, also when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CalendarFileError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8'})") from error
    try:
        return parse(text)
    except CalendarFileError as error:
        raise CalendarFileError(f"{path}: {error}") from error


def parse(text: str) -> Calendar:
    """The calendar in the text of a file. Raises CalendarFileError."""
    found = mapping(value_of(text), "the file", KEYS)
    missing = [key for key in ("tz", "week") if key not in found]
    if missing:
        raise CalendarFileError(f"{missing[0]}: is missing")
    week = mapping(found["week"], "week", WEEKDAYS)
    return Calendar(
        zone=zone(found["tz"]),
        week=[spans(week.get(day, []), f"week.{day}") for day in WEEKDAYS],
        days=days(found.get("days", {})),
    )


def dump(calendar: Calendar) -> str:
    """The file of a calendar, complete but for names and loaded years; `parse` reads the same spans again."""
    week = {day: written(spans) for day, spans in zip(WEEKDAYS, calendar.week, strict=True)}
    days = {date.isoformat(): written(spans) for date, spans in sorted(calendar.days.items())}
    return json.dumps({"tz": str(calendar.zone), "week": week, "days": days}, indent=1) + "\n"


def value_of(text: str) -> Any:
    """The JSON value, in which no key stands twice. Raises CalendarFileError."""
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        if isinstance(error, CalendarFileError):
            raise
        raise CalendarFileError(f"not JSON: {error}") from error


def mapping(value: Any, key: str, known: tuple[str, ...] = ()) -> dict[str, Any]:
    """The value, which has to be a JSON object with known keys alone."""
    if not isinstance(value, dict):
        raise CalendarFileError(f"{key}: has to be an object {{…}}")
    unknown = [name for name in value if known and name not in known]
    if unknown:
        raise CalendarFileError(f"{key}: unknown key “{unknown[0]}”, known are {', '.join(known)}")
    return value


def zone(name: Any) -> ZoneInfo:
    """The time zone of that IANA name."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError, TypeError, AttributeError) as error:
        raise CalendarFileError(f"tz: “{name}” is no time zone, write one like Asia/Shanghai") from error


def days(value: Any) -> dict[dt.date, Spans]:
    """Spans by date."""
    return {date(text, f"days.{text}"): spans(listed, f"days.{text}") for text, listed in mapping(value, "days").items()}


def date(text: str, key: str) -> dt.date:
    """A date as 2026-10-01."""
    try:
        return dt.date.fromisoformat(text if DATE.fullmatch(text) else "")
    except ValueError as error:
        raise CalendarFileError(f"{key}: is no date, write one like 2026-10-01") from error


def spans(value: Any, key: str) -> Spans:
    """A list of [start, end]; an end before its start is on the next date."""
    if not isinstance(value, list):
        raise CalendarFileError(f"{key}: has to be a list of spans [start, end], empty when closed")
    return tuple(span(pair, f"{key}[{index}]") for index, pair in enumerate(value))


def span(pair: Any, key: str) -> tuple[int, int]:
    """Minutes from midnight; the end is greater than the start."""
    if not isinstance(pair, list) or len(pair) != 2:
        raise CalendarFileError(f'{key}: a span is a pair like ["08:30", "12:00"]')
    start, end = (minutes(text, key) for text in pair)
    if start == MIDNIGHT:
        raise CalendarFileError(f"{key}: a span cannot start at 24:00, write 00:00 of the next day")
    if start == end:
        raise CalendarFileError(f"{key}: the span is empty; a whole day is 00:00 to 24:00")
    return start, end if end > start else end + MIDNIGHT


def minutes(text: Any, key: str) -> int:
    """A wall time as 08:30, or 24:00, in minutes from midnight."""
    if not isinstance(text, str) or not TIME.fullmatch(text):
        raise CalendarFileError(f"{key}: “{text}” is no time, write one like 08:30, at most 24:00")
    return int(text[:2]) * 60 + int(text[3:])


def written(spans: Spans) -> list[list[str]]:
    """The spans as a file has them."""
    return [list(pair) for span in spans for pair in _pairs(*span)]


def _pairs(start: int, end: int) -> list[tuple[str, str]]:
    """One pair or, for united spans that a single pair cannot say (24 hours from 08:00), two that overlap."""
    if end - start >= MIDNIGHT and end != MIDNIGHT:
        return [(_clock(start), "24:00"), ("23:59", _clock(end))]
    return [(_clock(start), _clock(end))]


def _clock(minute: int) -> str:
    minute = minute if minute <= MIDNIGHT else minute - MIDNIGHT
    return f"{minute // 60:02}:{minute % 60:02}"


def _once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise CalendarFileError(f"“{next(name for name in names if names.count(name) > 1)}” stands there twice")
    return found
