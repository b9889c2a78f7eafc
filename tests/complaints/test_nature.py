"""What the record shows of a complaint's nature (R14): ticked with the reason, or not with the reason why not."""

import datetime as dt

import pytest

from complaints import nature
from complaints.models import Complaint, Customer, Product
from organisation.models import Branch

RECEIVED = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)  # 09:00 in Shanghai


def complaint(*, customer: Customer | None = None, product: Product | None = None, **fields: object) -> Complaint:
    return Complaint(branch=Branch(zone="Asia/Shanghai"), received_at=RECEIVED, customer=customer, product=product, **fields)


def ticked(one: Complaint) -> str:
    return "".join(sign.criterion.value for sign in nature.signs(one) if sign.ticked)


def why(one: Complaint, criterion: str) -> str:
    return next(str(sign.why) for sign in nature.signs(one) if sign.criterion == criterion)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ""),
        ({"wants": ["replacement", "apology"]}, ""),
        ({"wants": ["compensation"]}, "a"),
        ({"wants": ["discount"]}, "a"),
        ({"claim_amount": 500, "claim_currency": "CNY"}, "a"),
        ({"wants": ["return"]}, "b"),
        ({"wants": ["discount", "return"]}, "ab"),
        ({"exposure": "threatened", "lawsuit": "happened"}, ""),
    ],
)
def test_wishes_show_claims_and_returns_and_nothing_shows_reputation(fields, expected):
    assert ticked(complaint(**fields)) == expected


@pytest.mark.parametrize("effect", ["shipments", "line", "safety"])
@pytest.mark.parametrize("customer", [{"key_account": True}, {"first_order_on": dt.date(2026, 6, 1)}, {"is_new": True}])
def test_a_key_or_new_customer_counts_when_it_is_felt(customer, effect):
    assert ticked(complaint(customer=Customer(**customer), effect=effect)) == "e"


@pytest.mark.parametrize("effect", ["none", ""])
def test_without_effect_a_key_customer_is_only_a_hint(effect):
    one = complaint(customer=Customer(key_account=True), effect=effect)
    assert ticked(one) == ""
    assert why(one, "e").startswith("Key account, but")


def test_an_ordinary_customer_does_not_count_however_much_is_affected():
    one = complaint(customer=Customer(first_order_on=dt.date(2023, 5, 1)), effect="line")
    assert ticked(one) == ""
    assert why(one, "e") == "Does not hold: an ordinary customer since 2023."


@pytest.mark.parametrize(
    ("said", "since", "expected"),
    [
        (None, None, False),
        (None, dt.date(2025, 11, 20), False),  # exactly twelve months before the day of receipt
        (None, dt.date(2025, 11, 21), True),
        (True, dt.date(2010, 1, 1), True),
        (False, dt.date(2026, 11, 1), False),
    ],
)
def test_new_is_less_than_twelve_months_ago_unless_somebody_says_otherwise(said, since, expected):
    customer = Customer(is_new=said, first_order_on=since)
    product = Product(name="SF-40", newly_developed=said, on_sale_since=since)
    assert ticked(complaint(customer=customer, product=product, effect="line")) == ("ef" if expected else "")


def test_the_months_that_make_new_are_the_branchs_setting():
    one = complaint(product=Product(name="SF-40", on_sale_since=dt.date(2026, 7, 1)))
    assert ticked(one) == "f"
    one.branch.new_product_months = 3
    assert ticked(one) == ""


def test_the_day_is_the_branchs_not_utc():
    """20:00 UTC on the 20th is the 21st in Shanghai: first sold on 21 Nov a year before is no longer new."""
    product = Product(name="SF-40", on_sale_since=dt.date(2025, 11, 21))
    one = Complaint(branch=Branch(zone="Asia/Shanghai"), received_at=dt.datetime(2026, 11, 20, 20, tzinfo=dt.UTC), product=product)
    assert ticked(one) == ""


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 11, 20), 12, dt.date(2025, 11, 20)),
        (dt.date(2026, 3, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2024, 3, 31), 1, dt.date(2024, 2, 29)),
        (dt.date(2026, 1, 15), 1, dt.date(2025, 12, 15)),
        (dt.date(2026, 12, 31), 0, dt.date(2026, 12, 31)),
    ],
)
def test_months_before(day, months, expected):
    assert nature.months_before(day, months) == expected


@pytest.mark.parametrize(
    ("deliveries", "expected"),
    [
        (None, "For you to judge."),
        ((0, 0), "For you to judge."),
        ((1, 4), "Lots delivered in the last 90 days: 1, in the 90 days before: 4. For you to judge."),
    ],
)
def test_shrinking_deliveries_are_a_hint_and_never_ticked(deliveries, expected):
    sign = nature.signs(complaint(), deliveries)[3]
    assert (sign.criterion, sign.ticked, str(sign.why)) == ("d", False, expected)
