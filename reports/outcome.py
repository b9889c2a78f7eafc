"""What came of the measures of complaints received in a month, and what it cost: carried out, verified, effective; compensation (R26, R20).

Measures are counted, not complaints; behind each number stands the list of the complaints they belong to (`sets`). Not here: measures
still open at the month's end (`figures`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum, Value

from complaints.models import Measure

from . import sets
from .asking import ask
from .period import Period

COUNTED = {
    "done": Count(Value(1), filter=sets.CARRIED_OUT),
    "verified": Count(Value(1), filter=sets.CARRIED_OUT & Q(verified_at__isnull=False)),
    "judged": Count(Value(1), filter=Q(effective__isnull=False)),
    "effective": Count(Value(1), filter=Q(effective=True)),
}


@dataclass(frozen=True)
class Carried:
    """Carried out of the plans that hold, and how many of these were verified; judged in any round, and how many of these work."""

    done: int
    verified: int
    judged: int
    effective: int

    @property
    def verified_rate(self) -> float | None:
        return self.verified / self.done if self.done else None

    @property
    def effective_rate(self) -> float | None:
        return self.effective / self.judged if self.judged else None


@dataclass(frozen=True)
class Money:
    """What approved plans give customers, in one currency; `amount` as text with two digits, for it is exact."""

    currency: str
    count: int
    amount: str


def carried(period: Period) -> Carried:
    """One query."""
    return Carried(*ask(_carried, period)[0])


def _carried(period: Period) -> Any:
    return Measure.objects.filter(complaint__in=sets.received(period).values("pk")).order_by().aggregate(**COUNTED)


def money(period: Period) -> Sequence[Money]:
    """By currency, in the order of their codes. One query."""
    return [Money(code, count, f"{amount:.2f}") for code, count, amount in sorted(ask(_money, period))]


def _money(period: Period) -> Any:
    given = sets.compensated(period).values_list("remedy_currency")
    return given.annotate(n=Count(Value(1)), amount=Sum("remedy_amount"))
