"""On whom a complaint waits, by name, for a page of them at once: what a list shows as “waiting on”.

Four queries, however many complaints. Not here: what waits for one person (`tasks`, `worklist`) and what he may do (`standing`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from organisation.models import Person
from organisation.roles import Role

from .closing import BEFORE_CLOSING
from .models import Complaint, Measure
from .moves import Text
from .roster import Roster
from .standing import about_the_head, deciders, governing, managing, verifiers
from .states import Countersign, State

NAMED = 2


@dataclass(frozen=True)
class Turn:
    """Whose turn it is: people, or an office while nobody is named."""

    people: tuple[Person, ...] = ()
    office: Text = ""

    def __str__(self) -> str:
        """“Luo Shan, Gao Yuan +1”, “Customer”, or nothing."""
        if not self.people:
            return str(self.office)
        more = len(self.people) - NAMED
        return ", ".join(map(str, self.people[:NAMED])) + (f" +{more}" if more > 0 else "")


CUSTOMER = Turn(office=_("Customer"))


class Turns:
    def __init__(self, complaints: Iterable[Complaint], roster: Roster | None = None) -> None:
        """For complaints loaded with branch, department and type; `roster` where theirs is known already."""
        rows = list(complaints)
        self.roster = roster or Roster.of(rows)
        self.unfinished = _unfinished([row.pk for row in rows if row.state == State.FOLLOW_UP])

    def of(self, complaint: Complaint) -> Turn:
        if complaint.paused_at and complaint.is_open:
            return CUSTOMER
        return WHOSE[State(complaint.state)](self, complaint)

    def desk(self, complaint: Complaint) -> Turn:
        """Whoever received it, if that is the desk's person; else the assistants (R23)."""
        taker = self.roster.person(complaint.received_by_id)
        if taker and taker.is_active and taker.has_role(Role.ASSISTANT, Role.MANAGER) and taker.pk != complaint.against_id:
            return Turn((taker,))
        assistants = self._holding(Role.ASSISTANT, complaint)
        return assistants if assistants.people else self.manager(complaint)

    def manager(self, complaint: Complaint) -> Turn:
        return Turn(tuple(managing(complaint, self.roster)[0]), Role.MANAGER.label)

    def governor(self, complaint: Complaint) -> Turn:
        return Turn(tuple(governing(complaint, self.roster)[0]), Role.GM.label)

    def head(self, complaint: Complaint) -> Turn:
        """Where no department is responsible, or its head is the one complained about, the general manager names somebody (R3)."""
        alone = complaint.department_id is None and complaint.acting_head_id is None
        if alone or about_the_head(complaint):
            return self.governor(complaint)
        head = self.roster.in_charge(complaint)
        return Turn((head,) if head else (), Role.HEAD.label)

    def handler(self, complaint: Complaint) -> Turn:
        """Where nobody handles it, or only the one complained about, whoever is responsible names somebody."""
        handler = self.roster.person(complaint.handler_id)
        return Turn((handler,)) if handler and handler.pk != complaint.against_id else self.head(complaint)

    def assigner(self, complaint: Complaint) -> Turn:
        """Contested twice, the general manager names the department (R16)."""
        return self.governor(complaint) if complaint.contested >= 2 else self.manager(complaint)

    def decider(self, complaint: Complaint) -> Turn:
        return Turn(tuple(one.person for one in deciders(complaint, self.roster)))

    def replier(self, complaint: Complaint) -> Turn:
        if complaint.refused_at:
            return self.manager(complaint)
        return CUSTOMER if complaint.replied_at else self.desk(complaint)

    def follower(self, complaint: Complaint) -> Turn:
        """The first thing that is missing before it can be closed (R27)."""
        measures = self.unfinished.get(complaint.pk, [])
        owners = tuple({m.owner_id: m.owner for m in measures if not m.done_at and m.owner_id != complaint.against_id}.values())
        if complaint.satisfied is False:
            return self.manager(complaint)
        if owners:
            return Turn(owners)
        if measures:
            return self._verifiers(complaint, measures)
        if not (complaint.visited_at or complaint.unreached_at):
            return self.desk(complaint)
        return self.manager(complaint) if complaint.head_word_at else self.head(complaint)

    def closer(self, complaint: Complaint) -> Turn:
        waits = complaint.countersign == Countersign.WAITING or complaint.reopen_asked_at is not None
        return self.manager(complaint) if waits else Turn()

    def _verifiers(self, complaint: Complaint, measures: list[Measure]) -> Turn:
        asked = {one.person.pk: one.person for m in measures for one in verifiers(complaint, m.owner_id, self.roster)}
        return Turn(tuple(asked.values()), Role.VERIFIER.label)

    def _holding(self, role: Role, complaint: Complaint) -> Turn:
        free = (p for p in self.roster.holding(role, complaint.branch_id) if p.pk != complaint.against_id)
        return Turn(tuple(free), role.label)


WHOSE: dict[State, Callable[[Turns, Complaint], Turn]] = {
    State.RECEIVED: Turns.desk,
    State.TRIAGE: Turns.manager,
    State.ASSIGNMENT: Turns.assigner,
    State.CONFIRMATION: Turns.head,
    State.ACTION: Turns.handler,
    State.REVIEW: Turns.decider,
    State.APPROVAL: Turns.decider,
    State.GROUP_APPROVAL: Turns.decider,
    State.REPLY: Turns.replier,
    State.FOLLOW_UP: Turns.follower,
    State.CLOSED: Turns.closer,
}


def _unfinished(ids: list[int]) -> dict[int, list[Measure]]:
    """What R27 still asks of the measures of the present round, by complaint."""
    found: dict[int, list[Measure]] = defaultdict(list)
    if ids:
        rows = Measure.objects.filter(complaint__in=ids, round__number=F("complaint__round"), kind__in=BEFORE_CLOSING)
        rows = rows.exclude(effective=True).select_related("owner").only("complaint", "owner", "done_at", "owner__name", "owner__name_en")
        for measure in rows.order_by("pk"):
            found[measure.complaint_id].append(measure)
    return found
