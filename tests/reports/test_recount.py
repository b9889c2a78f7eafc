"""The month's figures against an independent recount, for random histories about the edges of months. (The demonstration: `test_demo`.)"""

import datetime as dt
import random
from decimal import Decimal

import pytest

from complaints.models import Complaint, Measure, Recurrence, Round
from escalation import clock
from escalation.models import Timer
from reports import daily, edges, sets
from reports.models import DayTimes, DayVerdicts
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
            meeting=chance.choice(["", "owed", "agreed"]),
        )  # fmt: skip
        came_again(row, chance)
        plans(row, chance, house, at)
        for timer in Timer.objects.filter(complaint=row):
            end(timer, chance, at)
    every_month(house)


def every_month(house: House) -> None:
    for number in (9, 10, 11):
        compare(house.branch, 2026, number)


def came_again(row: Complaint, chance: random.Random) -> None:
    """On the same problem as one that was closed before: now and then, also twice."""
    earlier = list(Complaint.objects.exclude(pk=row.pk).order_by("pk")[:2]) if chance.random() < 0.3 else []
    for one in earlier:
        Recurrence.objects.create(complaint=one, other=row, at=row.received_at)


def end(timer: Timer, chance: random.Random, at: dt.datetime) -> None:
    state = chance.choice(["running", "stopped", "void"])
    stopped = at + dt.timedelta(hours=chance.random() * 30) if state != "running" else None
    verdict = chance.choice(["in_time", "late"]) if state == "stopped" else chance.choice(["", "late"])
    by_rule = chance.random() < 0.2
    Timer.objects.filter(pk=timer.pk).update(state=state, stopped_at=stopped, verdict=verdict, by_rule=by_rule, next_at=None)


@pytest.mark.parametrize("seed", range(3))
def test_months_of_kept_days_counted_again(seed: int, moment: dt.datetime) -> None:
    """Settled, in part or not at all since the last change: what is counted in a month, and nothing that is not."""
    chance = random.Random(seed)
    house = House(zone=chance.choice(["Asia/Shanghai", "America/New_York", "UTC"]))
    for _ in range(25):
        Complaint.objects.filter(pk=received(house).pk).update(received_at=edge(chance))
    while daily.settle():
        pass
    assert DayTimes.objects.exists()
    assert DayVerdicts.objects.exists()
    every_month(house)
    for _ in range(18):
        row = chance.choice(list(Complaint.objects.all()))
        disturb(row, chance)
        if chance.random() < 0.5:
            daily.settle(chance.choice([1, 3, 60]))
        every_month(house)
    while daily.settle():
        pass
    every_month(house)


def disturb(row: Complaint, chance: random.Random) -> None:
    """One thing that is counted in months changes, and nothing else."""
    mine, at = Complaint.objects.filter(pk=row.pk), row.received_at + dt.timedelta(minutes=chance.randrange(3000))
    timers = Timer.objects.filter(complaint=row)
    chance.choice([
        lambda: mine.update(acknowledged_at=chance.choice([None, at])),
        lambda: mine.update(score=chance.choice([None, 1, 5])),
        lambda: mine.update(chased=1 - min(row.chased, 1)),
        lambda: mine.update(reopened=1 - min(row.reopened, 1)),
        lambda: mine.update(valid=chance.choice([True, False, None])),
        lambda: mine.update(state="closed", outcome="on_spot", closed_at=at),
        lambda: mine.filter(state="closed").update(outcome=chance.choice(["on_spot", "resolved"])),
        lambda: mine.update(received_at=edge(chance), closed_at=None, state="triage", outcome=""),
        lambda: timers.update(state="stopped", stopped_at=at, verdict="in_time", next_at=None),
        lambda: timers.filter(state="stopped").update(stopped_at=at),
        lambda: timers.update(state="stopped", verdict="late", stopped_at=at, by_rule=chance.random() < 0.5, next_at=None),
        lambda: timers.update(state="void", stopped_at=at, next_at=None),
        lambda: timers.filter(code="plan").delete(),
    ])()  # fmt: skip


def plans(row: Complaint, chance: random.Random, house: House, at: dt.datetime) -> None:
    """None, one or two rounds, with measures agreed or not, done before or after an edge."""
    for number in range(1, chance.choice([1, 2, 3])):
        moments = [None, at, edge(chance)]
        plan = Round.objects.create(
            complaint=row, number=number, opened_at=at, cause_category=chance.choice(["", "people", "method"]),
            proposed_at=chance.choice(moments), approved_at=chance.choice(moments), four_eyes_exception=chance.choice(["", "", "没有别人"]),
            escape_category=chance.choice(["", "method", "machine"]),
            remedy_amount=chance.choice([None, Decimal(0), Decimal("0.10"), Decimal("12600.05")]),
            remedy_currency=chance.choice(["CNY", "EUR"]),
        )  # fmt: skip
        Measure.objects.create(
            round=plan, complaint=row, kind="corrective", text="换模", owner=house.handler, done_at=chance.choice(moments),
            due_on=(edge(chance) + dt.timedelta(hours=8)).date(), verified_at=chance.choice(moments),
            effective=chance.choice([None, True, False]),
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
    assert [size["backlog"] for size in edges.sizes([then, now])] == [0, 1]
    Complaint.objects.filter(pk=complaint.pk).update(state="closed", outcome="resolved", closed_at=clock.instant())
    later = Period(house.branch, then.first, clock.instant())
    assert [sets.of(period, "backlog").count() for period in (then, now, later)] == [0, 1, 0]
    assert [size["backlog"] for size in edges.sizes([then, now, later])] == [0, 1, 0]
