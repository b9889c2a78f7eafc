"""From recording to closing without a dead end, each step by whoever is proposed (R2, R3, R19): small companies, posts that are empty or
coincide, complaints about those who would decide."""

import datetime as dt
from typing import Any

import pytest

from complaints.models import Complaint, Measure, Round
from complaints.plans import MeasureDraft, PlanDraft
from complaints.refusals import NotAllowed
from complaints.roster import Roster
from complaints.standing import deciders, standings, verifiers
from complaints.turns import Turns
from complaints.verification import verify
from complaints.worklist import WorkList, measures_to_verify
from organisation.models import Deputy, Person
from organisation.roles import Role

from .factories import DUE, House, act, received

pytestmark = pytest.mark.django_db


class Play:
    """Plays one complaint; at each step whoever is proposed acts, and must have it on his list."""

    def __init__(self, house: House, **fields: Any) -> None:
        self.house = house
        self.complaint = received(house, type=house.type, **fields)
        self.who: list[tuple[str, Person]] = []
        self.whys: set[str] = set()

    def fresh(self) -> Complaint:
        self.complaint = Complaint.objects.select_related("branch__gm", "department__head", "type", "acting_head").get(pk=self.complaint.pk)
        return self.complaint

    def proposed(self) -> list[Person]:
        people = list(Turns([self.fresh()]).of(self.complaint).people)
        assert people, f"nobody is proposed in {self.complaint.state}"
        assert self.complaint.against not in people
        return people

    def step(self, name: str, people: list[Person] | None = None, *, listed: bool = True, **inputs: Any) -> None:
        for person in people or self.proposed():
            known = Person.objects.select_related("branch", "department").get(pk=person.pk)
            if listed:
                assert self.complaint.pk in WorkList(known).places, f"{name} is not on the list of {known}"
            self.whys |= {str(standing.why) for standing in standings(known, self.complaint) if standing.why}
            act(name, self.complaint, known, **inputs)
            self.who.append((name, known))
            self.fresh()
            return

    def play(self) -> "Play":
        house = self.house
        self.step("submit")
        self.step("judge", type=house.type, nature="general", criteria=[], grade=4, grade_reason="按规定", nature_reason="")
        self.step("assign", department=house.production)
        self.to_action()
        self.step("propose", plan=self.plan())
        while self.complaint.state in ("review", "approval", "group_approval"):
            self.decide()
        self.step("send_reply", text="已查明", means="email")
        self.step("customer_agrees", list(Turns([self.complaint]).desk(self.complaint).people), listed=False, words="好", means="telephone")
        self.carry_out()
        self.step("record_visit", means="telephone", satisfied=True, score=5, words="满意")
        self.named()
        self.step("sign_off", words="已归档")
        self.step("close", lessons="寿命要计数")
        assert self.complaint.state == "closed"
        assert verify(self.complaint).bad == []
        return self

    def named(self) -> None:
        if self.complaint.against_id and self.complaint.in_charge and self.complaint.in_charge.pk == self.complaint.against_id:
            self.step("name_acting_head", person=self.house.staff, reason="投诉的是他")

    def to_action(self) -> None:
        self.named()
        self.step("confirm", handler=self.house.handler)

    def plan(self) -> PlanDraft:
        measures = [MeasureDraft("corrective", "换货", self.house.owner, DUE)]
        more = {"escape_category": "measurement", "remedy_kinds": ["replacement"]}
        return PlanDraft("justified", "查了三批", "毛刺", "machine", "未检", "", measures, **more)

    def decide(self) -> None:
        first = deciders(self.complaint)[0]
        name = {"review": "review_ok", "approval": "approve", "group_approval": "group_approve"}[self.complaint.state]
        self.whys.add(str(first.standing.why))
        self.step(name, note="", **({"exception": "只有我一人"} if first.standing.exception else {}))

    def carry_out(self) -> None:
        for measure in Measure.objects.filter(complaint=self.complaint, round__number=self.complaint.round):
            self.step("measure_done", listed=False, measure=measure, evidence="单据")
            [first, *_] = verifiers(self.complaint, measure.owner_id, Roster.of([self.complaint]))
            assert measure in measures_to_verify(Person.objects.get(pk=first.person.pk))
            assert first.person in self.proposed()
            exception = {"exception": "只有我一人"} if first.standing.exception else {}
            self.whys.add(str(first.standing.why))
            done = Measure.objects.get(pk=measure.pk)
            self.step("verify", [first.person], listed=False, measure=done, evidence="抽查", **exception)

    def by(self, name: str) -> Person:
        return next(person for move, person in self.who if move == name)

    @property
    def exceptions(self) -> int:
        return Round.objects.filter(complaint=self.complaint).exclude(four_eyes_exception="").count()


def deputise(absent: Person, deputy: Person) -> None:
    day = dt.datetime.now(dt.UTC).astimezone(absent.branch.tz).date()
    Deputy.objects.create(absent=absent, deputy=deputy, starts_on=day, ends_on=day, named_by=absent)


def only(house: House, *people: Person) -> None:
    """Nobody else is left in the company."""
    Person.objects.exclude(pk__in=[person.pk for person in people]).update(is_active=False)


