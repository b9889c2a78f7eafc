"""My work: what waits for one person, most urgent first, and what he follows in others' hands.

Order: what ran out on top by its lateness, then those whose customer chased since our last word, then what expires first; what has no
running clock after all that has one. Of these paused last, then severe ones (grade 1-2, major, or not yet graded with a line stopped or
danger), then the longest in their stage. Every part is inside `visible_to` and asks a fixed number of questions. Not here: which kinds of
task there are (`tasks`), pages and words (`views.desk`).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from escalation.clock import Now
from organisation.models import Person
from organisation.roles import Role

from .clockface import next_due
from .models import Complaint, Measure, Promise
from .models.querysets import ComplaintQuerySet
from .models.reach import reach_of
from .models.visibility import CARRIED_OUT
from .roster import Roster
from .standing import deciders, verifiers
from .states import Countersign, Effect, Grade, MeasureKind, Nature, Outcome, State
from .tasks import TASKS, Task, any_of, of_manager, signed_by, tasks_of
from .workflow import AFTER_APPROVAL

PAGE = 50
MOST_IN_PLACE = 100
CHASED = Q(chased_at__isnull=False) & (Q(last_word_at=None) | Q(last_word_at__lt=F("chased_at")))
SEVERE = Q(grade__lte=Grade.SERIOUS) | Q(nature=Nature.MAJOR) | Q(grade=None, effect__in=[Effect.LINE, Effect.SAFETY])


@dataclass(frozen=True)
class Part:
    """A page of one section: its rows, and how many there are in all."""

    rows: list[Any]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


class Place(NamedTuple):
    """A complaint among those that wait: its task's place in `TASKS`, and when its first running clock is due."""

    pk: int
    task: int
    number: str
    due: dt.datetime | None


def first(condition: Q) -> Case:
    return Case(When(condition, then=0), default=1, output_field=IntegerField())


URGENCY = (
    Case(When(due__lt=Now(), then=0), When(CHASED, then=1), default=2, output_field=IntegerField()),
    F("due").asc(nulls_last=True),
    Case(When(paused_at=None, then=0), default=1, output_field=IntegerField()),
    first(SEVERE),
    "state_since",
    "pk",
)


class WorkList:
    """One person's work at this moment."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.tasks = tasks_of(person)
        self.stood_in_for = stood_in_for(person)

    @cached_property
    def task(self) -> Case:
        """The place in `TASKS` of the first that is the person's, NULL for what does not wait for him."""
        cases = [When(condition, then=at) for at, condition in self.tasks]
        cases += [When(pk__in=ids, then=at) for at, ids in self.stood_in_for.items()]
        return Case(*cases, default=None, output_field=IntegerField())

    def waiting(self) -> ComplaintQuerySet:
        """Open complaints that wait for the person, each with its `task`."""
        return Complaint.objects.visible_to(self.person, asked=True).open().annotate(task=self.task).filter(task__isnull=False)

    @cached_property
    def order(self) -> list[Place]:
        """All that waits, what expires first on top; one query."""
        rows = self.waiting().annotate(due=next_due()).order_by(*URGENCY).values_list("pk", "task", "number", "due")
        return [Place(*row) for row in rows]

    @cached_property
    def places(self) -> dict[int, int]:
        """The place in `TASKS` by the complaint's id, most urgent first."""
        return {place.pk: place.task for place in self.order}

    def counted(self, now: dt.datetime) -> dict[str, int]:
        """How many wait, and how many of them have a clock that ran out; one query. `now` is UTC."""
        rows = self.waiting().annotate(due=next_due()).order_by()
        return rows.aggregate(total=Count("pk"), late=Count("pk", filter=Q(due__lt=now)))

    def page(self, start: int = 0) -> Part:
        """Of those, ready to be shown, from `start` on."""
        ids = list(self.places)[start : start + PAGE]
        found = {row.pk: row for row in Complaint.objects.filter(pk__in=ids).order_by().for_rows().select_related("recorded_by")}
        for pk, row in found.items():
            row.task = self.places[pk]  # type: ignore[attr-defined]  # as `waiting` annotates it
            if row.against_id == self.person.pk:
                row.title, row.customer, row.recorded_by = (
                    str(_("A complaint that concerns you")),
                    None,
                    None,
                )  # he sees only what he is asked
        return Part([found[pk] for pk in ids if pk in found], len(self.places))

    def followed(self) -> ComplaintQuerySet:
        """Open ones he answers for, in others' hands: recorded or handled by him, his department's, for managers and the GM the
        branch's. What expires first on top."""
        person, reach = self.person, reach_of(self.person)
        mine = Q(recorded_by=person.pk) | Q(handler=person.pk) | Q(department__in=reach.departments)
        mine |= Q(branch__in={one.branch_id for one in reach.people if one.has_role(Role.MANAGER)} | set(reach.governed))
        found = Complaint.objects.visible_to(person).open().filter(mine).exclude(pk__in=list(self.places))
        return found.annotate(due=next_due()).for_rows().order_by(F("due").asc(nulls_last=True), first(SEVERE), "state_since", "pk")


