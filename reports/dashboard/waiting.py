"""What waits for the reader's own decision, apart from his daily work: approvals, reviews, and what went to the general manager.

The tasks of `complaints.tasks`, asked for offices alone, so that the question stays small. Not here: what ran out (`complaints.escalated`).
"""

import datetime as dt
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Q, Window

from complaints.clockface import faces, next_due
from complaints.context import SECONDS
from complaints.models import Complaint
from complaints.models.querysets import ComplaintQuerySet
from complaints.models.reach import Reach, reach_of
from complaints.states import State
from complaints.tasks import TASKS, FollowUp, Task, of_gm
from complaints.views.desk_rows import WorkRow
from complaints.worklist import URGENCY, WorkList, stood_in_for
from organisation.models import Person

OFFICIAL = {"review_ok", "approve", "group_approve", "reassign_handler"}
NOTHING = FollowUp(frozenset(), frozenset())


@dataclass(frozen=True)
class Decisions:
    rows: list[WorkRow]
    total: int


class OfOffice(WorkList):
    """Like the work list, but only what an office decides."""

    def __init__(self, person: Person) -> None:
        self.person = person
        reach = reach_of(person)
        mine = [(place, task.mine(reach, NOTHING)) for place, task in enumerate(TASKS) if _is_official(task)]
        self.tasks = [(place, condition) for place, condition in mine if condition is not None]
        self.stood_in_for = {}
        # Who stands in is worked out every few seconds; that a plan still waits at that stage is asked each time.
        standing_in = _stood_in_for(person)
        self.tasks += [(place, Q(pk__in=ids) & TASKS[place].when) for place, ids in standing_in.items()]
        self.might = _might(reach, [pk for ids in standing_in.values() for pk in ids])

    def waiting(self) -> ComplaintQuerySet:
        """Looked for among what his offices have to do with, which indexes find."""
        return super().waiting().filter(self.might)

    def first(self, most: int) -> list[Complaint]:
        """What expires first, each with its `task` and how many there are in `total`; one query."""
        rows = self.waiting().annotate(due=next_due(), total=Window(Count("pk")))
        return list(rows.for_rows().select_related("recorded_by").order_by(*URGENCY)[:most])


def _might(reach: Reach, standing_in: list[int]) -> Q:
    might = Q(department__in=reach.headed) | Q(acting_head__in=reach.ids) | Q(pk__in=standing_in)
    if reach.governed:
        might |= Q(branch__in=reach.governed)
    return might | Q(state=State.GROUP_APPROVAL) if reach.of_group else might


def _stood_in_for(person: Person) -> dict[int, list[int]]:
    key = f"stood-in-for:{person.pk}:{person.branch_id}:{'-'.join(sorted(person.roles))}"
    found = cache.get(key)
    if found is None:
        found = stood_in_for(person)
        cache.set(key, found, SECONDS)
    return found


def _is_official(task: Task) -> bool:
    return task.move in OFFICIAL or task.whose is of_gm


def decisions(person: Person, most: int, now: dt.datetime) -> Decisions:
    """The most urgent of them, and how many there are. Five queries."""
    work = OfOffice(person)
    found = work.first(most)
    clocks = faces(found, now)
    total = found[0].total if found else 0  # type: ignore[attr-defined]  # annotated by `first`
    return Decisions([WorkRow.of(row, now, clocks.get(row.pk)) for row in found], total)
