"""The plan of a round as a form brings it: values only, and what it needs before it can be proposed (R18, R18a).

Pure. Not here: storing it (`effects`), the meeting and the flags of weak causes.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from .moves import Text
from .states import Grade, MeasureKind, Nature


@dataclass(frozen=True)
class MeasureDraft:
    kind: str
    text: str
    owner: Any
    due_on: dt.date
    id: int | None = None


@dataclass(frozen=True)
class PlanDraft:
    finding: str = ""
    investigation: str = ""
    cause: str = ""
    cause_category: str = ""
    escape: str = ""
    no_measure_reason: str = ""
    measures: list[MeasureDraft] = field(default_factory=list)


def is_light(complaint: Any) -> bool:
    """A general complaint of grade 4 goes the short way: cause, one measure, remedy (R18a)."""
    return complaint.grade == Grade.PLAIN and complaint.nature == Nature.GENERAL


def gaps(complaint: Any, plan: PlanDraft, kinds: set[str]) -> Iterator[tuple[str, Text]]:
    """What is missing before the plan can be proposed, as (field, message); `kinds` are the kinds of measures it holds.

    "No measure needed" with its reason stands in for measures (R18a).
    """
    if not plan.finding:
        yield "finding", _("Say whether the complaint is justified.")
    if not plan.cause:
        yield "cause", _("Write the root cause.")
    if plan.cause and not plan.cause_category:
        yield "cause_category", _("Choose the category of the cause.")
    if not is_light(complaint) and not plan.investigation:
        yield "investigation", _("Write what was investigated: who was asked, what was seen.")
    if not plan.no_measure_reason:
        yield from _missing_kinds(complaint, kinds)


def _missing_kinds(complaint: Any, kinds: set[str]) -> Iterator[tuple[str, Text]]:
    if is_light(complaint):
        if not kinds & {MeasureKind.CORRECTIVE, MeasureKind.PREVENTIVE, MeasureKind.REMEDY}:
            yield "measures", _("Add at least one measure, or say why none is needed.")
        return
    if MeasureKind.CORRECTIVE not in kinds:
        yield "measures", _("Add at least one corrective measure, or say why none is needed.")
    elif MeasureKind.PREVENTIVE not in kinds:
        yield "measures", _("Add at least one preventive measure, or say why none is needed.")
