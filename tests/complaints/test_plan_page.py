"""Writing the plan: drafts keep everything, proposing wants it whole and signed, and two rounds can be compared."""

import dataclasses
import datetime as dt
import html
import re
import uuid

import pytest

from complaints.models import Complaint, Measure, Round
from complaints.ticket.differences import MOST, marked
from tests.factories import PASSWORD

from .factories import DUE, House, act, at_state, plan_of

FETCH = {"HTTP_X_REQUESTED_WITH": "fetch"}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def house(db):
    return House()


def url(complaint, page="plan"):
    return f"/complaints/{complaint.number}/{page}/"


def filled(house, complaint, rows=(), **fields):
    """The form as sent: `rows` are (kind, text, owner, due) with an id for those the round holds."""
    data = {
        "version": Complaint.objects.get(pk=complaint.pk).version, "once": uuid.uuid4(),
        "finding": "justified", "investigation": "查了三批", "cause": "毛刺", "cause_category": "machine", "escape": "",
        "no_measure_reason": "", "remedy_kinds": ["replacement"], "remedy_currency": "CNY",
        "measures-TOTAL_FORMS": len(rows), "measures-INITIAL_FORMS": 0,
    }  # fmt: skip
    for place, (kind, text, owner, due, *known) in enumerate(rows):
        row = {"kind": kind, "text": text, "owner": owner.pk if owner else "", "due_on": due or "", "id": known[0] if known else ""}
        data |= {f"measures-{place}-{name}": value for name, value in row.items()}
    return data | fields


def both(house):
    return [("corrective", "换货", house.owner, DUE), ("preventive", "计数器", house.handler, DUE)]


def kept(complaint):
    return [(m.kind, m.text, m.owner, m.due_on) for m in Measure.objects.filter(complaint=complaint, round__number=complaint.round)]


# ── drafts ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_draft_saves_itself_and_leaves_no_trace_in_the_history(client, house):
    complaint = at_state("action", house)
    client.force_login(house.handler)
    answer = client.post(url(complaint), filled(house, complaint, both(house)), **FETCH)
    assert answer.status_code == 204
    assert kept(complaint) == [("corrective", "换货", house.owner, DUE), ("preventive", "计数器", house.handler, DUE)]
    assert Round.objects.get(complaint=complaint).cause == "毛刺"
    after = Complaint.objects.get(pk=complaint.pk)
    assert (after.version, after.history_seq) == (complaint.version, complaint.history_seq)


def test_saving_again_and_again_keeps_each_measure_once(client, house):
    complaint = at_state("action", house)
    client.force_login(house.handler)
    for _ in range(3):
        client.post(url(complaint), filled(house, complaint, both(house)), **FETCH)
    assert len(kept(complaint)) == 2


def test_a_measure_keeps_its_row_when_the_form_knows_it(client, house):
    complaint = at_state("action", house)
    client.force_login(house.handler)
    client.post(url(complaint), filled(house, complaint, both(house)), **FETCH)
    ids = list(Measure.objects.filter(complaint=complaint).values_list("pk", flat=True))
    rows = [("corrective", "换货 40 件", house.owner, DUE, ids[0]), ("preventive", "计数器", house.handler, DUE, ids[1])]
    client.post(url(complaint), filled(house, complaint, rows), **FETCH)
    assert list(Measure.objects.filter(complaint=complaint).values_list("pk", "text")) == [(ids[0], "换货 40 件"), (ids[1], "计数器")]


def test_a_row_half_written_is_kept_with_whoever_writes_it_and_a_week(client, house):
    complaint = at_state("action", house)
    client.force_login(house.handler)
    client.post(url(complaint), filled(house, complaint, [("corrective", "换货", None, None)]), **FETCH)
    ((kind, text, owner, due),) = kept(complaint)
    assert (kind, text, owner) == ("corrective", "换货", house.handler)
    assert dt.timedelta(days=6) <= due - dt.datetime.now(dt.UTC).date() <= dt.timedelta(days=8)


def test_without_script_a_button_saves_and_offers_an_empty_row(client, house):
    complaint = at_state("action", house)
    client.force_login(house.handler)
    answer = client.post(url(complaint), filled(house, complaint, both(house), add="1"))
    assert (answer.status_code, answer.url) == (303, f"{url(complaint)}#measures")
    rows = client.get(url(complaint)).context["form"].measures.forms
    assert [row["text"].value() for row in rows] == ["换货", "计数器", None]


def test_removing_is_a_button_of_the_row(client, house):
    complaint = at_state("action", house)
    client.force_login(house.handler)
    answer = client.post(url(complaint), filled(house, complaint, both(house), **{"measures-0-DELETE": "on"}), **HTMX)
    assert [row[1] for row in kept(complaint)] == ["计数器"]
    assert answer.content.decode().lstrip().startswith('<div id="plan-parts"')
    assert "换货" not in answer.content.decode()


