"""What came again after closing (R26a), for the ticket: which complaints, as far as the reader may open them, and whether they still count.

Not here: looking and marking (`complaints.watching`).
"""

from dataclasses import dataclass, field

from complaints.models import Complaint, Recurrence
from complaints.rules import WATCHED
from complaints.states import Outcome
from organisation.models import Person


@dataclass
class Again:
    seen: list[Complaint] = field(default_factory=list)
    hidden: int = 0
    asked: bool = False
    """Whether the manager has not answered yet."""

    @property
    def rows(self) -> list[tuple[Complaint, str]]:
        """Each with what was found of it since: a mark stays, but says when what made it was not valid after all."""
        return [(row, row.outcome if row.outcome in (Outcome.INVALID, Outcome.WITHDRAWN) else "") for row in self.seen]


def again(complaint: Complaint, person: Person) -> Again | None:
    """Nothing is asked for one that never was watched; one query, two where something came."""
    if complaint.outcome not in WATCHED and not complaint.reopened:
        return None
    others = list(Recurrence.objects.filter(complaint=complaint.pk).values_list("other", flat=True))
    asked = complaint.reopen_asked_at is not None
    if not others:
        return Again(asked=True) if asked else None
    seen = list(Complaint.objects.visible_to(person).filter(pk__in=others).order_by("number_key").only("number", "title", "outcome"))
    return Again(seen, len(others) - len(seen), asked)
