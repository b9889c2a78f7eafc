"""A month's report brought along its road, as people would: `signed(report, house.assistant)`."""

import datetime as dt
import time
from typing import Any

from organisation.models import Person
from reports import publishing
from reports.models import MonthReport
from reports.publishing import Proof
from tests.complaints.factories import House

OCTOBER = dt.date(2026, 10, 1)
NOVEMBER_2 = dt.datetime(2026, 11, 2, 1, tzinfo=dt.UTC)  # a Monday, 09:00 in Shanghai


def drafted(house: House, month: dt.date = OCTOBER) -> MonthReport:
    made = publishing.make(house.branch, month, NOVEMBER_2)
    assert made
    return made


def fresh(report: MonthReport) -> MonthReport:
    return MonthReport.objects.select_related("branch").get(pk=report.pk)


def signed(report: MonthReport, person: Person, **more: Any) -> MonthReport:
    seen = fresh(report).version
    proof = Proof(person.pk, report.pk, seen, time.monotonic())
    return publishing.sign(report.pk, actor=Person.objects.get(pk=person.pk), seen=seen, proof=proof, **more)


def published(house: House, **more: Any) -> MonthReport:
    report = drafted(house)
    for person in (house.assistant, house.manager, house.gm):
        report = signed(report, person, **more)
    return report


def written(report: MonthReport, person: Person, analysis: str, *measures: dict[str, str]) -> MonthReport:
    return publishing.save_text(report.pk, actor=person, seen=fresh(report).version, analysis=analysis, measures=list(measures))
