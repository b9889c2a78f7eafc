"""Which timers a move starts, stops, voids, takes back and times anew (spec section 4, R31): one rule a timer, by its name.

`follow` is asked after the move was made and its effects are written. Not here: what starting and stopping is (`clocks`), how long they
run (`policies`).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from complaints.closing import BEFORE_CLOSING
from complaints.models import Complaint, Measure, Promise
from complaints.models.grading import limits_of
from complaints.states import Countersign, MeasureKind, Outcome, State

from .clocks import Clocks
from .models import Timer, TimerState, Verdict
from .policies import HOUR, Code, Policy, local_end_of, plan_key

STAGES = {
    State.TRIAGE: Code.TRIAGE,
    State.ASSIGNMENT: Code.ASSIGNMENT,
    State.CONFIRMATION: Code.CONFIRMATION,
    State.REVIEW: Code.REVIEW,
    State.APPROVAL: Code.APPROVAL,
    State.REPLY: Code.REPLY,
}
STARTING_OVER = frozenset({"reopen", "countersign_ng", "redo", "crisis", "not_effective"})
SENT_BACK = frozenset({"approve_ng", "group_ng"})
EXPLAINED = frozenset({"answer_on_the_spot", "reject_as_not_factual", "judge_invalid"})
NEVER_HANDLED = frozenset({Outcome.INVALID, Outcome.WITHDRAWN, Outcome.ON_SPOT})
PLAN_MOVES = frozenset(
    {"contain", "propose", "review_ng", "approve", "group_approve", "fix_dates", "redate_measure", "measure_done", "hand_over", "verify"}
)
PROMISE_MOVES = frozenset({"promise", "keep_promise", "send_reply", "record_visit"})
PLANNED = (State.APPROVAL, State.GROUP_APPROVAL, State.REPLY, State.FOLLOW_UP)


@dataclass(frozen=True)
class Was:
    """What the rules compare with: the complaint before the move."""

    state: str
    last_word_at: dt.datetime | None
    wanted_by: dt.date | None
    countersign: str
    grade: int | None
    severe: bool

    @classmethod
    def of(cls, complaint: Complaint) -> "Was":
        return cls(
            complaint.state, complaint.last_word_at, complaint.wanted_by, complaint.countersign, complaint.grade, complaint.is_severe
        )


NOTHING = Was("", None, None, Countersign.NONE, None, severe=False)


Rule = Callable[[Clocks, str, Was], None]


def follow(clocks: Clocks, move: str, was: Was) -> None:
    """Bring the timers after a move into line with it. `move` is its name, `received` for the first record."""
    for rule in RULES:
        rule(clocks, move, was)
    if move == "pause":
        for timer in [t for t in clocks.timers if t.state == TimerState.RUNNING and clocks.policy_of(t).pausable]:
            clocks.pause(timer)
    if move == "resume":
        for timer in [t for t in clocks.timers if t.state == TimerState.PAUSED]:
            clocks.resume(timer)


def _report(clocks: Clocks, move: str, was: Was) -> None:
    """From the receipt, or from being asked back, to the manager's desk (R12)."""
    complaint = clocks.complaint
    if move == "received":
        clocks.start("report", complaint.received_at)
    elif move == "ask_back":
        clocks.start("report", clocks.at)
    elif was.state == State.RECEIVED != complaint.state:
        (clocks.void if move == "withdraw" else clocks.stop)(clocks.live(Code.REPORT))


def _acknowledge(clocks: Clocks, move: str, was: Was) -> None:
    """The customer knows that it is in hand, or has been told why not (R21)."""
    complaint = clocks.complaint
    if move == "received" and complaint.acknowledged_at is None:
        clocks.start("acknowledge", complaint.received_at)
    elif complaint.acknowledged_at or move in EXPLAINED:
        clocks.stop(clocks.live(Code.ACKNOWLEDGE))
    elif move == "withdraw":
        clocks.void(clocks.live(Code.ACKNOWLEDGE))


def _plan(clocks: Clocks, move: str, was: Was) -> None:
    """Grades 3-4: to the general manager; 1-2: approved. An NG takes the stop back, a redo starts a new one (R22, R31)."""
    complaint, running = clocks.complaint, clocks.live(Code.PLAN)
    if move == "received":
        clocks.start("plan", complaint.received_at)
    elif move in STARTING_OVER:
        clocks.void(running)
        clocks.start(plan_key(complaint.grade), clocks.at)
    elif complaint.state == State.CLOSED:
        (clocks.void if complaint.outcome in NEVER_HANDLED else clocks.stop)(running)
    elif move in SENT_BACK:
        _plan_sent_back(clocks, running)
    elif running and plan_arrived(complaint):
        clocks.stop(running)
    elif was.grade != complaint.grade:
        _plan_regraded(clocks, running)


