"""The clocks of one complaint as its page shows them: the earliest in the head, all that run below it, and the sentence of a late one.

Not here: their words (`clockface`), the page that explains one (`explained`), what ran out and waits for an answer (`escalated`).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from complaints.clockface import Face, address, counting, hours, in_days, long, name_of, span
from complaints.holding import Share, late_by, totals
from complaints.models import Complaint, Measure, Promise
from complaints.moves import Text
from complaints.prepared import Prepared
from escalation import clock
from escalation.models import Timer, TimerState
from escalation.policies import SILENT, Code
from escalation.worktime import Calendar


@dataclass(frozen=True)
class Shown:
    """A clock with its name, what it is about, and the page that explains it."""

    face: Face
    name: Text
    about: str
    url: str


@dataclass(frozen=True)
class Clocks:
    running: list[Shown]
    """Soonest first, paused ones last."""
    done: list[Shown]
    """Newest first."""

    @property
    def first(self) -> Shown | None:
        return self.running[0] if self.running else None

    @property
    def late(self) -> Shown | None:
        """The one that is late longest."""
        return next((one for one in self.running if one.face.is_late), None)


NO_COMPLAINT = 0


def timers_of(complaint: Complaint) -> list[Timer]:
    return _timers_of().rows(complaint.pk)


@cache
def _timers_of() -> Prepared[Timer]:
    return Prepared(Timer.objects.filter(complaint=NO_COMPLAINT).exclude(code__in=SILENT).order_by("due", "id"), NO_COMPLAINT)


def clocks(
    complaint: Complaint, timers: Iterable[Timer], now: dt.datetime, measures: Iterable[Measure] = (), promises: Iterable[Promise] = ()
) -> Clocks:
    """`timers` of the complaint without silent ones, soonest first; measures and promises give theirs their words."""
    texts = {(str(Code.MEASURE), str(row.pk)): row.text for row in measures}
    texts |= {(str(Code.PROMISE), str(row.pk)): row.text for row in promises}
    zone = complaint.branch.tz
    all_of_them = [
        Shown(Face(timer, now, zone), name_of(timer), texts.get((timer.code, timer.subject), ""), address(complaint.number, timer))
        for timer in timers
    ]
    running = [one for one in all_of_them if one.face.timer.is_live]
    running.sort(key=lambda one: one.face.timer.state == TimerState.PAUSED)
    return Clocks(running, [one for one in reversed(all_of_them) if not one.face.timer.is_live])


def in_head(complaint: Complaint) -> Any:
    """What the head of a page beside the ticket shows, asked when it is drawn: a sheet has no head."""
    return SimpleLazyObject(lambda: _in_head(complaint))


def _in_head(complaint: Complaint) -> Clocks:
    timers = timers_of(complaint)
    subjects = {code: [int(t.subject) for t in timers if t.code == code and t.subject.isdecimal()] for code in (Code.MEASURE, Code.PROMISE)}
    measures = Measure.objects.filter(pk__in=subjects[Code.MEASURE]) if subjects[Code.MEASURE] else []
    promises = Promise.objects.filter(pk__in=subjects[Code.PROMISE]) if subjects[Code.PROMISE] else []
    return clocks(complaint, timers, clock.now(), measures, promises)


# ── in one sentence ──────────────────────────────────────────────────────────────────────────────────────────


def sentence(face: Face, shares: Sequence[Share], calendar: Calendar) -> str:
    """Who held it how long, the two who had most of it by name; “” while nobody has had anything. `calendar` is the timer's."""
    by = counting(face.timer, calendar)
    lengths = totals(shares)
    spent = sum((length for _who, length in lengths), dt.timedelta(0))
    if not lengths or spent < dt.timedelta(minutes=1):
        return ""
    longest = _("Of %(spent)s, %(who)s held it %(time)s (%(percent)s %%)") % {
        "spent": long(spent, by), "who": lengths[0][0] or "–", "time": long(lengths[0][1], by),
        "percent": round(lengths[0][1] / spent * 100),
    }  # fmt: skip
    also = ""
    if len(lengths) > 1 and lengths[1][1] >= dt.timedelta(minutes=1):
        also = _(", %(who)s %(time)s") % {"who": lengths[1][0] or "–", "time": long(lengths[1][1], by)}
    return longest + also + _at_due(face, shares) + _(".")


def _at_due(face: Face, shares: Sequence[Share]) -> str:
    """In whose hand it was when it ran out."""
    due = face.timer.due
    holder = next((share for share in shares if share.late and share.since <= due <= share.until), None)
    return _("; when it ran out it was with %(who)s") % {"who": holder.who} if holder and holder.who else ""


def verdict(face: Face, shares: Sequence[Share], calendar: Calendar) -> str:
    """How it stands, with the length; late is what its own clock counted: “Late by 3:20 of working time.”, “Late by 5 working days 3 h.”"""
    length = abs(face.left)
    left = hours(length) if length < dt.timedelta(days=2) else span(length)
    if face.is_late:
        late, by = late_by(shares), counting(face.timer, calendar)
        said = _("Late by %(time)s of working time.") if by and not in_days(late, by) else _("Late by %(time)s.")
        return said % {"time": long(late, by)}
    if face.state == "ok":
        return _("In time, with %(time)s to spare.") % {"time": left}
    if face.state == "void":
        return _("No longer asked for.")
    if face.state == "paused":
        return _("Paused: we wait for the customer.")
    return _("%(time)s left, due %(due)s.") % {"time": left, "due": face.due}
