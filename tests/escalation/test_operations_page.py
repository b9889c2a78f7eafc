"""The page of operations: the sweep, the queue, mail, timers set aside, calendars and clocks; what administrators have to do."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from escalation import clock, health
from escalation.models import Message, SweepPulse, TestClock, Timer
from escalation.sweep import Swept, show_life
from tests.complaints.factories import House, received
from tests.factories import BranchFactory

pytestmark = pytest.mark.django_db
PAGE = "/operations/"


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def desk(client: Client, house: House) -> Client:
    client.force_login(house.fresh("administrator"))
    return client


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def pulse(ago: dt.timedelta) -> None:
    show_life("clock@one", Swept(raised=1, latest=dt.timedelta(seconds=0.4)))
    SweepPulse.objects.update(at=clock.unmoved() - ago)


def test_all_is_well(desk: Client, house: House) -> None:
    received(house)
    pulse(dt.timedelta(seconds=2))
    text = words(desk.get(PAGE))
    assert "Nobody watches the deadlines" not in text.partition("Last sweep")[0].partition("Operations")[2].partition("Undelivered")[0]
    assert re.search(r"Sweep of the deadlines [23] seconds ago the last one raised was found 0\.4 s late · clock@one fine", text)
    assert re.search(r"Database&#x27;s clock [+-]0\.\d\d s", text)
    assert "Holidays 2026, Lanchuan Precision loaded" in text


def test_a_silent_sweep_is_red(desk: Client) -> None:
    assert "not once yet" in words(desk.get(PAGE))
    pulse(dt.timedelta(seconds=61))
    page = desk.get(PAGE)
    assert "Nobody watches the deadlines: the sweep is silent." in words(page)
    assert health.sweep(clock.now()).silent


def test_what_is_due_and_not_raised_counts(house: House) -> None:
    complaint = received(house)
    due = clock.now() - dt.timedelta(seconds=30)
    Timer.objects.filter(complaint=complaint, code="plan").update(next_at=due)
    found = health.sweep(clock.now())
    assert (found.waiting, found.longest >= dt.timedelta(seconds=30), found.slow) == (1, True, True)


def test_the_queue_may_be_away(desk: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert health.queued() is None
    assert "Tasks waiting no answer" in words(desk.get(PAGE))


def test_mail_waiting_and_given_up(desk: Client, house: House, settings: Any) -> None:
    settings.MAIL_ON = True
    for number, state in enumerate(("waiting", "given_up", "given_up", "sent")):
        Message.objects.create(
            recipient=house.gm, address="gm@lanchuan.example", message_id=str(number), state=state, created_at=clock.now()
        )
    assert health.mail(clock.now()) == health.Mail(on=True, waiting=1, given_up=2)
    page = desk.get(PAGE)
    assert "1 waiting, 2 given up" in words(page)
    assert 'href="/operations/notices/"' in page.content.decode()


def test_timers_set_aside_are_named_by_their_number_alone(desk: Client, house: House) -> None:
    complaint = received(house)
    Timer.objects.filter(complaint=complaint, code="plan").update(fault="ValueError: zone")
    page = desk.get(PAGE)
    assert f"{complaint.number} Plan" in words(page)
    assert "ValueError: zone" in words(page)
    assert complaint.title not in page.content.decode()


def test_a_moved_clock_is_red(desk: Client) -> None:
    assert health.clocks().moved is None
    TestClock.objects.create(id=1, offset=dt.timedelta(hours=2))
    assert "manage.py testclock reset" in words(desk.get(PAGE))
    assert abs(health.clocks().drift) < dt.timedelta(seconds=2)


def test_the_part_that_refreshes_comes_alone(desk: Client) -> None:
    part = desk.get(PAGE, HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in part
    assert "Last sweep" in part
    assert 'hx-trigger="every 10s"' in desk.get(PAGE).content.decode()


def test_for_everybody_else_it_does_not_exist(client: Client, house: House) -> None:
    for office in ("gm", "manager", "auditor", "employee"):
        client.force_login(house.fresh(office))
        assert client.get(PAGE).status_code == 404


def december(house: House) -> None:
    there = dt.datetime(2026, 12, 2, tzinfo=dt.UTC) - clock.unmoved()
    TestClock.objects.create(id=1, offset=there)


def test_missing_holidays_are_a_task_of_administrators(desk: Client, house: House) -> None:
    december(house)
    assert "The holidays of 2027 are not loaded" in words(desk.get(PAGE))
    assert "1 to do" in words(desk.get(PAGE))
    start = desk.get("/")
    assert "The holidays of 2027 are not loaded" in words(start)
    desk.force_login(house.fresh("gm"))
    assert "The holidays of 2027 are not loaded" not in words(desk.get("/"))


def test_the_number_of_queries_does_not_grow(desk: Client, house: House, django_assert_max_num_queries: Any) -> None:
    desk.get(PAGE)
    for _round in range(2):
        received(house)
        BranchFactory()
        Timer.objects.update(fault="x")
        with django_assert_max_num_queries(24):
            desk.get(PAGE)


def test_versions_name_the_database() -> None:
    assert health.versions()["PostgreSQL"].startswith(str(connection.pg_version // 10000))  # type: ignore[attr-defined]