def test_what_cannot_be_kept_is_told_at_the_field_and_not_lost(client, house):
    complaint = at_state("action", house)
    client.force_login(house.handler)
    rows = [("corrective", "换货", house.owner, "someday")]
    assert client.post(url(complaint), filled(house, complaint, rows), **FETCH).status_code == 422
    answer = client.post(url(complaint), filled(house, complaint, rows))
    assert answer.status_code == 422
    assert "someday" in answer.content.decode()
    assert "换货" in answer.content.decode()


def test_the_draft_is_the_handlers_alone(client, house):
    complaint = at_state("action", house)
    for office, status in (("head", 403), ("manager", 403), ("assistant", 403), ("stranger", 404)):
        client.force_login(house.person(office))
        assert client.get(url(complaint)).status_code == status
        assert client.post(url(complaint), filled(house, complaint, both(house))).status_code == status
    assert kept(complaint) == []


def test_a_proposed_plan_is_frozen(client, house):
    complaint = at_state("review", house)
    client.force_login(house.handler)
    assert client.get(url(complaint)).status_code == 409
    assert client.post(url(complaint), filled(house, complaint, both(house)), **FETCH).status_code == 409
    assert [row[1] for row in kept(complaint)] == ["换货 40 件", "加装刷具计数器"]


def test_done_containment_is_not_touched_by_the_draft(client, house):
    complaint = at_state("action", house)
    act("contain", complaint, house.handler, text="已隔离", owner=house.owner, due_on=DUE, done=True, done_note="单")
    client.force_login(house.handler)
    client.post(url(complaint), filled(house, complaint, both(house)), **FETCH)
    assert sorted(row[1] for row in kept(complaint)) == ["已隔离", "换货", "计数器"]


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_after_ng_the_reason_stands_on_top_and_nothing_is_typed_twice(client, house):
    complaint = act("review_ng", at_state("review", house), house.head, reason="原因没到根上")
    client.force_login(house.handler)
    page = client.get(url(complaint)).content.decode()
    assert "原因没到根上" in page
    assert "毛刺" in page
    assert "加装刷具计数器" in page


@pytest.mark.parametrize(("judged", "light"), [({}, True), ({"grade": 3}, False), ({"nature": "major", "criteria": ["a"]}, False)])
def test_the_short_form_is_for_general_complaints_of_grade_4(client, house, judged, light):
    complaint = at_state("action", house, **judged)
    client.force_login(house.handler)
    page = client.get(url(complaint)).content.decode()
    assert ("short: one cause, one measure" in page) == light
    assert ("At least one corrective and one preventive." in page) == (not light)


def test_no_two_controls_of_the_page_have_one_id(client, house):
    complaint = at_state("action", house)
    client.force_login(house.handler)
    ids = re.findall(r' id="([^"]+)"', client.get(url(complaint)).content.decode())
    assert [one for one in ids if ids.count(one) > 1] == []


# ── proposing ────────────────────────────────────────────────────────────────────────────────────────────────


def test_proposing_signs_and_leads_back_to_the_ticket(client, house):
    complaint = at_state("action", house)
    client.force_login(house.handler)
    answer = client.post(url(complaint, "propose"), filled(house, complaint, both(house), password=PASSWORD))
    assert (answer.status_code, answer.url) == (303, f"/complaints/{complaint.number}/")
    complaint = Complaint.objects.get(pk=complaint.pk)
    assert complaint.state == "review"
    assert Round.objects.get(complaint=complaint).drafted_by == house.handler
    assert [row[1] for row in kept(complaint)] == ["换货", "计数器"]


@pytest.mark.parametrize(
    ("fields", "rows", "errors"),
    [
        ({"finding": ""}, True, {"finding": ["Say whether the complaint is justified."]}),
        ({"cause": ""}, True, {"cause": ["Write the root cause."]}),
        ({"cause_category": ""}, True, {"cause_category": ["Choose the category of the cause."]}),
        ({}, False, {"__all__": ["Add at least one measure, or say why none is needed."]}),
        ({"password": ""}, True, {"password": ["This field is required."]}),
        ({"password": "wrong"}, True, {"password": ["That is not your password."]}),
    ],
)
def test_what_the_plan_lacks_is_told_and_nothing_is_lost(client, house, fields, rows, errors):
    complaint = at_state("action", house)
    client.force_login(house.handler)
    sent = filled(house, complaint, both(house) if rows else [], **{"password": PASSWORD, "investigation": "查了三批", **fields})
    answer = client.post(url(complaint, "propose"), sent)
    assert (answer.status_code, dict(answer.context["form"].errors)) == (422, errors)
    assert "查了三批" in answer.content.decode()
    assert Complaint.objects.get(pk=complaint.pk).state == "action"


