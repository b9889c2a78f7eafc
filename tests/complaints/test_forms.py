"""The forms of the moves: one for each, what they ask, what they propose, and what they hand to the door."""

import datetime as dt

import pytest
from django.template.loader import get_template

from complaints.forms import FORMS
from complaints.forms.plan import PlanForm
from complaints.forms.record import RecordForm
from complaints.models import Complaint, Link, Measure, Promise, Round
from complaints.moves import MOVES
from complaints.standing import Standing
from complaints.states import Nature
from escalation import clock
from organisation.roles import Role
from tests.factories import PersonFactory

from .factories import House, ProductFactory, TypeFactory, act, at_state, received


@pytest.fixture
def house(db):
    return House()


def form_of(name, complaint, person, role=Role.MANAGER, data=None, **standing):
    return FORMS[name](data, move=MOVES[name], complaint=complaint, person=person, standing=Standing(role, **standing))


def test_every_move_has_a_form_and_every_form_its_templates():
    of_many_at_once, by_the_system = {"hand_over"}, {"recurred"}
    assert set(FORMS) == set(MOVES) - of_many_at_once - by_the_system
    for form in FORMS.values():
        assert get_template(form.template)
        assert get_template(form.page)
        assert get_template(form.fragment)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_form_asks_for_the_reason_and_the_password_where_the_move_does(house, name):
    form = form_of(name, at_state("received", house), house.manager)
    assert ("password" in form.fields) == bool(MOVES[name].sign)
    assert not MOVES[name].reason or form.fields["reason"].required
    assert {"version", "once"} <= set(form.fields)


def test_the_texts_of_a_move_are_fields_of_its_form(house):
    """Every free text the lifecycle names can be written, but for those that come from a form of their own."""
    elsewhere = {"exception"}
    complaint = at_state("received", house)
    missing = {}
    for name in FORMS:
        move, form = MOVES[name], form_of(name, complaint, house.manager)
        lacking = move.texts - set(form.fields) - elsewhere
        if lacking:
            missing[name] = lacking
    assert missing == {}


def test_the_reason_of_an_exception_is_asked_only_when_four_eyes_cannot_be_kept(house):
    complaint = at_state("review", house)
    assert "exception" not in form_of("review_ok", complaint, house.head).fields
    assert form_of("review_ok", complaint, house.head, exception=True).fields["exception"].required


def test_triage_ticks_what_the_record_shows_and_proposes_major(house):
    complaint = at_state("triage", house, wants=["return"])
    form = form_of("judge", complaint, house.manager)
    assert form["criteria"].value() == ["b"]
    assert form["nature"].value() == Nature.MAJOR
    assert [row["on"] for row in form.rows()] == [False, True, False, False, False, False]


def test_triage_proposes_general_when_nothing_shows(house):
    form = form_of("judge", at_state("triage", house), house.manager)
    assert form["criteria"].value() == []
    assert form["nature"].value() == Nature.GENERAL
    assert form["grade"].value() == 4


def test_what_was_judged_before_stands_there_again(house):
    complaint = at_state("assignment", house, nature="major", criteria=["c"], grade=2, grade_reason="媒体")
    complaint = act("judge_again", complaint, house.manager, reason="再看")
    form = form_of("judge", complaint, house.manager)
    assert (form["criteria"].value(), form["nature"].value(), form["grade"].value()) == (["c"], "major", 2)
    assert form["grade_reason"].value() == "媒体"


def test_the_type_is_guessed_from_the_words_where_nobody_chose_one(house):
    other = TypeFactory(branch=house.branch, name="包装破损", keywords="破损 外箱")
    complaint = at_state("triage", house, words="外箱破损，里面受潮")
    form = form_of("judge", complaint, house.manager)
    assert form["type"].value() == other.pk
    assert "外箱" in form.fields["type"].help_text


