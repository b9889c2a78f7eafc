"""Rows of one made-up complaint for every table it has a place in: record, history, plan, words, timers.

Ids are given ahead, so that rows can refer to each other without asking the database. Not here: getting them in (`copying`).
"""

import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from complaints import history
from complaints.models import Complaint, ComplaintType, Contact, Customer, Product
from complaints.states import Channel, Countersign, Effect, Nature, Outcome, State, Want
from complaints.workflow import AFTER_APPROVAL
from organisation.models import Branch, Department, Person

from .timers import Moment, timers
from .words import Said, keys_of, say

Rows = dict[str, list[tuple[Any, ...]]]

# What was done, and the stage it stood at then; nothing that is signed, for nobody signed it.
ROAD: tuple[tuple[str, State], ...] = (
    ("acknowledge", State.RECEIVED), ("submit", State.TRIAGE), ("judge", State.ASSIGNMENT), ("assign", State.CONFIRMATION),
    ("confirm", State.ACTION), ("remark", State.REVIEW), ("tell", State.APPROVAL), ("chase", State.REPLY), ("send_reply", State.REPLY),
    ("customer_agrees", State.FOLLOW_UP), ("record_visit", State.FOLLOW_UP), ("remark", State.CLOSED),
)  # fmt: skip
MOVED = {"submit", "judge", "assign", "confirm", "customer_agrees"}
STAGES: list[State] = [state for state in State if state != State.GROUP_APPROVAL]
WHOLE_ROAD = 0.1  # share of the closed ones that have a full history; every open one has it
COLUMNS = list(Complaint._meta.concrete_fields)


@dataclass
class House:
    """What the complaints are about and who worked on them."""

    branch: Branch
    people: list[Person]
    departments: list[Department]
    types: list[ComplaintType]
    customers: list[Customer]
    contacts: list[Contact]
    products: list[Product]
    moment: Moment


@dataclass
class Ids:
    """The next free id of each table."""

    complaint: int
    event: int
    round: int
    measure: int
    word: int
    assignment: int
    timer: int
    visit: int

    def take(self, table: str) -> int:
        taken = getattr(self, table)
        setattr(self, table, taken + 1)
        return taken


def stage_of(pick: random.Random, age_days: float) -> State:
    """Young ones stand anywhere on the road, old ones are closed but for a few."""
    share_open = 0.35 if age_days < 30 else 0.05 if age_days < 90 else 0.003
    return pick.choice(STAGES[:-1]) if pick.random() < share_open else State.CLOSED


def add(rows: Rows, house: House, ids: Ids, pick: random.Random, number: tuple[str, int], received: dt.datetime) -> None:
    """One complaint into `rows`, by table name. Instants UTC."""
    said = say(pick)
    complaint = _record(house, pick, said, number, received)
    complaint.pk = ids.take("complaint")
    _place(complaint, house, pick, stage_of(pick, (house.moment.now - received).total_seconds() / 86400), received)
    lines = [number[0], said.title, said.about, complaint.lot_number, *_names(complaint), said.words]
    complaint.haystack, complaint.search = "\n".join(lines), keys_of(lines)
    whole = complaint.state != State.CLOSED or pick.random() < WHOLE_ROAD
    steps = _steps(complaint, received) if whole else []
    _history(rows, house, ids, complaint, steps)
    if whole and complaint.department_id:
        rows["complaints_assignment"].append((ids.take("assignment"), complaint.pk, complaint.department_id, received, None))
        _plan(rows, ids, complaint, received)
    rows["escalation_timer"] += [(ids.take("timer"), *row) for row in timers(complaint, house.moment, pick)]
    rows["complaints_complaint"].append(tuple(getattr(complaint, f.attname) for f in COLUMNS))


def _names(complaint: Complaint) -> list[str]:
    named = (complaint.product, complaint.customer)
    return [text for row in named if row for text in (getattr(row, "code", None) or getattr(row, "number", ""), row.name)]


def _record(house: House, pick: random.Random, said: Said, number: tuple[str, int], received: dt.datetime) -> Complaint:
    which = int(pick.random() ** 2 * len(house.customers))
    return Complaint(
        branch=house.branch, number=number[0], number_key=number[1], access_code=f"{pick.getrandbits(50):010X}"[:10], title=said.title,
        about=said.about, words=said.words, customer=house.customers[which], contact=house.contacts[which],
        product=house.products[int(pick.random() ** 2 * len(house.products))], lot_number=f"L{received:%y%m}-{pick.randint(1, 400):04d}",
        type=pick.choice(house.types), channel=pick.choice(Channel.values), effect=pick.choice(Effect.values),
        wants=pick.sample(Want.values, pick.randint(0, 2)), quantity_affected=pick.randint(1, 40), quantity_delivered=pick.randint(40, 400),
        received_at=received, recorded_at=received, received_by=house.people[0], recorded_by=house.people[0], acknowledged_at=received,
        state_since=received, last_word_at=received,
    )  # fmt: skip


