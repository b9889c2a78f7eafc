"""The timers of imported complaints (R33a): what the register says of them, stopped; and of open ones, where the mapping says so, what
their stage asks for from the import on.

Nothing is worked out of what was: no receipt, acknowledgement or month unsolved is counted from before the import. Not here: what a move
does to timers (`escalation.following`).
"""

import datetime as dt

from complaints.models import Complaint
from complaints.registers import Row
from complaints.states import State
from escalation.calendars import Known
from escalation.clocks import Clocks
from escalation.following import STAGES, plan_arrived
from escalation.models import Timer, TimerState, Verdict
from escalation.models.policy import PolicyBook
from escalation.policies import Code, local_end_of, plan_key

SOURCE = "import"


class Ground:
    """Policies and the branch's calendar, the same for the rows of a chunk."""

    def __init__(self, book: PolicyBook, calendar: Known) -> None:
        self.book, self.calendar = book, calendar


def clocks_of(row: Row, complaint: Complaint, at: dt.datetime, ground: Ground, *, running: bool) -> Clocks:
    """Not saved: `timers` are to be stored, `noted` belongs into the event. `at` is the instant of the import, UTC."""
    clocks = Clocks(complaint, at, [_said(complaint, code, verdict, at, ground) for code, verdict in sorted(row.verdicts.items())])
    clocks.noted = [[timer.code, timer.subject, timer.ordinal, "stopped", timer.due] for timer in clocks.timers]
    clocks.book, clocks.calendar = ground.book, ground.calendar
    if running and complaint.is_open:
        _start(clocks)
    return clocks


def _said(complaint: Complaint, code: str, verdict: str, at: dt.datetime, ground: Ground) -> Timer:
    """A verdict of the register. When it was due and done the register does not say: both are the last instant known of it."""
    policy = ground.book.of(plan_key(complaint.grade) if code == Code.PLAN else code, 1)
    known = complaint.closed_at or at
    return Timer(
        complaint=complaint, code=policy.code, policy=policy.key, clock=policy.clock, amount=policy.amount, started=complaint.received_at,
        due=known, state=TimerState.STOPPED, verdict=Verdict(verdict), stopped_at=known, source=SOURCE,
    )  # fmt: skip


def _start(clocks: Clocks) -> None:
    """The stage it is at, the next word to the customer, his date, and the plan while there is none that was judged already."""
    complaint, at = clocks.complaint, clocks.at
    if key := _asked_by_stage(complaint):
        clocks.start(key, at)
    clocks.start("update", at)
    wanted = complaint.wanted_by
    if wanted and local_end_of(wanted, complaint.branch.tz) > at:
        clocks.start("customer_date", at, date=wanted)
    if not plan_arrived(complaint) and clocks.last(Code.PLAN) is None:
        clocks.start(plan_key(complaint.grade), at)


def _asked_by_stage(complaint: Complaint) -> str:
    state = State(complaint.state)
    if state == State.RECEIVED:
        return "report"
    if state == State.REPLY and complaint.replied_at:
        return "answer"
    if state == State.FOLLOW_UP:
        return "" if complaint.visited_at else "visit"
    return str(STAGES.get(state, ""))
