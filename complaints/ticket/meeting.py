"""A major complaint's memo and meeting as pages show them: who was told and has read it, who came and agreed, and the next step.

Seven queries beside the head's, however many people. Not here: doing any of it (`complaints.meetings`).
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from complaints.clockface import faces
from complaints.models import Attendance, Call, Complaint, Meeting, Objection
from complaints.models.reach import reach_of
from complaints.seats import may_mark, present, seats_of, unmarked
from complaints.standing import standings
from complaints.states import Answer, Criterion, MeetingStage, Want
from escalation import clock
from organisation.models import Department, Person

from .panel import Offer, form_for, offers


@dataclass(frozen=True)
class Seat:
    """One person's row."""

    seat: Attendance
    post: str
    calls: list[Call]
    waiting: bool
    """True while his mark is missing."""

    @property
    def answered(self) -> str:
        if self.seat.representative_id:
            return _("%(name)s comes instead") % {"name": self.seat.representative}
        return str(Answer(self.seat.answer).label) if self.seat.answer else ""

    @property
    def marked_by(self) -> str:
        """Who marked for him: a deputy, or who represented him."""
        seat = self.seat
        if seat.agreed_by is None or seat.agreed_by_id == seat.person_id:
            return ""
        if seat.agreed_by_id == seat.representative_id:
            return _("%(name)s represents") % {"name": seat.agreed_by}
        return _("%(name)s, deputy for %(person)s") % {"name": seat.agreed_by, "person": seat.person}


@dataclass(frozen=True)
class Shown:
    """A meeting with its people."""

    meeting: Meeting
    seats: list[Seat]
    objections: list[Objection]

    @property
    def told(self) -> list[Seat]:
        return [row for row in self.seats if row.seat.told_at]

    @property
    def unread(self) -> int:
        return sum(row.seat.seen_at is None for row in self.told)

    @property
    def invited(self) -> list[Seat]:
        return [row for row in self.seats if row.seat.invited_at]

    @property
    def came(self) -> int:
        return sum(bool(row.seat.came) for row in self.invited)

    @property
    def waiting(self) -> list[Seat]:
        return [row for row in self.seats if row.waiting]

    @property
    def open_objections(self) -> int:
        return sum(row.settled_at is None for row in self.objections)


def shown(complaint: Complaint) -> Shown | None:
    """Five queries; None where no memo went out."""
    meeting = present(complaint)
    if meeting is None:
        return None
    seats = seats_of(meeting)
    calls = list(Call.objects.filter(meeting=meeting).select_related("by"))
    missing = {person.pk for person in unmarked(complaint, seats)} if meeting.wording and not meeting.agreed_at else set()
    posts = _posts(complaint)
    rows = [
        Seat(seat, posts.get(seat.person_id, ""), [c for c in calls if c.person_id == seat.person_id], seat.person_id in missing)
        for seat in seats
    ]
    return Shown(meeting, rows, list(Objection.objects.filter(meeting=meeting).select_related("by", "on_behalf")))


def _posts(complaint: Complaint) -> dict[int, str]:
    """What somebody is there for: general manager, head of a department, handler."""
    found: dict[int, str] = {}
    for department in Department.objects.filter(branch=complaint.branch_id, is_active=True, head__isnull=False):
        key = department.head_id or 0
        found[key] = " · ".join(filter(None, [found.get(key, ""), _("heads %(department)s") % {"department": department}]))
    if complaint.handler_id:
        found.setdefault(complaint.handler_id, _("handler"))
    if complaint.branch.gm_id:
        found[complaint.branch.gm_id] = " · ".join(filter(None, [_("general manager"), found.get(complaint.branch.gm_id, "")]))
    return found


def next_step(complaint: Complaint, found: Shown) -> str:
    """One sentence: what is missing before measures can be proposed."""
    stage = complaint.meeting
    if stage == MeetingStage.OWED:
        return _("The business manager calls the meeting.")
    if stage == MeetingStage.CALLED:
        if found.came == 0:
            return _("It is held, who came is recorded, and the manager writes the resolution.")
        return _("The manager writes the resolution.")
    if stage == MeetingStage.RESOLVED:
        return _still_missing(found)
    return _("Agreed by everybody: measures can be proposed.") if stage == MeetingStage.AGREED else _("No meeting is needed any more.")


def _still_missing(found: Shown) -> str:
    """Objections first: they may change the wording."""
    if found.open_objections:
        return _("Open objections to be settled by the manager: %(count)d.") % {"count": found.open_objections}
    names = ", ".join(str(row.seat.person) for row in found.waiting)
    return _("Still to agree: %(names)s.") % {"names": names or _("general manager")}


def on_ticket(complaint: Complaint) -> dict[str, Any] | None:
    """The ticket's section; asks nothing where there never was a memo."""
    if complaint.meeting == MeetingStage.NONE:
        return None
    found = shown(complaint)
    return {"shown": found, "next": next_step(complaint, found)} if found else None


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────

ACTS = (
    "record_call", "call_meeting", "answer_invitation", "record_attendance", "raise_objection", "settle_objection", "resolve_meeting",
    "agree_resolution", "take_over",
)  # fmt: skip


def meeting_page(complaint: Complaint, person: Person) -> dict[str, Any] | None:
    found = shown(complaint)
    if found is None:
        return None
    able = {name: offer for name, offer in offers(complaint, standings(person, complaint)).items() if name in ACTS and not offer.obstacle}
    forms = {name: form_for(offer, complaint, person) for name, offer in able.items() if _useful(name, offer, complaint, person, found)}
    now = clock.now()
    return {
        "complaint": complaint,
        "branch": complaint.branch,
        "shown": found,
        "meeting": found.meeting,
        "next": next_step(complaint, found),
        "forms": forms,
        "face": faces([complaint], now).get(complaint.pk),
        "wants": [Want(want).label for want in complaint.wants if want in Want.values],
        "criteria": [criterion.label for criterion in Criterion if criterion in complaint.criteria],
        "stage": complaint.get_meeting_display(),
    }


def _useful(name: str, offer: Offer, complaint: Complaint, person: Person, found: Shown) -> bool:
    """Acts that would change something for this person now."""
    if name == "settle_objection":
        return found.open_objections > 0
    if name == "agree_resolution":
        reach = reach_of(person)
        return any(may_mark(row.seat, person, reach) for row in found.waiting) or _unseated_gm(complaint, found, reach.ids)
    if name == "take_over":
        return bool(found.meeting.left)
    return True


def _unseated_gm(complaint: Complaint, found: Shown, ids: list[int]) -> bool:
    gm = complaint.branch.gm_id
    return gm in ids and all(row.seat.person_id != gm for row in found.seats)
