"""The rules of R15 as tables typed from the spec: each true, just not true, at its edges to the microsecond, with what does not count in
between. Pure: no database."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.grading import Case, Facts, Finding, Limits, grade_of

from .slowgrade import recount

RECEIVED = dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC)
DAY, MICROSECOND = dt.timedelta(days=1), dt.timedelta(microseconds=1)
MONTH, YEAR = 30 * DAY, 365 * DAY


def case(key: int, ago: dt.timedelta = DAY, who: str | None = None, **more: Any) -> Case:
    """Received so long before the one that is graded; of a customer of its own unless `who` is given."""
    return Case(key, RECEIVED - ago, f"c{key}" if who is None else who, **more)


OWN = case(1, 0 * DAY)


def graded(*others: Case, limits: Limits | None = None, own: Case = OWN, **facts: Any) -> tuple[int, str]:
    result = grade_of(Facts(own.id, own.received, (own, *others), **facts), limits or Limits())
    return result.grade.value, result.rule.value


def found(rule: str, *others: Case, **facts: Any) -> Finding:
    result = grade_of(Facts(OWN.id, OWN.received, (OWN, *others), **facts))
    return next(one for one in result.findings if one.rule == rule)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, (4, "")),
        ({"exposure": "happened"}, (1, "crisis")),
        ({"exposure": "threatened"}, (2, "threat")),
        ({"exposure": "threatened", "judged": frozenset({"crisis"})}, (1, "crisis")),
        ({"lawsuit": "threatened"}, (2, "threat")),
        ({"lawsuit": "happened"}, (2, "threat")),
        ({"judged": frozenset({"threat"})}, (2, "threat")),
        ({"complainants": 10, "together": True}, (1, "crisis")),
        ({"complainants": 9, "together": True}, (2, "threat")),
        ({"complainants": 3, "together": True}, (2, "threat")),
        ({"complainants": 2, "together": True}, (4, "")),
        ({"complainants": 12, "together": False}, (4, "")),
        ({"unsolved": True}, (2, "unsolved")),
        ({"helper": 7, "department": 3}, (3, "help")),
        ({"helper": 3, "department": 3}, (4, "")),  # the responsible department itself never counts
        ({"helper": 7, "department": None}, (3, "help")),
        ({"helper": 7, "lawsuit": "threatened"}, (2, "threat")),  # the most severe that any rule gives
        ({"unsolved": True, "exposure": "happened"}, (1, "crisis")),
    ],
)
def test_what_the_record_and_the_manager_say(facts: dict[str, Any], expected: tuple[int, str]) -> None:
    assert graded(**facts) == expected


CUSTOMERS = {
    "two are not enough": ([case(2)], 4),
    "three within a month": ([case(2), case(3, 29 * DAY)], 2),
    "exactly a month before the newest": ([case(2), case(3, MONTH)], 2),
    "a microsecond more": ([case(2), case(3, MONTH + MICROSECOND)], 4),
    "the month is counted back from the newest, which came later": ([case(2, -20 * DAY), case(3, 10 * DAY)], 2),
    "later than a month after it": ([case(2, -30 * DAY), case(3, MICROSECOND)], 4),
    "the newest a month later to the microsecond": ([case(2, -MONTH), case(3, 0 * DAY)], 2),
    "the same customer twice": ([case(2, who="c9"), case(3, who="c9")], 4),
    "the same customer twice and another": ([case(2, who="c9"), case(3, who="c9"), case(4)], 2),
    "this one's own customer again": ([case(2, who="c1"), case(3)], 4),
    "invalid in between": ([case(2), case(3, outcome="invalid", valid=False)], 4),
    "judged not valid though it is open again": ([case(2), case(3, valid=False)], 4),
    "withdrawn in between": ([case(2), case(3, outcome="withdrawn")], 4),
    "answered on the spot counts": ([case(2), case(3, outcome="on_spot")], 2),
    "closed in any other way counts": ([case(2, outcome="resolved"), case(3, outcome="unreachable")], 2),
    "not yet judged counts": ([case(2, valid=None), case(3, valid=None)], 2),
    "nobody knows who it was": ([case(2), case(3, who="")], 4),
    "two contacts of a private customer": ([case(2, who="p5"), case(3, who="p6")], 2),
    "one contact of a private customer twice": ([case(2, who="p5"), case(3, who="p5")], 4),
    "repeats linked as the same customer's": ([case(2, chain=2), case(3, chain=2)], 4),
    "linked, and a third besides": ([case(2, chain=2), case(3, chain=2), case(4)], 2),
    "linked with this one": ([case(2, chain=1), case(3)], 4),
    "linked twice around": ([case(2, who="c7", chain=2), case(3, who="c8", chain=2), case(4, who="c8"), case(5, who="c7")], 4),
}


@pytest.mark.parametrize(("others", "expected"), CUSTOMERS.values(), ids=CUSTOMERS)
def test_three_different_complainants_within_a_month(others: list[Case], expected: int) -> None:
    assert graded(*others) == (expected, "customers" if expected == 2 else "")


def resolved(key: int, days: float, ago: dt.timedelta = 400 * DAY) -> Case:
    """Closed as resolved so many days before the one that is graded came."""
    return case(key, ago, who="", outcome="resolved", resolved=RECEIVED - days * DAY)


def again(key: int, days: float, **more: Any) -> Case:
    return case(key, days * DAY, who="c1", **more)


REPEATED = {
    "three after it, any complainant": ([resolved(9, 200), again(2, 100), again(3, 50)], 3),
    "only two after it": ([resolved(9, 200), again(2, 100)], 4),
    "none was handled": ([again(2, 100), again(3, 50)], 4),
    "one came before it was closed": ([resolved(9, 80), again(2, 100), again(3, 50)], 4),
    "one came at the very instant": ([resolved(9, 100), again(2, 100), again(3, 50)], 4),
    "exactly a year after": ([resolved(9, 365), again(2, 100), again(3, 50)], 3),
    "a year and a microsecond": ([resolved(9, 365 + 1 / 86_400e6), again(2, 100), again(3, 50)], 4),
    "another way of closing is not handled": (
        [case(9, YEAR, outcome="dissatisfied"), again(2, 100), again(3, 50)], 4,
    ),
    "invalid ones in between": ([resolved(9, 200), again(2, 100, outcome="invalid"), again(3, 50)], 4),
    "withdrawn ones in between": ([resolved(9, 200), again(2, 100, outcome="withdrawn"), again(3, 50)], 4),
    "on the spot counts": ([resolved(9, 200), again(2, 100, outcome="on_spot"), again(3, 50)], 3),
    "repeats count once": ([resolved(9, 200), again(2, 100, chain=2), again(3, 50, chain=2)], 4),
    "those after it were handled in their turn": (
        [resolved(9, 200), again(2, 100, outcome="resolved", resolved=RECEIVED - 90 * DAY), again(3, 50)], 3,
    ),
    "an older one was too long ago, a younger one not": ([resolved(8, 380), resolved(9, 200), again(2, 100), again(3, 50)], 3),
}  # fmt: skip


@pytest.mark.parametrize(("others", "expected"), REPEATED.values(), ids=REPEATED)
def test_three_times_after_it_had_been_handled(others: list[Case], expected: int) -> None:
    assert graded(*others) == (expected, "repeated" if expected == 3 else "")


def test_all_numbers_are_settings() -> None:
    two = [case(2, 5 * DAY)]
    assert graded(*two, limits=Limits(customers=2)) == (2, "customers")
    assert graded(*two, limits=Limits(customers=2, month_days=4)) == (4, "")
    assert graded(limits=Limits(together_from=2), complainants=2, together=True) == (2, "threat")
    assert graded(limits=Limits(suit_from=9), complainants=9, together=True) == (1, "crisis")
    assert graded(resolved(9, 50), again(2, 40), limits=Limits(repeats=2)) == (3, "repeated")
    assert graded(resolved(9, 50), again(2, 40), limits=Limits(repeats=2, handled_days=49)) == (4, "")


def test_it_says_what_was_counted_and_what_was_left_out_and_why() -> None:
    others = [
        case(2, 9 * DAY), case(3, 8 * DAY, who="c2"), case(4, 7 * DAY, outcome="invalid"), case(5, 6 * DAY, outcome="withdrawn"),
        case(6, 5 * DAY, who=""), case(7, 4 * DAY), case(8, 3 * DAY, chain=7),
    ]  # fmt: skip
    one = found("customers", *others)
    assert (one.holds, one.counted) == (True, (2, 7, 1))
    why = {key: reason.value for key, reason in one.left_out}
    assert why == {3: "same_customer", 4: "invalid", 5: "withdrawn", 6: "unknown", 8: "linked"}


def test_of_two_of_one_customer_the_one_that_is_graded_is_shown() -> None:
    assert found("customers", case(2, who="c1"), case(3)).counted == (3, 1)


RISES = {
    "a rule newly true": (4, [], "customers"),
    "without a grade": (None, [], "customers"),
    "everything weighed already": (4, ["customer:c1", "customer:c2", "customer:c3"], None),
    "one complainant more": (4, ["customer:c1", "customer:c2"], "customers"),
    "not more severe": (2, [], None),
    "more severe than it": (3, [], "customers"),
    "never lower": (1, [], None),
}


@pytest.mark.parametrize(("grade", "weighed", "expected"), RISES.values(), ids=RISES)
def test_it_rises_only_by_what_nobody_has_weighed(grade: int | None, weighed: list[str], expected: str | None) -> None:
    result = grade_of(Facts(1, RECEIVED, (OWN, case(2), case(3))))
    risen = result.rises(grade, weighed)
    assert (risen.rule if risen else None) == expected


def test_a_weighed_rule_does_not_hide_another() -> None:
    result = grade_of(Facts(1, RECEIVED, (OWN, case(2), case(3)), unsolved=True))
    risen = result.rises(4, ["customer:c1", "customer:c2", "customer:c3"])
    assert risen is not None
    assert risen.rule == "unsolved"


# ── against a recount that is obviously right ────────────────────────────────────────────────────────────────

MOMENTS = st.sampled_from([0, 1, 10, 29, 30, 31, 60, 200, 364, 365, 366, 400]).flatmap(
    lambda days: st.sampled_from([-1, 0, 1]).map(lambda more: days * DAY + more * MICROSECOND)
)


@st.composite
def histories(draw: st.DrawFn) -> list[Case]:
    found = []
    for key in range(1, draw(st.integers(2, 9))):
        received = RECEIVED - draw(MOMENTS)
        outcome = draw(st.sampled_from(["", "", "resolved", "on_spot", "invalid", "withdrawn"]))
        closed = received + draw(MOMENTS) if outcome == "resolved" else None
        who, chain = draw(st.sampled_from(["", "c1", "c2", "c3", "p4"])), draw(st.sampled_from([0, 0, 1, 2]))
        found.append(Case(key, received, who, outcome, None, closed, chain))
    return found


@given(histories())
def test_the_counting_rules_agree_with_the_slow_recount(history: list[Case]) -> None:
    for own in history:
        if own.outcome in ("", "on_spot", "resolved"):
            plain = [{**vars(one), "chain": one.chain or one.id} for one in history]
            assert grade_of(Facts(own.id, own.received, tuple(history))).grade == recount(plain, own.id)
