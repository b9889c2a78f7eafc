"""State × move × role, through the door, against the table below, which is typed from the spec (section 3) and not from the code.

Every cell is tried: the wrong stage is refused as such (409), the wrong person as such (403), and whoever may, does it.
"""

import datetime as dt
import time
from functools import cached_property
from typing import Any

import pytest
from django.db import transaction

from complaints.actions import Proof, perform, wrong_stage
from complaints.models import Attachment, Attendance, Complaint, Measure, Meeting, Objection, Part, Promise, Round
from complaints.moves import MOVES
from complaints.plans import MeasureDraft
from complaints.refusals import NotAllowed, NotPossible
from complaints.states import PartKind, State
from escalation import clock
from organisation.models import Person
from organisation.models.known import standing_still
from tests.factories import PersonFactory

from .factories import DUE, House, at_state, plan_of, raised_to, received

OPEN = "received triage assignment confirmation action review approval group_approval reply follow_up"
JUDGED = "assignment confirmation action review approval group_approval reply follow_up"
PLANNED = "confirmation action review approval group_approval reply follow_up"
WORKED_ON = "action review approval group_approval reply follow_up"
ALL = OPEN + " closed"
DESK = "assistant manager"
EVERYBODY = "employee assistant manager head staff handler owner verifier gm group_approver management_rep"

# move | from | by | goes to ('' stays)
TABLE = f"""
submit                | received          | {DESK}                  | triage
answer_on_the_spot    | received          | {DESK}                  | closed
reject_as_not_factual | received          | {DESK}                  | closed
judge                 | triage            | manager                 | assignment
judge_invalid         | triage            | manager                 | closed
ask_back              | triage            | manager                 | received
assign                | assignment        | manager gm              | confirmation
judge_again           | assignment        | manager                 | triage
confirm               | confirmation      | head                    | action
contest               | confirmation      | head                    | assignment
dispute_facts         | confirmation      | head                    | triage
propose               | action            | handler                 | review
review_ok             | review            | head                    | approval
review_ng             | review            | head                    | action
approve               | approval          | gm                      | reply
approve_ng            | approval          | gm                      | action
group_approve         | group_approval    | group_approver          | reply
group_ng              | group_approval    | group_approver          | action
send_reply            | reply             | {DESK}                  |
customer_agrees       | reply             | {DESK}                  | follow_up
no_answer             | reply             | {DESK}                  | follow_up
customer_refuses      | reply             | {DESK}                  |
redo                  | reply follow_up   | manager                 | action
crisis                | reply follow_up   | manager                 | action
record_visit          | follow_up         | {DESK} handler verifier |
not_reached           | follow_up         | {DESK} handler verifier |
remind                | follow_up         | {DESK}                  |
sign_off              | reply follow_up   | head                    |
verify                | reply follow_up closed | verifier           |
not_effective         | reply follow_up   | verifier                | action
fail_after_closing    | closed            | verifier                |
recurred              | closed            | system                  |
leave_closed          | closed            | manager                 |
close                 | follow_up         | manager                 | closed
close_dissatisfied    | reply follow_up   | manager                 | closed
close_unreachable     | follow_up         | manager                 | closed
withdraw              | {OPEN}            | manager                 | closed
reopen                | closed            | manager                 | triage
countersign_ok        | closed            | manager                 |
countersign_ng        | closed            | manager                 | triage
regrade               | {JUDGED}          | manager                 |
name_helper           | {PLANNED}         | manager head handler    |
change_nature         | {JUDGED}          | manager                 |
change_type           | {OPEN}            | {DESK}                  |
reassign_department   | {PLANNED}         | gm                      |
reassign_handler      | {WORKED_ON}       | head manager gm         |
name_acting_head      | {PLANNED}         | gm                      |
hand_over             | {ALL}             | administrator gm        |
complete              | received          | employee {DESK}         |
correct               | {OPEN}            | {DESK}                  |
remark                | {ALL}             | {EVERYBODY}             |
add_file              | {ALL}             | {EVERYBODY}             |
link                  | {ALL}             | {DESK} head handler     |
ask_statement         | {OPEN}            | manager head handler gm |
give_statement        | {OPEN}            | asked                   |
acknowledge           | {ALL}             | {DESK}                  |
tell                  | {OPEN}            | {DESK}                  |
chase                 | {OPEN}            | {EVERYBODY}             |
promise               | {OPEN}            | {DESK} handler head     |
keep_promise          | {OPEN}            | {DESK} handler head     |
pause                 | triage {JUDGED}   | manager                 |
resume                | {OPEN}            | manager                 |
contain               | confirmation action | handler head          |
measure_done          | {WORKED_ON} closed | owner handler          |
fix_dates             | reply follow_up   | head handler            |
redate_measure        | {WORKED_ON} closed | head manager           |
record_call           | {JUDGED}          | {DESK}                  |
call_meeting          | {JUDGED}          | manager                 |
answer_invitation     | {JUDGED}          | manager invited         |
record_attendance     | {JUDGED}          | {DESK}                  |
raise_objection       | {JUDGED}          | invited                 |
settle_objection      | {JUDGED}          | manager                 |
resolve_meeting       | {JUDGED}          | manager                 |
agree_resolution      | {JUDGED}          | gm invited              |
take_over             | action            | handler                 |
acknowledge_escalation | {ALL}            | {DESK} head handler owner gm group_approver auditor |
"""
"""`measure_done` is tried with a containment, which may be done before approval; the others come after it (R18)."""


