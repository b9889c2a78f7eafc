"""A change is a new row, an event and its preview; running timers stay unless asked for, and then each complaint records it (R30)."""

import dataclasses
import datetime as dt
import json
import threading

import pytest
from django.db import connection, connections, transaction

from complaints.models import Complaint, Event, Passage
from complaints.verification import verify_all
from escalation import clock, preview
from escalation.calendars import calendar_of
from escalation.changing import Done, Order, OvertakenError, UnforeseenError, change_calendar, change_policy, newest
from escalation.models import Escalation, PolicyVersion, Timer
from escalation.models.policy import PolicyBook
from escalation.policies import SHIPPED, Policy, Told
from escalation.sweep import fire_due
from organisation.models import WorkCalendar
from tests.complaints.factories import House, act, received

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def house() -> House:
    return House()


def plan(hours: int, **more: object) -> Policy:
    return dataclasses.replace(SHIPPED["plan"], amount=hours * 3600, version=2, **more)


def order(house: House, policy: Policy | None = None, *, seen: int = 1, reason: str = "总经理同意") -> Order:
    """With a policy: move the running timers, having seen what that does."""
    mark = preview.of_policy(policy, clock.now()).mark if policy else ""
    return Order(house.administrator, reason, seen, policy is not None, mark)


def since(house: House, hours: int) -> Complaint:
    return received(house, at=clock.now() - hours * HOUR)


def timer(complaint: Complaint, code: str = "plan") -> Timer:
    return Timer.objects.get(complaint=complaint, code=code)


def last(complaint: Complaint | None) -> Event:
    return Event.objects.filter(complaint=complaint).latest("seq")


def test_running_timers_stay_and_new_ones_go_by_the_change(house: House) -> None:
    running = since(house, 2)
    before = Timer.objects.filter(pk=timer(running).pk).values().get()
    assert change_policy(plan(8), order(house)) == Done()
    assert Timer.objects.filter(pk=timer(running).pk).values().get() == before
    fresh = timer(received(house))
    assert (fresh.policy_version, fresh.amount, fresh.due - fresh.started) == (2, 8 * 3600, 8 * HOUR)


def test_the_row_keeps_who_why_and_what_was_shown(house: House) -> None:
    since(house, 2)
    change_policy(plan(8, names={"zh": "方案", "en": "The plan"}), order(house))
    row = PolicyVersion.objects.get()
    assert (row.key, row.version, row.amount, row.reason, row.decided_by, row.moved_running) == (
        "plan", 2, 28800, "总经理同意", house.administrator, False,
    )  # fmt: skip
    assert (row.effective_from, row.preview["running"], row.preview["earlier"]) == (row.decided_at, 1, 1)
    assert row.policy().label("zh-hans") == "方案"
    assert row.policy().label("en") == "The plan"


def test_the_house_writes_it_down_with_the_reason_apart(house: House) -> None:
    change_policy(plan(8), order(house))
    event = last(None)
    said = json.loads(event.body)
    assert (event.kind, event.actor, said["key"], said["version"], said["amount"], said["moved"]) == (
        "policy_changed", house.administrator, "plan", 2, 28800, False,
    )  # fmt: skip
    assert "总经理同意" not in event.body
    assert Passage.objects.get(pk=said["texts"]["reason"][0]).text == "总经理同意"


def test_a_later_day_holds_from_that_day_on(house: House) -> None:
    now = clock.now()
    change_policy(plan(8), order(house), now + 24 * HOUR)
    assert PolicyBook.at(now).now["plan"].amount == 12 * 3600
    assert PolicyBook.at(now + 25 * HOUR).now["plan"].amount == 8 * 3600


def test_moving_them_too_marks_what_runs_out_only_by_it(house: House) -> None:
    old, young = since(house, 10), since(house, 2)
    done = change_policy(plan(8), order(house, plan(8)))
    assert done == Done(moved=2, out=1, complaints=2)
    assert [(t.by_rule, t.policy_version, t.amount, t.due - t.started) for t in (timer(old), timer(young))] == [
        (True, 2, 28800, 8 * HOUR), (False, 2, 28800, 8 * HOUR),
    ]  # fmt: skip
    assert timer(young).next_rung == 50


