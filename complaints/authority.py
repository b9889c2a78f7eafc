"""Whose decision an amount for the customer takes (R20): the head's up to a limit, the general manager's up to another, the group's above.

Pure. A currency without limits is the general manager's for all. Not here: where the limits stand (`models.authority`), who then signs.
"""

from dataclasses import dataclass
from decimal import Decimal

from .states import Authority


@dataclass(frozen=True)
class AmountLimits:
    """Of one branch and currency; None: the head decides on nothing, the general manager on everything."""

    head: Decimal | None = None
    gm: Decimal | None = None


SHIPPED = AmountLimits()


def authority(amount: Decimal | None, limits: AmountLimits) -> Authority:
    """An amount exactly at a limit is within it."""
    if not amount:
        return Authority.NONE
    if limits.head is not None and amount <= limits.head:
        return Authority.HEAD
    return Authority.GM if limits.gm is None or amount <= limits.gm else Authority.GROUP