def rows() -> dict[str, tuple[set[str], set[str], str]]:
    found = {}
    for line in TABLE.strip().splitlines():
        move, states, roles, target = (part.strip() for part in line.split("|"))
        found[move] = (set(states.split()), set(roles.split()), target)
    return found


# Where somebody of that role has anything to do with a complaint; before, the handler is one of the department's staff.
HAS_A_PART = {
    "head": PLANNED + " closed",
    "staff": PLANNED + " closed",
    "handler": PLANNED + " closed",
    "verifier": JUDGED + " closed",
    "group_approver": "group_approval",
}
ROLES = [*EVERYBODY.split(), "asked", "invited", "auditor", "administrator", "stranger"]


def expected(move: str, state: str, role: str) -> str:
    states, roles, target = rows()[move]
    if state not in states:
        return "stage"
    if role == "handler" and state == "confirmation":
        role = "staff"
    there = state in HAS_A_PART.get(role, ALL).split()
    return (target or state) if role in roles and there else "forbidden"


CHANGED = (Measure, Promise, Attachment, Objection)


MEETING = (
    "record_call", "call_meeting", "answer_invitation", "record_attendance", "raise_objection", "settle_objection", "resolve_meeting",
    "agree_resolution",
)  # fmt: skip


class Undone(Exception):
    """Raised to roll a tried move back."""


def fresh(value: Any) -> Any:
    """What a move changes, read again; anything else as it is."""
    if isinstance(value, list):
        return [fresh(one) for one in value]
    return type(value).objects.get(pk=value.pk) if isinstance(value, CHANGED) else value


