"""Dates as registers write them: in a format that is declared, or one that the whole column proves; never guessed.

`2026-11-20`, `20261120`, `2026年11月20日` and `20 Nov 2026` can be read only one way. For `3/4/2026` some value above 12 has to prove
the order, and none may contradict it. Where a spreadsheet has turned a part of a column of such texts into dates, nobody can know
what it took for the day: the column is refused until the mapping says. Values without zone are local times of the register.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from .faults import Unclear

YEARS = range(1950, 2101)
EXCEL = "excel"
ISO = "iso"
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # day 0 of a spreadsheet, which knows no zones
_MONTHS = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]
_LONGEST = 60  # characters of a date

_TIME = (
    r"(?:[T ]\s*(?P<half>上午|下午)?\s*(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,]\d+)?)?\s*(?P<ampm>[AP]\.?M\.?)?"
    r"\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<y>\d{4})(?:(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)|年(?P<m2>\d{1,2})月)(?P<d>\d{1,2})日?" + _TIME, re.IGNORECASE
)
_DIGITS = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})" + _TIME, re.IGNORECASE)
_DAY_MONTH_NAME = re.compile(r"(?P<d>\d{1,2})[- .]*(?P<name>[a-z]{3,9})[- .,]*(?P<y>\d{4})" + _TIME, re.IGNORECASE)
_MONTH_NAME_DAY = re.compile(r"(?P<name>[a-z]{3,9})[- .]*(?P<d>\d{1,2})[ ,.-]+(?P<y>\d{4})" + _TIME, re.IGNORECASE)
_TWO_NUMBERS = re.compile(r"(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4})" + _TIME, re.IGNORECASE)
_SHORT_YEAR = re.compile(r"\d{1,2}[-/. ](?:\d{1,2}|[a-z]{3,9})[-/. ]\d{2}(?!\d)", re.IGNORECASE)
_CLEAR = (_YEAR_FIRST, _DIGITS, _DAY_MONTH_NAME, _MONTH_NAME_DAY)


class Instant(NamedTuple):
    """An aware datetime; `timed` is false where the register gives only the day (then it is local midnight)."""

    at: datetime
    timed: bool


Value = str | int | float | date | datetime
Reader = Callable[[str], "Naive | None"]


class Naive(NamedTuple):
    at: datetime
    timed: bool


@dataclass(frozen=True)
class DateFormat:
    """What a mapping says about a column of dates: formats for `strptime`, "iso" or "excel"; what to do with a spreadsheet's dates."""

    formats: tuple[str, ...] = ()
    cells: str = ""  # '', "trust" or "swap"


@dataclass
class Survey:
    """What has been seen in a column; constant in size, however long the column."""

    format: DateFormat
    example: str = ""
    clear: str = ""
    day_first: str = ""
    month_first: str = ""
    either: str = ""
    short_year: str = ""
    cells: bool = field(default=False)

    def see(self, value: Value) -> None:
        """Take in one value that is not blank."""
        if isinstance(value, date):
            self.cells = True
            return
        text = plain(value)
        self.example = self.example or text
        if two := _TWO_NUMBERS.fullmatch(text):
            self._see_order(text, int(two["a"]), int(two["b"]))
        elif any(shape.fullmatch(text) for shape in _CLEAR):
            self.clear = self.clear or text
        elif _SHORT_YEAR.match(text):
            self.short_year = self.short_year or text

    def _see_order(self, text: str, first: int, second: int) -> None:
        self.either = self.either or text
        if first > 12 >= second:
            self.day_first = self.day_first or text
        elif second > 12 >= first:
            self.month_first = self.month_first or text

    def decide(self) -> Callable[[Value], Naive]:
        """How to read a value of this column. Raises `Unclear` when the column does not say."""
        if self.cells and self._ordered and not self.format.cells:
            raise Unclear("mixed_cells", example=self._ordered)
        readers = [_declared(each) for each in self.format.formats] or self._detected()
        return lambda value: read_value(value, readers, swap=self.format.cells == "swap")

    @property
    def _ordered(self) -> str:
        """A text in which day and month could be taken for each other, by us or by a spreadsheet."""
        return self.either or self.short_year

    def _detected(self) -> list[Reader]:
        if self.day_first and self.month_first:
            raise Unclear("days_and_months", example=self.day_first, other=self.month_first)
        if self.short_year:
            raise Unclear("short_year", example=self.short_year)
        if self.either and self.clear:
            raise Unclear("mixed_texts", example=self.either, other=self.clear)
        if self.either and not (self.day_first or self.month_first):
            raise Unclear("day_or_month", example=self.either)
        if self.example and not (self.either or self.clear):
            raise Unclear("no_dates", example=self.example)
        return [_two_numbers(day_first=bool(self.day_first))] if self.either else [_clear]


