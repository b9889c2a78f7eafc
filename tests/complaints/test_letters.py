"""What is offered to customers: in their language, with the number, and nothing that is ours alone (R21, R23, R24)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils.translation import override

from complaints import composing, letters
from complaints.models import Complaint, Measure, Promise, Round
from complaints.planrows import SHAPES, stored
from complaints.states import Outcome, State

from .factories import ContactFactory, CustomerFactory, House, act, at_state, received, whole_plan

# Stands in every text of ours that a customer must never read.
MARKER = "ZZINTERNZZ"
EVERY_LETTER = [letters.acknowledgement, letters.update, letters.visit, letters.unreached, lambda c: letters.request_for_missing(c, 0)]


@pytest.fixture
def house(db):
    return House()


def told_everything(house: House) -> Complaint:
    """A complaint at the reply, with the marker wherever people write for each other."""
    for person in (house.assistant, house.manager, house.head, house.handler, house.gm, house.owner):
        person.name = person.name_en = f"{MARKER}{person.pk}"
        person.save()
    house.production.name = house.production.name_en = MARKER
    house.production.save()
    complaint = at_state("confirmation", house, nature="major", criteria=["a"], grade=3, grade_reason=MARKER, first_handling=MARKER)
    act("remark", complaint, house.manager, text=MARKER)
    act("contest", complaint, house.head, reason=MARKER)
    act("assign", complaint, house.manager, department=house.production, note=MARKER)
    act("confirm", complaint, house.head, handler=house.handler, note=MARKER)
    complaint = Complaint.objects.get(pk=complaint.pk)
    rows = whole_plan(house, MARKER, [])
    Round.objects.filter(complaint=complaint).update(
        cause="去毛刺刷过期", investigation=MARKER, opened_because=MARKER, remedy_how=MARKER, remedy_text="40 件",
        remedy_amount=rows.remedy_amount, remedy_currency="CNY", remedy_kinds=rows.remedy_kinds, no_measure_by=house.head,
        **{name: stored(getattr(rows, name)) for name in SHAPES},
    )  # fmt: skip
    round_ = Round.objects.get(complaint=complaint)
    Measure.objects.create(
        round=round_, complaint=complaint, kind="corrective", text="换货 40 件", owner=house.owner, due_on=dt.date(2026, 12, 1),
        evidence=MARKER, verification=MARKER,
    )  # fmt: skip
    Promise.objects.create(complaint=complaint, text=MARKER, due_on=dt.date(2026, 12, 1), made_at=complaint.received_at, made_by=house.head)
    return complaint


def test_nothing_internal_reaches_a_customer(house):
    complaint = told_everything(house)
    plan = Round.objects.get(complaint=complaint)
    texts = [letter(complaint) for letter in EVERY_LETTER]
    for language in ("zh-hans", "en"):
        texts.append(composing.composed(composing.locked(complaint, plan, plan.measures.all(), language), "", "", language))
    for outcome in Outcome:
        complaint.outcome = outcome
        texts.append(letters.closing(complaint))
    assert all(texts)
    assert [text for text in texts if MARKER in text] == []


def test_the_reply_brings_cause_and_measures_without_their_owners(house):
    complaint = told_everything(house)
    house.customer.language = "en"
    complaint.customer = house.customer
    plan = Round.objects.get(complaint=complaint)
    text = composing.composed(composing.locked(complaint, plan, plan.measures.all(), "en"), "", "", "en")
    assert "\nCause: 去毛刺刷过期\n" in text
    assert "\nBy 1 December 2026: 换货 40 件\n" in text
    assert house.owner.name not in text


def test_a_done_measure_is_told_as_done(house):
    measure = Measure(
        kind="corrective", text="40 pieces replaced", done_at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC), due_on=dt.date(2026, 12, 1)
    )
    complaint = received(house, customer=CustomerFactory(branch=house.branch, language="en"), contact=None)
    assert [line.label + line.text for line in composing.locked(complaint, None, [measure], "en").lines] == [
        "Done: 40 pieces replaced (20 November 2026)"
    ]


def test_the_acknowledgement_names_number_day_subject_and_company_in_the_customers_language(house):
    kestrel = CustomerFactory(branch=house.branch, name="Kestrel Pumps Ltd", language="en")
    tom = ContactFactory(customer=kestrel, name="Tom Ashdown")
    at = dt.datetime(2026, 11, 19, 17, 0, tzinfo=dt.UTC)  # the 20th in Shanghai
    complaint = received(house, customer=kestrel, contact=tom, lot_number="L2610-2203", received_at=at)
    with override("zh-hans"):
        text = letters.acknowledgement(complaint)
    assert text == (
        "Dear Tom Ashdown,\n"
        "We have received your complaint of 20 November 2026 about HX-32 straight coupling, lot L2610-2203.\n"
        f"Its number is {complaint.number}.\n"
        "We look into it now, and you hear from us within 5 working days at the latest.\n"
        "Lanchuan Precision"
    )


def test_a_branch_says_in_its_own_words_what_happens_next(house):
    house.branch.acknowledgement_en = "You hear from Mr Zhao by tomorrow noon."
    complaint = received(house, customer=CustomerFactory(branch=house.branch, language="en"))
    complaint.branch = house.branch
    assert "You hear from Mr Zhao by tomorrow noon." in letters.acknowledgement(complaint)


def test_an_anonymous_complainant_is_addressed_without_a_name(house):
    complaint = received(house, customer=None, contact=None, anonymous=True)
    assert letters.language_of(complaint) == "zh-hans"
    assert complaint.number in letters.acknowledgement(complaint)


def test_closed_against_the_customers_will_the_letter_says_where_to_turn_and_that_it_can_be_reopened(house):
    house.branch.appeal_en = "Write to the mediator."
    complaint = received(house, customer=CustomerFactory(branch=house.branch, language="en"))
    complaint.branch, complaint.outcome = house.branch, Outcome.DISSATISFIED
    text = letters.closing(complaint)
    assert "Write to the mediator." in text
    assert "can be taken up again" in text
    complaint.outcome = Outcome.RESOLVED
    assert "Write to the mediator." not in letters.closing(complaint)


@pytest.mark.parametrize("state", State)
def test_every_stage_has_a_word_for_the_customer(house, state):
    customer, at = CustomerFactory(branch=house.branch, language="en"), dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    complaint = Complaint(branch=house.branch, customer=customer, state=state, number="CR-2611-0001", about="HX-32", received_at=at)
    assert str(letters.PROGRESS[state]) in letters.update(complaint)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "For you: Replacement, Compensation, 一台样机, 12,600.00 CNY"), ("zh-hans", "给您的补救：换货、赔偿、一台样机、12,600.00 CNY")],
)
def test_the_approved_remedy_is_told_and_never_how_it_was_worked_out(house, language, said):
    complaint = received(house)
    plan = Round(
        remedy_kinds=["replacement", "compensation", "other"], remedy_text="一台样机", remedy_amount=Decimal(12600),
        remedy_currency="CNY", remedy_how=MARKER,
    )  # fmt: skip
    [line] = composing.locked(complaint, plan, [], language).lines
    assert line.label + line.text == said


def test_without_a_remedy_nothing_is_said_of_it(house):
    assert composing.locked(received(house), Round(), [], "en").lines == []
