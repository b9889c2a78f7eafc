"""Clocks on the page of a complaint, and the page that explains one: who held it how long, its story, both languages."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from complaints.clockface import address
from complaints.holding import Hands, shares, totals
from complaints.models import Complaint
from complaints.ticket import timeline
from complaints.ticket.explained import find
from escalation import clock
from escalation.calendars import shipped
from escalation.models import TestClock, Timer
from escalation.sweep import fire_due
from organisation.models import Person

from .factories import House, act, at_state, received

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def move_clock(by: dt.timedelta) -> None:
    TestClock.objects.update_or_create(id=1, defaults={"offset": by})


def shown(client: Client, person: Person, path: str, status: int = 200) -> str:
    client.force_login(person)
    answer = client.get(path)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def ticket(complaint: Complaint) -> str:
    return f"/complaints/{complaint.number}/"


def test_the_head_shows_the_earliest_clock_and_below_it_all_that_run(client: Client) -> None:
    house = House()
    complaint = received(house)
    Timer.objects.filter(complaint=complaint, code="report").update(due=clock.now() + 30 * dt.timedelta(seconds=61))
    client.force_login(house.assistant)
    page = client.get(ticket(complaint)).content.decode()
    summary = re.search(r"<summary>.*?</summary>", page, re.S)
    assert summary
    assert "30 min left" in summary[0]
    assert "data-now=" in summary[0]
    listed = re.search(r'<div class="clock-sheet card">.*?</details>', page, re.S)
    assert listed
    assert re.findall(r"deadlines/([\w:.]+)/", listed[0]) == ["report", "plan", "acknowledge", "update"]
    assert "unsolved" not in page


def test_a_late_one_says_in_one_sentence_who_held_it_how_long(client: Client) -> None:
    house = House()
    complaint = at_state("action", house)
    move_clock(20 * HOUR)
    assert "Plan to the GM (grade 3-4): Late by 8:0" in shown(client, house.handler, ticket(complaint))
    text = shown(client, house.handler, ticket(complaint))
    assert re.search(r"Of 20:0\d, Gao Yuan held it 20:0\d \(100 %\)", text)


def test_a_long_lateness_is_said_in_days(client: Client) -> None:
    house = House()
    complaint = at_state("action", house)
    move_clock(12 * HOUR + 75 * HOUR + HOUR / 2)
    text = shown(client, house.handler, ticket(complaint))
    assert "Plan to the GM (grade 3-4): Late by 3 days 3 h." in text
    assert re.search(r"Of 3 days 15 h, Gao Yuan held it 3 days 15 h", text)


def test_one_in_time_says_nothing_of_that(client: Client) -> None:
    house = House()
    assert "Late by" not in shown(client, house.handler, ticket(at_state("action", house)))


def test_the_page_explains_one(client: Client) -> None:
    house = House()
    complaint = at_state("action", house)
    move_clock(20 * HOUR)
    fire_due(mail=False)
    text = shown(client, house.manager, f"{ticket(complaint)}deadlines/plan/")
    assert "Why “Plan to the GM (grade 3-4)” is late" in text
    assert "Sum 12:00 = 12 hours, day and night." in text
    assert "raised to Shen Guoliang" in text
    assert "Plan: started, due" in text


def test_a_warning_and_what_ran_out_are_told_in_both_languages() -> None:
    house = House()
    complaint = received(house)
    move_clock(7 * HOUR)
    fire_due(mail=False)
    move_clock(30 * HOUR)
    fire_due(mail=False)
    kept = Complaint.objects.get(pk=complaint.pk)
    said = {(str(one.event.kind), str(one.label)) for one in timeline.timeline(kept).entries}
    assert said >= {("warned", "Reminder: time is running out"), ("ran_out", "Run out")}
    with translation.override("zh-hans"):
        labels = {str(one.event.kind): (str(one.label), [str(x) for x in one.details]) for one in timeline.timeline(kept).entries}
    assert labels["warned"][0] == "提醒：时限将到"
    assert "已用 50%" in labels["warned"][1]


def test_a_move_says_which_clocks_it_started_and_stopped() -> None:
    house = House()
    complaint = act("submit", received(house), house.assistant, note="")
    entry = timeline.timeline(Complaint.objects.get(pk=complaint.pk)).entries[0]
    words = [re.sub(r"<[^>]+>", "", one) for one in entry.timers]
    assert words[0] == "Report to the manager: stopped in time"
    assert words[1].startswith("Triage: started, due ")


def test_silent_and_foreign_timers_have_no_page(client: Client) -> None:
    house = House()
    complaint = received(house)
    for name in ("unsolved", "plan.2", "measure:99", "nothing", "plan.x", ":"):
        shown(client, house.manager, f"{ticket(complaint)}deadlines/{name}/", 404)
    assert find(complaint, "plan.1") == find(complaint, "plan")


def test_all_of_them_on_one_page(client: Client) -> None:
    house = House()
    text = shown(client, house.manager, f"{ticket(at_state('review', house))}deadlines/")
    assert "Running" in text
    assert "in time" in text


def test_years_whose_holidays_are_unknown_are_named(client: Client) -> None:
    house = House()
    complaint = received(house)
    timer = Timer.objects.get(complaint=complaint, code="update")
    Timer.objects.filter(pk=timer.pk).update(due=dt.datetime(2031, 1, 6, 9, tzinfo=dt.UTC))
    assert "2031 are not loaded" in shown(client, house.manager, address(complaint.number, timer))


def test_hands_change_with_the_states_and_with_the_handler() -> None:
    house = House()
    complaint = at_state("action", house)
    held = Hands([Complaint.objects.for_page().get(pk=complaint.pk)]).of(complaint)
    assert [(one.who, one.state.value) for one in held] == [
        ("He Yutong", "received"), ("Zhao Qiming", "triage"), ("Zhao Qiming", "assignment"), ("Lin Xiaofeng", "confirmation"),
        ("Gao Yuan", "action"),
    ]  # fmt: skip
    assert [one.until for one in held[:-1]] == [one.since for one in held[1:]]


def test_shares_are_the_timer_s_own_time() -> None:
    house = House()
    complaint = Complaint.objects.for_page().get(pk=at_state("review", house).pk)
    timer = Timer.objects.get(complaint=complaint, code="plan")
    now = timer.due + 2 * HOUR
    found = shares(Hands([complaint]).of(complaint), timer, shipped("Asia/Shanghai"), now)
    assert sum((one.counted for one in found), dt.timedelta(0)) == timer.due - timer.started
    assert sum((one.late for one in found), dt.timedelta(0)) == 2 * HOUR
    assert totals(found)[0][0] == "Lin Xiaofeng"


def test_the_explanation_costs_the_same_however_long_the_story(client: Client, django_assert_num_queries: Any) -> None:
    house = House()
    short, long = at_state("review", house), at_state("review", house)
    for _ in range(4):
        act("tell", long, house.assistant, text="在查", means="telephone")
    client.force_login(house.manager)
    client.get(f"{ticket(short)}deadlines/plan/")
    with django_assert_num_queries(_queries(client, f"{ticket(short)}deadlines/plan/")):
        client.get(f"{ticket(long)}deadlines/plan/")


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


def test_a_pause_shows_what_it_moves_first(client: Client) -> None:
    house = House()
    complaint = act("submit", received(house), house.assistant, note="")
    text = shown(client, house.manager, f"{ticket(complaint)}pause/")
    assert "If the customer answers by" in text
    assert "runs on all the same" in text
    assert "2 deadlines stand still" in text
