"""Whose turn it is: for each stage the questions that are open, the moves that answer them, and the people who are asked.

The table is for the screen alone; what may really be done is said by `workflow` and `standing`. Not here: forms and layout.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy as _

from complaints.closing import BEFORE_CLOSING
from complaints.models import Complaint, Measure, Promise
from complaints.moves import Text
from complaints.roster import Roster, standing_in_for
from complaints.rules import WATCHED
from complaints.standing import ABOUT_THE_PLAN, about_the_head, deciders, governing, managing, verifiers
from complaints.states import Countersign, MeasureKind, State
from organisation.models import Person
from organisation.roles import Role

DESK = (Role.ASSISTANT, Role.MANAGER)


@dataclass(frozen=True)
class Look:
    """A complaint with what its turns depend on: the present round's measures and the promises."""

    complaint: Complaint
    measures: list[Measure] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    approved: bool = False

    @property
    def to_do(self) -> list[Measure]:
        """What may be carried out now: all once approved, before that only containment (R18)."""
        return [m for m in self.measures if m.done_at is None and (self.approved or m.kind == MeasureKind.CONTAINMENT)]

    @property
    def to_verify(self) -> list[Measure]:
        return [m for m in self.measures if m.done_at is not None and m.effective is None]


def always(look: Look) -> bool:
    return True


@dataclass(frozen=True)
class Turn:
    """A question, who is asked (the first role before the others), and the moves that answer it, the usual one first."""

    question: Text
    by: tuple[Role, ...]
    moves: tuple[str, ...]
    due: Callable[[Look], bool] = always
    verdict: bool = False
    """True where the answer is OK or NG."""
    page: str = ""
    """The address's name where the answer has a page of its own."""


def _replied(look: Look) -> bool:
    return look.complaint.replied_at is not None and look.complaint.refused_at is None


def _not_replied(look: Look) -> bool:
    return look.complaint.replied_at is None


def _refused(look: Look) -> bool:
    return look.complaint.refused_at is not None


def _dates_open(look: Look) -> bool:
    """Grade 1-2 in a group: the dates for carrying out are fixed after the group's answer (R22)."""
    complaint = look.complaint
    return complaint.branch.in_group and complaint.grade in (1, 2) and complaint.dates_fixed_at is None


def _left_alone(look: Look) -> bool:
    """Imported without a responsible department, and somebody of it is wanted."""
    complaint = look.complaint
    return complaint.department_id is None and complaint.acting_head_id is None and (complaint.state != State.ACTION or not _handled(look))


def _handled(look: Look) -> bool:
    """By somebody whom it is not about (R3)."""
    return look.complaint.handler_id not in (None, look.complaint.against_id)


def _unhandled(look: Look) -> bool:
    return not (_handled(look) or _left_alone(look) or _about_the_head(look))


def _about_the_head(look: Look) -> bool:
    return about_the_head(look.complaint)


def _head_free(look: Look) -> bool:
    """Whether somebody is there to answer for the department."""
    return not (_left_alone(look) or _about_the_head(look))


def _dissatisfied(look: Look) -> bool:
    return look.complaint.satisfied is False


def _visit_due(look: Look) -> bool:
    """When remedy, containment and corrective measures are carried out (R25)."""
    return not (_visited(look) or any(m.done_at is None for m in look.measures if m.kind in BEFORE_CLOSING))


def _visited(look: Look) -> bool:
    return look.complaint.visited_at is not None or look.complaint.unreached_at is not None


def _head_due(look: Look) -> bool:
    return _visited(look) and look.complaint.satisfied is not False and look.complaint.head_word_at is None


def _satisfied(look: Look) -> bool:
    return look.complaint.satisfied is True


def _unreached(look: Look) -> bool:
    return look.complaint.satisfied is None and look.complaint.unreached_at is not None


def _countersign(look: Look) -> bool:
    return look.complaint.countersign == Countersign.WAITING


def _reopen_asked(look: Look) -> bool:
    return look.complaint.reopen_asked_at is not None


