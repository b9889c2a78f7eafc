"""The grade box at triage, the form to change a grade, and what the ticket says: as pages people see (R15, R31, R38)."""

import datetime as dt
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from complaints import sameproblem
from complaints.facts import deliveries, weigh
from complaints.models import Complaint, Event, Link
from complaints.models.grading import GradingLimits
from escalation import clock
from escalation.models import Notice, TestClock
from escalation.sweep import fire_due

from .factories import CustomerFactory, House, LotFactory, ProductFactory, TypeFactory, act, at_state
from .test_moves import send
from .test_regrading import ago, another, judged
from .test_ticket import page, text_of

DAY = dt.timedelta(days=1)


@pytest.fixture
def house(db):
    return House()


def at_triage(house, **fields):
    return at_state("triage", house, **{"type": house.type} | fields)


def judgement(house, **more):
    return {"type": house.type.pk, "nature": "general", "grade": "4", "grade_reason": ""} | more


# ── at triage ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_box_shows_what_was_counted_and_what_was_not(client, house):
    counted = [another(house, 12), another(house, 3)]
    again = another(house, 2, customer=counted[0].customer)
    mine = at_triage(house)
    text = text_of(page(client, house.manager, mine))
    assert "Grade 2 worked out 3 different customers have the same problem within a month." in text
    assert "3 different customers or more with the same problem within 30 days: 3" in text
    for one in (*counted, mine):
        assert one.number in text
    assert f"Not counted: {again.number} this customer is counted already" in text
    assert "Does not hold: received on" in text


def test_what_one_may_not_open_is_only_a_number(client, house):
    secret = TypeFactory(branch=house.branch, confidential=True, group="staff")
    plain = at_triage(house, type=secret, confidential=True)
    hidden = another(house, 3, type=secret, confidential=True, against=house.manager)
    box = page(client, house.manager, plain)
    assert hidden.number not in box.content.decode()
    assert "and 1 you may not open" in text_of(box)


def test_a_lower_grade_without_a_reason_is_refused_at_the_field_and_nothing_is_lost(client, house):
    for days in (3, 2):
        another(house, days)
    mine = at_triage(house)
    answer = send(client, house.manager, mine, "judge", **judgement(house))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"grade_reason": ["Grade 2 is worked out: give the reason why it is lower."]}
    assert answer.context["form"]["grade"].value() == "4"
    answer = send(client, house.manager, mine, "judge", **judgement(house, grade_reason="两家是同一集团"))
    assert answer.status_code == 303
    mine.refresh_from_db()
    assert (mine.grade, mine.worked_out, mine.grade_reason) == (4, 2, "两家是同一集团")
    client.force_login(house.gm)
    assert f"{mine.number} is judged grade 4; worked out is grade 2" in text_of(client.get("/notices/"))


def test_judged_again_it_begins_with_what_is_worked_out_now_unless_it_was_lowered_on_purpose(client, house):
    plain = act("judge_again", at_state("assignment", house, type=house.type), house.manager, reason="再看")
    client.force_login(house.manager)
    url = f"/complaints/{plain.number}/judge/"
    assert client.get(url).context["form"]["grade"].value() == 4
    for days in (3, 2):
        another(house, days)
    assert client.get(url).context["form"]["grade"].value() == 2
    send(client, house.manager, plain, "judge", **judgement(house, grade_reason="两家是同一集团"))
    act("judge_again", plain, house.manager, reason="再看")
    assert client.get(url).context["form"]["grade"].value() == 4


def test_a_higher_grade_needs_no_reason(client, house):
    mine = at_triage(house)
    assert send(client, house.manager, mine, "judge", **judgement(house, grade="1")).status_code == 303
    assert Complaint.objects.get(pk=mine.pk).grade == 1


def test_what_the_manager_ticks_counts_and_stands_on_the_record(client, house):
    mine = at_triage(house)
    refused = send(client, house.manager, mine, "judge", **judgement(house, judged=["crisis"]))
    assert (refused.status_code, refused.context["form"].box.grade) == (422, 1)
    given = judgement(house, judged=["threat"], helper=house.warehouse.pk, grade="2")
    assert send(client, house.manager, mine, "judge", **given).status_code == 303
    mine.refresh_from_db()
    assert (mine.judged, mine.helper, mine.worked_out, mine.grade_rule) == (["threat"], house.warehouse, 2, "threat")