def plan_arrived(complaint: Complaint) -> bool:
    goal = (State.GROUP_APPROVAL, State.REPLY, State.FOLLOW_UP) if plan_key(complaint.grade) == "plan_severe" else PLANNED
    return complaint.state in goal


def _plan_sent_back(clocks: Clocks, running: Timer | None) -> None:
    last = clocks.last(Code.PLAN)
    if running or last is None:
        return
    if last.state == TimerState.STOPPED and last.due >= clocks.at and last.verdict == Verdict.IN_TIME:
        clocks.take_back(last)
    else:
        clocks.start(plan_key(clocks.complaint.grade), clocks.at)


def _plan_regraded(clocks: Clocks, running: Timer | None) -> None:
    """From the receipt, or from where it began anew; one stopped for a milder grade that is not approved yet runs on."""
    policy = clocks.book.now[plan_key(clocks.complaint.grade)]
    last = clocks.last(Code.PLAN)
    if running is None and last and _stopped_too_early(clocks, policy, last):
        clocks.take_back(last)
        running = last
    if running and running.policy != policy.key:
        clocks.retime(running, clocks.due_by(policy, running), policy)


def _stopped_too_early(clocks: Clocks, policy: Policy, last: Timer) -> bool:
    """It stopped in time when it reached the general manager; for the new grade his approval counts, and there is time left."""
    waiting = clocks.complaint.state == State.APPROVAL and not plan_arrived(clocks.complaint)
    return waiting and last.verdict == Verdict.IN_TIME and clocks.due_by(policy, last) > clocks.at


def _group_plan(clocks: Clocks, move: str, was: Was) -> None:
    """Only of grade 1-2: what went to the group for its amount alone has no time of its own."""
    if move == "group_approve" and clocks.complaint.grade <= 2:
        clocks.start("group_plan", clocks.at)
    elif move == "fix_dates":
        clocks.stop(clocks.live(Code.GROUP_PLAN))
    elif move in STARTING_OVER or clocks.complaint.state == State.CLOSED:
        clocks.void(clocks.live(Code.GROUP_PLAN))


def _stage(clocks: Clocks, move: str, was: Was) -> None:
    """From entering a state to leaving it; in `reply` to sending the reply, for what is left there is the customer's time."""
    state = State(clocks.complaint.state)
    if move == "send_reply":
        clocks.stop(clocks.live(Code.REPLY))
    if was.state == state:
        return
    for code in STAGES.values():
        clocks.stop(clocks.live(code))
    if state in STAGES:
        clocks.start(STAGES[state], clocks.at)


def _answer(clocks: Clocks, move: str, was: Was) -> None:
    running = clocks.live(Code.ANSWER)
    if move == "send_reply":
        clocks.void(running)
        clocks.start("answer", clocks.at)
    elif move in ("customer_agrees", "customer_refuses", "no_answer"):
        clocks.stop(running)
    elif was.state == State.REPLY != clocks.complaint.state:
        clocks.void(running)


def _update(clocks: Clocks, move: str, was: Was) -> None:
    """From each word to the customer to the next while it is open (R24)."""
    complaint, running = clocks.complaint, clocks.live(Code.UPDATE)
    if complaint.state == State.CLOSED:
        clocks.void(running)
    elif move == "received" or move in ("reopen", "countersign_ng"):
        clocks.start("update", clocks.at if was.state else complaint.received_at)
    elif complaint.last_word_at and complaint.last_word_at != was.last_word_at:
        clocks.stop(running)
        clocks.start("update", complaint.last_word_at)


def _promise(clocks: Clocks, move: str, was: Was) -> None:
    if clocks.complaint.state == State.CLOSED:
        for timer in clocks.all_live(Code.PROMISE):
            clocks.void(timer)
    elif move in PROMISE_MOVES:
        for promise in Promise.objects.filter(complaint=clocks.complaint):
            running = clocks.live(Code.PROMISE, str(promise.pk))
            if promise.broken_at and running and clocks.at <= running.due:
                clocks.void(running)
            elif promise.kept_at or promise.broken_at:
                clocks.stop(running)
            elif running is None:
                clocks.start("promise", promise.made_at, subject=str(promise.pk), date=promise.due_on)


