"""Statements that are put together once make the rows that Django makes, with the values of the moment."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Complaint, Event
from complaints.prepared import Prepared
from complaints.views.ticket import RELATED, _seen_by
from organisation.models import Branch, Person
from tests.complaints.factories import House, at_state, received

pytestmark = pytest.mark.django_db


def told(row: Any) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.attname not in row.get_deferred_fields()
    }


def test_rows_are_as_django_makes_them(django_assert_num_queries: Any) -> None:
    house = House()
    complaint = at_state("closed", house)
    for events in (complaint.events, received(house).events):
        plain = list(events.select_related("signature").order_by("seq"))
        asked = Prepared(Event.objects.filter(complaint=0).select_related("signature").order_by("seq"), 0)
        with django_assert_num_queries(1):
            found = asked.rows(plain[0].complaint_id)
            signatures = [getattr(row, "signature", None) for row in found]
        assert [told(row) for row in found] == [told(row) for row in plain]
        assert signatures == [getattr(row, "signature", None) for row in plain]
    assert any(getattr(row, "signature", None) for row in complaint.events.all())


def test_what_is_joined_and_what_is_left_out(django_assert_num_queries: Any) -> None:
    house = House()
    number = at_state("action", house).number
    plain = Complaint.objects.select_related(*RELATED).defer("search", "haystack").get(number=number)
    person = Person.objects.get(pk=house.manager.pk)
    asked = _seen_by(person)
    with django_assert_num_queries(1):
        (found,) = asked.rows(number)
        assert [str(getattr(found, name)) for name in RELATED] == [str(getattr(plain, name)) for name in RELATED]
    assert (found.get_deferred_fields(), asked.rows("CR-0000-0000")) == ({"search", "haystack"}, [])
    assert told(found) == told(plain)


def test_a_mark_that_stands_nowhere_or_twice_is_refused() -> None:
    for rows in (Event.objects.filter(kind="other"), Event.objects.filter(kind="-", body="-")):
        with pytest.raises(ValueError, match="in the statement"):
            Prepared(rows, "-")


def test_what_one_may_open_follows_who_one_is(client: Client) -> None:
    house = House()
    address = reverse("complaint", args=[at_state("action", house).number])
    client.force_login(house.manager)
    assert [client.get(address).status_code for _ in range(2)] == [200, 200]
    Person.objects.filter(pk=house.manager.pk).update(roles=[])
    assert client.get(address).status_code == 404
    Branch.objects.filter(pk=house.branch.pk).update(gm=house.manager)
    assert client.get(address).status_code == 200