def test_the_box_is_worked_out_again_for_what_stands_in_the_form(client, house):
    other = TypeFactory(branch=house.branch)
    for days in (3, 2):
        another(house, days, type=other)
    mine = at_triage(house)
    client.force_login(house.manager)
    url = f"/complaints/{mine.number}/judge/grade/"
    assert client.post(url, {"type": other.pk, "grade": "4", "worked_out": "4"}).context["form"]["grade"].value() == 2
    kept = client.post(url, {"type": other.pk, "grade": "3", "worked_out": "4"})
    assert (kept.context["form"].box.grade, kept.context["form"]["grade"].value()) == (2, "3")
    nonsense = client.post(url, {"type": "x", "helper": "9" * 30, "judged": ["nothing"], "grade": "9", "worked_out": "4"})
    assert (nonsense.status_code, nonsense.context["form"].box.grade) == (200, 4)
    assert Event.objects.filter(complaint=mine, kind="judge").count() == 0


def test_what_he_saw_is_sent_along(client, house):
    for days in (3, 2):
        another(house, days)
    content = page(client, house.manager, at_triage(house)).content.decode()
    assert len(set(re.findall(r'name="weighed" value="(customer:c\d+)"', content))) == 3


def clock_notes(client, complaint):
    """Of the form to change the grade: what grades 1-2 and 3-4 would do to the clock."""
    box = client.get(f"/complaints/{complaint.number}/regrade/").context["form"].box
    return [text_of_html(box.clocks[name].text) for name in ("severe", "plain")]


def test_what_the_choice_does_to_the_clock_stands_there_before(client, house):
    serious, plain = at_state("action", house, grade=2), at_state("action", house)
    client.force_login(house.manager)
    severe_said, plain_said = clock_notes(client, serious)
    assert "Grade 1-2: the plan has 24 hours and is to be approved by" in severe_said
    assert "Now it has" not in severe_said
    assert "Grade 3-4: the plan has 12 hours and is to be with the general manager by" in plain_said
    assert "Now it has 24 hours. Counted from the receipt on" in plain_said
    TestClock.objects.update_or_create(id=1, defaults={"offset": dt.timedelta(hours=13)})
    assert "That is past already: it runs out at once." in clock_notes(client, serious)[1]
    fire_due()
    assert "It has run out already, which stays." in clock_notes(client, plain)[0]


def text_of_html(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(text)))


def test_the_box_costs_the_same_with_one_and_with_many(client, house):
    def queries():
        mine = at_triage(house, received_at=clock.now())
        client.force_login(house.manager)
        url = f"/complaints/{mine.number}/judge/grade/"
        data = {"type": house.type.pk, "worked_out": "4"}
        client.post(url, data)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.post(url, data)
        return len(seen)

    another(house, 3)
    few = queries()
    for days in range(1, 8):
        another(house, days)
    assert queries() == few


def test_it_is_said_in_chinese(client, house):
    for days in (3, 2):
        another(house, days)
    house.manager.language = "zh-hans"
    house.manager.save()
    with override("zh-hans"):
        text = text_of(page(client, house.manager, at_triage(house)))
    assert "一个月内 3 个不同客户投诉同一问题。" in text
    assert "往上改不用理由。" in text


# ── afterwards ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_ticket_says_why_with_those_counted(client, house):
    first, second, third = judged(house), another(house, 3), another(house, 2)
    fire_due()
    text = text_of(page(client, house.assistant, first))
    assert f"Grade 2 · 3 different customers have the same problem within a month. {second.number} {third.number}" in text
    assert "Different customers, the same problem" in text  # in its history
    act("regrade", first, house.manager, grade=4, reason="两家是同一集团")
    text = text_of(page(client, house.assistant, first))
    assert "Grade 4 · Lowered by the business manager; worked out is Grade 2." in text


def test_lowering_is_told_to_the_general_manager(house):
    first, *_others = judged(house), another(house, 3), another(house, 2)
    fire_due()
    act("regrade", first, house.manager, grade=4, reason="两家是同一集团")
    event = Event.objects.filter(complaint=first, kind="regrade").latest("seq")
    told = set(Notice.objects.filter(event=event, channel="desk").values_list("recipient", flat=True))
    assert {house.gm.pk, house.handler.pk, house.head.pk} <= told
    assert house.manager.pk not in told


