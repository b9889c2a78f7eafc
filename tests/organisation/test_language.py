"""The switch on every page."""

import pytest
from django.test import Client
from django.urls import reverse

from organisation.models import Person
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_switch_before_sign_in_is_kept_by_the_browser(client: Client) -> None:
    response = client.post("/language/", {"language": "zh-hans", "next": "/sign-in/?next=/settings/"})
    assert response["Location"] == "/sign-in/?next=/settings/"
    assert client.get("/sign-in/", HTTP_ACCEPT_LANGUAGE="en")["Content-Language"] == "zh-hans"


def test_switch_of_somebody_signed_in_is_their_setting(client: Client) -> None:
    client.force_login(PersonFactory())
    client.post("/language/", {"language": "zh-hans"})
    assert Person.objects.get().language == "zh-hans"


@pytest.mark.parametrize("language", ["", "tlh", "zh-hans\r\nSet-Cookie: x=1"])
def test_unknown_language_changes_nothing(client: Client, language: str) -> None:
    response = client.post("/language/", {"language": language, "next": "//evil.example"})
    assert response["Location"] == reverse("my_work")
    assert "language" not in response.cookies


def test_switching_is_a_post(client: Client) -> None:
    assert client.get("/language/").status_code == 405