def in_office(house: House, person: Person, *roles: Role, **places: Any) -> None:
    Person.objects.filter(pk=person.pk).update(roles=list(roles), **places)


def test_the_usual_company() -> None:
    house = House()
    played = Play(house).play()
    assert [played.by(name) for name in ("judge", "review_ok", "approve", "verify", "close")] == [
        house.manager, house.head, house.gm, house.verifier, house.manager,
    ]  # fmt: skip
    assert played.exceptions == 0


def test_a_department_of_two_where_the_handler_is_the_heads_deputy() -> None:
    house = House()
    deputise(house.head, house.handler)
    played = Play(house).play()
    assert played.by("propose") == house.handler
    assert played.by("review_ok") == house.head
    assert played.exceptions == 0


def test_the_head_handles_it_himself() -> None:
    house = House()
    house.handler = house.head
    played = Play(house).play()
    assert played.by("review_ok") == house.manager
    assert any("the business manager reviews" in why for why in played.whys)


def test_the_general_manager_heads_the_department() -> None:
    house = House()
    house.production.head = house.gm
    house.production.save()
    played = Play(house).play()
    assert (played.by("review_ok"), played.by("approve")) == (house.gm, house.manager)
    assert any("has signed this round already: the business manager approves" in why for why in played.whys)


def test_the_general_manager_is_absent_and_has_a_deputy() -> None:
    house = House()
    deputise(house.gm, house.staff)
    complaint = Play(house)
    assert house.gm in [d.person for d in deciders_at_approval(complaint)]
    act("approve", complaint.complaint, house.fresh("staff"), note="")
    event = complaint.fresh().events.get(kind="approve")
    assert (event.actor, event.on_behalf) == (house.staff, house.gm)


def deciders_at_approval(play: Play) -> list[Any]:
    play.step("submit")
    play.step("judge", type=play.house.type, nature="general", criteria=[], grade=4, grade_reason="按规定", nature_reason="")
    play.step("assign", department=play.house.production)
    play.to_action()
    play.step("propose", plan=play.plan())
    play.decide()
    return deciders(play.complaint)


def test_there_is_no_general_manager() -> None:
    house = House()
    house.branch.gm = None
    house.branch.save()
    played = Play(house).play()
    assert played.by("approve") == house.manager
    assert "There is no general manager, or the complaint is about him." in played.whys


def test_the_manager_is_the_handler() -> None:
    house = House()
    house.handler = house.manager
    played = Play(house).play()
    assert played.by("propose") == house.manager
    assert played.exceptions == 0


def test_there_is_no_verifier() -> None:
    house = House()
    in_office(house, house.verifier)
    played = Play(house).play()
    assert played.by("verify") == house.manager
    assert "Nobody else of the lead department verifies it: the business manager does." in played.whys


def test_the_only_verifier_owns_the_measure() -> None:
    house = House()
    house.owner = house.verifier
    played = Play(house).play()
    assert played.by("verify") == house.manager


@pytest.mark.parametrize("accused", ["head", "gm", "manager", "handler", "assistant", "verifier"])
def test_a_complaint_about_somebody_who_would_decide(accused: str) -> None:
    house = House()
    person = house.person(accused)
    house.handler = house.staff if accused == "handler" else house.handler
    actor = {"actor": house.employee} if accused == "assistant" else {}
    played = Play(house, against=person, **actor).play()
    assert person not in [one for _, one in played.who]
    if accused == "head":
        assert played.by("name_acting_head") == house.gm
    if accused == "gm":
        assert played.by("approve") == house.manager
    if accused == "manager":
        assert {played.by("judge"), played.by("close")} == {house.gm}


def test_confirmation_cannot_be_reached_by_the_head_it_is_about_nor_by_his_deputy() -> None:
    house = House()
    deputise(house.head, house.owner)
    played = Play(house, against=house.head)
    played.step("submit")
    played.step("judge", type=house.type, nature="general", criteria=[], grade=4, grade_reason="按规定", nature_reason="")
    played.step("assign", department=house.production)
    for person in (house.fresh("head"), house.fresh("owner")):
        with pytest.raises(NotAllowed):
            act("confirm", played.complaint, person, handler=house.handler)
    assert played.proposed() == [house.gm]


def test_a_company_of_two() -> None:
    """One leads everything, the other works."""
    house = House()
    boss, worker = house.gm, house.handler
    in_office(house, boss, Role.ASSISTANT, Role.MANAGER)
    only(house, boss, worker)
    house.production.head = boss
    house.production.save()
    house.assistant = house.manager = house.head = boss
    house.owner = worker
    played = Play(house, actor=boss).play()
    assert played.by("propose") == worker
    assert played.by("verify") == boss
    assert played.exceptions == 1


def test_a_company_of_one() -> None:
    """The four-eyes exception is the last way, given with a reason each time and counted."""
    house = House()
    boss = house.gm
    in_office(house, boss, Role.ASSISTANT, Role.MANAGER)
    only(house, boss)
    house.production.head = boss
    house.production.save()
    house.assistant = house.manager = house.head = house.handler = house.owner = boss
    played = Play(house, actor=boss).play()
    assert {person for _, person in played.who} == {boss}
    assert "Nobody but the owner is there to verify it." in played.whys
    assert played.exceptions == 1