def _place(complaint: Complaint, house: House, pick: random.Random, stage: State, received: dt.datetime) -> None:
    """Put it at its stage with all that was decided on the way there."""
    reached = STAGES.index(stage)
    complaint.__dict__["state"] = stage.value  # protected against moving; this one never moved
    complaint.countersign = Countersign.NONE
    if reached >= STAGES.index(State.ASSIGNMENT):
        complaint.valid, complaint.grade = True, pick.choices([1, 2, 3, 4], [1, 4, 15, 80])[0]
        complaint.nature = Nature.MAJOR if complaint.grade < 3 else Nature.GENERAL
    if reached >= STAGES.index(State.CONFIRMATION):
        complaint.department = pick.choice(house.departments)
    if reached >= STAGES.index(State.ACTION):
        complaint.handler = pick.choice(house.people)
    if stage == State.CLOSED:
        complaint.closed_at = complaint.state_since = received + dt.timedelta(hours=pick.randint(6, 400))
        complaint.outcome, complaint.satisfied = Outcome.RESOLVED, pick.random() < 0.9
        complaint.score = 4 if complaint.satisfied else 2


Step = tuple[str, dt.datetime, dict[str, Any]]


def _steps(complaint: Complaint, received: dt.datetime) -> list[Step]:
    """What was done until its stage, three quarters of an hour apart, and what that changed."""
    reached = STAGES.index(State(complaint.state))
    done = [(kind, state) for kind, state in ROAD if STAGES.index(state) <= reached]
    before = [State.RECEIVED, *(state for _, state in done)]
    return [
        (kind, received + dt.timedelta(minutes=45 * place), {"state": [before[place - 1], state]} if kind in MOVED else {})
        for place, (kind, state) in enumerate(done, 1)
    ]


# What the timeline reads of an entry beside what it changed.
NOTED: dict[str, dict[str, Any]] = {"chase": {"chased": 1}, "record_visit": {"inputs": {"satisfied": True, "score": 4}}}


def _history(rows: Rows, house: House, ids: Ids, complaint: Complaint, steps: list[Step]) -> None:
    """A chain whose digests hold; it does not tell how the record came to be as it is, so `verify_history` will not believe it."""
    bodies: list[tuple[str, dt.datetime, dict[str, Any]]] = [
        ("received", complaint.recorded_at, {"changed": {"state": [None, complaint.state]}}),
        *((kind, at, {"changed": changed, "inputs": {}, **NOTED.get(kind, {})}) for kind, at, changed in steps),
    ]
    for seq, (kind, at, body) in enumerate(bodies, 1):
        actor = house.people[seq % len(house.people)]
        text = history.canonical({**body, "actor": actor, "on_behalf": None, "recorded_at": at, "texts": {}})
        digest = history.digest_of(complaint.history_head, str(complaint.pk), seq, kind, at, text)
        row = (ids.take("event"), complaint.pk, seq, kind, actor.pk, None, at, at, text, complaint.history_head, digest)
        rows["complaints_event"].append(row)
        complaint.history_seq, complaint.history_head = seq, digest
    complaint.version = len(bodies)


def _plan(rows: Rows, ids: Ids, complaint: Complaint, at: dt.datetime) -> None:
    """A round with two measures and two words with the customer, for those that got so far; of the closed ones all is done and verified."""
    if complaint.handler_id is None:
        return
    round_id, approved = ids.take("round"), at if complaint.state in (*AFTER_APPROVAL, State.CLOSED) else None
    rows["complaints_round"].append(
        (
            round_id, complaint.pk, 1, at, "", "justified", complaint.words, complaint.title, "method", "", "", "", approved, approved,
            False, *["[]"] * 5, "", "[]", ["apology"], "", "", "",
        )
    )  # fmt: skip
    for position, kind in enumerate(("corrective", "preventive")):
        measure = (
            ids.take("measure"),
            round_id,
            complaint.pk,
            position,
            kind,
            complaint.title,
            complaint.handler_id,
            at.date(),
            complaint.closed_at,
            "",
            complaint.closed_at,
            complaint.recorded_by_id if complaint.closed_at else None,
            True if complaint.closed_at else None,
            "",
        )
        rows["complaints_measure"].append(measure)
    if complaint.closed_at:
        visit = (ids.take("visit"), complaint.pk, complaint.closed_at, complaint.handler_id, "telephone", complaint.satisfied,
                 complaint.score, "")  # fmt: skip
        rows["complaints_visit"].append(visit)
    for kind in ("acknowledged", "update"):
        rows["complaints_word"].append((ids.take("word"), complaint.pk, kind, "telephone", complaint.title, at, complaint.recorded_by_id))


def no_rows() -> Rows:
    return defaultdict(list)
