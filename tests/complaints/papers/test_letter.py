"""The letter is the reply as it was recorded, in the customer's language; nothing that is ours alone is in it (R23)."""

import pytest
from django.utils.translation import override

from complaints.models import Complaint, Word
from complaints.papers import form, letter
from complaints.plans import MeasureDraft
from tests.complaints.documents.reading import plain, words

from ..factories import DUE, ContactFactory, CustomerFactory, House, act, at_state, received, whole_plan
from ..test_letters import MARKER, told_everything
from .stories import REPLY, answered, approved, finished, of

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


def test_the_letter_is_the_recorded_reply_to_the_customer_in_his_language(house):
    kestrel = CustomerFactory(branch=house.branch, name="Kestrel Pumps Ltd", name_en="", language="en")
    tom = ContactFactory(customer=kestrel, name="Tom Ashdown", address="4 Quay Street, Hull")
    source = of(answered(house, customer=kestrel, contact=tom, customer_reference="KP-77"))
    with override("zh-hans"):
        text = words(letter.letter(source).pdf())
    for said in ("Kestrel Pumps Ltd", "Tom Ashdown", "4 Quay Street, Hull", "Reply to your complaint", "KP-77", "lot L2610-1147", REPLY):
        assert plain(said) in text


def test_there_is_no_letter_before_there_is_a_reply(house):
    assert letter.letter(of(approved(house))) is None


def test_closed_against_the_customers_will_it_says_where_to_turn_and_that_it_can_be_reopened(house):
    house.branch.appeal_zh = "请向市消费者协会投诉。"
    house.branch.save()
    complaint = finished(house)
    assert "消费者协会" not in words(letter.letter(of(complaint)).pdf())
    Complaint.objects.filter(pk=complaint.pk).update(outcome="dissatisfied")
    text = words(letter.letter(of(complaint)).pdf())
    assert plain(REPLY) in text
    assert "请向市消费者协会投诉。" in text
    assert "投诉号保持不变，随时可以重新受理。" in text


def test_withdrawn_before_any_reply_the_closing_is_the_letter(house):
    complaint = act("withdraw", at_state("triage", house), house.manager, words="不追究了", means="telephone")
    assert complaint.number in words(letter.letter(of(complaint)).pdf())


def test_an_anonymous_complainant_gets_a_letter_without_a_name(house):
    complaint = received(house, customer=None, contact=None, anonymous=True)
    complaint = act(
        "answer_on_the_spot", complaint, house.manager, explained="已当面说明", means="telephone", told_at=complaint.received_at
    )
    assert "已当面说明" in words(letter.letter(of(complaint)).pdf())


def test_nothing_internal_reaches_a_customer_on_paper(house):
    """The marker stands in every text of ours; released is only what the word to the customer says."""
    complaint = told_everything(house)
    Word.objects.create(complaint=complaint, kind="reply", means="email", text="已换货", at=complaint.received_at, by=house.assistant)
    papers = [letter.letter(of(complaint)), form.customers(of(complaint))]
    internal = words(form.internal(of(complaint)).pdf())
    assert MARKER in internal
    for paper in papers:
        assert (MARKER in words(paper.pdf()), MARKER in str(paper.data), MARKER.encode() in paper.pdf()) == (False, False, False)
    assert "已换货" in words(papers[0].pdf())


def test_shares_amounts_and_the_rest_of_a_proposed_plan_stay_in_the_house(house):
    """Of the whole 8D with the marker in every text: the internal form tells it, the customer's copies nothing of it."""
    complaint = at_state("action", house, grade=3)
    measures = [MeasureDraft(kind, MARKER, house.owner, DUE) for kind in ("corrective", "preventive")]
    act("propose", complaint, house.handler, plan=whole_plan(house, MARKER, measures))
    internal = plain(words(form.internal(of(complaint)).pdf()))
    for said in (MARKER, "生产二部Production270%", "12,600CNY", "赔偿Compensation", "已查Checked40"):
        assert plain(said) in internal
    for paper in (letter.letter(of(complaint)), form.customers(of(complaint))):
        text = plain(words(paper.pdf())) if paper else ""
        assert [said for said in (MARKER, "70%", "12,600", "已查") if plain(said) in text] == []
        assert paper is None or MARKER not in str(paper.data)
