"""The memo and the analysis meeting of a major complaint (R17): who is told and sees it, what the resolution needs, what waits for it."""

import datetime as dt
import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.duties import hand_over
from complaints.models import Attendance, Call, Complaint, Event, Measure, Meeting, Objection, Part, Passage
from complaints.plans import MeasureDraft
from complaints.refusals import BadInput, NotAllowed, NotPossible, Stale
from complaints.worklist import WorkList, task_of
from escalation import clock
from escalation.models import Notice
from organisation.models import Deputy, Person
from tests.factories import PersonFactory

from .factories import DUE, House, act, agree, at_state, meeting_agreed, meeting_called, meeting_resolved, plan_of
from .test_races import together

MAJOR = {"nature": "major", "criteria": ["a"]}


@pytest.fixture
def house(db):
    return House()


def major(house: House, state: str = "assignment", **more) -> Complaint:
    return at_state(state, house, **MAJOR, **more)


def now(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def seat(complaint: Complaint, person: Person) -> Attendance:
    return Attendance.objects.get(meeting__complaint=complaint, person=person)


def told(complaint: Complaint, kind: str) -> list[int]:
    return sorted(Notice.objects.filter(complaint=complaint, kind=kind, channel="desk").values_list("recipient", flat=True))


def sees(person: Person, complaint: Complaint) -> bool:
    return Complaint.objects.visible_to(Person.objects.get(pk=person.pk)).filter(pk=complaint.pk).exists()


def deputy(house: House, absent: Person, stands_in: Person) -> None:
    today = clock.now().date()
    Deputy.objects.create(
        absent=absent, deputy=stands_in, starts_on=today - dt.timedelta(1), ends_on=today.replace(year=2099), named_by=absent
    )


def tasks(person: Person) -> list[str]:
    return [task_of(row).move for row in WorkList(Person.objects.get(pk=person.pk)).waiting()]


# ── the memo ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_memo_goes_to_all_heads_and_the_general_manager_each_once(house):
    complaint = major(house)
    heads = [house.manager, house.head, house.verifier, house.owner, house.gm]
    assert complaint.meeting == "owed"
    assert set(Attendance.objects.values_list("person", flat=True)) == {one.pk for one in heads}
    assert set(Part.objects.filter(kind="memo").values_list("person", flat=True)) == {one.pk for one in heads}
    assert told(complaint, "memo") == sorted(one.pk for one in (house.head, house.verifier, house.owner))
    assert told(complaint, "reported") == sorted([house.gm.pk, house.management_rep.pk])  # the severe notice is the general manager's one
    judged = Event.objects.get(complaint=complaint, kind="judge")
    recipients = list(Notice.objects.filter(event=judged, channel="desk").values_list("recipient", flat=True))
    assert len(recipients) == len(set(recipients))


def test_heads_see_by_the_memo_what_they_would_not_and_deputies_with_them(house):
    deputy(house, house.owner, house.stranger)
    plain, complaint = at_state("assignment", house), major(house)
    assert (sees(house.owner, plain), sees(house.owner, complaint)) == (False, True)
    assert (sees(house.stranger, complaint), sees(house.staff, complaint)) == (True, False)
    assert house.stranger.pk in told(complaint, "memo")


def test_of_a_confidential_one_only_those_named_and_the_general_manager_are_told(house):
    complaint = at_state("triage", house, confidential=True)
    judged = {"type": house.type, "grade": 4, "grade_reason": "", "nature_reason": "", "asks": ""}
    complaint = act("judge", complaint, house.manager, **judged, **MAJOR, memo_to=[house.owner])
    assert set(Attendance.objects.values_list("person", flat=True)) == {house.owner.pk, house.gm.pk}
    assert (sees(house.owner, complaint), sees(house.verifier, complaint)) == (True, False)
    assert told(complaint, "memo") == [house.owner.pk]


def test_turned_confidential_afterwards_the_memo_shows_it_no_longer(house):
    complaint = major(house)
    meeting_called(complaint, house)
    house.type.confidential = True
    house.type.save()
    act("change_type", complaint, house.assistant, type=house.type, reason="")
    assert (sees(house.owner, complaint), sees(house.head, complaint)) == (False, True)


def test_the_one_complained_about_is_neither_told_nor_invited(house):
    complaint = major(house, against=house.owner)
    assert not Attendance.objects.filter(person=house.owner).exists()
    with pytest.raises(BadInput):
        meeting_called(complaint, house, house.owner)


def test_who_reads_it_is_marked_once_and_a_deputy_by_his_name(house, client):
    deputy(house, house.owner, house.stranger)
    complaint = major(house)
    for person in (house.head, house.stranger, house.assistant):
        client.force_login(person)
        assert client.get(reverse("complaint", args=[complaint.number])).status_code in (200, 404)
    assert (seat(complaint, house.head).seen_by, seat(complaint, house.owner).seen_by) == (house.head, house.stranger)
    first = seat(complaint, house.head).seen_at
    client.force_login(house.head)
    client.get(reverse("meeting", args=[complaint.number]))
    assert seat(complaint, house.head).seen_at == first
    assert Attendance.objects.filter(seen_at__isnull=False).count() == 3  # with the manager, who sent it


def test_calls_are_recorded_and_their_words_are_passages(house):
    complaint = major(house)
    act("record_call", complaint, house.assistant, person=house.owner, reached=False, note="没接")
    assert Call.objects.values_list("person", "reached", "note").get() == (house.owner.pk, False, "没接")
    assert Passage.objects.get(complaint=complaint, name="note", text="没接")
    with pytest.raises(BadInput):
        act("record_call", complaint, house.assistant, person=house.stranger, reached=True, note="")


# ── calling and answering ────────────────────────────────────────────────────────────────────────────────────


def test_called_again_a_new_time_asks_anew_and_whoever_is_left_out_is_free(house):
    complaint = major(house)
    complaint = meeting_called(complaint, house, house.staff)
    assert (complaint.meeting, sees(house.staff, complaint)) == ("called", True)
    act("answer_invitation", complaint, house.head, answer="comes")
    given = {"place": "二楼会议室", "agenda": "", "people": [house.head]}
    act("call_meeting", complaint, house.manager, starts_at=clock.now() + dt.timedelta(1), **given)
    assert (seat(complaint, house.head).answer, seat(complaint, house.staff).invited_at) == ("", None)
    assert (sees(house.staff, complaint), tasks(house.head)) == (False, ["answer_invitation"])


def test_whoever_comes_instead_sees_it_and_marks_for_the_absent(house):
    complaint = major(house)
    meeting_called(complaint, house)
    act("answer_invitation", complaint, house.head, answer="represented", representative=house.staff)
    act("record_attendance", complaint, house.manager, came=[house.manager, house.head])
    act("resolve_meeting", complaint, house.manager, resolution="封存")
    assert (sees(house.staff, complaint), tasks(house.staff)) == (True, ["agree_resolution"])
    agree(complaint, house.staff)
    assert seat(complaint, house.head).agreed_by == house.staff


def test_only_the_manager_answers_for_somebody_else(house):
    complaint = major(house)
    meeting_called(complaint, house)
    with pytest.raises(NotAllowed):
        act("answer_invitation", complaint, house.head, person=house.gm, answer="comes")
    act("answer_invitation", complaint, house.manager, person=house.head, answer="declines")
    assert seat(complaint, house.head).answer == "declines"


# ── the resolution ───────────────────────────────────────────────────────────────────────────────────────────


def test_measures_wait_for_everybodys_mark(house):
    complaint = at_state("action", house)
    complaint = act("change_nature", complaint, house.manager, reason="退货", **MAJOR)
    with pytest.raises(NotPossible, match="resolution is agreed"):
        act("propose", complaint, house.handler, plan=plan_of(house))
    meeting_resolved(complaint, house)
    for person in (house.manager, house.head):
        complaint = agree(complaint, person)
    assert (complaint.meeting, tasks(house.gm)) == ("resolved", ["agree_resolution"])
    assert agree(complaint, house.gm).meeting == "agreed"
    assert told(complaint, "agreed") == [house.handler.pk]
    assert act("propose", complaint, house.handler, plan=plan_of(house)).state == "review"


def test_a_new_wording_makes_the_marks_void_and_says_so(house, client):
    complaint = meeting_agreed(major(house), house)
    complaint = act("resolve_meeting", complaint, house.manager, resolution="换货 8 台")
    assert (complaint.meeting, Attendance.objects.filter(agreed_at__isnull=False).count()) == ("resolved", 0)
    client.force_login(house.head)
    page = client.get(reverse("meeting", args=[complaint.number])).content.decode()
    assert "3 agreements given before are void" in page
    assert "3 agreements given before are void" in client.get(reverse("complaint", args=[complaint.number])).content.decode()
    with pytest.raises(Stale):
        act("agree_resolution", complaint, house.head, wording=1)


def test_an_open_objection_keeps_it_from_being_agreed(house):
    complaint = major(house)
    meeting_resolved(complaint, house)
    act("raise_objection", complaint, house.head, text="太早")
    for person in (house.manager, house.head, house.gm):
        complaint = agree(complaint, person)
    assert (complaint.meeting, tasks(house.manager)) == ("resolved", ["settle_objection"])
    complaint = act("settle_objection", complaint, house.manager, objection=Objection.objects.get(), result="明早复测")
    assert complaint.meeting == "agreed"


def test_nobody_writes_a_resolution_before_it_is_known_who_came(house):
    complaint = major(house)
    meeting_called(complaint, house)
    with pytest.raises(NotPossible, match="who came"):
        act("resolve_meeting", complaint, house.manager, resolution="封存")


def test_whoever_was_not_there_has_no_mark_to_give(house):
    complaint = major(house)
    meeting_resolved(complaint, house)
    act("record_attendance", complaint, house.manager, came=[house.manager])
    with pytest.raises(NotPossible, match="not needed"):
        agree(complaint, house.head)


def test_the_general_managers_deputy_marks_for_him_and_it_says_so(house, client):
    complaint = major(house)
    meeting_resolved(complaint, house)
    deputy(house, house.gm, house.owner)
    for person in (house.manager, house.head, house.owner):
        complaint = agree(complaint, person)
    assert (complaint.meeting, seat(complaint, house.gm).agreed_by) == ("agreed", house.owner)
    client.force_login(house.head)
    assert "Luo Shan, deputy for Shen Guoliang" in client.get(reverse("meeting", args=[complaint.number])).content.decode()


def test_a_branch_of_one_head_who_is_general_manager_has_a_way(house):
    for place in (house.production, house.quality, house.warehouse, house.sales):
        place.head = house.gm
        place.save()
    complaint = major(house)
    assert Attendance.objects.count() == 1
    act("call_meeting", complaint, house.manager, starts_at=clock.now(), place="二楼", agenda="", people=[house.gm])
    act("record_attendance", complaint, house.manager, came=[house.gm])
    complaint = act("resolve_meeting", complaint, house.manager, resolution="封存")
    assert agree(complaint, house.gm).meeting == "agreed"


def test_a_new_general_manager_without_a_seat_marks_all_the_same(house):
    complaint = major(house)
    meeting_resolved(complaint, house)
    for person in (house.manager, house.head):
        agree(complaint, person)
    house.branch.gm = PersonFactory(name="新总经理", branch=house.branch)
    house.branch.save()
    assert agree(complaint, house.branch.gm).meeting == "agreed"


def test_general_again_needs_none_and_judged_major_again_a_new_one(house):
    complaint = major(house)
    assert act("change_nature", complaint, house.manager, reason="误判", nature="general", criteria=[]).meeting == ""
    complaint = act("change_nature", complaint, house.manager, reason="退货", **MAJOR)
    meeting_agreed(complaint, house)
    act("judge_again", complaint, house.manager, reason="重新定性")
    judged = {"type": house.type, "grade": 4, "grade_reason": "", "nature_reason": "", "asks": ""}
    assert act("judge", complaint, house.manager, **judged, **MAJOR).meeting == "owed"
    assert list(Meeting.objects.values_list("number", flat=True)) == [1, 2]


def test_what_was_under_way_before_owes_no_meeting(house):
    complaint = at_state("action", house)
    Complaint.objects.filter(pk=complaint.pk).update(nature="major")
    assert act("propose", complaint, house.handler, plan=plan_of(house)).state == "review"


def test_its_lines_go_into_the_plan_once(house):
    complaint = meeting_agreed(major(house, "confirmation"), house)
    complaint = act("confirm", complaint, house.head, handler=house.handler, note="")
    line = MeasureDraft("corrective", "封存在库", house.owner, DUE)
    act("take_over", complaint, house.handler, lines=[line])
    assert list(Measure.objects.values_list("text", "owner", "due_on")) == [("封存在库", house.owner.pk, DUE)]
    with pytest.raises(NotPossible, match="already"):
        act("take_over", complaint, house.handler, lines=[line])
    assert Meeting.objects.get().left == ["换货 6 台"]


def test_nothing_written_stands_in_an_event(house):
    complaint = major(house)
    meeting_resolved(complaint, house)
    act("raise_objection", complaint, house.head, text="太早")
    bodies = json.dumps([json.loads(body) for body in Event.objects.values_list("body", flat=True)], ensure_ascii=False)
    texts = set(Passage.objects.filter(complaint=complaint).values_list("text", flat=True))
    for text in ("二楼会议室", "太早", "1. 封存在库\n2. 换货 6 台"):
        assert text in texts
        assert text not in bodies


def test_a_seat_is_a_duty_and_goes_to_the_successor(house):
    complaint = major(house)
    meeting_called(complaint, house, house.staff)
    hand_over(Person.objects.get(pk=house.staff.pk), Person.objects.get(pk=house.owner.pk), house.administrator)
    assert seat(complaint, house.owner).invited_at
    assert (sees(house.staff, complaint), tasks(house.owner)) == (False, ["answer_invitation"])


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_what_comes_next_to_each_in_both_languages(house, client):
    complaint = meeting_resolved(major(house), house)
    client.force_login(house.head)
    url = reverse("meeting", args=[complaint.number])
    shown = client.get(url)
    assert set(shown.context["forms"]) == {"answer_invitation", "raise_objection", "agree_resolution"}
    assert "Still to agree: " in shown.content.decode()
    assert "内部联络单" in client.get(url, headers={"Accept-Language": "zh-CN"}).content.decode()
    client.force_login(house.stranger)
    assert client.get(url).status_code == 404


def test_without_a_memo_there_is_no_page(house, client):
    client.force_login(house.manager)
    assert client.get(reverse("meeting", args=[at_state("assignment", house).number])).status_code == 404


def test_its_queries_do_not_grow_with_people_and_objections(house, client):
    complaint = meeting_resolved(major(house), house)
    client.force_login(house.head)
    counts = []
    for _ in range(2):
        client.get(reverse("meeting", args=[complaint.number]))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("meeting", args=[complaint.number])).status_code == 200
        counts.append(len(queries))
        people = PersonFactory.create_batch(4, branch=house.branch)
        given = {"starts_at": Meeting.objects.get().starts_at, "place": "二楼会议室", "agenda": ""}
        act("call_meeting", complaint, house.manager, **given, people=[house.head, *people])
        for person in people:
            act("raise_objection", complaint, person, text="再查")
            act("record_call", complaint, house.assistant, person=house.head, reached=True, note="")
    assert counts[0] == counts[1]


