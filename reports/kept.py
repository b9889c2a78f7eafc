"""Months added up from the days that `daily` keeps, and counted from the rows where a day may not be believed: the same figures, sooner.

What may not be believed of a month is one stretch of it: from the first stale day to the last, and the day of the cut-off while the month
is not over. Not here: when days become stale and how they are counted (`daily`), what the figures are (`figures`).
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Sum
from django.db.models import Value as Literal
from django.db.models.functions import Coalesce

from escalation.models import TimerState
from escalation.policies import Code
from organisation.models import Branch

from . import daily, sets
from .asking import ask
from .period import Period, following, midnight

Verdicts = tuple[int, int, int]
"""In time, late, blank."""
Taken = tuple[int, Sequence[float] | None]
"""How many, and in seconds the median and the 90th percentile."""


class Stretch(NamedTuple):
    """What is counted from the rows; a question may be asked of it like of a period. Empty where it ends before it begins."""

    branch: Branch
    start: dt.datetime
    until: dt.datetime
    day_after: dt.date

    def __bool__(self) -> bool:
        return self.start < self.until


class Span(NamedTuple):
    """The days of a month from `first` to before `last`, but for those from `loose_first` to before `loose_last`, are believed."""

    first: dt.date
    last: dt.date
    loose_first: dt.date
    loose_last: dt.date
    loose: Stretch


STALE = """
SELECT month.place, min(stale.day), max(stale.day)
  FROM unnest(%s::date[], %s::date[]) WITH ORDINALITY AS month(first, last, place)
  JOIN reports_staleday AS stale ON stale.branch_id = %s AND stale.day >= month.first AND stale.day < month.last
 GROUP BY month.place
"""
BELIEVED = "branch_id = %s AND day >= %s AND day < %s AND NOT (day >= %s AND day < %s)"


def spans(periods: Sequence[Period]) -> list[Span]:
    """Of months of one branch. One query."""
    branch, firsts = periods[0].branch, [period.first for period in periods]
    lasts = [max(period.first, period.day_after if period.is_partial else following(period.first)) for period in periods]
    with connection.cursor() as cursor:
        cursor.execute(STALE, [firsts, lasts, branch.pk])
        stale = {place - 1: (first, last + dt.timedelta(days=1)) for place, first, last in cursor.fetchall()}
    return [_span(period, lasts[place], *stale.get(place, (lasts[place], lasts[place]))) for place, period in enumerate(periods)]


def _span(period: Period, last: dt.date, loose_first: dt.date, loose_last: dt.date) -> Span:
    """With the day of the cut-off, which is not over, at the end of what is not believed."""
    if period.is_partial:
        loose = Stretch(period.branch, midnight(period.branch, loose_first), period.until, period.day_after)
        return Span(period.first, last, loose_first, last, loose)
    loose = Stretch(period.branch, midnight(period.branch, loose_first), midnight(period.branch, loose_last), period.day_after)
    return Span(period.first, last, loose_first, loose_last, loose)


# ── what was received in the month ───────────────────────────────────────────────────────────────────────────

SUMMED = (*daily.PARTS, "scores")
PARTS = f"""
SELECT month.place, {", ".join(f"sum(day.{name})" for name in SUMMED)}
  FROM unnest(%s::date[], %s::date[], %s::date[], %s::date[]) WITH ORDINALITY AS month(first, last, loose_first, loose_last, place)
  JOIN reports_daycount AS day ON day.branch_id = %s AND day.day >= month.first AND day.day < month.last
   AND NOT (day.day >= month.loose_first AND day.day < month.loose_last)
 GROUP BY month.place
