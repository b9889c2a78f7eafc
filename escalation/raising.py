"""What happens when a timer's step comes: the event, the escalation, the notices, and the next step — for one timer or five hundred alike.

Used by the sweep and, for what ran out just before a move, by the door itself in the move's transaction (R29). The complaints are locked by
the caller, who also saves their heads. Not here: which steps are due (`sweep`), who is told (`complaints.notices`).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from complaints.copying import copy_models, next_ids
from complaints.history import Entry, append_many
from complaints.models import Complaint
from complaints.notices import Audience, Kind, Telling, tell

from . import timing
from .calendars import calendar_by_id
from .clocks import Clocks, pauses_of, save_timers
from .models import Escalation, Timer, TimerState, Verdict
from .models.policy import PolicyBook
from .policies import SHIPPED, Code, Policy, Rung, Then, Until

# Found later than this after it was due, a timer is marked as found late: the product was not there (R33).
FOUND_LATE = dt.timedelta(seconds=60)
KINDS: dict[int, str] = {Rung.OUT: "ran_out", Rung.SECOND: "escalated"}
# What becomes true with time is nobody's lateness: a move neither records it nor takes it from the sweep.
GRADING = frozenset(policy.code for policy in SHIPPED.values() if policy.then == Then.GRADE)
TOLD = {"warned": Kind.WARNED, "ran_out": Kind.RAN_OUT, "escalated": Kind.ESCALATED}


@dataclass(frozen=True)
class Step:
    """A timer whose step `rung` has come; `complaint` loaded with branch, department and type."""

    timer: Timer
    complaint: Complaint
    rung: int

    @property
    def kind(self) -> str:
        return KINDS.get(self.rung, "warned")


def overdue(clocks: Clocks) -> list[Step]:
    """Timers of one complaint that ran out before this instant and that no sweep has found yet; grades are the sweep's own."""
    return [
        Step(timer, clocks.complaint, Rung.OUT)
        for timer in sorted(clocks.timers, key=lambda timer: timer.due)
        if timer.state == TimerState.RUNNING and timer.ran_out_at is None and timer.due < clocks.at and timer.code not in GRADING
    ]


def raise_steps(steps: Sequence[Step], *, at: dt.datetime, mail: bool = True, book: PolicyBook | None = None) -> int:
    """Record every step, once, in the order given; returns how many escalations and warnings came of it.

    `at` is the instant, UTC, read after the locks. Effects: events, escalations, notices, the timers' next steps; the complaints' heads in
    memory.
    """
    if not steps:
        return 0
    book = book or PolicyBook.at(at)
    steps = _still_wanted(steps, book, at)
    audience = Audience([step.complaint for step in steps], [step.timer for step in steps])
    told = [audience.rung(step.complaint, step.timer, _policy(book, step), step.rung) for step in steps]
    bodies = [_body(step, rungs.to, at) for step, rungs in zip(steps, told, strict=True)]
    events = append_many([Entry(step.complaint, step.kind, body) for step, body in zip(steps, bodies, strict=True)], at=at)
    raised = []
    for step, rungs, event in zip(steps, told, events, strict=True):
        if step.rung < Rung.OUT or _policy(book, step).first:
            raised.append(_escalation(step, [person.pk for person in rungs.to], rungs.owner, event, at))
    for row, key in zip(raised, next_ids(Escalation, len(raised)), strict=True):
        row.pk = key
    copy_models(raised)
    tell(
        (Telling(event, step.complaint, _told_as(step), rungs.told) for step, rungs, event in zip(steps, told, events, strict=True)),
        at=at,
        mail=mail,
    )
    for step in steps:
        _go_on(step, _policy(book, step), at)
    save_timers([step.timer for step in steps])
    return len(raised)


def _found_late(timer: Timer, at: dt.datetime) -> bool:
    """The product was not there when it ran out; a changed rule that put the instant into the past is another matter."""
    return not timer.by_rule and at - timer.due > FOUND_LATE


def _told_as(step: Step) -> Kind:
    return Kind.FREE_TO_CLOSE if step.timer.code == Code.UNREACHABLE else TOLD[step.kind]


def _policy(book: PolicyBook, step: Step) -> Policy:
    return book.of(step.timer.policy, step.timer.policy_version)


def _still_wanted(steps: Sequence[Step], book: PolicyBook, at: dt.datetime) -> list[Step]:
    """Without second levels that somebody's word has made needless; their timers wait for nothing more."""
    asked = [s.timer.pk for s in steps if s.rung == Rung.SECOND and _policy(book, s).until == Until.ACKNOWLEDGED]
    if not asked:
        return list(steps)
    answered = Escalation.objects.filter(timer__in=asked, rung=Rung.OUT, acknowledged_at__isnull=False)
    settled = set(answered.values_list("timer_id", flat=True))
    quiet = [step.timer for step in steps if step.rung == Rung.SECOND and step.timer.pk in settled]
    for timer in quiet:
        timer.next_at = timer.next_rung = None
    save_timers(quiet)
    return [step for step in steps if step.timer not in quiet]


def _body(step: Step, to: Sequence[Any], at: dt.datetime) -> dict[str, Any]:
    timer = step.timer
    body = {
        "timer": [timer.code, timer.subject, timer.ordinal], "due": timer.due, "rung": step.rung, "to": [person.pk for person in to],
        "role": "system", "version": step.complaint.version,
    }  # fmt: skip
    if step.rung == Rung.OUT:
        body |= {"found_late": _found_late(timer, at), "by_rule": timer.by_rule}
    return body


def _escalation(step: Step, to: list[int], owner: Any, event: int, at: dt.datetime) -> Escalation:
    timer = step.timer
    return Escalation(
        timer=timer, complaint=step.complaint, event_id=event, code=timer.code, rung=int(step.rung), timing=timer.timing, due=timer.due,
        raised_at=at, found_late=step.rung == Rung.OUT and _found_late(timer, at), by_rule=timer.by_rule, to=to, owner=owner,
    )  # fmt: skip


def _go_on(step: Step, policy: Policy, at: dt.datetime) -> None:
    """What the timer waits for next. Run out is late for good, whatever comes."""
    timer = step.timer
    if step.rung == Rung.OUT:
        timer.ran_out_at, timer.verdict = at, Verdict.LATE
    if step.rung == Rung.SECOND or (step.rung == Rung.OUT and policy.then != Then.ESCALATE):
        timer.next_at = timer.next_rung = None
        return
    calendar = calendar_by_id(timer.calendar_id, step.complaint.branch.zone)
    timer.next_at, timer.next_rung = timing.next_step(
        policy, calendar, timer.started, timer.due, pauses_of(timer), step.rung, at, timer.ran_out_at
    )
