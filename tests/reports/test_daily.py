"""Counts of days are right whenever they are read, whatever was changed and settled before: held against a count in plain Python."""

import datetime as dt
import random
from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint
from escalation import clock
from escalation.models import Timer
from reports import daily
from reports.board import Board
from reports.models import DayCount, StaleDay
from reports.scope import Scope
from tests.complaints.factories import House, act, at_state, received

from .recount import Recount, quantile

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)
SINCE, UNTIL = dt.date(2026, 9, 1), dt.date(2026, 12, 1)


def read(house: House, scope: Q | None = None) -> tuple[Any, Any]:
    return daily.months([house.branch], scope or Q(), SINCE, UNTIL, SINCE)


def recounted(house: House) -> dict[Any, dict[str, int]]:
    """Month and department by hand, sharing nothing with `reports`."""
    zone = ZoneInfo(house.branch.zone)
    found: dict[Any, dict[str, int]] = defaultdict(lambda: dict.fromkeys(daily.COUNTS, 0))
    timers = list(Timer.objects.exclude(code__in=["unsolved", "regrade"]).exclude(state="void"))
    for row in Complaint.objects.filter(branch=house.branch):
        cell = found[row.received_at.astimezone(zone).date().replace(day=1), row.department_id]
        ends = [timer.verdict for timer in timers if timer.complaint_id == row.pk]
        shut = row.state == "closed"
        for name, so in {
            "received": True, "valid": row.valid is True, "valid_closed": row.valid is True and shut, "major": row.nature == "major",
            "asked": row.satisfied is not None, "satisfied": row.satisfied is True,
        }.items():  # fmt: skip
            cell[name] += so
        cell["in_time"] += ends.count("in_time")
        cell["late"] += ends.count("late")
        if shut and row.closed_at:
            found[row.closed_at.astimezone(zone).date().replace(day=1), row.department_id]["closed"] += 1
    return {key: numbers for key, numbers in found.items() if any(numbers.values())}


def compare(house: House) -> None:
    counts, _lasted = read(house)
    assert {key: numbers for key, numbers in counts.items() if any(numbers.values())} == recounted(house)


def disturb(house: House, chance: random.Random) -> None:
    """One thing that moves, sweeps, imports and administrators do to rows."""
    row = chance.choice(list(Complaint.objects.filter(branch=house.branch)))
    mine = Complaint.objects.filter(pk=row.pk)
    at = dt.datetime(2026, 9, 2, tzinfo=dt.UTC) + dt.timedelta(minutes=chance.randrange(60 * 24 * 78))
    deed = chance.randrange(7)
    if deed == 0:
        mine.update(received_at=at, closed_at=None, state="triage", outcome="")
    elif deed == 1:
        mine.update(state="closed", outcome="resolved", closed_at=max(at, row.received_at))
    elif deed == 2:
        mine.update(department=chance.choice([None, house.production, house.warehouse]))
    elif deed == 3:
        mine.update(valid=chance.choice([True, False, None]), satisfied=chance.choice([True, False, None]))
    elif deed == 4:
        mine.update(nature=chance.choice(["major", "general"]), grade=chance.choice([1, 2, 3, 4, None]))
    elif deed == 5:
        Timer.objects.filter(complaint=row).update(verdict=chance.choice(["in_time", "late", ""]))
    else:
        Timer.objects.filter(complaint=row).update(state=chance.choice(["void", "stopped"]), next_at=None, stopped_at=at)


@pytest.mark.parametrize("seed", range(3))
def test_right_whenever_read(seed: int) -> None:
    """Random changes with a settling now and then; read after each few, with and without stale days."""
    chance = random.Random(seed)
    house = House(zone=chance.choice(["Asia/Shanghai", "America/New_York"]))
    for _ in range(12):
        row = received(house)
        Complaint.objects.filter(pk=row.pk).update(received_at=dt.datetime(2026, 10, chance.randint(1, 31), 15, 59, tzinfo=dt.UTC))
    for _ in range(25):
        for _ in range(chance.randint(1, 4)):
            disturb(house, chance)
        if chance.random() < 0.5:
            daily.settle(chance.choice([1, 5, 400]))
        compare(house)
    assert StaleDay.objects.exists() or DayCount.objects.exists()
    while daily.settle():
        pass
    assert not StaleDay.objects.exists()
    compare(house)


