"""Grades that rise by themselves (R15): worked out again when a note or the month unsolved asks, each complaint in its own transaction.

A grade rises when a rule more severe than it holds on something that nobody has weighed yet; it never falls by itself. Not here: who asks
(`rechecks`), the rules (`grading`), the timers that follow (`escalation.following`), who is told (`notices`).
"""

from escalation import clock

from .actions import locked, perform
from .facts import weigh
from .models import Complaint
from .watching import look_at
from .workflow import JUDGED


def look_again(complaint_id: int) -> bool:
    """What a note asks for: the grade of one that is open, whether the problem of a closed one has come again (R26a). Whether it did
    anything. The caller holds a transaction."""
    complaint = locked(complaint_id)
    return look_at(complaint) if not complaint.is_open else work_out_again(complaint_id) is not None


def work_out_again(complaint_id: int) -> Complaint | None:
    """Raise the grade where it has to rise; None where it stays. The caller holds a transaction; the complaint is locked here."""
    complaint = locked(complaint_id)
    if complaint.state not in JUDGED:
        return None
    finding = weigh(complaint, clock.now()).result.rises(complaint.grade, complaint.weighed)
    if finding is None:
        return None
    return perform("regrade", complaint_id, actor=None, seen=None, grade=finding.grade.value, rule=finding.rule.value)
