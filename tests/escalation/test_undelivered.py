"""The administrator's page of mail that did not go out, and the health page's word on it."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from escalation import clock, mailing
from escalation.models import Message, Notice
from organisation.models import Person
from tests.complaints.factories import House, at_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def admin(house: House) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(house.administrator)
    return client


def message(house: House, state: str = "given_up", **fields: Any) -> Message:
    """About a complaint that waited for its manager."""
    complaint = at_state("triage", house)
    Notice.objects.filter(channel="mail", message=None).delete()
    Person.objects.filter(pk=house.manager.pk).update(email="zhao@lanchuan.example")
    now = clock.now()
    given = {"fault": "550 no such mailbox", "tries": 1, "address": "zhao@lanchuan.example", "message_id": f"<{complaint.number}@x>"}
    row = Message.objects.create(recipient=house.manager, state=state, created_at=now, **given | fields)
    told = complaint.events.get(kind="submit"), complaint, house.manager, row
    names = ("event", "complaint", "recipient", "message")
    Notice.objects.create(**dict(zip(names, told, strict=True)), channel="mail", kind="turn", at=now, not_before=now)
    return row


def test_it_says_who_what_why_and_how_often(house: House, admin: Client) -> None:
    row = message(house, tries=3)
    number = row.notices.get().complaint.number
    page = admin.get("/operations/notices/").content.decode()
    for word in ("Zhao Qiming", "zhao@lanchuan.example", "It waits for you", number, "550 no such mailbox", "3 times", "given up"):
        assert word in page
    assert row.notices.get().complaint.title not in page


def test_what_is_put_off_says_when_it_is_tried_next(house: House, admin: Client) -> None:
    message(house, "waiting", fault="451 later", next_at=dt.datetime(2026, 11, 24, 3, 12, tzinfo=dt.UTC))
    page = admin.get("/operations/notices/").content.decode()
    assert ("11:12" in page, "given up" in page, "Send all again" in page) == (True, False, False)


@pytest.mark.parametrize("how", ["one", "all"])
def test_it_is_sent_again_afresh(house: House, admin: Client, how: str) -> None:
    row = message(house, tries=9)
    answer = admin.post("/operations/notices/send/", {"message": row.pk if how == "one" else "all"})
    row.refresh_from_db()
    assert (answer.status_code, answer["Location"], row.state, row.tries) == (302, "/operations/notices/", "waiting", 0)
    assert row.next_at is not None
    assert row.next_at <= clock.now()


@pytest.mark.parametrize("state", ["sent", "waiting"])
def test_what_is_sent_or_just_being_sent_is_not_sent_again(house: House, admin: Client, state: str) -> None:
    row = message(house, state, fault="")
    assert admin.post("/operations/notices/send/", {"message": row.pk}).status_code == 404
    assert "Nothing is left behind" in admin.get("/operations/notices/").content.decode()


@pytest.mark.parametrize("asked", ["", "x", "-1", "9" * 30, "²"])
def test_nonsense_is_not_found(admin: Client, asked: str) -> None:
    assert admin.post("/operations/notices/send/", {"message": asked}).status_code == 404


def test_a_person_who_has_left_is_nobodys_trouble(house: House, admin: Client) -> None:
    message(house)
    assert mailing.given_up()
    Person.objects.filter(pk=house.manager.pk).update(is_active=False)
    assert not mailing.given_up()
    assert "zhao@" not in admin.get("/operations/notices/").content.decode()


def test_it_says_when_no_mail_server_is_named(admin: Client, settings: Any) -> None:
    assert "no mail server is named" in admin.get("/operations/notices/").content.decode()
    settings.MAIL_ON = True
    assert "no mail server is named" not in admin.get("/operations/notices/").content.decode()


def test_the_number_of_queries_does_not_grow(house: House, admin: Client) -> None:
    counts = []
    for _ in range(2):
        message(house)
        admin.get("/operations/notices/")
        with CaptureQueriesContext(connection) as asked:
            admin.get("/operations/notices/")
        counts.append(len(asked))
    assert counts[0] == counts[1] < 15


def test_in_chinese(house: House) -> None:
    message(house)
    client = Client(headers={"accept-language": "zh-cn"})
    client.force_login(house.administrator)
    page = client.get("/operations/notices/").content.decode()
    assert ("没发出的邮件" in page, "等你处理" in page, "重发" in page) == (True, True, True)
