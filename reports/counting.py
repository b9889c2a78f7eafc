"""What was received in a month counted by one thing after another: the columns of a complaint in one pass.

Not here: what stands in its plan (`outcome`), what the counts are called and how they are ordered (`figures`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Aggregate, Count, IntegerField, Q, Value

from complaints.states import State

from . import sets
from .asking import ask
from .period import Period

Counts = tuple[Any, int, int, int, int, int]
Given = tuple[str, int, int, int, int, int]
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
PLACE_OF = {ALL ^ 1 << (len(COLUMNS) - 1 - place): place for place in range(len(COLUMNS))}


def by(period: Period, given: Mapping[str, Sequence[Given]]) -> dict[str, list[Counts]]:
    """By each dimension, without order; what is `given` in plans is counted already, all others are those where it is not. One query."""
    result: dict[str, list[Counts]] = {name: [] for name in sets.DIMENSIONS}
    for row in _by_columns(period):
        place = PLACE_OF[row[len(COLUMNS)]]
        result[COLUMNS[place]].append((row[place] or None, *row[len(COLUMNS) + 1 :]))
    everything = _sums(result[COLUMNS[0]])
    for name, rows in given.items():
        n, *more = (whole - part for whole, part in zip(everything, _sums(rows), strict=True))
        result[name] = [*rows, (None, n, *more)] if n else [*rows]  # type: ignore[list-item]  # as long as a row
    return result


def _sums(rows: Sequence[Counts]) -> list[int]:
    return [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)] or [0] * len(COUNTED)


def _by_columns(period: Period) -> list[tuple[Any, ...]]:
    """GROUP BY as Django writes it knows no grouping sets; all else of the statement is its own."""
    return ask(_columns, period, grouped_by="GROUPING SETS (" + ", ".join(f"({place})" for place in range(1, len(COLUMNS) + 1)) + ")")


def _columns(period: Period) -> Any:
    return sets.received(period).values_list(*COLUMNS).annotate(which=Grouping(*COLUMNS), **COUNTED)
