"""The page of one complaint: whose turn it is, what stands there, for whom; and that it costs the same however much there is."""

import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Attachment, Complaint, Link, Measure, Passage, Promise
from complaints.moves import MOVES
from complaints.standing import standings
from complaints.states import State
from complaints.ticket import rounds, turns
from complaints.ticket.facts import main_facts, more_facts
from complaints.ticket.panel import panel
from complaints.ticket.rows import load
from complaints.ticket.steps import steps
from escalation import clock
from organisation.models import Deputy, Person
from organisation.roles import Role

from .factories import DUE, WORDS, House, LotFactory, TypeFactory, act, at_state, plan_of, received


@pytest.fixture
def house(db):
    return House()


def page(client, person, complaint, query=""):
    client.force_login(person)
    answer = client.get(f"/complaints/{complaint.number}/{query}")
    assert answer.status_code == 200
    return answer


def text_of(answer):
    """What a reader sees, tags taken away."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def forms_in(answer):
    """The moves whose forms stand on the page."""
    return set(re.findall(r'<form class="stack" id="(\w+)"', answer.content.decode()))


def panel_of(complaint, person):
    complaint = Complaint.objects.get(pk=complaint.pk)
    known = Person.objects.select_related("branch", "department").get(pk=person.pk)
    rows = load(complaint)
    return panel(rounds.look(rows), known, standings(known, complaint), rows.roster)


# ── whose turn ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("state", "office", "forms"),
    [
        ("received", "assistant", {"submit", "answer_on_the_spot", "reject_as_not_factual"}),
        ("triage", "manager", {"judge", "judge_invalid", "ask_back"}),
        ("assignment", "manager", {"assign", "judge_again"}),
        ("confirmation", "head", {"confirm", "contest", "dispute_facts"}),
        ("action", "handler", set()),  # the plan has a page of its own
        ("review", "head", {"review_ok", "review_ng"}),
        ("approval", "gm", {"approve", "approve_ng"}),
        ("group_approval", "group_approver", {"group_approve", "group_ng"}),
        ("reply", "assistant", set()),  # the letter has a page of its own
        ("reply", "owner", {"measure_done"}),
        ("follow_up", "owner", {"measure_done"}),
        ("closed", "manager", set()),
    ],
)
def test_whose_turn_it_is_finds_the_forms_of_the_stage_and_nobody_else_does(client, house, state, office, forms):
    house.branch.in_group = True
    house.branch.save()
    complaint = at_state(state, house, grade=2)
    assert forms_in(page(client, house.person(office), complaint)) == forms
    for other in ("auditor", "staff", "management_rep"):
        if Complaint.objects.visible_to(house.fresh(other)).filter(pk=complaint.pk).exists():
            assert forms_in(page(client, house.person(other), complaint)) == set()


def test_the_handler_is_led_to_the_plan(client, house):
    complaint = at_state("action", house)
    answer = page(client, house.handler, complaint)
    assert "Your turn: find the cause and propose measures" in text_of(answer)
    assert f'href="/complaints/{complaint.number}/plan/"' in answer.content.decode()


def test_others_read_whose_turn_it_is(client, house):
    complaint = at_state("approval", house)
    text = text_of(page(client, house.assistant, complaint))
    assert "Waits: approve or send back" in text
    assert "Shen Guoliang" in text


def test_the_deputy_stands_beside_the_absent_and_has_his_forms(client, house):
    Deputy.objects.create(absent=house.head, deputy=house.staff, starts_on="2000-01-01", ends_on="2099-12-31", named_by=house.gm)
    complaint = at_state("confirmation", house)
    assert "Colleague deputy for Lin Xiaofeng" in text_of(page(client, house.manager, complaint))
    assert forms_in(page(client, house.staff, complaint)) == {"confirm", "contest", "dispute_facts"}


def test_who_stands_in_is_told_why(client, house):
    """The head drafted the round himself: the manager reviews (R19)."""
    complaint = at_state("action", house)
    complaint = act("reassign_handler", complaint, house.manager, handler=house.head, reason="缺人")
    house.handler = house.head
    complaint = act("propose", complaint, house.head, plan=plan_of(house, complaint))
    text = text_of(page(client, house.manager, complaint))
    assert "Your turn: review the measures" in text
    assert "The department's head has drafted or signed this round" in text
    assert forms_in(page(client, house.head, complaint)) == set()


def test_contested_twice_the_general_manager_assigns(house):
    complaint = at_state("confirmation", house)
    for _ in range(2):
        complaint = act("contest", complaint, house.head, reason="不是我们")
        if complaint.contested < 2:
            complaint = act("assign", complaint, house.manager, department=house.production)
    asked = panel_of(complaint, house.gm)
    assert [question.heading for question in asked.mine] == ["Your turn: assign the department"]
    assert [holder.person for holder in panel_of(complaint, house.manager).others[0].holders] == [house.gm]


def test_an_assistant_may_reply_for_the_one_who_took_it(house):
    complaint = at_state("reply", house)
    Complaint.objects.filter(pk=complaint.pk).update(received_by=house.manager)
    asked = panel_of(complaint, house.assistant)
    assert [question.turn.moves for question in asked.mine] == [("send_reply",)]


def test_a_manager_sees_whose_reply_it_is_and_may_do_it_in_his_place(client, house):
    complaint = at_state("reply", house)
    asked = panel_of(complaint, house.manager)
    reply = next(question for question in asked.others if question.turn.moves == ("send_reply",))
    assert [holder.person for holder in reply.holders] == [house.assistant]
    assert [label for _url, label in reply.links] == ["Reply to the customer"]


@pytest.mark.parametrize(
    ("changes", "office", "expected"),
    [
        ({}, "owner", [("measure_done",)]),
        ({"done": True}, "verifier", [("verify", "not_effective")]),
        ({"done": True}, "assistant", [("record_visit", "not_reached")]),
        ({"done": True, "visited_at": True, "satisfied": True}, "head", [("sign_off",)]),
        ({"done": True, "visited_at": True, "satisfied": True}, "manager", [("close",)]),
        ({"done": True, "visited_at": True, "satisfied": False}, "manager", [("redo", "close_dissatisfied", "crisis")]),
        ({"done": True, "unreached_at": True}, "manager", [("close_unreachable",)]),
        ({}, "assistant", []),
        ({"done": True, "visited_at": True, "satisfied": False}, "head", []),
    ],
)
def test_in_follow_up_each_has_his_own_part(house, changes, office, expected):
    complaint = at_state("follow_up", house)
    if changes.pop("done", False):
        Measure.objects.filter(complaint=complaint).update(done_at=clock.now())
    columns = {name: clock.now() if name.endswith("_at") else value for name, value in changes.items()}
    if columns:
        Complaint.objects.filter(pk=complaint.pk).update(**columns)
    assert [question.turn.moves for question in panel_of(complaint, house.person(office)).mine] == expected


def test_who_is_asked_for_a_statement_gives_it_here(client, house):
    complaint = at_state("action", house)
    act("ask_statement", complaint, house.head, person=house.asked, question="换刀时做了什么？")
    assert forms_in(page(client, house.asked, complaint)) == {"give_statement"}


def test_what_keeps_a_form_from_going_is_said_in_its_place(client, house):
    complaint = at_state("received", house, wants=["compensation"])
    answer = page(client, house.assistant, complaint)
    assert forms_in(answer) == {"submit"}
    assert "the manager decides" in text_of(answer)


def test_closing_shows_what_is_missing_with_the_move_that_helps(client, house):
    complaint = at_state("follow_up", house)
    Complaint.objects.filter(pk=complaint.pk).update(satisfied=True, visited_at=clock.now(), replied_at=None)
    assert f'href="/complaints/{complaint.number}/closing/"' in page(client, house.manager, complaint).content.decode()
    answer = client.get(f"/complaints/{complaint.number}/closing/")
    assert 'aria-disabled="true" aria-describedby="close-missing"' in answer.content.decode()
    assert "4 things are still missing before it can be signed." in text_of(answer)


@pytest.mark.parametrize(("language", "words"), [("en", "due 1 Dec 2099"), ("zh-hans", "期限 2099-12-01")])
def test_closing_writes_days_as_the_language_does(client, house, language, words):
    complaint = at_state("follow_up", house)
    Person.objects.filter(pk=house.manager.pk).update(language=language)
    Promise.objects.create(complaint=complaint, text="材料证明", due_on=DUE, made_by=house.manager, owner=house.staff, made_at=clock.now())
    complaint.measures.filter(kind__in=["remedy", "containment", "corrective"]).update(done_at=None)
    client.force_login(house.manager)
    text = text_of(client.get(f"/complaints/{complaint.number}/closing/"))
    day = words.partition(" ")[2]
    assert words in text
    assert f"材料证明 ({day})" in text


def test_every_offered_act_can_be_opened(client, house):
    """The menu holds no dead entry: each address on it answers with a form."""
    for state in ("triage", "action", "reply", "follow_up", "closed"):
        complaint = at_state(state, house)
        for office in ("assistant", "manager", "head", "gm"):
            person = house.fresh(office)
            if not Complaint.objects.visible_to(person).filter(pk=complaint.pk).exists():
                continue
            client.force_login(person)
            for _title, acts in panel_of(complaint, person).menu:
                for url, label in acts:
                    assert client.get(url).status_code == 200, (state, office, label)


def test_turns_name_only_moves_of_their_stage():
    for state, row in turns.TURNS.items():
        for turn in row:
            for name in turn.moves:
                assert state in MOVES[name].sources, (state, name)


# ── what stands there ────────────────────────────────────────────────────────────────────────────────────────


def test_everything_recorded_stands_there_and_nothing_empty(house):
    lot = LotFactory(product=house.product, number="L2610-1147")
    complaint = received(
        house, lot=lot, lot_number="L2610-1147", quantity_affected=7, quantity_delivered=1200, unit="件", wants=["replacement", "other"],
        wants_other="派人来", claim_amount="500.00", claim_currency="CNY", lawsuit="threatened", order_number="PO-1", place="二号线",
        happened_before="yes", complainants=3, wanted_by=dt.date(2026, 11, 27), customer_reference="YF-331",
    )  # fmt: skip
    shown = {fact.label: re.sub(r"<[^>]+>", "", str(fact.value)) for fact in [*main_facts(complaint), *more_facts(complaint)]}
    expected = {
        "Lot": "L2610-1147", "Affected / delivered": "7 / 1,200 件", "What the customer wants": "Replacement · Other · 派人来",
        "Amount claimed": "500 CNY", "Lawsuit": "Threatened", "Order / contract": "PO-1", "Place": "二号线", "Happened before": "Yes",
        "Complainants it stands for": "3", "Wanted closing date": "27 Nov", "Customer's complaint number": "YF-331",
        "At the customer": "Shipments affected",
    }  # fmt: skip
    assert {label: shown.get(label) for label in expected} == expected
    assert "" not in shown.values()
    assert "Project / site" not in shown


def test_the_head_says_what_matters_about_it(client, house):
    complaint = at_state("action", house, nature="major", criteria=["a"], grade=3)
    act("chase", complaint, house.assistant, words="又打来", means="telephone")
    act("chase", complaint, house.assistant, words="又打来", means="telephone")
    act("pause", complaint, house.manager, reason="等样件")
    text = text_of(page(client, house.manager, complaint))
    for said in ("Major", "Grade 3", "Yunfan", "Production 2", "chased 2 times", "Paused: we wait for the customer"):
        assert said in text


def test_what_people_wrote_is_escaped(client, house):
    complaint = at_state("action", house, words="<script>alert(1)</script>", title="<b>x</b>", about="<i>y</i>", first_handling="<u>z</u>")
    act("remark", complaint, house.head, text="<img src=x onerror=alert(1)>")
    source = page(client, house.manager, complaint).content.decode()
    for tag in ("<script>alert", "<b>x</b>", "<i>y</i>", "<u>z</u>", "<img src=x"):
        assert tag not in source


def test_the_plan_with_its_seals(client, house):
    answer = page(client, house.assistant, at_state("reply", house))
    text = text_of(answer)
    for said in ("毛刺", "换货 40 件", "Luo Shan", "Gao Yuan · drafted", "Lin Xiaofeng · reviewed", "Shen Guoliang · approved"):
        assert said in text


def test_a_plan_being_written_is_its_handlers_alone(client, house):
    complaint = at_state("action", house)
    act("contain", complaint, house.handler, text="在库已隔离", owner=house.owner, due_on=DUE)
    complaint.rounds.update(cause="还没想好")
    text = text_of(page(client, house.manager, complaint))
    assert "还没想好" not in text
    assert "在库已隔离" in text


def test_after_ng_the_last_proposal_stays_with_the_reason(client, house):
    complaint = act("review_ng", at_state("review", house), house.head, reason="原因没到根上")
    text = text_of(page(client, house.manager, complaint))
    assert "Round 1 was sent back; round 2 is being written." in text
    assert "原因没到根上" in text
    assert "毛刺" in text


def test_words_promises_and_visits_stand_with_the_customer(client, house):
    complaint = at_state("follow_up", house)
    act("promise", complaint, house.assistant, text="周五前发报告", due_on=DUE)
    act("record_visit", complaint, house.assistant, means="telephone", satisfied=False, score=2, words="还是慢")
    text = text_of(page(client, house.manager, complaint))
    for said in ("周五前发报告", "已查明原因", "好的", "还是慢", "not satisfied · 2/5"):
        assert said in text


def test_links_stand_at_both_ends_but_only_for_who_sees_the_other(client, house):
    complaint, other = at_state("action", house), received(house)
    secret = received(house, type=TypeFactory(branch=house.branch, confidential=True), title="举报信")
    Link.objects.create(complaint=complaint, other=other, kind="cause", by=house.manager, at=clock.now())
    Link.objects.create(complaint=secret, other=complaint, kind="same", by=house.manager, at=clock.now())
    assert other.number in text_of(page(client, house.assistant, complaint))
    assert secret.number not in text_of(page(client, house.assistant, complaint))
    assert secret.number in text_of(page(client, house.manager, complaint))
    assert complaint.number in text_of(page(client, house.assistant, other))


def test_files_and_photos_stand_there(client, house):
    complaint = at_state("action", house)
    attach(complaint, house, number=1, name="试压记录.xlsx")
    attach(complaint, house, number=2, name="渗油.jpg", thumbnail="aa/bb")
    source = page(client, house.manager, complaint).content.decode()
    assert "试压记录.xlsx" in source
    assert source.count("<img ") == 1


def attach(complaint, house, **more):
    facts = {"mime": "image/jpeg", "size": 1000, "sha256": "0" * 64, "file": "aa/cc", "by": house.assistant, "at": clock.now()}
    return Attachment.objects.create(complaint=complaint, **{**facts, **more})


def test_only_the_desk_gets_texts_to_tell_the_customer(client, house):
    complaint = at_state("action", house)
    assert "Copy text for WeChat" in text_of(page(client, house.assistant, complaint))
    assert "Copy text for WeChat" not in text_of(page(client, house.head, complaint))


# ── steps ────────────────────────────────────────────────────────────────────────────────────────────────────


def drawn(complaint):
    complaint = Complaint.objects.get(pk=complaint.pk)
    rows = load(complaint)
    return steps(complaint, rows.transitions, [])


def test_the_steps_are_the_ten_of_the_procedure(house):
    assert [step.name for step in drawn(received(house))] == [
        "Intake", "Triage", "Responsibility", "Confirmation", "Measures", "Review", "Approval", "Reply", "Follow-up", "Closed",
    ]  # fmt: skip


def test_steps_say_who_when_and_what_came_of_it(house):
    row = drawn(at_state("review", house, nature="major", criteria=["a"], grade=3))
    assert [(step.state, str(step.who)) for step in row[:7]] == [
        ("done", "He Yutong"), ("done", "Zhao Qiming"), ("done", "Zhao Qiming"), ("done", "Lin Xiaofeng"), ("done", "Gao Yuan"),
        ("now", ""), ("", ""),
    ]  # fmt: skip
    assert [step.more for step in row[1:4]] == ["Major · Grade 3", "Production 2", "→ Gao Yuan"]


def test_sending_back_is_counted_where_it_was_decided(house):
    complaint = at_state("review", house)
    for _ in range(2):
        complaint = act("review_ng", complaint, house.head, reason="不行")
        complaint = act("propose", complaint, house.handler, plan=plan_of(house, complaint))
    row = drawn(complaint)
    assert [step.redo for step in row] == [0, 0, 0, 0, 0, 2, 0, 0, 0, 0]
    assert row[4].more == "Round 3"


def test_what_was_never_gone_through_is_not_done(house):
    complaint = act(
        "answer_on_the_spot", received(house), house.assistant, explained="当场换了", told_at=clock.now() - dt.timedelta(minutes=1)
    )
    row = drawn(complaint)
    assert [step.state for step in row] == ["done", "", "", "", "", "", "", "", "", "done"]
    assert row[9].more == "Answered on the spot"


def test_after_ng_the_steps_behind_are_open_again(house):
    complaint = act("approve_ng", at_state("approval", house), house.gm, reason="预算")
    assert [step.state for step in drawn(complaint)] == ["done"] * 4 + ["now"] + [""] * 5


def test_the_groups_approval_belongs_to_the_step_of_approval(house):
    house.branch.in_group = True
    house.branch.save()
    row = drawn(at_state("group_approval", house, grade=1))
    assert row[6].state == "now"
    assert drawn(at_state("reply", house, grade=1))[6].who == house.group_approver


# ── cost ─────────────────────────────────────────────────────────────────────────────────────────────────────


def more_of_everything(house, complaint, times):
    """Another few of everything the page lists."""
    for _ in range(times):
        act("remark", complaint, house.manager, text="看看")
        act("chase", complaint, house.assistant, words="又打来", means="telephone")
        act("promise", complaint, house.assistant, text="周五前", due_on=DUE)
        attach(complaint, house, number=Attachment.objects.count() + 1, name="照片.jpg", thumbnail="aa/bb")
        other = received(house)
        Link.objects.create(complaint=complaint, other=other, kind="cause", by=house.manager, at=clock.now())
        measure = Measure.objects.filter(complaint=complaint).first()
        Measure.objects.create(round=measure.round, complaint=complaint, kind="corrective", text="再查", owner=house.staff, due_on=DUE)


@pytest.mark.parametrize(("state", "office"), [("review", "head"), ("reply", "assistant"), ("follow_up", "auditor")])
def test_the_page_costs_the_same_however_much_there_is(client, house, state, office):
    complaint = at_state(state, house)
    more_of_everything(house, complaint, 1)
    client.force_login(house.person(office))
    counts = []
    for times in (0, 2):
        more_of_everything(house, complaint, times)
        client.get(f"/complaints/{complaint.number}/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"/complaints/{complaint.number}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 28


def test_the_page_is_never_kept(client, house):
    answer = page(client, house.manager, at_state("action", house))
    assert "no-store" in answer.headers["Cache-Control"]


def test_confidential_ones_are_404_for_the_desk(client, house):
    complaint = received(house, type=TypeFactory(branch=house.branch, confidential=True))
    client.force_login(house.assistant)
    assert client.get(f"/complaints/{complaint.number}/").status_code == 404
    client.force_login(house.manager)
    assert client.get(f"/complaints/{complaint.number}/").status_code == 200


def test_the_customers_words_are_quoted_in_their_language(client, house):
    assert f'lang="zh-CN">{WORDS}' in page(client, house.manager, at_state("triage", house)).content.decode()
    english = at_state("triage", house, words="It leaks.")
    assert 'lang="en">It leaks.' in page(client, house.manager, english).content.decode()


def test_on_a_phone_the_two_verbs_lead_to_their_forms(client, house):
    complaint = at_state("review", house)
    bar = page(client, house.head, complaint).content.decode().partition('<div class="phone-actions">')[2].partition("</div>")[0]
    assert re.findall(r'<a [^>]*href="([^"]+)"', bar) == [
        f"/complaints/{complaint.number}/review-ng/",
        f"/complaints/{complaint.number}/review-ok/",
    ]
    assert "phone-actions" not in page(client, house.manager, complaint).content.decode()


def test_erased_words_say_so(client, house):
    complaint = at_state("action", house)
    act("remark", complaint, house.head, text="张三的电话")
    Passage.objects.filter(text="张三的电话").update(text="", salt=None, erased_at=dt.datetime(2036, 1, 2, tzinfo=dt.UTC))
    text = text_of(page(client, house.manager, complaint))
    assert "张三的电话" not in text
    assert "Erased on 2 Jan 2036" in text


def test_all_stages_are_drawn_for_all_who_see_them(client, house):
    """Nothing on the page breaks on what is not there yet."""
    for state in State:
        if state == State.GROUP_APPROVAL:
            continue
        complaint = at_state(state, house)
        for office in ("assistant", "manager", "head", "handler", "owner", "verifier", "gm", "auditor", "management_rep"):
            person = house.fresh(office)
            if Complaint.objects.visible_to(person).filter(pk=complaint.pk).exists():
                assert complaint.number in text_of(page(client, person, complaint))


def test_roles_named_in_the_turns_are_the_first_to_whom_the_move_is_open():
    for row in turns.TURNS.values():
        for turn in row:
            assert set(turn.by) <= set(MOVES[turn.moves[0]].by) | {Role.OWNER}


@pytest.mark.parametrize(("state", "office", "ways"), [("triage", "manager", 1), ("assignment", "manager", 1), ("review", "head", 0)])
def test_a_long_decision_has_the_way_to_it_in_view_on_a_phone(client, house, state, office, ways):
    """What is short opens as a sheet from the same bar."""
    words = page(client, house.person(office), at_state(state, house)).content.decode()
    assert (words.count('class="phone-actions"'), words.count('href="#decide-1"')) == (1, ways)


def test_a_plan_that_nobody_has_begun_says_so(client, house):
    words = page(client, house.head, at_state("action", house)).content.decode()
    assert words.count("正在起草，提交后显示在这里。") + words.count("It is being written; it stands here once it is proposed.") == 1
