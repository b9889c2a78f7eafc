"""Every figure of a month counted again in plain Python over the raw rows, sharing nothing with `reports`."""

import base64
import datetime as dt
import itertools
import math
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from complaints.models import Complaint, Event, Measure, Recurrence, Round
from escalation import clock
from escalation.models import Timer
from organisation.models import Branch
from reports.figures import month
from reports.period import Period

CLOSINGS = {
    "answer_on_the_spot", "reject_as_not_factual", "judge_invalid", "close", "close_dissatisfied", "close_unreachable", "withdraw",
}  # fmt: skip
REOPENINGS = {"reopen", "countersign_ng"}


BACK = {"ask_back", "judge_again", "contest", "dispute_facts", "review_ng", "approve_ng", "group_ng", "redo", "not_effective"}
COLUMNS = {
    "type": "type_id", "product": "product_id", "department": "department_id", "customer": "customer_id", "channel": "channel",
    "nature": "nature", "grade": "grade", "cause": "cause", "escape": "escape", "lot_number": "lot_number", "project": "project",
    "recorded_by": "recorded_by_id",
}  # fmt: skip


def spelled(dimension: str, key: Any) -> str:
    """As it stands in the name of a list."""
    if key is None:
        return "none"
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=") if dimension in ("lot_number", "project") else str(key)


class Recount:
    """The month of a branch, row by row."""

    events: dict[int, list[Event]]
    plans: dict[int, list[Round]]
    agreed: dict[int, list[Measure]]

    def __init__(self, branch: Branch, year: int, number: int, cutoff: dt.datetime) -> None:
        self.zone, self.year, self.number, self.cutoff = ZoneInfo(branch.zone), year, number, cutoff
        self.all = list(Complaint.objects.filter(branch=branch))
        self.here = [row for row in self.all if self.is_in(row.received_at)]
        self.valid = [row for row in self.here if row.valid is True]
        self.again = {one.other_id for one in Recurrence.objects.all()}
        self.events, self.plans, self.agreed = defaultdict(list), defaultdict(list), defaultdict(list)
        for kept, model, order in ((self.events, Event, "seq"), (self.plans, Round, "number"), (self.agreed, Measure, "pk")):
            for one in model.objects.order_by(order):
                kept[one.complaint_id].append(one)

    def is_in(self, at: dt.datetime) -> bool:
        local = at.astimezone(self.zone)
        return (local.year, local.month) == (self.year, self.number) and at < self.cutoff

    def edge(self, year: int, number: int) -> dt.datetime:
        return dt.datetime(year, number, 1, tzinfo=self.zone)

    def end(self) -> dt.datetime:
        over = self.edge(self.year + (self.number == 12), self.number % 12 + 1)
        return min(over, self.cutoff)

    def was_open(self, row: Complaint, at: dt.datetime) -> bool:
        """As its history says; one without moves, as its columns say."""
        if row.received_at >= at:
            return False
        moves = [e.kind for e in self.events[row.pk] if e.at < at and e.kind in CLOSINGS | REOPENINGS]
        if moves:
            return moves[-1] in REOPENINGS
        return row.closed_at is None or row.closed_at >= at

    def counts(self) -> dict[str, int]:
        here = self.here
        start = self.edge(self.year, self.number)
        return {
            "received": len(here),
            "valid": len(self.valid),
            "invalid": sum(row.valid is False for row in here),
            "unjudged": sum(row.valid is None for row in here),
            "on_spot": sum(row.outcome == "on_spot" for row in here),
            "major": sum(row.nature == "major" for row in here),
            "closed": sum(row.state == "closed" and self.is_in(row.closed_at) for row in self.all if row.closed_at),
            "backlog": sum(self.was_open(row, self.end()) for row in self.all),
            "reopened": sum(row.reopened > 0 for row in here),
            "chased": sum(row.chased > 0 for row in here),
            "exceptions": sum(any(one.four_eyes_exception for one in self.rounds_of(row)) for row in here),
            "recurrences": sum(row.pk in self.again and row.valid is not False and row.outcome != "withdrawn" for row in here),
            "opening": sum(self.was_open(row, start) for row in self.all),
        }

    def rounds_of(self, row: Complaint) -> list[Round]:
        return self.plans[row.pk]

    def rates(self) -> dict[str, tuple[int, int]]:
        counts, here = self.counts(), self.here
        answered = [row for row in self.here if row.satisfied is not None]
        return {
            "closure_rate": (sum(row.state == "closed" for row in self.valid), len(self.valid)),
            "clearance_rate": (counts["closed"], counts["opening"] + counts["received"]),
            "satisfaction": (sum(bool(row.satisfied) for row in answered), len(answered)),
            "meetings": (sum(row.nature == "major" and row.meeting == "agreed" for row in here), counts["major"]),
            "score": (sum(row.score or 0 for row in self.here), sum(row.score is not None for row in self.here)),
        }

    def sent_back(self) -> dict[str, int]:
        kinds = Counter(event.kind for row in self.here for event in self.events[row.pk])
        return {kind: n for kind, n in kinds.items() if kind in BACK}

    def rounds(self) -> dict[int, int]:
        return dict(Counter(row.round for row in self.here if any(one.proposed_at for one in self.rounds_of(row))))

    def measures(self) -> tuple[int, int]:
        end, found = self.end(), []
        for row in self.all:
            agreed = {one.pk for one in self.rounds_of(row) if one.number == row.round and one.approved_at and one.approved_at < end}
            for one in self.agreed[row.pk]:
                if one.round_id in agreed and (one.done_at is None or one.done_at >= end):
                    found.append(one)
        return len(found), sum(one.due_on < end.astimezone(self.zone).date() for one in found)

    def carried(self) -> tuple[int, int, int, int]:
        """Done and verified in the plan that holds; judged and effective in any round."""
        done = verified = judged = effective = 0
        for row in self.here:
            holding = {one.pk for one in self.rounds_of(row) if one.number == row.round and one.approved_at}
            for one in self.agreed[row.pk]:
                if one.round_id in holding and one.done_at:
                    done, verified = done + 1, verified + bool(one.verified_at)
                if one.effective is not None:
                    judged, effective = judged + 1, effective + one.effective
        return done, verified, judged, effective

    def money(self) -> dict[str, tuple[int, Decimal]]:
        found: dict[str, tuple[int, Decimal]] = {}
        for row in self.here:
            for one in self.rounds_of(row):
                if one.number == row.round and one.approved_at and one.remedy_amount:
                    count, amount = found.get(one.remedy_currency, (0, Decimal(0)))
                    found[one.remedy_currency] = count + 1, amount + one.remedy_amount
        return found

    def why(self, row: Complaint, column: str) -> str:
        return next((getattr(one, column) for one in self.rounds_of(row) if one.number == row.round), "")

    def on_time(self) -> dict[str, tuple[int, int, int]]:
        keys = {row.pk for row in self.here}
        found: dict[str, list[int]] = {}
        for timer in Timer.objects.all():
            if timer.complaint_id in keys and timer.code not in ("unsolved", "regrade"):
                ends = found.setdefault(timer.code, [0, 0, 0])
                decided = timer.state != "void" and timer.verdict and not (timer.verdict == "late" and timer.by_rule)
                ends[{"in_time": 0, "late": 1}[timer.verdict] if decided else 2] += 1
        return {code: (ends[0], ends[1], ends[2]) for code, ends in found.items()}

    def seconds(self) -> dict[str, list[float]]:
        plans = Timer.objects.filter(code="plan", ordinal=1, state="stopped", complaint__in=[row.pk for row in self.here])
        told = {row.pk: row.received_at for row in self.here}
        return {
            "acknowledge": [(row.acknowledged_at - row.received_at).total_seconds() for row in self.here if row.acknowledged_at],
            "plan": [(timer.stopped_at - told[timer.complaint_id]).total_seconds() for timer in plans if timer.stopped_at],
            "close": [(row.closed_at - row.received_at).total_seconds() for row in self.here if row.state == "closed" and row.closed_at],
        }

    def by(self, name: str) -> dict[Any, tuple[int, ...]]:
        """Key: received, valid, valid and closed, on the spot, invalid."""
        found: dict[Any, list[Complaint]] = {}
        for row in self.here:
            key = self.why(row, f"{name}_category") if name in ("cause", "escape") else getattr(row, name)
            found.setdefault(key or None, []).append(row)
        return {key: self._counted(rows) for key, rows in found.items()}

    def _counted(self, rows: list[Complaint]) -> tuple[int, ...]:
        valid = [row for row in rows if row.valid is True]
        closed = sum(row.state == "closed" for row in valid)
        return len(rows), len(valid), closed, sum(row.outcome == "on_spot" for row in rows), sum(row.valid is False for row in rows)


