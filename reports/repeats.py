"""The same problem again: complaints of the last 90 days with the same leaf type and the same product, else project, else department (R15).

Counts are of the whole scope; customers and the last measure come only from complaints that the reader may see (R4). The list behind a
group is `repeat.…` (`standing_sets`). Not here: grading by repetition.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache as cached
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Q, Window

from complaints.models import Complaint, ComplaintType, Measure, Product
from complaints.models.querysets import among
from complaints.prepared import Prepared
from complaints.states import MeasureKind
from organisation.models import Department, Person

from . import standing_sets
from .scope import Scope

AT_LEAST = 2
KEPT = 60  # seconds
WEEKS = 12
WEEK = dt.timedelta(days=7)
COLUMNS = ("type", "product", "project", "department")


class Stand(StrEnum):
    """Of a measure."""

    OPEN = "open"
    DUE = "due"
    DONE = "done"
    VERIFIED = "verified"
    FAILED = "failed"


@dataclass
class Group:
    type: ComplaintType
    about: Product | Department | str
    set: str
    count: int
    customers: list[str] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)
    weeks: list[int] = field(default_factory=lambda: [0] * WEEKS)
    """Oldest first, of what the reader may see."""
    measure: Measure | None = None
    stand: Stand | None = None


@dataclass(frozen=True)
class Again:
    groups: Sequence[Group]
    total: int
    at: dt.datetime
    """As of when they are counted, UTC."""


def again(scope: Scope, person: Person, now: dt.datetime, most: int) -> Again:
    """The largest, then the newest; and how many there are in all. At most six queries.

    Three months are counted once in a minute for all readers of a scope, and the page says when; what one sees of it is asked each time.
    """
    key = f"repeats:{scope.key}:{most}"
    kept = cache.get(key) or _count(scope, now, most)
    cache.add(key, kept, KEPT)
    at, rows, members, named = kept
    found = _named(rows, named)
    if found:
        _fill(list(found.values()), members, person, at.astimezone(scope.tz).date(), at)
    return Again(list(found.values()), rows[0]["groups"] if rows else 0, at)


Kept = tuple[dt.datetime, list[dict[str, Any]], dict[int, int], dict[str, dict[Any, Any]]]
"""When it was counted; the groups; of each complaint in them the place of its group; what they are of, by key."""


def _count(scope: Scope, now: dt.datetime, most: int) -> Kept:
    rows = list(_counted(scope, now)[:most])
    any_of, places = Q(pk__in=[]), {}
    for place, row in enumerate(rows):
        any_of |= standing_sets.repeat(_set(row))
        places[_set(row)] = place
    found = Complaint.objects.filter(any_of, scope.complaints(), standing_sets.recent(now)).order_by()
    members = found.values_list("pk", "type", "product", "project", "department")
    return now, rows, {row[0]: places[_named_by(*row[1:])] for row in (members if rows else [])}, _things(rows)


def _counted(scope: Scope, now: dt.datetime) -> Any:
    """Rows of `COLUMNS` with a count; where something is known, what comes after it in the order is not looked at."""
    known = Complaint.objects.filter(scope.complaints(), standing_sets.recent(now), standing_sets.counts_again(), type__isnull=False)
    alike = standing_sets.alike()
    counted = known.filter(~alike["nothing"]).annotate(**alike["keys"]).values("type", *alike["keys"])
    counted = counted.annotate(n=Count("pk"), last=Max("received_at")).filter(n__gte=AT_LEAST)
    return counted.annotate(groups=Window(Count("*"))).order_by("-n", "-last")


def _named_by(leaf: int, product: int | None, project: str, department: int | None) -> str:
    by = "product" if product else "project" if project else "department"
    return f"{leaf}.{by}.{product or project or department}"


def _by(row: dict[str, Any]) -> tuple[str, Any]:
    return next((by, row[f"by_{by}"]) for by in standing_sets.SAME if row[f"by_{by}"])


def _set(row: dict[str, Any]) -> str:
    by, key = _by(row)
    return f"{row['type']}.{by}.{key}"


def _things(rows: Sequence[dict[str, Any]]) -> dict[str, dict[Any, Any]]:
    keys = {by: [row[by] for row in rows if row[by]] for by in ("type", "by_product", "by_department")}
    return {
        "type": ComplaintType.objects.in_bulk(keys["type"]),
        "product": Product.objects.in_bulk(keys["by_product"]),
        "department": Department.objects.in_bulk(keys["by_department"]),
    }


def _named(rows: Sequence[dict[str, Any]], things: dict[str, dict[Any, Any]]) -> dict[str, Group]:
    """By the name of the set, in the order of `rows`."""
    found = {}
    for row in rows:
        by, key = _by(row)
        about = things[by][key] if by in things else key
        found[_set(row)] = Group(things["type"][row["type"]], about, f"repeat.{_set(row)}", row["n"])
    return found


# ── what the reader may see of them ──────────────────────────────────────────────────────────────────────────

SEEN = ("pk", "received_at", "customer__name", "customer__name_en", "department__name", "department__name_en")


def _fill(found: list[Group], members: dict[int, int], person: Person, today: dt.date, now: dt.datetime) -> None:
    """Two queries, however many groups. `today` is the branch's date at `now`."""
    these = among("complaints_complaint.id", list(members))
    seen = Complaint.objects.visible_to(person).filter(these).order_by("-received_at").values_list(*SEEN)
    keys: dict[int, Group] = {}
    called = cached(lambda name, english: str(Department(name=name or "", name_en=english or "")))
    for pk, received, *names in seen:
        group = keys[pk] = found[members[pk]]
        _add(group.customers, called(*names[:2]))
        _add(group.departments, called(*names[2:]))
        week = (now - received) // WEEK
        if 0 <= week < WEEKS:
            group.weeks[WEEKS - 1 - week] += 1
    _measures(keys, today)


def _add(names: list[str], name: str) -> None:
    if name and name not in names:
        names.append(name)


def _measures(keys: dict[int, Group], today: dt.date) -> None:
    """Of each group the measure against the cause that was written last; those of earlier rounds are older."""
    for measure in _against().rows(list(keys)):
        group = keys[measure.complaint_id]
        group.measure, group.stand = measure, stand_of(measure, today)


NO_COMPLAINTS = [0]


@cached
def _against() -> Prepared[Measure]:
    """Those against the cause, of complaints; put together once."""
    against = [MeasureKind.CORRECTIVE, MeasureKind.PREVENTIVE]
    return Prepared(Measure.objects.filter(among("complaint_id", NO_COMPLAINTS), kind__in=against).order_by("pk"), NO_COMPLAINTS)


def stand_of(measure: Measure, today: dt.date) -> Stand:
    """`today` is the branch's local date."""
    if measure.effective is False:
        return Stand.FAILED
    if measure.verified_at:
        return Stand.VERIFIED
    if measure.done_at:
        return Stand.DONE
    return Stand.DUE if measure.due_on < today else Stand.OPEN
