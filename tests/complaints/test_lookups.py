"""The lists under the text boxes: who and what is found while one types, and by whom."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints import customers, resemblance, subjects
from complaints.models import Complaint, Contact, Customer, Product
from complaints.models.parties import index_customers
from complaints.resemblance import Sketch
from complaints.similar import Reason
from escalation import clock

from .factories import ContactFactory, CustomerFactory, House, LotFactory, ProductFactory, at_state, received

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 20)


@pytest.fixture
def house() -> House:
    return House()


def found(house: House, query: str) -> list[str]:
    return [one.customer.name for one in customers.find(house.branch, query)]


# ── customers ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "query", ["云帆", "帆重", "yun", "YUNFAN", "C-0231", "0231", "采购", "139 0517 4420", "+86 13905174420", "4420", "05174420"]
)
def test_a_customer_is_found_by_name_number_person_or_telephone(house: House, query: str) -> None:
    CustomerFactory(branch=house.branch, name="禾屿农机", name_en="Heyu")
    house.customer.number = "C-0231"
    house.customer.save()
    house.contact.mobile = "139 0517 4420"
    house.contact.save()
    assert found(house, query) == ["云帆重工"]


@pytest.mark.parametrize("query", ["", " ", "%", "青垣", "13905174421", "x" * 300])
def test_nothing_else_is(house: House, query: str) -> None:
    assert found(house, query) == []


def test_not_those_of_another_branch_nor_who_is_no_customer_any_more(house: House) -> None:
    House()
    CustomerFactory(branch=house.branch, name="云帆贸易", is_active=False)
    assert [one.customer for one in customers.find(house.branch, "云帆")] == [house.customer]


def test_whose_name_begins_so_comes_first_then_who_has_most_open(house: House) -> None:
    middle = CustomerFactory(branch=house.branch, name="上海云帆", number="A-1")
    busy = CustomerFactory(branch=house.branch, name="云帆泵业", number="Z-1")
    received(house, customer=busy, contact=None)
    at_state("closed", house)
    assert [one.customer for one in customers.find(house.branch, "云帆")] == [busy, house.customer, middle]
    assert [one.open for one in customers.find(house.branch, "云帆")] == [1, 0, 0]


def test_it_says_whose_telephone_it_was(house: House) -> None:
    other = ContactFactory(customer=house.customer, name="质检", mobile="137 1111 2222")
    assert [one.contact for one in customers.find(house.branch, "13711112222")] == [other]
    assert [one.contact for one in customers.find(house.branch, "云帆")] == [None]


def test_a_caller_is_known_only_when_it_is_one(house: House) -> None:
    assert customers.by_telephone(house.branch, "+86 138-0000-0000").contact == house.contact  # type: ignore[union-attr]  # found
    assert customers.by_telephone(house.branch, "0000") is None
    ContactFactory(customer=CustomerFactory(branch=house.branch, name="禾屿农机"))
    assert customers.by_telephone(house.branch, "13800000000") is None


def test_rows_that_came_in_bulk_are_found_once_indexed(house: House) -> None:
    Customer.objects.bulk_create([Customer(branch=house.branch, number="B-1", name="青垣轨道")])
    assert found(house, "青垣") == []
    index_customers(Customer.objects.all())
    assert found(house, "青垣") == ["青垣轨道"]


def test_a_changed_telephone_is_found_the_old_one_is_not(house: House) -> None:
    house.contact.mobile = "13999999999"
    house.contact.save()
    assert (found(house, "13999999999"), found(house, "13800000000")) == (["云帆重工"], [])


def test_the_list_offers_a_new_customer_last(client: Client, house: House) -> None:
    client.force_login(house.assistant)
    text = client.get(reverse("find_customers"), {"q": "云帆"}).content.decode()
    assert text.count('role="option"') == 2
    assert f'data-value="{house.customer.pk}"' in text
    assert text.rindex('data-value="new"') > text.index(f'data-value="{house.customer.pk}"')
    assert client.get(reverse("find_customers"), {"q": ""}).content.strip() == b""


def test_names_are_shown_as_text(client: Client, house: House) -> None:
    CustomerFactory(branch=house.branch, name='<b>坏</b>" onx="1')
    client.force_login(house.assistant)
    text = client.get(reverse("find_customers"), {"q": "坏"}).content.decode()
    assert "<b>" not in text
    assert '" onx="1' not in text


def test_an_employee_finds_customers_but_neither_telephones_nor_how_much_is_open(client: Client, house: House) -> None:
    received(house)
    client.force_login(house.employee)
    text = client.get(reverse("find_customers"), {"q": "13800000000"}).content.decode()
    assert "云帆重工" in text or "Yunfan" in text
    assert "13800000000" not in text.replace('data-label="13800000000"', "").replace("New customer: 13800000000", "")
    assert "1 open" not in text
    assert client.get(reverse("find_contacts"), {"q": "", "customer": house.customer.pk}).content.strip() == b""


# ── contacts ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_contacts_are_the_chosen_customers(client: Client, house: House) -> None:
    ContactFactory(customer=CustomerFactory(branch=house.branch), name="采购二部")
    ContactFactory(customer=house.customer, name="质检")
    ContactFactory(customer=house.customer, name="采购旧人", anonymised_at=clock.now())
    client.force_login(house.assistant)
    text = client.get(reverse("find_contacts"), {"q": "采购", "customer": house.customer.pk}).content.decode()
    assert [text.count(name) for name in ("采购部", "采购二部", "质检", "采购旧人")] == [1, 0, 0, 0]
    assert client.get(reverse("find_contacts"), {"q": "采购", "customer": "x"}).content.strip() == b""


def test_contacts_of_another_branch_are_not_given(client: Client, house: House) -> None:
    client.force_login(house.assistant)
    assert client.get(reverse("find_contacts"), {"q": "", "customer": House().customer.pk}).content.strip() == b""


# ── subjects ─────────────────────────────────────────────────────────────────────────────────────────────────


def keys(house: House, query: str, customer: Customer | None = None) -> list[str]:
    return [one.key for one in subjects.options(house.assistant, query, customer and customer.pk, TODAY)]


def test_products_by_code_name_or_model(house: House) -> None:
    product = ProductFactory(branch=house.branch, code="QX-5", name="快换接头", name_en="Quick coupling", model="M900")
    for query in ("qx-5", "快换", "quick", "m900", "快换 qx"):
        assert keys(house, query)[0] == f"product:{product.pk}"
    Product.objects.filter(pk=product.pk).update(is_active=False)
    assert f"product:{product.pk}" not in keys(house, "快换")


def test_what_the_customer_bought_within_a_year_comes_first(house: House) -> None:
    old, new = ProductFactory(branch=house.branch, code="HX-1"), ProductFactory(branch=house.branch, code="HX-2")
    LotFactory(product=new, customer=house.customer, delivered_on=TODAY - dt.timedelta(days=364))
    LotFactory(product=old, customer=house.customer, delivered_on=TODAY - dt.timedelta(days=365))
    assert keys(house, "HX", house.customer)[0] == f"product:{new.pk}"
    assert keys(house, "", house.customer) == [f"product:{new.pk}"]
    assert keys(house, "") == []


def test_orders_and_projects_on_record_that_one_may_see(house: House) -> None:
    received(house, order_number="PO-26-0113", project="三号线")
    received(house, order_number="PO-26-0999", confidential=True)
    assert "order:PO-26-0113" in keys(house, "PO-26")
    assert "order:PO-26-0999" not in keys(house, "PO-26")
    assert "project:三号线" in keys(house, "三号")


def test_what_is_typed_can_always_be_kept_as_order_project_or_service(house: House) -> None:
    assert keys(house, "没有的") == ["order:没有的", "project:没有的", "service:没有的"]


# ── lots ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_lots_of_the_product_by_number_or_delivery_note(house: House) -> None:
    lot = LotFactory(product=house.product, number="L2610-1147", delivery_note="DN-26-0917")
    other = LotFactory(product=ProductFactory(branch=house.branch), number="L2610-1148")
    find = subjects.find_lots
    assert find(house.branch, "1147", house.product.pk) == [lot]
    assert find(house.branch, "dn-26", house.product.pk) == [lot]
    assert set(find(house.branch, "l2610", None)) == {lot, other}
    assert find(house.branch, "", None) == []


def test_a_lot_of_another_product_is_found_when_the_product_has_none_so(house: House) -> None:
    other = LotFactory(product=ProductFactory(branch=house.branch), number="L2610-1148")
    assert subjects.find_lots(house.branch, "L2610", house.product.pk) == [other]


def test_lots_of_another_branch_are_not_found(house: House) -> None:
    LotFactory(product=House().product, number="L-1")
    assert subjects.find_lots(house.branch, "L-1", None) == []


def test_of_two_lots_of_one_number_the_customers_own(house: House) -> None:
    mine = LotFactory(product=house.product, number="L-1", customer=house.customer)
    LotFactory(product=house.product, number="L-1", customer=CustomerFactory(branch=house.branch))
    assert subjects.lot_called(house.branch, "l-1", None, house.customer.pk) == mine
    assert subjects.lot_called(house.branch, "l-1", None, None) is None
    assert subjects.lot_called(house.branch, "", None, None) is None


def test_the_lot_list_depends_on_the_product(client: Client, house: House) -> None:
    LotFactory(product=house.product, number="L-1", quantity=Decimal(3))
    LotFactory(product=ProductFactory(branch=house.branch), number="L-2")
    client.force_login(house.assistant)
    text = client.get(reverse("find_lots"), {"q": "L", "about_key": f"product:{house.product.pk}"}).content.decode()
    assert ("L-1" in text.replace("<mark>", "").replace("</mark>", ""), text.count('role="option"')) == (True, 1)


@pytest.mark.parametrize("name", ["find_customers", "find_contacts", "find_subjects", "find_lots"])
def test_lists_bear_anything_and_are_only_read(client: Client, house: House, name: str) -> None:
    client.force_login(house.assistant)
    for query in ("'", "\0", "%" * 500, "\\", "（", "😀"):
        assert client.get(reverse(name), {"q": query, "customer": "9" * 30, "about_key": "product:x"}).status_code == 200
    assert client.post(reverse(name)).status_code == 405
    client.logout()
    assert client.get(reverse(name), headers={"X-Requested-With": "fetch"}).status_code == 401


# ── similar complaints ───────────────────────────────────────────────────────────────────────────────────────


def alike(house: House, words: str = "", **sketch: Any) -> list[Complaint]:
    return [one.complaint for one in resemblance.similar(Sketch(words, **sketch), house.assistant, clock.now())]


def aged(complaint: Complaint, days: int) -> Complaint:
    Complaint.objects.filter(pk=complaint.pk).update(received_at=clock.now() - dt.timedelta(days=days))
    return complaint


def test_the_same_lot_is_always_shown_and_says_why(house: House) -> None:
    other = received(house, customer=CustomerFactory(branch=house.branch), contact=None, lot_number="L-1", words="完全不同")
    (one,) = resemblance.similar(Sketch("试压渗油", lot_number="L-1"), house.assistant, clock.now())
    assert (one.complaint, one.reasons, one.kind) == (other, (Reason.LOT,), "cause")


def test_the_same_words_in_both_languages(house: House) -> None:
    chinese = received(house, words="接头根部渗油，拧紧后还渗")
    english = received(house, words="coupling leaks at the root after tightening", title="coupling leaking")
    received(house, words="送货单与实物型号不符", title="送货")
    assert alike(house, "接头根部渗油") == [chinese]
    assert alike(house, "The couplings leaked at their roots") == [english]


def test_old_ones_count_only_while_open(house: House) -> None:
    open_, closed = aged(received(house), 120), aged(at_state("closed", house), 91)
    recent = aged(at_state("closed", house), 89)
    found = alike(house, house.product.name, customer_id=house.customer.pk, product_id=house.product.pk)
    assert set(found) == {open_, recent}
    assert closed not in found


def test_only_what_one_may_see(house: House) -> None:
    received(house, confidential=True, lot_number="L-1")
    assert alike(house, "渗油", lot_number="L-1") == []


@pytest.mark.parametrize(("state", "kind"), [("triage", "same"), ("closed", "follows")])
def test_how_one_of_the_same_customer_belongs(house: House, state: str, kind: str) -> None:
    at_state(state, house)
    (one,) = resemblance.similar(
        Sketch(house.product.name, customer_id=house.customer.pk, product_id=house.product.pk), house.assistant, clock.now()
    )
    assert one.kind == kind


def test_nothing_typed_is_like_nothing(house: House) -> None:
    received(house)
    assert alike(house) == []


# ── what stands beside the form ──────────────────────────────────────────────────────────────────────────────


def beside(client: Client, **fields: Any) -> Any:
    return client.post(reverse("beside_intake"), {"channel": "phone", **fields})


def test_beside_the_form_stand_customer_questions_guess_and_lot(client: Client, house: House) -> None:
    lot = LotFactory(product=house.product, number="L-1", customer=house.customer, quantity=Decimal(1200), delivery_note="DN-1")
    known = received(house)
    client.force_login(house.assistant)
    answer = beside(
        client, customer=house.customer.pk, lot_number="L-1", words="接头渗油", about_key=f"product:{house.product.pk}", about="HX"
    )
    context, text = answer.context, answer.content.decode()
    assert (context["history"].open, context["lot"], context["guess"]["type"]) == (1, lot, house.type)
    assert context["guess"]["words"] == ("渗油",)
    assert [line["row"].complaint for line in context["similar"]] == [known]
    assert f'value="chase:{known.number}"' in text
    assert [text.count(f'id="{place}"') for place in ("beside-customer", "beside-ask", "lot-known", "type-guess", "about-known")] == [1] * 5
    assert "lot" not in {item.code for item in context["missing"]}
    assert "photos" in {item.code for item in context["missing"]}
    assert Complaint.objects.count() == 1


def test_what_is_ticked_stays_even_when_it_is_not_similar_any_more(client: Client, house: House) -> None:
    other = received(house, customer=None, anonymous=True, contact=None, product=None, about="喷涂", words="色差", title="色差")
    client.force_login(house.assistant)
    (line,) = beside(client, words="完全不同的话", link=[other.number], **{f"kind-{other.number}": "follows"}).context["similar"]
    assert (line["row"].complaint, line["ticked"], line["kind"], line["may_chase"]) == (other, True, "follows", False)


def test_a_new_customer_is_announced(client: Client, house: House) -> None:
    client.force_login(house.assistant)
    context = beside(client, customer_text="Nordvik Marine AS").context
    assert (context["customer"], context["new_name"]) == (None, "Nordvik Marine AS")


@pytest.mark.parametrize(
    ("affected", "customer", "fault"),
    [("7", "own", ""), ("1300", "own", "More pieces affected than this lot had."), ("7", "other", "This lot was delivered to Yunfan.")],
)
def test_what_does_not_go_with_the_lot_is_said(client: Client, house: House, affected: str, customer: str, fault: str) -> None:
    lot = LotFactory(product=house.product, number="L-1", customer=house.customer, quantity=Decimal(1200))
    other = CustomerFactory(branch=house.branch, name="禾屿农机", name_en="Heyu")
    client.force_login(house.assistant)
    who = house.customer if customer == "own" else other
    assert beside(client, customer=who.pk, lot=lot.pk, quantity_affected=affected).context["lot_fault"] == fault


def test_the_message_is_in_the_customers_language(client: Client, house: House) -> None:
    foreign = CustomerFactory(branch=house.branch, name="Kestrel Pumps Ltd", language="en")
    client.force_login(house.assistant)
    assert beside(client, customer=foreign.pk).context["message"].startswith("Thank you for telling us.")
    assert not beside(client, customer=house.customer.pk).context["message"].startswith("Thank you")


def test_an_employee_sees_nothing_of_the_customers_history(client: Client, house: House) -> None:
    received(house)
    client.force_login(house.employee)
    answer = beside(client, customer=house.customer.pk)
    assert answer.context["history"].rows == []
    text = answer.content.decode()
    assert "may not open" not in text
    assert 'class="spark"' not in text


def test_contacts_found_by_typed_name_count_for_reaching_him(client: Client, house: House) -> None:
    client.force_login(house.assistant)
    missing = beside(client, customer=house.customer.pk, contact_text="采购部").context["missing"]
    assert "reach" not in {item.code for item in missing}
    Contact.objects.update(mobile="")
    assert "reach" in {item.code for item in beside(client, customer=house.customer.pk, contact_text="采购部").context["missing"]}
