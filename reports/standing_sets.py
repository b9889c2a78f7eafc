"""Which complaints a number of the dashboard counts, by the name of its list: what is open now, and of a month what `sets` counts.

`open`, `open.triage`, `open.triage.7` (received 3 to 7 days ago), `open.late`, `open.late.department-12`; `2026-11.received` and every
other set of a month; `2026-11.late` (any deadline missed), `2026-11.late+department.12` (both); `repeat.5.product.7`. All within a scope.
Not here: rights.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from complaints.clockface import shown
from complaints.models import Complaint
from complaints.states import OPEN, Outcome, State
from escalation.models import Timer, TimerState

from . import sets
from .period import Period, month_of
from .scope import Scope

AGES = (1, 3, 7, 30)  # days since the receipt; older ones are `OLDER`
OLDER = "older"
LATE = "late"
OF_DEPARTMENT = "department-"
WINDOW = dt.timedelta(days=90)
BOTH = "+"
NOTHING = Q(pk__in=[])
SAME = ("product", "project", "department")


def of(scope: Scope, name: str, now: dt.datetime) -> QuerySet[Complaint]:
    """The complaints of that list, whoever may see them. ValueError where there is no such list."""
    kind, _dot, rest = name.partition(".")
    if kind == "open":
        return _open(scope, rest.split(".") if rest else [], now)
    if kind == "repeat":
        return Complaint.objects.filter(scope.complaints(), repeat(rest), recent(now)).order_by()
    found = Complaint.objects.filter(scope.complaints()).order_by()
    for part in rest.split(BOTH):
        any_branch = NOTHING
        for branch in scope.branches:
            any_branch |= Q(pk__in=of_month(Period(branch, month_of(kind), now), part).values("pk"))
        found = found.filter(any_branch)
    return found


def of_month(period: Period, name: str) -> QuerySet[Complaint]:
    """A set of `sets`, or: with a deadline kept or missed, of whatever code; received in the month and closed."""
    if name in ("in_time", "late"):
        ended = Timer.objects.filter(sets.VERDICTS[name], complaint=OuterRef("pk"), code__in=sets.TIMED)
        return sets.received(period).filter(Exists(ended))
    if name == "received_closed":
        return sets.received(period).filter(state=State.CLOSED)
    return sets.of(period, name)


# ── open now ─────────────────────────────────────────────────────────────────────────────────────────────────


def opened(scope: Scope) -> QuerySet[Complaint]:
    return Complaint.objects.filter(scope.complaints()).open().order_by()


def _open(scope: Scope, parts: list[str], now: dt.datetime) -> QuerySet[Complaint]:
    found = opened(scope)
    for part in parts:
        if part in OPEN:
            found = found.filter(state=part)
        elif part.startswith(OF_DEPARTMENT):
            found = found.filter(_department(part.removeprefix(OF_DEPARTMENT)))
        elif part == LATE:
            found = found.filter(is_late(now))
        elif part in aged(now):
            found = found.filter(aged(now)[part])
        else:
            raise ValueError(part)
    return found


def _department(key: str) -> Q:
    if key != sets.NONE and not (key.isdecimal() and len(key) <= sets.LONGEST_KEY):
        raise ValueError(key)
    return Q(department=None) if key == sets.NONE else Q(department=int(key))


def aged(now: dt.datetime) -> Mapping[str, Q]:
    """Bands of age by name, which is the number of days they go up to."""
    since = {days: now - dt.timedelta(days=days) for days in AGES}
    found, before = {}, None
    for days in AGES:
        young = Q(received_at__gt=since[days])
        found[str(days)] = young if before is None else young & Q(received_at__lte=since[before])
        before = days
    return found | {OLDER: Q(received_at__lte=since[AGES[-1]])}


def is_late(now: dt.datetime) -> Exists:
    """One of its running clocks ran out: what a row shows in red."""
    return Exists(shown(Timer.objects.filter(complaint=OuterRef("pk"), state=TimerState.RUNNING, due__lt=now)))


# ── the same problem again ───────────────────────────────────────────────────────────────────────────────────


def recent(now: dt.datetime) -> Q:
    return Q(received_at__gt=now - WINDOW, received_at__lte=now)


def repeat(written: str) -> Q:
    """“5.product.7”: that type with that product; the same for project and department, where nothing before them is known (R15)."""
    leaf, _dot, rest = written.partition(".")
    by, _dot, key = rest.partition(".")
    if by not in SAME or not leaf.isdecimal() or not (by == "project" or key.isdecimal()) or not key or len(leaf) > sets.LONGEST_KEY:
        raise ValueError(written)
    if by != "project" and len(key) > sets.LONGEST_KEY:
        raise ValueError(written)
    return Q(type=int(leaf)) & {
        "product": Q(product=key), "project": Q(product=None, project=key), "department": Q(product=None, project="", department=key),
    }[by] & counts_again()  # fmt: skip


def alike() -> dict[str, Any]:
    """What makes two complaints of one type the same problem, as `repeat` reads it: columns to group by, and where nothing is known."""
    no_product = Q(product=None)
    nowhere = no_product & Q(project="")
    return {
        "keys": {
            "by_product": F("product"),
            "by_project": Case(When(no_product, then=F("project")), default=Value("")),
            "by_department": Case(When(nowhere, then=F("department"))),
        },
        "nothing": nowhere & Q(department=None),
    }


def counts_again() -> Q:
    """What was found not factual or withdrawn is no repetition (R15)."""
    return ~Q(outcome__in=[Outcome.INVALID, Outcome.WITHDRAWN])
