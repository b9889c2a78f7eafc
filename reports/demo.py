"""The demonstration's months: those before published by its people, the last full one prepared and waiting for its review.

They come about as in life, by `publishing`, only in the past. What is written is data (`demo.toml`). Not here: the company and its
complaints (`complaints.demo`); nothing of the product imports this but the command `demo_company`.
"""

import datetime as dt
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from complaints.demo.times import Times
from complaints.models import Complaint
from organisation.models import Branch, Person

from . import publishing
from .models import MonthReport
from .period import following
from .publishing import Proof

DESK, MANAGER, GM = "heyutong", "zhaoqiming", "shenguoliang"
# Working minutes after the draft was made.
WRITTEN, PREPARED, REVIEWED, APPROVED = 95, 140, 300, 520


def play_months(branch: Branch, people: Mapping[str, Person], times: Times) -> None:
    """All months from the first complaint's that are over, oldest first. `times` are the branch's past."""
    texts = tomllib.loads((Path(__file__).parent / "demo.toml").read_text(encoding="utf-8"))["month"]
    first = Complaint.objects.filter(branch=branch).order_by("received_at").values_list("received_at", flat=True)[0]
    months, month = [], first.astimezone(branch.tz).date().replace(day=1)
    while month < times.today.replace(day=1):
        months.append(month)
        month = following(month)
    for age, month in reversed(list(enumerate(reversed(months)))):
        _play(branch, month, people, times, texts[min(age, len(texts) - 1)], to_the_end=age > 0)


def _play(branch: Branch, month: dt.date, people: Mapping[str, Person], times: Times, text: Mapping[str, Any], *, to_the_end: bool) -> None:
    """As far as it has come by now."""
    made = publishing.opens_on(branch, month) + dt.timedelta(minutes=1, seconds=12)
    report = publishing.make(branch, month, made, mail=False) if made < times.latest else None
    if report is None:
        return
    steps = [(PREPARED, DESK), (REVIEWED, MANAGER), (APPROVED, GM)] if to_the_end else [(PREPARED, DESK)]
    written = times.after(made, WRITTEN)
    if written < times.latest:
        report = publishing.save_text(
            report.pk, actor=people[MANAGER], seen=report.version, analysis=text["analysis"].strip(),
            measures=[_measure(line, month) for line in text["measures"]], at=written,
        )  # fmt: skip
    for minutes, who in steps:
        at = times.after(made, minutes)
        if at < times.latest:
            report = _signed(report, people[who], at)


def _signed(report: MonthReport, person: Person, at: dt.datetime) -> MonthReport:
    proof = Proof(person.pk, report.pk, report.version, time.monotonic())
    return publishing.sign(report.pk, actor=person, seen=report.version, proof=proof, at=at)


def _measure(line: str, month: dt.date) -> dict[str, str]:
    text, aim, owner, days = line.split(" · ")
    due = following(month) + dt.timedelta(days=int(days) - 1)
    return {"text": text, "aim": aim, "owner": owner, "due": due.isoformat()}