def test_no_measure_needed_takes_a_reason_instead(client, house):
    complaint = at_state("action", house)
    client.force_login(house.handler)
    sent = filled(house, complaint, [], no_measure_reason="客户装错", no_measure_by=house.head.pk, finding="by_customer", password=PASSWORD)
    assert client.post(url(complaint, "propose"), sent).status_code == 303


def test_somebody_was_faster_keeps_the_plan(client, house):
    complaint = at_state("action", house)
    sent = filled(house, complaint, both(house), password=PASSWORD)
    act("pause", complaint, house.manager, reason="等样件")
    client.force_login(house.handler)
    answer = client.post(url(complaint, "propose"), sent)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "Zhao Qiming was faster: “Pause”" in page
    assert "换货" in page
    assert f'name="version" value="{complaint.version + 1}"' in page


# ── two rounds beside each other ─────────────────────────────────────────────────────────────────────────────


def two_rounds(house):
    complaint = act("review_ng", at_state("review", house), house.head, reason="原因没到根上")
    plan = plan_of(house, complaint)
    measures = [type(m)(m.kind, m.text.replace("计数器", "计数器，到数停机"), m.owner, m.due_on, m.id) for m in plan.measures]
    plan = dataclasses.replace(plan, cause="刷具寿命没有计数", cause_category="method", measures=measures)
    return act("propose", complaint, house.handler, plan=plan)


def compared(client, house, complaint, query=""):
    client.force_login(house.head)
    return client.get(url(complaint, "rounds") + query)


def test_only_what_changed_is_shown_with_the_reason_between(client, house):
    answer = compared(client, house, two_rounds(house))
    page = html.unescape(answer.content.decode())
    assert [row.label for row in answer.context["changed"]] == ["Root cause", "Cause category", "Preventive 1"]
    assert re.findall(r'<p class="vs-row">([^<]+)</p>', page) == ["Root cause", "Cause category", "Preventive 1"]
    assert "原因没到根上" in page
    assert "<ins>，到数停机</ins>" in page
    assert "<del>毛刺</del>" in page
    assert "Gao Yuan · drafted" in page


def test_everything_is_there_when_asked_for(client, house):
    answer = compared(client, house, two_rounds(house), "?all=1")
    labels = re.findall(r'<p class="vs-row">([^<]+)</p>', answer.content.decode())
    assert labels == [
        "Investigation",
        "Verdict",
        "Root cause",
        "Cause category",
        "Why it was not found before it left",
        "Category of why it escaped",
        "Corrective 1",
        "Preventive 1",
        "Remedy for the customer",
    ]


def test_one_round_has_nothing_to_compare(client, house):
    assert compared(client, house, at_state("review", house)).status_code == 404


def test_rounds_are_for_those_who_see_the_complaint(client, house):
    complaint = two_rounds(house)
    client.force_login(house.stranger)
    assert client.get(url(complaint, "rounds")).status_code == 404


def test_an_earlier_pair_can_be_chosen(client, house):
    complaint = act("review_ng", two_rounds(house), house.head, reason="还不够")
    complaint = act("propose", complaint, house.handler, plan=plan_of(house, complaint))
    assert compared(client, house, complaint).context["new"].round.number == 3
    assert compared(client, house, complaint, "?round=2").context["new"].round.number == 2
    assert compared(client, house, complaint, "?round=x").context["new"].round.number == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("毛刺", ""),
        ("", "毛刺"),
        ("换刀没对刀", "换刀程序没有对刀一步"),
        ("12-11 due", "12-04 due"),
        ("a\nb", "a\nc"),
        ("哈" * 50, "哈" * 49),
    ],
)
def test_the_pieces_put_together_are_the_texts(old, new):
    left, right = marked(old, new)
    assert "".join(piece.text for piece in left) == old
    assert "".join(piece.text for piece in right) == new


def test_words_are_marked_whole_and_chinese_by_the_character():
    left, right = marked("counter at 800", "counter at 1000")
    assert [(p.text, p.changed) for p in left] == [("counter at ", False), ("800", True)]
    assert [(p.text, p.changed) for p in right] == [("counter at ", False), ("1000", True)]
    left, right = marked("末检只测尺寸", "末检测尺寸和毛刺")
    assert [p.text for p in left if p.changed] == ["只"]
    assert [p.text for p in right if p.changed] == ["和毛刺"]


def test_what_is_the_same_is_not_marked():
    assert [piece.changed for piece in marked("毛刺", "毛刺")[0]] == [False]


def test_very_long_texts_are_replaced_whole():
    left, right = marked("甲" * (MOST + 1), "甲" * MOST + "乙")
    assert ([piece.changed for piece in left], [piece.changed for piece in right]) == ([True], [True])
