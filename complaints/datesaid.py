"""Finding the dates somebody wrote into a letter, in Chinese and English: what is said to a customer by a date is a promise (R24).

Pure. A day without a year is the one nearest to today; what lies before today is no promise. Not here: which of them are kept as promises.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?:,?\s+(?P<year>\d{4}))?"
FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        r"(?:(?P<year>\d{4})\s*年\s*)?(?<!\d)(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]?",
        rf"(?<![\w-]){DAY}\s+(?:of\s+)?{MONTH}{YEAR}(?!\w)",
        rf"(?<!\w){MONTH}\s+{DAY}{YEAR}(?![\w-])",
        r"(?<![\w./-])(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?![\w/-])",
        r"(?<![\w./-])(?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?![\w/-])",
    )
)


@dataclass(frozen=True)
class Said:
    """A day and the words it was said in."""

    day: dt.date
    words: str


def dates_in(text: str, today: dt.date) -> list[Said]:
    """Days from today on, each once, in the order they are written."""
    found = sorted(((match.start(), said) for form in FORMS for match in form.finditer(text) for said in _said(match, today)), key=_place)
    return list({said.day: said for _at, said in reversed(found)}.values())[::-1]


def _place(one: tuple[int, Said]) -> int:
    return one[0]


def _said(match: re.Match[str], today: dt.date) -> Iterator[Said]:
    parts = match.groupdict()
    month = MONTHS.index(parts["name"][:3].lower()) + 1 if parts.get("name") else int(parts["month"])
    day = _nearest(parts.get("year"), month, int(parts["day"]), today)
    if day and day >= today:
        yield Said(day, match.group().strip().rstrip("."))


def _nearest(year: str | None, month: int, day: int, today: dt.date) -> dt.date | None:
    """None where there is no such day."""
    years = [int(year)] if year else [today.year - 1, today.year, today.year + 1]
    days = [one for one in (_day(each, month, day) for each in years) if one]
    return min(days, key=lambda one: abs(one - today), default=None)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
