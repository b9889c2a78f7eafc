"""The line of a day: its working hours, its break, now, and what expires today, as numbers for its drawing.

Not here: what waits and in which order (`worklist`), working hours themselves (`escalation.worktime`).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from complaints.clockface import SOON
from complaints.moves import Text
from complaints.tasks import TASKS
from complaints.worklist import Place
from escalation.calendars import calendar_of
from escalation.worktime import Why
from organisation.models import Branch

LEFT, WIDTH = 12.0, 1076.0
LEVELS = 3
LABEL = 120.0
MOST = 12
"""Pins beyond which a line is no longer read."""


@dataclass(frozen=True)
class Pin:
    x: str
    y: int
    text_x: str
    look: str
    number: str
    verb: Text
    at: str
    anchor: str


@dataclass(frozen=True)
class DayLine:
    hours: list[tuple[str, str]]
    breaks: list[tuple[str, str, str]]
    """Where each begins, how wide it is, where its word stands."""
    works: list[tuple[str, str]]
    now: str
    now_text: str
    pins: list[Pin]
    worked: bool
    more: int


def dayline(order: Iterable[Place], branch: Branch, now: dt.datetime) -> DayLine | None:
    """Of the branch's today; None while nothing expires today. `now` is UTC; one query, for the calendar."""
    local = now.astimezone(branch.tz)
    midnight = dt.datetime.combine(local.date(), dt.time(), branch.tz)
    end = dt.datetime.combine(local.date() + dt.timedelta(days=1), dt.time(), branch.tz)
    _, calendar = calendar_of(branch)
    today = [place for place in order if place.due and midnight <= place.due < end]
    if not today:
        return None
    spans = calendar.spans(midnight, end)
    gaps = [(gap.start, gap.end) for gap in calendar.gaps(midnight, end) if gap.why == Why.BREAK]
    dues = [place.due for place in today if place.due]
    first, last = _hours(min([*dues, now, *(a for a, _ in spans)]), max([*dues, now, *(b for _, b in spans)]), midnight, end)
    scale = _Scale(first, last)
    return DayLine(
        hours=[(scale.x(at), at.astimezone(branch.tz).strftime("%H:%M")) for at in _every_hour(first, last)],
        breaks=[(scale.x(a), scale.width(a, b), scale.x(a + (b - a) / 2)) for a, b in gaps],
        works=[(scale.x(a), scale.width(a, b)) for a, b in spans],
        now=scale.x(now), now_text=local.strftime("%H:%M"),
        pins=_pins(today[:MOST], scale, branch.tz, now), worked=bool(spans), more=max(len(today) - MOST, 0),
    )  # fmt: skip


def _hours(first: dt.datetime, last: dt.datetime, midnight: dt.datetime, end: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Whole hours around all of it, within the day."""
    begin = max(midnight, midnight + dt.timedelta(hours=int((first - midnight) / dt.timedelta(hours=1))))
    until = min(end, midnight + dt.timedelta(hours=int((last - midnight) / dt.timedelta(hours=1)) + 1))
    return begin, until


def _every_hour(first: dt.datetime, last: dt.datetime) -> list[dt.datetime]:
    number = max(int((last - first) / dt.timedelta(hours=1)), 1)
    step = 1 if number <= 12 else 2
    return [first + dt.timedelta(hours=at) for at in range(0, number + 1, step)]


@dataclass(frozen=True)
class _Scale:
    first: dt.datetime
    last: dt.datetime

    def place(self, at: dt.datetime) -> float:
        inside = min(max(at, self.first), self.last)
        return LEFT + WIDTH * ((inside - self.first) / (self.last - self.first))

    def x(self, at: dt.datetime) -> str:
        return f"{self.place(at):.1f}"

    def width(self, start: dt.datetime, end: dt.datetime) -> str:
        return f"{max(self.place(end) - self.place(start), 0):.1f}"


def _pins(today: Sequence[Place], scale: _Scale, zone: dt.tzinfo, now: dt.datetime) -> list[Pin]:
    """Labels that would touch stand on different heights."""
    free = [0.0] * LEVELS
    found = []
    for place in today:
        due = place.due or now
        x = scale.place(due)
        last = x > LEFT + WIDTH - LABEL
        begin = x - LABEL if last else x
        level = next((at for at in range(LEVELS) if free[at] <= begin), min(range(LEVELS), key=lambda at: free[at]))
        free[level] = begin + LABEL
        look = "p-late" if due < now else "p-soon" if due - now < SOON else ""
        found.append(
            Pin(
                f"{x:.1f}",
                18 + level * 16,
                f"{x - 6 if last else x + 6:.1f}",
                look,
                place.number.rpartition("-")[2],
                TASKS[place.task].verb,
                due.astimezone(zone).strftime("%H:%M"),
                "end" if last else "start",
            )
        )
    return found