def _carried_on(look: Look) -> bool:
    """Open, or closed after follow-up: what was given up needs no measures any more (R27)."""
    return look.complaint.is_open or look.complaint.outcome in WATCHED


def _to_do(look: Look) -> bool:
    return _carried_on(look) and bool(look.to_do)


def _to_verify(look: Look) -> bool:
    return _carried_on(look) and bool(look.to_verify)


NAME_DEPARTMENT = Turn(_("name the department"), (Role.GM,), ("reassign_department",), _left_alone)
NAME_HEAD = Turn(
    _("name somebody in the head's place: the complaint is about the head"),
    (Role.GM,),
    ("name_acting_head", "reassign_department"),
    _about_the_head,
)
STATEMENT = Turn(_("give your statement"), (Role.ASKED,), ("give_statement",))
RAN_OUT = Turn(_("say what is to be done"), (Role.GM,), ("acknowledge_escalation",))
MEASURES = (
    Turn(_("carry out the measures"), (Role.OWNER, Role.HANDLER), ("measure_done",), _to_do),
    Turn(_("verify the measures"), (Role.VERIFIER,), ("verify", "not_effective"), _to_verify, page="verification"),
)
AFTER_CLOSING = (MEASURES[0], replace(MEASURES[1], moves=("verify", "fail_after_closing")))
TURNS: dict[State, tuple[Turn, ...]] = {
    State.RECEIVED: (Turn(_("submit it, or answer at once"), DESK, ("submit", "answer_on_the_spot", "reject_as_not_factual")),),
    State.TRIAGE: (Turn(_("judge it"), (Role.MANAGER,), ("judge", "judge_invalid", "ask_back")),),
    State.ASSIGNMENT: (Turn(_("assign the department"), (Role.MANAGER, Role.GM), ("assign", "judge_again")),),
    State.CONFIRMATION: (
        NAME_DEPARTMENT,
        NAME_HEAD,
        Turn(_("confirm the facts"), (Role.HEAD,), ("confirm", "contest", "dispute_facts"), _head_free, verdict=True),
    ),
    State.ACTION: (
        NAME_DEPARTMENT,
        NAME_HEAD,
        Turn(_("name who handles it"), (Role.HEAD, Role.MANAGER, Role.GM), ("reassign_handler",), _unhandled),
        Turn(_("find the cause and propose measures"), (Role.HANDLER,), ("propose",), _handled),
    ),
    State.REVIEW: (Turn(_("review the measures"), (Role.HEAD,), ("review_ok", "review_ng"), verdict=True),),
    State.APPROVAL: (Turn(_("approve or send back"), (Role.GM,), ("approve", "approve_ng"), verdict=True),),
    State.GROUP_APPROVAL: (Turn(_("approve or send back"), (Role.GROUP_APPROVER,), ("group_approve", "group_ng"), verdict=True),),
    State.REPLY: (
        Turn(_("reply to the customer"), DESK, ("send_reply",), _not_replied),
        Turn(_("record the customer's answer"), DESK, ("customer_agrees", "customer_refuses", "no_answer"), _replied),
        Turn(_("decide after the customer refused"), (Role.MANAGER,), ("redo", "close_dissatisfied", "crisis"), _refused),
        Turn(_("fix the implementation dates"), (Role.HANDLER, Role.HEAD), ("fix_dates",), _dates_open),
        *MEASURES,
    ),
    State.FOLLOW_UP: (
        Turn(_("redo, close with reasons, or crisis"), (Role.MANAGER,), ("redo", "close_dissatisfied", "crisis"), _dissatisfied),
        *MEASURES,
        Turn(_("visit the customer"), DESK, ("record_visit", "not_reached"), _visit_due),
        Turn(_("name the department"), (Role.GM,), ("reassign_department",), lambda look: _head_due(look) and _left_alone(look)),
        replace(NAME_HEAD, due=lambda look: _head_due(look) and _about_the_head(look)),
        Turn(_("give the department's word"), (Role.HEAD,), ("sign_off",), lambda look: _head_due(look) and _head_free(look)),
        Turn(_("close"), (Role.MANAGER,), ("close",), _satisfied, page="closing"),
        Turn(_("close as not reachable"), (Role.MANAGER,), ("close_unreachable",), _unreached, page="closing"),
    ),
    State.CLOSED: (
        Turn(_("countersign"), (Role.MANAGER,), ("countersign_ok", "countersign_ng"), _countersign, verdict=True),
        Turn(_("reopen it, or leave it closed"), (Role.MANAGER,), ("reopen", "leave_closed"), _reopen_asked),
        *AFTER_CLOSING,
    ),
}


