"""My work: what waits for whom, in which order, with the same few questions for one row and for many; countersigning in the row."""

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import Complaint, Measure, Promise
from complaints.moves import MOVES
from complaints.standing import standing_for, standings
from complaints.turns import Turns
from complaints.views.desk import greeting
from complaints.worklist import WorkList, measures_due, measures_to_verify, promises_due, task_of, to_countersign
from escalation import clock
from escalation.models import TestClock, Timer
from organisation.models import Deputy, Person
from organisation.roles import Role
from reports.models import MonthReport
from tests.complaints.factories import PEOPLE, House, act, at_state, plan_of, received
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

# stage | for whom it waits (my work), with the move | on whom it waits (list)
WAITS = """
received       | assistant: submit            | assistant
triage         | manager: judge               | manager
assignment     | manager: assign              | manager
confirmation   | head: confirm                | head
action         | handler: propose             | handler
review         | head: review_ok              | head
approval       | gm: approve                  | gm
group_approval | group_approver: group_approve | group_approver
reply          | assistant: send_reply        | assistant
follow_up      | -                            | owner
closed         | -                            | -
"""


def rows() -> list[tuple[str, str, str]]:
    return [tuple(part.strip() for part in line.split("|")) for line in WAITS.strip().splitlines()]  # type: ignore[misc]  # three of them


def waiting(house: House, complaint: Complaint) -> str:
    """Who has it in his work, and as what."""
    found = []
    for office in PEOPLE:
        person = house.fresh(office)
        mine = {row.pk: task_of(row).move for row in WorkList(person).waiting()} if person.is_active else {}
        if complaint.pk in mine:
            found.append(f"{office}: {mine[complaint.pk]}")
    return ", ".join(found) or "-"


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.for_rows().get(pk=complaint.pk)


def on_whom(house: House, complaint: Complaint) -> str:
    row = fresh(complaint)
    people = Turns([row]).of(row).people
    return ", ".join(office for office in PEOPLE if house.person(office) in people) or "-"


@pytest.mark.parametrize(("stage", "whose", "turn"), rows())
def test_whose_it_is_at_each_stage(stage: str, whose: str, turn: str) -> None:
    house = House(in_group=stage == "group_approval")
    complaint = act_told(at_state(stage, house, grade=2 if stage == "group_approval" else 4), house)
    assert (waiting(house, complaint), on_whom(house, complaint)) == (whose, turn)


def act_told(complaint: Complaint, house: House) -> Complaint:
    """So that acknowledging is nobody's task any more."""
    return act("acknowledge", complaint, house.assistant, text="在办", means="telephone")


# ── less usual turns ─────────────────────────────────────────────────────────────────────────────────────────


def test_contested_twice_the_general_manager_names_the_department() -> None:
    house = House()
    complaint = act_told(at_state("confirmation", house), house)
    for _ in range(2):
        act("contest", complaint, house.head, reason="不是我们", proposed=None)
        if fresh(complaint).contested < 2:
            act("assign", complaint, house.manager, department=house.production, note="")
    assert (waiting(house, complaint), on_whom(house, complaint)) == ("gm: assign", "gm")


def test_who_drafted_does_not_review_the_manager_has_it_in_his_work() -> None:
    house = House()
    complaint = act_told(at_state("confirmation", house), house)
    act("confirm", complaint, house.head, handler=house.head)
    act("propose", complaint, house.head, plan=plan_of(house))
    assert (waiting(house, complaint), on_whom(house, complaint)) == ("manager: review_ok", "manager")


def test_when_all_have_signed_each_of_them_has_it() -> None:
    house = House()
    complaint = act_told(at_state("confirmation", house), house)
    Person.objects.filter(pk=house.manager.pk).update(is_active=False)
    house.branch.gm = house.head
    house.branch.save()
    act("confirm", complaint, house.head, handler=house.head)
    act("propose", complaint, house.head, plan=plan_of(house))
    assert waiting(house, complaint) == "head: review_ok"


def test_a_deputy_has_the_work_of_the_absent_one_and_only_in_his_period() -> None:
    house = House()
    complaint = act_told(at_state("confirmation", house), house)
    day = clock.now().astimezone(house.branch.tz).date()
    period = Deputy.objects.create(absent=house.head, deputy=house.owner, starts_on=day, ends_on=day, named_by=house.head)
    assert waiting(house, complaint) == "head: confirm, owner: confirm"
    Deputy.objects.filter(pk=period.pk).update(starts_on=day - dt.timedelta(days=2), ends_on=day - dt.timedelta(days=1))
    assert waiting(house, complaint) == "head: confirm"


