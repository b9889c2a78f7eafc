"""Open complaints by stage and age, and how many of them are late: where work piles up. One query.

Each number is the size of the list of its name (`standing_sets`). Not here: drawing and words.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from complaints.states import OPEN
from escalation.models import TimerState
from escalation.policies import SILENT

from . import standing_sets
from .scope import Scope

BANDS = (*map(str, standing_sets.AGES), standing_sets.OLDER)

# The live clocks that ran out are found by their own index in one go: asking for each complaint took as long as all else together.
LOOK = """
SELECT one.state, width_bucket(extract(epoch FROM %s - one.received_at), %s::float8[]), late.complaint_id IS NOT NULL, count(*)
  FROM complaints_complaint AS one
  LEFT JOIN (SELECT DISTINCT complaint_id FROM escalation_timer
              WHERE state IN ('running', 'paused') AND state = %s AND due < %s AND code <> ALL(%s)) AS late ON late.complaint_id = one.id
 WHERE one.state <> 'closed' AND {scope}
 GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class Stage:
    state: str
    in_time: Sequence[int]
    """By band of age, youngest first."""
    late: Sequence[int]

    @property
    def ages(self) -> list[int]:
        return [sum(pair) for pair in zip(self.in_time, self.late, strict=True)]

    @property
    def late_in_all(self) -> int:
        return sum(self.late)

    @property
    def total(self) -> int:
        return sum(self.ages)


def stages(scope: Scope, now: dt.datetime) -> list[Stage]:
    """In the order of the road, those where nothing is left out."""
    found = {(str(state), late): [0] * len(BANDS) for state in OPEN for late in (False, True)}
    for state, band, late, count in _rows(scope, now):
        found[state, late][band] += count
    named = [Stage(state, found[state, False], found[state, True]) for state in map(str, OPEN)]
    return [stage for stage in named if stage.total]


def _rows(scope: Scope, now: dt.datetime) -> list[tuple[str, int, bool, int]]:
    condition, value = _condition(scope)
    bounds = [days * 86400.0 for days in standing_sets.AGES]
    with connection.cursor() as cursor:
        cursor.execute(LOOK.format(scope=condition), [now, bounds, TimerState.RUNNING, now, list(SILENT), *value])
        return list(cursor.fetchall())


def _condition(scope: Scope) -> tuple[str, list[int]]:
    """`Scope.complaints` in SQL."""
    if scope.department:
        return "one.department_id = %s", [scope.department.pk]
    return ("one.grade <= 2", []) if scope.is_group else ("one.branch_id = %s", [scope.branch.pk])


def totals(found: Sequence[Stage]) -> tuple[int, int]:
    """Open, and late of them."""
    return sum(stage.total for stage in found), sum(stage.late_in_all for stage in found)
