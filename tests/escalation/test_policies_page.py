"""The pages of time limits: in force, to come, changes made; changing one with what would move beside it, with and without script."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from escalation import clock, preview
from escalation.models import PolicyVersion, Timer
from escalation.policies import SHIPPED
from tests.complaints.factories import House, received

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
LIST, PAGE = "/operations/limits/", "/operations/limits/plan/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def desk(client: Client, house: House) -> Client:
    client.force_login(house.fresh("administrator"))
    return client


def sent(**fields: Any) -> dict[str, Any]:
    """The form of the plan's limit as the page shows it, with something else in it."""
    data = {
        "amount": "12", "unit": "hours", "clock": "hours", "when": "now", "effective_from": "", "warn_at": "50, 80", "second": ["group"],
        "enabled": "on", "name": "", "name_en": "", "reason": "两家客户要求", "running": "leave", "seen": "1", "foreseen": "",
    }  # fmt: skip
    return {name: value for name, value in (data | fields).items() if value is not None}


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def foreseen(response: Any) -> str:
    return re.search(r'name="foreseen" value="(\w*)"', response.content.decode()).group(1)  # type: ignore[union-attr]


def test_all_limits_but_the_silent_rules_are_listed(desk: Client) -> None:
    page = desk.get(LIST)
    keys = re.findall(r'href="/operations/limits/([\w:]+)/"', page.content.decode())
    assert keys == [key for key in SHIPPED if key not in ("unsolved", "regrade")]
    for text in ("12 hours", "5 working days", "its own date", "a working day later: Group approver", "not in use"):
        assert text in words(page)


def test_what_is_to_come_and_what_was_changed_have_their_lists(desk: Client, house: House) -> None:
    later = (clock.now() + 48 * HOUR).astimezone(house.branch.tz).strftime("%Y-%m-%dT%H:%M")
    desk.post(PAGE, sent(amount="8"))
    desk.post(PAGE, sent(amount="6", seen="2", when="later", effective_from=later))
    assert "In force 20 To come 1 Changes made 1" in words(desk.get(LIST))
    assert ": 8 hours , all hours → 6 hours , all hours" in words(desk.get(LIST + "?show=coming")).replace(" ,", ",").replace(",", " ,")
    desk.post(PAGE, sent(amount="10", seen="3"))
    past = words(desk.get(LIST + "?show=changes"))
    assert "In force 20 To come 0 Changes made 3" in past
    assert "两家客户要求" in past


def test_a_planned_change_is_replaced_by_a_later_one_that_holds_sooner(desk: Client, house: House) -> None:
    later = (clock.now() + 48 * HOUR).astimezone(house.branch.tz).strftime("%Y-%m-%dT%H:%M")
    sooner = (clock.now() + 24 * HOUR).astimezone(house.branch.tz).strftime("%Y-%m-%dT%H:%M")
    desk.post(PAGE, sent(amount="6", when="later", effective_from=later))
    assert "6 hours is planned" in words(desk.get(PAGE))
    desk.post(PAGE, sent(amount="7", seen="2", when="later", effective_from=sooner))
    assert "In force 20 To come 1 Changes made 1" in words(desk.get(LIST))


def test_without_script_what_changes_is_shown_before_it_is_made(desk: Client, house: House) -> None:
    old, young = (received(house, at=clock.now() - hours * HOUR) for hours in (10, 2))
    shown = desk.post(PAGE, sent(amount="8", running="move", reason="", show="1"))
    text = words(shown)
    assert shown.status_code == 200
    assert "Running 2 Earlier, still in time 1 Later 0 Run out at once 1" in text
    assert "Make the change: 1 runs out at once" in text
    assert text.index(old.number) < text.index(young.number)
    assert PolicyVersion.objects.count() == 0
    made = desk.post(PAGE, sent(amount="8", running="move", foreseen=foreseen(shown)), follow=True)
    assert "Changed. 2 running timers moved. 1 runs out at once." in words(made)
    assert list(Timer.objects.filter(code="plan").order_by("id").values_list("by_rule", "amount")) == [(True, 28800), (False, 28800)]


def test_by_script_only_the_part_that_says_what_changes_comes(desk: Client, house: House) -> None:
    received(house, at=clock.now() - 10 * HOUR)
    part = desk.post(PAGE, sent(amount="8", running="move", reason="", show="1"), **HTMX)
    assert "<html" not in part.content.decode()
    assert 'id="change-foot" hx-swap-oob' in part.content.decode()
    assert "1 runs out at once" in words(part)
    unclear = desk.post(PAGE, sent(amount="", show="1"), **HTMX)
    assert (unclear.status_code, "Fill in the form" in words(unclear)) == (200, True)


def test_what_was_not_shown_is_not_moved(desk: Client, house: House) -> None:
    received(house, at=clock.now() - 10 * HOUR)
    answer = desk.post(PAGE, sent(amount="8", running="move"))
    assert (answer.status_code, "Something else would move than you were shown." in words(answer)) == (409, True)
    assert PolicyVersion.objects.count() == 0
    assert desk.post(PAGE, sent(amount="8", running="move", foreseen=foreseen(answer))).status_code == 302


