"""After any sequence of complaints, judgements, corrections, links and days each grade is what a slow recount of the whole history gives:
the most severe it ever gave since the complaint was judged (R15)."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.models import Complaint, Link
from complaints.workflow import JUDGED
from escalation import clock
from escalation.models import TestClock
from escalation.sweep import fire_due

from .factories import CustomerFactory, House, TypeFactory, act, received
from .slowgrade import recount

DAY = dt.timedelta(days=1)
ENDED = ("resolved", "withdrawn", "invalid")
COME = st.tuples(st.just("come"), st.integers(0, 3), st.sampled_from([0, 0, 0, 1]))
STEPS = st.lists(
    st.one_of(
        COME,
        COME,
        COME,
        st.tuples(st.just("judge"), st.integers(0, 9), st.just(0)),
        st.tuples(st.sampled_from(["judge", "invalid", "withdraw", "resolve", "retype", "reopen"]), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("link"), st.integers(0, 9), st.integers(0, 9)),
        st.tuples(st.just("wait"), st.sampled_from([1, 5, 14]), st.just(0)),
    ),
    min_size=6,
    max_size=14,
)


class Undone(Exception):
    pass


class History:
    """What is done to one company, and the grades a reader of the history would expect."""

    def __init__(self, house: House, types: list[Any], customers: list[Any]) -> None:
        self.house, self.types, self.customers = house, types, customers
        self.keys: list[int] = []
        self.expected: dict[int, int] = {}
        self.days = 0

    def row(self, place: int) -> Complaint | None:
        return Complaint.objects.get(pk=self.keys[place % len(self.keys)]) if self.keys else None

    def step(self, kind: str, first: int, second: int) -> None:
        if kind == "come":
            fields = {"customer": self.customers[first], "contact": None, "type": self.types[second]}
            self.keys.append(received(self.house, **fields).pk)
        elif kind == "wait":
            self.days += first
            TestClock.objects.update_or_create(id=1, defaults={"offset": self.days * DAY})
        elif (row := self.row(first)) is not None:
            getattr(self, kind)(row, second)

    def judge(self, row: Complaint, _second: int) -> None:
        """He takes the grade that is worked out."""
        if row.state == "received":
            row = act("submit", row, self.house.assistant, note="")
        if row.state == "triage":
            given = {"type": row.type, "nature": "general", "criteria": [], "nature_reason": "", "grade_reason": "照旧"}
            grade = min(self.counted(row.pk), 2 if row.timers.filter(code="unsolved", due__lt=clock.now()).exists() else 4)
            act("judge", row, self.house.manager, grade=grade, **given)
            self.expected[row.pk] = grade

    def invalid(self, row: Complaint, _second: int) -> None:
        if row.state == "received":
            row = act("submit", row, self.house.assistant, note="")
        if row.state == "triage":
            act("judge_invalid", row, self.house.manager, reason="不属实", explained="已说明", told_at=clock.now())

    def withdraw(self, row: Complaint, _second: int) -> None:
        if row.state != "closed":
            act("withdraw", row, self.house.manager, words="不追究了")

    def resolve(self, row: Complaint, _second: int) -> None:
        """Closed on its road, which is long and of no matter here."""
        if row.state in JUDGED:
            Complaint.objects.filter(pk=row.pk).update(state="closed", outcome="resolved", closed_at=clock.now())

    def reopen(self, row: Complaint, _second: int) -> None:
        if row.state == "closed" and row.outcome in ENDED:
            act("reopen", row, self.house.manager, reason="又来了")
            self.expected.pop(row.pk, None)

    def retype(self, row: Complaint, _second: int) -> None:
        if row.state != "closed":
            act("change_type", row, self.house.assistant, type=self.types[0] if row.type_id != self.types[0].pk else self.types[1])

    def link(self, row: Complaint, second: int) -> None:
        other = self.row(second)
        if other and other.pk != row.pk and not Link.objects.filter(complaint__in=[row, other], other__in=[row, other]).exists():
            act("link", row, self.house.assistant, other=other, kind="same")

    def counted(self, key: int) -> int:
        """The slow recount over everything on record, chains of links followed as long as anything is found."""
        rows = list(Complaint.objects.values("id", "received_at", "customer_id", "outcome", "valid", "closed_at", "type_id", "product_id"))
        mine = next(row for row in rows if row["id"] == key)
        chain = {row["id"]: row["id"] for row in rows}
        for _ in rows:
            for link in Link.objects.filter(kind="same"):
                least = min(chain[link.complaint_id], chain[link.other_id])
                chain[link.complaint_id] = chain[link.other_id] = least
        same = [
            {
                "id": row["id"], "received": row["received_at"], "complainant": f"c{row['customer_id']}", "outcome": row["outcome"],
                "valid": row["valid"], "resolved": row["closed_at"], "chain": chain[row["id"]],
            }
            for row in rows
            if (row["type_id"], row["product_id"]) == (mine["type_id"], mine["product_id"])
        ]  # fmt: skip
        return recount(same, key)

    def compare(self) -> None:
        """The sweep has been; whoever is judged and open has the most severe grade there ever was a reason for."""
        fire_due()
        for row in Complaint.objects.filter(pk__in=self.expected, state__in=[str(state) for state in JUDGED]):
            month_over = row.timers.filter(code="unsolved", due__lt=clock.now()).exists()
            self.expected[row.pk] = min(self.expected[row.pk], self.counted(row.pk), 2 if month_over else 4)
            assert (row.number, row.grade) == (row.number, self.expected[row.pk])


@pytest.mark.django_db
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_grades_are_what_a_recount_of_the_whole_history_gives(db: None, steps: list[tuple[str, int, int]]) -> None:
    try:
        with transaction.atomic():
            house = House()
            history = History(
                house, [house.type, TypeFactory(branch=house.branch)], [CustomerFactory(branch=house.branch) for _ in range(4)]
            )
            for step in (("come", 0, 0), ("judge", 0, 0), *steps):
                history.step(*step)
                history.compare()
            raise Undone
    except Undone:
        pass
