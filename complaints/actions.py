"""The only door to change a complaint: `perform()`.

Its order is the product's promise: key of the form → lock → instant → can it proceed → may he → checks → what ran out before → move →
effects → timers → event, signature → notices → save, all in one transaction. Not here: what a move is (`workflow`), what it writes
(`effects`), which timers it touches (`escalation.clocks`), the first record (`intake`).
"""

import datetime as dt
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.hashers import check_password
from django.db import OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from escalation import clock
from escalation.clocks import Clocks
from escalation.following import Was, follow
from escalation.raising import overdue, raise_steps
from organisation.models import Branch, Department, Person
from organisation.models.known import known
from organisation.roles import Role

from . import content, history, rechecks
from .checks import check
from .deed import Deed
from .effects import apply, write_plan
from .models import Complaint, ComplaintType, Event, Once, Round
from .moves import MOVES, Move
from .notices import tell, tellings_of
from .plans import PlanDraft
from .refusals import BadInput, Busy, NotAllowed, NotPossible, Repeated, Stale
from .searchable import index
from .standing import Standing, standing_for, standings
from .states import State

PROOF_LASTS = 60.0
LOCKED_OR_DEADLOCK = {"55P03", "40P01"}
# Columns beside the texts by which a complaint can be found.
FOUND_BY = {"customer_id", "contact_id", "product_id"}
INDEXED = {"search", "haystack"}
# Columns that every move writes beside those it changed.
ALWAYS_WRITTEN = ("version", "state_since", "history_seq", "history_head")
COLUMNS = ", ".join(field.column for field in Complaint._meta.concrete_fields)
LOCK = f"SELECT {COLUMNS} FROM complaints_complaint WHERE id = %s FOR NO KEY UPDATE"  # noqa: S608 - our own names
# Inputs that are strings and yet no text: codes of a list. Every other string has to be declared by its move (`texts`).
CODES = frozenset({"means", "message_means", "kind", "nature", "rule", "answer", "language", "locked"})
# What somebody may add whatever happened meanwhile: it does not answer what he saw.
NEEDS_NO_VERSION = frozenset(
    {
        "remark",
        "chase",
        "add_file",
        "tell",
        "link",
        "ask_statement",
        "give_statement",
        "acknowledge",
        "promise",
        "hand_over",
        "acknowledge_escalation",
        "record_call",
        "answer_invitation",
        "raise_objection",
        "agree_resolution",
        "remind",
    }
)

Next = tuple[str, Mapping[str, Any]]
"""A further move of the same sending: its name and inputs."""


@dataclass(frozen=True)
class Proof:
    """That somebody re-entered the password for one move on one version of one complaint; good for 60 seconds."""

    person_id: int
    complaint_id: int
    version: int
    move: str
    made: float

    def holds(self, actor: Person, complaint: Complaint, move: Move) -> bool:
        bound = (self.person_id, self.complaint_id, self.version, self.move)
        return bound == (actor.pk, complaint.pk, complaint.version, move.name) and time.monotonic() - self.made <= PROOF_LASTS


def prove(actor: Person, complaint_id: int, seen: int, name: str, password: str) -> Proof:
    """Check the password before the transaction (it takes time on purpose). Raises BadInput at `password` when it is wrong."""
    if not check_password(password, actor.password):
        raise BadInput({"password": _("That is not your password.")})
    return Proof(actor.pk, complaint_id, seen, name, time.monotonic())


def perform(
    name: str,
    complaint: Complaint | int,
    *,
    actor: Person | None,
    seen: int | None,
    proof: Proof | None = None,
    once: uuid.UUID | None = None,
    at: dt.datetime | None = None,
    then: Sequence[Next] = (),
    **inputs: Any,
) -> Complaint:
    """Make one move or act; returns the complaint as it is afterwards.

    `actor` None is the system. `seen` is the version the user decided on, None for what needs none. `once` is the form's key.
    `at` (UTC) only when the past is replayed; otherwise the database's instant after the lock. The caller has checked visibility (404).
    `then`: moves decided in the same sending, none of them signed; each is a move of its own in history and rights, and all happen or none.
    Effects, in one transaction: what ran out before it is escalated; the complaint's fields and version, the rows of `effects`, its timers,
    one event with its passages, a signature where the move is signed, the notices (by mail too, unless the past is replayed).
    Raises Repeated, NotPossible, Stale, Busy (409), NotAllowed (403), BadInput (422); then nothing is stored.
    """
    key = complaint if isinstance(complaint, int) else complaint.pk
    order = _Order(MOVES[name], key, actor, seen, proof, once, at, inputs, then)
    try:
        return _carry_out(order)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) not in LOCKED_OR_DEADLOCK:
            raise
    try:
        return _carry_out(order)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) not in LOCKED_OR_DEADLOCK:
            raise
        raise Busy(_("Somebody is working on this complaint this very moment. Try again.")) from error


