"""One timer explained (R29a): from when, what counted and what did not, who held it, until when, and its story.

Not here: the day-by-day sums (`days`), their drawing (`drawing`), the words of events (`timeline`).
"""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from complaints.clockface import Face, hours
from complaints.holding import Hands, Held, Share, shares
from complaints.models import Complaint, Event, Measure, Promise
from escalation.calendars import calendar_by_id
from escalation.models import Escalation, Timer
from escalation.models.policy import PolicyBook
from escalation.policies import SILENT, Clock, Code, Policy
from escalation.timing import BY_WORKING_TIME
from escalation.worktime import Calendar

from . import timeline
from .clocks import sentence, verdict
from .days import Reckoning, reckon
from .drawing import chart, segments

RAISED_BY_THE_SWEEP = ("warned", "ran_out", "escalated")


def find(complaint: Complaint, which: str) -> Timer | None:
    """By its name in addresses (`clockface.which`); silent ones are never found."""
    key, _dot, ordinal = which.partition(".")
    code, _colon, subject = (key, "", "") if key in Code.values else key.rpartition(":")
    if code not in Code.values or code in SILENT or not (ordinal or "1").isdecimal() or len(ordinal) > 4:
        return None
    return Timer.objects.filter(complaint=complaint, code=code, subject=subject, ordinal=int(ordinal or 1)).first()


@dataclass(frozen=True)
class Explained:
    complaint: Complaint
    timer: Timer
    now: dt.datetime
    policy: Policy
    calendar: Calendar
    shares: list[Share]

    @property
    def face(self) -> Face:
        return Face(self.timer, self.now, self.complaint.branch.tz)

    def context(self) -> dict[str, Any]:
        reckoning = reckon(self.timer, self.calendar, self.now)
        return {
            "complaint": self.complaint,
            "branch": self.complaint.branch,
            "timer": self.timer,
            "face": self.face,
            "name": self.policy.label(get_language() or "en"),
            "about": about(self.timer),
            "length": length(self.policy, self.timer),
            "verdict": verdict(self.face, self.shares, self.calendar),
            "sentence": sentence(self.face, self.shares, self.calendar),
            "sums": _sums(reckoning),
            "chart": chart(reckoning),
            "shares": [_row(share, self.shares) for share in self.shares],
            "segments": segments(self.shares),
            "unloaded": self.unloaded,
            "by_hours": self.timer.clock in BY_WORKING_TIME,
            "story": story(self.complaint, self.timer),
        }

    @property
    def unloaded(self) -> list[int]:
        """Years it reaches into whose holidays are not loaded (R32)."""
        if self.timer.clock not in (*BY_WORKING_TIME, Clock.CALENDAR_DAYS):
            return []
        return self.calendar.unloaded_years(self.timer.started, self.timer.due)


def explained(complaint: Complaint, timer: Timer, now: dt.datetime) -> Explained:
    policy = PolicyBook.at(now).of(timer.policy, timer.policy_version)
    calendar = calendar_by_id(timer.calendar_id, complaint.branch.zone)
    return Explained(complaint, timer, now, policy, calendar, shares(held_of(complaint, timer), timer, calendar, now))


def held_of(complaint: Complaint, timer: Timer) -> list[Held]:
    """By the passage of states; what belongs to somebody was his all the time."""
    held = Hands([complaint]).of(complaint)
    owner = owner_of(timer)
    return [Held(owner, held[-1].state, timer.started, timer.stopped_at)] if owner and held else held


def owner_of(timer: Timer) -> str:
    if timer.code == Code.MEASURE:
        measure = Measure.objects.filter(pk=timer.subject).select_related("owner").first()
        return str(measure.owner) if measure else ""
    if timer.code == Code.PROMISE:
        promise = Promise.objects.filter(pk=timer.subject).select_related("made_by", "owner").first()
        return str(promise.responsible) if promise else ""
    return ""


def about(timer: Timer) -> str:
    """The text of the measure or promise it belongs to."""
    model = {Code.MEASURE: Measure, Code.PROMISE: Promise}.get(Code(timer.code))
    row: Any = model._default_manager.filter(pk=timer.subject).first() if model else None
    return row.text if row else ""


def length(policy: Policy, timer: Timer) -> str:
    """“1 hour of working time”, as the policy it was started by says it."""
    if timer.clock in (Clock.ALL_HOURS, Clock.WORKING_HOURS):
        number: float = timer.amount / 3600
        said = f"{number:g}"
        if timer.clock == Clock.WORKING_HOURS:
            return ngettext("%(count)s working hour", "%(count)s working hours", int(number)) % {"count": said}
        return ngettext("%(count)s hour, day and night", "%(count)s hours, day and night", int(number)) % {"count": said}
    if timer.clock == Clock.WORKING_DAYS:
        return ngettext("%(count)s working day", "%(count)s working days", timer.amount) % {"count": timer.amount}
    if timer.clock == Clock.CALENDAR_DAYS:
        return ngettext("%(count)s calendar day", "%(count)s calendar days", timer.amount) % {"count": timer.amount}
    return _("until a date")


def _sums(reckoning: Reckoning) -> dict[str, str]:
    minute = dt.timedelta(minutes=1)
    left = (reckoning.length // minute - reckoning.spent // minute) * minute
    return {
        "length": hours(reckoning.length), "spent": hours(reckoning.spent), "left": hours(left) if left else "",
        "late": hours(reckoning.late) if reckoning.late else "", "paused": hours(reckoning.paused) if reckoning.paused else "",
    }  # fmt: skip


def _row(share: Share, shares: list[Share]) -> dict[str, Any]:
    whole = sum((one.counted for one in shares), dt.timedelta(0))
    percent = round(share.counted / whole * 100) if whole else 0
    return {
        "who": share.who, "stage": share.state.label, "since": share.since, "until": share.until,
        "counted": hours(share.counted), "late": hours(share.late) if share.late else "", "percent": percent,
    }  # fmt: skip


# ── its story ────────────────────────────────────────────────────────────────────────────────────────────────


def story(complaint: Complaint, timer: Timer) -> list[timeline.Entry]:
    """The events that started, warned, raised, answered, paused, moved and stopped it; newest first."""
    raised = Q(kind__in=RAISED_BY_THE_SWEEP) | Q(body__contains='"timers":')
    rows = Event.objects.filter(raised | Q(kind="acknowledge_escalation"), complaint=complaint).select_related("actor", "on_behalf")
    answered = set(Escalation.objects.filter(complaint=complaint, timer=timer).values_list("pk", flat=True))
    key = [timer.code, timer.subject, timer.ordinal]
    mine = [event for event in rows.order_by("-seq") if _tells_of(json.loads(event.body), key, answered)]
    return timeline.entries(mine, complaint, only=timer)


def _tells_of(body: dict[str, Any], key: list[Any], answered: set[int]) -> bool:
    if body.get("timer") == key or answered & set(body.get("escalations", ())):
        return True
    return any(row[:3] == key for row in body.get("timers", ()))
