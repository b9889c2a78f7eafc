"""Mail going out, to a real server: one letter for what is due, sent once, whatever the server does. Time passes by the test clock."""

import datetime as dt
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.core import signals
from django.db import OperationalError, connection, connections
from django.db.models import F, Value
from django.db.models.functions import Concat

from complaints.models import Complaint
from escalation import clock, mailing, smtp
from escalation.models import Message, Notice, TestClock
from escalation.sweep import fire_due
from organisation.models import Person
from tests.complaints.factories import House, act, at_state, received
from tests.postbox import Postbox, part, tarpit

pytestmark = pytest.mark.django_db
TUESDAY = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)  # 10:00 in Shanghai
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
MANAGER = "manager@lanchuan.example"


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with Postbox() as found:
        settings.MAIL_ON, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", found.port
        settings.PUBLIC_URL = "https://redress.lanchuan.example"
        settings.DEFAULT_FROM_EMAIL = "Redress <redress@lanchuan.example>"
        yield found


@pytest.fixture
def house() -> House:
    set_clock(TUESDAY)
    house = House()
    for office in ("assistant", "manager", "head", "handler", "gm", "auditor"):
        Person.objects.filter(pk=house.person(office).pk).update(email=f"{office}@lanchuan.example", language="en")
    return house


def set_clock(at: dt.datetime) -> None:
    TestClock.objects.update_or_create(pk=1, defaults={"offset": at - clock.unmoved()})


def wait(some: dt.timedelta) -> None:
    TestClock.objects.update(offset=F("offset") + some)


def deliver(after: dt.timedelta = mailing.SETTLED * 2) -> mailing.Run:
    wait(after)
    return mailing.deliver()


def submitted(house: House, **fields: Any) -> Complaint:
    """It waits for the manager, who is told; and for nobody else."""
    return act("submit", received(house, **fields), house.assistant)


def the_one(postbox: Postbox) -> Any:
    assert len(postbox.letters) == 1
    return postbox.letters[0]


# ── what it says ─────────────────────────────────────────────────────────────────────────────────────────────


def test_one_notice_is_one_letter(house: House, postbox: Postbox) -> None:
    complaint = submitted(house)
    assert deliver() == mailing.Run(sent=1)
    letter, message = the_one(postbox), Message.objects.get()
    assert (letter["To"], letter["From"]) == (MANAGER, "Redress <redress@lanchuan.example>")
    assert letter["Subject"] == f"{complaint.number} waits for you: Triage"
    assert (letter["Message-ID"], letter["Auto-Submitted"]) == (message.message_id, "auto-generated")
    assert message.message_id.endswith("@lanchuan.example>")
    link = f"https://redress.lanchuan.example/complaints/{complaint.number}/"
    assert part(letter, "plain") == (
        f"Zhao Qiming,\n\n{complaint.number} waits for you: Triage\n{complaint.title}\n{link}\n\n-- \n"
        "Redress writes this because it concerns you. Which notices come by e-mail: https://redress.lanchuan.example/settings/#mail\n"
    )
    assert f'<a href="{link}">{link}</a>' in part(letter, "html")
    assert (message.state, message.tries, message.next_at, message.fault) == ("sent", 1, None, "")
    assert deliver() == mailing.Run()


def test_without_a_setting_it_is_chinese(house: House, postbox: Postbox) -> None:
    Person.objects.update(language="")
    complaint = submitted(house)
    deliver()
    letter = the_one(postbox)
    assert letter["Subject"] == f"{complaint.number} 等你处理：定性"
    assert part(letter, "plain").startswith("赵启明：\n\n")
    assert '<html lang="zh-CN">' in part(letter, "html")


def test_several_are_one_letter_with_the_urgent_first(house: House, postbox: Postbox) -> None:
    early, late = (submitted(house) for _ in range(2))
    set_clock(TUESDAY + 5 * HOUR)  # two working hours and the noon break are over
    assert fire_due().raised > 0
    newest = submitted(house)
    assert deliver().sent == len(postbox.letters)
    (letter,) = postbox.to(MANAGER)
    told = [line for line in part(letter, "plain").splitlines() if line.startswith(house.branch.prefix)]
    ran_out = "ran out: Triage, due 13:30 — Zhao Qiming has it in hand"
    waiting = [f"{one.number} waits for you: Triage" for one in (early, late, newest)]
    assert told == [f"{early.number} {ran_out}", f"{late.number} {ran_out}", *waiting]
    assert letter["Subject"] == "5 notices, 2 of them run out or urgent"


