"""The bell, its page, and the pulse of an open page."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from complaints import bell
from complaints.models import Complaint
from complaints.notices import Kind
from complaints.noticewords import in_words
from escalation import clock, sweep
from escalation.models import Escalation, Notice, SweepPulse, TestClock
from organisation.models import Person, SignIn
from tests.complaints.factories import House, act, at_state, received

pytestmark = pytest.mark.django_db
TUESDAY = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)  # 10:00 in Shanghai


@pytest.fixture
def house() -> House:
    TestClock.objects.create(offset=TUESDAY - clock.unmoved())
    sweep.show_life("clock@here", sweep.Swept())
    return House()


@pytest.fixture
def manager(house: House) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(house.manager)
    return client


def mine(person: Person) -> Any:
    return Notice.objects.filter(recipient=person, channel="desk")


def submitted(house: House, **fields: Any) -> Complaint:
    return act("submit", received(house, **fields), house.assistant)


def said(*kinds: str, language: str = "en") -> list[str]:
    """All sentences of those kinds, oldest first."""
    found = Notice.objects.filter(kind__in=kinds, channel="desk").select_related("event__actor", "complaint__branch").order_by("pk")
    with translation.override(language):
        return list(dict.fromkeys(one.sentence for one in in_words(list(found))))


# ── sentences ────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_ran_out_is_said_with_its_time_and_who_has_it(house: House) -> None:
    number = submitted(house).number
    TestClock.objects.update(offset=TUESDAY + dt.timedelta(hours=12, minutes=1) - clock.unmoved())
    sweep.fire_due()
    assert f"{number} ran out: Triage, due 13:30 — Zhao Qiming has it in hand" in said("ran_out")
    assert f"{number} ran out: Plan, due 22:00 — Zhao Qiming has it in hand" in said("ran_out")
    chinese = said("ran_out", language="zh-hans")
    assert [one for one in chinese if "22:00" in one and "——在赵启明手上" in one and one.startswith(f"{number} 超时：")] != []


def test_found_another_day_it_says_the_date(house: House) -> None:
    number = submitted(house).number
    TestClock.objects.update(offset=TUESDAY + dt.timedelta(days=2) - clock.unmoved())
    sweep.fire_due()
    assert f"{number} ran out: Triage, due 24 Nov 13:30 — Zhao Qiming has it in hand" in said("ran_out")
    assert any("应于 11-24 13:30 前完成" in one for one in said("ran_out", language="zh-hans"))


def test_what_moves_tell(house: House) -> None:
    complaint = at_state("approval", house, grade=2)
    act("chase", complaint, house.assistant, words="怎么还没有消息")
    number = complaint.number
    assert said("reported") == [f"{number} is reported to you: grade 2"]
    assert said("chased") == [f"{number}: the customer asks"]
    assert said("turn") == [f"{number} waits for you: {stage}" for stage in ("Triage", "Confirmation", "Measures", "Review", "Approval")]


def test_what_an_assistant_closed_waits_for_a_countersign(house: House) -> None:
    complaint = act("answer_on_the_spot", received(house), house.assistant, explained="已说明", told_at=TUESDAY)
    assert said("turn") == [f"{complaint.number} is closed and waits for your countersign"]


ABOUT_NO_COMPLAINT = {Kind.MONTH_TURN, Kind.MONTH_BACK, Kind.MONTH_PUBLISHED, Kind.FILE_READY}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_kind_has_a_sentence(house: House, language: str) -> None:
    complaint = submitted(house)
    TestClock.objects.update(offset=TUESDAY + dt.timedelta(hours=6) - clock.unmoved())
    sweep.fire_due()
    event = Escalation.objects.filter(complaint=complaint, rung=100).latest("pk").event
    for kind in sorted(set(Kind) - ABOUT_NO_COMPLAINT):
        Notice.objects.all().delete()
        told = {"event": event, "complaint": complaint, "recipient": house.manager, "channel": "desk"}
        Notice.objects.create(**told, kind=kind, at=TUESDAY, not_before=TUESDAY)
        (sentence,) = said(kind, language=language)
        assert sentence.startswith(complaint.number)
        assert "%" not in sentence.replace("100%", "")


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_unseen_ones_come_first_and_lead_to_the_complaint(house: House, manager: Client) -> None:
    old, new = submitted(house), submitted(house)
    mine(house.manager).filter(complaint=old).update(seen_at=TUESDAY)
    context = manager.get("/notices/").context
    assert [[row.complaint for row in context[part]] for part in ("new", "old")] == [[new], [old]]
    assert f'<a href="/complaints/{new.number}/" data-seen=' in manager.get("/notices/").content.decode()


def test_one_is_seen_by_its_button_and_all_by_theirs(house: House, manager: Client) -> None:
    for _ in range(3):
        submitted(house)
    first, second, third = mine(house.manager).order_by("pk")
    assert manager.post(f"/notices/{first.pk}/seen/")["Location"] == "/notices/"
    assert list(mine(house.manager).filter(seen_at=None).order_by("pk")) == [second, third]
    manager.post("/notices/seen/", {"until": second.pk})
    assert list(mine(house.manager).filter(seen_at=None)) == [third]
    first.refresh_from_db()
    seen = first.seen_at
    manager.post(f"/notices/{first.pk}/seen/")
    first.refresh_from_db()
    assert first.seen_at == seen


def test_what_one_may_no_longer_see_is_not_on_the_page(house: House, manager: Client) -> None:
    complaint = submitted(house, title="Coupling leaks")
    Complaint.objects.filter(pk=complaint.pk).update(against=house.manager)
    page = manager.get("/notices/").content.decode()
    assert (complaint.number in page, "Coupling leaks" in page, "Mark all as seen" in page) == (False, False, True)


def test_others_notices_are_not_there(house: House, manager: Client) -> None:
    at_state("confirmation", house)
    other = mine(house.head).first()
    assert other
    assert manager.post(f"/notices/{other.pk}/seen/").status_code == 404
    assert {row.notice.recipient_id for row in manager.get("/notices/").context["new"]} == {house.manager.pk}


def test_pages_go_on_where_the_last_one_ends(house: House, manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.views.notices.PAGE", 2)
    numbers = [submitted(house).number for _ in range(5)][::-1]
    found, context = [], manager.get("/notices/").context
    found += [row.complaint.number for row in context["new"]]
    while context["more_new"]:
        context = manager.get("/notices/", {"before": context["more_new"]}).context
        found += [row.complaint.number for row in context["new"]]
    assert found == numbers
    mine(house.manager).update(seen_at=TUESDAY)
    context = manager.get("/notices/", {"seen": "1", "before": mine(house.manager).order_by("-pk")[1].pk}).context
    assert ([row.complaint.number for row in context["old"]], context["new"]) == (numbers[2:4], [])


def test_the_number_of_queries_does_not_grow(house: House, manager: Client) -> None:
    counts = []
    for _ in range(2):
        submitted(house)
        manager.get("/notices/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            manager.get("/notices/")
        counts.append(len(asked))
    assert counts[0] == counts[1] < 25


@pytest.mark.parametrize(("language", "words"), [("en", "No notices"), ("zh-cn", "没有通知")])
def test_nothing_yet(house: House, language: str, words: str) -> None:
    client = Client(headers={"accept-language": language})
    client.force_login(house.stranger)
    assert words in client.get("/notices/").content.decode()


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=" + "9" * 40, "before=²", "seen=2"])
def test_nonsense_is_the_first_page(manager: Client, query: str) -> None:
    assert manager.get(f"/notices/?{query}").status_code == 200


# ── the bell and the pulse ───────────────────────────────────────────────────────────────────────────────────


def test_the_bell_counts_what_is_not_seen(house: House, manager: Client) -> None:
    for _ in range(2):
        submitted(house)
    page = manager.get("/complaints/").content.decode()
    assert "Notices, 2 not seen" in page
    assert '<span class="bell-count" aria-hidden="true">2</span>' in page
    mine(house.manager).update(seen_at=TUESDAY)
    assert "bell-count" not in manager.get("/complaints/").content.decode()


def test_opening_a_complaint_marks_what_one_was_told_of_it(house: House, manager: Client) -> None:
    """Not what he was told of others, nor what others were told; and the bell of the page says so at once."""
    first, second = submitted(house), submitted(house)
    act("chase", second, house.assistant, means="telephone", words="还没有答复")
    told = mine(house.manager).filter(complaint=second).latest("pk")
    for_another = {"recipient": house.head, "channel": "desk", "kind": Kind.TURN.value, "at": TUESDAY, "not_before": TUESDAY}
    Notice.objects.create(event_id=told.event_id, complaint=second, **for_another)
    assert sorted(mine(house.manager).filter(seen_at=None).values_list("complaint", flat=True)) == [first.pk, second.pk, second.pk]
    page = manager.get(f"/complaints/{second.number}/").content.decode()
    assert '<span class="bell-count" aria-hidden="true">1</span>' in page
    assert list(mine(house.manager).filter(seen_at=None).values_list("complaint", flat=True)) == [first.pk]
    assert mine(house.head).get().seen_at is None


def test_it_is_one_question_more_only_when_there_is_something_to_mark(house: House, manager: Client) -> None:
    path, spent = f"/complaints/{submitted(house).number}/", []
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            manager.get(path)
        spent.append([query["sql"].split()[0] for query in asked if "escalation_notice" in query["sql"]])
    assert spent == [["SELECT", "UPDATE", "SELECT"], ["SELECT"]]


@pytest.mark.parametrize("ahead", ["sec-purpose", "purpose", "x-moz"])
def test_what_a_browser_fetches_ahead_marks_nothing(house: House, manager: Client, ahead: str) -> None:
    path = f"/complaints/{submitted(house).number}/"
    assert manager.get(path, headers={ahead: "prefetch;prerender"}).status_code == 200
    assert manager.head(path).status_code == 200
    assert mine(house.manager).filter(seen_at=None).count() == 1
    manager.get(path)
    assert mine(house.manager).filter(seen_at=None).count() == 0


@pytest.mark.parametrize(("unseen", "shown"), [(99, "99"), (100, "99+")])
def test_many_are_not_counted_further(unseen: int, shown: str) -> None:
    found = bell.Bell(unseen, 7, unseen, None)
    assert (found.count, found.fresh_count) == (shown, shown)


def test_nothing_new_is_204_by_one_query(house: House, manager: Client) -> None:
    submitted(house)
    now = bell.look(house.manager.pk)
    manager.get("/pulse")
    with CaptureQueriesContext(connection) as asked:
        answer = manager.get("/pulse", {"known": now.state, "since": now.newest}, headers={"sec-fetch-mode": "cors"})
    ours = [query["sql"] for query in asked if "escalation_notice" in query["sql"]]
    assert (answer.status_code, answer.content, len(ours)) == (204, b"", 1)
    assert len(asked) == 4  # session, person, sign-in, and ours


def test_what_is_new_comes_with_the_bell_the_bar_and_a_line(house: House, manager: Client) -> None:
    before = bell.look(house.manager.pk)
    submitted(house)
    page = manager.get("/pulse", {"known": before.state, "since": before.newest}).content.decode()
    now = bell.look(house.manager.pk)
    assert f'data-state="{now.state}"' in page
    assert ("1 new notice ·" in page, "Notices, 1 not seen" in page, "banner-all" in page) == (True, True, False)
    again = manager.get("/pulse", {"known": "", "since": now.newest}).content.decode()
    assert ("new notice" in again, "Notices, 1 not seen" in again) == (False, True)


def test_the_pulse_does_not_keep_a_session(house: House, manager: Client) -> None:
    long_ago = clock.unmoved() - dt.timedelta(minutes=20)
    SignIn.objects.update(active_at=long_ago)
    assert manager.get("/pulse", headers={"sec-fetch-mode": "cors", "x-requested-with": "fetch"}).status_code == 200
    assert SignIn.objects.get().active_at == long_ago
    SignIn.objects.update(active_at=clock.unmoved() - dt.timedelta(minutes=31))
    assert manager.get("/pulse", headers={"sec-fetch-mode": "cors", "x-requested-with": "fetch"}).status_code == 401


@pytest.mark.parametrize(
    ("silent", "words"),
    [
        (50, ""),
        (61, "The clock has been silent for a minute."),
        (430, "The clock has been silent for 7 minutes."),
        (None, "The clock is silent."),
    ],
)
def test_a_silent_clock_is_a_bar_over_every_page_for_everybody(house: House, silent: int | None, words: str) -> None:
    SweepPulse.objects.update(at=clock.unmoved() - dt.timedelta(seconds=silent or 0))
    if silent is None:
        SweepPulse.objects.all().delete()
    for person in (house.manager, house.employee, house.administrator):
        client = Client(headers={"accept-language": "en"})
        client.force_login(person)
        for path in ("/", "/settings/", "/pulse"):
            page = client.get(path).content.decode()
            assert (words in page, "banner-all" in page) == (True, bool(words))


MANY = """
INSERT INTO escalation_notice (event_id, complaint_id, recipient_id, channel, kind, at, not_before)
SELECT 2000000 + n, %s, CASE WHEN n %% 3 < %s THEN %s ELSE %s END, 'desk', 'turn', redress_now(), redress_now()
  FROM generate_series(1, 30000) AS n
"""


@pytest.mark.parametrize(("thirds", "shown"), [(0, "0"), (2, "99+")])
def test_the_question_is_answered_by_an_index_in_two_milliseconds(house: House, thirds: int, shown: str) -> None:
    """However many there are, of oneself or of others. The quickest of ten: the machine is not ours alone."""
    complaint, times = submitted(house), []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = 'escalation_notice'::regclass AND conname LIKE '%event_id%fk%'")
        cursor.execute(f"ALTER TABLE escalation_notice DROP CONSTRAINT {cursor.fetchone()[0]}")
        cursor.execute(MANY, [complaint.pk, thirds, house.employee.pk, house.stranger.pk])
        cursor.execute("ANALYZE escalation_notice")
        for _ in range(10):
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + bell.LOOK, [0, None, house.employee.pk, 100])
            (plan,) = cursor.fetchone()[0]
            times.append(plan["Execution Time"])
    assert ("Seq Scan on escalation_notice" in str(plan), min(times) < 2) == (False, True)
    assert bell.look(house.employee.pk).count == shown
