"""A timer as people see it: what is left and when it is due, late, paused, in time; and the earliest of many complaints at once.

What the server prints is final; the browser only subtracts and keeps it fresh (static/js/clocks.js says the same words). Timers of `SILENT`
codes are rules that become true with time and are never shown. Not here: why a timer is due when it is (`ticket.days`), pages.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from escalation.models import Timer, TimerState, Verdict
from escalation.models.timer import LIVE
from escalation.policies import SHIPPED, SILENT, Clock, Code
from escalation.timing import BY_WORKING_TIME
from escalation.worktime import Calendar

from .models import Complaint
from .moves import Text

SOON = dt.timedelta(hours=2)
DAY = dt.timedelta(days=1)
DATES = {"zh": ("m-d", "Y-m-d"), "en": ("j M", "j M Y")}


def shown(timers: QuerySet[Timer]) -> QuerySet[Timer]:
    return timers.exclude(code__in=SILENT)


def earliest(ids: Iterable[int]) -> dict[int, Timer]:
    """Of each complaint the timer that runs out first, a paused one only where none runs; one query."""
    rows = Timer.objects.raw(EARLIEST, [list(ids), LIVE, list(SILENT)])
    return {timer.complaint_id: timer for timer in rows}


EARLIEST = """
SELECT DISTINCT ON (complaint_id) * FROM escalation_timer
 WHERE complaint_id = ANY(%s) AND state = ANY(%s) AND code <> ALL(%s)
 ORDER BY complaint_id, state = 'paused', due, id
"""


def next_due() -> Subquery:
    """For a query of complaints: when the first of its running timers is due, null where none runs."""
    running = shown(Timer.objects.filter(complaint=OuterRef("pk"), state=TimerState.RUNNING))
    return Subquery(running.order_by("due").values("due")[:1])


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────


def span(length: dt.timedelta) -> str:
    """“42 min”, “3:20”, from a day on “2 days”; as the browser says it."""
    if length >= DAY:
        return ngettext("%(count)d day", "%(count)d days", length.days) % {"count": length.days}
    minutes = int(length.total_seconds()) // 60
    return _("%(number)s min") % {"number": minutes} if minutes < 60 else hours(length)


def hours(length: dt.timedelta) -> str:
    """“37:30”: for sums, however long."""
    minutes = int(length.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02}"


def long(length: dt.timedelta, calendar: Calendar | None) -> str:
    """“37:30”; from two days on in words: “5 working days 3 h” of the calendar's usual days, “10 days 3 h” for time that counts day and
    night (no calendar). Begun hours are left out."""
    if not in_days(length, calendar):
        return hours(length)
    days, rest = divmod(length, calendar.usual_day if calendar else DAY)
    said = (
        ngettext("%(count)d working day", "%(count)d working days", days) if calendar else ngettext("%(count)d day", "%(count)d days", days)
    )
    over = rest // dt.timedelta(hours=1)
    return said % {"count": days} + (" " + _("%(count)d h") % {"count": over} if over else "")


def counting(timer: Timer, calendar: Calendar) -> Calendar | None:
    """The calendar by which this timer's time is counted, None for one that runs day and night."""
    return calendar if timer.clock in BY_WORKING_TIME else None


def in_days(length: dt.timedelta, calendar: Calendar | None) -> bool:
    """Whether `long` says it in days."""
    usual = calendar.usual_day if calendar else DAY
    return bool(usual) and length >= 2 * usual


def moment(at: dt.datetime, zone: dt.tzinfo, now: dt.datetime) -> str:
    """The hour, with the date where it is not today's, with the year where it is not this one."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    clock = f"{local:%H:%M}"
    return clock if local.date() == today.date() else f"{_date(local, today)} {clock}"


def day(one: dt.date, today: dt.date) -> str:
    """As the language writes it, with the year where it is not this one; `today` where the branch is."""
    return _written(one, _language(), one.year == today.year)


def _date(local: dt.datetime, today: dt.datetime) -> str:
    return day(local.date(), today.date())


def _language() -> str:
    return "zh" if (get_language() or "en").startswith("zh") else "en"


@lru_cache(maxsize=2000)
def _written(date: dt.date, language: str, this_year: bool) -> str:
    """The same few days stand on every page."""
    return format_date(date, DATES[language][not this_year])


def name_of(timer: Timer) -> Text:
    policy = SHIPPED.get(timer.policy)
    return policy.label("") if policy else Code(timer.code).label


def which(code: str, subject: str, ordinal: int) -> str:
    """A timer's name in addresses: `plan`, `measure:12`, and for one started anew `plan.2`."""
    return code + (f":{subject}" if subject else "") + (f".{ordinal}" if ordinal > 1 else "")


def address(number: str, timer: Timer) -> str:
    """Of the page that explains it."""
    return reverse("deadline", args=[number, which(timer.code, timer.subject, timer.ordinal)])


@dataclass(frozen=True)
class Face:
    """A timer at one moment, in the zone of its branch."""

    timer: Timer
    now: dt.datetime
    zone: dt.tzinfo

    @property
    def left(self) -> dt.timedelta:
        return self.timer.due - (self.timer.stopped_at or self.now)

    @property
    def is_late(self) -> bool:
        """A verdict of late is never taken back."""
        return self.timer.verdict == Verdict.LATE or (self.timer.state == TimerState.RUNNING and self.left < dt.timedelta(0))

    @property
    def frozen(self) -> bool:
        return self.timer.state != TimerState.RUNNING

    @property
    def state(self) -> str:
        """How it looks: late, soon, paused, ok, void or nothing."""
        if self.timer.state == TimerState.PAUSED:
            return "paused"
        if self.is_late:
            return "late"
        if self.frozen:
            return "ok" if self.timer.state == TimerState.STOPPED else "void"
        return "soon" if self.left < SOON or self.left < self.total / 4 else ""

    @property
    def total(self) -> dt.timedelta:
        return max(self.timer.due - self.timer.started, dt.timedelta(seconds=1))

    @property
    def seconds(self) -> int:
        return int(self.total.total_seconds())

    @property
    def share(self) -> int:
        """What is left, per cent."""
        return max(0, min(100, round(self.left / self.total * 100)))

    @property
    def text(self) -> str:
        state = self.state
        if state == "late":
            return _("%(time)s late") % {"time": span(abs(self.left))}
        if state == "paused":
            return pgettext("timer", "paused")
        if state == "ok":
            return _("in time")
        return _("no longer asked for") if state == "void" else _("%(time)s left") % {"time": span(self.left)}

    @property
    def note(self) -> str:
        """The due time, always; a paused one says why instead."""
        if self.state == "paused" and not self.is_late:
            return _("we wait for the customer")
        if self.state == "paused":
            return _("was due %(time)s; we wait for the customer") % {"time": self.due}
        return (_("was due %(time)s") if self.is_late else _("due %(time)s")) % {"time": self.due}

    @property
    def due(self) -> str:
        """A bare date is due when it ends: it is named itself."""
        if self.timer.clock == Clock.DATE:
            return _date((self.timer.due - dt.timedelta(seconds=1)).astimezone(self.zone), self.now.astimezone(self.zone))
        return moment(self.timer.due, self.zone, self.now)

    @property
    def name(self) -> Text:
        return name_of(self.timer)


def faces(complaints: Iterable[Complaint], now: dt.datetime) -> dict[int, Face]:
    """The clock of each complaint's row, by its id, for those that have one; one query. `now` is UTC."""
    rows = {complaint.pk: complaint for complaint in complaints}
    return {pk: Face(timer, now, rows[pk].branch.tz) for pk, timer in earliest(rows).items()}
