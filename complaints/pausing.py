"""What a pause would move: each running clock's due time now, and what it becomes if the customer answers by the next working day's end.

Not here: pausing itself (the act `pause`, `escalation.following`).
"""

import datetime as dt
from dataclasses import dataclass

from escalation import timing
from escalation.calendars import calendar_by_id, calendar_of
from escalation.models import Timer, TimerState
from escalation.policies import SHIPPED, Clock

from .clockface import Face, moment, shown
from .models import Complaint


@dataclass(frozen=True)
class Row:
    face: Face
    then: str
    """The due time after such a pause, '' where the timer runs on."""


@dataclass(frozen=True)
class Outlook:
    rows: list[Row]
    until: str
    """When the customer is taken to answer."""

    @property
    def stopping(self) -> int:
        return sum(bool(row.then) for row in self.rows)


def outlook(complaint: Complaint, now: dt.datetime) -> Outlook:
    """Two queries. `now` is UTC."""
    zone = complaint.branch.tz
    timers = shown(Timer.objects.filter(complaint=complaint, state=TimerState.RUNNING)).order_by("due", "id")
    answer = calendar_of(complaint.branch)[1].workdays(now, 1)
    return Outlook([Row(Face(timer, now, zone), _then(timer, complaint, now, answer)) for timer in timers], moment(answer, zone, now))


def _then(timer: Timer, complaint: Complaint, now: dt.datetime, answer: dt.datetime) -> str:
    if not SHIPPED[timer.policy].pausable:
        return ""
    calendar = calendar_by_id(timer.calendar_id, complaint.branch.zone)
    return moment(timing.resumed(Clock(timer.clock), calendar, timer.due, now, answer), complaint.branch.tz, now)
