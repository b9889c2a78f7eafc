"""The ten steps of the procedure as one complaint went them: who, when, what came of it, how often it was sent back.

Worked out from the moves in the history; the group's approval belongs to the step of approval. Not here: the drawing (`stepper`).
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.translation import gettext as _

from complaints.models import Complaint, Event
from complaints.moves import MOVES
from complaints.states import Nature, Outcome, State
from organisation.models import Person
from organisation.templatetags.ui import localtime_in

STEPS = tuple(state for state in State if state != State.GROUP_APPROVAL)
TRANSITIONS = tuple(name for name, move in MOVES.items() if not move.is_act)


@dataclass
class Step:
    name: str
    state: str = ""
    who: object = ""
    when: str = ""
    more: str = ""
    redo: int = 0


def steps(complaint: Complaint, events: Iterable[Event], holders: Iterable[Person]) -> list[Step]:
    """`events` are the complaint's transitions in order, with their actors; `holders` whose turn it is now."""
    left, sent_back = _passages(events)
    now = STEPS.index(_step(complaint.state))
    found = []
    for place, state in enumerate(STEPS):
        event = left.get(state) if place <= now else None
        step = Step(str(state.label), redo=sent_back[state])
        if place == now and complaint.is_open:
            step.state, step.who = "now", " · ".join(dict.fromkeys(str(person) for person in holders))
            step.when = str(localtime_in(complaint.state_since, complaint.branch))
        elif event:
            step.state, step.who, step.when = "done", event.actor or "", str(localtime_in(event.at, complaint.branch))
            step.more = _more(state, complaint)
        found.append(step)
    _intake(found[0], complaint)
    return found


def _intake(step: Step, complaint: Complaint) -> None:
    """The first step names who took it and when, also when it has come back there."""
    step.who, step.when = complaint.recorded_by or "", str(localtime_in(complaint.received_at, complaint.branch))
    if complaint.submitted_at:
        step.more = format_html(_("submitted {time}"), time=localtime_in(complaint.submitted_at, complaint.branch))


def _step(state: str) -> State:
    return State.APPROVAL if state == State.GROUP_APPROVAL else State(state)


def _passages(events: Iterable[Event]) -> tuple[dict[State, Event], Counter[State]]:
    """By step: the last move that led onwards from it, and how many led back."""
    left: dict[State, Event] = {}
    sent_back: Counter[State] = Counter()
    for event in events:
        before, after = (_step(state) for state in json.loads(event.body)["changed"]["state"])
        if STEPS.index(after) < STEPS.index(before):
            sent_back[before] += 1
        else:
            left[before] = event
            if after == State.CLOSED:
                left[State.CLOSED] = event
    return left, sent_back


def _more(state: State, complaint: Complaint) -> str:
    """What came of a step, in a word."""
    if state == State.TRIAGE and complaint.grade:
        nature = Nature(complaint.nature).label if complaint.nature else ""
        return " · ".join(filter(None, [str(nature), str(complaint.get_grade_display())]))
    if state == State.ASSIGNMENT and complaint.department:
        return str(complaint.department)
    if state == State.CONFIRMATION and complaint.handler:
        return _("→ %(handler)s") % {"handler": complaint.handler}
    if state == State.ACTION and complaint.round > 1:
        return _("Round %(number)s") % {"number": complaint.round}
    if state == State.CLOSED and complaint.outcome:
        return str(Outcome(complaint.outcome).label)
    return ""