def test_assigning_proposes_the_types_department_then_the_one_proposed_on_contest(house):
    complaint = at_state("assignment", house)
    form = form_of("assign", complaint, house.manager)
    assert form["department"].value() == house.production.pk
    assert form.fields["department"].help_text == "Usual for the type “Leakage”."
    complaint = act("assign", complaint, house.manager, department=house.production)
    complaint = act("contest", complaint, house.head, reason="不是我们", proposed=house.warehouse)
    form = form_of("assign", complaint, house.manager)
    assert form["department"].value() == house.warehouse.pk
    assert form.fields["department"].help_text == "Proposed by the department that said it is not theirs."


def test_nobody_complained_about_is_offered_as_a_handler_but_may_be_asked(house):
    complaint = at_state("confirmation", house, against=house.staff)
    offered = form_of("confirm", complaint, house.head).fields["handler"].queryset
    assert house.staff not in offered
    assert house.handler in offered
    assert house.staff in form_of("ask_statement", complaint, house.head).fields["person"].queryset


def test_people_who_left_or_work_elsewhere_are_not_offered(house):
    gone = PersonFactory(branch=house.branch, is_active=False)
    elsewhere = House().handler
    offered = form_of("confirm", at_state("confirmation", house), house.head).fields["handler"].queryset
    assert not {gone, elsewhere} & set(offered)


def test_the_departments_own_people_come_first(house):
    offered = list(form_of("confirm", at_state("confirmation", house), house.head).fields["handler"].queryset)
    assert {person.department for person in offered[:3]} == {house.production}


def test_an_owner_is_offered_his_own_measures_the_handler_all_of_them(house):
    complaint = at_state("reply", house)
    owners = form_of("measure_done", complaint, house.owner, Role.OWNER).fields["measure"].queryset
    assert [measure.owner for measure in owners] == [house.owner]
    assert form_of("measure_done", complaint, house.handler, Role.HANDLER).fields["measure"].queryset.count() == 2


def test_a_deputy_of_an_owner_is_offered_the_owners_measures(house):
    complaint = at_state("reply", house)
    form = form_of("measure_done", complaint, house.staff, Role.OWNER, on_behalf=house.owner)
    assert [measure.owner for measure in form.fields["measure"].queryset] == [house.owner]


def test_a_verifier_is_not_offered_his_own_measure(house):
    complaint = at_state("reply", house)
    Measure.objects.filter(complaint=complaint).update(done_at=clock.now())
    Measure.objects.filter(complaint=complaint, owner=house.owner).update(owner=house.verifier)
    rows = form_of("verify", complaint, house.verifier, Role.VERIFIER).fields["measure"].queryset
    assert [measure.owner for measure in rows] == [house.handler]


def test_only_open_promises_can_be_kept(house):
    complaint = at_state("action", house)
    open_one = Promise.objects.create(complaint=complaint, text="换货", due_on=dt.date(2099, 1, 1), made_at=clock.now(), made_by=house.head)
    Promise.objects.create(
        complaint=complaint, text="报告", due_on=dt.date(2099, 1, 1), made_at=clock.now(), made_by=house.head, kept_at=clock.now()
    )
    assert list(form_of("keep_promise", complaint, house.head).fields["promise"].queryset) == [open_one]


def test_dates_come_back_by_measure(house):
    complaint = at_state("reply", house)
    ids = list(Measure.objects.filter(complaint=complaint).values_list("pk", flat=True))
    data = {"version": complaint.version, "note": "", **{f"date_{pk}": f"2099-01-0{day}" for day, pk in enumerate(ids, 1)}}
    data |= {f"owner_{pk}": house.staff.pk for pk in ids}
    form = form_of("fix_dates", complaint, house.head, data=data)
    assert form.is_valid()
    assert form.inputs() == {
        "note": "",
        "dates": {ids[0]: dt.date(2099, 1, 1), ids[1]: dt.date(2099, 1, 2)},
        "owners": dict.fromkeys(ids, house.staff),
    }


def test_the_visit_hands_over_a_verdict_and_a_number(house):
    data = {"version": 1, "means": "telephone", "satisfied": "no", "score": "2", "words": "慢"}
    form = form_of("record_visit", at_state("follow_up", house), house.assistant, data=data)
    assert form.is_valid()
    said = {"means": "telephone", "satisfied": False, "score": 2, "words": "慢", "suggestion": ""}
    assert form.inputs() == {**said, "kept": {}, "again": {}, "sees": {}}