def read_value(value: Value, readers: Iterable[Reader], *, swap: bool) -> Naive:
    """One value by the formats of its column. Raises `Unclear`."""
    if isinstance(value, datetime):
        return _in_our_time(Naive(_swapped(value) if swap else value, value.time() != time()), str(value))
    if isinstance(value, date):
        return read_value(datetime.combine(value, time()), readers, swap=swap)
    text = plain(value)
    found = {naive for reader in readers if (naive := reader(text))}
    if not found:
        raise Unclear("not_a_date", value=text)
    if len(found) > 1:
        raise Unclear("two_dates", value=text)
    return _in_our_time(found.pop(), text)


def _in_our_time(naive: Naive, text: str) -> Naive:
    """19010101, 1900-01-00 and their like stand for "nobody knows"; only the mapping may say so."""
    if naive.at.year not in YEARS:
        raise Unclear("year", value=text, first=YEARS[0], last=YEARS[-1])
    return naive


def localised(naive: Naive, zone: tzinfo) -> Instant:
    """In UTC; what carries no zone of its own is a time of `zone`, in autumn's doubled hour the first one."""
    at = naive.at if naive.at.tzinfo else naive.at.replace(tzinfo=zone)
    return Instant(at.astimezone(UTC), naive.timed)


def plain(value: Value) -> str:
    """Full width folded, spaces evened out; whole numbers without the decimals a spreadsheet gives them. What is too long is cut."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(unicodedata.normalize("NFKC", str(value)).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _swapped(value: datetime) -> datetime:
    try:
        return value.replace(month=value.day, day=value.month)
    except ValueError:
        raise Unclear("not_swapped", value=value.date().isoformat()) from None


def _declared(name: str) -> Reader:
    if name == ISO:
        return lambda text: _built(_YEAR_FIRST.fullmatch(text)) if "-" in text else None
    if name == EXCEL:
        return _serial
    timed = any(mark in name for mark in ("%H", "%I", "%c", "%X"))

    def read(text: str) -> Naive | None:
        try:
            return Naive(datetime.strptime(text, name), timed)  # noqa: DTZ007  # the zone is the register's, added by `localised`
        except ValueError:
            return None

    return read


def _serial(text: str) -> Naive | None:
    try:
        days = float(text)
        return Naive(_EPOCH + timedelta(seconds=round(days * 86400)), not days.is_integer())
    except (ValueError, OverflowError):
        return None


def _clear(text: str) -> Naive | None:
    return next((_built(found) for shape in _CLEAR if (found := shape.fullmatch(text))), None)


def _two_numbers(*, day_first: bool) -> Reader:
    def read(text: str) -> Naive | None:
        found = _TWO_NUMBERS.fullmatch(text)
        day, month = ("a", "b") if day_first else ("b", "a")
        return _built(found, day=int(found[day]), month=int(found[month])) if found else None

    return read


def _built(found: re.Match[str] | None, day: int = 0, month: int = 0) -> Naive | None:
    """None for what looks like a date but is none, such as 31 April."""
    if not found:
        return None
    parts = found.groupdict()
    month = month or int(parts.get("m") or parts.get("m2") or _month(parts["name"]))
    try:
        clock = (_hour(parts), int(parts["M"] or 0), int(parts["S"] or 0))
        at = datetime(int(parts["y"]), month, day or int(parts["d"]), *clock, tzinfo=_offset(parts["zone"]))
    except ValueError:
        return None
    return Naive(at, parts["H"] is not None)


def _month(name: str) -> int:
    """0, which is no month, for a word that names none; English, short or in full."""
    short = "sep" if name.lower() == "sept" else name.lower()
    return next((number for number, month in enumerate(_MONTHS, start=1) if month.startswith(short)), 0)


def _hour(parts: dict[str, str | None]) -> int:
    """Raises ValueError for 13 o'clock in the afternoon."""
    hour = int(parts["H"] or 0)
    half = {"上午": "A", "下午": "P"}.get(parts["half"] or "", (parts["ampm"] or "")[:1].upper())
    if half and not 1 <= hour <= 12:
        raise ValueError
    return hour % 12 + 12 * (half == "P") if half else hour


def _offset(zone: str | None) -> tzinfo | None:
    if not zone:
        return None
    if zone.upper() in ("Z", "UTC"):
        return UTC
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))
