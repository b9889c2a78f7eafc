"""That somebody has read an internal memo (R17): marked once, when he or his deputy opens the memo or the complaint.

No move: it answers nothing and changes nothing on the complaint. Not here: who was told (`meetings`).
"""

from escalation import clock
from organisation.models import Person

from .models import Attendance, Complaint
from .models.reach import reach_of
from .states import MeetingStage


def mark_seen(complaint: Complaint, person: Person) -> None:
    """One statement for a complaint with a memo, none for others."""
    if complaint.meeting == MeetingStage.NONE:
        return
    unread = Attendance.objects.filter(
        meeting__complaint=complaint.pk, person__in=reach_of(person).ids, told_at__isnull=False, seen_at=None
    )
    unread.update(seen_at=clock.now(), seen_by=person)