def test_each_complaint_says_so_and_its_chain_holds(house: House) -> None:
    old = since(house, 10)
    change_policy(plan(8), order(house, plan(8)))
    event, moved = last(old), timer(old)
    said = json.loads(event.body)
    due = moved.due.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert (event.kind, event.actor, said["timers"], said["policy"], said["by_rule"]) == (
        "retimed", house.administrator, [["plan", "", 1, "retimed", due]], ["plan", 2], [["plan", "", 1]],
    )  # fmt: skip
    fire_due()
    assert Escalation.objects.get(timer=moved, rung=100).by_rule
    act("submit", old, house.assistant)
    assert verify_all().bad == []


def test_what_has_run_out_is_never_taken_back(house: House) -> None:
    late = since(house, 13)
    before = timer(late).due
    assert change_policy(plan(48), order(house, plan(48))) == Done()
    assert (timer(late).due, timer(late).policy_version) == (before, 1)


def test_a_timer_whose_instant_stays_takes_over_who_is_told(house: House) -> None:
    running = since(house, 1)
    policy = plan(12, warn_at=(90,), first=(Told.GM, Told.HEAD))
    assert change_policy(policy, order(house, policy)) == Done(moved=1, out=0, complaints=1)
    now = timer(running)
    assert (now.policy_version, now.next_rung, now.timing, now.due - now.started) == (2, 90, 0, 12 * HOUR)


def test_out_of_use_takes_running_ones_off(house: House) -> None:
    running = since(house, 1)
    policy = plan(12, enabled=False)
    change_policy(policy, order(house, policy))
    assert timer(running).state == "void"
    assert Timer.objects.filter(complaint=received(house), code="plan").count() == 0


def test_something_else_than_was_shown_changes_nothing(house: House) -> None:
    since(house, 2)
    seen = order(house, plan(8))
    since(house, 3)
    with pytest.raises(UnforeseenError):
        change_policy(plan(8), seen)
    assert (PolicyVersion.objects.count(), Event.objects.filter(complaint=None).count()) == (0, 0)


def test_of_two_administrators_the_second_is_told(house: House) -> None:
    change_policy(plan(8), order(house))
    with pytest.raises(OvertakenError) as told:
        change_policy(plan(10), order(house))
    assert (told.value.by, newest("plan"), PolicyVersion.objects.get().amount) == (house.administrator, 2, 28800)


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_instant_are_kept_apart_by_the_database() -> None:
    house = House()
    row = PolicyVersion(key="plan", version=2, effective_from=clock.now(), clock="hours", amount=1, decided_by=house.administrator,
                        decided_at=clock.now(), reason="同时")  # fmt: skip
    seen = order(house)
    asked = []

    def stored() -> None:
        row.save()
        connections["default"].close()

    def meanwhile(execute: object, sql: str, params: object, many: bool, context: object) -> object:
        """Between the look at the newest version and the insertion of the next one, somebody else's comes in."""
        if sql.startswith('INSERT INTO "escalation_policyversion"') and not asked:
            asked.append(sql)
            elsewhere = threading.Thread(target=stored)
            elsewhere.start()
            elsewhere.join()
        return execute(sql, params, many, context)  # type: ignore[operator]

    with pytest.raises(OvertakenError), connection.execute_wrapper(meanwhile):
        change_policy(plan(8), seen)
    assert asked


def test_the_general_manager_cannot_be_taken_off(house: House) -> None:
    with pytest.raises(ValueError, match="general manager"):
        change_policy(plan(8, first=(Told.HEAD,)), order(house))


def test_only_what_is_in_force_moves_timers(house: House) -> None:
    with pytest.raises(ValueError, match="in force"):
        change_policy(plan(8), order(house, plan(8)), clock.now() + HOUR)


