"""Catalogues in the administration: for administrators, nothing deleted, never a complaint."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from complaints.grading import Limits
from complaints.models import ComplaintType, Contact, Customer, GradingLimits, Lot, Product, RemedyLimits, ReplyTemplate
from complaints.models.grading import limits_of
from tests.complaints.factories import CustomerFactory, House, LotFactory
from tests.factories import DepartmentFactory, PersonFactory

pytestmark = pytest.mark.django_db

OFFERED = {ComplaintType, Contact, Customer, GradingLimits, Lot, Product, RemedyLimits, ReplyTemplate}
OWN_PAGES = [ComplaintType, Customer, GradingLimits, Lot, Product, RemedyLimits]


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def administrator(client: Client, house: House) -> Client:
    client.force_login(house.administrator)
    return client


def address(model: type, page: str, *args: Any) -> str:
    return reverse(f"admin:complaints_{model._meta.model_name}_{page}", args=args)


def sent(response: Any, **changed: Any) -> dict[str, Any]:
    """What the browser would send of a page as it stands, with some fields changed."""
    form = response.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    for inline in response.context["inline_admin_formsets"]:
        data |= {f"{inline.formset.prefix}-{name}": value for name, value in inline.formset.management_form.initial.items()}
    return {name: "" if value is None else value for name, value in (data | changed).items() if value is not False}


def test_only_catalogues_are_offered() -> None:
    shown = {model for model in admin.site._registry if model._meta.app_label == "complaints"}
    assert shown == OFFERED - {Contact}
    for model in set(apps.get_app_config("complaints").get_models()) - shown:
        with pytest.raises(NoReverseMatch):
            address(model, "changelist")


@pytest.mark.parametrize("model", OWN_PAGES)
def test_lists_open_for_administrators_and_nobody_else(client: Client, house: House, model: type) -> None:
    LotFactory(product=house.product)
    client.force_login(house.administrator)
    assert client.get(address(model, "changelist"), {"q": "x"}).status_code == 200
    for office in ("gm", "manager", "auditor"):
        client.force_login(house.person(office))
        assert client.get(address(model, "changelist")).status_code == 404


@pytest.mark.parametrize("model", OWN_PAGES)
def test_nothing_is_deleted(administrator: Client, house: House, model: type) -> None:
    LotFactory(product=house.product)
    GradingLimits.objects.create(branch=house.branch)
    RemedyLimits.objects.create(branch=house.branch, currency="CNY")
    one = model.objects.first()  # type: ignore[attr-defined]  # models have it
    assert administrator.get(address(model, "delete", one.pk)).status_code == 403
    assert administrator.post(address(model, "delete", one.pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in administrator.get(address(model, "changelist")).content.decode()
    assert model.objects.filter(pk=one.pk).exists()  # type: ignore[attr-defined]  # as above


def test_a_type_is_changed_and_its_branch_stays(administrator: Client, house: House) -> None:
    page = address(ComplaintType, "change", house.type.pk)
    response = administrator.post(page, sent(administrator.get(page), name="渗漏", branch=House().branch.pk))
    assert response.status_code == 302
    house.type.refresh_from_db()
    assert (house.type.name, house.type.branch) == ("渗漏", house.branch)


def test_departments_of_another_branch_are_refused(administrator: Client, house: House) -> None:
    page = address(ComplaintType, "change", house.type.pk)
    response = administrator.post(page, sent(administrator.get(page), lead=DepartmentFactory().pk))
    assert response.context["adminform"].form.errors == {"lead": ["This belongs to another branch."]}


def test_a_lot_goes_to_a_customer_of_its_product_s_branch(administrator: Client, house: House) -> None:
    page = address(Lot, "add")
    fields = {"product": house.product.pk, "number": "L2610-1147", "delivery_note": ""}
    refused = administrator.post(page, {**fields, "customer": CustomerFactory().pk})
    assert refused.context["adminform"].form.errors == {"customer": ["This belongs to another branch."]}
    assert administrator.post(page, {**fields, "customer": house.customer.pk}).status_code == 302
    assert Lot.objects.get(number="L2610-1147").customer == house.customer


def test_an_account_manager_of_another_branch_is_refused(administrator: Client, house: House) -> None:
    page = address(Customer, "change", house.customer.pk)
    response = administrator.post(page, sent(administrator.get(page), account_manager=PersonFactory().pk))
    assert response.context["adminform"].form.errors == {"account_manager": ["This belongs to another branch."]}


def test_a_new_contact_is_found_by_its_telephone(administrator: Client, house: House) -> None:
    page = address(Customer, "change", house.customer.pk)
    fields = {
        "contacts-TOTAL_FORMS": "2",
        "contacts-1-name": "王工",
        "contacts-1-telephone": "0571-8888 6666",
        "contacts-0-id": house.contact.pk,
    }
    fields |= {"contacts-0-customer": house.customer.pk, "contacts-0-name": house.contact.name, "contacts-0-mobile": house.contact.mobile}
    assert administrator.post(page, sent(administrator.get(page), **fields)).status_code == 302
    assert Contact.objects.get(name="王工").digits == "057188886666"


def test_what_was_anonymised_is_not_written_anew(administrator: Client, house: House) -> None:
    Customer.objects.filter(pk=house.customer.pk).update(anonymised_at=timezone.now())
    page = address(Customer, "change", house.customer.pk)
    assert administrator.post(page, {"name": "云帆重工"}).status_code == 403


@pytest.mark.parametrize("model", OWN_PAGES)
def test_every_page_of_a_new_one_opens(administrator: Client, model: type) -> None:
    assert administrator.get(address(model, "add")).status_code == 200


def test_the_numbers_of_grading_are_a_branchs_own(administrator: Client, house: House) -> None:
    page = address(GradingLimits, "add")
    fields = {name: str(field.default) for name, field in ((f.name, f) for f in GradingLimits._meta.fields) if field.has_default()}
    fields |= {"branch": str(house.branch.pk), "customers": "2", "all_branches": ""}
    refused = administrator.post(page, fields | {"suit_from": "3"})
    assert refused.context["adminform"].form.errors == {"suit_from": ["More than for grade 2."]}
    assert administrator.post(page, fields).status_code == 302
    assert (limits_of(house.branch.pk), limits_of(House().branch.pk)) == (Limits(customers=2), Limits())


def test_the_general_managers_limit_is_not_below_the_heads(administrator: Client, house: House) -> None:
    page = address(RemedyLimits, "add")
    given = {"branch": house.branch.pk, "currency": "CNY", "head": "5000", "gm": "4999.99"}
    assert "gm" in administrator.post(page, given).context["adminform"].form.errors
    assert "currency" in administrator.post(page, {**given, "gm": "50000", "currency": "yuan"}).context["adminform"].form.errors
    assert administrator.post(page, {**given, "gm": "50000"}).status_code == 302
    assert RemedyLimits.objects.get().limits().gm == 50000