def test_a_long_list_is_cut_and_counted(house: House, postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "LISTED", 2)
    for _ in range(3):
        submitted(house)
    deliver()
    text = part(the_one(postbox), "plain")
    assert (text.count("waits for you"), "… and one more: https://redress.lanchuan.example/notices/" in text) == (2, True)


def test_nothing_of_the_customer_goes_out_but_number_and_title(house: House, postbox: Postbox) -> None:
    complaint = submitted(house, title="Coupling leaks")
    deliver()
    whole = the_one(postbox).as_string() + part(postbox.letters[0], "plain") + part(postbox.letters[0], "html")
    hidden = ("云帆", "Yunfan", "采购部", "13800000000", "渗油", complaint.access_code)
    assert ([word for word in hidden if word in whole], "Coupling leaks" in whole) == ([], True)


def test_of_a_confidential_one_only_the_number(house: House, postbox: Postbox) -> None:
    complaint = submitted(house, title="Coupling leaks", confidential=True)
    deliver()
    letter = the_one(postbox)
    assert "Coupling" not in part(letter, "plain") + part(letter, "html")
    assert complaint.number in letter["Subject"]


def test_what_people_wrote_is_escaped_and_on_one_line(house: House, postbox: Postbox) -> None:
    complaint = submitted(house)
    Complaint.objects.filter(pk=complaint.pk).update(title="<b>x</b>\r\nBcc: all@elsewhere.example")
    deliver()
    letter = the_one(postbox)
    assert "&lt;b&gt;x&lt;/b&gt; Bcc: all@elsewhere.example<br>" in part(letter, "html")
    assert "\n<b>x</b> Bcc: all@elsewhere.example\n" in part(letter, "plain")
    assert (letter["Bcc"], letter["To"]) == (None, MANAGER)


def test_an_address_with_a_line_break_gets_nothing_and_is_shown(house: House, postbox: Postbox) -> None:
    Person.objects.filter(email=MANAGER).update(email="a@b.example\r\nBcc: all@elsewhere.example")
    submitted(house)
    assert deliver() == mailing.Run(given_up=1)
    assert (postbox.letters, mailing.given_up()) == ([], True)


# ── to whom, and when ────────────────────────────────────────────────────────────────────────────────────────


def test_a_flurry_is_waited_for_but_not_for_ever(house: House, postbox: Postbox) -> None:
    submitted(house)
    assert deliver(after=dt.timedelta(seconds=1)) == mailing.Run()
    for _ in range(12):
        wait(dt.timedelta(seconds=5))
        submitted(house)
    assert deliver(after=dt.timedelta(0)).sent == 1
    assert the_one(postbox)["Subject"] == "13 notices"


def test_out_of_hours_it_waits_for_the_opening_and_what_is_severe_does_not(house: House, postbox: Postbox) -> None:
    set_clock(TUESDAY + 10 * HOUR)
    submitted(house)
    at_state("assignment", house, grade=2)
    deliver()
    assert {letter["To"] for letter in postbox.letters} >= {"gm@lanchuan.example"}
    assert [letter["Subject"] for letter in postbox.to(MANAGER) if "Triage" in letter["Subject"]] == []
    before = len(postbox.letters)
    set_clock(dt.datetime(2026, 11, 25, 0, 29, tzinfo=dt.UTC))
    assert (mailing.deliver().sent, len(postbox.letters)) == (0, before)
    set_clock(dt.datetime(2026, 11, 25, 0, 30, 5, tzinfo=dt.UTC))
    assert mailing.deliver().sent == 1
    assert "Triage" in part(postbox.to(MANAGER)[-1], "plain")


@pytest.mark.parametrize(("wish", "sent"), [("all", 1), ("late", 0), ("none", 0)])
def test_a_wish_counts_from_the_moment_it_is_made(house: House, postbox: Postbox, wish: str, sent: int) -> None:
    submitted(house)
    Person.objects.filter(email=MANAGER).update(mail=wish)
    assert deliver() == mailing.Run(sent=sent, let_go=1 - sent)


