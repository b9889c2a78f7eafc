"""The timers of one complaint inside the door's transaction: starting, stopping, voiding, pausing, timing anew (R29, R31).

`Clocks` is made with the complaint locked; what was done is in `noted`, for the move's event, and stored by `save`. Not here: which move
does what (`following`), how long timers run (`policies`, `timing`), running out (`raising`).
"""

import datetime as dt
import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db import connection

from complaints.models import Complaint

from . import timing
from .calendars import Known, calendar_by_id, calendar_of
from .models import Timer, TimerState, Verdict
from .models.policy import PolicyBook
from .policies import Clock, Code, Policy, local_end_of
from .worktime import Calendar


class Clocks:
    """The timers of one complaint at one instant (UTC)."""

    def __init__(self, complaint: Complaint, at: dt.datetime, timers: list[Timer] | None = None) -> None:
        """`timers` are all of the complaint's, newest ordinal last; read here where they are not given."""
        self.complaint, self.at = complaint, at
        self.timers = list(Timer.objects.filter(complaint=complaint).order_by("id")) if timers is None else timers
        self.noted: list[list[Any]] = []
        self._touched: dict[int, Timer] = {}
        self._new: list[Timer] = []

    @cached_property
    def book(self) -> PolicyBook:
        return PolicyBook.at(self.at)

    @cached_property
    def calendar(self) -> Known:
        return calendar_of(self.complaint.branch)

    def live(self, code: Code, subject: str = "") -> Timer | None:
        return next((t for t in self.timers if t.is_live and t.key == (code, subject)), None)

    def all_live(self, code: Code) -> list[Timer]:
        return [t for t in self.timers if t.is_live and t.code == code]

    def last(self, code: Code, subject: str = "") -> Timer | None:
        return next((t for t in reversed(self.timers) if t.key == (code, subject)), None)

    # ── what a rule may do ───────────────────────────────────────────────────────────────────────────────────

    def start(
        self, key: str, started: dt.datetime, *, subject: str = "", date: dt.date | None = None, amount: int | None = None
    ) -> Timer | None:
        """Start a timer by the policy `key` in force; None where the policy is out of use. Starting again makes the next ordinal.

        `amount` instead of the policy's, where a branch has a number of its own."""
        policy = self.book.now[key]
        if not policy.enabled:
            return None
        number, calendar = self.calendar
        amount = policy.amount if amount is None else amount
        due = local_end_of(date, self.complaint.branch.tz) if date else timing.due_at(policy.clock, amount, calendar, started)
        before = self.last(policy.code, subject)
        timer = Timer(
            complaint=self.complaint, code=policy.code, subject=subject, ordinal=before.ordinal + 1 if before else 1, policy=key,
            policy_version=policy.version, calendar_id=number, clock=policy.clock, amount=amount, started=started, due=due,
        )  # fmt: skip
        if self.complaint.paused_at and policy.pausable:
            timer.state, timer.pauses = TimerState.PAUSED, [[self.at.isoformat(), None]]
        self._wait(timer, policy)
        self.timers.append(timer)
        self._new.append(timer)
        self._note("started", timer)
        if timer.state == TimerState.PAUSED:
            self._note("paused", timer)
        return timer

    def stop(self, timer: Timer | None) -> None:
        """What it asked for was done; in time when that was at or before its due instant (R29)."""
        if timer is None:
            return
        timer.verdict = Verdict.LATE if timer.verdict == Verdict.LATE or self.at > timer.due else Verdict.IN_TIME
        self._end(timer, TimerState.STOPPED)
        self._note("stopped", timer)

    def void(self, timer: Timer | None) -> None:
        """It is no longer asked for. A verdict of late is never taken back."""
        if timer is None:
            return
        self._end(timer, TimerState.VOID)
        self._note("void", timer)

    def retime(self, timer: Timer, due: dt.datetime, policy: Policy) -> None:
        """Another due instant for a timer that runs; one already past runs out at once (R31)."""
        if due == timer.due and policy.key == timer.policy:
            return
        timer.due, timer.timing = due, timer.timing + 1
        self.go_by(timer, policy)
        self._note("retimed", timer)

    def go_by(self, timer: Timer, policy: Policy) -> None:
        """From now on it reminds and tells by that policy; when it is due is the caller's."""
        timer.policy, timer.policy_version, timer.clock, timer.amount = policy.key, policy.version, policy.clock, policy.amount
        self._wait(timer, policy)
        self._touch(timer)

    def take_back(self, timer: Timer) -> None:
        """A stop that did not hold: it runs on to the same due instant (R31)."""
        timer.state, timer.stopped_at, timer.verdict = TimerState.RUNNING, None, Verdict.NONE
        self._wait(timer, self.policy_of(timer))
        self._touch(timer)
        self._note("taken_back", timer)

    def pause(self, timer: Timer) -> None:
        timer.state, timer.next_at, timer.next_rung = TimerState.PAUSED, None, None
        timer.pauses = [*timer.pauses, [self.at.isoformat(), None]]
        self._touch(timer)
        self._note("paused", timer)

    def resume(self, timer: Timer) -> None:
        begun = pauses_of(timer)[-1][0]
        self._end_pause(timer)
        timer.state = TimerState.RUNNING
        timer.due = timing.resumed(Clock(timer.clock), self._calendar_of(timer), timer.due, begun, self.at)
        timer.timing += 1
        self._wait(timer, self.policy_of(timer))
        self._touch(timer)
        self._note("resumed", timer)

    def policy_of(self, timer: Timer) -> Policy:
        return self.book.of(timer.policy, timer.policy_version)

    def due_by(self, policy: Policy, timer: Timer) -> dt.datetime:
        """When the timer would be due by that policy, from its own start and with its pauses."""
        return timing.due_at(policy.clock, policy.amount, self._calendar_of(timer), timer.started, pauses_of(timer))

    def save(self) -> None:
        """Write what the rules did."""
        save_timers(list(self._touched.values()))
        Timer.objects.bulk_create(self._new)

    def _calendar_of(self, timer: Timer) -> Calendar:
        """The one it was started by: a corrected calendar moves nothing that runs unless asked to (R32)."""
        return calendar_by_id(timer.calendar_id, self.complaint.branch.zone)

    def _wait(self, timer: Timer, policy: Policy) -> None:
        if timer.state != TimerState.RUNNING or timer.ran_out_at:
            return
        timer.next_at, timer.next_rung = timing.next_step(
            policy, self._calendar_of(timer), timer.started, timer.due, pauses_of(timer), 0, self.at
        )

    def _end(self, timer: Timer, state: TimerState) -> None:
        timer.state, timer.stopped_at, timer.next_at, timer.next_rung = state, self.at, None, None
        self._end_pause(timer)
        self._touch(timer)

    def _end_pause(self, timer: Timer) -> None:
        if timer.pauses and timer.pauses[-1][1] is None:
            timer.pauses = [*timer.pauses[:-1], [timer.pauses[-1][0], self.at.isoformat()]]

    def _touch(self, timer: Timer) -> None:
        if timer.pk:
            self._touched[timer.pk] = timer

    def _note(self, what: str, timer: Timer) -> None:
        self.noted.append([timer.code, timer.subject, timer.ordinal, what, timer.due])


