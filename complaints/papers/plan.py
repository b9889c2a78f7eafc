"""Causes and measures of the last proposed round, as the form shows them (R18).

Not here: who reviewed and approved them (`decisions`).
"""

from collections.abc import Iterator
from typing import Any

from complaints.models import Measure
from complaints.states import CauseCategory, Finding, MeasureKind
from complaints.ticket import planwords

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
    yield ["调查", "Investigation"], "\n".join([*filter(None, [plan.investigation]), *planwords.found(plan, both)])
    yield ["结论", "Finding"], both(Finding(plan.finding).label) if plan.finding else ""
    yield ["责任占比", "Shares"], " · ".join(planwords.shares(plan, source.departments, both))
    yield ["围堵台账", "Containment"], "\n".join(planwords.ledger(plan, both))
    yield ["产生原因", "Root cause"], _cause(plan.cause, planwords.whys(plan, "whys"), plan.cause_category)
    yield ["流出原因", "Escape"], _cause(plan.escape, planwords.whys(plan, "escape_whys"), plan.escape_category)
    yield ["无措施理由", "No measure"], planwords.none_needed(plan, both)
    yield ["横向展开", "Read across"], "\n".join(planwords.across(plan, both))
    yield ["客户补救", "Remedy"], "\n".join(planwords.remedy(plan, both))


def _cause(cause: str, chain: list[str], category: str) -> str:
    label = both(CauseCategory(category).label) if category else ""
    said = "\n".join(chain) if len(chain) > 1 else cause
    return "\n".join(filter(None, [said, f"（{label}）" if label and said else label]))


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
