"""Causes and measures of the last proposed round, as the form shows them (R18).

Not here: who reviewed and approved them (`decisions`).
"""

from collections.abc import Iterator
from typing import Any

from complaints.models import Measure
from complaints.states import CauseCategory, Finding, MeasureKind

from .bilingual import both, named
from .decisions import acted
from .source import Source


def section(source: Source, title: list[str]) -> dict[str, Any]:
    return {
        "title": title,
        "parts": [{"label": label, "words": words} for label, words in _parts(source) if words],
        "measures": [measure(source, number, one) for number, one in enumerate(source.planned, 1)],
        "none": source.plan.no_measure_reason if source.plan else "",
        "by": acted(source, "", source.latest("propose")) if source.plan else None,
    }


def _parts(source: Source) -> Iterator[tuple[list[str], str]]:
    plan = source.plan
    if plan is None:
        return
    category = both(CauseCategory(plan.cause_category).label) if plan.cause_category else ""
    yield ["调查", "Investigation"], plan.investigation
    yield ["结论", "Finding"], both(Finding(plan.finding).label) if plan.finding else ""
    yield ["产生原因", "Root cause"], "\n".join(filter(None, [plan.cause, f"（{category}）" if category and plan.cause else category]))
    yield ["流出原因", "Escape"], plan.escape
    yield ["无措施理由", "No measure"], plan.no_measure_reason


def measure(source: Source, number: int, one: Measure) -> dict[str, str | int]:
    return {
        "number": number,
        "kind": both(MeasureKind(one.kind).label),
        "text": one.text,
        "evidence": " · ".join(filter(None, [one.evidence, one.verification])),
        "owner": named(one.owner),
        "due": str(one.due_on),
        "state": "\n".join(_state(source, one)),
    }


def _state(source: Source, one: Measure) -> Iterator[str]:
    if one.done_at:
        yield source.day(one.done_at)[:10]
    if one.verified_at:
        yield "有效 works" if one.effective else "无效 does not work"
