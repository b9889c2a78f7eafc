"""The effectiveness watch (R26a): a closed complaint whose problem comes again in the branch's time is marked, once for each that comes.

Asked by the notes of `rechecks`, handled by the sweep in a transaction of its own. Not here: who asks (`rechecks`), what marking writes
(`effects`), the same problem (`sameproblem`).
"""

from django.db.models import Exists, OuterRef, Q

from .actions import perform
from .models import Complaint, Recurrence
from .models.grading import limits_of
from .models.querysets import ComplaintQuerySet
from .rules import WATCHED
from .sameproblem import on, problem_of
from .states import Outcome

NEVER_COUNTED = (Outcome.INVALID, Outcome.WITHDRAWN)


def came_again(complaint: Complaint) -> ComplaintQuerySet:
    """Those on its problem, received after it was closed and while it was watched, that count and are not recorded yet; oldest first."""
    problem, limits = problem_of(complaint), limits_of(complaint.branch_id)
    if problem is None or complaint.outcome not in WATCHED or complaint.closed_at is None:
        return Complaint.objects.none()
    closed = complaint.closed_at
    rows = on(problem, all_branches=limits.all_branches).filter(received_at__gt=closed, received_at__lte=closed + limits.watch)
    known = Recurrence.objects.filter(complaint=complaint.pk, other=OuterRef("pk"))
    counted = rows.filter(~Q(valid=False) | Q(valid=None)).exclude(outcome__in=NEVER_COUNTED)
    return counted.exclude(pk=complaint.pk).filter(~Exists(known)).order_by("received_at", "pk")


def look_at(complaint: Complaint) -> bool:
    """Mark what has come again; whether anything had. The caller holds a transaction and the complaint's lock."""
    found = list(came_again(complaint))
    for other in found:
        perform("recurred", complaint.pk, actor=None, seen=None, other=other)
    return bool(found)
