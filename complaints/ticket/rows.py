"""The rows of one complaint, each kind in one query, and everybody they name in one more.

Joining each row with its people costs more than all the rest of the page: planning, building, and making the same people over and over.
Not here: what is worked out from the rows (`rounds`, `steps`, `timeline`, `panel`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from django.db.models import Model, Q

from complaints.models import Attachment, Complaint, Event, Measure, Promise, Round, Visit, Word
from complaints.prepared import Prepared
from complaints.roster import Roster, people_by_id
from organisation.models import Person

from .steps import TRANSITIONS

FIRST_PAGE = 20
NO_COMPLAINT, NO_ENTRY = 0, 190_000_001
Kind = TypeVar("Kind", bound=Model)
Group = tuple[Iterable[Model], tuple[str, ...]]


@dataclass(frozen=True)
class Rows:
    complaint: Complaint
    roster: Roster
    files: list[Attachment]
    events: list[Event]
    """In order: every transition with its signature, and the newest of all kinds."""
    rounds: list[Round]
    measures: list[Measure]
    words: list[Word]
    promises: list[Promise]
    visits: list[Visit]

    @property
    def transitions(self) -> list[Event]:
        return [event for event in self.events if event.kind in TRANSITIONS]

    @property
    def newest(self) -> list[Event]:
        """Newest first, one more than a page."""
        return [event for event in reversed(self.events) if event.seq >= self.complaint.history_seq - FIRST_PAGE]


def load(complaint: Complaint) -> Rows:
    """Ten queries at most, two more in review and approval, however much there is."""
    rows = Rows(
        complaint=complaint,
        roster=Roster.of([complaint]),
        files=_rows_of(complaint, Attachment),
        events=_events(complaint),
        rounds=_rows_of(complaint, Round),
        measures=_rows_of(complaint, Measure),
        words=_rows_of(complaint, Word, "-at", "-id"),
        promises=_rows_of(complaint, Promise),
        visits=_visits(complaint),
    )
    _attach_people(rows)
    return rows


def _rows_of(complaint: Complaint, model: type[Kind], *order: str) -> list[Kind]:
    return list(model._default_manager.raw(_statement(model, order), [complaint.pk]))


@cache
def _statement(model: type[Model], order: tuple[str, ...]) -> str:
    """Django's own statement for the rows of one complaint, compiled once: on a small table that costs more than running it."""
    rows = model._default_manager.filter(complaint=NO_COMPLAINT)
    sql, params = (rows.order_by(*order) if order else rows).query.sql_with_params()
    if params != (NO_COMPLAINT,):
        raise ValueError(f"{model.__name__}: the complaint is to be the only parameter")
    return sql


def _events(complaint: Complaint) -> list[Event]:
    return _events_from().rows(complaint.history_seq - FIRST_PAGE, complaint.pk)


@cache
def _events_from() -> Prepared[Event]:
    """Of a complaint the transitions, and all from an entry on."""
    shown = Q(kind__in=TRANSITIONS) | Q(seq__gte=NO_ENTRY)
    return Prepared(Event.objects.filter(shown, complaint=NO_COMPLAINT).select_related("signature").order_by("seq"), NO_ENTRY, NO_COMPLAINT)


def _visits(complaint: Complaint) -> list[Visit]:
    """Newest first; not asked for before there can be one (redo and reopening clear `visited_at`)."""
    if not (complaint.visited_at or complaint.round > 1 or complaint.reopened):
        return []
    return _rows_of(complaint, Visit, "-at", "-id")


def _attach_people(rows: Rows) -> None:
    complaint = rows.complaint
    attach(
        rows.roster.people,
        ([complaint], ("received_by", "recorded_by", "handler", "acting_head", "against")),
        ([complaint.department] if complaint.department else [], ("head",)),
        ([complaint.branch], ("gm",)),
        (rows.events, ("actor", "on_behalf")),
        (rows.rounds, ("drafted_by", "no_measure_by")),
        (rows.measures, ("owner", "verified_by")),
        (rows.promises, ("made_by", "owner")),
        ([*rows.files, *rows.words, *rows.visits], ("by",)),
    )


def attach(known: dict[int, Person], *groups: Group) -> None:
    """Fill the named relations to `Person` of the rows of each group; whoever is not known yet, in one query. Null stays null."""
    named = {getattr(row, f"{name}_id") for rows, names in groups for row in rows for name in names} - {None}
    people = people_by_id(named, known)
    for rows, names in groups:
        for row in rows:
            for name in names:
                setattr(row, name, people.get(getattr(row, f"{name}_id")))
