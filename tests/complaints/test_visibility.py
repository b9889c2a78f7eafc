"""Who sees which complaint (R4), against a table typed from the spec and not from the code; and every way to one gives the same answer."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Complaint
from organisation.models import Deputy, Person
from organisation.roles import Role
from tests.complaints.factories import WORDS, House, act, at_state, received
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

# new: an assistant took it · own: the employee recorded it · plain: with Production, in follow-up · former: was the warehouse's first
# secret: confidential, else like plain · about: about a colleague of Production · away: another branch's · grave: another branch's, grade 2
# hushed: another branch's, grade 1, confidential
SEES = """
               | new | own | plain | former | secret | about | away | grave | hushed
assistant      | yes | yes | yes   | yes    | -      | yes   | -    | -     | -
manager        | yes | yes | yes   | yes    | yes    | yes   | -    | -     | -
gm             | yes | yes | yes   | yes    | yes    | yes   | -    | -     | -
gm's deputy    | yes | yes | yes   | yes    | yes    | yes   | -    | -     | -
management_rep | yes | yes | yes   | yes    | -      | yes   | -    | -     | -
auditor        | yes | yes | yes   | yes    | yes    | yes   | -    | -     | -
head           | -   | -   | yes   | yes    | yes    | yes   | -    | -     | -
head's deputy  | -   | -   | yes   | yes    | yes    | yes   | -    | -     | -
tomorrow's     | -   | -   | -     | -      | -      | -     | -    | -     | -
handler        | -   | -   | yes   | yes    | yes    | yes   | -    | -     | -
staff          | -   | -   | yes   | yes    | -      | -     | -    | -     | -
owner          | -   | -   | yes   | yes    | yes    | -     | -    | -     | -
storeman       | -   | -   | -     | yes    | -      | -     | -    | -     | -
verifier       | -   | -   | yes   | -      | yes    | -     | -    | -     | -
asked          | -   | -   | yes   | -      | yes    | -     | -    | -     | -
employee       | -   | yes | -     | -      | -      | -     | -    | -     | -
group_approver | -   | -   | -     | -      | -      | -     | -    | yes   | -
administrator  | -   | -   | -     | -      | -      | -     | -    | -     | -
stranger       | -   | -   | -     | -      | -      | -     | -    | -     | -
"""


def expected() -> dict[str, set[str]]:
    head, *lines = SEES.strip("\n").splitlines()
    kinds = [kind.strip() for kind in head.split("|")[1:]]
    rows = (line.split("|") for line in lines)
    return {who.strip(): {kind for kind, cell in zip(kinds, cells, strict=True) if cell.strip() == "yes"} for who, *cells in rows}


def deputise(absent: Person, days: int = 0) -> Person:
    """A new colleague of the same branch stands in, today or so many days from now."""
    deputy = PersonFactory(branch=absent.branch)
    day = dt.datetime.now(dt.UTC).astimezone(absent.branch.tz).date() + dt.timedelta(days=days)
    Deputy.objects.create(absent=absent, deputy=deputy, starts_on=day, ends_on=day, named_by=absent)
    return deputy


class World:
    """The complaints of the table by kind, and its people by name."""

    def __init__(self) -> None:
        self.house = house = House()
        away = House(in_group=True)
        self.complaints = {
            "new": received(house),
            "own": received(house, actor=house.employee),
            "plain": at_state("follow_up", house),
            "former": self._former(),
            "secret": at_state("follow_up", house, confidential=True),
            "about": at_state("action", house, against=house.staff),
            "away": received(away),
            "grave": at_state("group_approval", away, grade=2),
            "hushed": at_state("assignment", away, grade=1, confidential=True),
        }
        for kind in ("plain", "secret"):
            act("ask_statement", self.complaints[kind], house.manager, person=house.asked, question="当时情况？")
        self.numbers = {complaint.number: kind for kind, complaint in self.complaints.items()}
        self.others = {
            "gm's deputy": deputise(house.gm),
            "head's deputy": deputise(house.head),
            "tomorrow's": deputise(house.head, days=1),
            "storeman": PersonFactory(department=house.warehouse),
        }

    def _former(self) -> Complaint:
        house = self.house
        complaint = act("assign", at_state("assignment", house), house.manager, department=house.warehouse, note="")
        act("contest", complaint, house.owner, reason="不是我们发的货", proposed=house.production)
        return act("assign", complaint, house.manager, department=house.production, note="")

    def person(self, who: str) -> Person:
        known = self.others.get(who) or self.house.person(who)
        return Person.objects.select_related("branch", "department").get(pk=known.pk)

    def kinds(self, numbers: Any) -> set[str]:
        return {self.numbers[number] for number in numbers}


@pytest.fixture
def world() -> World:
    return World()


def wrong(world: World, asked: Any) -> list[str]:
    """Where a way to complaints differs from the table: `asked(person)` gives the kinds it shows."""
    found = {who: asked(world.person(who)) for who in expected()}
    return [f"{who}: {sorted(found[who])}, expected {sorted(kinds)}" for who, kinds in expected().items() if found[who] != kinds]


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_query_is_as_the_spec_says(world: World) -> None:
    assert wrong(world, lambda person: world.kinds(Complaint.objects.visible_to(person).values_list("number", flat=True))) == []


# ── every way to a complaint: what it shows a person, by number ──────────────────────────────────────────────


def listed(client: Client, world: World) -> list[str]:
    context = client.get(reverse("complaint_list"), {"tab": "all"}).context
    numbers = [row["number"] for row in context["rows"]]
    assert context["page"].total == len(numbers)
    return numbers


def searched(client: Client, world: World) -> list[str]:
    assert "渗油" in WORDS
    return [row["number"] for row in client.get(reverse("complaint_list"), {"q": "渗油"}).context["rows"]]


def jumped_to(client: Client, world: World) -> list[str]:
    return [number for number in world.numbers if client.get(reverse("complaint_list"), {"q": number}).status_code == 302]


def exported(client: Client, world: World, **query: Any) -> list[str]:
    response = client.get(reverse("complaint_export", args=["csv"]), query or {"tab": "all"})
    rows = list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    return [row[0] for row in rows[1:]]


def exported_by_number(client: Client, world: World) -> list[str]:
    return exported(client, world, n=list(world.numbers))


def opened(client: Client, world: World) -> list[str]:
    answers = {number: client.get(reverse("complaint", args=[number])).status_code for number in world.numbers}
    assert set(answers.values()) <= {200, 404}
    return [number for number, status in answers.items() if status == 200]


def acted_on(client: Client, world: World) -> list[str]:
    return [number for number in world.numbers if client.post(reverse("move", args=[number, "remark"])).status_code != 404]


def worked_on(client: Client, world: World) -> list[str]:
    """My work may show less, never more."""
    context = client.get(reverse("my_work")).context
    waiting = [row for group in context["groups"] for row in group.rows]
    rows = (*waiting, *context["countersign"], *context["dated"], *context["followed"]["rows"])
    return [row.complaint.number for row in rows]


def test_every_way_gives_the_same_answer(world: World) -> None:
    ways = (listed, searched, jumped_to, exported, exported_by_number, opened, acted_on)
    clients = {world.person(who).pk: signed_in(world.person(who)) for who in expected()}
    found = {way.__name__: wrong(world, lambda person, way=way: world.kinds(way(clients[person.pk], world))) for way in ways}
    assert found == {way.__name__: [] for way in ways}


def test_my_work_shows_nothing_beyond_it(world: World) -> None:
    beyond = {who: world.kinds(worked_on(signed_in(world.person(who)), world)) - kinds for who, kinds in expected().items()}
    assert {who: kinds for who, kinds in beyond.items() if kinds} == {}


# ── what changes who sees ────────────────────────────────────────────────────────────────────────────────────


def test_whoever_it_is_about_sees_it_while_asked_for_a_statement() -> None:
    house = House()
    complaint = at_state("action", house, against=house.staff)
    act("ask_statement", complaint, house.manager, person=house.staff, question="当时情况？")
    assert list(Complaint.objects.visible_to(house.fresh("staff"), asked=True)) == [complaint]
    act("give_statement", complaint, house.staff, statement="我按规程操作")
    assert list(Complaint.objects.visible_to(house.fresh("staff"), asked=True)) == []


def test_a_part_that_has_ended_shows_nothing_any_more() -> None:
    house = House()
    complaint = at_state("action", house)
    act("ask_statement", complaint, house.manager, person=house.asked, question="当时情况？")
    assert list(Complaint.objects.visible_to(house.fresh("asked"))) == [complaint]
    act("give_statement", complaint, house.asked, statement="我在场")
    assert list(Complaint.objects.visible_to(house.fresh("asked"))) == []


def test_a_manager_does_not_see_what_is_about_him() -> None:
    house = House()
    received(house, against=house.manager)
    assert list(Complaint.objects.visible_to(house.fresh("manager"))) == []


def test_a_role_taken_away_is_gone_with_the_next_request() -> None:
    house = House()
    number = received(house).number
    client = signed_in(house.assistant)
    assert client.get(reverse("complaint", args=[number])).status_code == 200
    Person.objects.filter(pk=house.assistant.pk).update(roles=[Role.VERIFIER])
    Complaint.objects.update(recorded_by=house.manager)
    assert client.get(reverse("complaint", args=[number])).status_code == 404
    assert client.get("/complaints/").context["page"].total == 0


def test_a_deputy_s_period_that_was_ended_early_shows_nothing() -> None:
    house = House()
    at_state("confirmation", house)
    deputy = deputise(house.head)
    assert Complaint.objects.visible_to(Person.objects.get(pk=deputy.pk)).count() == 1
    Deputy.objects.update(withdrawn_at=dt.datetime.now(dt.UTC))
    assert Complaint.objects.visible_to(Person.objects.get(pk=deputy.pk)).count() == 0


def test_whoever_verified_keeps_seeing_it() -> None:
    house = House()
    complaint = at_state("follow_up", house)
    measure = complaint.measures.get(kind="corrective")
    act("measure_done", complaint, house.owner, measure=measure, evidence="单据")
    measure.refresh_from_db()
    act("not_effective", complaint, house.verifier, measure=measure, reason="又渗")
    Person.objects.filter(pk=house.verifier.pk).update(roles=[])
    assert complaint.number in Complaint.objects.visible_to(house.fresh("verifier")).values_list("number", flat=True)


def test_somebody_s_few_complaints_are_the_same_as_by_the_general_way(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list looks them up by number for whoever sees few; with the limit at 0 it goes the general way."""
    monkeypatch.setattr("complaints.listing.criteria.FEW", 0)
    assert wrong(world, lambda person: world.kinds(listed(signed_in(person), world))) == []
