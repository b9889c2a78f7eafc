"""Customers: who may open them, what is shown and counted, and keeping their data."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints import customers
from complaints.models import Complaint, Contact, Customer, Visit, Word
from complaints.templatetags.desk import points
from escalation import clock
from organisation.models import Deputy
from organisation.roles import Role
from tests.factories import PersonFactory

from .factories import ContactFactory, CustomerFactory, House, LotFactory, ProductFactory, at_state, received

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
LIST = reverse("customer_list")


@pytest.fixture
def house() -> House:
    return House()


def page(house: House) -> str:
    return reverse("customer", args=[house.customer.pk])


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("who", "reads", "edits"),
    [
        ("assistant", 200, 200), ("manager", 200, 200), ("gm", 200, 404), ("auditor", 200, 404), ("management_rep", 200, 404),
        ("head", 404, 404), ("handler", 404, 404), ("verifier", 404, 404), ("employee", 404, 404), ("administrator", 404, 404),
        ("group_approver", 404, 404),
    ],
)  # fmt: skip
def test_who_reads_customers_and_who_keeps_their_data(client: Client, house: House, who: str, reads: int, edits: int) -> None:
    client.force_login(house.person(who))
    assert [client.get(url).status_code for url in (LIST, page(house))] == [reads, reads]
    assert client.get(reverse("edit_customer", args=[house.customer.pk])).status_code == edits
    assert client.get(reverse("new_customer")).status_code == edits
    before = Customer.objects.count()
    client.post(reverse("new_customer"), {})
    client.post(reverse("edit_customer", args=[house.customer.pk]), {"name": "改"})
    assert (Customer.objects.count(), Customer.objects.get(pk=house.customer.pk).name) == (before, "云帆重工")


def test_customers_of_another_branch_do_not_exist(client: Client, house: House) -> None:
    other = House().customer
    client.force_login(house.manager)
    for name in ("customer", "edit_customer"):
        assert client.get(reverse(name, args=[other.pk])).status_code == 404
    assert [row["customer"] for row in client.get(LIST).context["rows"]] == [house.customer]
    assert client.get(LIST, {"q": other.number}).context["rows"] == []


def test_a_deputy_opens_what_the_absent_one_may(client: Client, house: House) -> None:
    deputy = PersonFactory(branch=house.branch)
    today = clock.now().astimezone(house.branch.tz).date()
    Deputy.objects.create(
        absent=house.assistant, deputy=deputy, starts_on=today, ends_on=today + dt.timedelta(days=2), named_by=house.manager
    )
    client.force_login(deputy)
    assert client.get(reverse("edit_customer", args=[house.customer.pk])).status_code == 200


# ── list ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("query", ["云帆", "yunfan", "13800000000", "采购"])
def test_the_list_is_searched_as_the_form_is(client: Client, house: House, query: str) -> None:
    CustomerFactory(branch=house.branch, name="禾屿农机", name_en="Heyu")
    client.force_login(house.auditor)
    assert [row["customer"] for row in client.get(LIST, {"q": query}).context["rows"]] == [house.customer]


def test_key_accounts_first_with_what_is_open(client: Client, house: House) -> None:
    key = CustomerFactory(branch=house.branch, number="Z-1", key_account=True)
    received(house)
    at_state("closed", house)
    client.force_login(house.assistant)
    assert [(row["customer"], row["open"]) for row in client.get(LIST).context["rows"]] == [(key, 0), (house.customer, 1)]


def test_page_by_page(client: Client, house: House) -> None:
    Customer.objects.bulk_create([Customer(branch=house.branch, number=f"B-{n:03}", name=f"海桐{n}") for n in range(60)])
    client.force_login(house.assistant)
    first = client.get(LIST)
    assert (len(first.context["rows"]), first.context["previous_url"], first.context["next_url"]) == (50, "", "?from=50")
    second = client.get(LIST, {"from": "50"})
    assert (len(second.context["rows"]), second.context["next_url"]) == (11, "")
    assert client.get(LIST, {"from": "-1' OR 1"}).status_code == 200


def test_the_list_asks_as_much_for_many_as_for_few(
    client: Client, house: House, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client.force_login(house.assistant)
    client.get(LIST)
    with django_assert_max_num_queries(12) as few:
        client.get(LIST)
    for _ in range(3):
        received(house, customer=CustomerFactory(branch=house.branch, account_manager=house.manager), contact=None)
    with django_assert_num_queries(len(few)):
        client.get(LIST)


# ── one customer ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_customer_with_all_that_happened(client: Client, house: House) -> None:
    LotFactory(product=house.product, customer=house.customer, delivered_on=dt.date(2026, 10, 11))
    LotFactory(product=house.product, customer=house.customer, delivered_on=dt.date(2026, 10, 12))
    ContactFactory(customer=house.customer, name="离职", anonymised_at=NOW)
    closed, open_ = at_state("closed", house), received(house)
    received(house, customer=CustomerFactory(branch=house.branch), contact=None)
    client.force_login(house.auditor)
    context = client.get(page(house)).context
    assert list(context["complaints"]) == [open_, closed]
    assert (context["total"], context["history"].open, context["history"].hidden) == (2, 1, 0)
    assert context["satisfaction"] == {"n": 1, "satisfied": 1, "score": 5.0}
    assert [(row, row.n, row.last) for row in context["products"]] == [(house.product, 2, dt.date(2026, 10, 12))]
    assert [one["person"] for one in context["contacts"]] == [house.contact]


def test_what_one_may_not_open_is_counted_not_listed(client: Client, house: House) -> None:
    received(house, confidential=True, words="机密的话", title="机密的事")
    client.force_login(house.assistant)
    answer = client.get(page(house))
    assert (list(answer.context["complaints"]), answer.context["total"], answer.context["history"].hidden) == ([], 1, 1)
    assert answer.context["history"].year == 1
    assert "机密" not in answer.content.decode()
    client.force_login(house.manager)
    assert len(client.get(page(house)).context["complaints"]) == 1


def test_the_page_asks_as_much_for_many_as_for_few(
    client: Client, house: House, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client.force_login(house.assistant)
    received(house)
    LotFactory(product=house.product, customer=house.customer)
    client.get(page(house))
    with django_assert_max_num_queries(24) as few:
        client.get(page(house))
    for _ in range(3):
        received(house)
        LotFactory(product=ProductFactory(branch=house.branch), customer=house.customer)
        ContactFactory(customer=house.customer)
    with django_assert_num_queries(len(few)):
        client.get(page(house))


def test_the_last_visit_says_whether_the_customer_is_satisfied(house: House) -> None:
    complaint = received(house)
    for satisfied, day in ((True, 1), (False, 2)):
        Visit.objects.create(
            complaint=complaint, at=NOW + dt.timedelta(days=day), by=house.assistant, means="telephone", satisfied=satisfied, score=3
        )
    assert customers.history(house.customer, house.assistant, NOW).satisfied is False
    assert customers.history(house.customer, house.stranger, NOW).satisfied is None


@pytest.mark.parametrize(
    ("instant", "month"),
    [
        (dt.datetime(2026, 10, 31, 16, tzinfo=dt.UTC), 11), (dt.datetime(2026, 10, 31, 15, 59, tzinfo=dt.UTC), 10),
        (dt.datetime(2025, 11, 30, 16, tzinfo=dt.UTC), 0), (dt.datetime(2025, 11, 30, 15, 59, tzinfo=dt.UTC), None),
    ],
)  # fmt: skip
def test_months_are_the_branchs(house: House, instant: dt.datetime, month: int | None) -> None:
    received(house)
    Complaint.objects.update(received_at=instant)
    counts = customers.monthly(Complaint.objects.all(), house.branch, NOW)
    assert (len(counts), [place for place, count in enumerate(counts) if count]) == (12, [] if month is None else [month])


def test_the_line_of_the_months() -> None:
    assert points([0, 2, 1]) == "2.0,22.0 48.0,2.0 94.0,12.0"
    assert points([0, 0]) == "2.0,22.0 94.0,22.0"


@pytest.mark.parametrize(
    ("first_order", "said", "new"),
    [("2026-11-01", None, True), ("2025-11-20", None, False), (None, None, False), ("2020-01-01", True, True)],
)
def test_new_is_worked_out_from_the_first_order_unless_said(house: House, first_order: str | None, said: bool | None, new: bool) -> None:
    house.customer.first_order_on = first_order and dt.date.fromisoformat(first_order)
    house.customer.is_new = said
    assert customers.history(house.customer, house.assistant, NOW).is_new is new


def test_that_the_customer_rang_again_is_one_press(client: Client, house: House) -> None:
    open_, closed = received(house), at_state("closed", house)
    client.force_login(house.auditor)
    assert "/chase/" not in client.get(page(house)).content.decode()
    client.force_login(house.assistant)
    text = client.get(page(house)).content.decode()
    url = reverse("move", args=[open_.number, "chase"])
    assert (url in text, reverse("move", args=[closed.number, "chase"]) in text) == (True, False)
    sent = dict(re.findall(r'name="(once|means)" value="([^"]+)"', text))
    for _ in range(2):
        assert client.post(url, sent)["Location"] == reverse("complaint", args=[open_.number])
    open_.refresh_from_db()
    assert (open_.chased, Word.objects.get(kind="chased").means) == (1, "telephone")


# ── keeping data ─────────────────────────────────────────────────────────────────────────────────────────────


def master(house: House, **fields: Any) -> dict[str, Any]:
    people = {
        "contacts-TOTAL_FORMS": "2",
        "contacts-INITIAL_FORMS": "1",
        "contacts-0-id": str(house.contact.pk),
        "contacts-0-name": "采购部",
    }
    known = {
        "name": "云帆重工",
        "number": house.customer.number,
        "language": "zh-hans",
        "is_active": "on",
        "contacts-0-mobile": "13800000000",
    }
    return {**people, **known, **fields}


def test_the_desk_keeps_customer_and_contacts(client: Client, house: House) -> None:
    client.force_login(house.assistant)
    sent = master(
        house, name_en="Yunfan Heavy", key_account="on", is_new="False", first_order_on="2019-03-01", account_manager=str(house.manager.pk),
        **{"contacts-0-mobile": "139 1111 2222", "contacts-1-name": "质检", "contacts-1-email": "q@yunfan.example"},
    )  # fmt: skip
    assert client.post(reverse("edit_customer", args=[house.customer.pk]), sent)["Location"] == page(house)
    customer = Customer.objects.get(pk=house.customer.pk)
    assert (customer.name_en, customer.key_account, customer.is_new, customer.account_manager) == (
        "Yunfan Heavy",
        True,
        False,
        house.manager,
    )
    assert list(customer.contacts.values_list("name", "digits", "email")) == [
        ("采购部", "13911112222", ""),
        ("质检", "", "q@yunfan.example"),
    ]
    assert [one.customer for one in customers.find(house.branch, "13911112222")] == [customer]


def test_a_new_customer_gets_a_number_when_it_has_none(client: Client, house: House) -> None:
    client.force_login(house.assistant)
    people = {"contacts-TOTAL_FORMS": "1", "contacts-INITIAL_FORMS": "0", "contacts-0-name": "采购"}
    answer = client.post(
        reverse("new_customer"), {"name": "Nordvik Marine AS", "number": "", "language": "en", "is_active": "on", **people}
    )
    customer = Customer.objects.latest("pk")
    assert answer["Location"] == reverse("customer", args=[customer.pk])
    assert (customer.branch, customer.number, customer.contacts.get().name) == (house.branch, f"N-{customer.pk:05d}", "采购")


@pytest.mark.parametrize(
    ("wrong", "where"), [({"name": ""}, "name"), ({"number": "Z-1"}, "__all__"), ({"account_manager": "head"}, "account_manager")]
)
def test_what_is_wrong_is_said_and_nothing_is_kept(client: Client, house: House, wrong: dict[str, str], where: str) -> None:
    CustomerFactory(branch=house.branch, number="Z-1")
    client.force_login(house.assistant)
    sent = master(house, **{name: str(house.head.pk) if value == "head" else value for name, value in wrong.items()})
    answer = client.post(reverse("edit_customer", args=[house.customer.pk]), {**sent, "name_en": "Other"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [where])
    assert Customer.objects.get(pk=house.customer.pk).name_en == "Yunfan"


def test_the_same_number_in_another_branch_is_no_clash(client: Client, house: House) -> None:
    CustomerFactory(number="Z-9")
    client.force_login(house.assistant)
    assert client.post(reverse("edit_customer", args=[house.customer.pk]), master(house, number="Z-9")).status_code == 302


def test_a_contact_needs_a_name_or_a_way_to_reach_him(client: Client, house: House) -> None:
    client.force_login(house.assistant)
    answer = client.post(reverse("edit_customer", args=[house.customer.pk]), master(house, **{"contacts-1-address": "宁波"}))
    assert (answer.status_code, list(answer.context["people"].errors[1])) == (422, ["name"])


def test_contacts_of_another_customer_cannot_be_taken_over(client: Client, house: House) -> None:
    other = ContactFactory(customer=CustomerFactory(branch=house.branch), name="别家")
    client.force_login(house.assistant)
    client.post(
        reverse("edit_customer", args=[house.customer.pk]), master(house, **{"contacts-0-id": str(other.pk), "contacts-0-name": "抢来"})
    )
    assert (Contact.objects.get(pk=other.pk).name, other.customer_id) == ("别家", Contact.objects.get(pk=other.pk).customer_id)


def test_roles_are_read_anew_at_each_request(client: Client, house: House) -> None:
    client.force_login(house.assistant)
    assert client.get(LIST).status_code == 200
    type(house.assistant).objects.filter(pk=house.assistant.pk).update(roles=[Role.ADMINISTRATOR])
    assert client.get(LIST).status_code == 404
