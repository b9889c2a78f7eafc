"""What a plan lacks before it can be proposed (R18, R18a), typed from the rule; no database."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from complaints.planrows import Across, Found, Share, Spot, Why, blanked, coded, read, stored, texts, total
from complaints.plans import MeasureDraft, PlanDraft, gaps, ledger_off

LIGHT = SimpleNamespace(grade=4, nature="general")
FULL = SimpleNamespace(grade=3, nature="general")
MAJOR = SimpleNamespace(grade=4, nature="major")
DUE = dt.date(2099, 12, 1)


def measure(kind: str, text: str = "加装计数器") -> MeasureDraft:
    return MeasureDraft(kind, text, None, DUE)


SHORT = PlanDraft(
    finding="justified", cause="刷具没有计数", cause_category="machine", measures=[measure("corrective")], remedy_kinds=["apology"]
)
WHOLE = replace(
    SHORT, found=[Found("asked", "问过")], escape="末检不看密封面", escape_category="method",
    measures=[measure("corrective"), measure("preventive")],
)  # fmt: skip


def found(complaint: Any, plan: PlanDraft, known: int | None = None) -> list[tuple[str, bool]]:
    kinds = {one.kind for one in plan.measures}
    return [(gap.part, gap.wrong) for gap in gaps(complaint, plan, kinds, None if known is None else Decimal(known))]


@pytest.mark.parametrize(("complaint", "plan"), [(LIGHT, SHORT), (LIGHT, WHOLE), (FULL, WHOLE), (MAJOR, WHOLE)])
def test_what_is_enough(complaint: Any, plan: PlanDraft) -> None:
    assert found(complaint, plan) == []


LACKING: list[tuple[Any, PlanDraft, dict[str, Any], list[tuple[str, bool]]]] = [
    (LIGHT, SHORT, {"finding": ""}, [("finding", False)]),
    (LIGHT, SHORT, {"cause": ""}, [("cause", False)]),
    (LIGHT, SHORT, {"cause_category": ""}, [("cause_category", False)]),
    (LIGHT, SHORT, {"measures": []}, [("measures", False)]),
    (LIGHT, SHORT, {"remedy_kinds": []}, [("remedy_kinds", False)]),
    (LIGHT, SHORT, {"remedy_kinds": [], "finding": "by_customer"}, []),
    (LIGHT, SHORT, {"remedy_kinds": [], "measures": [measure("remedy", "上门道歉")]}, []),
    (LIGHT, SHORT, {"cause": "操作人员疏忽"}, [("cause", True)]),
    (LIGHT, SHORT, {"whys": [Why("操作人员疏忽"), Why("工装没有防错")]}, []),
    (LIGHT, SHORT, {"whys": [Why("工装没有防错"), Why("操作人员疏忽")]}, [("cause", True)]),
    (LIGHT, SHORT, {"measures": [measure("preventive", "再培训")]}, [("measures", True)]),
    (LIGHT, SHORT, {"measures": [measure("preventive", "再培训"), measure("corrective")]}, []),
    (LIGHT, SHORT, {"measures": [], "no_measure_reason": "客户装错", "remedy_kinds": []}, [("no_measure_by", False)]),
    (LIGHT, SHORT, {"measures": [], "no_measure_reason": "客户装错", "remedy_kinds": [], "no_measure_by": "林晓峰"}, []),
    (FULL, WHOLE, {"found": []}, [("investigation", False)]),
    (FULL, WHOLE, {"found": [], "investigation": "查过"}, []),
    (FULL, WHOLE, {"escape": ""}, [("escape", False)]),
    (FULL, WHOLE, {"escape": "", "finding": "no_trouble"}, []),
    (FULL, WHOLE, {"escape_category": ""}, [("escape_category", False)]),
    (FULL, WHOLE, {"escape": "检验员粗心"}, [("escape", True)]),
    (FULL, WHOLE, {"measures": [measure("preventive")]}, [("measures", False)]),
    (FULL, WHOLE, {"measures": [measure("corrective")]}, [("measures", False)]),
    (FULL, WHOLE, {"measures": [measure("corrective"), measure("preventive", "加强检查")]}, [("measures", True)]),
    (MAJOR, SHORT, {}, [("investigation", False), ("escape", False), ("measures", False)]),
    (FULL, WHOLE, {"shares": [Share("department", 70, 1), Share("supplier", 30)]}, []),
    (FULL, WHOLE, {"shares": [Share("department", 70, 1), Share("supplier", 20)]}, [("shares", True)]),
    (FULL, WHOLE, {"shares": [Share("", 100)]}, [("shares", True)]),
    (FULL, WHOLE, {"across": [Across("GR-12", "yes")]}, [("across", False)]),
    (FULL, WHOLE, {"across": [Across("GR-12", "yes", True, "同改")]}, []),
    (FULL, WHOLE, {"across": [Across("GR-12", "no")]}, []),
    (LIGHT, SHORT, {"remedy_kinds": ["compensation"]}, [("remedy_amount", False)]),
    (LIGHT, SHORT, {"remedy_kinds": ["compensation"], "remedy_amount": Decimal(5)}, [("remedy_currency", False)]),
    (LIGHT, SHORT, {"remedy_kinds": ["other"]}, [("remedy_text", False)]),
]


@pytest.mark.parametrize(("complaint", "plan", "changed", "wanted"), LACKING)
def test_what_is_missing_or_does_not_fit(complaint: Any, plan: PlanDraft, changed: dict[str, Any], wanted: list[tuple[str, bool]]) -> None:
    assert found(complaint, replace(plan, **changed)) == wanted


def spots(*rows: tuple[int, int, int]) -> list[Spot]:
    return [Spot("stock", "", *map(Decimal, row)) for row in rows]


LEDGERS = [
    (spots((48, 20, 6), (24, 0, 0), (40, 40, 0), (8, 8, 1)), 120, ""),
    (spots((48, 20, 6), (24, 0, 0), (44, 40, 0), (8, 8, 1)), 120, "4 more than the 120 of the lot"),
    (spots((48, 20, 6)), 50, "2 fewer than the 50 of the lot"),
    (spots((48, 20, 6)), None, ""),
    ([], 120, ""),
]


@pytest.mark.parametrize(("rows", "known", "said"), LEDGERS)
def test_the_ledger_agrees_with_the_lot_or_says_by_how_much_it_is_off(rows: list[Spot], known: int | None, said: str) -> None:
    plan = replace(WHOLE, ledger=rows)
    assert str(ledger_off(plan, None if known is None else Decimal(known))) == said
    assert found(FULL, plan, known) == ([("ledger", True)] if said else [])


def test_the_quantity_that_was_written_counts_before_the_known_one() -> None:
    plan = replace(WHOLE, ledger=spots((120, 0, 0)), lot_quantity=Decimal(120))
    assert found(FULL, plan, 48) == []


@pytest.mark.parametrize(("row", "fits"), [((10, 10, 10), True), ((10, 11, 0), False), ((10, 5, 6), False), ((0, 0, 0), True)])
def test_bad_is_at_most_what_is_checked_and_that_at_most_the_quantity(row: tuple[int, int, int], fits: bool) -> None:
    assert found(FULL, replace(WHOLE, ledger=spots(row))) == ([] if fits else [("ledger", True)])


def test_the_sums_of_a_ledger() -> None:
    sums = total([*spots((48, 20, 6), (44, 40, 0)), Spot("transit")])
    assert {name: int(value) for name, value in sums.items()} == {"quantity": 92, "checked": 60, "bad": 6, "unchecked": 32}


ROWS = {
    "found": [Found("seen", "毛刺", (1, 3))],
    "shares": [Share("department", 70, 4), Share("supplier", 30)],
    "ledger": [Spot("customer", "装配线", Decimal(48), Decimal("20.5"), None, "全检", (1, 3), "清点单", Decimal(50), "仓库系统 15:30")],
    "whys": [Why("为什么")],
    "across": [Across("GR-12", "yes", True, "同改")],
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_come_back_as_they_were_stored(name: str) -> None:
    assert read(name, stored(ROWS[name])) == ROWS[name]


def test_words_and_codes_are_kept_apart() -> None:
    rows = stored(ROWS["ledger"])
    numbers = {"quantity": "48", "checked": "20.5", "bad": None, "book": "50"}
    assert coded("ledger", rows) == [{"place": "customer", **numbers, "files": [1, 3]}]
    words = {"where": "装配线", "disposition": "全检", "evidence": "清点单", "source": "仓库系统 15:30"}
    assert dict(texts("ledger", rows)) == {f"ledger:0:{name}": word for name, word in words.items()}
    assert blanked("ledger", rows, "—") == [rows[0] | dict.fromkeys(words, "—")]


def test_a_line_written_before_there_was_evidence_is_still_read() -> None:
    old = {"place": "stock", "where": "A2", "quantity": "44", "checked": "40", "bad": "0", "disposition": ""}
    assert read("ledger", [old]) == [Spot("stock", "A2", Decimal(44), Decimal(40), Decimal(0))]


@pytest.mark.parametrize(("quantity", "book", "off"), [(44, 40, 4), (40, 44, -4), (40, 40, 0), (None, 40, 0), (40, None, 0)])
def test_by_how_many_a_line_differs_from_the_stock_system(quantity: int | None, book: int | None, off: int) -> None:
    given = [None if one is None else Decimal(one) for one in (quantity, book)]
    assert Spot("stock", quantity=given[0], book=given[1]).off_book == off


@pytest.mark.parametrize(("source", "missing"), [("", [("ledger", True)]), ("仓库系统 15:30", [])])
def test_a_stock_figure_says_where_it_comes_from_and_may_differ(source: str, missing: list[tuple[str, bool]]) -> None:
    row = Spot("stock", quantity=Decimal(44), checked=Decimal(40), book=Decimal(40), source=source)
    assert found(FULL, replace(WHOLE, ledger=[row])) == missing
