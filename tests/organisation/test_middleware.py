"""What every request asks: language, zone, a session that goes on, somebody signed in, a password of their own."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from organisation.models import Person, SignIn
from tests.factories import PASSWORD, BranchFactory, PersonFactory

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
POLL = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def person() -> Person:
    return PersonFactory(branch=BranchFactory(zone="Asia/Shanghai"))


@pytest.fixture
def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person)
    return client


def language_of(response: Any) -> str:
    return response["Content-Language"]


def age(**times: dt.timedelta) -> None:
    """Set the running session's times back."""
    SignIn.objects.update(**{field: timezone.now() - back for field, back in times.items()})


# Language and zone


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("zh", "zh-hans"),
        ("en-GB", "en"),
        ("de,fr;q=0.5", "en"),
        ("", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_language_of_the_browser(client: Client, accepts: str, language: str) -> None:
    response = client.get("/sign-in/", HTTP_ACCEPT_LANGUAGE=accepts)
    assert language_of(response) == language
    assert f'<html lang="{ {"en": "en", "zh-hans": "zh-CN"}[language] }"' in response.content.decode()


def test_the_persons_language_is_stronger_than_cookie_and_browser(signed_in: Client) -> None:
    signed_in.cookies["language"] = "en"
    assert language_of(signed_in.get("/settings/", HTTP_ACCEPT_LANGUAGE="zh")) == "en"
    Person.objects.update(language="zh-hans")
    assert language_of(signed_in.get("/settings/", HTTP_ACCEPT_LANGUAGE="en")) == "zh-hans"


def test_language_does_not_stay_for_the_next_request(client: Client) -> None:
    with translation.override("en"):
        client.get("/sign-in/", HTTP_ACCEPT_LANGUAGE="zh")
        assert translation.get_language() == "en"


def test_times_are_the_branchs(signed_in: Client) -> None:
    at = SignIn.objects.get().at.astimezone(dt.timezone(dt.timedelta(hours=8)))
    assert f'datetime="{at.isoformat(timespec="seconds")}"' in signed_in.get("/settings/").content.decode()


# Sessions


def test_every_page_wants_somebody_signed_in(client: Client) -> None:
    response = client.get("/settings/?tab=1")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=%2Fsettings%2F%3Ftab%3D1")


def test_what_was_posted_is_not_where_to_go_next(client: Client) -> None:
    assert client.post("/settings/keys/")["Location"] == "/sign-in/"


def test_a_part_of_a_page_is_told_401(client: Client) -> None:
    response = client.get("/settings/", **POLL)
    assert response.status_code == 401
    assert "<html" not in response.content.decode()
    assert "HX-Redirect" not in response


def test_half_an_hour_without_activity_ends_it(signed_in: Client) -> None:
    age(active_at=30 * MINUTE)
    assert signed_in.get("/settings/")["Location"] == "/sign-in/?next=%2Fsettings%2F&ended=1"
    assert signed_in.get("/settings/").status_code == 302
    assert SignIn.objects.get().ended_at is not None


def test_just_under_half_an_hour_goes_on_and_counts_anew(signed_in: Client) -> None:
    age(active_at=29 * MINUTE)
    assert signed_in.get("/settings/").status_code == 200
    assert timezone.now() - SignIn.objects.get().active_at < MINUTE


def test_twelve_hours_end_it_whatever_happens(signed_in: Client) -> None:
    age(at=dt.timedelta(hours=12))
    assert signed_in.get("/settings/").status_code == 302


def test_polling_alone_does_not_keep_it_going(signed_in: Client) -> None:
    age(active_at=29 * MINUTE)
    assert signed_in.get("/settings/", **POLL).status_code == 200
    age(active_at=31 * MINUTE)
    assert signed_in.get("/settings/", **POLL).status_code == 401


@pytest.mark.parametrize(
    ("method", "headers", "counts"),
    [
        ("get", POLL, False),
        ("get", {"HTTP_SEC_FETCH_MODE": "cors"}, False),
        ("get", POLL | {"HTTP_X_ACTIVITY": "0"}, False),
        ("get", POLL | {"HTTP_X_ACTIVITY": "1"}, True),
        ("get", {}, True),
        ("get", {"HTTP_SEC_FETCH_MODE": "navigate"}, True),
        ("post", POLL, True),
    ],
)
def test_what_counts_as_activity(signed_in: Client, method: str, headers: dict[str, str], counts: bool) -> None:
    age(active_at=20 * MINUTE)
    getattr(signed_in, method)("/settings/", **headers)
    assert (timezone.now() - SignIn.objects.get().active_at < MINUTE) is counts


def test_deactivation_holds_from_the_next_request_on(signed_in: Client, person: Person) -> None:
    assert signed_in.get("/settings/").status_code == 200
    Person.objects.update(is_active=False)
    assert signed_in.get("/settings/")["Location"] == "/sign-in/?next=%2Fsettings%2F&ended=1"


def test_a_session_that_names_somebody_elses_sign_in_is_over(signed_in: Client) -> None:
    SignIn.objects.update(person=PersonFactory())
    assert signed_in.get("/settings/").status_code == 302


def test_end_of_a_session_is_logged(signed_in: Client, person: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "redress.security")
    age(active_at=30 * MINUTE)
    signed_in.get("/settings/")
    assert caplog.messages == [f'session.over actor="{person.pk}" address="127.0.0.1"']


def test_a_quiet_request_costs_three_queries(signed_in: Client, django_assert_num_queries: Any) -> None:
    """The session, its person with branch and department, its sign-in; a page about nothing adds none."""
    with django_assert_num_queries(3):
        signed_in.get("/sign-out/")


# First passwords


def test_a_first_password_opens_nothing_but_the_page_to_change_it(client: Client, person: Person) -> None:
    Person.objects.update(must_change_password=True)
    client.force_login(person)
    assert client.get("/settings/")["Location"] == "/settings/password/"
    assert client.post("/settings/keys/")["Location"] == "/settings/password/"
    assert client.get("/settings/password/").status_code == 200
    assert client.post("/sign-out/").status_code == 302


def test_choosing_a_password_opens_the_rest(client: Client, person: Person) -> None:
    Person.objects.update(must_change_password=True)
    client.post("/sign-in/", {"username": person.username, "password": PASSWORD})
    assert client.post("/settings/password/", {"new": "short", "again": "short"}).status_code == 422
    assert client.post("/settings/password/", {"new": PASSWORD, "again": PASSWORD}).status_code == 422
    client.post("/settings/password/", {"new": "a sentence of my own", "again": "a sentence of my own"})
    assert client.get("/settings/").status_code == 200
    assert Person.objects.get().check_password("a sentence of my own")
