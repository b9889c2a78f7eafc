"""What ran out on one complaint, as its page shows it to whom it was raised: what still runs, and what settled meanwhile, folded.

Not here: the form of the answer (`forms.escalations`), everything that waits for somebody (`complaints.escalated`).
"""

import datetime as dt
from dataclasses import dataclass

from complaints import escalated
from complaints.clockface import Face
from complaints.models import Complaint
from escalation.models import Escalation
from organisation.models import Person


@dataclass(frozen=True)
class OnTicket:
    going: list[Face]
    settled: list[Face]
    ids: list[int]

    def __bool__(self) -> bool:
        return bool(self.ids)


def on_ticket(complaint: Complaint, person: Person, now: dt.datetime) -> OnTicket:
    """One query."""
    rows = escalated.of_complaint(complaint, person)
    faces = {row.timer_id: Face(row.timer, now, complaint.branch.tz) for row in rows}
    going = [face for face in faces.values() if face.timer.is_live]
    return OnTicket(going, [face for face in faces.values() if not face.timer.is_live], ids_of(rows))


def ids_of(rows: list[Escalation]) -> list[int]:
    return [row.pk for row in rows]
