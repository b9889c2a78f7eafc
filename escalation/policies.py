"""The shipped timers as a table one can read (spec section 4): how long, by which clock, for whom, and who is told when one runs out.

Pure. A policy edited by an administrator is a row (`models.PolicyVersion`) that takes the place of the shipped one from its date of effect
on; the shipped one is version 1. Not here: what starts and stops a timer (`clocks`), working time (`worktime`).
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import IntegerChoices, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

HOUR = 3600


class Code(TextChoices):
    """What a timer is about. One that belongs to a promise or a measure names it as its subject."""

    REPORT = "report", _("Report to the manager")
    ACKNOWLEDGE = "acknowledge", pgettext_lazy("timer", "Acknowledge")
    PLAN = "plan", pgettext_lazy("timer", "Plan")
    GROUP_PLAN = "group_plan", _("Implementation plan")
    TRIAGE = "stage:triage", pgettext_lazy("timer", "Triage")
    ASSIGNMENT = "stage:assignment", pgettext_lazy("timer", "Responsibility")
    CONFIRMATION = "stage:confirmation", pgettext_lazy("timer", "Confirmation")
    REVIEW = "stage:review", pgettext_lazy("timer", "Review")
    APPROVAL = "stage:approval", pgettext_lazy("timer", "Approval")
    REPLY = "stage:reply", pgettext_lazy("timer", "Reply")
    ANSWER = "answer", _("The customer's answer")
    UPDATE = "update", _("Word to the customer")
    PROMISE = "promise", pgettext_lazy("timer", "Promise")
    MEASURE = "measure", pgettext_lazy("timer", "Measure")
    SITE_VISIT = "site_visit", _("Site visit")
    VISIT = "visit", pgettext_lazy("timer", "Visit")
    UNREACHABLE = "unreachable", pgettext_lazy("timer", "Not reachable")
    COUNTERSIGN = "countersign", pgettext_lazy("timer", "Countersign")
    CUSTOMER_DATE = "customer_date", _("The customer's date")
    UNSOLVED = "unsolved", _("Unsolved for a month")
    REGRADE = "regrade", _("Grade to be worked out again")


class Clock(TextChoices):
    ALL_HOURS = "hours", _("all hours")
    WORKING_HOURS = "working", _("working hours")
    WORKING_DAYS = "working_days", _("working days")
    CALENDAR_DAYS = "days", _("calendar days")
    DATE = "date", _("its date")


class Told(TextChoices):
    """Who may stand on a rung."""

    GM = "gm", _("General manager")
    GROUP = "group", _("Group approver")
    HEAD = "head", _("Department head")
    MANAGER = "manager", _("Business manager")
    OWNER = "owner", _("Whoever has it in hand")


class Then(TextChoices):
    """What running out means beside the record of it."""

    ESCALATE = "escalate", _("is escalated")
    NO_ANSWER = "no_answer", _("moves on as “no answer”")
    GRADE = "grade", _("the grade is worked out again")
    NOTHING = "nothing", _("is recorded")


class Until(TextChoices):
    """What keeps the second level from being told."""

    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    STOPPED = "stopped", _("done")


class Rung(IntegerChoices):
    """Steps of one timer; those below 100 are warnings at that part of its time."""

    OUT = 100, _("Run out")
    SECOND = 200, _("Second level")


@dataclass(frozen=True)
class Policy:
    """How one timer runs. `amount` is in seconds for the hour clocks, in days for the day clocks, 0 for a date."""

    key: str
    code: Code
    clock: Clock
    amount: int = 0
    first: tuple[Told, ...] = (Told.GM,)
    second: tuple[Told, ...] = ()
    until: Until = Until.ACKNOWLEDGED
    then: Then = Then.ESCALATE
    warn_at: tuple[int, ...] = (50, 80)
    pausable: bool = False
    enabled: bool = True
    version: int = 1
    names: dict[str, str] = field(default_factory=dict, hash=False)
    """By language, where the administrator gave it other names."""

    def label(self, language: str) -> str | Promise:
        return self.names.get("zh" if language.startswith("zh") else "en") or LABELS.get(self.key) or self.code.label


GM_LATER: dict[str, Any] = {"first": (Told.HEAD, Told.MANAGER), "second": (Told.GM,), "until": Until.STOPPED}
GM_FIRST: dict[str, Any] = {"first": (Told.GM,), "second": (Told.GROUP,)}
OWNER_ONLY: dict[str, Any] = {"first": (Told.OWNER, Told.HEAD), "pausable": True}
SEVERE = "_severe"
LABELS = {"plan": _("Plan to the GM (grade 3-4)"), "plan_severe": _("Plan approved (grade 1-2)")}


def _stage(code: Code, hours: int) -> Policy:
    return Policy(code, code, Clock.WORKING_HOURS, hours * HOUR, **OWNER_ONLY)


_TABLE = (
    Policy("report", Code.REPORT, Clock.WORKING_HOURS, 1 * HOUR, **GM_FIRST),
    Policy("acknowledge", Code.ACKNOWLEDGE, Clock.ALL_HOURS, 24 * HOUR, **GM_FIRST),
    Policy("plan", Code.PLAN, Clock.ALL_HOURS, 12 * HOUR, pausable=True, **GM_FIRST),
    Policy("plan_severe", Code.PLAN, Clock.ALL_HOURS, 24 * HOUR, pausable=True, **GM_FIRST),
    Policy("group_plan", Code.GROUP_PLAN, Clock.ALL_HOURS, 24 * HOUR, pausable=True, **GM_FIRST),
    _stage(Code.TRIAGE, 2),
    _stage(Code.ASSIGNMENT, 2),
    _stage(Code.CONFIRMATION, 4),
    _stage(Code.REVIEW, 4),
    _stage(Code.APPROVAL, 4),
    _stage(Code.REPLY, 8),
    Policy("answer", Code.ANSWER, Clock.WORKING_DAYS, 3, first=(), then=Then.NO_ANSWER, warn_at=()),
    Policy("update", Code.UPDATE, Clock.WORKING_DAYS, 5, **GM_LATER),
    Policy("promise", Code.PROMISE, Clock.DATE, **GM_LATER),
    Policy("measure", Code.MEASURE, Clock.DATE, **GM_LATER),
    Policy("site_visit", Code.SITE_VISIT, Clock.WORKING_DAYS, 2, pausable=True, enabled=False, **GM_LATER),
    Policy("visit", Code.VISIT, Clock.CALENDAR_DAYS, 7, pausable=True, **GM_LATER),
    Policy("unreachable", Code.UNREACHABLE, Clock.WORKING_DAYS, 2, first=(), then=Then.NOTHING, warn_at=()),
    Policy("countersign", Code.COUNTERSIGN, Clock.WORKING_DAYS, 1, first=(Told.MANAGER,), second=(Told.GM,), until=Until.STOPPED),
    Policy("customer_date", Code.CUSTOMER_DATE, Clock.DATE, **GM_LATER),
    Policy("unsolved", Code.UNSOLVED, Clock.ALL_HOURS, 30 * 24 * HOUR, first=(), then=Then.GRADE, warn_at=(), pausable=True),
    Policy("regrade", Code.REGRADE, Clock.ALL_HOURS, 0, first=(), then=Then.GRADE, warn_at=()),
)
SHIPPED: dict[str, Policy] = {policy.key: policy for policy in _TABLE}
# The second level after one working day (R29).
SECOND_AFTER = 1
# Those whose first rung always holds the general manager: an edit cannot take him off (R29).
GM_ALWAYS = frozenset({"report", "acknowledge", "plan", "plan_severe", "group_plan"})
# Not shown as clocks: they are rules that become true with time.
SILENT = frozenset({Code.UNSOLVED, Code.REGRADE})


def plan_key(grade: int | None) -> str:
    """Grades 1-2 have their own plan; before triage grade 4's time counts (R22, R31)."""
    return "plan_severe" if grade is not None and grade <= 2 else "plan"


def next_rung(policy: Policy, rung: int) -> int | None:
    """The step after `rung`, None when nothing is left to wait for."""
    later = [*(at for at in policy.warn_at if at > rung), Rung.OUT, *([Rung.SECOND] if policy.second else [])]
    return next((int(step) for step in later if step > rung), None)


def local_end_of(date: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """A bare date runs out when that local date ends (R32); UTC."""
    return dt.datetime.combine(date + dt.timedelta(days=1), dt.time.min, zone).astimezone(dt.UTC)