def test_a_notice_says_from_which_to_which_and_why(client, house):
    judged(house), another(house, 3), another(house, 2)
    fire_due()
    client.force_login(house.handler)
    text = text_of(client.get("/notices/"))
    assert "rises from grade 4 to grade 2 by itself: Different customers, the same problem" in text


def test_the_form_to_change_a_grade_asks_for_a_reason_only_to_lower_it(client, house):
    first = judged(house, grade=3, grade_reason="按规定")
    assert send(client, house.manager, first, "regrade", grade="2").status_code == 303
    refused = send(client, house.manager, first, "regrade", grade="4")
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])


def test_a_measure_owned_elsewhere_proposes_the_help(client, house):
    complaint = at_state("review", house)
    assert "Another department owns a measure. Name it as helping" in text_of(page(client, house.head, complaint))
    form = client.get(f"/complaints/{complaint.number}/name-helper/").context["form"]
    assert (form["helper"].value(), form.fields["helper"].help_text) == (house.warehouse.pk, "A measure is owned there.")
    assert house.production not in form.fields["helper"].queryset


# ── similar complaints ───────────────────────────────────────────────────────────────────────────────────────


def test_a_similar_one_is_linked_by_one_press(client, house):
    other, mine = another(house, 3), at_triage(house)
    client.force_login(house.assistant)
    url = f"/complaints/{mine.number}/similar/"
    assert url in page(client, house.assistant, mine).content.decode()
    content = client.get(url).content.decode()
    assert other.number in content
    sent = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', content.split(f'action="/complaints/{mine.number}/link/"')[1])
    )
    answer = client.post(f"/complaints/{mine.number}/link/", {**sent, "kind": "cause"})
    assert answer.status_code == 303
    assert [(one.other, one.kind) for one in Link.objects.filter(complaint=mine)] == [(other, "cause")]
    assert f'value="{other.number}"' not in client.get(url).content.decode()


# ── what is the same problem ─────────────────────────────────────────────────────────────────────────────────


def problems(house):
    """Complaints and the heap each belongs to; 0 has nothing in common with any."""
    elsewhere, product = TypeFactory(branch=house.branch), ProductFactory(branch=house.branch)
    none = {"product": None}
    return [
        (1, {}),
        (1, {"project": "三号楼"}),  # the product goes first
        (2, {"product": product}),
        (3, {"type": elsewhere}),
        (4, none | {"project": "Tower 3"}),
        (4, none | {"project": "tower 3"}),
        (5, none | {"project": "Tower 4"}),
        (0, none),
        (0, {"type": None}),
    ]


def test_the_same_problem_is_type_and_product_else_project_else_department(house):
    made = [(heap, another(house, 1, **fields)) for heap, fields in problems(house)]
    for heap, one in made:
        problem = sameproblem.problem_of(one)
        found = set(sameproblem.on(problem)) if problem else set()
        assert found == {other for number, other in made if number == heap and heap}


def test_without_product_and_project_it_is_the_department_complained_about(house):
    first = at_state("confirmation", house, type=house.type, product=None)
    second = at_state("triage", house, type=house.type, product=None)
    assert sameproblem.problem_of(second) is None
    second = act("judge", second, house.manager, type=house.type, nature="general", criteria=[], grade=4)
    second = act("assign", second, house.manager, department=house.production)
    assert set(sameproblem.on(sameproblem.problem_of(first))) == {first, second}


def test_other_branches_count_only_where_the_setting_says_so(house):
    abroad = House()
    for mine, theirs in ((house.type, abroad.type), (house.product, abroad.product)):
        theirs.code = mine.code
        theirs.save()
    first = judged(house)
    for _ in range(2):
        another(abroad, 2)
    now = clock.now()
    assert weigh(first, now).result.grade == 4
    GradingLimits.objects.create(branch=house.branch, all_branches=True)
    assert weigh(first, now).result.grade == 2


