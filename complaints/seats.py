"""Who sits in an analysis meeting and whose mark its resolution still lacks (R17): asked by the door and by the screens alike.

Not here: writing any of it (`meetings`).
"""

from collections.abc import Iterable

from organisation.models import Person

from .models import Attendance, Complaint, Meeting
from .models.reach import Reach


def present(complaint: Complaint) -> Meeting | None:
    """The memo and meeting of the last time it was judged major."""
    return Meeting.objects.filter(complaint=complaint.pk).order_by("-number").first()


def seats_of(meeting: Meeting) -> list[Attendance]:
    return list(Attendance.objects.filter(meeting=meeting).select_related("person", "representative", "agreed_by", "seen_by"))


def gm_of(complaint: Complaint) -> Person | None:
    """Whose mark counts for the management: none where there is nobody, or it is about him (R3)."""
    gm = complaint.branch.gm
    return gm if gm and gm.is_active and gm.pk != complaint.against_id else None


def unmarked(complaint: Complaint, seats: Iterable[Attendance]) -> list[Person]:
    """Who has still to agree: everybody who came, himself or represented, and the general manager in any case."""
    gm, rows = gm_of(complaint), [seat for seat in seats if seat.person_id != complaint.against_id]
    found = [seat.person for seat in rows if seat.agreed_at is None and seat.person.is_active and (seat.came or seat.person == gm)]
    return found + ([gm] if gm and all(seat.person_id != gm.pk for seat in rows) else [])


def may_mark(seat: Attendance, person: Person, reach: Reach) -> bool:
    """For oneself, as the representative who came instead, and for whom one stands in today (R2)."""
    return seat.person_id in reach.ids or seat.representative_id == person.pk