def test_the_head_named_for_one_complaint_has_it_and_the_department_s_head_has_not() -> None:
    house = House()
    complaint = act_told(at_state("confirmation", house), house)
    act("name_acting_head", complaint, house.gm, person=house.owner, reason="林晓峰出差")
    assert (waiting(house, complaint), on_whom(house, complaint)) == ("owner: confirm", "owner")


def test_a_refused_reply_is_the_manager_s_and_a_sent_one_nobody_s() -> None:
    house = House()
    complaint = act_told(at_state("reply", house), house)
    act("send_reply", complaint, house.assistant, text="已查明", means="email")
    assert (waiting(house, complaint), str(Turns([fresh(complaint)]).of(fresh(complaint)))) == ("-", "Customer")
    act("customer_refuses", complaint, house.assistant, words="不接受", means="telephone")
    assert (waiting(house, complaint), on_whom(house, complaint)) == ("manager: redo", "manager")


def test_the_last_steps_one_after_the_other() -> None:
    house = House()
    complaint = act_told(at_state("follow_up", house), house)
    for measure in Measure.objects.filter(complaint=complaint):
        act("measure_done", complaint, measure.owner, measure=measure, evidence="单据")
    assert (waiting(house, complaint), on_whom(house, complaint)) == ("assistant: record_visit", "verifier")
    act("record_visit", complaint, house.assistant, means="telephone", satisfied=True, score=5, words="满意")
    assert waiting(house, complaint) == "head: sign_off"
    act("sign_off", complaint, house.head, words="已归档")
    assert (waiting(house, complaint), on_whom(house, complaint)) == ("-", "verifier")
    for measure in Measure.objects.filter(complaint=complaint):
        act("verify", complaint, house.verifier, measure=measure, evidence="抽查")
    assert (waiting(house, complaint), on_whom(house, complaint)) == ("manager: close", "manager")


def test_a_dissatisfied_customer_is_the_manager_s() -> None:
    house = House()
    complaint = act_told(at_state("follow_up", house), house)
    act("record_visit", complaint, house.assistant, means="telephone", satisfied=False, score=1, words="不满意")
    assert (waiting(house, complaint), on_whom(house, complaint)) == ("manager: redo", "manager")


def test_asked_for_a_statement_and_nobody_s_deputy_is() -> None:
    house = House()
    complaint = act_told(at_state("action", house), house)
    act("ask_statement", complaint, house.manager, person=house.asked, question="当时情况？")
    day = clock.now().astimezone(house.branch.tz).date()
    Deputy.objects.create(absent=house.asked, deputy=house.stranger, starts_on=day, ends_on=day, named_by=house.gm)
    assert waiting(house, complaint) == "handler: propose, asked: give_statement"


def test_what_the_customer_was_not_told_waits_for_the_assistant_besides() -> None:
    house = House()
    assert waiting(house, at_state("action", house)) == "assistant: acknowledge, handler: propose"


def test_where_there_is_no_assistant_the_manager_takes_the_desk() -> None:
    house = House()
    complaint = received(house)
    Person.objects.filter(pk=house.assistant.pk).update(is_active=False)
    assert (waiting(house, complaint), on_whom(house, complaint)) == ("manager: submit", "manager")


@pytest.mark.parametrize("stage", [row[0] for row in rows() if row[1] != "-"])
def test_every_row_is_something_one_may_do(stage: str) -> None:
    house = House(in_group=stage == "group_approval")
    at_state(stage, house, grade=2 if stage == "group_approval" else 4)
    found = 0
    for office in PEOPLE:
        person = house.fresh(office)
        for row in WorkList(person).waiting():
            complaint = Complaint.objects.for_page().get(pk=row.pk)
            move = MOVES[task_of(row).move]
            assert complaint.state in move.sources
            assert move.obstacle(complaint) is None
            assert standing_for(move, complaint, standings(person, complaint)) is not None
            found += 1
    assert found > 0


