"""Recording as many at once, on real PostgreSQL with a connection each: one form is one complaint, one number, one owner of a file."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from complaints.models import Attachment, Complaint, Counter, Customer, Event, Link
from complaints.recording import Recording, chase, record
from complaints.refusals import BadInput, NotPossible, Repeated
from organisation.models import Person

from .factories import WORDS, House, at_state, received
from .test_intake_page import attachment
from .test_races import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def house() -> House:
    return House()


def recording(house: House, **more: Any) -> Recording:
    return Recording({"customer": house.customer, "about": "接头", "words": WORDS, "effect": "none"}, **more)


def deed(house: House, key: uuid.UUID | None = None, **more: Any) -> Callable[[], Complaint]:
    """As a request does it: with the person loaded anew."""

    def record_it() -> Complaint:
        person = Person.objects.select_related("branch").get(pk=house.assistant.pk)
        return record(recording(house, **more), actor=person, once=key or uuid.uuid4())

    return record_it


def test_eight_at_once_get_eight_numbers_without_a_gap(house: House) -> None:
    found = together(*(deed(house, then="submit") for _ in range(8)))
    numbers = sorted(complaint.number for complaint in found)
    assert [int(number.rpartition("-")[2]) for number in numbers] == list(range(1, 9))
    assert Counter.objects.get().last == 8
    assert Event.objects.filter(kind="submit").count() == 8


def test_one_form_sent_eight_times_is_one_complaint(house: House) -> None:
    found = together(*(deed(house, uuid.UUID(int=1), then="submit") for _ in range(8)))
    complaint = Complaint.objects.get()
    assert sorted(type(one).__name__ for one in found) == ["Complaint"] + ["Repeated"] * 7
    assert {one.answer for one in found if isinstance(one, Repeated)} == {complaint.number}


def test_a_file_named_by_two_forms_goes_to_one_of_them(house: House) -> None:
    file = attachment(house.assistant)
    together(deed(house, files=[file.pk]), deed(house, files=[file.pk]))
    events = Event.objects.filter(kind="received", body__contains=f'"files":[[{file.pk},')
    assert [event.complaint_id for event in events] == [Attachment.objects.get().complaint_id]


@pytest.mark.parametrize("then", ["submit", "answer_on_the_spot", "reject_as_not_factual"])
def test_what_fails_at_the_end_takes_everything_back(house: House, then: str) -> None:
    """The new customer, the number, the link, the file: none of it was ever there."""
    other, file = received(house), attachment(house.assistant)
    incomplete = recording(house, links=[(other, "same")], files=[file.pk], then=then)
    incomplete.fields |= {"customer": Customer(branch=house.branch, name="禾屿农机"), "effect": "" if then == "submit" else "line"}
    with pytest.raises((NotPossible, BadInput)):
        record(incomplete, actor=house.assistant, once=uuid.uuid4())
    assert list(Complaint.objects.all()) == [other]
    assert (Counter.objects.get().last, Link.objects.count(), Customer.objects.filter(name="禾屿农机").count()) == (1, 0, 0)
    assert Attachment.objects.get().complaint is None
    assert deed(house)().number.endswith("-0002")


def test_one_chase_sent_eight_times_counts_once(house: House) -> None:
    known = at_state("action", house)

    def ring() -> Complaint:
        return chase(known, "又催", [], actor=Person.objects.get(pk=house.assistant.pk), once=uuid.UUID(int=2))

    found = together(*(ring for _ in range(8)))
    known.refresh_from_db()
    assert (known.chased, sum(isinstance(one, Repeated) for one in found)) == (1, 7)


def test_customers_recorded_at_the_same_moment_get_different_numbers(house: House) -> None:
    def new(name: str) -> Callable[[], Complaint]:
        fields = {"customer": Customer(branch=house.branch, name=name), "about": "接头", "words": WORDS, "effect": "none"}
        return lambda: record(
            Recording(fields), actor=Person.objects.select_related("branch").get(pk=house.assistant.pk), once=uuid.uuid4()
        )

    together(*(new(f"海桐{n}") for n in range(8)))
    numbers = Customer.objects.filter(name__startswith="海桐").values_list("number", flat=True)
    assert (len(set(numbers)), {number[:2] for number in numbers}) == (8, {"N-"})
