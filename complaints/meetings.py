"""What the acts around a major complaint's memo and meeting write (R17): seats, calls, answers, objections, marks, measures.

Effects like those of `effects`, which calls them. Not here: whether an act is allowed (`meetingchecks`, `rules`), who is told (`notices`).
"""

from collections.abc import Iterable

from django.db.models import Max

from organisation.models import Department, Person

from .deed import Deed
from .granting import end_parts, give_part, give_parts
from .models import Attendance, Call, Event, Measure, Meeting, Objection, Part, Round
from .models.meeting import digest
from .models.reach import reach_of
from .seats import gm_of, may_mark, present, seats_of, unmarked
from .states import Answer, MeetingStage, PartKind

OPEN = frozenset({MeetingStage.CALLED, MeetingStage.RESOLVED})
Seats = list[Attendance]


def _now(deed: Deed) -> Meeting:
    """The rules of the acts that ask for it have made sure that there is one."""
    return Meeting.objects.filter(complaint=deed.complaint).latest("number")


# ── the memo ─────────────────────────────────────────────────────────────────────────────────────────────────


def judged(deed: Deed) -> None:
    """Judged major: the memo goes out, unless one is out whose meeting was not called yet."""
    deed.unlisted = frozenset({"memo_to"})
    if deed.complaint.meeting != MeetingStage.OWED:
        return
    last = present(deed.complaint)
    if last and last.called_at is None and not _opened_again_since(last):
        _word_again(last, deed.inputs.get("asks") or "")
        return
    _send_memo(deed, last.number + 1 if last else 1)


def _opened_again_since(meeting: Meeting) -> bool:
    """Then its memo is of a former life, and everybody has to hear of it anew."""
    again = Event.objects.filter(complaint=meeting.complaint_id, kind__in=["reopen", "countersign_ng"], at__gt=meeting.issued_at)
    return again.exists()


def _word_again(meeting: Meeting, asks: str) -> None:
    if asks:
        meeting.asks = asks
        meeting.save(update_fields=["asks"])


def _send_memo(deed: Deed, number: int) -> None:
    meeting = Meeting.objects.create(
        complaint=deed.complaint, number=number, issued_at=deed.at, issued_by=deed.actor, asks=deed.inputs.get("asks") or "",
        confidential=deed.complaint.confidential,
    )  # fmt: skip
    people = _addressees(deed)
    rows = [Attendance(meeting=meeting, person=person, told_at=deed.at) for person in people]
    for row in rows:
        if row.person == deed.actor:  # whoever sends it has read it
            row.seen_at, row.seen_by = deed.at, deed.actor
    Attendance.objects.bulk_create(rows)
    give_parts(deed, people, PartKind.MEMO)
    deed.noted["memo"] = [person.pk for person in people]


def _addressees(deed: Deed) -> list[Person]:
    """All heads of the branch and the general manager, each once; of a confidential one only those named, and him (R4)."""
    complaint = deed.complaint
    named: Iterable[Person] = deed.inputs.get("memo_to") or []
    people = [gm_of(complaint), *(named if complaint.confidential else _heads(deed))]
    return list({one.pk: one for one in people if one and one.is_active and one.pk != complaint.against_id}.values())


def _heads(deed: Deed) -> list[Person]:
    led = Department.objects.filter(branch=deed.complaint.branch_id, is_active=True, head__is_active=True)
    return [row.head for row in led.select_related("head").order_by("code") if row.head]


def typed(deed: Deed) -> None:
    """Turned confidential after its memo went to all: who only read it sees it no more (R4)."""
    if not deed.complaint.confidential or deed.complaint.meeting == MeetingStage.NONE:
        return
    changed = Meeting.objects.filter(complaint=deed.complaint, confidential=False).update(confidential=True)
    if changed:
        end_parts(deed, PartKind.MEMO)