def test_who_may_no_longer_see_it_is_not_told(house: House, postbox: Postbox) -> None:
    kept, lost = submitted(house), submitted(house)
    Complaint.objects.filter(pk=lost.pk).update(against=house.manager)
    deliver()
    assert the_one(postbox)["Subject"] == f"{kept.number} waits for you: Triage"
    assert Notice.objects.filter(complaint=lost, recipient=house.manager).values_list("channel", flat=True).get() == "desk"


def test_with_nothing_left_to_tell_no_message_is_left(house: House, postbox: Postbox) -> None:
    submitted(house)
    Person.objects.filter(email=MANAGER).update(is_active=False)
    assert (deliver(), Message.objects.count(), postbox.letters) == (mailing.Run(let_go=1), 0, [])


def test_without_a_mail_server_nothing_is_bundled(house: House, settings: Any) -> None:
    assert not settings.MAIL_ON
    submitted(house)
    assert (deliver(), Message.objects.count()) == (mailing.Run(), 0)


# ── when it does not go ──────────────────────────────────────────────────────────────────────────────────────


def test_a_refusal_for_good_is_given_up_and_shown_and_the_others_get_theirs(house: House, postbox: Postbox) -> None:
    postbox.refuse[MANAGER] = "550 5.1.1 no such mailbox"
    at_state("confirmation", house)
    run = deliver()
    assert (run.given_up, run.sent, postbox.to(MANAGER)) == (1, len(postbox.letters), [])
    assert "head@lanchuan.example" in {letter["To"] for letter in postbox.letters}
    message = mailing.undelivered().get()
    assert (message.state, message.fault, message.tries, message.next_at) == ("given_up", "550 5.1.1 no such mailbox", 1, None)


def test_what_was_given_up_goes_to_the_corrected_address(house: House, postbox: Postbox) -> None:
    postbox.refuse[MANAGER] = "550 no such mailbox"
    submitted(house)
    deliver()
    Person.objects.filter(email=MANAGER).update(email="zhao@lanchuan.example")
    assert (mailing.send_again(mailing.undelivered()), deliver()) == (1, mailing.Run(sent=1))
    assert (the_one(postbox)["To"], mailing.given_up()) == ("zhao@lanchuan.example", False)


def test_a_refusal_for_the_moment_is_tried_again_with_growing_pauses_for_a_day(house: House, postbox: Postbox) -> None:
    postbox.refuse[MANAGER] = "451 4.7.1 try later"
    submitted(house)
    assert deliver() == mailing.Run(put_off=1)
    pauses, message = [], Message.objects.get()
    while message.state == "waiting":
        pauses.append(round((message.next_at - clock.now()) / MINUTE))  # type: ignore[operator]
        set_clock(message.next_at + dt.timedelta(seconds=1))  # type: ignore[operator]
        mailing.deliver()
        message.refresh_from_db()
    assert pauses[:7] == [1, 2, 5, 10, 20, 30, 30]
    assert set(pauses[5:]) == {30}
    assert 24 * HOUR <= clock.now() - message.created_at < 25 * HOUR
    assert (message.state, message.fault) == ("given_up", "451 4.7.1 try later")


def test_a_line_cut_after_the_letter_brings_the_same_letter_once_more(house: House, postbox: Postbox) -> None:
    postbox.break_off = 1
    submitted(house)
    assert deliver() == mailing.Run(put_off=1)
    assert deliver(after=2 * MINUTE) == mailing.Run(sent=1)
    assert [letter["Message-ID"] for letter in postbox.letters] == [Message.objects.get().message_id] * 2


def test_a_day_without_server_loses_nothing_and_two_letters_a_person_make_up_for_it(house: House, postbox: Postbox) -> None:
    postbox.stop()
    hours = 0
    while hours < 24:
        set_clock(TUESDAY + hours * HOUR)
        submitted(house)
        mailing.deliver()
        deliver(after=20 * MINUTE)
        deliver(after=20 * MINUTE)
        hours += 2
    set_clock(TUESDAY + 24 * HOUR)
    assert (postbox.letters, mailing.given_up(), mailing.deliver().put_off) == ([], False, 1)
    postbox.start()
    for _ in range(10):
        deliver(after=MINUTE)
    letters = postbox.to(MANAGER)
    assert len({letter["Message-ID"] for letter in letters}) == len(letters) <= 2
    told = Notice.objects.filter(channel="mail", recipient=house.manager)
    assert (told.filter(message__state="sent").count(), sum(part(one, "plain").count("Triage") for one in letters)) == (12, 12)
    assert not told.exclude(message__state="sent").exists()