def _measure(clocks: Clocks, move: str, was: Was) -> None:
    """Containment from its beginning, the others from the general manager's approval, to being done; of the present round (R18)."""
    complaint = clocks.complaint
    closing = complaint.state == State.CLOSED != was.state
    if not (closing or move in PLAN_MOVES or move in STARTING_OVER or move in SENT_BACK):
        return
    given_up = complaint.state == State.CLOSED and complaint.outcome in NEVER_HANDLED
    agreed = {} if given_up else {str(m.pk): m for m in _agreed(complaint)}
    for timer in clocks.all_live(Code.MEASURE):
        measure = agreed.get(timer.subject)
        if measure is None:
            clocks.void(timer)
        elif measure.done_at:
            clocks.stop(timer)
        elif (due := local_end_of(measure.due_on, complaint.branch.tz)) != timer.due:
            clocks.retime(timer, due, clocks.policy_of(timer))
    for subject, measure in agreed.items():
        if not measure.done_at and clocks.live(Code.MEASURE, subject) is None:
            clocks.start("measure", clocks.at, subject=subject, date=measure.due_on)


def _agreed(complaint: Complaint) -> list[Measure]:
    rows = Measure.objects.filter(complaint=complaint, round__number=complaint.round).select_related("round")
    return [m for m in rows if m.kind == MeasureKind.CONTAINMENT or m.round.approved_at]


def _visit(clocks: Clocks, move: str, was: Was) -> None:
    """A week after everything that has to be done before closing is done (R25)."""
    complaint, running = clocks.complaint, clocks.live(Code.VISIT)
    if complaint.state != State.FOLLOW_UP:
        clocks.void(running)
    elif complaint.visited_at:
        clocks.stop(running)
    elif running is None and (was.state != State.FOLLOW_UP or move == "measure_done") and not _to_be_done(complaint):
        clocks.start("visit", clocks.at)


def _to_be_done(complaint: Complaint) -> bool:
    rows = Measure.objects.filter(complaint=complaint, round__number=complaint.round, kind__in=BEFORE_CLOSING)
    return rows.filter(done_at=None).exists()


def _site_visit(clocks: Clocks, move: str, was: Was) -> None:
    """Off as shipped: when an administrator puts it into use, from submitting to the department's finding on the facts."""
    if move == "submit":
        clocks.start("site_visit", clocks.at)
    elif move in ("confirm", "dispute_facts"):
        clocks.stop(clocks.live(Code.SITE_VISIT))
    elif clocks.complaint.state == State.CLOSED:
        clocks.void(clocks.live(Code.SITE_VISIT))


def _unreachable(clocks: Clocks, move: str, was: Was) -> None:
    running = clocks.live(Code.UNREACHABLE)
    if move == "not_reached" and running is None and clocks.complaint.unreached_at:
        clocks.start("unreachable", clocks.at)
    elif move in ("record_visit", "chase") or clocks.complaint.state != State.FOLLOW_UP:
        clocks.stop(running)


def _countersign(clocks: Clocks, move: str, was: Was) -> None:
    now = clocks.complaint.countersign
    if now == Countersign.WAITING != was.countersign:
        clocks.start("countersign", clocks.at)
    elif was.countersign == Countersign.WAITING != now:
        clocks.stop(clocks.live(Code.COUNTERSIGN))


def _customer_date(clocks: Clocks, move: str, was: Was) -> None:
    complaint, running = clocks.complaint, clocks.live(Code.CUSTOMER_DATE)
    if complaint.state == State.CLOSED:
        (clocks.void if complaint.outcome == Outcome.WITHDRAWN else clocks.stop)(running)
    elif complaint.wanted_by is None:
        clocks.void(running)
    elif running is None:
        clocks.start("customer_date", clocks.at if was.state else complaint.received_at, date=complaint.wanted_by)
    elif complaint.wanted_by != was.wanted_by:
        clocks.retime(running, local_end_of(complaint.wanted_by, complaint.branch.tz), clocks.policy_of(running))


def _unsolved(clocks: Clocks, move: str, was: Was) -> None:
    """Open for a month, paused time not counted (R15); the sweep works the grade out again."""
    if clocks.complaint.state == State.CLOSED:
        clocks.void(clocks.live(Code.UNSOLVED))
    elif move == "received":
        clocks.start("unsolved", clocks.complaint.received_at, amount=_unsolved_time(clocks.complaint))
    elif move in ("reopen", "countersign_ng"):
        clocks.start("unsolved", clocks.at, amount=_unsolved_time(clocks.complaint))


def _unsolved_time(complaint: Complaint) -> int:
    """Seconds."""
    return limits_of(complaint.branch_id).unsolved_days * 24 * HOUR


RULES: tuple[Rule, ...] = (
    _report, _acknowledge, _plan, _group_plan, _stage, _answer, _update, _promise, _measure, _visit, _site_visit, _unreachable,
    _countersign, _customer_date, _unsolved,
)  # fmt: skip