@dataclass(frozen=True)
class _Order:
    move: Move
    complaint_id: int
    actor: Person | None
    seen: int | None
    proof: Proof | None
    once: uuid.UUID | None
    at: dt.datetime | None
    inputs: Mapping[str, Any]
    then: Sequence[Next] = ()


@transaction.atomic
def _carry_out(order: _Order) -> Complaint:
    claim = claim_once(order.once, order.actor)
    complaint = _moved(order)
    for name, inputs in order.then:
        complaint = _moved(replace(order, move=MOVES[name], seen=complaint.version, inputs=inputs))
    if claim:
        Once.objects.filter(pk=claim.pk).update(answer=complaint.number)
    return complaint


def _moved(order: _Order) -> Complaint:
    complaint = locked(order.complaint_id)
    at = order.at or clock.instant()
    _can_proceed(order, complaint)
    standing = _may(order, complaint)
    deed = Deed(order.move, complaint, order.actor, standing, at, dict(order.inputs))
    check(deed)
    _make(deed, mail=order.at is None)
    return complaint


def claim_once(key: uuid.UUID | None, actor: Person | None) -> Once | None:
    """Take a form's key. A second sending waits here for the first, then raises Repeated with its answer."""
    if key is None or actor is None:
        return None
    row = Once(key=key, person=actor, at=clock.now())
    Once.objects.bulk_create([row], ignore_conflicts=True)
    kept = Once.objects.get(pk=key)
    if kept.answer or kept.at != row.at:
        raise Repeated(kept.answer)
    return row


def locked(complaint_id: int) -> Complaint:
    """The complaint under its lock, as the one before left it. NO KEY: rows that refer to it can still be inserted.

    The statement is written once: putting its hundred columns together takes Django longer than the database needs to find them.
    """
    found = next(iter(Complaint.objects.raw(LOCK, [complaint_id])), None)
    if found is None:
        raise Complaint.DoesNotExist
    found.branch = _branch(found.branch_id)
    found.department = _department(found.department_id) if found.department_id else None
    found.type = _type(found.type_id) if found.type_id else None
    return found


@known
def _branch(key: int) -> Branch:
    return Branch.objects.get(pk=key)


@known
def _department(key: int) -> Department:
    return Department.objects.select_related("head").get(pk=key)


@known
def _type(key: int) -> ComplaintType:
    return ComplaintType.objects.get(pk=key)


def _can_proceed(order: _Order, complaint: Complaint) -> None:
    needs_version = order.move.name not in NEEDS_NO_VERSION and order.actor is not None
    if State(complaint.state) not in order.move.sources:
        raise (
            Stale(who_was_faster(complaint))
            if needs_version and order.seen != complaint.version
            else NotPossible(wrong_stage(order.move, complaint))
        )
    if needs_version and order.seen != complaint.version:
        raise Stale(who_was_faster(complaint))
    obstacle = order.move.obstacle(complaint)
    if obstacle:
        raise NotPossible(obstacle)


def wrong_stage(move: Move, complaint: Complaint) -> str:
    return str(_("“%(move)s” is not possible at the stage “%(state)s”.")) % {"move": move.label, "state": complaint.get_state_display()}


def who_was_faster(complaint: Complaint) -> str:
    """Who changed it last, what and when, in the branch's time: what the loser of a race reads."""
    last = Event.objects.filter(complaint=complaint).select_related("actor").order_by("-seq").first()
    if last is None:
        return str(_("This complaint has changed meanwhile."))
    move = MOVES.get(last.kind)
    said = _("%(who)s was faster: “%(what)s” at %(when)s.")
    return str(said) % {
        "who": last.actor or _("The system"),
        "what": move.label if move else last.kind,
        "when": last.at.astimezone(complaint.branch.tz).strftime("%Y-%m-%d %H:%M"),
    }


