"""What the rules of R15 look at, counted from the rows: one indexed query for the complaints on the same problem, one for their links, one
for the month unsolved, one for the branch's numbers.

Answers as the complaint stands in memory, which may be about to change. Not here: the rules (`grading`), what is the same problem
(`sameproblem`), raising a grade (`regrading`).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from escalation.models import Timer
from escalation.models.timer import LIVE, TimerState
from escalation.policies import Code

from .grading import Case, Facts, Limits, Result, grade_of
from .models import Complaint, Link, Lot
from .models.grading import limits_of
from .sameproblem import on, problem_of
from .states import LinkKind, Outcome

QUARTER = dt.timedelta(days=90)
ROW = ("pk", "received_at", "customer_id", "contact_id", "customer__is_private", "outcome", "valid", "closed_at")


@dataclass(frozen=True)
class Weighing:
    """The grade of one complaint worked out at one instant, with what it was worked out from."""

    facts: Facts
    limits: Limits
    result: Result
    unsolved_on: dt.datetime | None
    """When it will be unsolved, or is since; None where nothing runs."""


def weigh(complaint: Complaint, at: dt.datetime, **instead: Any) -> Weighing:
    """`at` in UTC. `instead` are columns as they would be: the type that is about to be chosen, what is ticked."""
    if instead:
        complaint = copy(complaint)
        for name, value in instead.items():
            setattr(complaint, name, value)
    limits, running = limits_of(complaint.branch_id), _month_unsolved(complaint)
    facts = Facts(
        id=complaint.pk, received=complaint.received_at, cases=cases_of(complaint, limits, at), complainants=complaint.complainants,
        together=complaint.acting_together, lawsuit=complaint.lawsuit, exposure=complaint.exposure, judged=frozenset(complaint.judged),
        department=complaint.department_id, helper=complaint.helper_id, unsolved=_is_over(running, at),
    )  # fmt: skip
    return Weighing(facts, limits, grade_of(facts, limits), running.due if running else None)


def _month_unsolved(complaint: Complaint) -> Timer | None:
    return Timer.objects.filter(complaint=complaint.pk, code=Code.UNSOLVED, state__in=LIVE).order_by("due").first()


def _is_over(running: Timer | None, at: dt.datetime) -> bool:
    if running is None:
        return False
    return running.ran_out_at is not None or (running.state == TimerState.RUNNING and running.due < at)


def cases_of(complaint: Complaint, limits: Limits, at: dt.datetime) -> tuple[Case, ...]:
    """All on the same problem received until then that a rule may look at, this one among them, oldest first."""
    problem = problem_of(complaint)
    if problem is None:
        return (_own(complaint),)
    rows = on(problem, all_branches=limits.all_branches).exclude(pk=complaint.pk)
    span, received = max(limits.month, limits.handled), complaint.received_at
    handled_before = Q(outcome=Outcome.RESOLVED, closed_at__gte=received - limits.handled)
    rows = rows.filter(Q(received_at__gte=received - span) | handled_before, received_at__lte=min(received + span, at))
    cases = [_case(*row) for row in rows.values_list(*ROW)]
    return _chained([*cases, _own(complaint)])


def _case(
    pk: int,
    received: dt.datetime,
    customer: int | None,
    contact: int | None,
    private: bool | None,
    outcome: str,
    valid: bool | None,
    closed: dt.datetime | None,
) -> Case:
    return Case(pk, received, complainant(customer, contact, private), outcome, valid, closed if outcome == Outcome.RESOLVED else None)


def complainant(customer: int | None, contact: int | None, private: bool | None) -> str:
    """The customer; for private persons the contact, for one row may stand for many of them; '' where nobody is known."""
    if private and contact:
        return f"p{contact}"
    return f"c{customer}" if customer else ""


def _own(complaint: Complaint) -> Case:
    private = bool(complaint.customer and complaint.customer.is_private)
    return _case(
        complaint.pk, complaint.received_at, complaint.customer_id, complaint.contact_id, private, complaint.outcome, complaint.valid,
        complaint.closed_at,
    )  # fmt: skip


def _chained(cases: list[Case]) -> tuple[Case, ...]:
    chains = chains_of([case.id for case in cases]) if len(cases) > 1 else {}
    with_chain = (Case(**{**vars(case), "chain": chains.get(case.id, 0)}) for case in cases)
    return tuple(sorted(with_chain, key=lambda case: (case.received, case.id)))


def chains_of(ids: Iterable[int]) -> dict[int, int]:
    """For complaints linked as one customer's same complaint, however far around, the lowest id of theirs. One query for each step."""
    linked: dict[int, set[int]] = defaultdict(set)
    known: set[int] = set()
    while new := (set(ids) if not known else linked.keys() - known):
        known |= new
        rows = Link.objects.filter(Q(complaint__in=new) | Q(other__in=new), kind=LinkKind.SAME)
        for one, other in rows.values_list("complaint_id", "other_id"):
            linked[one].add(other)
            linked[other].add(one)
    return {one: min(_reached(one, linked)) for one in linked}


def _reached(one: int, linked: dict[int, set[int]]) -> set[int]:
    found, new = {one}, {one}
    while new:
        new = set().union(*(linked[key] for key in new)) - found
        found |= new
    return found


def deliveries(complaint: Complaint, day: dt.date) -> tuple[int, int] | None:
    """Lots delivered to the customer in the 90 days before `day` and in the 90 before these (R14 d); None of an unknown customer."""
    if complaint.customer_id is None:
        return None
    middle, first = day - QUARTER, day - 2 * QUARTER
    lots = Lot.objects.filter(customer=complaint.customer_id, delivered_on__gt=first, delivered_on__lte=day)
    found = lots.aggregate(now=Count("pk", filter=Q(delivered_on__gt=middle)), before=Count("pk", filter=Q(delivered_on__lte=middle)))
    return found["now"], found["before"]


def proposed_helpers(complaint: Complaint) -> list[int]:
    """Departments other than the responsible one to which owners of the present round's measures belong: they propose the tick."""
    if complaint.department_id is None:
        return []
    owned = complaint.measures.filter(round__number=F("complaint__round"), owner__department__isnull=False)
    elsewhere = owned.exclude(owner__department=complaint.department_id)
    return list(elsewhere.order_by("pk").values_list("owner__department", flat=True).distinct()[:1])