def task_of(complaint: Complaint) -> Task:
    """Of a row of `waiting`."""
    return TASKS[complaint.task]  # type: ignore[attr-defined]  # annotated by `waiting`


# Review and approval by who stands in (R19): the state, its place among the tasks, and whose office it is.
OFFICES = {
    State.REVIEW: ("review_ok", Coalesce("acting_head", "department__head")),
    State.APPROVAL: ("approve", F("branch__gm")),
    State.GROUP_APPROVAL: ("group_approve", Value(None, output_field=IntegerField())),
}


def stood_in_for(person: Person) -> dict[int, list[int]]:
    """Ids of plans that somebody decides on because whose office it is cannot, by place of the task in `TASKS`.

    They are few, so the rule itself is asked (`standing.deciders`), for all of them with the queries of one.
    """
    rows = _without_office(person)
    roster = Roster.of(rows)
    found: dict[int, list[int]] = {}
    for row in rows:
        if any(one.person == person for one in deciders(row, roster)):
            move = OFFICES[State(row.state)][0]
            place = next(at for at, task in enumerate(TASKS) if task.move == move)
            found.setdefault(place, []).append(row.pk)
    return found


def _without_office(person: Person) -> list[Complaint]:
    """Plans that wait in a branch where he might stand in, while whose office it is has left, is concerned or has signed."""
    reach = reach_of(person)
    might = Q(branch__gm=person.pk) | Q(department__in=reach.headed) | Q(acting_head=person.pk)
    if person.has_role(Role.MANAGER):
        might |= Q(branch=person.branch_id)
    if person.has_role(Role.GROUP_APPROVER):
        might |= Q(branch__in_group=True)
    found = Complaint.objects.visible_to(person).filter(might, state__in=OFFICES)
    office = Case(*(When(state=state, then=whose) for state, (_, whose) in OFFICES.items()), output_field=IntegerField())
    left = ~Exists(Person.objects.active().filter(pk=OuterRef("office")))
    cannot = Q(left) | Q(office=F("against")) | Q(signed_by(OuterRef("office")))
    return list(found.annotate(office=office).filter(cannot).for_rows())


# ── measures and promises with a date, countersignatures ─────────────────────────────────────────────────────


def _measures(person: Person) -> QuerySet[Measure]:
    """Of present rounds, in complaints that he sees and that were not withdrawn or found not factual."""
    seen = Complaint.objects.visible_to(person).exclude(outcome__in=[Outcome.INVALID, Outcome.WITHDRAWN, Outcome.ON_SPOT])
    return Measure.objects.filter(complaint__in=seen.order_by().values("pk"), round__number=F("complaint__round"))