# ── order ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_clocks_chased_first_then_severe_then_the_longest_there_and_paused_last() -> None:
    house = House()
    now = clock.now()
    made = {
        name: act("submit", received(house, title=name), house.assistant, note="") for name in ("old", "new", "grave", "chased", "paused")
    }
    for hours, name in enumerate(("new", "chased", "grave", "old", "paused"), 1):
        Complaint.objects.filter(pk=made[name].pk).update(state_since=now - dt.timedelta(hours=hours))
    Complaint.objects.filter(pk=made["grave"].pk).update(effect="line")
    act("chase", made["chased"], house.assistant, words="催", means="telephone")
    act("pause", made["paused"], house.manager, reason="等样件", asked="")
    Timer.objects.all().delete()
    assert [row.title for row in WorkList(house.fresh("manager")).page().rows] == ["chased", "grave", "old", "new", "paused"]
    act("tell", made["chased"], house.assistant, text="在查", means="telephone")
    Timer.objects.all().delete()
    assert [row.title for row in WorkList(house.fresh("manager")).page().rows] == ["grave", "old", "chased", "new", "paused"]


def test_fifty_to_a_page_and_how_many_more(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr("complaints.worklist.PAGE", 2)
    monkeypatch.setattr("complaints.views.desk.PAGE", 2)
    house = House()
    numbers = [received(house).number for _ in range(3)]
    client.force_login(house.assistant)
    first = client.get("/").context
    assert (first["total"], first["pages"]["more"], listed(first)) == (3, 1, numbers[:2])
    second = client.get(f"/{first['pages']['next']}").context
    assert (listed(second), second["pages"]["previous"]) == (numbers[2:], "?from=0")


def listed(shown: Any) -> list[str]:
    return [row.complaint.number for group in shown["groups"] for row in group.rows]


def test_what_ran_out_stands_on_top_then_what_is_due_today_then_the_rest(client: Client) -> None:
    house = House()
    made = [act("submit", received(house), house.assistant, note="") for _ in range(3)]
    day = dt.datetime(2026, 11, 20, 2, 42, tzinfo=dt.UTC)  # 10:42 there, a Friday
    TestClock.objects.create(id=1, offset=day - clock.now())
    for complaint, hours in zip(made, (30, 2, -1), strict=True):
        Timer.objects.filter(complaint=complaint).update(due=day + dt.timedelta(days=9))
        Timer.objects.filter(complaint=complaint, code="plan").update(due=day + dt.timedelta(hours=hours))
    client.force_login(house.manager)
    answer = client.get("/")
    groups = [(str(group.title), [row.complaint.pk for row in group.rows]) for group in answer.context["groups"]]
    assert groups == [("Run out", [made[2].pk]), ("Due today", [made[1].pk]), ("Later", [made[0].pk])]
    line = answer.context["dayline"]
    assert [(pin.at, pin.look) for pin in line.pins] == [("09:42", "p-late"), ("12:42", "p-soon")]
    assert (line.hours[0][1], line.hours[-1][1], len(line.breaks), line.now_text) == ("08:00", "18:00", 1, "10:42")
    cache.clear()
    assert client.get(reverse("settings")).context["nav_counts"]["late"] == 1


# ── measures, promises ───────────────────────────────────────────────────────────────────────────────────────


def test_measures_are_due_once_the_plan_is_approved() -> None:
    house = House()
    complaint = at_state("approval", house)
    assert list(measures_due(house.fresh("owner"))) == []
    act("approve", complaint, house.gm, note="")
    assert [measure.kind for measure in measures_due(house.fresh("owner"))] == ["corrective"]
    assert [measure.kind for measure in measures_due(house.fresh("handler"))] == ["preventive"]


def test_containment_is_due_at_once() -> None:
    house = House()
    complaint = at_state("action", house)
    today = clock.now().date()
    act("contain", complaint, house.handler, text="隔离", owner=house.owner, due_on=today, done=False, done_note="")
    assert [measure.text for measure in measures_due(house.fresh("owner"))] == ["隔离"]


def test_measures_of_an_earlier_round_are_nobody_s_any_more() -> None:
    house = House()
    complaint = at_state("follow_up", house)
    act("record_visit", complaint, house.assistant, means="telephone", satisfied=False, score=1, words="不满意")
    act("redo", complaint, house.manager, reason="重做")
    assert list(measures_due(house.fresh("owner"))) == []


def test_what_was_withdrawn_asks_nothing_any_more() -> None:
    house = House()
    complaint = at_state("follow_up", house)
    act("withdraw", complaint, house.manager, words="不追究了")
    assert list(measures_due(house.fresh("owner"))) == []


def test_the_lead_department_verifies_what_is_done_and_the_owner_never() -> None:
    house = House()
    complaint = at_state("follow_up", house)
    measure = Measure.objects.get(complaint=complaint, kind="corrective")
    act("measure_done", complaint, house.owner, measure=measure, evidence="单据")
    assert list(measures_to_verify(house.fresh("verifier"))) == [measure]
    Person.objects.filter(pk=house.owner.pk).update(roles=[Role.VERIFIER], department=house.quality)
    assert list(measures_to_verify(house.fresh("owner"))) == []
    act("verify", complaint, house.verifier, measure=Measure.objects.get(pk=measure.pk), evidence="抽查")
    assert list(measures_to_verify(house.fresh("verifier"))) == []


def test_promises_are_one_s_own_and_the_assistants() -> None:
    house = House()
    complaint = at_state("action", house)
    act("promise", complaint, house.handler, text="周五前", due_on=dt.date(2099, 1, 1))
    seen = {office for office in PEOPLE if promises_due(house.fresh(office)).exists()}
    assert seen == {"assistant", "handler"}
    act("keep_promise", complaint, house.assistant, promise=Promise.objects.get(), text="做到了")
    assert not promises_due(house.fresh("handler")).exists()


def test_what_is_late_stands_first_says_so_and_counts(client: Client) -> None:
    house = House()
    at_state("follow_up", house)
    late, soon = at_state("follow_up", house), at_state("follow_up", house)
    today = clock.now().astimezone(house.branch.tz).date()
    Measure.objects.filter(complaint=late).update(due_on=today - dt.timedelta(days=3))
    Measure.objects.filter(complaint=soon).update(due_on=today)
    client.force_login(house.owner)
    response = client.get("/")
    dated = response.context["dated"]
    assert [(row.complaint.number, row.state, row.left) for row in dated[:2]] == [
        (late.number, "late", "3 days late"),
        (soon.number, "soon", "today"),
    ]
    assert (response.context["late_dated"], response.context["nav_counts"]["late"]) == (1, 1)
    assert response.content.decode().count("count-late") == 1


# ── countersigning (R13) ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def closed() -> tuple[House, Complaint]:
    house = House()
    complaint = received(house)
    told = {"explained": "已电话说明，补发单据", "told_at": clock.now()}
    return house, act("answer_on_the_spot", complaint, house.assistant, **told)


def post(client: Client, complaint: Complaint, **more: Any) -> Any:
    version = Complaint.objects.values_list("version", flat=True).get(pk=complaint.pk)
    return client.post(reverse("countersign", args=[complaint.number]), {"version": version, **more})


def test_the_row_shows_what_was_explained_and_ok_is_one_press(client: Client, closed: tuple[House, Complaint]) -> None:
    house, complaint = closed
    client.force_login(house.manager)
    page = client.get("/")
    assert [(row.explained, row.by) for row in page.context["countersign"]] == [("已电话说明，补发单据", "He Yutong")]
    assert 'data-row-key="o"' in page.content.decode()
    response = post(client, complaint)
    assert (response.status_code, response["Location"]) == (302, "/")
    complaint.refresh_from_db()
    assert complaint.countersign == "signed"
    assert list(to_countersign(house.fresh("manager"))) == []


def test_with_htmx_the_rest_of_the_rows_comes_back(client: Client, closed: tuple[House, Complaint]) -> None:
    house, complaint = closed
    client.force_login(house.manager)
    response = client.post(reverse("countersign", args=[complaint.number]), {"version": complaint.version}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert response.context["countersign"] == []
    assert f"{complaint.number} is countersigned." in response.content.decode()


def test_of_two_managers_the_second_reads_who_was_faster(client: Client, closed: tuple[House, Complaint]) -> None:
    house, complaint = closed
    seen = complaint.version
    act("countersign_ok", complaint, house.manager)
    client.force_login(house.manager)
    response = client.post(reverse("countersign", args=[complaint.number]), {"version": seen}, headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert "was faster" in response.content.decode()


def test_an_assistant_does_not_countersign_and_a_stranger_finds_nothing(client: Client, closed: tuple[House, Complaint]) -> None:
    house, complaint = closed
    client.force_login(house.assistant)
    assert "To countersign" not in client.get("/").content.decode()
    refused = client.post(reverse("countersign", args=[complaint.number]), {"version": complaint.version}, headers={"HX-Request": "true"})
    assert refused.status_code == 403
    client.force_login(house.stranger)
    assert post(client, complaint).status_code == 404
    complaint.refresh_from_db()
    assert complaint.countersign == "waiting"


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_in_others_hands_stands_what_one_recorded_with_whoever_has_it(client: Client) -> None:
    house = House()
    mine = act_told(at_state("approval", house), house)
    client.force_login(house.assistant)
    followed = client.get("/").context["followed"]
    assert [(row.complaint.number, str(row.turn)) for row in followed["rows"]] == [(mine.number, "Shen Guoliang")]
    assert WorkList(house.fresh("head")).followed().count() == 1
    assert WorkList(house.fresh("stranger")).followed().count() == 0


def test_what_people_wrote_is_text(client: Client) -> None:
    house = House()
    received(house, title="<script>alert(1)</script>")
    client.force_login(house.assistant)
    page = client.get("/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize(("hour", "words"), [(6, "Good morning"), (11, "Good afternoon"), (17, "Good afternoon"), (18, "Good evening")])
def test_greeting(hour: int, words: str) -> None:
    assert greeting(hour) == words


@pytest.mark.parametrize("asked", ["-1", "x", "99999999999", "²"])
def test_a_place_that_makes_no_sense_is_the_beginning(client: Client, asked: str) -> None:
    client.force_login(House().assistant)
    assert client.get("/", {"from": asked}).status_code == 200


def test_numbers_in_the_navigation_are_my_work_and_open_complaints(client: Client) -> None:
    house = House()
    received(house)
    at_state("triage", house)
    at_state("closed", house)
    client.force_login(house.manager)
    counts = dict(client.get(reverse("settings")).context["nav_counts"])
    assert counts == {"my_work": 1, "late": 0, "complaints": 2, "escalations": 0, "unanswered": 0, "concerned": False}


def test_measures_to_verify_and_months_to_sign_count_as_my_work(client: Client) -> None:
    """On the page that lists them, and before it was opened."""
    house = House()
    complaint = at_state("follow_up", house)
    act("measure_done", complaint, house.owner, measure=Measure.objects.get(complaint=complaint, kind="corrective"), evidence="单据")
    MonthReport.objects.create(branch=house.branch, month=dt.date(2026, 10, 1), made_at=clock.now())
    for office, more in (("verifier", 1), ("manager", 1), ("owner", 0)):
        client.force_login(house.fresh(office))
        cache.clear()
        hint = client.get(reverse("settings")).context["nav_counts"]["my_work"]
        cache.clear()
        page = client.get("/")
        assert (hint, page.context["nav_counts"]["my_work"]) == (page.context["total"] + more,) * 2, office


# What a page costs: the session, the person, the sign-in; whom he stands in for and his posts; then the parts of the page.
QUERIES = {"manager": 30, "assistant": 19, "head": 23, "handler": 20}


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("office", list(QUERIES))
def test_as_many_questions_for_one_row_as_for_three(client: Client, office: str, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.views.desk.FOLLOWED", 50)  # so that every stage is among them
    house = House()
    for _ in range(many):
        for stage in ("received", "triage", "confirmation", "action", "review", "reply", "follow_up"):
            at_state(stage, house)
        act("answer_on_the_spot", received(house), house.assistant, explained="已说明", told_at=clock.now())
    head_drafted(house, many)
    client.force_login(house.person(office))
    client.get("/")
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    assert len(asked) == QUERIES[office]


def head_drafted(house: House, many: int) -> None:
    """Plans that the manager reviews in the head's place."""
    for _ in range(many):
        complaint = act("confirm", at_state("confirmation", house), house.head, handler=house.head)
        act("propose", complaint, house.head, plan=plan_of(house))


def test_somebody_of_another_branch_has_none_of_it() -> None:
    house = House()
    received(house)
    at_state("triage", house)
    colleague = PersonFactory(roles=[Role.ASSISTANT, Role.MANAGER])
    assert WorkList(Person.objects.select_related("branch", "department").get(pk=colleague.pk)).waiting().count() == 0
