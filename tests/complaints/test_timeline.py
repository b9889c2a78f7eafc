"""The history as it is read: who, for whom, what changed, what was written; a page at a time."""

import datetime as dt
import html
import re

import pytest
from django.utils.translation import override

from complaints.donewords import DONE
from complaints.models import Complaint, Event
from complaints.moves import MOVES
from complaints.ticket import timeline
from organisation.models import Deputy

from .factories import DUE, House, act, at_state, received

VISIT = ["not satisfied", "score 2 of 5", "Told by telephone"]


@pytest.fixture
def house(db):
    return House()


def entries(complaint, show="all", before=None):
    return timeline.timeline(Complaint.objects.get(pk=complaint.pk), show, before).entries


def newest(complaint):
    return entries(complaint)[0]


def changes(entry):
    return {str(change.label): (plain(change.old), plain(change.new)) for change in entry.changes}


def plain(text):
    return html.unescape(re.sub(r"<[^>]+>", "", str(text)))


def said(entry):
    return [(str(one.label), one.text) for one in entry.said]


def test_newest_first_with_who_and_what(house):
    rows = entries(at_state("assignment", house))
    assert [(str(row.event.actor), str(row.label)) for row in rows] == [
        ("Zhao Qiming", "judged it valid"), ("He Yutong", "submitted it to the manager"), ("He Yutong", "recorded the complaint"),
    ]  # fmt: skip


def test_every_move_has_words_for_having_been_made():
    assert set(DONE) == set(MOVES) | {"received", "imported"}


def test_in_chinese_too(house):
    complaint = at_state("review", house)
    with override("zh-hans"):
        assert [str(row.label) for row in entries(complaint)][:2] == ["提交措施", "确认事实"]


def test_what_nobody_did_begins_the_sentence_itself(house):
    event = Event(kind="no_answer", body='{"texts": {}}')
    assert timeline.entries([event], received(house))[0].label == "Recorded that the customer did not answer"


def test_a_judgement_shows_what_was_decided_and_why(house):
    row = newest(at_state("assignment", house, nature="major", criteria=["a", "f"], grade=2, grade_reason="媒体来过"))
    assert changes(row) == {
        "Type": ("", "Leakage"),
        "Nature": ("", "Major"),
        "Grade": ("", "Grade 2"),
        "Criteria": ("", "Claims compensation or a price reduction · A newly developed product"),
    }
    assert said(row) == [("Reason of the grade", "媒体来过")]


def test_a_correction_shows_old_and_new_of_codes_and_of_wording(house):
    complaint = at_state("action", house, lot_number="L1", quantity_affected=7)
    row = newest(
        act(
            "correct",
            complaint,
            house.assistant,
            reason="客户更正",
            changes={"lot_number": "L2", "quantity_affected": 8, "place": "二号线"},
        )
    )
    assert changes(row) == {"Quantity affected": ("7", "8"), "Lot / batch": ("L1", "L2"), "Place": ("", "二号线")}
    assert said(row) == [("", "客户更正")]


def test_a_correction_of_a_moment_is_shown_in_the_branchs_time(house):
    complaint = at_state("action", house, received_at=dt.datetime(2020, 11, 17, 6, 6, tzinfo=dt.UTC))
    row = newest(
        act("correct", complaint, house.assistant, reason="x", changes={"received_at": dt.datetime(2020, 11, 17, 7, tzinfo=dt.UTC)})
    )
    assert changes(row) == {"Received at": ("17 Nov 2020 14:06", "17 Nov 2020 15:00")}


def test_names_of_people_and_departments_stand_for_their_rows(house):
    complaint = at_state("confirmation", house)
    assert changes(newest(complaint)) == {"Responsible department": ("", "Production 2")}
    complaint = act("confirm", complaint, house.head, handler=house.handler)
    assert changes(newest(complaint)) == {"Handler": ("", "Gao Yuan")}
    complaint = act("reassign_handler", complaint, house.manager, handler=house.staff, reason="出差")
    assert changes(newest(complaint)) == {"Handler": ("Gao Yuan", "Colleague")}


def test_recording_repeats_nothing_that_the_facts_show(house):
    row = newest(received(house))
    assert (row.changes, row.said) == ([], [])


def test_sending_back_is_ng_with_its_reason(house):
    row = newest(act("review_ng", at_state("review", house), house.head, reason="原因没到根上"))
    assert (row.ng, row.look, said(row)) == (True, "ng", [("", "原因没到根上")])


def test_a_deputy_is_named_with_whom_he_stands_in_for(house):
    Deputy.objects.create(absent=house.head, deputy=house.staff, starts_on="2000-01-01", ends_on="2099-12-31", named_by=house.gm)
    row = newest(act("confirm", at_state("confirmation", house), house.staff, handler=house.handler))
    assert (row.event.actor, row.event.on_behalf) == (house.staff, house.head)