class World:
    """One complaint at one stage, with everything the moves refer to."""

    def __init__(self, state: str) -> None:
        self.house = house = House(in_group=state == "group_approval")
        self.complaint = at_state(state, house, actor=house.employee, grade=2)
        self.now = clock.now()
        Part.objects.create(complaint=self.complaint, person=house.asked, kind=PartKind.STATEMENT, since=self.now)
        self.other = received(house)
        self._meeting()
        made = {"complaint": self.complaint, "text": "隔离", "due_on": DUE, "kind": "containment"}
        round_, _ = Round.objects.get_or_create(complaint=self.complaint, number=self.complaint.round, defaults={"opened_at": self.now})
        self.owned = Measure.objects.create(round=round_, owner=house.owner, **made)
        self.done = Measure.objects.create(round=round_, owner=house.owner, done_at=self.now, evidence="单据", **made)
        self.promise = Promise.objects.create(
            complaint=self.complaint, text="周五前", due_on=DUE, made_at=self.now, made_by=house.assistant
        )
        self.escalation = raised_to(self.complaint, list(Person.objects.all()))
        self.file = Attachment.objects.create(name="照片.jpg", mime="image/jpeg", size=1, sha256="0" * 64, by=house.assistant, at=self.now)

    def _meeting(self) -> None:
        """A meeting with the general manager and somebody invited who has no other part."""
        house = self.house
        house.invited = PersonFactory(name="受邀人", branch=house.branch)
        text = {"resolution": "封存在库", "wording": 1}
        meeting = Meeting.objects.create(complaint=self.complaint, number=1, issued_at=self.now, called_at=self.now, **text)
        for person in (house.gm, house.invited):
            told = {"told_at": self.now, "invited_at": self.now, "came": True}
            Attendance.objects.create(meeting=meeting, person=person, **told)
        Part.objects.create(complaint=self.complaint, person=house.invited, kind=PartKind.INVITED, since=self.now)
        objected = {"complaint": self.complaint, "meeting": meeting, "by": house.invited, "at": self.now}
        self.objection = Objection.objects.create(text="太早", **objected)

    def favourable(self, move: str) -> dict[str, Any]:
        """Columns that let the rules of a move hold, so that only stage and person decide."""
        closing = {"visited_at": self.now, "replied_at": self.now, "head_word_at": self.now}
        return {
            "customer_agrees": {"replied_at": self.now},
            "no_answer": {"replied_at": self.now},
            "customer_refuses": {"replied_at": self.now},
            "redo": {"refused_at": self.now},
            "sign_off": {"refused_at": self.now},
            "crisis": {"refused_at": self.now, "grade": 3},
            "close": {"satisfied": True, **closing},
            "close_dissatisfied": {"satisfied": False, **closing},
            "close_unreachable": {"satisfied": None, "unreached_at": self.now, **closing},
            "countersign_ok": {"countersign": "waiting"},
            "countersign_ng": {"countersign": "waiting"},
            "leave_closed": {"reopen_asked_at": self.now},
            "resume": {"paused_at": self.now},
            **{name: {"meeting": "resolved"} for name in MEETING},
            "take_over": {"meeting": "agreed"},
        }.get(move, {})

    def inputs(self, move: str) -> dict[str, Any]:
        """Rows among them as they stand in the database, for a try changes them in memory, too."""
        given = {name: fresh(value) for name, value in self.given.get(move, {}).items()}
        return given | ({"reason": "理由"} if MOVES[move].reason else {})

    @cached_property
    def given(self) -> dict[str, dict[str, Any]]:
        house = self.house
        told = {"explained": "已说明", "told_at": self.now}
        judged = {"type": house.type, "nature": "general", "criteria": [], "grade": 4, "grade_reason": "", "nature_reason": ""}
        return {
            "answer_on_the_spot": told,
            "reject_as_not_factual": told,
            "judge": judged,
            "judge_invalid": told,
            "assign": {"department": house.production},
            "confirm": {"handler": house.handler},
            "propose": {"plan": plan_of(house)},
            "send_reply": {"text": "已查明", "means": "email"},
            "customer_refuses": {"words": "不接受"},
            "record_visit": {"means": "telephone", "satisfied": True, "score": 5},
            "remind": {"kind": "done"},
            "sign_off": {"words": "已归档"},
            "verify": {"measure": self.done, "evidence": "抽查"},
            "not_effective": {"measure": self.done},
            "fail_after_closing": {"measure": self.done},
            "recurred": {"other": self.other},
            "close": {"lessons": "寿命计数"},
            "close_dissatisfied": {"lessons": "寿命计数"},
            "close_unreachable": {"lessons": "寿命计数"},
            "withdraw": {"words": "不追究了"},
            "regrade": {"grade": 1},
            "name_helper": {"helper": house.warehouse},
            "change_nature": {"nature": "major", "criteria": ["a"]},
            "change_type": {"type": house.type},
            "reassign_department": {"department": house.warehouse, "handler": house.owner},
            "reassign_handler": {"handler": house.staff},
            "name_acting_head": {"person": house.owner},
            "hand_over": {"leaving": house.owner, "successor": house.staff},
            "complete": {"changes": {"place": "车间"}},
            "correct": {"changes": {"place": "车间"}},
            "remark": {"text": "留言"},
            "add_file": {"files": [self.file]},
            "link": {"other": self.other, "kind": "cause"},
            "ask_statement": {"person": house.stranger, "question": "当时情况"},
            "give_statement": {"statement": "我在场"},
            "tell": {"text": "在查", "means": "telephone"},
            "chase": {"words": "催"},
            "promise": {"text": "周五前", "due_on": DUE},
            "keep_promise": {"promise": self.promise, "text": "做到了"},
            "contain": {"text": "隔离", "owner": house.owner, "due_on": DUE},
            "measure_done": {"measure": self.owned, "evidence": "单据"},
            "record_call": {"person": house.gm, "reached": True, "note": "接通"},
            "call_meeting": {"starts_at": self.now, "place": "二楼", "agenda": "查因", "people": [house.invited]},
            "answer_invitation": {"person": house.invited, "answer": "comes"},
            "record_attendance": {"came": [house.invited]},
            "raise_objection": {"text": "太早"},
            "settle_objection": {"objection": self.objection, "result": "明早复测"},
            "resolve_meeting": {"resolution": "换货"},
            "agree_resolution": {"wording": 1},
            "take_over": {"lines": [MeasureDraft("corrective", "封存在库", house.owner, DUE)]},
            "acknowledge_escalation": {"escalations": [self.escalation.pk], "instruction": "今天先打电话"},
            "redate_measure": {"measure": self.owned, "due_on": DUE + dt.timedelta(days=1)},
            "fix_dates": {"dates": {self.owned.pk: DUE + dt.timedelta(days=1)}},
        }

    def outcome(self, move: str, role: str) -> str:
        """The state it led to, "forbidden" or "stage"; whatever was done is undone."""
        found = ""
        try:
            with transaction.atomic():
                if move.startswith("close"):
                    Measure.objects.filter(complaint=self.complaint).update(done_at=self.now, effective=True)
                    Promise.objects.filter(complaint=self.complaint).update(kept_at=self.now)
                Complaint.objects.filter(pk=self.complaint.pk).update(**self.favourable(move))
                found = self._try(move, role)
                raise Undone
        except Undone:
            return found

    def _try(self, move: str, role: str) -> str:
        try:
            version, actor = self.complaint.version, self.house.person(role)
            proof = Proof(actor.pk, self.complaint.pk, version, move, time.monotonic())
            return perform(move, self.complaint.pk, actor=actor, seen=version, proof=proof, **self.inputs(move)).state
        except NotAllowed:
            return "forbidden"
        except NotPossible as refusal:
            return "stage" if str(refusal.message) == wrong_stage(MOVES[move], self.complaint) else str(refusal.message)


def test_the_table_has_every_move() -> None:
    assert set(rows()) == set(MOVES)


@pytest.mark.django_db
@pytest.mark.parametrize("state", list(State))
def test_every_cell_of_a_stage(state: str) -> None:
    world = World(state)
    with standing_still():
        found = {(move, role): world.outcome(move, role) for move in MOVES for role in ROLES}
    wrong = {cell: outcome for cell, outcome in found.items() if outcome != expected(cell[0], state, cell[1])}
    assert wrong == {}