def test_agrees_with_the_figures_of_the_month(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    for state in ("closed", "closed", "approval", "triage"):
        at_state(state, house)
    now = clock.now()
    board = Board(Scope(f"branch.{house.branch.code}", (house.branch,)), now)
    counted = Recount(house.branch, board.first.year, board.first.month, now)
    found = {kpi.figure: kpi for kpi in board.kpis()}
    counts = counted.counts()
    assert (found["received"].now.value, found["closed"].now.value) == (counts["received"], counts["closed"])
    assert (found["backlog"].now.value, found["backlog"].before.value) == (counts["backlog"], counts["opening"])
    part, whole = counted.rates()["closure_rate"]
    assert (found["closure_rate"].now.value, found["closure_rate"].now.n) == (part / whole, whole)
    in_time = sum(ends[0] for ends in counted.on_time().values())
    decided = in_time + sum(ends[1] for ends in counted.on_time().values())
    assert (found["on_time"].now.value, found["on_time"].now.n) == (in_time / decided, decided)
    taken = quantile(counted.seconds()["close"], 0.5)
    assert taken is not None
    assert found["close_time"].now.value == pytest.approx(taken / 3600)


def test_what_was_closed_when_the_month_began_and_reopened_since_was_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    complaint = at_state("closed", house)
    first = (clock.now().astimezone(house.branch.tz).replace(day=1) + dt.timedelta(days=40)).replace(day=1, hour=9)
    monkeypatch.setattr(clock, "instant", lambda: first)
    act("reopen", complaint, house.manager, reason="又漏了")
    board = Board(Scope(f"branch.{house.branch.code}", (house.branch,)), first + dt.timedelta(hours=1))
    backlog = next(kpi for kpi in board.kpis() if kpi.figure == "backlog")
    assert (backlog.now.value, backlog.before.value) == (1, 0)


def test_a_day_is_the_branchs_and_another_zone_counts_it_again() -> None:
    house = House(zone="Asia/Shanghai")
    row = received(house)
    Complaint.objects.filter(pk=row.pk).update(received_at=dt.datetime(2026, 10, 31, 16, 30, tzinfo=dt.UTC))
    daily.settle()
    assert {month for month, _ in read(house)[0]} == {dt.date(2026, 11, 1)}
    house.branch.zone = "UTC"
    house.branch.save()
    assert {month for (month, _), numbers in read(house)[0].items() if numbers["received"]} == {dt.date(2026, 10, 1)}


def test_reading_takes_as_many_queries_for_one_as_for_many() -> None:
    house = House()
    received(house)
    daily.settle()
    with CaptureQueriesContext(
        connection,
    ) as settled:
        read(house)
    for _ in range(3):
        received(house)
    with CaptureQueriesContext(connection) as stale:
        read(house)
    assert (len(settled), len(stale)) == (3, 6)


def test_what_is_not_counted_marks_nothing() -> None:
    house = House()
    complaint = at_state("action", house)
    daily.settle()
    act("remark", complaint, house.handler, text="记一笔")
    assert not StaleDay.objects.exists()
    Complaint.objects.filter(pk=complaint.pk).update(department=house.warehouse)
    assert StaleDay.objects.exists()


def test_two_changes_of_a_day_do_not_wait_for_each_other() -> None:
    """Marks are only added: nothing about them is unique."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE tablename = 'reports_staleday' AND indexdef LIKE '%UNIQUE%'")
        assert cursor.fetchone() == (1,)  # its key
