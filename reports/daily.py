"""Counts of days, kept so that a year is added up in milliseconds: right whenever they are read, for what is stale is counted afresh.

The database marks a day in the transaction that changes what it counts (migration 0002). Reading takes days without a mark as they are
kept and counts the others; it never writes. `settle` counts marked days and takes their marks away; the queue does it every few seconds,
and if nobody does, reading is slower and as right. What is counted is defined in `sets`. Not here: what is shown (`board`).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection, transaction
from django.db.models import BooleanField, Case, Count, DateField, F, FloatField, Func, Q, Sum, When
from django.db.models.functions import Cast, Coalesce, Extract

from complaints.models import Complaint
from complaints.states import Grade, State
from escalation.models import Timer
from organisation.models import Branch

from . import sets
from .models import DayCount, DayTimes, DayVerdicts, StaleDay
from .period import midnight

PARTS = ("received", "valid", "invalid", "on_spot", "valid_closed", "major", "reopened", "chased", "asked", "satisfied", "scored")
COUNTS = ("received", "valid", "valid_closed", "major", "asked", "satisfied", "in_time", "late", "closed")
"""What is read by month and department (`months`); all of `PARTS` is kept."""
AT_ONCE = 60  # days settled in one transaction: with a million complaints it takes a second or two
LOCK = 0x7265706F  # of the one who settles

Day = tuple[Branch, dt.date]
MonthKey = tuple[dt.date, int | None]
"""First day of the month, department."""


# Written by hand: Django took longer over the words than the database over the answer. A scope adds conditions on columns of the table.
BELIEVED = """
  FROM reports_daycount WHERE branch_id = ANY(%s) AND day >= %s AND day < %s
   AND (branch_id, day) NOT IN (SELECT * FROM unnest(%s::bigint[], %s::date[]))"""
SUMS = f"SELECT date_trunc('month', day)::date, department_id, {', '.join(f'sum({name})' for name in COUNTS)} {BELIEVED}"
LASTING = f"SELECT day, lasted {BELIEVED} AND lasted <> '{{}}'"


def months(
    branches: Iterable[Branch], scope: Q, since: dt.date, until: dt.date, lasting_since: dt.date
) -> tuple[dict[MonthKey, dict[str, int]], dict[dt.date, list[float]]]:
    """Counts by month and department of the local days from `since` to before `until`, of the rows in `scope` (a condition on `DayCount`).

    Also, by month from `lasting_since` on, how long each took from receipt to closing, in seconds; with `until` for it that is not asked.
    Three queries, and three more while days are stale.
    """
    known = {branch.pk: branch for branch in branches}
    stale = _stale(known, Q(branch__in=known, day__gte=since, day__lt=until))
    loose = [branch.pk for branch, _day in stale], [day for _branch, day in stale]
    among = "".join(f" AND {name} = %s" for name, _value in scope.children)
    asked = [list(known), since, until, *loose, *(value for _name, value in scope.children)]
    found: dict[MonthKey, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0))
    lasted: dict[dt.date, list[float]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(f"{SUMS}{among} GROUP BY 1, 2", asked)
        for month, department, *numbers in cursor.fetchall():
            _add(found[month, department], dict(zip(COUNTS, numbers, strict=True)))
        if lasting_since < until:
            cursor.execute(f"{LASTING}{among}", [*asked[:1], lasting_since, *asked[2:]])
            for day, seconds in cursor.fetchall():
                lasted[day.replace(day=1)] += seconds
    for row in counted(stale):
        if _within(row, scope):
            month = row.day.replace(day=1)
            _add(found[month, row.department_id], {name: getattr(row, name) for name in COUNTS})
            if month >= lasting_since:
                lasted[month] += row.lasted
    return dict(found), dict(lasted)


def _add(sums: dict[str, int], numbers: dict[str, int]) -> None:
    for name, number in numbers.items():
        sums[name] += number


def _within(row: DayCount, scope: Q) -> bool:
    """Conditions on whole departments and grades only, as scopes have."""
    return all(getattr(row, name) == value for name, value in scope.children)  # pairs, no Q in Q


def _stale(known: dict[int, Branch], span: Q) -> list[Day]:
    rows = StaleDay.objects.filter(span).values_list("branch", "day").distinct().order_by("branch", "day")
    return [(known[pk], day) for pk, day in rows]


def _on(days: Iterable[Day]) -> Q:
    by_branch: dict[int, list[dt.date]] = defaultdict(list)
    for branch, day in days:
        by_branch[branch.pk].append(day)
    found = Q(pk__in=[])
    for pk, dates in by_branch.items():
        found |= Q(branch=pk, day__in=dates)
    return found


# ── settling ─────────────────────────────────────────────────────────────────────────────────────────────────


def settle(most: int = AT_ONCE) -> int:
    """Count up to `most` stale days and keep that; how many it were. One at a time: a second one that comes meanwhile does nothing.

    Whoever reads sees either mark and old counts or neither: all of it is one transaction. A change that commits meanwhile keeps its mark,
    for only marks seen before counting are taken away.
    """
    with transaction.atomic():
        if not _alone():
            return 0
        known = {branch.pk: branch for branch in Branch.objects.all()}
        days = [(known[pk], day) for pk, day in StaleDay.objects.values_list("branch", "day").distinct().order_by("-day", "branch")[:most]]
        StaleDay.objects.filter(_on(days)).delete()
        for table, rows in ((DayCount, counted(days)), (DayVerdicts, verdicts(days)), (DayTimes, times(days))):
            table.objects.filter(_on(days)).delete()
            table.objects.bulk_create(rows, batch_size=1000)  # type: ignore[arg-type]  # each table its own rows
    return len(days)


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


# ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────


def counted(days: list[Day]) -> list[DayCount]:
    """Those days counted from the complaints and their timers as they are now; not saved. Three queries, none without days."""
    found: dict[tuple[Any, ...], DayCount] = {}
    for key, numbers in _facts(days):
        row = found.setdefault(key, DayCount(branch_id=key[0], department_id=key[1], severe=key[2], day=key[3]))
        for name, number in numbers.items():
            setattr(row, name, number)
    return list(found.values())


def verdicts(days: list[Day]) -> list[DayVerdicts]:
    """Of what was received on those days; not saved. One query, none without days."""
    found = _rows("verdicts", days) if days else ()
    return [
        DayVerdicts(branch_id=branch, day=day, code=code, in_time=in_time, late=late, blank=blank)
        for branch, day, code, in_time, late, blank in found
    ]


def times(days: list[Day]) -> list[DayTimes]:
    """The same of how long things took. Two queries."""
    if not days:
        return []
    planned = {(branch, day): seconds for branch, day, seconds in _rows("planned", days)}
    return [
        DayTimes(branch_id=branch, day=day, acknowledged=acknowledged, closed=closed, planned=planned.get((branch, day), []))
        for branch, day, acknowledged, closed in _rows("taken", days)
    ]


def _facts(days: list[Day]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Keys (branch, department, severe, day) with what was counted there."""
    if not days:
        return
    for branch, department, severe, day, lasted, scores, *numbers in _rows("received", days):
        yield (branch, department, severe, day), {"lasted": lasted, "scores": scores, **dict(zip(PARTS, numbers, strict=True))}
    for *key, in_time, late in _rows("timers", days):
        yield tuple(key), {"in_time": in_time, "late": late}
    for *key, number in _rows("closed", days):
        yield tuple(key), {"closed": number}


