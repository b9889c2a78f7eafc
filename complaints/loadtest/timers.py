"""Timers of made-up complaints: stopped with verdicts on the closed ones; on the open ones some running, some run out a while ago.

What ran out waits for nothing more, so that the first sweep does not raise thousands; what is still to come will be raised like any
other. Not here: the other rows of a complaint (`rows`).
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from complaints.models import Complaint
from complaints.states import State
from escalation import timing
from escalation.following import STAGES, plan_arrived
from escalation.policies import SHIPPED, Clock, Rung, plan_key
from escalation.worktime import Calendar

COLUMNS = (
    "id", "complaint_id", "code", "subject", "ordinal", "policy", "policy_version", "calendar_id", "clock", "amount", "started", "due",
    "state", "verdict", "stopped_at", "ran_out_at", "by_rule", "timing", "next_at", "next_rung", "pauses", "source", "fault",
)  # fmt: skip
IN_TIME = 0.9
JUST_NOW = 2.5  # what runs began at most so many times its own time ago
DAY = 24 * 3600


@dataclass(frozen=True)
class Moment:
    """When it is, by which calendar."""

    now: dt.datetime
    calendar_id: int | None
    calendar: Calendar


def timers(complaint: Complaint, moment: Moment, pick: random.Random) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of COLUMNS, without the id."""
    received, closed = complaint.received_at, complaint.state == State.CLOSED
    done = ["report", "acknowledge"] if closed or complaint.state != State.RECEIVED else ["acknowledge"]
    if closed or plan_arrived(complaint):
        done.append(plan_key(complaint.grade))
    for key in done:
        yield _stopped(complaint, key, received, moment, pick)
    if not closed:
        for key in _running(complaint):
            yield _begun(complaint, key, moment, pick)


def _running(complaint: Complaint) -> Iterator[str]:
    state = State(complaint.state)
    yield "update"
    if state == State.RECEIVED:
        yield "report"
    elif state in STAGES:
        yield str(STAGES[state])
    elif state == State.FOLLOW_UP:
        yield "visit"
    if not plan_arrived(complaint):
        yield plan_key(complaint.grade)


def _due(key: str, started: dt.datetime, moment: Moment) -> dt.datetime:
    policy = SHIPPED[key]
    return timing.due_at(policy.clock, policy.amount, moment.calendar, started)


def _stopped(complaint: Complaint, key: str, started: dt.datetime, moment: Moment, pick: random.Random) -> tuple[Any, ...]:
    due = _due(key, started, moment)
    late = pick.random() > IN_TIME
    stopped = due + dt.timedelta(minutes=pick.randint(5, 600)) if late else started + (due - started) * pick.random()
    out = due if late else None
    return _row(complaint, key, moment, started, due, "stopped", "late" if late else "in_time", stopped, out)


def _begun(complaint: Complaint, key: str, moment: Moment, pick: random.Random) -> tuple[Any, ...]:
    policy = SHIPPED[key]
    span = policy.amount * (DAY if policy.clock in (Clock.WORKING_DAYS, Clock.CALENDAR_DAYS) else 1)
    started = max(complaint.received_at, moment.now - dt.timedelta(seconds=span * JUST_NOW * pick.random()))
    due = _due(key, started, moment)
    out = due if due < moment.now else None
    return _row(complaint, key, moment, started, due, "running", "late" if out else "", None, out)


def _row(
    complaint: Complaint,
    key: str,
    moment: Moment,
    started: dt.datetime,
    due: dt.datetime,
    state: str,
    verdict: str,
    stopped: dt.datetime | None,
    out: dt.datetime | None,
) -> tuple[Any, ...]:
    policy = SHIPPED[key]
    waits = state == "running" and out is None
    return (
        complaint.pk, str(policy.code), "", 1, key, 1, moment.calendar_id, str(policy.clock), policy.amount, started, due, state, verdict,
        stopped, out, False, 0, due if waits else None, int(Rung.OUT) if waits else None, "[]", "", "",
    )  # fmt: skip