@pytest.mark.parametrize(
    ("state", "name", "office", "inputs", "details"),
    [
        ("review", None, None, {}, ["Round 1"]),
        ("follow_up", "record_visit", "assistant", {"means": "telephone", "satisfied": False, "score": 2, "words": "还漏"}, VISIT),
        ("action", "chase", "assistant", {"means": "wechat"}, ["1 time so far", "WeChat"]),
        ("action", "promise", "assistant", {"text": "换货", "due_on": DUE}, ["by 1 Dec 2099"]),
        ("confirmation", "name_acting_head", "gm", {"person": "staff", "reason": "x"}, ["Colleague"]),
    ],
)  # fmt: skip
def test_coded_facts_in_a_few_words(house, state, name, office, inputs, details):
    complaint = at_state(state, house)
    given = {key: getattr(house, value) if key == "person" else value for key, value in inputs.items()}
    row = newest(act(name, complaint, house.person(office), **given) if name else complaint)
    assert [plain(detail) for detail in row.details] == details


def test_a_measure_is_named_by_its_text(house):
    complaint = at_state("reply", house)
    measure = complaint.measures.get(owner=house.owner)
    row = newest(act("measure_done", complaint, house.owner, measure=measure, evidence="发货单"))
    assert row.details == ["换货 40 件"]
    assert said(row) == [("Evidence", "发货单")]


def test_decisions_and_remarks_can_be_read_alone(house):
    complaint = at_state("action", house)
    act("remark", complaint, house.head, text="先封住")
    act("chase", complaint, house.assistant, means="telephone")
    act("pause", complaint, house.manager, reason="等样件")
    assert [row.event.kind for row in entries(complaint, "remarks")] == ["remark"]
    assert [row.event.kind for row in entries(complaint, "decisions")] == ["confirm", "assign", "judge", "submit"]


def test_a_page_holds_twenty_and_leads_to_the_earlier_ones(client, house):
    complaint = received(house)
    for number in range(25):
        act("remark", complaint, house.assistant, text=f"第 {number} 条")
    client.force_login(house.assistant)
    first = client.get(f"/complaints/{complaint.number}/")
    assert len(first.context["timeline"].entries) == 20
    assert "Show 6 earlier entries" in first.content.decode()
    earlier = first.context["timeline"].earlier
    rest = client.get(f"/complaints/{complaint.number}/timeline/?before={earlier}", HTTP_HX_REQUEST="true")
    assert [row.event.seq for row in rest.context["timeline"].entries] == [6, 5, 4, 3, 2, 1]
    assert "<html" not in rest.content.decode()
    assert "earlier" not in rest.content.decode()
    whole = client.get(f"/complaints/{complaint.number}/?before={earlier}")
    assert [row.event.seq for row in whole.context["timeline"].entries] == [6, 5, 4, 3, 2, 1]


def test_a_filter_is_paged_too(house):
    complaint = received(house)
    for _ in range(21):
        act("remark", complaint, house.assistant, text="x")
    page = timeline.timeline(Complaint.objects.get(pk=complaint.pk), "remarks")
    assert (len(page.entries), page.earlier) == (20, 3)


@pytest.mark.parametrize("query", ["?show=nonsense", "?before=x", "?before=-1", "?before=99999999999999999999", "?show=all&before=0"])
def test_a_query_without_sense_is_left_aside(client, house, query):
    complaint = received(house)
    client.force_login(house.assistant)
    assert client.get(f"/complaints/{complaint.number}/{query}").status_code == 200
    assert client.get(f"/complaints/{complaint.number}/timeline/{query}").status_code == 200


def test_the_timeline_is_for_those_who_see_the_complaint(client, house):
    complaint = received(house)
    client.force_login(house.stranger)
    assert client.get(f"/complaints/{complaint.number}/timeline/").status_code == 404


def test_the_first_page_is_the_same_with_and_without_the_steps_query(house):
    """The ticket takes its newest entries from the query that also draws the steps."""
    complaint = received(house)
    for _ in range(22):
        act("remark", complaint, house.assistant, text="x")
    act("submit", complaint, house.assistant)
    complaint = Complaint.objects.get(pk=complaint.pk)
    from_rows = timeline.timeline(complaint, "all", None, timeline_rows(complaint))
    alone = timeline.timeline(complaint)
    assert [row.event.seq for row in from_rows.entries] == [row.event.seq for row in alone.entries]
    assert (from_rows.earlier, from_rows.left) == (alone.earlier, alone.left)


def timeline_rows(complaint):
    return list(reversed(Event.objects.filter(complaint=complaint, seq__gte=complaint.history_seq - timeline.PAGE).order_by("seq")))
