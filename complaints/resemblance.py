"""Similar open and recent complaints beside the form (R38): at most 300 candidates, each found by an index, ranked by `similar`.

Nobody is shown what he may not see. Not here: how likeness is judged (`similar`), and grading by repetition.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Left

from organisation.models import Person

from .models import Complaint
from .similar import MAX_TEXT, Candidate, Match, Reason, rank, shared_words
from .states import LinkKind, State

RECENT = dt.timedelta(days=90)
EACH = 60
SHOWN = 4
COMPARED = ("pk", "customer_id", "product_id", "lot_number", "type_id", "state", "received_at", "title", "beginning")


@dataclass(frozen=True)
class Sketch:
    """What is known of the complaint being written; `words` is everything typed about it."""

    words: str
    customer_id: int | None = None
    product_id: int | None = None
    lot_number: str = ""
    type_id: int | None = None


def sketch_of(complaint: Complaint) -> Sketch:
    """Of a complaint that is recorded already."""
    words = f"{complaint.about}\n{complaint.words}"
    return Sketch(words, complaint.customer_id, complaint.product_id, complaint.lot_number, complaint.type_id)


@dataclass(frozen=True)
class Similar:
    complaint: Complaint
    reasons: tuple[Reason, ...]
    shared: list[str]
    age: dt.timedelta

    @property
    def same_customer(self) -> bool:
        return Reason.CUSTOMER in self.reasons

    @property
    def kind(self) -> LinkKind:
        """How they most likely belong together."""
        if self.same_customer:
            return LinkKind.SAME if self.complaint.is_open else LinkKind.FOLLOWS
        return LinkKind.CAUSE


def similar(sketch: Sketch, person: Person, now: dt.datetime, without: frozenset[int] = frozenset()) -> list[Similar]:
    """The likeliest, most alike first. `now` (UTC) tells what is recent; `without` are ids that are not to be shown."""
    ids = {
        pk for rows in _candidates(sketch, person, now - RECENT) for pk in rows.order_by("-received_at").values_list("pk", flat=True)[:EACH]
    } - without
    compared = (
        Complaint.objects.visible_to(person)
        .filter(pk__in=ids)
        .annotate(beginning=Left("words", MAX_TEXT))
        .values_list(*COMPARED, named=True)
    )
    found = rank(sketch.words, [_candidate(row, sketch, now) for row in compared], SHOWN)
    rows = Complaint.objects.select_related("customer").defer("search", "haystack").in_bulk([match.candidate.id for match in found])
    return [_shown(match, rows[match.candidate.id], sketch, now) for match in found]


def _candidates(sketch: Sketch, person: Person, since: dt.datetime) -> Iterator[QuerySet[Complaint]]:
    """The customer's and the product's open ones and recent ones, the lot's; of an unknown one whatever the branch got lately."""
    rows = Complaint.objects.filter(branch=person.branch_id)
    if sketch.customer_id:
        yield rows.filter(customer=sketch.customer_id).open()
        yield rows.filter(customer=sketch.customer_id, received_at__gte=since)
    if sketch.product_id:
        yield rows.filter(product=sketch.product_id).open()
        yield rows.filter(product=sketch.product_id, received_at__gte=since)
    if sketch.lot_number:
        yield rows.filter(lot_number=sketch.lot_number)
    if not (sketch.customer_id or sketch.product_id) and sketch.words.strip():
        yield rows.filter(received_at__gte=since)


def _candidate(row: Any, sketch: Sketch, now: dt.datetime) -> Candidate:
    return Candidate(
        id=row.pk,
        same_customer=bool(sketch.customer_id) and row.customer_id == sketch.customer_id,
        same_product=bool(sketch.product_id) and row.product_id == sketch.product_id,
        same_lot=bool(sketch.lot_number) and row.lot_number == sketch.lot_number,
        same_type=bool(sketch.type_id) and row.type_id == sketch.type_id,
        open=row.state != State.CLOSED,
        age_days=(now - row.received_at) / dt.timedelta(days=1),
        text=f"{row.title}\n{row.beginning}",
    )


def _shown(match: Match, row: Complaint, sketch: Sketch, now: dt.datetime) -> Similar:
    return Similar(row, match.reasons, shared_words(sketch.words, row.title), now - row.received_at)