SAVE = """
UPDATE escalation_timer AS timer
   SET policy = given.policy, policy_version = given.policy_version, clock = given.clock, amount = given.amount, due = given.due,
       state = given.state, verdict = given.verdict, stopped_at = given.stopped_at, ran_out_at = given.ran_out_at, timing = given.timing,
       next_at = given.next_at, next_rung = given.next_rung, pauses = given.pauses, fault = ''
  FROM unnest(%s::bigint[], %s::text[], %s::smallint[], %s::text[], %s::int[], %s::timestamptz[], %s::text[], %s::text[],
              %s::timestamptz[], %s::timestamptz[], %s::smallint[], %s::timestamptz[], %s::smallint[], %s::jsonb[])
       AS given (id, policy, policy_version, clock, amount, due, state, verdict, stopped_at, ran_out_at, timing, next_at, next_rung, pauses)
 WHERE timer.id = given.id
"""


def save_timers(timers: Sequence[Timer]) -> None:
    """Everything that changes on timers that were there before, in one statement."""
    if not timers:
        return
    rows = [
        (
            t.pk, t.policy, t.policy_version, str(t.clock), t.amount, t.due, str(t.state), str(t.verdict), t.stopped_at, t.ran_out_at,
            t.timing, t.next_at, t.next_rung, json.dumps(t.pauses),
        )
        for t in timers
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SAVE, [list(column) for column in zip(*rows, strict=True)])


def pauses_of(timer: Timer) -> list[timing.Pause]:
    return [(dt.datetime.fromisoformat(begun), dt.datetime.fromisoformat(ended) if ended else None) for begun, ended in timer.pauses]