def called_by_telephone(deed: Deed) -> None:
    given = deed.inputs
    Call.objects.create(
        complaint=deed.complaint, meeting=_now(deed), person=given["person"], by=deed.actor, at=deed.at, reached=given["reached"],
        note=given.get("note") or "",
    )  # fmt: skip


# ── the meeting ──────────────────────────────────────────────────────────────────────────────────────────────


def called(deed: Deed) -> None:
    """Invite; called again, those left out are free, and a new time or place asks everybody anew."""
    meeting, given = _now(deed), deed.inputs
    moved = meeting.called_at is not None and (meeting.starts_at, meeting.place) != (given["starts_at"], given["place"])
    meeting.called_at, meeting.chair = meeting.called_at or deed.at, deed.actor
    meeting.starts_at, meeting.place, meeting.agenda = given["starts_at"], given["place"], given.get("agenda") or ""
    meeting.save()
    deed.unlisted = frozenset({"people"})
    _seat(deed, meeting, moved=moved)


def _seat(deed: Deed, meeting: Meeting, *, moved: bool) -> None:
    wanted = {one.pk: one for one in [*deed.inputs["people"], deed.actor, gm_of(deed.complaint)] if one}
    seats = {seat.person_id: seat for seat in seats_of(meeting)}
    asked = []
    for person in wanted.values():
        seat = seats.get(person.pk) or Attendance(meeting=meeting, person=person)
        if moved or seat.invited_at is None:
            asked.append(person.pk)
            comes = person == deed.actor
            seat.answer, seat.answered_at = (Answer.COMES, deed.at) if comes else (Answer.NONE, None)
        seat.invited_at = seat.invited_at or deed.at
        seat.save()
    free = [seat.person_id for seat in seats.values() if seat.invited_at and seat.person_id not in wanted and not seat.came]
    Attendance.objects.filter(meeting=meeting, person__in=free).update(invited_at=None, answer=Answer.NONE, representative=None)
    end_parts(deed, PartKind.INVITED, free)
    give_parts(deed, wanted.values(), PartKind.INVITED)
    deed.noted |= {"people": list(wanted), "asked": asked}


def answered(deed: Deed) -> None:
    given = deed.inputs
    whose = given.get("person") or deed.on_behalf or deed.actor
    seat = Attendance.objects.get(meeting=_now(deed), person=whose)
    seat.answer, seat.answered_at = given["answer"], deed.at
    seat.representative = given.get("representative") if seat.answer == Answer.REPRESENTED else None
    seat.save()
    deed.noted["seat"] = seat.person_id
    if seat.representative:
        give_part(deed, seat.representative, PartKind.INVITED)


def attended(deed: Deed) -> None:
    """Who came, himself or represented. The mark of whoever did not is void."""
    meeting, came = _now(deed), {person.pk for person in deed.inputs["came"]}
    seats = seats_of(meeting)
    gm = gm_of(deed.complaint)
    for seat in seats:
        seat.came = seat.person_id in came
        if not seat.came and seat.person != gm:
            seat.agreed_at = seat.agreed_by = None
    Attendance.objects.bulk_update(seats, ["came", "agreed_at", "agreed_by"])
    deed.unlisted, deed.noted["came"] = frozenset({"came"}), sorted(came)
    _conclude(deed, meeting, seats)


def objected(deed: Deed) -> None:
    row = Objection.objects.create(
        complaint=deed.complaint, meeting=_now(deed), by=deed.actor, on_behalf=deed.on_behalf, text=deed.inputs["text"], at=deed.at
    )
    deed.noted["objection"] = row.pk


def settled(deed: Deed) -> None:
    objection: Objection = deed.inputs["objection"]
    objection.result, objection.settled_at = deed.inputs["result"], deed.at
    objection.save(update_fields=["result", "settled_at"])
    meeting = _now(deed)
    _conclude(deed, meeting, seats_of(meeting))


