"""A timer in words: what is left, late, paused, done; and the earliest of many complaints."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from complaints.clockface import Face, day, earliest, faces, hours, long, next_due, span, which
from complaints.models import Complaint
from escalation import clock
from escalation.calendars import shipped
from escalation.models import Timer

from .factories import House, act, received

ZONE = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 11, 20, 2, 42, tzinfo=dt.UTC)  # 10:42 there
HOUR = dt.timedelta(hours=1)


def face(due: dt.datetime, now: dt.datetime = NOW, **given: Any) -> Face:
    kept = {"code": "plan", "policy": "plan", "clock": "hours", "amount": 12 * 3600, "state": "running", "started": due - 12 * HOUR}
    return Face(Timer(due=due, **{**kept, **given}), now, ZONE)


def said(one: Face) -> tuple[str, str, str]:
    return one.state, one.text, one.note


@pytest.mark.parametrize(
    ("length", "words"),
    [(0, "0 min"), (59, "59 min"), (60, "1:00"), (200, "3:20"), (1439, "23:59"), (1440, "1 day"), (5000, "3 days")],
)
def test_a_length_is_said_as_the_browser_says_it(length: int, words: str) -> None:
    assert span(dt.timedelta(minutes=length)) == words


def test_sums_count_hours_however_many() -> None:
    assert hours(dt.timedelta(hours=37, minutes=30)) == "37:30"


@pytest.mark.parametrize(
    ("length", "by_hours", "english", "chinese"),
    [
        (14.9, True, "14:54", "14:54"), (15, True, "2 working days", "2 个工作日"), (40.9, True, "5 working days 3 h", "5 个工作日 3 小时"),
        (47.9, False, "47:54", "47:54"), (240.4, False, "10 days", "10 天"), (243, False, "10 days 3 h", "10 天 3 小时"),
    ],
)  # fmt: skip
def test_a_long_sum_is_said_in_days(length: float, by_hours: bool, english: str, chinese: str) -> None:
    """The usual day has seven and a half working hours (R32)."""
    calendar = shipped("Asia/Shanghai") if by_hours else None
    assert long(dt.timedelta(hours=length), calendar) == english
    with translation.override("zh-hans"):
        assert long(dt.timedelta(hours=length), calendar) == chinese


def test_a_day_is_written_as_the_language_does() -> None:
    today = dt.date(2026, 11, 22)
    assert [day(dt.date(year, 12, 4), today) for year in (2026, 2027)] == ["4 Dec", "4 Dec 2027"]
    with translation.override("zh-hans"):
        assert day(dt.date(2026, 12, 4), today) == "12-04"


def test_what_is_left_always_with_when_it_is_due() -> None:
    assert said(face(NOW + 5 * HOUR)) == ("", "5:00 left", "due 15:42")
    assert said(face(NOW + 1 * HOUR)) == ("soon", "1:00 left", "due 11:42")
    assert said(face(NOW + 14 * HOUR)) == ("", "14:00 left", "due 21 Nov 00:42")


def test_the_last_quarter_is_soon() -> None:
    assert face(NOW + 5 * HOUR, started=NOW - 20 * HOUR).state == "soon"


def test_late_by_how_much() -> None:
    assert said(face(NOW - 3 * HOUR)) == ("late", "3:00 late", "was due 07:42")


def test_at_the_due_instant_itself_it_is_not_late() -> None:
    assert face(NOW).state == "soon"


def test_paused_says_why() -> None:
    assert said(face(NOW + HOUR, state="paused")) == ("paused", "paused", "we wait for the customer")
    assert face(NOW - HOUR, state="paused", verdict="late").note == "was due 09:42; we wait for the customer"


def test_done_is_frozen_at_its_stop() -> None:
    done = face(NOW, state="stopped", verdict="in_time", stopped_at=NOW - HOUR)
    assert (said(done), done.frozen) == (("ok", "in time", "due 10:42"), True)
    late = face(NOW - 2 * HOUR, state="stopped", verdict="late", stopped_at=NOW - HOUR)
    assert said(late) == ("late", "1:00 late", "was due 08:42")
    assert face(NOW, state="void", stopped_at=NOW).text == "no longer asked for"


def test_a_bare_date_is_named_itself() -> None:
    end_of_the_23rd = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
    assert face(end_of_the_23rd, clock="date").note == "due 23 Nov"


def test_in_chinese() -> None:
    with translation.override("zh-hans"):
        assert said(face(NOW - 62 * 60 * dt.timedelta(seconds=1))) == ("late", "超时 1:02", "应于 09:40 前")


@pytest.mark.parametrize(
    ("key", "name"), [(("plan", "", 1), "plan"), (("plan", "", 2), "plan.2"), (("stage:triage", "", 1), "stage:triage"),
                      (("measure", "12", 3), "measure:12.3")],
)  # fmt: skip
def test_its_name_in_addresses(key: tuple[str, str, int], name: str) -> None:
    assert which(*key) == name


@pytest.mark.django_db
def test_the_earliest_running_of_many_in_one_query(django_assert_num_queries: Any) -> None:
    house = House()
    rows = [received(house) for _ in range(3)]
    now = clock.now()
    Timer.objects.filter(code="acknowledge").update(due=now - HOUR)
    Timer.objects.filter(complaint=rows[1], code="plan").update(due=now - 2 * HOUR)
    with django_assert_num_queries(1):
        first = earliest([row.pk for row in rows])
    assert [first[row.pk].code for row in rows] == ["acknowledge", "plan", "acknowledge"]


@pytest.mark.django_db
def test_silent_rules_are_no_clocks() -> None:
    house = House()
    row = received(house)
    Timer.objects.filter(complaint=row).exclude(code="unsolved").delete()
    assert earliest([row.pk]) == {}
    assert Complaint.objects.annotate(due=next_due()).get(pk=row.pk).due is None


@pytest.mark.django_db
def test_a_paused_one_shows_only_where_none_runs() -> None:
    house = House()
    row = act("submit", received(house), house.assistant, note="")
    act("pause", row, house.manager, reason="等样件", asked="")
    kept = Complaint.objects.select_related("branch").get(pk=row.pk)
    assert faces([kept], clock.now())[kept.pk].state != "paused"
    Timer.objects.filter(complaint=row, state="running").delete()
    assert faces([kept], clock.now())[kept.pk].state == "paused"
