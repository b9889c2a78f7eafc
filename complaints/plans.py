"""The plan of a round as a form brings it: values only, and what it needs before it can be proposed (R18, R18a).

Pure. Not here: storing it (`effects`), the meeting (`meetings`), the words of weak causes and measures (`weakness`).
"""

import datetime as dt
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from .moves import Text
from .planrows import SHAPES, Across, Answer, Found, Share, Spot, Why, read, total
from .states import Finding, Grade, Known, MeasureKind, Nature, Remedy
from .weakness import is_weak_cause, is_weak_measure

PREVENTING = (MeasureKind.CORRECTIVE, MeasureKind.PREVENTIVE)
NOT_OURS = frozenset({Finding.NOT_JUSTIFIED, Finding.BY_CUSTOMER, Finding.NO_TROUBLE})
WITH_MONEY = frozenset({Remedy.REFUND, Remedy.DISCOUNT, Remedy.COMPENSATION})
MOST_WHYS = 7
WHOLE = 100
COLUMNS = (
    "finding", "investigation", "cause", "cause_category", "escape", "no_measure_reason", "no_measure_by", "full", "lot_quantity",
    "escape_category", "remedy_kinds", "remedy_text", "remedy_amount", "remedy_currency", "remedy_how",
)  # fmt: skip
"""Of a round, written as they are; the rows beside them are `planrows.SHAPES`."""
WORDED_COLUMNS = ("investigation", "cause", "escape", "no_measure_reason", "remedy_text", "remedy_how")
CODED_COLUMNS = tuple(name for name in COLUMNS if name not in WORDED_COLUMNS)


@dataclass(frozen=True)
class MeasureDraft:
    kind: str
    text: str
    owner: Any
    due_on: dt.date
    id: int | None = None


@dataclass(frozen=True)
class PlanDraft:
    """The last link of a chain of whys is its cause; without a chain the cause stands alone. Of the escape the same."""

    finding: str = ""
    investigation: str = ""
    cause: str = ""
    cause_category: str = ""
    escape: str = ""
    no_measure_reason: str = ""
    measures: list[MeasureDraft] = field(default_factory=list)
    no_measure_by: Any = None
    full: bool = False
    found: list[Found] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    ledger: list[Spot] = field(default_factory=list)
    lot_quantity: Decimal | None = None
    whys: list[Why] = field(default_factory=list)
    escape_whys: list[Why] = field(default_factory=list)
    escape_category: str = ""
    across: list[Across] = field(default_factory=list)
    remedy_kinds: list[str] = field(default_factory=list)
    remedy_text: str = ""
    remedy_amount: Decimal | None = None
    remedy_currency: str = ""
    remedy_how: str = ""
    answers: list[Answer] = field(default_factory=list)

    def with_causes(self) -> "PlanDraft":
        """Cause and escape filled from the chains, which have the last word."""
        cause = self.whys[-1].text if self.whys else self.cause
        return replace(self, cause=cause, escape=self.escape_whys[-1].text if self.escape_whys else self.escape)


class Gap(NamedTuple):
    """What keeps a plan from being proposed: at which part, in words; `wrong` where something is there and does not fit."""

    part: str
    message: Text
    wrong: bool = False


def draft_of(round_: Any) -> PlanDraft:
    """What a round holds, without its measures."""
    rows: dict[str, Any] = {name: read(name, getattr(round_, name)) for name in SHAPES}
    return PlanDraft(**rows, **{name: getattr(round_, name) for name in COLUMNS})


def is_light(complaint: Any) -> bool:
    """A general complaint of grade 4 goes the short way: cause, one measure, remedy (R18a)."""
    return complaint.grade == Grade.PLAIN and complaint.nature == Nature.GENERAL


def gaps(complaint: Any, plan: PlanDraft, kinds: Set[str], known: Decimal | None = None) -> Iterator[Gap]:
    """What is missing or does not fit before the plan can be proposed; `kinds` are the kinds of measures it holds, `known` the quantity
    of the lot as the record has it. What is asked depends on the complaint, not on the form that was chosen to write it.

    "No measure needed" with its reason and a name stands in for measures and remedy (R18a).
    """
    plan = plan.with_causes()
    if not plan.finding:
        yield Gap("finding", _("Say whether the complaint is justified."))
    if not is_light(complaint) and not (plan.investigation or plan.found):
        yield Gap("investigation", _("Write what was investigated: who was asked, what was seen."))
    yield from _shares(plan)
    yield from _ledger(plan, known)
    yield from _causes(complaint, plan)
    if plan.no_measure_reason:
        if plan.no_measure_by is None:
            yield Gap("no_measure_by", _("Who says that no measure is needed?"))
    else:
        yield from _missing_kinds(complaint, kinds)
        yield from _weak_measures(complaint, plan)
    yield from _across(plan)
    yield from _remedy(plan, kinds)


