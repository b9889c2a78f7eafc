"""What waits for the reader's own decision, apart from his daily work: approvals, reviews, and what went to the general manager.

The tasks of `complaints.tasks`, asked for offices alone, so that the question stays small. Not here: what ran out (`complaints.escalated`).
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Q, Window

from complaints.clockface import faces, next_due
from complaints.context import SECONDS
from complaints.listing.light import light
from complaints.models import Complaint
from complaints.models.querysets import ComplaintQuerySet
from complaints.models.reach import Reach, reach_of
from complaints.states import State
from complaints.tasks import TASKS, FollowUp, Task, of_gm
from complaints.views.desk_rows import WorkRow
from complaints.worklist import URGENCY, WorkList, stood_in_for
from organisation.models import Person

OFFICIAL = {"review_ok", "approve", "group_approve", "reassign_handler"}
KEPT = 300  # seconds: of a statement, not of an answer
NOTHING = FollowUp(frozenset(), frozenset())


@dataclass(frozen=True)
class Decisions:
    rows: list[WorkRow]
    total: int


class OfOffice(WorkList):
    """Like the work list, but only what an office decides."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.reach = reach_of(person)
        self.stood_in_for = {}
        # Who stands in is worked out every few seconds; that a plan still waits at that stage is asked each time.
        self.standing_in = _stood_in_for(person)

    def _look_for(self) -> None:
        """The conditions, which only a statement not kept yet needs."""
        mine = [(place, task.mine(self.reach, NOTHING)) for place, task in enumerate(TASKS) if _is_official(task)]
        self.tasks = [(place, condition) for place, condition in mine if condition is not None]
        self.tasks += [(place, Q(pk__in=ids) & TASKS[place].when) for place, ids in self.standing_in.items()]
        self.might = _might(self.reach, [pk for ids in self.standing_in.values() for pk in ids])

    def waiting(self) -> ComplaintQuerySet:
        """Looked for among what his offices have to do with, which indexes find."""
        return super().waiting().filter(self.might)

    def first(self, most: int) -> tuple[list[Complaint], int]:
        """What expires first, each with its `task`, and how many there are; two queries."""
        sql, params = self._statement(most)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            places = cursor.fetchall()
        found = light([pk for pk, *_rest in places], "imported")
        tasks = {pk: task for pk, task, _total in places}
        for row in found:
            row.task = tasks[row.pk]  # type: ignore[attr-defined]  # as `WorkList.page` does
        return found, places[0][2] if places else 0

    def _statement(self, most: int) -> tuple[str, tuple[Any, ...]]:
        """Asks for id, task and how many there are. Putting it together takes longer than the answer, and it says the same as long as the
        person is who he was: all he is stands in its key."""
        key = "decisions:" + hashlib.sha256(repr((most, self.reach.who, sorted(self.standing_in.items()))).encode()).hexdigest()
        kept: tuple[str, tuple[Any, ...]] | None = cache.get(key)
        if kept is None:
            self._look_for()
            rows = self.waiting().annotate(due=next_due(), total=Window(Count("pk"))).order_by(*URGENCY)
            sql, params = rows.values_list("pk", "task", "total")[:most].query.sql_with_params()
            kept = sql, tuple(params)
            cache.set(key, kept, KEPT)
        return kept


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
    found, total = OfOffice(person).first(most)
    clocks = faces(found, now)
    return Decisions([WorkRow.of(row, now, clocks.get(row.pk)) for row in found], total)