def open_turns(look: Look) -> list[Turn]:
    return [turn for turn in TURNS[State(look.complaint.state)] if turn.due(look)]


@dataclass(frozen=True)
class Holder:
    """Somebody whose turn it is; `behalf` for whom, when as a deputy, `why` when he stands in for another office."""

    person: Person
    behalf: Person | None = None
    why: Text = ""


def holders(turns: list[Turn], look: Look, roster: Roster) -> list[list[Holder]]:
    """For each turn the people asked, whoever is first in line first, each followed by his deputies (R2); one query at most."""
    asked = [_deciding(turn, look, roster) or _in_place(turn, look, roster) for turn in turns]
    people = [[] if decided else _people(turn, look, roster) for turn, decided in zip(turns, asked, strict=True)]
    deputies = standing_in_for(frozenset(person.pk for row in people for person in row))
    return [decided or _with(deputies, row) for decided, row in zip(asked, people, strict=True)]


def _deciding(turn: Turn, look: Look, roster: Roster) -> list[Holder]:
    """In review and approval four eyes decide who is asked (R19); empty for other turns."""
    if ABOUT_THE_PLAN.get(State(look.complaint.state)) != turn.by[0]:
        return []
    return [Holder(d.person, d.standing.on_behalf, d.standing.why) for d in deciders(look.complaint, roster)]


def _in_place(turn: Turn, look: Look, roster: Roster) -> list[Holder]:
    """Those to whom an office falls that is empty or held by the one it is about, with the reason (R3); else nobody."""
    complaint, role = look.complaint, turn.by[0]
    if turn.moves[0] == "assign" and complaint.contested >= 2:
        role = Role.GM
    line = {Role.MANAGER: managing, Role.GM: governing}.get(role)
    if line is None:
        return []
    people, why = line(complaint, roster)
    return [Holder(person, why=why) for person in people] if why or role != turn.by[0] else []


def _people(turn: Turn, look: Look, roster: Roster) -> list[Person]:
    complaint, role = look.complaint, turn.by[0]
    if role == Role.OWNER:
        owners = {m.owner_id: m.owner for m in look.to_do if m.owner_id != complaint.against_id}
        return list(owners.values()) or [person for person in [roster.person(complaint.handler_id)] if person]
    if role == Role.VERIFIER:
        return list({d.person.pk: d.person for m in look.to_verify for d in verifiers(complaint, m.owner_id, roster)}.values())
    posts = {Role.HEAD: roster.in_charge(complaint), Role.HANDLER: roster.person(complaint.handler_id)}
    if role in posts:
        return [person for person in [posts[role]] if person]
    return _office(role, complaint, roster)


def _office(role: Role, complaint: Complaint, roster: Roster) -> list[Person]:
    """Of the desk whoever received it, as long as he is there (R23); of others, everybody with the role."""
    taker = roster.person(complaint.received_by_id)
    if role == Role.ASSISTANT and taker and taker.is_active and taker.has_role(*DESK) and taker.pk != complaint.against_id:
        return [taker]
    if role in (Role.MANAGER, Role.GM):
        return (managing if role == Role.MANAGER else governing)(complaint, roster)[0]
    free = [p for p in roster.holding(role, complaint.branch_id) if p.pk != complaint.against_id]
    return free or (_office(Role.MANAGER, complaint, roster) if role == Role.ASSISTANT else [])


def _with(deputies: dict[int, list[Person]], people: Iterable[Person]) -> list[Holder]:
    found = []
    for person in people:
        if person.is_active:
            found += [Holder(person), *(Holder(deputy, person) for deputy in deputies.get(person.pk, []))]
    return found
