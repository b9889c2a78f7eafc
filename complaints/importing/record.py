"""A register's row as a complaint of ours: its columns in the state it had, and what its one event says of it.

Not here: what the row names (`naming`), numbers and writing (`run`).
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError

from complaints import content
from complaints.history import Beginning, plain
from complaints.intake import access_code, title_of
from complaints.models import Complaint
from complaints.registers import Fault, RegisterMapping, Row, identity
from complaints.registers.mapping import AMOUNTS
from complaints.states import Grade, Outcome, State, Subject
from complaints.workflow import JUDGED, WORKED_ON
from organisation.models import Branch, Department, Person

from .naming import Naming, email_of, type_name

SAME = (
    "model", "lot_number", "order_number", "project", "place", "words", "complained_about", "channel", "effect", "nature", "grade",
    "happened_on", "delivered_on", "wanted_by", "quantity_delivered", "quantity_affected", "claim_amount",
)  # fmt: skip
# Outcomes of the whole road, at whose beginning somebody found the complaint valid.
JUDGED_VALID = frozenset({Outcome.RESOLVED, Outcome.DISSATISFIED, Outcome.UNREACHABLE})
REPLIED = frozenset({State.REPLY, State.FOLLOW_UP, State.CLOSED})
FOLLOWED = frozenset({State.FOLLOW_UP, State.CLOSED})
LATER = ("acknowledged", "replied", "closed")


def objections(row: Row, mapping: RegisterMapping, branch: Branch) -> Iterator[Fault]:
    """Why a row that can be read can't become a complaint of this branch."""

    def fault(name: str, code: str, **params: object) -> Fault:
        return Fault(row.row, mapping.fields[name].heading, code, params)

    for name in sorted(AMOUNTS):
        value = getattr(row, name)
        try:
            content.FIELDS[name].run_validators(value)
        except ValidationError:
            yield fault(name, "amount", value=value)
    for name in LATER:
        value = getattr(row, name)
        if value and value < row.received and name not in row.untimed:
            yield fault(name, "before")
    if row.state == State.FOLLOW_UP and not row.replied:
        yield fault("state", "no_reply")
    if row.state == State.GROUP_APPROVAL and not branch.in_group:
        yield fault("state", "no_group")
    elif row.state == State.GROUP_APPROVAL and row.grade not in (Grade.CRISIS, Grade.SERIOUS):
        yield fault("state", "no_grade")


def complaint_of(row: Row, naming: Naming, at: dt.datetime) -> Complaint:
    """Not saved, without id and number. `at` is the instant of the import, UTC; the register recorded it when it was received."""
    kind, about = naming.type(row), row.product or row.project or row.order_number
    return Complaint(
        branch=naming.branch, imported=True, source_key=identity(row, naming.mapping.source), access_code=access_code(),
        customer_reference=row.number, customer=naming.customer(row), contact=naming.contact(row), product=naming.product(row),
        type=kind, confidential=bool(kind and kind.confidential), about=about, subject=_subject(row),
        title=row.title or title_of(about, row.words or type_name(row)),
        claim_currency=naming.branch.currency if row.claim_amount is not None else "",
        received_at=row.received, recorded_at=row.received, state=row.state, state_since=at, outcome=row.outcome,
        **{name: getattr(row, name) for name in SAME}, **_judgement(row, naming), **_progress(row),
    )  # fmt: skip


def _subject(row: Row) -> Subject:
    if row.product or not (row.project or row.order_number):
        return Subject.PRODUCT
    return Subject.PROJECT if row.project else Subject.ORDER


def _judgement(row: Row, naming: Naming) -> dict[str, Any]:
    """What somebody had decided by then; what the register does not say stays open."""
    valid = True if row.state in JUDGED or row.outcome in JUDGED_VALID else None
    judged: dict[str, Any] = {"valid": False if row.outcome == Outcome.INVALID else valid}
    department = department_of(row, naming)
    if department:
        judged["proposed_department" if row.state in (State.RECEIVED, State.TRIAGE, State.ASSIGNMENT) else "department"] = department
    return judged | {"handler": handler_of(row, naming)}


def department_of(row: Row, naming: Naming) -> Department | None:
    """Open complaints need one that is still there."""
    found = naming.department(row)
    return found if found and (found.is_active or row.state == State.CLOSED) else None


def handler_of(row: Row, naming: Naming) -> Person | None:
    found = naming.handler(row)
    if row.state == State.CLOSED:
        return found
    return found if found and found.is_active and row.state in WORKED_ON else None


def _progress(row: Row) -> dict[str, Any]:
    """Instants UTC. A day without time that is the day of receipt counts as the receipt's instant."""
    acknowledged, replied, closed = (max(value, row.received) if (value := getattr(row, name)) else None for name in LATER)
    return {
        "acknowledged_at": acknowledged,
        "replied_at": replied if row.state in REPLIED else None,
        "last_word_at": max(filter(None, (acknowledged, replied)), default=None),
        "closed_at": closed,
        "satisfied": row.satisfied if row.state in FOLLOWED else None,
    }


def beginning(row: Row, complaint: Complaint, naming: Naming, timers: list[list[Any]]) -> Beginning:
    """The event `imported`: everything coded that stands on the record, where it comes from, the register's verdicts, what runs."""
    origin: dict[str, Any] = {"source": naming.mapping.source, "row": row.row}
    if complaint.is_open:
        origin["open_rows"] = naming.mapping.open_rows
    body = {"changed": content.changes(BLANK, content.coded(complaint)), "number": complaint.number, "register": origin}
    if row.verdicts:
        body["verdicts"] = dict(row.verdicts)
    if timers:
        body["timers"] = plain(timers)
    return Beginning(complaint, body, content.texts(complaint) | {"register": "\n".join(_kept(row, complaint, naming))})


BLANK = dict.fromkeys(content.CODED)


def _kept(row: Row, complaint: Complaint, naming: Naming) -> Iterator[str]:
    """Line by line under their headings: the columns to be kept, and the words for what we do not know."""
    unknown = {
        "email": row.email if row.email != email_of(row) else "",
        "type": type_name(row) if complaint.type is None else "",
        "department": row.department if not (complaint.department or complaint.proposed_department) else "",
        "handler": row.handler if complaint.handler is None else "",
    }
    fields = naming.mapping.fields
    lines = {fields[name].heading or name: text for name, text in unknown.items() if text} | dict(row.kept)
    return (f"{heading}: {text}" for heading, text in lines.items())
