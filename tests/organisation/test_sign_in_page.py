"""The sign-in page: one answer for all that is wrong, no way out of the product, no session that was there before."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from organisation import passwords
from organisation.models import Person, SignIn, SignInFailure
from tests.factories import PASSWORD, PersonFactory
from tests.organisation.hashing import CountingHasher

pytestmark = pytest.mark.django_db

EDGE = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0"


@pytest.fixture
def person() -> Person:
    return PersonFactory(username="zhao.qiming")


def post(client: Client, username: str = "zhao.qiming", password: str = PASSWORD, **more: Any) -> Any:
    extra = {key: more.pop(key) for key in ("REMOTE_ADDR", "HTTP_USER_AGENT") if key in more}
    address = f"/sign-in/?{urlencode(more)}"
    return client.post(address, {"username": username, "password": password}, **extra)


def errors(response: Any) -> list[str]:
    return response.context["form"].non_field_errors()


def test_page_is_for_everybody(client: Client) -> None:
    response = client.get("/sign-in/?next=/settings/")
    assert response.status_code == 200
    assert 'action="/sign-in/?next=%2Fsettings%2F"' in response.content.decode()
    assert response["Content-Security-Policy"].count("'self'") >= 4
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store"


def test_right_password_leads_on(client: Client, person: Person) -> None:
    response = post(client, next="/settings/?a=1", HTTP_USER_AGENT=EDGE)
    assert (response.status_code, response["Location"]) == (302, "/settings/?a=1")
    assert client.get("/settings/").status_code == 200
    assert SignIn.objects.get().browser == "Edge · Windows"


def test_capitals_do_not_matter(client: Client, person: Person) -> None:
    assert post(client, "Zhao.Qiming").status_code == 302


@pytest.mark.parametrize(
    "away",
    [
        "//evil.example",
        "http://testserver/settings/",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "http:///evil",
        " //x",
        "\x00",
    ],
)
def test_next_stays_in_the_product(client: Client, person: Person, away: str) -> None:
    assert post(client, next=away)["Location"] == reverse("my_work")
    assert client.get("/sign-in/", {"next": away})["Location"] == reverse("my_work")


def test_who_is_signed_in_goes_on(client: Client, person: Person) -> None:
    client.force_login(person)
    assert client.get("/sign-in/?next=/settings/")["Location"] == "/settings/"


def test_unknown_wrong_and_deactivated_are_answered_alike(client: Client, person: Person) -> None:
    PersonFactory(username="luo.shan", is_active=False)
    answers = [post(client, "nobody"), post(client, password="wrong"), post(client, "luo.shan")]
    assert [response.status_code for response in answers] == [422] * 3
    assert [errors(response) for response in answers] == [["Sign-in name or password is wrong."]] * 3
    assert SignIn.objects.count() == 0


@pytest.mark.passwords
def test_an_unknown_name_costs_a_hash_too(client: Client, person: Person, settings: Any) -> None:
    """Counted, not timed: the clock of a busy machine proves nothing."""
    settings.PASSWORD_HASHERS = ["tests.organisation.hashing.CountingHasher"]
    Person.objects.update(password="counting$x")
    for username in ("zhao.qiming", "nobody"):
        CountingHasher.hashed = 0
        post(client, username, "wrong")
        assert CountingHasher.hashed == 1


def test_empty_fields_are_named(client: Client) -> None:
    response = post(client, "", "")
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"username", "password"}
    assert SignInFailure.objects.count() == 0


def test_the_password_is_never_sent_back(client: Client, person: Person) -> None:
    assert "hunter2hunter2" not in post(client, password="hunter2hunter2").content.decode()


def test_sixth_try_says_when_to_come_back(client: Client, person: Person) -> None:
    for _ in range(5):
        post(client, password="wrong")
    response = post(client)
    assert response.status_code == 429
    assert errors(response) == ["Too many wrong tries. Try again in 1 minute."]
    assert 0 < int(response["Retry-After"]) <= 60


def test_a_victim_signs_in_from_elsewhere_and_from_the_own_device(client: Client, person: Person) -> None:
    post(client)  # sets the device's cookie
    client.post("/sign-out/")
    for _ in range(5):
        post(Client(), password="wrong")
    assert post(Client()).status_code == 429
    assert post(client).status_code == 302
    assert post(Client(), REMOTE_ADDR="198.51.100.4").status_code == 302


def test_the_session_key_changes_at_sign_in(client: Client, person: Person) -> None:
    """Fixation: a key that somebody slipped in beforehand is worth nothing afterwards."""
    session = client.session
    session["planted"] = "x"
    session.save()
    client.cookies["session"] = planted = session.session_key
    post(client)
    assert client.cookies["session"].value != planted
    stranger = Client()
    stranger.cookies["session"] = planted
    assert stranger.get("/settings/").status_code == 302


def test_sign_out_ends_the_session_for_good(client: Client, person: Person) -> None:
    post(client)
    thief = Client()
    thief.cookies["session"] = client.cookies["session"].value
    assert thief.get("/settings/").status_code == 200
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert thief.get("/settings/").status_code == 302
    assert SignIn.objects.get().ended_at is not None


def test_sign_out_is_a_post(client: Client, person: Person) -> None:
    client.force_login(person)
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/settings/").status_code == 200


def test_csrf_is_asked_of_sign_in(person: Person) -> None:
    assert post(Client(enforce_csrf_checks=True)).status_code == 403


def test_device_cookie(client: Client, person: Person) -> None:
    cookie = post(client).cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 180 * 24 * 3600)
    assert cookie.value == SignIn.objects.get().device


def test_a_first_password_that_ran_out_says_so_only_to_who_knows_it(client: Client, person: Person) -> None:
    password = passwords.give_initial(person, timezone.now() - dt.timedelta(days=8))
    assert errors(post(client, password="wrong")) == ["Sign-in name or password is wrong."]
    assert errors(post(client, password=password)) == ["This first password is no longer valid. Ask your administrator for a new one."]
    assert SignIn.objects.count() == 0


def test_security_log(client: Client, person: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "redress.security")
    post(client, "my secret", "wrong")
    for _ in range(5):
        post(client, password="wrong")
    post(client)
    post(client, REMOTE_ADDR="198.51.100.4")
    client.post("/sign-out/")
    known, here = f'actor="{person.pk}"', 'address="127.0.0.1"'
    assert caplog.messages == [
        f"sign_in.failed actor=- {here}",
        *[f"sign_in.failed {known} {here}"] * 5,
        f"sign_in.paused {known} {here}",
        f'sign_in.succeeded {known} address="198.51.100.4"',
        f"sign_out {known} {here}",
    ]


def test_spraying_one_address_over_many_accounts_alarms(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for n in range(30):
        post(client, f"person-{n}", "wrong")
    assert post(client, "person-99", "wrong").status_code == 429
    assert [
        (record.levelname, record.getMessage())
        for record in caplog.records
        if record.levelname == "WARNING" and record.name == "redress.security"
    ] == [("WARNING", 'sign_in.spray actor=- address="127.0.0.1"')]