def test_the_second_of_two_administrators_is_told_who_was_first(desk: Client, house: House) -> None:
    desk.post(PAGE, sent(amount="8"))
    answer = desk.post(PAGE, sent(amount="10"))
    assert answer.status_code == 409
    assert "Administrator has changed this meanwhile" in words(answer)
    assert 'value="10"' in answer.content.decode()
    assert PolicyVersion.objects.get().amount == 28800


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"reason": ""}, "This field is required"),
        ({"amount": "0"}, "greater than or equal to 0.25"),
        ({"amount": "400", "unit": "days"}, "At most a year."),
        ({"amount": "1.5", "unit": "days", "clock": "working_days"}, "counted in whole days"),
        ({"amount": "2", "unit": "days", "clock": "working"}, "For days, choose working days."),
        ({"amount": "8", "when": "later"}, "From which day and time on?"),
        ({"amount": "8", "when": "later", "effective_from": "2020-01-01T08:00"}, "This is in the past."),
        ({"amount": "8", "when": "later", "effective_from": "2099-01-01T08:00", "running": "move"}, "Come back on that day."),
        ({"warn_at": "50, 100"}, "between 1 and 99"),
        ({"warn_at": "half"}, "between 1 and 99"),
        ({}, "Nothing is changed."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_stored(desk: Client, fields: dict[str, str], text: str) -> None:
    answer = desk.post(PAGE, sent(**fields))
    assert (answer.status_code, text in words(answer), PolicyVersion.objects.count()) == (422, True, 0)


@pytest.mark.parametrize(
    ("fields", "clock_", "amount"),
    [
        ({"amount": "90", "unit": "minutes"}, "hours", 5400),
        ({"amount": "1.5"}, "hours", 5400),
        ({"amount": "2", "unit": "days"}, "hours", 172800),
        ({"amount": "8", "clock": "working"}, "working", 28800),
        ({"amount": "3", "unit": "days", "clock": "working_days"}, "working_days", 3),
        ({"amount": "7", "unit": "days", "clock": "days"}, "days", 7),
    ],
)
def test_amounts_and_units(desk: Client, fields: dict[str, str], clock_: str, amount: int) -> None:
    assert desk.post(PAGE, sent(**fields)).status_code == 302
    row = PolicyVersion.objects.get()
    assert (row.clock, row.amount) == (clock_, amount)


def test_the_general_manager_stays_whatever_is_sent(desk: Client) -> None:
    page = desk.get(PAGE).content.decode()
    assert re.search(r'<input type="checkbox" name="first" value="gm"[^>]*disabled', page)
    desk.post(PAGE, sent(first=["head"]))
    assert PolicyVersion.objects.get().first == ["gm", "head"]


def test_reminders_are_read_as_people_write_them(desk: Client) -> None:
    desk.post(PAGE, sent(warn_at="90%，25 %、25"))
    assert PolicyVersion.objects.get().warn_at == [25, 90]


def test_what_a_limit_cannot_have_is_not_asked(desk: Client) -> None:
    dated = desk.get("/operations/limits/measure/").content.decode()
    assert [name for name in ("amount", "unit", "clock", "first") if f'name="{name}"' in dated] == ["first"]
    answered = desk.get("/operations/limits/answer/").content.decode()
    assert [name for name in ("amount", "first", "warn_at") if f'name="{name}"' in answered] == ["amount"]


def test_older_running_ones_are_moved_by_the_same_limit(desk: Client, house: House) -> None:
    received(house)
    desk.post(PAGE, sent(amount="8"))
    page = desk.get(PAGE)
    assert "1 running timer still goes by an older version." in words(page)
    shown = desk.post(PAGE, sent(amount="8", seen="2", running="move", show="1"))
    assert desk.post(PAGE, sent(amount="8", seen="2", running="move", foreseen=foreseen(shown))).status_code == 302
    assert Timer.objects.get(code="plan").policy_version == 3


def test_titles_are_shown_to_those_alone_who_see_the_complaint(desk: Client, house: House) -> None:
    complaint = received(house, at=clock.now() - HOUR)
    shown = desk.post(PAGE, sent(amount="8", show="1")).content.decode()
    assert complaint.number in shown
    assert complaint.title not in shown
    house.administrator.roles = ["administrator", "manager"]
    house.administrator.save()
    desk.force_login(house.fresh("administrator"))
    assert complaint.title in desk.post(PAGE, sent(amount="8", show="1")).content.decode()


def test_many_rows_are_cut_and_shown_on_demand(desk: Client, house: House) -> None:
    for _each in range(23):
        received(house)
    assert "And 3 more." in words(desk.post(PAGE, sent(amount="8", show="1")))
    assert "more." not in words(desk.post(PAGE, sent(amount="8", show="all")))


def test_the_number_of_queries_does_not_grow(desk: Client, house: House, django_assert_max_num_queries: Any) -> None:
    desk.get(PAGE)
    for number in (1, 4):
        for _each in range(number):
            received(house)
        with django_assert_max_num_queries(14):
            desk.post(PAGE, sent(amount="8", show="1"))
        with django_assert_max_num_queries(14):
            desk.get(LIST)


def test_it_reads_in_chinese(desk: Client, house: House) -> None:
    house.administrator.language = "zh-hans"
    house.administrator.save()
    desk.force_login(house.fresh("administrator"))
    assert "方案到总经理（3–4 级）" in words(desk.get(LIST))
    assert preview.of_policy(SHIPPED["plan"], clock.now()).running == 0
