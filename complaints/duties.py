"""What somebody has in hand, and handing all of it over in one act, an event each; then, if wanted, deactivation (R2).

Complaints change through the door, one transaction each; posts and deputies in one, with events of the house. Whoever has open duties
cannot be deactivated. Not here: naming somebody else for a single complaint (the lifecycle's own acts).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from escalation import clock
from organisation import sessions
from organisation.models import Branch, Department, Deputy, LocalToday, Person
from organisation.roles import Role

from . import history
from .actions import perform
from .models import Attendance, Complaint, Measure, Part, Promise
from .models.visibility import CARRIED_OUT
from .refusals import BadInput, NotPossible
from .rules import MEETING_GOES_ON_IN
from .states import PartKind, State


@dataclass(frozen=True)
class Duties:
    """Open duties of one person, as they stand now."""

    complaints: list[Complaint]
    """Open ones he handles, or stands in the head's place for."""
    measures: list[Measure]
    promises: list[Promise]
    """To customers, not kept yet."""
    statements: list[Part]
    meetings: list[Attendance]
    """Seats in meetings whose resolution is not agreed."""
    departments: list[Department]
    branches: list[Branch]
    deputies: list[Deputy]
    """Periods, running or to come, in which he stands in for somebody."""

    @property
    def touched(self) -> list[int]:
        """Ids of all complaints that are concerned, in order."""
        ids = {row.pk for row in self.complaints} | {m.complaint_id for m in self.measures} | {s.complaint_id for s in self.statements}
        ids |= {promise.complaint_id for promise in self.promises}
        ids |= {seat.meeting.complaint_id for seat in self.meetings}
        return sorted(ids)

    def __bool__(self) -> bool:
        return any(self.parts)

    @property
    def parts(self) -> tuple[Sequence[Any], ...]:
        own = (self.complaints, self.measures, self.promises, self.statements, self.meetings)
        return (*own, self.departments, self.branches, self.deputies)


def duties_of(person: Person) -> Duties:
    """Eight queries. Verifying is an office's, not a person's, and so is answering customers."""
    working = ~Q(state=State.CLOSED)
    there = ~Q(complaint__state=State.CLOSED)
    kept = there | Q(complaint__outcome__in=CARRIED_OUT)
    measures = Measure.objects.filter(kept, owner=person, done_at=None, round__number=F("complaint__round"))
    promised = Q(owner=person) | Q(owner=None, made_by=person)
    today = LocalToday(person.branch.zone)
    return Duties(
        complaints=list(Complaint.objects.filter(working, Q(handler=person) | Q(acting_head=person)).for_rows().order_by("number_key")),
        measures=list(measures.select_related("complaint").order_by("due_on", "pk")),
        promises=list(
            Promise.objects.filter(promised, there, kept_at=None, broken_at=None).select_related("complaint").order_by("due_on", "pk")
        ),
        statements=list(Part.objects.filter(there, person=person, kind=PartKind.STATEMENT, until=None).select_related("complaint")),
        meetings=list(
            Attendance.objects.filter(
                person=person,
                invited_at__isnull=False,
                agreed_at=None,
                meeting__agreed_at=None,
                meeting__complaint__meeting__in=MEETING_GOES_ON_IN,
            )
            .exclude(meeting__complaint__state=State.CLOSED)
            .select_related("meeting__complaint")
        ),
        departments=list(Department.objects.filter(head=person).order_by("code")),
        branches=list(Branch.objects.filter(gm=person).order_by("code")),
        deputies=list(Deputy.objects.filter(deputy=person, withdrawn_at=None, ends_on__gte=today).select_related("absent")),
    )


def hand_over(person: Person, successor: Person, actor: Person) -> int:
    """Give everything to the successor; returns how many duties that were.

    Raises BadInput at `successor` before anything is stored when he may not take one of them over (R3), or it is about the actor.
    Should the door refuse one on the way, what was handed over stays so and the rest is still his: the act can be repeated.
    """
    duties = duties_of(person)
    _may_take_over(duties, successor, actor)
    for pk in duties.touched:
        perform("hand_over", pk, actor=actor, seen=None, leaving=person, successor=successor)
    _hand_over_posts(duties, person, successor, actor)
    return sum(len(part) for part in duties.parts)


def _may_take_over(duties: Duties, successor: Person, actor: Person) -> None:
    concerned = Complaint.objects.filter(pk__in=duties.touched)
    if not successor.is_active:
        raise BadInput({"successor": _("This person has left.")})
    if concerned.filter(against=successor).exists():
        raise BadInput({"successor": _("This person cannot take over everything. Choose somebody else.")})
    if concerned.filter(against=actor).exists():
        raise BadInput({"successor": _("Somebody else has to hand these duties over.")})


@transaction.atomic
def _hand_over_posts(duties: Duties, person: Person, successor: Person, actor: Person) -> None:
    at = clock.instant()
    facts = {"from": person.pk, "to": successor.pk}
    for department in duties.departments:
        Department.objects.filter(pk=department.pk, head=person).update(head=successor)
        history.append(None, "head_named", at=at, actor=actor, body={**facts, "department": department.pk})
    for branch in duties.branches:
        Branch.objects.filter(pk=branch.pk, gm=person).update(gm=successor)
        history.append(None, "gm_named", at=at, actor=actor, body={**facts, "branch": branch.pk})
    for period in duties.deputies:
        _hand_over_period(period, successor, actor, at)
        history.append(None, "deputy_named", at=at, actor=actor, body={**facts, "absent": period.absent_id})


def _hand_over_period(period: Deputy, successor: Person, actor: Person, at: dt.datetime) -> None:
    """The rest of it is the successor's; it just ends where that is the absent person himself."""
    today = at.astimezone(successor.branch.tz).date()
    Deputy.objects.filter(pk=period.pk).update(withdrawn_at=at)
    if period.absent_id != successor.pk:
        begins = max(period.starts_on, today)
        Deputy.objects.create(absent=period.absent, deputy=successor, starts_on=begins, ends_on=period.ends_on, named_by=actor)


@transaction.atomic
def deactivate(person: Person, actor: Person) -> None:
    """Let somebody in no more; every session of his ends. Raises NotPossible while he has open duties or is the last administrator.

    The row's lock waits for whoever is just giving him something to do.
    """
    locked = Person.objects.select_for_update().select_related("branch").get(pk=person.pk)
    if duties_of(locked):
        raise NotPossible(_("There are open duties: hand them over first."))
    others = Person.objects.active().filter(roles__contains=[Role.ADMINISTRATOR]).exclude(pk=person.pk)
    if locked.has_role(Role.ADMINISTRATOR) and not others.exists():
        raise NotPossible(_("Somebody must remain administrator."))
    at = clock.instant()
    Person.objects.filter(pk=person.pk).update(is_active=False)
    sessions.end_others(locked, 0, at)
    history.append(None, "person_deactivated", at=at, actor=actor, body={"person": person.pk})
