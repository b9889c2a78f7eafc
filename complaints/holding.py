"""Who held a complaint how long: its passage of states, cut at every change of hands, read from the history (R29a).

A state is held by whoever led it on; measures are found by the handler named at that time; after the reply the customer has it, and what
goes on now is held by whose turn it is. Only time that a timer counts is reckoned. Not here: the drawing (`ticket.drawing`), whose turn it
is (`turns`).
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from escalation import timing
from escalation.clocks import pauses_of
from escalation.models import Timer
from escalation.policies import Clock
from escalation.worktime import Calendar

from .models import Complaint, Event
from .moves import MOVES
from .roster import people_by_id
from .states import State
from .turns import CUSTOMER, Turns

# What changes hands: every transition, and acts after which somebody else has it.
HANDS = (*(name for name, move in MOVES.items() if not move.is_act), "send_reply", "customer_refuses", "reassign_handler", "hand_over")
NOTHING = dt.timedelta(0)


@dataclass(frozen=True)
class Held:
    """A stretch in one hand; `until` None while it lasts."""

    who: str
    state: State
    since: dt.datetime
    until: dt.datetime | None


@dataclass(frozen=True)
class Share:
    """What somebody had of a timer's time: up to its due instant, and after it."""

    who: str
    state: State
    since: dt.datetime
    until: dt.datetime
    counted: dt.timedelta
    late: dt.timedelta


class Hands:
    """For complaints with their events and turns; two queries at most and those of `Turns`, however many complaints."""

    def __init__(self, complaints: Sequence[Complaint], turns: Turns | None = None) -> None:
        rows = Event.objects.filter(complaint__in=[complaint.pk for complaint in complaints], kind__in=HANDS)
        self.events: dict[int, list[Event]] = defaultdict(list)
        for event in rows.select_related("actor").order_by("complaint_id", "seq"):
            self.events[event.complaint_id or 0].append(event)
        self.turns = turns or Turns(complaints)
        self.people = self._handlers(complaints)

    def _handlers(self, complaints: Sequence[Complaint]) -> dict[int, str]:
        bodies = (json.loads(event.body) for events in self.events.values() for event in events if "handler_id" in event.body)
        ids = {pk for body in bodies for pk in body.get("changed", {}).get("handler_id", ()) if pk}
        ids |= {pk for complaint in complaints for pk in (complaint.handler_id, complaint.received_by_id, complaint.recorded_by_id) if pk}
        return {pk: str(person) for pk, person in people_by_id(ids, self.turns.roster.people).items()}

    def of(self, complaint: Complaint) -> list[Held]:
        """From the receipt to now, in order; neighbours in one hand and one stage are one."""
        found: list[Held] = []
        for held in self._stretches(complaint):
            if found and found[-1].who == held.who and found[-1].state == held.state:
                found[-1] = replace(found[-1], until=held.until)
            else:
                found.append(held)
        return found

    def _stretches(self, complaint: Complaint) -> Iterator[Held]:
        walk = _Walk(complaint, self.people)
        for event in self.events[complaint.pk]:
            changed: dict[str, Any] = json.loads(event.body).get("changed", {})
            yield Held(walk.holder(str(event.actor or "")), walk.state, walk.since, event.at)
            walk.go_on(event, changed)
        if complaint.is_open:
            turn = self.turns.of(_running(complaint))
            yield Held(str(turn.people[0] if turn.people else turn.office), walk.state, walk.since, None)


def _running(complaint: Complaint) -> Complaint:
    """As if it were not paused: paused time is nobody's, and what counted before was not the customer's."""
    found = copy(complaint)
    found.paused_at = None
    return found


class _Walk:
    """Where a complaint stands while its events are gone through."""

    def __init__(self, complaint: Complaint, people: dict[int, str]) -> None:
        self.people = people
        self.state, self.since = State.RECEIVED, complaint.received_at
        self.taker = people.get(complaint.received_by_id or complaint.recorded_by_id or 0, "")
        self.handler: int | None = None
        self.with_customer = False

    def holder(self, actor: str) -> str:
        if self.with_customer:
            return str(CUSTOMER)
        if self.state == State.RECEIVED and self.taker:
            return self.taker
        return self.people.get(self.handler or 0, actor) if self.state == State.ACTION else actor

    def go_on(self, event: Event, changed: dict[str, Any]) -> None:
        self.since = event.at
        self.handler = changed.get("handler_id", [None, self.handler])[1]
        self.state = State(changed.get("state", [None, self.state])[1])
        self.with_customer = event.kind == "send_reply" and self.state == State.REPLY


def shares(held: Iterable[Held], timer: Timer, calendar: Calendar, now: dt.datetime) -> list[Share]:
    """What of the timer's counted time, its pauses left out, was in whose hand; those with nothing of it are left out. `now` is UTC."""
    end = timer.stopped_at or now
    spans = list(timing.running_spans(timer.started, end, pauses_of(timer)))
    found = []
    for one in held:
        since, until = max(one.since, timer.started), min(one.until or end, end)
        share = Share(
            one.who, one.state, since, until,
            counted=_counted(timer, calendar, spans, since, min(until, timer.due)),
            late=_counted(timer, calendar, spans, max(since, timer.due), until),
        )  # fmt: skip
        if share.counted or share.late:
            found.append(share)
    return found


def _counted(timer: Timer, calendar: Calendar, spans: list[timing.Span], since: dt.datetime, until: dt.datetime) -> dt.timedelta:
    cut = ((max(begin, since), min(end, until)) for begin, end in spans)
    return sum((timing.counted(Clock(timer.clock), calendar, piece) for piece in cut if piece[0] < piece[1]), NOTHING)


def late_by(found: Iterable[Share]) -> dt.timedelta:
    """What a timer's clock counted after its due instant."""
    return sum((share.late for share in found), NOTHING)


def totals(found: Iterable[Share]) -> list[tuple[str, dt.timedelta]]:
    """Who had it how long in all, the longest first, late time included."""
    sums: dict[str, dt.timedelta] = defaultdict(dt.timedelta)
    for share in found:
        sums[share.who] += share.counted + share.late
    return sorted(sums.items(), key=lambda item: -item[1])