def test_an_index_serves_each_kind_of_problem(house):
    kinds = {"complaint_same_product": {}, "complaint_same_project": {"product": None, "project": "三号楼"}}
    made = {name: another(house, 1, **fields) for name, fields in kinds.items()}
    made["complaint_same_department"] = at_state("confirmation", house, type=house.type, product=None)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(  # a table of four rows: any index would do, so those that others have to do with are taken away meanwhile
            "DROP INDEX complaint_by_type, complaint_by_product, complaint_open_by_product, complaint_by_receipt, complaint_by_project"
        )
        for name, one in made.items():
            rows = sameproblem.on(sameproblem.problem_of(one)).filter(received_at__gte=ago(400)).values("pk")
            sql, params = rows.query.sql_with_params()
            cursor.execute(f"EXPLAIN {sql}", params)
            assert name in "\n".join(line for (line,) in cursor.fetchall())


def test_deliveries_of_two_quarters_are_counted(house):
    one = another(house, customer=house.customer)
    day = dt.date(2026, 11, 20)
    for back in (0, 89, 90, 179, 180):
        LotFactory(product=house.product, customer=house.customer, delivered_on=day - dt.timedelta(days=back))
    LotFactory(product=house.product, customer=CustomerFactory(branch=house.branch), delivered_on=day)
    assert deliveries(one, day) == (2, 2)


def test_a_command_finds_nothing_wrong_with_all_this(house, capsys):
    judged(house), another(house, 3), another(house, 2)
    fire_due()
    call_command("verify_history")


# ── the department with the judgement (R16): one form, two moves ─────────────────────────────────────────────


def asked_form(client, house, complaint):
    client.force_login(house.manager)
    return client.get(f"/complaints/{complaint.number}/judge/").context["form"]


def test_the_types_usual_department_is_proposed_and_assigned_in_the_same_sending(client, house):
    mine = at_triage(house)
    form = asked_form(client, house, mine)
    assert form["department"].value() == house.production.pk
    answer = send(client, house.manager, mine, "judge", **judgement(house, department=house.production.pk, department_note="先封住在库"))
    assert answer.status_code == 303
    mine.refresh_from_db()
    assert (mine.state, mine.department, mine.valid) == ("confirmation", house.production, True)
    kinds = list(Event.objects.filter(complaint=mine).order_by("seq").values_list("kind", flat=True))
    assert kinds[-2:] == ["judge", "assign"]
    assert mine.assignments.filter(department=house.production, until=None).count() == 1


def test_left_for_the_next_step_it_is_only_judged(client, house):
    mine = at_triage(house)
    assert send(client, house.manager, mine, "judge", **judgement(house, department="")).status_code == 303
    mine.refresh_from_db()
    assert (mine.state, mine.department) == ("assignment", None)


def test_where_it_cannot_be_assigned_nothing_is_judged_and_the_field_says_why(client, house):
    house.production.head = None
    house.production.save()
    mine = at_triage(house)
    answer = send(client, house.manager, mine, "judge", **judgement(house, department=house.production.pk, department_note="一句话"))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["department"]
    assert answer.context["form"]["department_note"].value() == "一句话"
    mine.refresh_from_db()
    assert (mine.state, mine.valid) == ("triage", None)
    assert not Event.objects.filter(complaint=mine, kind="judge").exists()


def test_contested_twice_the_manager_is_not_asked_for_the_department(client, house):
    mine = at_triage(house, contested=2)
    form = asked_form(client, house, mine)
    assert "department" not in form.fields
    assert send(client, house.manager, mine, "judge", **judgement(house, department=house.production.pk)).status_code == 303
    mine.refresh_from_db()
    assert mine.state == "assignment"


def test_the_proposal_follows_the_type_until_somebody_chooses(client, house):
    other = TypeFactory(branch=house.branch, default_department=house.quality)
    mine = at_triage(house)
    client.force_login(house.manager)
    box = f"/complaints/{mine.number}/judge/grade/"
    filled = judgement(house, type=other.pk, department="", usual="")
    assert f'value="{house.quality.pk}" selected' in client.post(box, filled).content.decode()
    sales = house.sales
    chosen = client.post(box, filled | {"usual": house.quality.pk, "department": sales.pk}).content.decode()
    assert f'value="{sales.pk}" selected' in chosen