def _may(order: _Order, complaint: Complaint) -> Standing:
    if order.actor is None:
        if Role.SYSTEM not in order.move.by:
            raise NotAllowed(_("The system does not do this by itself."))
        return Standing(Role.SYSTEM)
    standing = standing_for(order.move, complaint, standings(order.actor, complaint))
    if standing is None:
        raise NotAllowed(_("This is not yours to decide."))
    if order.move.sign and not (order.proof and order.proof.holds(order.actor, complaint, order.move)):
        raise BadInput({"password": _("Enter your password to sign.")})
    return standing


def _make(deed: Deed, *, mail: bool) -> None:
    """What ran out before it first (R29); then move, write what belongs to it, and close the books: timers, event, signature, notices."""
    complaint, move = deed.complaint, deed.move
    clocks = Clocks(complaint, deed.at)
    if late := overdue(clocks):
        raise_steps(late, at=deed.at, mail=mail, book=clocks.book)
    before, worded, state, was = content.coded(complaint), content.texts(complaint), complaint.state, Was.of(complaint)
    getattr(complaint, move.name)(at=deed.at, actor=deed.actor, **deed.inputs)
    apply(deed)
    follow(clocks, move.name, was)
    clocks.save()
    if complaint.state != state:
        complaint.state_since = deed.at
    complaint.version += 1
    changed, reworded = content.changes(before, content.coded(complaint)), content.text_changes(worded, content.texts(complaint))
    written = {*changed, *(name.partition(":")[2] for name in reworded), *ALWAYS_WRITTEN}
    if reworded or FOUND_BY & changed.keys():
        index(complaint)
        written |= INDEXED
    deed.texts.update(reworded)
    if clocks.noted:
        deed.noted["timers"] = clocks.noted
    if mail:
        ask_again(deed, written)
    event = record_event(deed, changed)
    if move.sign:
        history.sign(event, complaint, _signer(deed), deed.on_behalf, move.sign, signed_content(complaint))
    tell(tellings_of(deed, event.pk, was), at=deed.at, mail=mail)
    complaint.save(update_fields=written)


def ask_again(deed: Deed, written: set[str]) -> None:
    """Whose grade may have to rise for what this move changed is worked out by the sweep; of the past nothing is (R33a)."""
    rechecks.after(deed.complaint, written, deed.at, unweighed=deed.unweighed)
    if deed.move.name == "link":
        rechecks.after_link(deed.complaint, deed.inputs["other"], deed.inputs["kind"], deed.at)


def _signer(deed: Deed) -> Person:
    if deed.actor is None:
        raise NotAllowed(_("Only people sign."))
    return deed.actor


def record_event(deed: Deed, changed: dict[str, list[Any]]) -> Event:
    """The event of a move: coded inputs and changes in its body, everything written by people in passages.

    Raises TypeError when a text comes in that the move does not declare: it would stand in the history in the clear, for ever.
    """
    free = {name: str(value) for name, value in deed.inputs.items() if name in deed.move.texts and value}
    apart = deed.move.texts | deed.unlisted | {"changes"}
    given = {name: value for name, value in deed.inputs.items() if name not in apart and value not in (None, "")}
    if undeclared := [name for name, value in given.items() if isinstance(value, str) and name not in CODES]:
        raise TypeError(f"{deed.move.name} declares no text {undeclared[0]}")
    body = {"changed": changed, "inputs": given, "role": deed.standing.role.value, "version": deed.complaint.version, **deed.noted}
    if deed.move.sign:
        body["signed"] = deed.move.sign
    return history.append(
        deed.complaint, deed.move.name, at=deed.at, actor=deed.actor, on_behalf=deed.on_behalf, body=body, texts=free | deed.texts
    )


def signed_content(complaint: Complaint) -> dict[str, Any]:
    """What a signature binds beside its event, whose digest binds the record and all that led to it: the last proposal, word for word."""
    return {"proposal": Event.objects.filter(complaint=complaint, kind="propose").order_by("-seq").values_list("digest", flat=True).first()}


@transaction.atomic
def save_plan(complaint_id: int, actor: Person, plan: PlanDraft) -> Round:
    """Keep the handler's unfinished plan; no event, for it is nobody's word yet. Raises NotPossible, NotAllowed."""
    complaint = locked(complaint_id)
    if complaint.state != State.ACTION:
        raise NotPossible(wrong_stage(MOVES["propose"], complaint))
    if standing_for(MOVES["propose"], complaint, standings(actor, complaint)) is None:
        raise NotAllowed(_("This is not yours to decide."))
    round_ = Round.objects.get(complaint=complaint, number=complaint.round)
    write_plan(round_, plan)
    round_.saved_at = clock.instant()
    round_.save()
    return round_
