"""Which complaints somebody sees (R4): one method, used by every page, list, count, search, export and file.

What it leaves out answers 404 everywhere. Not here: what one may do with what one sees (`complaints.standing`).
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.expressions import RawSQL

from complaints.states import State
from organisation.models import Person

from .reach import reach_of
from .visibility import Visible

if TYPE_CHECKING:
    from .complaint import Complaint  # noqa: F401 - named in a string below


# Columns of a row. What a list shows beside these has to be named here, or it costs a query for each row.
ROW = (
    "number", "number_key", "title", "state", "state_since", "version", "nature", "grade", "effect", "confidential", "against", "outcome",
    "countersign", "round", "contested", "channel", "lot_number", "order_number", "anonymous", "product", "handler", "acting_head",
    "received_by", "recorded_by", "received_at", "recorded_at", "acknowledged_at", "replied_at", "refused_at", "visited_at", "satisfied",
    "unreached_at", "head_word_at", "closed_at", "paused_at", "last_word_at", "chased_at", "chased", "reopened",
    "reopen_asked_at",
)  # fmt: skip
NAMES = (
    "branch__zone", "branch__gm", "branch__in_group", "customer__name", "customer__name_en", "department__name", "department__name_en",
    "department__head", "type__name", "type__name_en", "type__lead",
)  # fmt: skip


def among(column: str, keys: list[Any]) -> RawSQL:
    """The condition that a column, named as the database knows it, is one of the keys: one parameter, for hundreds of them take Django
    longer to write down than the database to answer."""
    return RawSQL(f"{column} = ANY(%s)", [keys], output_field=models.BooleanField())  # noqa: S611 - our own words


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, person: Person, *, asked: bool = False) -> "ComplaintQuerySet":
        """Those the person may see today, his own and as a deputy (R2-R4); an employee complained about sees his own case never. Only
        what asks him for his statement, and takes it, is given it as well while he is `asked` (R3)."""
        return self.filter(Visible(reach_of(person), person.pk, asked=asked))

    def open(self) -> "ComplaintQuerySet":
        return self.exclude(state=State.CLOSED)

    def for_rows(self) -> "ComplaintQuerySet":
        """Only what the rows of lists show and what tells whose turn it is, with the names of what they refer to, in one query."""
        return self.select_related("branch", "customer", "department", "type").only(*ROW, *NAMES)

    def for_page(self) -> "ComplaintQuerySet":
        """With everything a row or a ticket's head names, in the same query."""
        return self.select_related(
            "branch", "customer", "contact", "product", "type", "department__head", "handler", "recorded_by", "acting_head"
        )
