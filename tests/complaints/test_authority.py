"""Whose decision an amount takes (R20), and where it goes then; typed from the rule."""

from decimal import Decimal

import pytest

from complaints.authority import SHIPPED, AmountLimits, authority
from complaints.models import Complaint, Event, RemedyLimits
from complaints.models.authority import amount_limits_of
from complaints.verification import verify

from .factories import House, act, at_state, plan_of

BOTH = AmountLimits(Decimal(5000), Decimal(50000))
TABLE = [
    (None, BOTH, ""),
    ("0", BOTH, ""),
    ("0.01", BOTH, "head"),
    ("5000", BOTH, "head"),
    ("5000.01", BOTH, "gm"),
    ("50000", BOTH, "gm"),
    ("50000.01", BOTH, "group"),
    ("1", SHIPPED, "gm"),
    ("9999999", SHIPPED, "gm"),
    ("1", AmountLimits(None, Decimal(100)), "gm"),
    ("101", AmountLimits(None, Decimal(100)), "group"),
    ("5001", AmountLimits(Decimal(5000), None), "gm"),
]


@pytest.mark.parametrize(("amount", "limits", "level"), TABLE)
def test_the_level_of_an_amount(amount: str | None, limits: AmountLimits, level: str) -> None:
    assert authority(Decimal(amount) if amount else None, limits) == level


def paid(house: House, amount: str, currency: str = "CNY", **judged: object) -> Complaint:
    """A complaint whose plan gives that much, reviewed."""
    complaint = at_state("action", house, **judged)
    plan = plan_of(house)
    plan.remedy_kinds[:] = ["compensation"]
    object.__setattr__(plan, "remedy_amount", Decimal(amount))
    object.__setattr__(plan, "remedy_currency", currency)
    complaint = act("propose", complaint, house.handler, plan=plan)
    return act("review_ok", complaint, house.head, note="")


ROADS = [
    (True, "50000.00", "CNY", "gm", "reply"),
    (True, "50000.01", "CNY", "group", "group_approval"),
    (False, "50000.01", "CNY", "group", "reply"),
    (True, "900000", "USD", "gm", "reply"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("in_group", "amount", "currency", "level", "state"), ROADS)
def test_above_the_general_managers_limit_the_group_decides(in_group: bool, amount: str, currency: str, level: str, state: str) -> None:
    house = House(in_group=in_group)
    RemedyLimits.objects.create(branch=house.branch, currency="CNY", head=5000, gm=50000)
    complaint = paid(house, amount, currency)
    assert complaint.remedy_level == level
    complaint = act("approve", complaint, house.gm, note="")
    assert (complaint.grade, complaint.state) == (4, state)
    proposed = Event.objects.get(complaint=complaint, kind="propose").body
    assert ('"no_group":true' in proposed.replace(" ", "")) is (level == "group" and not in_group)
    assert verify(complaint).bad == []


@pytest.mark.django_db
def test_the_group_sees_what_it_has_to_decide_and_nothing_else_of_grade_4() -> None:
    house = House(in_group=True)
    RemedyLimits.objects.create(branch=house.branch, currency="CNY", gm=100)
    dear, cheap = paid(house, "101"), paid(house, "100")
    seen = set(Complaint.objects.visible_to(house.group_approver).values_list("pk", flat=True))
    assert (dear.pk in seen, cheap.pk in seen) == (True, False)
    complaint = act("group_approve", act("approve", dear, house.gm, note=""), house.group_approver, note="")
    assert complaint.state == "reply"
    assert not complaint.timers.filter(code="group_plan").exists()


@pytest.mark.django_db
def test_a_cheaper_second_round_takes_no_group() -> None:
    house = House(in_group=True)
    RemedyLimits.objects.create(branch=house.branch, currency="CNY", gm=100)
    complaint = act("approve_ng", paid(house, "101"), house.gm, reason="太多")
    assert complaint.remedy_level == "group"
    plan = plan_of(house, complaint)
    complaint = act("propose", complaint, house.handler, plan=plan)
    assert complaint.remedy_level == ""


@pytest.mark.django_db
def test_a_currency_without_limits_is_the_general_managers() -> None:
    house = House()
    RemedyLimits.objects.create(branch=house.branch, currency="CNY", head=1, gm=2)
    assert amount_limits_of(house.branch.pk, "EUR") == SHIPPED
    assert amount_limits_of(house.branch.pk, "CNY") == AmountLimits(Decimal(1), Decimal(2))