def quantile(numbers: list[float], share: float) -> float | None:
    """The straight line between the two nearest."""
    if not numbers:
        return None
    ordered, place = sorted(numbers), share * (len(numbers) - 1)
    low, high = math.floor(place), math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def compare(branch: Branch, year: int, number: int) -> None:
    now = clock.now()
    told, counted = month(Period(branch, dt.date(year, number, 1), now)), Recount(branch, year, number, now)
    counts, rates = counted.counts(), counted.rates()
    assert {key: value.part for key, value in told.values.items() if value.whole is None} == {
        key: count for key, count in counts.items() if key != "opening"
    }
    assert {key: (value.part, value.whole) for key, value in told.values.items() if value.whole is not None} == rates
    assert {one.code: (one.in_time, one.late, one.blank) for one in told.on_time} == counted.on_time()
    for time in told.times:
        taken = counted.seconds()[time.name]
        assert time.n == len(taken)
        assert (time.median, time.p90) == pytest.approx((quantile(taken, 0.5), quantile(taken, 0.9)), abs=1e-3)
    ages = [(counted.end() - row.received_at).total_seconds() / 86400 for row in counted.all if counted.was_open(row, counted.end())]
    bounds = [0, 1, 3, 7, 30, math.inf]
    assert [count for _, count in told.ages] == [sum(low <= age < high for age in ages) for low, high in itertools.pairwise(bounds)]
    assert {kind: n for kind, _label, n in told.sent_back} == counted.sent_back()
    assert dict(told.rounds) == counted.rounds()
    assert told.measures == counted.measures()
    assert told.carried is not None
    assert told.money is not None
    assert (told.carried.done, told.carried.verified, told.carried.judged, told.carried.effective) == counted.carried()
    assert {one.currency: (one.count, Decimal(one.amount)) for one in told.money} == counted.money()
    for dimension, column in COLUMNS.items():
        rows = told.by[dimension]
        assert {row.set.partition(".")[2]: (row.count, row.valid, row.closed, row.on_spot, row.invalid) for row in rows} == {
            spelled(dimension, key): counts for key, counts in counted.by(column).items()
        }
        assert [(-row.count, row.label) for row in rows] == sorted((-row.count, row.label) for row in rows)
        assert not rows or rows[-1].running == pytest.approx(1)
