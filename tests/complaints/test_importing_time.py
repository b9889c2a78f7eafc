"""Imported history sets off nothing; the register's verdicts stand as they are; what is open runs only where the mapping says so (R33a)."""

import datetime as dt
from pathlib import Path

import pytest

from complaints.models import Complaint
from complaints.verification import verify_all
from escalation import clock
from escalation.models import Escalation, Notice, TestClock, Timer
from escalation.sweep import fire_due

from .factories import House, act
from .ledger import Ledger

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
OPEN = {
    "received": {"report", "update", "plan"},
    "triage": {"stage:triage", "update", "plan"},
    "assignment": {"stage:assignment", "update", "plan"},
    "confirmation": {"stage:confirmation", "update", "plan"},
    "action": {"update", "plan"},
    "review": {"stage:review", "update", "plan"},
    "approval": {"stage:approval", "update"},
    "reply": {"stage:reply", "update"},
}


@pytest.fixture
def house() -> House:
    return House(zone="Asia/Shanghai")


@pytest.fixture
def running(tmp_path: Path, house: House) -> Ledger:
    return Ledger(tmp_path, house.branch, register='open_rows = "running"')


def timers(**which: str) -> set[tuple[str, str, str, str]]:
    return set(Timer.objects.filter(**which).values_list("code", "state", "verdict", "source"))


def test_what_the_register_says_of_its_time_stands_as_it_is(tmp_path: Path, house: House) -> None:
    old = Ledger(tmp_path, house.branch)
    old.take({"No": "1", "Closed": "2025-03-09", "Timely": "超时"}, {"No": "2", "Timely": "及时"}, {"No": "3"})
    first, second, third = Complaint.objects.order_by("customer_reference")
    assert timers(complaint=first) == {("plan", "stopped", "late", "import")}
    assert timers(complaint=second) == {("plan", "stopped", "in_time", "import")}
    assert timers(complaint=third) == set()
    timer = Timer.objects.get(complaint=first)
    assert (timer.started, timer.due, timer.stopped_at) == (first.received_at, first.closed_at, first.closed_at)
    assert verify_all().bad == []


def test_history_sets_off_nothing_however_long_one_waits(tmp_path: Path, house: House) -> None:
    old = Ledger(tmp_path, house.branch)
    old.take(*({"No": state, "State": state, "Timely": "超时", "Grade": "A"} for state in OPEN))
    TestClock.objects.create(offset=dt.timedelta(days=400))
    assert not fire_due().did_anything
    assert not Timer.objects.exclude(state="stopped").exists()
    assert (Notice.objects.count(), Escalation.objects.count()) == (0, 0)


@pytest.mark.parametrize("state", OPEN)
def test_what_is_open_runs_from_the_import_on(state: str, running: Ledger) -> None:
    before = clock.now()
    running.take({"State": state, "Department": "生产一部"})
    rows = Timer.objects.all()
    assert {row.code for row in rows} == OPEN[state]
    assert all(row.state == "running" and row.started >= before and row.next_at and row.source == "" for row in rows)
    assert (Notice.objects.count(), Escalation.objects.count()) == (0, 0)
    assert verify_all().bad == []


def test_after_the_reply_the_customer_has_his_days_and_then_he_is_visited(running: Ledger) -> None:
    running.take({"No": "1", "State": "reply", "Replied": "2025-03-06"}, {"No": "2", "State": "follow_up", "Replied": "2025-03-06"})
    assert set(Timer.objects.values_list("complaint__customer_reference", "code")) == {
        ("1", "answer"), ("1", "update"), ("2", "visit"), ("2", "update"),
    }  # fmt: skip


def test_a_plan_that_was_judged_already_does_not_run_again(running: Ledger) -> None:
    running.take({"State": "action", "Timely": "超时"})
    assert timers() == {("plan", "stopped", "late", "import"), ("update", "running", "", "")}


def test_closed_rows_never_run(running: Ledger) -> None:
    running.take({"State": "closed:resolved"})
    assert not Timer.objects.exists()


def test_a_grave_one_has_the_grave_ones_plan_until_it_is_approved(running: Ledger) -> None:
    running.take({"No": "1", "State": "approval", "Grade": "A"}, {"No": "2", "State": "reply", "Grade": "A"})
    plan = Timer.objects.get(code="plan")
    assert (plan.complaint.customer_reference, plan.policy, plan.due - plan.started) == ("1", "plan_severe", 24 * HOUR)


def test_what_runs_runs_out_once_and_is_stopped_by_moves(running: Ledger, house: House) -> None:
    running.take({"State": "triage"})
    complaint = Complaint.objects.get()
    TestClock.objects.create(offset=13 * HOUR)
    fire_due()
    plan = Escalation.objects.get(code="plan", rung=100)
    assert (plan.due, plan.to) == (Timer.objects.get(code="plan").due, [house.gm.pk])
    act("ask_back", complaint, house.manager, reason="批号没有")
    assert Timer.objects.get(code="stage:triage").state == "stopped"
    assert verify_all().bad == []