def measures_due(person: Person) -> QuerySet[Measure]:
    """Those to be carried out by this person, soonest first: containment at once, the others once their plan is approved (R18)."""
    agreed = Q(kind=MeasureKind.CONTAINMENT) | Q(round__approved_at__isnull=False)
    rows = _measures(person).filter(agreed, owner__in=reach_of(person).ids, done_at=None, verified_at=None)
    return rows.select_related("complaint__branch", "owner").order_by("due_on", "pk")


def measures_to_verify(person: Person) -> QuerySet[Measure]:
    """Those carried out and not verified yet, of types this person's department leads; never his own (R26)."""
    whose = Q(complaint__type__lead__in=reach_of(person).verifying) & ~Q(owner=person.pk)
    rows = _waiting_for_verification(person).filter(whose | Q(pk__in=_verified_in_place(person)))
    return rows.select_related("complaint__branch", "owner").order_by("done_at", "pk")


def _waiting_for_verification(person: Person) -> QuerySet[Measure]:
    approved = Q(complaint__state__in=AFTER_APPROVAL) | Q(complaint__outcome__in=CARRIED_OUT)
    return _measures(person).filter(approved, done_at__isnull=False, verified_at=None, effective=None)


def verifies(person: Person) -> bool:
    """Whether measures to verify may be on his list: by office, or because managers stand in where nobody else is left (R26)."""
    reach = reach_of(person)
    return bool(reach.verifying or reach.governed or person.has_role(Role.MANAGER))


def _verified_in_place(person: Person) -> list[int]:
    """Those nobody of the lead department can verify, which fall to this person: the rule itself is asked of the oldest ones.

    They are few where verifiers are named; where none is, the next ones come when the oldest are verified.
    """
    if not (person.has_role(Role.MANAGER) or reach_of(person).governed):
        return []
    lead = Person.objects.active().filter(roles__contains=[Role.VERIFIER], department=OuterRef("complaint__type__lead"))
    others = lead.exclude(pk=OuterRef("owner")).exclude(pk=Coalesce(OuterRef("complaint__against"), 0))
    nobodys = _waiting_for_verification(person).filter(~Exists(others)).order_by("done_at", "pk")
    rows = list(nobodys.select_related("complaint__branch", "complaint__type")[:MOST_IN_PLACE])
    roster = Roster.of([row.complaint for row in rows])
    return [row.pk for row in rows if any(one.person == person for one in verifiers(row.complaint, row.owner_id, roster))]


def to_reopen(person: Person) -> ComplaintQuerySet:
    """Closed ones of which it is asked whether they are opened again, longest asked first (R26a, R27)."""
    whose = [of_manager(one, reach_of(person)) for one in reach_of(person).people]
    asked = any_of(own for own in whose if own is not None)
    found = Complaint.objects.visible_to(person).filter(asked, state=State.CLOSED, reopen_asked_at__isnull=False)
    return found.for_rows().order_by("reopen_asked_at", "pk")


def promises_due(person: Person) -> QuerySet[Promise]:
    """Promises to customers not kept yet, soonest first: one's own, for assistants the branch's."""
    reach = reach_of(person)
    own = Q(made_by__in=reach.ids) | Q(owner__in=reach.ids)
    mine = own | Q(complaint__branch__in={p.branch_id for p in reach.people if p.has_role(Role.ASSISTANT)})
    seen = Complaint.objects.visible_to(person).open().order_by()
    rows = Promise.objects.filter(mine, complaint__in=seen.values("pk"), kept_at=None, broken_at=None)
    return rows.select_related("complaint__branch", "made_by", "owner").order_by("due_on", "pk")


def to_countersign(person: Person) -> ComplaintQuerySet:
    """What assistants closed and a manager still has to look at, longest closed first (R13)."""
    branches = {p.branch_id for p in reach_of(person).people if p.has_role(Role.MANAGER)}
    found = Complaint.objects.visible_to(person).filter(branch__in=branches, countersign=Countersign.WAITING)
    return found.for_rows().order_by("closed_at", "pk")
