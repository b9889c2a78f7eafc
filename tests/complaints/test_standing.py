"""Who may decide when people coincide, are away or are complained about (R2, R3, R16, R19)."""

import datetime as dt

import pytest

from complaints.models import Complaint, Part, Round, Signature
from complaints.moves import MOVES
from complaints.refusals import BadInput, NotAllowed
from complaints.standing import deciders, standings
from organisation.models import Deputy, Person
from organisation.roles import Role

from .factories import House, act, at_state, plan_of, received

pytestmark = pytest.mark.django_db


def names(complaint: Complaint) -> list[str]:
    return [d.person.name for d in deciders(complaint)]


def deputise(absent: Person, deputy: Person, *, days: int = 0) -> Deputy:
    """For today, or for one day so many days from now."""
    day = dt.datetime.now(dt.UTC).astimezone(absent.branch.tz).date() + dt.timedelta(days=days)
    return Deputy.objects.create(absent=absent, deputy=deputy, starts_on=day, ends_on=day, named_by=absent)


def head_drafts(house: House) -> Complaint:
    """The head handles it himself and proposes."""
    complaint = at_state("confirmation", house)
    act("confirm", complaint, house.head, handler=house.head)
    return act("propose", complaint, house.head, plan=plan_of(house))


def test_the_head_reviews_and_the_general_manager_approves() -> None:
    house = House()
    complaint = at_state("review", house)
    assert names(complaint) == [house.head.name]
    complaint = act("review_ok", complaint, house.head, note="")
    assert names(complaint) == [house.gm.name]


def test_a_deputy_decides_in_his_period_and_signs_as_deputy() -> None:
    house = House()
    complaint = at_state("review", house)
    deputise(house.head, house.owner)
    act("review_ok", complaint, house.owner, note="")
    signature = Signature.objects.get(meaning="reviewed")
    assert (signature.person, signature.on_behalf) == (house.owner, house.head)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_deputy_of_another_day_may_not(days: int) -> None:
    house = House()
    complaint = at_state("review", house)
    deputise(house.head, house.stranger, days=days)
    assert not Complaint.objects.visible_to(house.stranger).filter(pk=complaint.pk).exists()
    with pytest.raises(NotAllowed):
        act("review_ok", complaint, house.stranger, note="")


def test_who_drafted_does_not_review_the_manager_does_and_is_told_why() -> None:
    house = House()
    complaint = head_drafts(house)
    [decider] = deciders(complaint)
    assert decider.person == house.manager
    assert "the business manager reviews" in str(decider.standing.why)
    with pytest.raises(NotAllowed):
        act("review_ok", complaint, house.head, note="")
    assert act("review_ok", complaint, house.manager, note="").state == "approval"


def test_the_heads_deputy_reviews_what_the_head_drafted() -> None:
    house = House()
    complaint = head_drafts(house)
    deputise(house.head, house.owner)
    assert names(complaint) == [house.owner.name]


def test_without_managers_the_general_manager_reviews_and_then_does_not_approve() -> None:
    house = House(in_group=True)
    complaint = head_drafts(house)
    Person.objects.filter(pk=house.manager.pk).update(roles=[])
    assert names(complaint) == [house.gm.name]
    complaint = act("review_ok", complaint, house.gm, note="")
    assert names(complaint) == [house.group_approver.name]
    with pytest.raises(NotAllowed):
        act("approve", complaint, house.gm, note="")


def test_the_manager_approves_when_the_general_manager_reviewed_and_there_is_no_group() -> None:
    house = House()
    complaint = head_drafts(house)
    Person.objects.filter(pk=house.manager.pk).update(roles=[])
    complaint = act("review_ok", complaint, house.gm, note="")
    Person.objects.filter(pk=house.manager.pk).update(roles=[Role.MANAGER])
    assert names(complaint) == [house.manager.name]
    assert act("approve", complaint, house.manager, note="").state == "reply"