"""  # noqa: S608 - the names of our own columns


def parts(found: Sequence[Span]) -> list[Counter[str]]:
    """Of each month, how large each of `sets.PARTS` is, and the sum of `scores`. One query, and one more for each with a loose stretch."""
    counts = [Counter(dict.fromkeys(SUMMED, 0) | _counted(span.loose)) for span in found]
    with connection.cursor() as cursor:
        edges: list[Any] = [[span[place] for span in found] for place in range(4)]
        cursor.execute(PARTS, [*edges, found[0].loose.branch.pk])
        for place, *numbers in cursor.fetchall():
            counts[place - 1].update(dict(zip(SUMMED, numbers, strict=True)))
    for count in counts:
        count["unjudged"] = count["received"] - count["valid"] - count["invalid"]
    return counts


def _counted(loose: Stretch) -> dict[str, int]:
    """Counted from the rows; nothing of an empty stretch."""
    return dict(zip(("scores", *sets.PARTS), ask(_parts, loose)[0], strict=True)) if loose else {}


def _parts(period: Period) -> Any:
    counted = {f"n_{name}": Count(Literal(1), filter=part) for name, part in sets.PARTS.items()}
    return sets.received(period).aggregate(scores=Coalesce(Sum("score"), 0), **counted)


# ── its timers ───────────────────────────────────────────────────────────────────────────────────────────────

VERDICTS = f"SELECT code, sum(in_time), sum(late), sum(blank) FROM reports_dayverdicts WHERE {BELIEVED} GROUP BY code"  # noqa: S608 - our own words


def verdicts(span: Span) -> dict[str, Verdicts]:
    """By code. One query, and one more where there is a loose stretch."""
    found: dict[str, Verdicts] = {code: counts for code, *counts in ask(_verdicts, span.loose)} if span.loose else {}
    with connection.cursor() as cursor:
        cursor.execute(VERDICTS, [span.loose.branch.pk, *span[:4]])
        for code, *counts in cursor.fetchall():
            in_time, late, blank = (here + there for here, there in zip(counts, found.get(code, (0, 0, 0)), strict=True))
            found[code] = in_time, late, blank
    return found


def _verdicts(period: Period) -> Any:
    return sets.timers(period).values_list("code").annotate(
        **{f"n_{name}": Count(Literal(1), filter=ended) for name, ended in sets.VERDICTS.items()}
    )  # fmt: skip


# ── how long it took ─────────────────────────────────────────────────────────────────────────────────────────

LASTED = (("acknowledge", "acknowledged", "acknowledged_at"), ("plan", "planned", "planned_at"), ("close", "closed", "closed_at"))


def _taken(what: str, kept: str, until: str) -> str:
    """Each by itself: sorted once, for its percentiles."""
    return f"""
SELECT '{what}', count(seconds), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds)
  FROM (SELECT unnest({kept}) FROM day UNION ALL SELECT extract(epoch FROM {until} - received_at)::float8 FROM loose) AS took(seconds)
HAVING count(*) > 0"""  # noqa: S608 - our own words


# Plans are asked complaint by complaint, which the index answers: joined, the database would go through all there are.
TAKEN = f"""
WITH day AS (SELECT acknowledged, planned, closed FROM reports_daytimes WHERE {BELIEVED}),
loose AS MATERIALIZED (
  SELECT received_at, acknowledged_at, CASE WHEN state = 'closed' THEN closed_at END AS closed_at,
         (SELECT stopped_at FROM escalation_timer AS plan WHERE plan.complaint_id = one.id AND plan.code = %s AND plan.subject = ''
                                                            AND plan.ordinal = 1 AND plan.state = %s) AS planned_at
    FROM complaints_complaint AS one WHERE branch_id = %s AND received_at >= %s AND received_at < %s
)
{" UNION ALL ".join(_taken(*one) for one in LASTED)}
"""  # noqa: S608 - our own words


def taken(span: Span) -> Mapping[str, Taken]:
    """`acknowledge`, `plan` and `close`; between two values the straight line, as `percentile_cont` does. One query."""
    loose = span.loose
    with connection.cursor() as cursor:
        stretch: list[Any] = [loose.branch.pk, loose.start, loose.until]
        cursor.execute(TAKEN, [loose.branch.pk, *span[:4], Code.PLAN, TimerState.STOPPED, *stretch])
        return {what: (count, marks) for what, count, marks in cursor.fetchall()}