CLOSED = Q(state=State.CLOSED, closed_at__isnull=False)


def _received(days: list[Day]) -> Any:
    """The columns of PARTS are in their order."""
    parts = {f"n_{name}": Count("pk", filter=sets.PARTS[name]) for name in PARTS}
    found = _by_day(_of_receipt(days), "received_at")
    return found.annotate(lasted=_seconds(LASTED, CLOSED), scores=Coalesce(Sum("score"), 0), **parts)


def _timers(days: list[Day]) -> Any:
    ends = {f"n_{name}": Count("pk", filter=sets.VERDICTS[name]) for name in ("in_time", "late")}
    return _by_day(_timers_of(days), "complaint__received_at", "complaint__").annotate(**ends)


def _closed(days: list[Day]) -> Any:
    return _by_day(Complaint.objects.filter(_between(days, "closed_at"), CLOSED), "closed_at").annotate(n=Count("pk"))


def _verdicts(days: list[Day]) -> Any:
    ends = {f"n_{name}": Count("pk", filter=ended) for name, ended in sets.VERDICTS.items()}
    return _whole_days(_timers_of(days), "complaint__received_at", "complaint__", "code").annotate(**ends)


def _planned(days: list[Day]) -> Any:
    rows = _whole_days(_timers_of(days).filter(sets.PLANNED), "complaint__received_at", "complaint__")
    return rows.annotate(taken=_seconds(F("stopped_at") - F("complaint__received_at")))


