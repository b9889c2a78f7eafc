"""Many made-up complaints come in, with the indexes standing or built afterwards, and leave the tables as they were."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from complaints.management.commands import load_test
from complaints.models import Complaint, Event
from escalation.models import Timer
from tests.complaints.factories import House


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("from_how_many", [1, 1000])
def test_they_come_in_whole(from_how_many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_test, "WITHOUT_INDEXES", from_how_many)
    House()
    before = indexes()
    call_command("load_test", "--complaints", "40", verbosity=0)
    assert (Complaint.objects.count(), indexes()) == (40, before)
    assert Event.objects.values("complaint").distinct().count() == 40
    assert Timer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_tickets_open_whatever_stands_in_their_history(client: Client) -> None:
    house = House()
    call_command("load_test", "--complaints", "120", verbosity=0)
    client.force_login(house.manager)
    for kind in sorted(set(Event.objects.values_list("kind", flat=True))):
        number = Complaint.objects.filter(events__kind=kind).latest("pk").number
        assert client.get(reverse("complaint", args=[number])).status_code == 200