# ── calendars ────────────────────────────────────────────────────────────────────────────────────────────────


def shut(house: House, complaint: Complaint) -> tuple[object, dt.date]:
    """The calendar with the day closed on which the customer's next word is due."""
    known = calendar_of(house.branch)[1]
    day = timer(complaint, "update").due.astimezone(house.branch.tz).date()
    return dataclasses.replace(known, days={**known.days, day: ()}, names={**known.names, day: "年度检修"}), day


def calendar_order(house: House, calendar: object, move: bool, seen: int = 0) -> Order:
    mark = preview.of_calendar(house.branch, calendar, clock.now()).mark if move else ""  # type: ignore[arg-type]
    return Order(house.administrator, "检修", seen, move, mark)


def test_a_calendar_is_a_new_version_and_moves_nothing_unasked(house: House) -> None:
    complaint = received(house)
    before = timer(complaint, "update").due
    calendar, day = shut(house, complaint)
    assert change_calendar(house.branch, calendar, calendar_order(house, calendar, False), {"days": [day.isoformat()]}) == Done()
    row = WorkCalendar.objects.get()
    assert (row.version, row.content["days"][day.isoformat()], row.names[day.isoformat()], row.decided_by) == (
        1, [], "年度检修", house.administrator,
    )  # fmt: skip
    assert 2026 in row.years
    assert calendar_of(house.branch)[0] == row.pk
    assert not calendar_of(house.branch)[1].is_workday(day)
    assert (timer(complaint, "update").due, timer(complaint, "update").calendar) == (before, None)
    assert (last(None).kind, json.loads(last(None).body)["days"]) == ("calendar_changed", [day.isoformat()])


def test_moving_moves_only_what_is_due_at_another_instant(house: House) -> None:
    complaint = received(house)
    before = timer(complaint, "update").due
    calendar, _day = shut(house, complaint)
    done = change_calendar(house.branch, calendar, calendar_order(house, calendar, True), {})
    row = WorkCalendar.objects.get()
    assert (done.moved, timer(complaint, "update").calendar, timer(complaint, "acknowledge").calendar) == (1, row, None)
    assert timer(complaint, "update").due == row_due(house, complaint) > before
    assert json.loads(last(complaint).body)["calendar"] == 1
    assert verify_all().bad == []


def test_moved_by_a_calendar_it_reminds_by_that_calendar(house: House) -> None:
    complaint = received(house)
    calendar, _day = shut(house, complaint)
    change_calendar(house.branch, calendar, calendar_order(house, calendar, True), {})
    moved, counts = timer(complaint, "update"), calendar_of(house.branch)[1]
    half = counts.elapsed(moved.started, moved.due) / 2
    assert (moved.next_rung, moved.next_at) == (50, counts.due(moved.started, half).astimezone(dt.UTC))


def row_due(house: House, complaint: Complaint) -> dt.datetime:
    return calendar_of(house.branch)[1].workdays(timer(complaint, "update").started, 5).astimezone(dt.UTC)


def test_a_calendar_is_overtaken_too(house: House) -> None:
    calendar = calendar_of(house.branch)[1]
    change_calendar(house.branch, calendar, calendar_order(house, calendar, False), {})
    with pytest.raises(OvertakenError):
        change_calendar(house.branch, calendar, calendar_order(house, calendar, False), {})
    with transaction.atomic():
        change_calendar(house.branch, calendar, calendar_order(house, calendar, False, seen=1), {})
    assert list(WorkCalendar.objects.values_list("version", flat=True)) == [1, 2]


def test_another_branch_is_left_alone(house: House) -> None:
    other = House()
    theirs = received(other)
    calendar, _day = shut(house, received(house))
    change_calendar(house.branch, calendar, calendar_order(house, calendar, True), {})
    assert timer(theirs, "update").calendar is None
    assert calendar_of(other.branch)[0] is None
