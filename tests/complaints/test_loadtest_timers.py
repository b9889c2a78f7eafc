"""Made-up complaints have time to show: verdicts where they are closed, some running and some run out where they are open."""

import datetime as dt
import random
from collections import Counter
from typing import Any

from complaints.loadtest.timers import COLUMNS, Moment, timers
from complaints.models import Complaint
from complaints.states import State
from escalation.calendars import shipped
from escalation.policies import Code

NOW = dt.datetime(2026, 11, 20, 7, tzinfo=dt.UTC)


def made(state: State, seed: int = 1) -> list[dict[str, Any]]:
    complaint = Complaint(pk=7, grade=4, received_at=NOW - dt.timedelta(days=3))
    complaint.__dict__["state"] = state.value
    rows = timers(complaint, Moment(NOW, None, shipped("Asia/Shanghai")), random.Random(seed))
    return [dict(zip(COLUMNS[1:], row, strict=True)) for row in rows]


def test_the_same_seed_makes_the_same() -> None:
    assert made(State.ACTION) == made(State.ACTION)


def test_what_is_closed_has_verdicts_and_waits_for_nothing() -> None:
    found: Counter[Any] = Counter()
    for seed in range(200):
        rows = made(State.CLOSED, seed)
        assert {row["code"] for row in rows} == {Code.REPORT, Code.ACKNOWLEDGE, Code.PLAN}
        assert all(row["state"] == "stopped" and row["next_at"] is None for row in rows)
        assert all((row["verdict"] == "late") == (row["stopped_at"] > row["due"]) for row in rows)
        found.update(row["verdict"] for row in rows)
    assert 0.03 < found["late"] / found.total() < 0.2


def test_what_is_open_runs_and_waits_only_for_what_is_to_come() -> None:
    found: Counter[Any] = Counter()
    for state in set(State) - {State.CLOSED, State.GROUP_APPROVAL}:
        for seed in range(50):
            for row in made(state, seed):
                if row["state"] == "running":
                    past = row["due"] < NOW
                    assert (row["verdict"] == "late", row["ran_out_at"] is not None, row["next_at"] is None) == (past, past, past)
                    found[past] += 1
    assert 0.1 < found[True] / found.total() < 0.8
