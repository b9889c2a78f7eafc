"""What was received in a month counted by one thing after another: the columns of a complaint in one pass, its plan's causes in
another.

Not here: what the counts are called and how they are ordered (`figures`).
"""

from typing import Any

from django.db.models import Aggregate, Count, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from complaints.models import Round
from complaints.states import State

from . import sets
from .asking import ask
from .period import Period

Counts = tuple[Any, int, int, int, int, int]
"""Key, received, valid, valid and closed, on the spot, invalid."""
COUNTED = {
    "n": Count(Value(1)),
    "valid_n": Count(Value(1), filter=sets.PARTS["valid"]),
    "closed_n": Count(Value(1), filter=sets.PARTS["valid"] & Q(state=State.CLOSED)),
    "spot_n": Count(Value(1), filter=sets.PARTS["on_spot"]),
    "invalid_n": Count(Value(1), filter=sets.PARTS["invalid"]),
}


class Grouping(Aggregate):
    """Which of its columns a row is *not* grouped by: a bit for each, the first the highest."""

    function = "GROUPING"
    output_field = IntegerField()
    arity = None


COLUMNS = [name for name in sets.DIMENSIONS if name not in sets.OF_THE_PLAN]
ALL = 2 ** len(COLUMNS) - 1
ESCAPE = 0b10  # not grouped by the first, the cause
PLACE_OF = {ALL ^ 1 << (len(COLUMNS) - 1 - place): place for place in range(len(COLUMNS))}


def by(period: Period) -> dict[str, list[Counts]]:
    """By each dimension, in two queries; without order."""
    result: dict[str, list[Counts]] = {name: [] for name in sets.DIMENSIONS}
    for row in _by_columns(period):
        place = PLACE_OF[row[len(COLUMNS)]]
        result[COLUMNS[place]].append((row[place] or None, *row[len(COLUMNS) + 1 :]))
    for cause, escape, which, *counts in ask(_causes, period, grouped_by="GROUPING SETS ((1), (2))"):
        dimension, key = ("escape", escape) if which == ESCAPE else ("cause", cause)
        result[dimension].append((key or None, *counts))
    return result


def _by_columns(period: Period) -> list[tuple[Any, ...]]:
    """GROUP BY as Django writes it knows no grouping sets; all else of the statement is its own."""
    return ask(_columns, period, grouped_by="GROUPING SETS (" + ", ".join(f"({place})" for place in range(1, len(COLUMNS) + 1)) + ")")


def _columns(period: Period) -> Any:
    return sets.received(period).values_list(*COLUMNS).annotate(which=Grouping(*COLUMNS), **COUNTED)


def _causes(period: Period) -> Any:
    """Of the plan of the last round."""
    last = Round.objects.filter(complaint=OuterRef("pk"), number=OuterRef("round"))
    causes = {name: Coalesce(Subquery(last.values(column)), Value("")) for name, column in sets.OF_THE_PLAN.items()}
    rows = sets.received(period).annotate(**causes)
    return rows.values_list(*causes).annotate(which=Grouping(*causes), **COUNTED)
