"""The dashboard: totals alike for all of a scope, every number the size of its list, answers to what ran out, targets."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Complaint
from escalation import clock
from escalation.models import Timer
from tests.complaints.factories import House, at_state, received

pytestmark = pytest.mark.django_db
PAGE = reverse("dashboard")


@pytest.fixture
def house() -> House:
    """Open in several stages, one of them late and major, one confidential; one closed."""
    house = House()
    for state in ("triage", "action", "action", "approval", "closed"):
        at_state(state, house)
    received(house, confidential=True)
    late = at_state("triage", house)
    Timer.objects.filter(complaint=late, state="running").update(due=clock.now() - dt.timedelta(hours=3))
    Complaint.objects.filter(pk=late.pk).update(received_at=clock.now() - dt.timedelta(days=5))
    return house


@pytest.fixture
def at(house: House, client: Client) -> Any:
    def sign_in(who: str) -> Client:
        client.force_login(getattr(house, who))
        return client

    return sign_in


def numbers(page: str) -> list[tuple[str, int]]:
    """Addresses of lists with the whole number that stands in the link."""
    found = re.findall(r'<a[^>]*href="(/dashboard/list/[^"]+)"[^>]*>(?:<span class="vh">[^<]*</span>)?(?:<b>)?(\d+)\b(?!\.| [%dh])', page)
    return [(url.replace("&amp;", "&"), int(number)) for url, number in found]


def test_every_number_is_the_size_of_its_list(at: Any) -> None:
    client = at("manager")
    found = numbers(client.get(PAGE).content.decode())
    assert len(found) > 20
    for url, number in found:
        response = client.get(url)
        assert (url, response.status_code, response.context["total"]) == (url, 200, number)


def test_what_is_late_and_how_old_it_is(at: Any) -> None:
    context = at("gm").get(PAGE).context
    assert (context["open"], context["open_late"]) == (6, 1)
    triage = next(stage for stage in context["stages"] if stage["label"] == "Triage")
    assert ([cell["count"] for cell in triage["cells"]], triage["late"], triage["total"]) == ([1, 0, 1, 0, 0], 1, 2)