@pytest.mark.parametrize(("given", "field"), [({"score": "6"}, "score"), ({"satisfied": ""}, "satisfied"), ({"means": "pigeon"}, "means")])
def test_a_visit_that_makes_no_sense_is_told_at_the_field(house, given, field):
    data = {"version": 1, "means": "telephone", "satisfied": "yes", "score": "4"} | given
    form = form_of("record_visit", at_state("follow_up", house), house.assistant, data=data)
    assert list(form.errors) == [field]


def test_containment_that_is_done_says_what_shows_it(house):
    complaint = at_state("action", house)
    data = {"version": 1, "text": "隔离", "owner": house.owner.pk, "due_on": "2099-01-01", "done": "on", "done_note": ""}
    assert list(form_of("contain", complaint, house.handler, data=data).errors) == ["done_note"]


def test_linking_finds_a_number_however_it_is_written_and_hides_what_is_not_for_this_person(house):
    complaint, other = received(house), received(house)
    form = form_of("link", complaint, house.assistant, data={"other": f" {other.number.lower()} ", "kind": "same"})
    assert form.is_valid()
    assert form.inputs() == {"other": other, "kind": "same"}
    secret = received(house, type=TypeFactory(branch=house.branch, confidential=True))
    wrong = [form_of("link", complaint, house.assistant, data={"other": n, "kind": "same"}).errors for n in (secret.number, "CR-0000-0000")]
    assert wrong[0] == wrong[1]
    assert Link.objects.count() == 0


def test_the_reply_starts_from_what_was_approved(house):
    complaint = at_state("reply", house)
    text = "".join(form_of("send_reply", complaint, house.assistant).written().values())
    assert "毛刺" in text
    assert "换货 40 件" in text
    assert house.owner.name not in text


def test_closing_lists_what_is_missing(house):
    form = form_of("close", at_state("follow_up", house), house.manager)
    assert [item.code for item in form.missing] == ["done", "verified", "visit", "head"]
    assert {item.code for item, _move in form.rows()} == {"reply", "done", "verified", "visit", "promises", "unanswered", "head"}


# ── the plan ─────────────────────────────────────────────────────────────────────────────────────────────────


def plan_data(house, **fields):
    data = {
        "version": "1", "finding": "justified", "investigation": "", "cause": "毛刺", "cause_category": "machine", "escape": "",
        "no_measure_reason": "", "measures-TOTAL_FORMS": "2", "measures-INITIAL_FORMS": "0",
        "measures-0-kind": "corrective", "measures-0-text": "换货", "measures-0-owner": str(house.owner.pk),
        "measures-0-due_on": "2099-01-01",
        "measures-1-kind": "preventive", "measures-1-text": "", "measures-1-owner": "", "measures-1-due_on": "",
    }  # fmt: skip
    return data | fields


def plan_form(kind, house, complaint, **fields):
    data = plan_data(house, **fields)
    return kind(data, move=MOVES["propose"], complaint=complaint, person=house.handler, standing=Standing(Role.HANDLER))


def test_a_row_without_text_does_not_count(house):
    form = plan_form(FORMS["propose"], house, at_state("action", house), password="x")
    assert form.is_valid(), form.errors
    plan = form.inputs()["plan"]
    assert [(m.kind, m.text, m.owner, m.due_on) for m in plan.measures] == [("corrective", "换货", house.owner, dt.date(2099, 1, 1))]
    assert (plan.finding, plan.cause, plan.cause_category) == ("justified", "毛刺", "machine")


def test_a_proposal_wants_owner_and_date_a_draft_gives_them(house):
    complaint = at_state("action", house)
    unfinished = {"measures-1-text": "计数器"}
    proposal = plan_form(FORMS["propose"], house, complaint, password="x", **unfinished)
    assert not proposal.is_valid()
    assert dict(proposal.measures.forms[1].errors) == {"owner": ["Who does it?"], "due_on": ["By when?"]}
    draft = plan_form(PlanForm, house, complaint, **unfinished)
    assert draft.is_valid()
    assert draft.inputs()["plan"].measures[1].owner == house.handler


