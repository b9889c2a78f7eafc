"""Targets as they hold for a branch: what the company set, else what is shipped; and whether a number reaches its target.

Not here: the figures (`board`), the setting (`models.target`, edited in the administration).
"""

from collections.abc import Mapping
from decimal import Decimal

from organisation.models import Branch

from .models import Aimed, Better, Target, Unit

SHIPPED: Mapping[str, Decimal] = {
    Aimed.CLOSURE_RATE: Decimal(85), Aimed.ON_TIME: Decimal(95), Aimed.SATISFACTION: Decimal(90), Aimed.CLOSE_TIME: Decimal(168),
}  # fmt: skip


def targets(branch: Branch) -> dict[str, Decimal | None]:
    """By figure: the branch's own, else that of all branches, else the shipped one; None where there is none. One query."""
    rows = list(Target.objects.filter(branch=branch) | Target.objects.filter(branch=None))
    found: dict[str, Decimal | None] = {figure: SHIPPED.get(figure) for figure in Aimed.values}
    for row in sorted(rows, key=lambda row: row.branch_id is not None):
        found[row.figure] = row.value
    return found


def met(figure: str, number: float | None, target: Decimal | None) -> bool | None:
    """None where there is no number or no target. Rates are shares of one, targets per cent; times are in hours."""
    if number is None or target is None:
        return None
    reached = Decimal(repr(number)) * (100 if Aimed(figure).unit == Unit.RATE else 1)
    return reached >= target if Aimed(figure).better == Better.HIGHER else reached <= target