def _taken(days: list[Day]) -> Any:
    told = _seconds(F("acknowledged_at") - F("received_at"), Q(acknowledged_at__isnull=False))
    return _whole_days(_of_receipt(days), "received_at").annotate(told=told, lasted=_seconds(LASTED, CLOSED))


LASTED = F("closed_at") - F("received_at")
QUESTIONS = {
    "received": _received, "timers": _timers, "closed": _closed, "verdicts": _verdicts, "planned": _planned, "taken": _taken,
}  # fmt: skip


def _of_receipt(days: list[Day]) -> Any:
    return Complaint.objects.filter(_between(days, "received_at"))


def _timers_of(days: list[Day]) -> Any:
    return Timer.objects.filter(_between(days, "complaint__received_at", "complaint__"), code__in=sets.TIMED)


def _seconds(taken: Any, which: Q | None = None) -> ArrayAgg:
    return ArrayAgg(Cast(Extract(taken, "epoch"), FloatField()), filter=which, default=[])


def _rows(kind: str, days: list[Day]) -> Iterable[Any]:
    """The answer to one of QUESTIONS. For one stretch of days, as there nearly always is, the statement is put together once a process:
    that took longer than asking it."""
    stretches = list(_stretches(days))
    if len(stretches) > 1:
        return QUESTIONS[kind](days)
    branch, first, last = stretches[0]
    meant = {ANY_BRANCH.pk: branch.pk, **dict(zip(_edges(ANY_BRANCH, ANY_DAY, ANY_DAY), _edges(branch, first, last), strict=True))}
    statement, values = _statement(kind)
    with connection.cursor() as cursor:
        cursor.execute(statement, [meant.get(value, value) if isinstance(value, int | dt.datetime) else value for value in values])
        return cursor.fetchall()


ANY_BRANCH = Branch(pk=-190001, zone="UTC")
ANY_DAY = dt.date(1900, 1, 1)


@cache
def _statement(kind: str) -> tuple[str, tuple[Any, ...]]:
    """With the edges of a day that never was, in whose place the real ones are put."""
    return QUESTIONS[kind]([(ANY_BRANCH, ANY_DAY)]).query.sql_with_params()


def _by_day(rows: Any, column: str, prefix: str = "") -> Any:
    severe = Case(When(**{f"{prefix}grade__lte": Grade.SERIOUS}, then=True), default=False, output_field=BooleanField())
    return rows.order_by().values_list(
        f"{prefix}branch", f"{prefix}department", severe, LocalDay(F(column), F(f"{prefix}branch__zone"))
    )  # fmt: skip


def _whole_days(rows: Any, column: str, prefix: str = "", *more: str) -> Any:
    return rows.order_by().values_list(f"{prefix}branch", LocalDay(F(column), F(f"{prefix}branch__zone")), *more)


class LocalDay(Func):
    """The date of an instant in a zone that the row names."""

    template = "(%(expressions)s)::date"
    arg_joiner = " AT TIME ZONE "
    output_field = DateField()


def _between(days: list[Day], column: str, prefix: str = "") -> Q:
    """The instants of those days; days that follow each other are one stretch."""
    found = Q(pk__in=[])
    for branch, first, last in _stretches(days):
        start, end = _edges(branch, first, last)
        found |= Q(**{f"{prefix}branch": branch, f"{column}__gte": start, f"{column}__lt": end})
    return found


def _edges(branch: Branch, first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    return midnight(branch, first), midnight(branch, last + dt.timedelta(days=1))


def _stretches(days: list[Day]) -> Iterator[tuple[Branch, dt.date, dt.date]]:
    first: Day | None = None
    last = dt.date.min
    for branch, day in sorted(days, key=lambda one: (one[0].pk, one[1])):
        if first and (branch.pk != first[0].pk or day != last + dt.timedelta(days=1)):
            yield (*first, last)
            first = None
        first, last = first or (branch, day), day
    if first:
        yield (*first, last)
