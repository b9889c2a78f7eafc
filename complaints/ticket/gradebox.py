"""The grade as it is shown to one reader: each rule with the complaints counted and those left out and why, and what the choice does to the
clock before it is made.

Complaints a reader may not open are only a number (R4). Reads, changes nothing. Not here: working out (`facts`, `grading`), the words
(`gradewords`).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from complaints import gradewords
from complaints.facts import Weighing, weigh
from complaints.grading import Finding
from complaints.models import Complaint
from complaints.sameproblem import Problem, problem_of
from complaints.states import Grade, GradeRule, Judged, Uncounted
from escalation import clock
from escalation.clocks import Clocks
from escalation.models import Timer
from escalation.policies import Code
from organisation.models import Department, Person
from organisation.templatetags.ui import localtime_in

SHOWN = 12
TICKS = {GradeRule.CRISIS: Judged.CRISIS, GradeRule.THREAT: Judged.THREAT}
SEEN = ("pk", "number", "received_at", "customer", "branch")


@dataclass(frozen=True)
class Named:
    """A complaint that this reader may open."""

    complaint: Complaint
    own: bool
    why: str = ""


@dataclass
class Line:
    """One rule. `tick` is what a person may judge of it, `hidden` how many complaints behind it this reader may not open."""

    rule: GradeRule
    grade: Grade
    holds: bool
    title: str
    note: str
    tick: Judged | None = None
    ticked: bool = False
    counted: list[Named] = field(default_factory=list)
    left_out: list[Named] = field(default_factory=list)
    hidden: int = 0
    more: int = 0


@dataclass(frozen=True)
class Box:
    """`marks` are what was seen: a decision sent with them weighs these and nothing that came later."""

    grade: Grade
    sentence: str
    problem: str
    lines: list[Line]
    marks: list[str]
    clocks: dict[str, "ClockNote"]


def box(complaint: Complaint, person: Person, **instead: Any) -> Box:
    """`instead` are columns as the form has them now. Two queries beside those of the facts, two for the clock."""
    now = clock.now()
    weighing = weigh(complaint, now, **instead)
    seen = _seen(weighing.result.findings, person)
    department = instead.get("helper_id", complaint.helper_id)
    helper = str(Department.objects.get(pk=department)) if department else ""
    lines = [_line(finding, weighing, seen, complaint, helper) for finding in weighing.result.findings]
    decisive = weighing.result.decisive
    return Box(
        weighing.result.grade, gradewords.sentence(weighing.result.rule, len(decisive.counted) if decisive else 0),
        _problem(complaint, instead), lines, sorted(weighing.result.marks), clock_notes(complaint, now),
    )  # fmt: skip


def _seen(findings: Iterable[Finding], person: Person) -> dict[int, Complaint]:
    ids = {key for one in findings for key in (*one.counted, *(key for key, _why in one.left_out))}
    if not ids:
        return {}
    rows = Complaint.objects.visible_to(person).filter(pk__in=ids).select_related("customer", "branch")
    return {row.pk: row for row in rows.only(*SEEN, "customer__name", "customer__name_en", "branch__zone")}


def _line(finding: Finding, weighing: Weighing, seen: dict[int, Complaint], complaint: Complaint, helper: str) -> Line:
    tick = TICKS.get(finding.rule)
    line = Line(
        finding.rule, finding.grade, finding.holds, gradewords.title(finding, weighing.limits),
        gradewords.note(finding, weighing.facts, weighing.unsolved_on, complaint.branch.tz, helper), tick,
        ticked=tick in weighing.facts.judged,
    )  # fmt: skip
    line.counted = [Named(seen[key], key == complaint.pk) for key in finding.counted if key in seen]
    line.left_out = [Named(seen[key], key == complaint.pk, str(Uncounted(why).label)) for key, why in finding.left_out if key in seen]
    line.hidden = len(finding.counted) + len(finding.left_out) - len(line.counted) - len(line.left_out)
    line.more = max(0, len(line.counted) - SHOWN) + max(0, len(line.left_out) - SHOWN)
    line.counted, line.left_out = line.counted[-SHOWN:], line.left_out[-SHOWN:]
    return line


def _problem(complaint: Complaint, instead: dict[str, Any]) -> str:
    """What the complaints counted have in common, in a sentence."""
    problem = problem_of(complaint) if "type_id" not in instead else _with_type(complaint, instead["type_id"])
    if problem is None:
        return _("It has no problem in common with others: type, and product, project or department are not recorded.")
    what = _("the same product") if problem.product else _("the same project") if problem.project else _("the same department")
    return _("Same problem: the same type and %(what)s. Invalid and withdrawn ones do not count, a customer counts once.") % {"what": what}


def _with_type(complaint: Complaint, key: int | None) -> Problem | None:
    before, complaint.type_id = complaint.type_id, key
    try:
        return problem_of(complaint)
    finally:
        complaint.type_id = before


# ── the clock ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ClockNote:
    """What one of the two times for the plan means for this complaint."""

    text: SafeString
    late: bool


def clock_notes(complaint: Complaint, now: dt.datetime) -> dict[str, ClockNote]:
    """For grades 1-2 (`severe`) and 3-4 (`plain`): until when the plan has time, and how that changes what runs; none where none runs."""
    timers = list(Timer.objects.filter(complaint=complaint.pk, code=Code.PLAN).order_by("id"))
    clocks = Clocks(complaint, now, timers)
    running = clocks.live(Code.PLAN)
    if running is None:
        return {}
    policies = {"severe": clocks.book.now["plan_severe"], "plain": clocks.book.now["plan"]}
    due = {name: clocks.due_by(policy, running) for name, policy in policies.items()}
    hours = {name: policy.amount // 3600 for name, policy in policies.items()}
    return {name: _clock_note(complaint, running, name, due, hours, now) for name in due}


def _clock_note(
    complaint: Complaint, running: Timer, name: str, due: dict[str, dt.datetime], hours: dict[str, int], now: dt.datetime
) -> ClockNote:
    until = localtime_in(due[name], complaint.branch, "long")
    changes = running.amount != hours[name] * 3600
    if name == "severe":
        said = _("Grade 1-2: the plan has {hours} hours and is to be approved by {until}.")
    else:
        said = _("Grade 3-4: the plan has {hours} hours and is to be with the general manager by {until}.")
    parts = [format_html(said, hours=hours[name], until=until)]
    if changes:
        parts.append(format_html(_("Now it has {hours} hours."), hours=running.amount // 3600))
    if running.ran_out_at:
        parts.append(format_html("{}", _("It has run out already, which stays.")))
    elif due[name] < now:
        parts.append(format_html("<b>{}</b>", _("That is past already: it runs out at once.")))
    else:
        parts.append(format_html(_("Counted from the receipt on {since}, nights and weekends too."), since=_since(complaint, running)))
    return ClockNote(format_html("{} " * len(parts), *parts), due[name] < now)


def _since(complaint: Complaint, running: Timer) -> SafeString | str:
    return localtime_in(running.started, complaint.branch)


# ── on the ticket ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Why:
    """Why a complaint has its grade: one sentence, who overruled it, and the complaints counted that this reader may open."""

    grade: str
    sentence: str
    overruled: str
    counted: Sequence[Complaint]
    hidden: int


def why(complaint: Complaint, person: Person) -> Why | None:
    """As it was decided or raised last; at most one query. None where nothing was worked out (before triage, imported)."""
    if complaint.grade is None or complaint.worked_out is None:
        return None
    others = [key for key in complaint.counted if key != complaint.pk]
    seen = list(Complaint.objects.visible_to(person).filter(pk__in=others).only("number").order_by("pk")) if others else []
    set_otherwise = complaint.grade != complaint.worked_out
    return Why(
        str(Grade(complaint.grade).label), gradewords.sentence(GradeRule(complaint.grade_rule), len(complaint.counted)),
        gradewords.overruled(complaint.grade, complaint.worked_out) if set_otherwise else "", seen[-SHOWN:], len(others) - len(seen),
    )  # fmt: skip
