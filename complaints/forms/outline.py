"""The outline beside the plan: each D of the 8D with how it stands, what is weak, what the amount takes; drawn for what the form holds now.

Not here: the rules (`plans`, `authority`, `weakness`) and the form itself (`plan`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.authority import AmountLimits, authority
from complaints.models.authority import amount_limits_of
from complaints.moves import Text
from complaints.planrows import total
from complaints.plans import WHOLE, Gap, PlanDraft, gaps, ledger_off, weak_kinds
from complaints.states import Authority, Finding, MeasureKind, Remedy
from complaints.weakness import is_weak_cause, is_weak_measure

from .planrows import plain

OK, WRONG, TO_DO = "ok", "bad", "todo"


@dataclass(frozen=True)
class Part:
    """A line of the outline; `anchor` is the part of the form it leads to."""

    code: str
    label: str
    anchor: str
    state: str
    note: str

    @property
    def said(self) -> str:
        """The state in words: colour and drawing alone say nothing to everybody."""
        return {OK: _("complete"), WRONG: _("does not fit"), TO_DO: _("to do")}[self.state]


@dataclass
class Outline:
    complaint: Any
    plan: PlanDraft
    known: Decimal | None
    done_kinds: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def kinds(self) -> set[str]:
        return {measure.kind for measure in self.plan.measures} | self.done_kinds

    @cached_property
    def gaps(self) -> list[Gap]:
        return list(gaps(self.complaint, self.plan, self.kinds, self.known))

    @property
    def parts(self) -> list[Part]:
        return list(self._parts())

    @property
    def complete(self) -> int:
        return sum(part.state == OK for part in self.parts)

    def _parts(self) -> Iterator[Part]:
        plan = self.plan
        yield Part("D1", _("Team"), "part-found", OK, self._team())
        yield self._part("D2", _("Investigation"), "part-found", {"finding", "investigation", "shares"}, self._found())
        ledger = Part("D3", _("Containment"), "part-ledger", TO_DO, _("nothing yet"))
        held = plan.ledger or MeasureKind.CONTAINMENT in self.kinds
        yield self._part("D3", _("Containment"), "part-ledger", {"ledger"}, self._ledger()) if held else ledger
        causes = {"cause", "cause_category", "escape", "escape_category"}
        yield self._part("D4", _("Root cause"), "part-whys", causes, str(Finding(plan.finding).label) if plan.finding else "")
        yield self._measures("D5", _("Corrective"), MeasureKind.CORRECTIVE)
        yield self._measures("D7", _("Prevention"), MeasureKind.PREVENTIVE, {"across"})
        remedy = {"remedy_kinds", "remedy_text", "remedy_amount", "remedy_currency"}
        yield self._part("D8", _("Remedy"), "part-remedy", remedy, " · ".join(str(Remedy(kind).label) for kind in plan.remedy_kinds))

    def _part(self, code: str, label: str, anchor: str, names: set[str], note: str) -> Part:
        """As its worst gap; a part that does not fit says by how much or why."""
        found = sorted((gap for gap in self.gaps if gap.part in names), key=lambda gap: not gap.wrong)
        if not found:
            return Part(code, label, anchor, OK, note)
        return Part(code, label, anchor, WRONG if found[0].wrong else TO_DO, str(found[0].message))

    def _team(self) -> str:
        people = {self.complaint.handler_id, getattr(self.complaint.in_charge, "pk", None), *(m.owner.pk for m in self.plan.measures)}
        count = len(people - {None})
        return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}

    def _found(self) -> str:
        count = len(self.plan.found)
        return ngettext("%(count)s line", "%(count)s lines", count) % {"count": count} if count else ""

    def _ledger(self) -> str:
        sums = total(self.plan.ledger)
        return _("%(count)s not checked") % {"count": plain(sums["unchecked"])} if self.plan.ledger else ""

    def _measures(self, code: str, label: str, kind: MeasureKind, names: set[str] | None = None) -> Part:
        plan, count = self.plan, sum(measure.kind == kind for measure in self.plan.measures)
        note = ngettext("%(count)s measure", "%(count)s measures", count) % {"count": count}
        if plan.no_measure_reason:
            return self._part(code, label, "measures", {"no_measure_by", *(names or ())}, _("none needed"))
        if kind in weak_kinds(plan) and any(gap.part == "measures" for gap in self.gaps):
            return Part(code, label, "measures", WRONG, _("only training or checking"))
        if kind not in self.kinds:
            return Part(code, label, "measures", TO_DO, _("nothing yet"))
        return self._part(code, label, "measures", names or set(), note)

    # ── at the fields ────────────────────────────────────────────────────────────────────────────────────────

    @property
    def sums(self) -> dict[str, str]:
        return {name: plain(value) for name, value in total(self.plan.ledger).items()}

    @property
    def ledger_wrong(self) -> Text:
        return next((gap.message for gap in self.gaps if gap.part == "ledger"), "")

    @property
    def ledger_agrees(self) -> bool:
        lot = self.plan.lot_quantity if self.plan.lot_quantity is not None else self.known
        return bool(self.plan.ledger) and lot is not None and not ledger_off(self.plan, self.known) and not self.ledger_wrong

    @property
    def percent(self) -> int:
        return sum(share.percent or 0 for share in self.plan.shares)

    @property
    def shares_agree(self) -> bool:
        return self.percent == WHOLE

    @property
    def cause_is_weak(self) -> bool:
        return is_weak_cause(self.plan.with_causes().cause)

    @property
    def escape_is_weak(self) -> bool:
        return is_weak_cause(self.plan.with_causes().escape)

    @property
    def weak_measures_stand_alone(self) -> bool:
        return any(gap.part == "measures" and gap.wrong for gap in self.gaps)

    @cached_property
    def limits(self) -> AmountLimits:
        return amount_limits_of(self.complaint.branch_id, self.plan.remedy_currency)

    @property
    def level(self) -> Authority:
        return authority(self.plan.remedy_amount, self.limits)

    @property
    def whose(self) -> str:
        """Whose decision the amount takes, by name where there is one."""
        branch, head = self.complaint.branch, self.complaint.in_charge
        said = {
            "head": head or Authority.HEAD.label, "gm": branch.gm or Authority.GM.label, "currency": self.plan.remedy_currency,
            "limit": money(self.limits.head if self.level == Authority.HEAD else self.limits.gm),
        }  # fmt: skip
        match self.level, branch.in_group:
            case Authority.HEAD, _group:
                return _("Within the department head's %(limit)s %(currency)s: %(head)s decides with the review.") % said
            case Authority.GM, _group if self.limits.gm is not None:
                return _("Within the general manager's %(limit)s %(currency)s: %(gm)s decides with the approval.") % said
            case Authority.GM, _group:
                return _("No limit is set for %(currency)s: %(gm)s decides with the approval.") % said
            case Authority.GROUP, True:
                return _("More than the general manager's %(limit)s %(currency)s: after %(gm)s the group decides.") % said
            case Authority.GROUP, _group:
                return (
                    _("More than the general manager's %(limit)s %(currency)s; there is no group, so %(gm)s decides, and that is noted.")
                    % said
                )
        return _("No amount: %(head)s reviews, %(gm)s approves.") % said


def is_weak(text: str | None, kind: str | None) -> bool:
    return kind in (MeasureKind.CORRECTIVE, MeasureKind.PREVENTIVE) and is_weak_measure(text or "")


def money(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,.2f}".removesuffix(".00")
