"""The month's figures against an independent recount, for random histories about the edges of months. (The demonstration: `test_demo`.)"""

import datetime as dt
import random

import pytest

from complaints.models import Complaint, Measure, Round
from escalation import clock
from escalation.models import Timer
from reports import sets
from reports.period import Period
from tests.complaints.factories import CustomerFactory, House, ProductFactory, act, at_state, received

from .recount import compare

pytestmark = pytest.mark.django_db
MOMENT = dt.datetime(2026, 11, 10, 4, tzinfo=dt.UTC)


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> dt.datetime:
    monkeypatch.setattr(clock, "now", lambda: MOMENT)
    return MOMENT


@pytest.mark.parametrize("seed", range(4))
def test_random_histories_counted_again(seed: int, moment: dt.datetime) -> None:
    """About the edges of months and of zones: what was received in the last minute, closed in the first."""
    chance = random.Random(seed)
    house = House(zone=chance.choice(["Asia/Shanghai", "America/New_York", "UTC"]))
    customers, products = [None, CustomerFactory(branch=house.branch)], [None, ProductFactory(branch=house.branch)]
    for _ in range(40):
        row = received(house)
        at = edge(chance)
        closed = at + dt.timedelta(hours=chance.choice([0.5, 20, 300])) if chance.random() < 0.5 else None
        closed = closed if closed and closed < moment else None
        Complaint.objects.filter(pk=row.pk).update(
            received_at=at, state="closed" if closed else "triage", closed_at=closed,
            outcome=chance.choice(["on_spot", "resolved", "invalid"]) if closed else "", valid=chance.choice([True, True, False, None]),
            nature=chance.choice(["major", "general", ""]), grade=chance.choice([1, 3, 4, None]), chased=chance.choice([0, 2]),
            satisfied=chance.choice([True, False, None]), customer=chance.choice(customers), product=chance.choice(products),
            department=chance.choice([None, house.production, house.warehouse]), channel=chance.choice(["phone", "email"]),
            acknowledged_at=chance.choice([None, at + dt.timedelta(minutes=chance.randrange(3000))]), score=chance.choice([None, 1, 5]),
            lot_number=chance.choice(["", "L-1", "批/2"]), project=chance.choice(["", "云谷", "none"]),
            recorded_by=chance.choice([house.assistant, house.manager]), round=chance.choice([1, 2]),
        )  # fmt: skip
        plans(row, chance, house, at)
        for timer in Timer.objects.filter(complaint=row):
            state = chance.choice(["running", "stopped", "void"])
            stopped = at + dt.timedelta(hours=chance.random() * 30) if state != "running" else None
            verdict = chance.choice(["in_time", "late"]) if state == "stopped" else chance.choice(["", "late"])
            by_rule = chance.random() < 0.2
            Timer.objects.filter(pk=timer.pk).update(state=state, stopped_at=stopped, verdict=verdict, by_rule=by_rule, next_at=None)
    for number in (9, 10, 11):
        compare(house.branch, 2026, number)


def plans(row: Complaint, chance: random.Random, house: House, at: dt.datetime) -> None:
    """None, one or two rounds, with measures agreed or not, done before or after an edge."""
    for number in range(1, chance.choice([1, 2, 3])):
        moments = [None, at, edge(chance)]
        plan = Round.objects.create(
            complaint=row, number=number, opened_at=at, cause_category=chance.choice(["", "people", "method"]),
            proposed_at=chance.choice(moments), approved_at=chance.choice(moments), four_eyes_exception=chance.choice(["", "", "没有别人"]),
        )  # fmt: skip
        Measure.objects.create(
            round=plan, complaint=row, kind="corrective", text="换模", owner=house.handler, done_at=chance.choice(moments),
            due_on=(edge(chance) + dt.timedelta(hours=8)).date(),
        )  # fmt: skip


def edge(chance: random.Random) -> dt.datetime:
    """Within a day of where a month begins somewhere, or anywhere in the quarter."""
    if chance.random() < 0.5:
        first = dt.datetime(2026, chance.choice([10, 11]), 1, tzinfo=dt.UTC)
        return first + dt.timedelta(minutes=chance.choice([-481, -480, -479, -1, 0, 1, 239, 240, 241, 300]))
    return dt.datetime(2026, 8, 20, tzinfo=dt.UTC) + dt.timedelta(minutes=chance.randrange(60 * 24 * 82))


def test_what_was_closed_then_and_reopened_since_was_not_open() -> None:
    house = House()
    complaint = at_state("closed", house)
    between = clock.instant()
    act("reopen", complaint, house.manager, reason="又漏了")
    today = between.astimezone(house.branch.tz).date()
    then, now = (Period(house.branch, today.replace(day=1), cutoff) for cutoff in (between, clock.instant()))
    assert (sets.of(then, "backlog").count(), sets.of(now, "backlog").count()) == (0, 1)
