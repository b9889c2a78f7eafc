"""What opening a complaint's page says of its reader: he has read its memo (R17), and what he was told of it is seen.

No move: it answers nothing and changes nothing on the complaint. Not here: who was told (`meetings`, `notices`).
"""

from django.http import HttpRequest

from escalation import clock
from escalation.models import Notice
from escalation.models.notices import Channel
from organisation.models import Person

from . import bell
from .models import Attendance, Complaint
from .models.reach import reach_of
from .states import MeetingStage

AHEAD = ("Sec-Purpose", "Purpose", "X-Moz")


def is_opened(request: HttpRequest) -> bool:
    """By a person: not fetched in advance by his browser, nor only its head."""
    return request.method == "GET" and not any("prefetch" in request.headers.get(name, "") for name in AHEAD)


def mark_seen(complaint: Complaint, person: Person) -> None:
    """The memo, once, by the one it was sent to or his deputy. One statement for a complaint with a memo, none for others."""
    if complaint.meeting == MeetingStage.NONE:
        return
    unread = Attendance.objects.filter(
        meeting__complaint=complaint.pk, person__in=reach_of(person).ids, told_at__isnull=False, seen_at=None
    )
    unread.update(seen_at=clock.now(), seen_by=person)


def notices_seen(complaint: Complaint, person: Person) -> bell.Bell:
    """The bell for the complaint's page, after what he was told of it is marked as seen; a statement is spent only where there is any.

    As far back as the bell counts: of whoever has left more than that unread, the oldest stay.
    """
    now = bell.look(person.pk, about=complaint.pk)
    if not now.about:
        return now
    mine = Notice.objects.filter(recipient=person, channel=Channel.DESK, complaint=complaint.pk, seen_at=None)
    mine.update(seen_at=clock.now())
    return bell.look(person.pk)
