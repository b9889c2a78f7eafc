"""What the acts around a memo and its meeting need beside their forms (R17): raised before anything is stored, called by `checks`.

Not here: conditions on the complaint's own column `meeting` (`rules`).
"""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from organisation.roles import Role

from .deed import Deed, need
from .models import Attendance, Meeting, Objection
from .models.reach import reach_of
from .refusals import BadInput, NotAllowed, NotPossible, Stale
from .seats import gm_of, may_mark, seats_of, unmarked
from .states import Answer


def _now(deed: Deed) -> Meeting:
    return Meeting.objects.filter(complaint=deed.complaint).latest("number")


def _seat(deed: Deed, person: object) -> Attendance | None:
    return Attendance.objects.filter(meeting=_now(deed), person=person).select_related("person").first()


def _record_call(deed: Deed) -> None:
    person = need(deed, "person", _("Who was called?"))
    if _seat(deed, person) is None:
        raise BadInput({"person": _("The memo did not go to this person.")})


def _call_meeting(deed: Deed) -> None:
    need(deed, "starts_at", _("When does it begin?"))
    need(deed, "place", _("Where is it?"))
    people = need(deed, "people", _("Who is invited?"))
    if any(person.branch_id != deed.complaint.branch_id for person in people):
        raise BadInput({"people": _("Choose people of this branch.")})


def _answer_invitation(deed: Deed) -> None:
    """One's own invitation or that of whom one stands in for; the manager may note what somebody told him."""
    whose = deed.inputs.get("person") or deed.on_behalf or deed.actor
    seat = _seat(deed, whose)
    if seat is None or seat.invited_at is None:
        raise NotPossible(_("This person is not invited."))
    reach = reach_of(deed.actor) if deed.actor else None
    if reach and seat.person_id not in reach.ids and not any(one.has_role(Role.MANAGER) for one in reach.people):
        raise NotAllowed(_("This is somebody else's invitation."))
    if need(deed, "answer", _("Say whether you come.")) == Answer.REPRESENTED:
        other = need(deed, "representative", _("Name who comes instead."))
        if other.pk == seat.person_id or other.branch_id != deed.complaint.branch_id:
            raise BadInput({"representative": _("Choose somebody else of the same branch.")})


def _record_attendance(deed: Deed) -> None:
    came = need(deed, "came", _("Tick who came."))
    invited = set(Attendance.objects.filter(meeting=_now(deed), invited_at__isnull=False).values_list("person", flat=True))
    if any(person.pk not in invited for person in came):
        raise BadInput({"came": _("Invite this person first.")})


def _raise_objection(deed: Deed) -> None:
    need(deed, "text", _("Write something first."))


def _settle_objection(deed: Deed) -> None:
    objection: Objection = need(deed, "objection", _("Which objection?"))
    if objection.meeting_id != _now(deed).pk:
        raise BadInput({"objection": _("Choose an objection of this meeting.")})
    if objection.settled_at:
        raise NotPossible(_("This objection is settled already."))
    need(deed, "result", _("Write how it was settled."))


def _resolve_meeting(deed: Deed) -> None:
    text = need(deed, "resolution", _("Write the resolution."))
    meeting = _now(deed)
    if not Attendance.objects.filter(meeting=meeting, came=True).exists():
        raise NotPossible(_("Record who came first."))
    if text.strip() == meeting.resolution.strip():
        raise BadInput({"resolution": _("The resolution says this already.")})


def _agree_resolution(deed: Deed) -> None:
    """One's mark is for the wording one has read."""
    if deed.actor is None:
        raise NotAllowed(_("Only people sign."))
    meeting = _now(deed)
    if deed.inputs.get("wording") != meeting.wording:
        raise Stale(_("The resolution has been worded anew meanwhile: read it again."))
    seats, reach = seats_of(meeting), reach_of(deed.actor)
    missing = unmarked(deed.complaint, seats)
    mine = [seat for seat in seats if seat.person in missing and may_mark(seat, deed.actor, reach)]
    gm = gm_of(deed.complaint)
    if not mine and not (gm in missing and gm and gm.pk in reach.ids):
        raise NotPossible(_("Your mark is not needed: you have agreed already, or were not there."))


def _take_over(deed: Deed) -> None:
    lines = need(deed, "lines", _("Tick at least one line."))
    left = _now(deed).left
    if any(line.text not in left for line in lines):
        raise NotPossible(_("That line stands in the plan already."))


CHECKS: dict[str, Callable[[Deed], object]] = {
    "record_call": _record_call,
    "call_meeting": _call_meeting,
    "answer_invitation": _answer_invitation,
    "record_attendance": _record_attendance,
    "raise_objection": _raise_objection,
    "settle_objection": _settle_objection,
    "resolve_meeting": _resolve_meeting,
    "agree_resolution": _agree_resolution,
    "take_over": _take_over,
}
