"""Where the pieces of a timer's days and of its holders stand on the page: numbers for SVG, as text, for their templates.

Pure. Not here: what counts (`days`), who held it (`complaints.holding`), colours (static/css).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.dateformat import format as format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints.clockface import hours
from complaints.holding import Share

from .days import Day, Kind, Piece, Reckoning

LEFT, WIDTH, ROW, TOP = 130.0, 470.0, 24, 26
WHOLE_DAY = (0, 24 * 60)
DATES = {"zh": ("m-d D", "m-d"), "en": ("D j M", "j M")}


def _date(date: dt.date, *, short: bool = False) -> str:
    language = "zh" if (get_language() or "en").startswith("zh") else "en"
    return format_date(date, DATES[language][short])


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@dataclass(frozen=True)
class Bar:
    kind: str
    x: str
    width: str
    said: str
    """“08:30–12:00”, with a name before it where it has one."""


@dataclass(frozen=True)
class Row:
    y: int
    text_y: int
    label: str
    bars: list[Bar]
    note: str
    """Across a day that does not count: why."""
    sum: str
    late: str
    counted: list[str]
    apart: list[str]
    """What did not count, in words, for the table."""


@dataclass(frozen=True)
class Chart:
    rows: list[Row]
    hours: list[tuple[str, str]]
    """Where the hours stand, and their names."""
    height: int
    middle: str


def chart(reckoning: Reckoning) -> Chart:
    first, last = _axis(reckoning.days)
    sums, lates = _minutes([day.counted for day in reckoning.days]), _minutes([day.late for day in reckoning.days])
    rows = [_row(place, day, first, last, sums[place], lates[place]) for place, day in enumerate(reckoning.days)]
    marks = _marks(reckoning.days, first, last)
    named = [(_x(minute, first, last), clock(minute)) for minute in marks]
    return Chart(rows, named, TOP + ROW * len(rows) + 4, f"{LEFT + WIDTH / 2:.0f}")


def _minutes(lengths: Iterable[dt.timedelta]) -> list[dt.timedelta]:
    """To whole minutes, so that what is printed adds up to the sum that is printed."""
    found, whole, said = [], dt.timedelta(0), dt.timedelta(0)
    for length in lengths:
        whole += length
        shown = dt.timedelta(minutes=whole // dt.timedelta(minutes=1)) - said
        said += shown
        found.append(shown)
    return found


def _axis(days: Sequence[Day]) -> tuple[int, int]:
    """From the earliest to the latest minute that anything of the timer touches; whole days where no hours are closed."""
    pieces = [piece for day in days for piece in day.pieces if day.closed is None]
    if not pieces:
        return WHOLE_DAY
    first, last = min(piece.start for piece in pieces), max(piece.end for piece in pieces)
    return (first, last) if last - first > 60 else (max(first - 60, 0), min(last + 60, 24 * 60))


def _marks(days: Sequence[Day], first: int, last: int) -> list[int]:
    """Edges of the day and of its break; for clocks of all hours every six hours."""
    edges = {first, last} | {edge for day in days for piece in day.pieces if piece.kind == Kind.OFF for edge in (piece.start, piece.end)}
    if (first, last) == WHOLE_DAY:
        return list(range(0, 24 * 60 + 1, 360))
    found: list[int] = []
    for edge in sorted(edge for edge in edges if first <= edge <= last):
        if not found or edge - found[-1] >= (last - first) / 14:
            found.append(edge)
    return found


def _x(minute: int, first: int, last: int) -> str:
    return f"{LEFT + WIDTH * (min(max(minute, first), last) - first) / (last - first):.1f}"


def _row(place: int, day: Day, first: int, last: int, counted: dt.timedelta, late: dt.timedelta) -> Row:
    y = TOP + place * ROW
    bars = [_bar(piece, first, last) for piece in day.pieces if piece.end > first and piece.start < last]
    note = (day.closed or _("day off")) if day.closed is not None else ""
    said = [piece for piece in day.pieces if piece.kind in (Kind.COUNTED, Kind.TO_COME)]
    return Row(
        y, y + 14, label(day), bars, note,
        sum=hours(counted), late=hours(late) if day.late else "",
        counted=[_said(piece) for piece in said],
        apart=[_apart(piece) for piece in day.pieces if piece not in said],
    )  # fmt: skip


def label(day: Day) -> str:
    if day.first == day.last:
        return _date(day.first)
    return f"{_date(day.first, short=True)} – {_date(day.last, short=True)}"


def _bar(piece: Piece, first: int, last: int) -> Bar:
    x, end = _x(piece.start, first, last), _x(piece.end, first, last)
    return Bar(piece.kind, x, f"{max(float(end) - float(x), 1):.1f}", _said(piece))


def _said(piece: Piece) -> str:
    return f"{clock(piece.start)}–{clock(piece.end)}"


def _apart(piece: Piece) -> str:
    words = {Kind.OFF: piece.name or _("not counted"), Kind.PAUSED: _("paused"), Kind.LATE: _("late")}
    return f"{words[piece.kind]} {_said(piece)}"


# ── who held it ──────────────────────────────────────────────────────────────────────────────────────────────

FULL = 718.0
ROOM = 8.0
"""For each sign."""
SHADES = 5


@dataclass(frozen=True)
class Segment:
    x: str
    width: str
    text_x: str
    shade: str
    said: str
    who: str
    stage: str


def segments(shares: Sequence[Share]) -> list[Segment]:
    """In order; each as wide as its time, late time a piece of its own. Names are left out where there is no room."""
    parts = [(share, length, late) for share in shares for length, late in ((share.counted, False), (share.late, True)) if length]
    whole = sum((length.total_seconds() for _share, length, _late in parts), 0.0) or 1.0
    found, x, shades = [], 0.0, _shades(shares)
    for share, length, late in parts:
        width = FULL * length.total_seconds() / whole
        said = hours(length)
        found.append(
            Segment(
                f"{x:.1f}",
                f"{max(width - 1.5, 1):.1f}",
                f"{x + 6:.1f}",
                "flate" if late else shades[share.who],
                said if width >= ROOM * len(said) else "",
                share.who if width >= 60 else "",
                str(share.state.label) if width >= 60 else "",
            )
        )
        x += width
    return found


def _shades(shares: Sequence[Share]) -> dict[str, str]:
    """One for each person; who had it longest stands out."""
    people = list(dict.fromkeys(share.who for share in shares))
    longest = max(people, key=lambda who: sum(share.counted.total_seconds() for share in shares if share.who == who), default="")
    return {who: "f4" if who == longest else f"f{1 + place % 3}" for place, who in enumerate(people)}