def test_drafting_goes_on_while_the_meeting_is_owed(house, client):
    complaint = act("change_nature", at_state("action", house), house.manager, reason="退货", **MAJOR)
    client.force_login(house.handler)
    page = client.get(reverse("plan", args=[complaint.number]))
    assert page.status_code == 200
    assert reverse("meeting", args=[complaint.number]) in page.content.decode()


def test_each_has_his_task_on_my_work(house):
    complaint = major(house, "confirmation")
    assert tasks(house.manager) == ["call_meeting"]
    meeting_called(complaint, house)
    assert tasks(house.gm) == ["answer_invitation"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_agree_at_once_both_count():
    house = House()
    complaint = major(house)
    meeting_resolved(complaint, house)
    agree(complaint, house.gm)
    found = together(lambda: agree(complaint, house.head), lambda: agree(complaint, house.manager))
    assert sorted(one.meeting for one in found) == ["agreed", "resolved"]
    assert now(complaint).meeting == "agreed"


def post(client, who: Person, complaint: Complaint, name: str, **fields):
    client.force_login(who)
    data = {"version": now(complaint).version, "once": uuid.uuid4(), "back": "meeting", **fields}
    answer = client.post(reverse("move", args=[complaint.number, name.replace("_", "-")]), data)
    assert answer.status_code == 303, (name, answer.context["form"].errors)
    assert answer.url == reverse("meeting", args=[complaint.number])


def test_what_its_forms_send_is_what_the_acts_take(house, client):
    complaint = act("confirm", major(house, "confirmation"), house.head, handler=house.handler, note="")
    post(client, house.assistant, complaint, "record_call", person=house.owner.pk, reached="no", note="没接")
    when = {"starts_at": "2099-12-01T14:00", "place": "二楼", "agenda": "查因"}
    post(client, house.manager, complaint, "call_meeting", **when, people=[house.head.pk, house.gm.pk])
    post(client, house.head, complaint, "answer_invitation", answer="represented", representative=house.staff.pk)
    post(client, house.manager, complaint, "record_attendance", came=[house.manager.pk, house.head.pk])
    post(client, house.staff, complaint, "raise_objection", text="太早")
    post(client, house.manager, complaint, "settle_objection", objection=Objection.objects.get().pk, result="复测")
    post(client, house.manager, complaint, "resolve_meeting", resolution="1. 封存在库\n2. 换货 6 台")
    for person in (house.manager, house.staff, house.gm):
        post(client, person, complaint, "agree_resolution", wording=1)
    assert now(complaint).meeting == "agreed"
    row = {"kind": "corrective", "owner": house.owner.pk, "due": "2099-12-01"}
    lines = {f"{name}_{place}": value for place in (0, 1) for name, value in row.items()}
    post(client, house.handler, complaint, "take_over", **lines, take_1="on")
    assert list(Measure.objects.values_list("text", flat=True)) == ["换货 6 台"]
    assert "换货 6 台" in client.get(reverse("plan", args=[complaint.number])).content.decode()