def _shares(plan: PlanDraft) -> Iterator[Gap]:
    percent = sum(share.percent or 0 for share in plan.shares)
    if any(not share.who for share in plan.shares):
        yield Gap("shares", _("Say whose share it is."), wrong=True)
    elif plan.shares and percent != WHOLE:
        yield Gap("shares", _("The shares make %(sum)s %%, not 100 %%.") % {"sum": percent}, wrong=True)


def _ledger(plan: PlanDraft, known: Decimal | None) -> Iterator[Gap]:
    for number, row in enumerate(plan.ledger, 1):
        if not row.is_consistent:
            yield Gap("ledger", _("Line %(n)s: bad is at most what is checked, checked at most the quantity.") % {"n": number}, wrong=True)
            return
        if row.book is not None and not row.source:
            yield Gap("ledger", _("Line %(n)s: say where the stock figure comes from, and of when it is.") % {"n": number}, wrong=True)
            return
    if off := ledger_off(plan, known):
        yield Gap("ledger", off, wrong=True)


def ledger_off(plan: PlanDraft, known: Decimal | None) -> Text:
    """By how much the places together differ from the lot; empty when they agree or one of both is not known."""
    lot = plan.lot_quantity if plan.lot_quantity is not None else known
    if lot is None or not plan.ledger:
        return ""
    off = total(plan.ledger)["quantity"] - lot
    said = {"off": _number(abs(off)), "lot": _number(lot)}
    if off > 0:
        return _("%(off)s more than the %(lot)s of the lot") % said
    return _("%(off)s fewer than the %(lot)s of the lot") % said if off < 0 else ""


def _number(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _causes(complaint: Any, plan: PlanDraft) -> Iterator[Gap]:
    if not plan.cause:
        yield Gap("cause", _("Write the root cause."))
    elif is_weak_cause(plan.cause):
        yield Gap("cause", _("It stops at somebody's mistake: ask once more why nothing stopped it."), wrong=True)
    if plan.cause and not plan.cause_category:
        yield Gap("cause_category", _("Choose the category of the cause."))
    if not is_light(complaint) and plan.finding not in NOT_OURS and not plan.escape:
        yield Gap("escape", _("Write why it was not found before it left."))
    if plan.escape and is_weak_cause(plan.escape):
        yield Gap("escape", _("It stops at somebody's mistake: ask once more why nothing stopped it."), wrong=True)
    if plan.escape and not plan.escape_category and not is_light(complaint):
        yield Gap("escape_category", _("Choose the category of why it escaped."))


def _missing_kinds(complaint: Any, kinds: Set[str]) -> Iterator[Gap]:
    if is_light(complaint):
        if not kinds & {*PREVENTING, MeasureKind.REMEDY}:
            yield Gap("measures", _("Add at least one measure, or say why none is needed."))
        return
    if MeasureKind.CORRECTIVE not in kinds:
        yield Gap("measures", _("Add at least one corrective measure, or say why none is needed."))
    elif MeasureKind.PREVENTIVE not in kinds:
        yield Gap("measures", _("Add at least one preventive measure, or say why none is needed."))


def _weak_measures(complaint: Any, plan: PlanDraft) -> Iterator[Gap]:
    """Only training or more checking wants a second, systemic one: of its kind, on the short way of either."""
    weak, kinds = weak_kinds(plan), {measure.kind for measure in plan.measures} & set(PREVENTING)
    if weak and (not is_light(complaint) or weak == kinds):
        yield Gap("measures", _("Training and more checking alone do not last: add one that works whoever stands there."), wrong=True)


def weak_kinds(plan: PlanDraft) -> set[str]:
    """Kinds all of whose measures are only training or more checking."""
    texts = {kind: [measure.text for measure in plan.measures if measure.kind == kind] for kind in PREVENTING}
    return {kind for kind, those in texts.items() if those and all(map(is_weak_measure, those))}


def _across(plan: PlanDraft) -> Iterator[Gap]:
    if any(row.affected == Known.YES and not row.result for row in plan.across):
        yield Gap("across", _("Say what is done where another product or process is affected."))


def _remedy(plan: PlanDraft, kinds: Set[str]) -> Iterator[Gap]:
    owed = plan.finding not in NOT_OURS and not plan.no_measure_reason and MeasureKind.REMEDY not in kinds
    if owed and not plan.remedy_kinds:
        yield Gap("remedy_kinds", _("Say what the customer gets; an apology is the least."))
    if Remedy.OTHER in plan.remedy_kinds and not plan.remedy_text:
        yield Gap("remedy_text", _("Say what the customer gets."))
    if WITH_MONEY & set(plan.remedy_kinds) and not plan.remedy_amount:
        yield Gap("remedy_amount", _("Give the amount: it says whose decision it is."))
    if plan.remedy_amount and not plan.remedy_currency:
        yield Gap("remedy_currency", _("In which currency?"))
