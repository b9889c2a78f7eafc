"""Asking for grades to be worked out again (R15): a due row for each complaint that may be concerned; the sweep handles it in a second.

A user's transaction locks one complaint and writes only these notes for others, one for each change that asks, so that nobody waits for
anybody: a note of its own is never the one that the sweep is just taking away. Not here: working out and raising (`regrading`).
"""

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from escalation.models import Timer
from escalation.policies import SHIPPED, Code, Rung

from .models import Complaint
from .models.grading import limits_of
from .rules import WATCHED
from .sameproblem import on, problem_of
from .states import Grade, LinkKind, State
from .workflow import JUDGED

# Columns whose change may make a rule true for this complaint or for another on the same problem; for this one alone.
COUNTING = frozenset({"type_id", "product_id", "project", "customer_id", "contact_id", "received_at"})
BY_DEPARTMENT = frozenset({"department_id", "proposed_department_id"})
OWN = frozenset({"complainants", "acting_together", "lawsuit", "exposure", "judged", "helper_id"})


def after(complaint: Complaint, changed: set[str], at: dt.datetime, *, unweighed: bool = False) -> None:
    """Ask for what a move has changed; `changed` are columns. `unweighed`: somebody decided without all that is known now."""
    asked: set[int] = set()
    counting = _counts_anew(complaint, changed)
    if complaint.state in JUDGED and (unweighed or counting or changed & OWN) and (complaint.grade or Grade.PLAIN) > Grade.CRISIS:
        asked.add(complaint.pk)
    if counting:
        asked |= set(concerned(complaint).values_list("pk", flat=True)) | set(watched(complaint).values_list("pk", flat=True))
    if "outcome" in changed and complaint.outcome in WATCHED:
        asked.add(complaint.pk)  # what was received while it was just being closed did not find it closed
    ask(asked, complaint, at)


def _counts_anew(complaint: Complaint, changed: set[str]) -> bool:
    """Whether it may be counted now where it was not before: another problem or complainant, or opened again."""
    reopened = "outcome" in changed and complaint.is_open
    by_department = not (complaint.product_id or complaint.project) and bool(changed & BY_DEPARTMENT)
    return reopened or by_department or bool(changed & COUNTING)


def after_link(complaint: Complaint, other: Complaint, kind: str, at: dt.datetime) -> None:
    """Repeats of one customer count once from now on; both are worked out again."""
    if kind == LinkKind.SAME:
        ask({one.pk for one in (complaint, other) if one.state in JUDGED}, complaint, at)


def concerned(complaint: Complaint) -> QuerySet[Any]:
    """Others on the same problem, judged and open, whose grade its coming may raise: by one statement, locking none."""
    problem, limits = problem_of(complaint), limits_of(complaint.branch_id)
    if problem is None:
        return Complaint.objects.none()
    received = complaint.received_at
    near = Q(received_at__gte=received - limits.month, received_at__lte=received + limits.month)
    plain = Q(grade=Grade.PLAIN) | Q(grade=None)
    span = max(limits.month, limits.handled)
    rows = on(problem, all_branches=limits.all_branches).filter(received_at__gte=received - span, received_at__lte=received + span)
    return rows.filter(plain | near, Q(grade__gt=Grade.SERIOUS) | Q(grade=None), state__in=[str(state) for state in JUDGED]).exclude(
        pk=complaint.pk
    )


def watched(complaint: Complaint) -> QuerySet[Any]:
    """Closed ones on the same problem that are watched at its receipt (R26a); the sweep looks whether it counts."""
    problem, limits = problem_of(complaint), limits_of(complaint.branch_id)
    if problem is None:
        return Complaint.objects.none()
    received = complaint.received_at
    rows = on(problem, all_branches=limits.all_branches).filter(state=State.CLOSED, outcome__in=WATCHED)
    return rows.filter(closed_at__lt=received, closed_at__gte=received - limits.watch).exclude(pk=complaint.pk)


def ask(keys: set[int], because: Complaint, at: dt.datetime) -> None:
    """One note a complaint, named by who asks and at which entry of its history: nobody else writes one of that name."""
    policy = SHIPPED["regrade"]
    notes = [
        Timer(
            complaint_id=key, code=Code.REGRADE, subject=f"{because.pk}:{because.history_seq}", policy=policy.key, clock=policy.clock,
            amount=policy.amount, started=at, due=at, next_at=at, next_rung=Rung.OUT,
        )
        for key in sorted(keys)
    ]  # fmt: skip
    Timer.objects.bulk_create(notes, ignore_conflicts=True)


def take_away(complaint_id: int) -> bool:
    """Under the complaint's lock: whether something asked; what is read after this sees all that those who asked have written."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM escalation_timer WHERE complaint_id = %s AND code = %s", [complaint_id, str(Code.REGRADE)])
        return cursor.rowcount > 0
