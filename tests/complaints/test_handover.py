"""The page on which somebody's duties are handed over: who may open it, what it shows, and what it answers."""

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Complaint, Promise
from escalation import clock
from organisation.models import Person
from tests.complaints.factories import House, at_state
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def administrator(client: Client, house: House) -> Client:
    client.force_login(house.administrator)
    return client


def page(person: Person) -> str:
    return reverse("deactivate_person", args=[person.pk])


@pytest.mark.parametrize(
    ("office", "status"),
    [("administrator", 200), ("gm", 200), ("manager", 404), ("head", 404), ("auditor", 404), ("assistant", 404), ("stranger", 404)],
)
def test_who_may_open_it(client: Client, house: House, office: str, status: int) -> None:
    at_state("action", house)
    client.force_login(house.person(office))
    assert client.get(page(house.handler)).status_code == status
    assert client.post(page(house.handler), {"deactivate": "on"}).status_code == (404 if status == 404 else 422)


def test_the_general_manager_of_another_branch_finds_nothing(client: Client, house: House) -> None:
    client.force_login(House().gm)
    assert client.get(page(house.handler)).status_code == 404


def test_an_administrator_reads_numbers_and_no_content(administrator: Client, house: House) -> None:
    complaint = at_state("follow_up", house, title="接头渗油")
    text = administrator.get(page(house.handler)).content.decode()
    assert complaint.number in text
    assert "接头渗油" not in text
    assert "加装刷具计数器" not in text
    administrator.force_login(house.gm)
    text = administrator.get(page(house.handler)).content.decode()
    assert "接头渗油" in text
    assert "加装刷具计数器" in text


def test_promises_to_keep_stand_among_the_duties(administrator: Client, house: House) -> None:
    complaint = at_state("action", house)
    promise = Promise.objects.create(
        complaint=complaint, text="补发证明", due_on="2027-01-05", made_at=clock.now(), made_by=house.assistant
    )
    text = administrator.get(page(house.assistant)).content.decode()
    assert "Promises to keep" in text
    assert complaint.number in text
    assert "补发证明" not in text
    administrator.force_login(house.gm)
    assert promise.text in administrator.get(page(house.assistant)).content.decode()


def test_hand_over_and_deactivate_in_one_act(administrator: Client, house: House) -> None:
    complaint = at_state("follow_up", house)
    response = administrator.post(page(house.handler), {"successor": house.staff.pk, "deactivate": "on"})
    assert (response.status_code, response["Location"]) == (302, reverse("admin:organisation_person_change", args=[house.handler.pk]))
    assert Complaint.objects.get(pk=complaint.pk).handler == house.staff
    assert not Person.objects.get(pk=house.handler.pk).is_active
    said = administrator.get("/").content.decode()
    assert "2 duties are now Colleague" in said
    assert "Gao Yuan is deactivated." in said


def test_the_general_manager_hands_over_but_does_not_deactivate(client: Client, house: House) -> None:
    at_state("action", house)
    client.force_login(house.gm)
    assert 'name="deactivate"' not in client.get(page(house.handler)).content.decode()
    response = client.post(page(house.handler), {"successor": house.staff.pk, "deactivate": "on"})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert Person.objects.get(pk=house.handler.pk).is_active


def test_nobody_deactivates_himself(administrator: Client, house: House) -> None:
    PersonFactory(roles=["administrator"])
    administrator.post(page(house.administrator), {"deactivate": "on"})
    assert Person.objects.get(pk=house.administrator.pk).is_active


def test_a_successor_has_to_be_named(administrator: Client, house: House) -> None:
    at_state("action", house)
    response = administrator.post(page(house.handler), {"deactivate": "on"})
    assert response.status_code == 422
    assert response.context["form"].errors == {"successor": ["Name who takes it over."]}
    assert response.context["form"]["deactivate"].value() is True
    assert Person.objects.get(pk=house.handler.pk).is_active


def test_whoever_it_is_about_is_refused_without_saying_so(administrator: Client, house: House) -> None:
    at_state("action", house, against=house.staff)
    response = administrator.post(page(house.handler), {"successor": house.staff.pk})
    assert response.status_code == 422
    assert response.context["form"].errors == {"successor": ["This person cannot take over everything. Choose somebody else."]}


def test_nothing_to_hand_over(administrator: Client, house: House) -> None:
    assert administrator.post(page(house.stranger), {}).status_code == 422
    assert administrator.post(page(house.stranger), {"deactivate": "on"}).status_code == 302
    assert administrator.get(page(house.stranger)).status_code == 404


def test_the_administration_leads_here(administrator: Client, house: House) -> None:
    shown = administrator.get(reverse("admin:organisation_person_change", args=[house.handler.pk])).content.decode()
    assert f'href="{page(house.handler)}"' in shown


def test_somebody_signed_in_is_out_at_once(client: Client, house: House) -> None:
    theirs = Client()
    theirs.force_login(house.stranger)
    assert theirs.get("/").status_code == 200
    client.force_login(house.administrator)
    client.post(page(house.stranger), {"deactivate": "on"})
    assert theirs.get("/").status_code == 302