def resolved(deed: Deed) -> None:
    """A new wording makes the marks given to the one before void, and says how many."""
    meeting = _now(deed)
    marks = Attendance.objects.filter(meeting=meeting, agreed_at__isnull=False)
    void = sorted(marks.values_list("person", flat=True))
    marks.update(agreed_at=None, agreed_by=None)
    meeting.resolution, meeting.resolved_at, meeting.agreed_at = deed.inputs["resolution"], deed.at, None
    meeting.wording, meeting.voided = meeting.wording + 1, len(void)
    meeting.save()
    deed.noted |= {"wording": meeting.wording, "voided": void, "asked": [one.pk for one in unmarked(deed.complaint, seats_of(meeting))]}


def agreed(deed: Deed) -> None:
    """One's own mark, with those of whom one represents or stands in for."""
    if deed.actor is None:
        return
    meeting, reach = _now(deed), reach_of(deed.actor)
    seats = seats_of(meeting)
    missing = unmarked(deed.complaint, seats)
    gm = gm_of(deed.complaint)
    if gm and gm.pk in reach.ids and all(seat.person_id != gm.pk for seat in seats):
        seats.append(Attendance.objects.create(meeting=meeting, person=gm, invited_at=deed.at))
    mine = [seat for seat in seats if seat.person in missing and may_mark(seat, deed.actor, reach)]
    for seat in mine:
        seat.agreed_at, seat.agreed_by = deed.at, deed.actor
        seat.save(update_fields=["agreed_at", "agreed_by"])
    deed.noted["agreed"] = [seat.person_id for seat in mine]
    _conclude(deed, meeting, seats)


def _conclude(deed: Deed, meeting: Meeting, seats: Seats) -> None:
    """Agreed once every objection is settled and everybody's mark is there."""
    if deed.complaint.meeting != MeetingStage.RESOLVED or unmarked(deed.complaint, seats) or not any(seat.came for seat in seats):
        return
    if Objection.objects.filter(meeting=meeting, settled_at=None).exists():
        return
    meeting.agreed_at = deed.at
    meeting.save(update_fields=["agreed_at"])
    deed.complaint.meeting = MeetingStage.AGREED
    deed.noted["concluded"] = True


# ── afterwards ───────────────────────────────────────────────────────────────────────────────────────────────


def taken_over(deed: Deed) -> None:
    """Lines of the resolution as measures of the round being written."""
    meeting, drafts = _now(deed), deed.inputs["lines"]
    round_ = Round.objects.get(complaint=deed.complaint, number=deed.complaint.round)
    last = round_.measures.aggregate(last=Max("position"))["last"]
    rows = [
        Measure(round=round_, complaint=deed.complaint, position=position, kind=one.kind, text=one.text, owner=one.owner, due_on=one.due_on)
        for position, one in enumerate(drafts, 0 if last is None else last + 1)
    ]
    made = Measure.objects.bulk_create(rows)
    meeting.taken = [*meeting.taken, *(digest(one.text) for one in drafts)]
    meeting.save(update_fields=["taken"])
    deed.unlisted, deed.noted["measures"] = frozenset({"lines"}), [row.pk for row in made]


def hand_over(deed: Deed, leaving: Person, successor: Person) -> None:
    """Seats in a meeting that is not over go to the successor (R2); one he has himself already stays one."""
    if deed.complaint.meeting not in OPEN:
        return
    seats = Attendance.objects.filter(meeting=_now(deed), invited_at__isnull=False)
    seats.filter(representative=leaving).update(representative=successor)
    if not seats.filter(person=leaving, agreed_at=None).exists():
        return
    if Attendance.objects.filter(meeting=_now(deed), person=successor).exists():
        seats.filter(person=leaving).update(invited_at=None, came=None)
        Attendance.objects.filter(meeting=_now(deed), person=successor, invited_at=None).update(invited_at=deed.at)
    else:
        seats.filter(person=leaving).update(person=successor, answer=Answer.NONE, answered_at=None)
    Part.objects.filter(complaint=deed.complaint, person=leaving, kind=PartKind.MEMO, until=None).update(until=deed.at)
