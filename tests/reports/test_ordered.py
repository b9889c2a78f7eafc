"""Long files: ordered instead of awaited, made as whoever asked, his alone, gone after a week; a killed maker is taken over."""

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from complaints import export, ordering
from complaints.models import FileOrder
from escalation import clock
from escalation.models import Notice
from reports import ordered
from tests.complaints.factories import House, received

pytestmark = pytest.mark.django_db
LIST = reverse("complaint_export", args=["xlsx"]) + "?tab=all"
PAGE = reverse("ordered_files")


@pytest.fixture
def house(settings: LazySettings, tmp_path: Any) -> House:
    settings.ROWS_AT_ONCE, settings.MEDIA_ROOT = 2, tmp_path
    house = House()
    for secret in (False, False, False, True):
        received(house, confidential=secret)
    return house


def asked(client: Client, person: Any, address: str = LIST) -> FileOrder:
    client.force_login(person)
    assert client.get(address).headers["Location"] == PAGE
    return FileOrder.objects.latest("pk")


def numbers(content: bytes) -> list[str]:
    return [row[0] for row in openpyxl.load_workbook(io.BytesIO(content))["Complaints"].iter_rows(min_row=2, values_only=True)]


@pytest.mark.parametrize(("who", "rows"), [("assistant", 3), ("manager", 4)])
def test_a_long_list_is_made_as_whoever_asked(house: House, client: Client, who: str, rows: int) -> None:
    order = asked(client, getattr(house, who))
    assert "Waiting to be made" in client.get(PAGE).content.decode()
    assert client.get(reverse("ordered_file", args=[order.pk])).status_code == 404
    assert (ordered.make_next(), ordered.make_next()) == (True, False)
    order.refresh_from_db()
    assert (order.state, order.rows, order.rows_done) == ("done", rows, rows)
    response = client.get(reverse("ordered_file", args=[order.pk]))
    assert len(numbers(b"".join(response.streaming_content))) == rows
    assert response.headers["Content-Disposition"].startswith('attachment; filename="complaints-20')


def test_whoever_ordered_is_told_when_it_is_ready(house: House, client: Client) -> None:
    asked(client, house.manager)
    assert not Notice.objects.filter(kind="file_ready").exists()
    assert ordered.make_next()
    assert [(one.recipient, one.channel) for one in Notice.objects.filter(kind="file_ready")] == [(house.manager, "desk")]
    page = client.get(reverse("notices")).content.decode()
    assert "is ready" in page
    assert f'href="{PAGE}"' in page


def test_the_month_too(house: House, client: Client) -> None:
    month = f"{clock.now().astimezone(house.branch.tz):%Y-%m}"
    order = asked(client, house.assistant, reverse("month_file", args=[month, "xlsx"]))
    assert ordered.make_next()
    response = client.get(reverse("ordered_file", args=[order.pk]))
    assert numbers(b"".join(response.streaming_content))[-1] == "and 1 you may not open"


def test_asking_again_meanwhile_is_the_same_order(house: House, client: Client) -> None:
    assert asked(client, house.manager).pk == asked(client, house.manager).pk
    assert asked(client, house.assistant).person == house.assistant
    assert FileOrder.objects.count() == 2


def test_somebody_elses_is_not_there(house: House, client: Client) -> None:
    order = asked(client, house.manager)
    ordered.make_next()
    client.force_login(house.gm)
    assert client.get(reverse("ordered_file", args=[order.pk])).status_code == 404
    assert order.name not in client.get(PAGE).content.decode()


def test_one_that_fails_says_so_and_keeps_no_other_from_being_made(house: House, client: Client) -> None:
    bad, good = asked(client, house.manager), asked(client, house.assistant)
    FileOrder.objects.filter(pk=bad.pk).update(asked={"what": "month", "branch": "nowhere", "month": "2026-10"})
    assert (ordered.make_next(), ordered.make_next()) == (True, True)
    assert dict(FileOrder.objects.values_list("pk", "state")) == {bad.pk: "failed", good.pk: "done"}
    client.force_login(house.manager)
    assert "This file could not be made" in client.get(PAGE).content.decode()


def test_a_killed_maker_is_taken_over_but_not_for_ever(house: House, client: Client) -> None:
    order = asked(client, house.manager)
    rows = FileOrder.objects.filter(pk=order.pk)
    rows.update(state="running", tries=1)
    assert not ordered.make_next()
    rows.update(touched_at=clock.now() - ordered.SILENT - dt.timedelta(seconds=1))
    assert ordered.make_next()
    assert list(rows.values_list("state", "tries")) == [("done", 2)]
    rows.update(state="running", tries=ordered.TRIED, touched_at=clock.now() - dt.timedelta(hours=1))
    assert not ordered.make_next()
    assert rows.get().state == "failed"


def test_a_maker_that_was_taken_over_enters_nothing(house: House, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    order = asked(client, house.manager)
    made = export.xlsx

    def slow(*given: Any, **more: Any) -> Any:
        FileOrder.objects.filter(pk=order.pk).update(tries=2)  # somebody else has it now
        return made(*given, **more)

    monkeypatch.setattr(export, "xlsx", slow)
    assert ordered.make_next()
    assert FileOrder.objects.get(pk=order.pk).state == "running"
    assert list(ordering.folder().iterdir()) == []


def test_after_a_week_it_is_gone(house: House, client: Client) -> None:
    order = asked(client, house.manager)
    ordered.make_next()
    assert (ordering.old_orders(clock.now()), len(list(ordering.folder().iterdir()))) == (0, 1)
    FileOrder.objects.filter(pk=order.pk).update(ordered_at=clock.now() - ordering.KEPT - dt.timedelta(minutes=1))
    assert (ordering.old_orders(clock.now()), list(ordering.folder().iterdir())) == (1, [])