def test_a_server_that_is_away_is_asked_once_and_not_for_everybody(house: House, postbox: Postbox) -> None:
    at_state("confirmation", house)
    postbox.stop()
    assert deliver() == mailing.Run(put_off=1)
    assert Message.objects.filter(tries=0, state="waiting").count() >= 1
    postbox.start()
    assert deliver(after=6 * MINUTE).sent == Message.objects.count()


def test_a_server_that_dribbles_is_cut_off(house: House, postbox: Postbox, settings: Any) -> None:
    submitted(house)
    wait(2 * mailing.SETTLED)
    with tarpit(pause=0.2) as port:
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = port, 1
        began = time.monotonic()
        assert mailing.deliver() == mailing.Run(put_off=1)
        assert time.monotonic() - began < 5
    assert Message.objects.get().fault == "TimeoutError: no answer within 1 s"


def test_a_conversation_has_an_end_though_every_answer_comes(house: House, postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted(house)
    monkeypatch.setattr(smtp, "LONGEST", 0.5)
    postbox.on_data = lambda: time.sleep(1.5)
    assert deliver() == mailing.Run(put_off=1)


def test_a_server_about_to_leave_is_away_and_a_refused_letter_is_given_up(house: House, postbox: Postbox) -> None:
    submitted(house)
    postbox.data_answer = "421 closing"
    assert deliver() == mailing.Run(put_off=1)
    postbox.data_answer = "554 not like this"
    assert deliver(after=2 * MINUTE) == mailing.Run(given_up=1)


# ── side by side, and dying ──────────────────────────────────────────────────────────────────────────────────


def in_another_thread(work: Any) -> Any:
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, found


def others_idle_in_transaction() -> int:
    """Of this database, seen from outside."""
    settings = connection.settings_dict
    given = {"dbname": settings["NAME"], "user": settings["USER"], "password": settings["PASSWORD"], "host": settings["HOST"]}
    outside = psycopg2.connect(**given, port=settings["PORT"] or None)
    try:
        with outside.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in tr%'")
            return int(cursor.fetchone()[0])
    finally:
        outside.close()


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_it_is_sent(house: House, postbox: Postbox) -> None:
    seen: list[int] = []
    postbox.on_data = lambda: seen.append(others_idle_in_transaction())
    submitted(house)
    assert (deliver().sent, seen) == (1, [0])


@pytest.mark.django_db(transaction=True)
def test_deliverers_side_by_side_send_each_letter_once(house: House, postbox: Postbox) -> None:
    Person.objects.filter(email="").update(email=Concat("username", Value("@lanchuan.example")))
    at_state("follow_up", house)
    wait(2 * mailing.SETTLED)
    postbox.on_data = lambda: time.sleep(0.02)
    threads = [in_another_thread(mailing.deliver) for _ in range(4)]
    for thread, _found in threads:
        thread.join(60)
    assert sum(found[0].sent for _thread, found in threads) == len(postbox.letters) == Message.objects.filter(state="sent").count() > 3
    assert len({letter["Message-ID"] for letter in postbox.letters}) == len(postbox.letters)
    assert len({letter["To"] for letter in postbox.letters}) == len(postbox.letters)
    assert not Notice.objects.filter(channel="mail", message=None, not_before__lte=clock.now()).exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_sent_and_not_marked_comes_again_as_the_same_letter(house: House, postbox: Postbox) -> None:
    """The marking fails: somebody holds the row."""
    submitted(house)
    wait(2 * mailing.SETTLED)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN; SELECT 1 FROM escalation_message FOR UPDATE")
            held.set()
            done.wait(20)
            cursor.execute("ROLLBACK")

    def meanwhile() -> None:
        if not held.is_set():
            threads.append(in_another_thread(hold)[0])
            held.wait(10)

    threads: list[threading.Thread] = []
    postbox.on_data = meanwhile
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
    with pytest.raises(OperationalError):
        mailing.deliver()
    done.set()
    threads[0].join(10)
    assert deliver(after=2 * MINUTE) == mailing.Run(sent=1)
    assert [letter["Message-ID"] for letter in postbox.letters] == [Message.objects.get().message_id] * 2
    signals.request_finished.send(sender=None)
