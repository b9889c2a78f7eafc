"""Typed or chosen, existing or new: what the form at the desk makes of customer, contact, subject and lot."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from complaints.forms.intake import IntakeForm
from complaints.forms.parties import Typed, contact_from
from complaints.models import Contact
from organisation.models import Person

from .factories import WORDS, ContactFactory, CustomerFactory, House, LotFactory, ProductFactory, TypeFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)


@pytest.fixture
def house() -> House:
    return House()


def judged(house: House, person: Person | None = None, *, desk: bool = True, **fields: Any) -> IntakeForm:
    data = QueryDict(mutable=True)
    sent = {
        "channel": "phone",
        "subject": "product",
        "complainants": "1",
        "about": "货物",
        "words": WORDS,
        "effect": "none",
        "received_at": "2026-11-20T10:00",
        "received_by": str(house.assistant.pk),
        "draft": str(uuid.uuid4()),
        **fields,
    }
    for name, value in sent.items():
        data.setlist(name, value) if isinstance(value, list) else data.update({name: str(value)})
    form = IntakeForm(data, person=person or house.assistant, desk=desk, now=NOW, key=uuid.uuid4())
    form.is_valid()
    return form


# ── customer ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["云帆重工", " yunfan ", "k-77", "Yunfan (K-77)", "云帆重工 (K-77)"])
def test_an_exact_name_or_number_is_the_customer(house: House, text: str) -> None:
    customer = CustomerFactory(branch=house.branch, number="K-77") if "77" in text else house.customer
    assert judged(house, customer_text=text).cleaned_data["customer"] == customer


def test_what_was_chosen_counts_more_than_what_is_written(house: House) -> None:
    other = CustomerFactory(branch=house.branch, name="禾屿农机")
    assert judged(house, customer=other.pk, customer_text="云帆重工").cleaned_data["customer"] == other


@pytest.mark.parametrize("chosen", ["another branch", "not any more"])
def test_a_customer_that_may_not_be_chosen_is_not(house: House, chosen: str) -> None:
    other = House().customer if chosen == "another branch" else CustomerFactory(branch=house.branch, is_active=False)
    form = judged(house, customer=other.pk)
    assert list(form.errors) == ["customer_text"]


def test_a_name_nobody_has_is_a_new_customer(house: House) -> None:
    customer = judged(house, customer_text="Nordvik Marine AS").cleaned_data["customer"]
    assert (customer.pk, customer.name, customer.branch, customer.language) == (None, "Nordvik Marine AS", house.branch, "en")
    with translation.override("zh-hans"):
        assert judged(house, customer_text="海桐电气").cleaned_data["customer"].language == "zh-hans"


def test_a_part_of_a_known_name_is_asked_about(house: House) -> None:
    form = judged(house, customer_text="云帆")
    assert form.asks_new
    (said,) = form.errors["customer_text"]
    assert house.customer.number in said


@pytest.mark.parametrize("said", [{"new_customer": "on"}, {"customer": "new"}])
def test_it_is_new_when_one_says_so(house: House, said: dict[str, str]) -> None:
    form = judged(house, customer_text="云帆", **said)
    assert (form.errors, form.cleaned_data["customer"].name) == ({}, "云帆")


def test_two_of_one_name_are_told_apart_by_number(house: House) -> None:
    CustomerFactory(branch=house.branch, number="K-77")
    form = judged(house, customer_text="云帆重工")
    assert "K-77" in form.errors["customer_text"][0]


def test_anonymous_has_no_customer(house: House) -> None:
    assert judged(house, anonymous="on").cleaned_data["customer"] is None
    assert list(judged(house, anonymous="on", customer_text="云帆重工").errors) == ["anonymous"]


def test_a_private_person_is_customer_and_contact_in_one(house: House) -> None:
    given = judged(house, customer_text="王小姐", private="on", mobile="13811112222").cleaned_data
    assert (given["customer"].is_private, given["contact"].name, given["contact"].mobile) == (True, "王小姐", "13811112222")


# ── contact ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_contact_is_none(house: House) -> None:
    form = judged(house, customer=house.customer.pk)
    assert (form.cleaned_data["contact"], form.cleaned_data["on_behalf"], form.changed_contacts) == (None, None, [])


def test_a_contact_of_the_customer_is_found_by_name_or_number(house: House) -> None:
    assert judged(house, customer=house.customer.pk, contact_text="采购部").cleaned_data["contact"] == house.contact
    assert judged(house, customer=house.customer.pk, telephone="138-0000 0000").cleaned_data["contact"] == house.contact


def test_a_contact_of_another_customer_is_not_taken(house: House) -> None:
    other = ContactFactory(customer=CustomerFactory(branch=house.branch), name="业务")
    given = judged(house, customer=house.customer.pk, contact=other.pk, contact_text="业务").cleaned_data
    assert (given["contact"].pk, given["contact"].name) == (None, "业务")


def test_somebody_acts_on_the_customers_behalf(house: House) -> None:
    form = judged(house, customer=house.customer.pk, behalf_text="律师", behalf_telephone="0574-1")
    behalf = form.cleaned_data["on_behalf"]
    assert (behalf.pk, behalf.name, behalf.telephone, form.changed_contacts) == (None, "律师", "0574-1", [behalf])


@pytest.mark.parametrize(("may_replace", "mobile"), [(True, "13911112222"), (False, "13800000000")])
def test_only_the_desk_replaces_what_is_known_of_a_contact(house: House, may_replace: bool, mobile: str) -> None:
    typed = Typed(str(house.contact.pk), "", {"mobile": "13911112222", "email": "a@b.example"})
    contact, changed = contact_from(house.customer, typed, may_replace=may_replace)
    assert contact is not None
    assert (contact.pk, contact.mobile, contact.email, changed) == (house.contact.pk, mobile, "a@b.example", True)


def test_nothing_new_is_no_change(house: House) -> None:
    typed = Typed(str(house.contact.pk), "", {"mobile": house.contact.mobile, "email": ""})
    assert contact_from(house.customer, typed, may_replace=True) == (house.contact, False)


def test_an_anonymised_contact_is_not_found_again(house: House) -> None:
    Contact.objects.update(anonymised_at=NOW)
    assert judged(house, customer=house.customer.pk, contact_text="采购部").cleaned_data["contact"].pk is None


# ── about what ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("key", "columns"),
    [
        ("order:PO-9", {"subject": "order", "order_number": "PO-9", "project": "", "product": None}),
        ("project:三号楼", {"subject": "project", "order_number": "", "project": "三号楼", "product": None}),
        ("service:态度", {"subject": "service", "order_number": "", "project": "", "product": None}),
        ("", {"subject": "product", "order_number": "", "project": "", "product": None}),
    ],
)
def test_what_it_is_about(house: House, key: str, columns: dict[str, Any]) -> None:
    given = judged(house, anonymous="on", about="随便", about_key=key).cleaned_data
    assert {name: given[name] for name in columns} == columns
    assert given["about"] == "随便"


@pytest.mark.parametrize("how", ["key", "code", "name", "label"])
def test_a_product_is_found(house: House, how: str) -> None:
    product = ProductFactory(branch=house.branch, code="QX-5", name="快换接头", name_en="Quick coupling", model="Q5", unit="套")
    said = {
        "key": {"about": "x", "about_key": f"product:{product.pk}"},
        "code": {"about": "qx-5"},
        "name": {"about": "快换接头"},
        "label": {"about": "QX-5 Quick coupling"},
    }[how]
    given = judged(house, anonymous="on", **said).cleaned_data
    assert (given["product"], given["model"], given["unit"]) == (product, "Q5", "套")


def test_a_product_of_another_branch_is_not(house: House) -> None:
    other = House().product
    assert judged(house, anonymous="on", about_key=f"product:{other.pk}").cleaned_data["product"] is None


def test_a_lot_brings_what_was_delivered(house: House) -> None:
    lot = LotFactory(
        product=house.product, number="L2610-1147", customer=house.customer, quantity=Decimal(1200), delivered_on=dt.date(2026, 10, 11)
    )
    given = judged(house, customer=house.customer.pk, lot_number="l2610-1147").cleaned_data
    assert (given["lot"], given["lot_number"], given["product"]) == (lot, "L2610-1147", house.product)
    assert (given["quantity_delivered"], given["delivered_on"]) == (Decimal(1200), dt.date(2026, 10, 11))


def test_what_was_typed_counts_more_than_the_lot(house: House) -> None:
    lot = LotFactory(product=house.product, quantity=Decimal(1200), delivered_on=dt.date(2026, 10, 11))
    given = judged(house, anonymous="on", lot=lot.pk, quantity_delivered="40", delivered_on="2026-10-12").cleaned_data
    assert (given["quantity_delivered"], given["delivered_on"]) == (Decimal(40), dt.date(2026, 10, 12))


def test_a_lot_of_another_branch_is_words_only(house: House) -> None:
    lot = LotFactory(product=House().product, number="L-9")
    given = judged(house, anonymous="on", lot=lot.pk, lot_number="L-9").cleaned_data
    assert (given["lot"], given["lot_number"]) == (None, "L-9")


def test_the_suggested_type_is_taken_unless_another_is_chosen(house: House) -> None:
    other = TypeFactory(branch=house.branch)
    assert judged(house, anonymous="on", guess=house.type.pk).cleaned_data["type"] == house.type
    assert judged(house, anonymous="on", guess=house.type.pk, type=other.pk).cleaned_data["type"] == other
    assert judged(house, anonymous="on").cleaned_data["type"] is None
    assert judged(house, anonymous="on", guess=House().type.pk).cleaned_data["type"] is None


# ── how it is shown ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_part_opens_when_something_in_it_is_wrong_or_filled_in(house: House) -> None:
    def opened(**fields: Any) -> list[bool]:
        return [part["open"] for part in judged(house, anonymous="on", **fields).parts()]

    assert opened() == [False] * 5
    assert opened(telephone="1") == [True, False, False, False, False]
    assert opened(claim_amount="x") == [False, False, True, False, False]
    assert opened(received_at="soon") == [False, False, False, False, True]


def test_every_field_has_its_place(house: House) -> None:
    """In the main part, in a part that opens, or hidden: what nobody can fill in is no field."""
    form = judged(house)
    in_parts = {one["bound"].name for part in [*form.parts(), form.answered_part()] for one in part["fields"]}
    in_main = {
        "channel",
        "customer_text",
        "new_customer",
        "anonymous",
        "private",
        "contact_text",
        "about",
        "lot_number",
        "words",
        "quantity_affected",
        "effect",
        "wants",
        "guess",
        "files",
    }
    unseen = {"draft", "customer", "contact", "on_behalf", "about_key", "lot", "product"}
    assert in_parts | in_main | unseen == set(form.fields)
    assert not in_parts & in_main


def test_an_empty_file_input_as_browsers_send_it_is_no_file(house: House) -> None:
    form = judged(house, files=[""])
    assert (form.errors.get("files"), form.cleaned_data["files"]) == (None, [])