def test_when_nobody_is_left_any_of_them_decides_with_a_reason_that_is_marked() -> None:
    """A company of two: the general manager heads the department and handles, there is no manager."""
    house = House()
    complaint = at_state("confirmation", house)
    Person.objects.filter(pk=house.manager.pk).update(roles=[])
    house.production.head = house.gm
    house.production.save()
    act("confirm", complaint, house.gm, handler=house.gm)
    complaint = act("propose", complaint, house.gm, plan=plan_of(house))
    [decider] = deciders(complaint)
    assert (decider.person, decider.standing.exception) == (house.gm, True)
    with pytest.raises(BadInput) as refusal:
        act("review_ok", complaint, house.gm, note="")
    assert list(refusal.value.errors) == ["exception"]
    act("review_ok", complaint, house.gm, note="", exception="只有我一人")
    act("approve", complaint, house.gm, note="", exception="只有我一人")
    assert Round.objects.get(complaint=complaint).four_eyes_exception == "只有我一人"


def test_a_person_who_left_is_not_proposed() -> None:
    house = House()
    complaint = at_state("review", house)
    Person.objects.filter(pk=house.head.pk).update(is_active=False)
    assert names(Complaint.objects.get(pk=complaint.pk)) == [house.manager.name]


def test_the_head_complained_about_neither_sees_nor_acts_and_another_is_named() -> None:
    house = House()
    complaint = at_state("confirmation", house, against=house.head)
    assert not Complaint.objects.visible_to(house.head).filter(pk=complaint.pk).exists()
    assert standings(house.fresh("head"), complaint) == []
    with pytest.raises(NotAllowed):
        act("confirm", complaint, house.head, handler=house.handler)
    act("name_acting_head", complaint, house.gm, person=house.owner, reason="投诉的是他")
    assert Complaint.objects.visible_to(house.fresh("owner")).filter(pk=complaint.pk).exists()
    assert act("confirm", complaint, house.owner, handler=house.handler).state == "action"


def test_the_one_complained_about_sees_it_only_while_a_statement_is_asked_of_him() -> None:
    house = House()
    complaint = at_state("triage", house, against=house.asked)
    act("ask_statement", complaint, house.manager, person=house.asked, question="当时情况")
    assert Complaint.objects.visible_to(house.fresh("asked"), asked=True).filter(pk=complaint.pk).exists()
    with pytest.raises(NotAllowed):
        act("remark", complaint, house.asked, text="我不同意")
    act("give_statement", complaint, house.asked, statement="我在场")
    assert not Complaint.objects.visible_to(house.fresh("asked"), asked=True).filter(pk=complaint.pk).exists()


def test_nobody_is_given_a_part_in_a_complaint_about_himself() -> None:
    house = House()
    complaint = at_state("confirmation", house, against=house.handler)
    with pytest.raises(BadInput) as refusal:
        act("confirm", complaint, house.head, handler=house.handler)
    assert list(refusal.value.errors) == ["handler"]
    assert not Part.objects.filter(complaint=complaint).exists()


def test_contested_twice_only_the_general_manager_assigns() -> None:
    house = House()
    complaint = at_state("confirmation", house)
    for _ in range(2):
        act("contest", complaint, house.head, reason="不是我们", proposed=house.warehouse)
        if Complaint.objects.get(pk=complaint.pk).contested < 2:
            act("assign", complaint, house.manager, department=house.production)
    with pytest.raises(NotAllowed):
        act("assign", complaint, house.manager, department=house.production)
    assert act("assign", complaint, house.gm, department=house.production).state == "confirmation"


def test_an_assistants_closing_waits_for_the_manager_a_managers_does_not() -> None:
    house = House()
    told = {"explained": "已说明", "told_at": received(house).recorded_at}
    by_assistant = act("answer_on_the_spot", received(house), house.assistant, **told)
    by_manager = act("answer_on_the_spot", received(house), house.manager, **told)
    assert (by_assistant.countersign, by_manager.countersign) == ("waiting", "")


@pytest.mark.parametrize(
    "heavy",
    [
        {"wants": ["compensation"]},
        {"wants": ["return"]},
        {"effect": "line"},
        {"effect": "safety"},
        {"exposure": "threatened"},
        {"lawsuit": "happened"},
        {"confidential": True},
    ],
)
def test_what_is_heavy_is_not_closed_on_the_spot(heavy: dict[str, object]) -> None:
    house = House()
    obstacle = MOVES["answer_on_the_spot"].obstacle(received(house, **heavy))
    assert str(obstacle).startswith("With money, a return, a stopped line")
    assert MOVES["answer_on_the_spot"].obstacle(received(house)) is None