def test_a_removed_row_is_gone(house):
    form = plan_form(PlanForm, house, at_state("action", house), **{"measures-0-DELETE": "on"})
    assert form.is_valid()
    assert form.inputs()["plan"].measures == []


def test_the_form_shows_what_the_round_holds_and_leaves_out_what_is_done(house):
    complaint = at_state("action", house)
    act("contain", complaint, house.handler, text="已隔离", owner=house.owner, due_on=dt.date(2099, 1, 1), done=True, done_note="单")
    complaint = act("contain", complaint, house.handler, text="追回在途", owner=house.owner, due_on=dt.date(2099, 1, 1))
    Round.objects.filter(complaint=complaint).update(cause="毛刺")
    form = PlanForm(move=MOVES["propose"], complaint=complaint, person=house.handler, standing=Standing(Role.HANDLER))
    assert form["cause"].value() == "毛刺"
    assert [row["text"].value() for row in form.measures] == ["追回在途", None]


# ── the record ───────────────────────────────────────────────────────────────────────────────────────────────


def record_form(complaint, **fields):
    shown = RecordForm(branch=complaint.branch, now=clock.now(), instance=complaint)
    data = {bound.name: bound.value() for bound in shown if bound.value() not in (None, False)}
    return RecordForm({**data, **fields}, branch=complaint.branch, now=clock.now(), instance=complaint)


def test_a_record_sent_back_as_it_was_changes_nothing(house):
    complaint = received(house, claim_amount="12.50", claim_currency="CNY", wants=["return"], quantity_affected=7, quantity_delivered=40)
    form = record_form(Complaint.objects.get(pk=complaint.pk))
    assert form.is_valid(), form.errors
    assert form.changes() == {}


def test_changes_are_what_differs(house):
    other = ProductFactory(branch=house.branch)
    form = record_form(received(house), lot_number="L2610-1147", product=other.pk)
    assert form.is_valid(), form.errors
    assert form.changes() == {"lot_number": "L2610-1147", "product": other}


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"customer": ""}, "customer", "Choose the customer, or tick anonymous."),
        ({"about": ""}, "about", "This field is required."),
        ({"words": "  "}, "words", "This field is required."),
        ({"effect": ""}, "effect", "This field is required."),
        ({"claim_amount": "100", "claim_currency": ""}, "claim_currency", "In which currency?"),
        ({"quantity_affected": "41", "quantity_delivered": "40"}, "quantity_affected", "More pieces affected than delivered."),
        ({"quantity_affected": "-1"}, "quantity_affected", "Ensure this value is greater than or equal to 0."),
        ({"received_at": "2099-01-01T10:00"}, "received_at", "That is in the future."),
        ({"happened_on": "2099-01-01"}, "happened_on", "That is in the future."),
        ({"wants": ["other"]}, "wants_other", "Say what the customer wants."),
        ({"complainants": "0"}, "complainants", "Ensure this value is greater than or equal to 1."),
    ],
)
def test_what_is_wrong_with_a_record_is_told_at_the_field(house, fields, field, message):
    form = record_form(received(house), **fields)
    assert form.errors == {field: [message]}


def test_an_anonymous_complaint_needs_no_customer(house):
    form = record_form(received(house), customer="", contact="", anonymous="on")
    assert form.is_valid(), form.errors


def test_the_time_of_receipt_is_the_branchs_wall_clock(house):
    form = record_form(received(house), received_at="2020-11-17T14:06")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["received_at"] == dt.datetime(2020, 11, 17, 6, 6, tzinfo=dt.UTC)


def test_another_branchs_customer_product_or_type_cannot_be_chosen(house):
    stranger = House()
    form = record_form(received(house), customer=stranger.customer.pk, product=stranger.product.pk, type=stranger.type.pk)
    assert sorted(form.errors) == ["customer", "product", "type"]


def test_a_contact_belongs_to_the_chosen_customer(house):
    stranger = House()
    form = record_form(received(house), contact=stranger.contact.pk)
    assert list(form.errors) == ["contact"]
