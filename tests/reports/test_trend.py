"""Twelve months: each counted as in its own report, and no more questions for more complaints."""

import datetime as dt
import random
from typing import Any

import pytest

from complaints.models import Complaint
from escalation import clock
from escalation.models import Timer
from reports import daily, figures
from reports.period import Period
from reports.trend import LENGTH, trend
from tests.complaints.factories import House, received

pytestmark = pytest.mark.django_db
MOMENT = dt.datetime(2026, 11, 10, 4, tzinfo=dt.UTC)


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(clock, "now", lambda: MOMENT)
    house, chance = House(zone="America/New_York"), random.Random(7)
    for _ in range(20):
        row, at = received(house), dt.datetime(2026, 9, 30, 20, tzinfo=dt.UTC) + dt.timedelta(hours=chance.randrange(24 * 41))
        closed = at + dt.timedelta(hours=90) if chance.random() < 0.5 and at < MOMENT - dt.timedelta(hours=90) else None
        Complaint.objects.filter(pk=row.pk).update(
            received_at=at, state="closed" if closed else "triage", closed_at=closed, outcome="resolved" if closed else "",
            valid=chance.choice([True, True, False, None]), department=chance.choice([None, house.production, house.warehouse]),
        )  # fmt: skip
        verdict = chance.choice(["in_time", "late", ""])
        Timer.objects.filter(complaint=row).update(state="stopped" if verdict else "void", stopped_at=at, verdict=verdict, next_at=None)
    return house


def test_each_month_as_in_its_own_report(house: House) -> None:
    period = Period(house.branch, dt.date(2026, 11, 1), MOMENT)
    steps = trend(period).steps
    assert len(steps) == LENGTH
    assert sum(step.received for step in steps) == 20
    for step in steps[-4:]:
        there = period.other(step.first)
        told, kept = figures.values(there), figures.on_time(there)
        assert (step.received, step.closed) == (told["received"].part, told["closed"].part)
        assert step.closure_rate == told["closure_rate"].number
        assert (step.in_time, step.decided) == (sum(one.in_time for one in kept), sum(one.decided for one in kept))


def test_departments_add_up_to_what_has_one(house: House) -> None:
    found = trend(Period(house.branch, dt.date(2026, 11, 1), MOMENT))
    whole = Timer.objects.filter(complaint__department__isnull=False, state="stopped", code__in=figures.sets.TIMED).count()
    assert sum(decided for one in found.departments for _in_time, decided in one.kept) == whole
    assert [one.label for one in found.departments] == sorted(str(one) for one in (house.production, house.warehouse))


def test_as_many_questions_however_many_there_are(house: House, django_assert_num_queries: Any) -> None:
    while daily.settle():
        pass
    with django_assert_num_queries(3):
        trend(Period(house.branch, dt.date(2026, 11, 1), MOMENT))
