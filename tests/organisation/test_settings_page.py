"""One's own settings: each card saves what is its own, and nothing of anybody else."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from organisation.models import Deputy, Person, SignIn
from organisation.roles import Role
from tests.factories import PASSWORD, BranchFactory, PersonFactory

pytestmark = pytest.mark.django_db

NEW = "a sentence of my own"


@pytest.fixture
def person(client: Client) -> Person:
    person = PersonFactory(username="zhao.qiming", roles=[Role.MANAGER])
    client.force_login(person)
    return person


def read(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


# Language and look, keyboard


def test_language_and_theme_are_kept(client: Client, person: Person) -> None:
    response = client.post("/settings/look/", {"language": "zh-hans", "theme": "dark"})
    assert response["Location"] == "/settings/#look"
    assert response.cookies["theme"].value == "dark"
    assert (read(person).language, read(person).theme) == ("zh-hans", "dark")
    assert client.get("/settings/")["Content-Language"] == "zh-hans"
    assert 'data-theme="dark"' in client.get("/settings/").content.decode()


def test_as_the_browser_and_as_the_system(client: Client, person: Person) -> None:
    Person.objects.update(language="zh-hans", theme="dark")
    client.cookies["language"] = "zh-hans"
    client.post("/settings/look/", {"language": "browser", "theme": "system"})
    assert (read(person).language, read(person).theme) == ("", "")
    page = client.get("/settings/", HTTP_ACCEPT_LANGUAGE="en")
    assert page["Content-Language"] == "en"
    assert "data-theme" not in page.content.decode()


def test_an_unknown_language_is_refused(client: Client, person: Person) -> None:
    response = client.post("/settings/look/", {"language": "tlh", "theme": "dark"})
    assert response.status_code == 422
    assert set(response.context["look"].errors) == {"language"}
    assert read(person).theme == ""


@pytest.mark.parametrize("wish", ["late", "none", "all"])
def test_which_notices_come_by_mail(client: Client, person: Person, wish: str) -> None:
    answer = client.post("/settings/mail/", {"mail": wish})
    assert (answer.status_code, answer["Location"], read(person).mail) == (302, "/settings/#mail", wish)


@pytest.mark.parametrize("wish", ["", "sometimes"])
def test_a_wish_there_is_not_changes_nothing(client: Client, person: Person, wish: str) -> None:
    answer = client.post("/settings/mail/", {"mail": wish, "roles": "administrator"})
    assert (answer.status_code, read(person).mail, read(person).roles) == (422, "all", person.roles)


def test_where_mail_goes_is_said(client: Client, person: Person) -> None:
    assert "has entered no e-mail address for you" in client.get("/settings/").content.decode()
    Person.objects.update(email="gaoyuan@lanchuan.example")
    assert "To gaoyuan@lanchuan.example." in client.get("/settings/").content.decode()


def test_single_keys_off_and_on(client: Client, person: Person) -> None:
    client.post("/settings/keys/", {})
    assert not read(person).single_keys
    assert 'data-keys="off"' in client.get("/settings/").content.decode()
    client.post("/settings/keys/", {"single_keys": "on"})
    assert read(person).single_keys


def test_fields_that_are_not_offered_are_not_saved(client: Client, person: Person) -> None:
    client.post("/settings/keys/", {"roles": "administrator", "username": "x", "is_active": ""})
    client.post("/settings/look/", {"language": "en", "theme": "dark", "roles": "administrator", "branch": "99"})
    now = read(person)
    assert (now.roles, now.username, now.is_active, now.branch_id) == (["manager"], "zhao.qiming", True, person.branch_id)


# Password


def change(client: Client, current: str = PASSWORD, new: str = NEW, again: str = NEW) -> Any:
    return client.post("/settings/password/", {"current": current, "new": new, "again": again})


def test_password_is_changed_and_other_sessions_end(client: Client, person: Person) -> None:
    other = Client()
    other.force_login(read(person))
    key = client.cookies["session"].value
    assert change(client)["Location"] == "/settings/"
    assert read(person).check_password(NEW)
    assert client.get("/settings/").status_code == 200
    assert client.cookies["session"].value != key
    assert other.get("/settings/").status_code == 302


@pytest.mark.parametrize(
    ("typed", "field", "text"),
    [
        ({"current": "wrong"}, "current", "This is not your current password."),
        ({"again": "something else"}, "again", "The two passwords differ."),
        ({"new": PASSWORD, "again": PASSWORD}, "new", "This is the password you have already."),
        ({"new": "short", "again": "short"}, "new", "This password is too short. It must contain at least 12 characters."),
        ({"new": "zhao.qiming.1", "again": "zhao.qiming.1"}, "new", "The password is too similar to the sign-in name."),
    ],
)
def test_what_is_wrong_with_a_password_is_said_at_its_field(
    client: Client, person: Person, typed: dict[str, str], field: str, text: str
) -> None:
    response = change(client, **typed)
    assert response.status_code == 422
    assert response.context["password"].errors == {field: [text]}
    assert read(person).check_password(PASSWORD)


def test_guessing_the_current_password_is_braked(client: Client, person: Person) -> None:
    for _ in range(5):
        change(client, current="wrong")
    response = change(client)
    assert response.context["password"].errors["current"] == ["Too many wrong tries. Try again in 1 minute."]
    assert read(person).check_password(PASSWORD)


def test_the_address_of_the_form_leads_to_the_settings(client: Client, person: Person) -> None:
    assert client.get("/settings/password/")["Location"] == "/settings/"


# Sessions


def test_ending_all_other_sessions(client: Client, person: Person) -> None:
    other, somebody_else = Client(), Client()
    other.force_login(person)
    somebody_else.force_login(PersonFactory())
    assert len(client.get("/settings/").context["sessions"]) == 2
    assert client.post("/settings/sessions/end/")["Location"] == "/settings/#sessions"
    assert other.get("/settings/").status_code == 302
    assert client.get("/settings/").status_code == 200
    assert somebody_else.get("/settings/").status_code == 200
    assert len(client.get("/settings/").context["sessions"]) == 1


# Absence


@pytest.fixture
def colleague(person: Person) -> Person:
    return PersonFactory(branch=person.branch, name="何雨桐", name_en="He Yutong")


@pytest.fixture
def gm(person: Person) -> Person:
    person.branch.gm = PersonFactory(branch=person.branch, name="沈国梁", name_en="Shen Guoliang")
    person.branch.save()
    return person.branch.gm


def today(person: Person) -> dt.date:
    return timezone.localdate(timezone=person.branch.tz)


def name(client: Client, absent: Person, deputy: Person, first: int = 0, last: int = 5) -> Any:
    days = {"starts_on": today(absent) + dt.timedelta(days=first), "ends_on": today(absent) + dt.timedelta(days=last)}
    return client.post("/settings/absence/", {"absent": absent.pk, "deputy": deputy.pk, **days})


def test_a_manager_names_a_deputy(client: Client, person: Person, colleague: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "redress.security")
    assert name(client, person, colleague)["Location"] == "/settings/#absence"
    row = Deputy.objects.get()
    assert (row.absent, row.deputy, row.named_by, row.starts_on) == (person, colleague, person, today(person))
    page = client.get("/settings/").content.decode()
    assert f"{person} is away, He Yutong is deputy" in page
    details = f'absent="{person.pk}" deputy="{colleague.pk}" period="{row.pk}"'
    assert caplog.messages[-1] == f'deputy.named actor="{person.pk}" address="127.0.0.1" {details}'


def test_a_manager_names_nobody_for_others(client: Client, person: Person, colleague: Person, gm: Person) -> None:
    response = name(client, colleague, gm)
    assert response.status_code == 422
    assert set(response.context["absence"].errors) == {"absent"}
    assert Deputy.objects.count() == 0


def test_an_employee_names_nobody(person: Person, colleague: Person, gm: Person) -> None:
    client = Client()
    client.force_login(colleague)
    assert client.get("/settings/").context["absence"] is None
    assert "name their deputies here" in client.get("/settings/").content.decode()
    assert name(client, colleague, gm).status_code == 422
    assert Deputy.objects.count() == 0


def test_the_gm_names_for_anybody(person: Person, colleague: Person, gm: Person) -> None:
    client = Client()
    client.force_login(gm)
    assert name(client, person, colleague).status_code == 302
    assert Deputy.objects.get().named_by == gm


@pytest.mark.parametrize(
    ("first", "last", "errors"),
    [
        (3, 2, {"ends_on": ["The last day is before the first."]}),
        (-1, 2, {"starts_on": ["This day is over. A deputy is named from today on."]}),
    ],
)
def test_periods_that_cannot_be(
    client: Client, person: Person, colleague: Person, first: int, last: int, errors: dict[str, list[str]]
) -> None:
    response = name(client, person, colleague, first, last)
    assert response.status_code == 422
    assert response.context["absence"].errors == errors


def test_nobody_is_their_own_deputy(client: Client, person: Person) -> None:
    assert name(client, person, person).context["absence"].errors == {"deputy": ["Nobody is their own deputy."]}


def test_a_deputy_is_of_the_branch_and_active(client: Client, person: Person) -> None:
    for stranger in (PersonFactory(branch=BranchFactory()), PersonFactory(branch=person.branch, is_active=False)):
        assert set(name(client, person, stranger).context["absence"].errors) == {"deputy"}


def test_empty_and_broken_days(client: Client, person: Person, colleague: Person) -> None:
    typed = {"absent": person.pk, "deputy": colleague.pk, "starts_on": "2026-02-30", "ends_on": ""}
    response = client.post("/settings/absence/", typed)
    assert set(response.context["absence"].errors) == {"starts_on", "ends_on"}
    assert 'value="2026-02-30"' in response.content.decode()


def test_ending_early(client: Client, person: Person, colleague: Person) -> None:
    name(client, person, colleague)
    row = Deputy.objects.get()
    assert client.post(f"/settings/absence/{row.pk}/end/").status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_at is not None
    assert client.post(f"/settings/absence/{row.pk}/end/").status_code == 404


def test_a_period_of_others_is_not_found(client: Client, person: Person, colleague: Person, gm: Person) -> None:
    row = Deputy.objects.create(absent=gm, deputy=colleague, named_by=gm, starts_on=today(gm), ends_on=today(gm))
    assert client.post(f"/settings/absence/{row.pk}/end/").status_code == 404
    row.refresh_from_db()
    assert row.withdrawn_at is None


def test_a_deputy_reads_whom_they_stand_for(client: Client, person: Person, gm: Person) -> None:
    Deputy.objects.create(absent=gm, deputy=person, named_by=gm, starts_on=today(gm), ends_on=today(gm))
    assert "You are deputy for Shen Guoliang" in client.get("/settings/").content.decode()


# The page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(client: Client, person: Person, gm: Person, rows: int, django_assert_num_queries: Any) -> None:
    client.force_login(gm)
    for n in range(rows):
        PersonFactory(branch=person.branch)
        Client().force_login(gm)
        days = {"starts_on": today(gm) + dt.timedelta(days=n), "ends_on": today(gm) + dt.timedelta(days=n)}
        Deputy.objects.create(absent=gm, deputy=PersonFactory(branch=person.branch), named_by=gm, **days)
        Deputy.objects.create(absent=PersonFactory(branch=person.branch), deputy=gm, named_by=gm, **days)
    with django_assert_num_queries(25):  # one of them the bell, two what ran out, two what a manager verifies and signs
        client.get("/settings/")


@pytest.mark.parametrize("path", ["look", "keys", "mail", "sessions/end", "absence", "absence/1/end"])
def test_saving_is_a_post(client: Client, person: Person, path: str) -> None:
    response = client.get(f"/settings/{path}/?language=zh-hans&theme=dark")
    assert (response.status_code, response["Location"]) == (302, "/settings/")
    assert (read(person).theme, read(person).single_keys) == ("", True)


def test_sign_in_rows_of_others_are_not_listed(client: Client, person: Person) -> None:
    Client().force_login(PersonFactory())
    assert [row.person for row in client.get("/settings/").context["sessions"]] == [person]
    assert SignIn.objects.count() == 2
