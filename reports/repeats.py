"""The same problem again: complaints of the last 90 days with the same leaf type and the same product, else project, else department (R15).

Counts are of the whole scope; customers and the last measure come only from complaints that the reader may see (R4). The list behind a
group is `repeat.…` (`standing_sets`). Not here: grading by repetition.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Q, Window

from complaints.models import Complaint, ComplaintType, Measure, Product
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

    Three months are counted once a minute for all readers of a scope, and the page says when; what of it a reader sees is asked each time.
    """
    key = f"repeats:{scope.key}:{most}"
    kept = cache.get(key)
    if kept is None:
        kept = now, list(_counted(scope, now)[:most])
        cache.set(key, kept, KEPT)
    at, rows = kept
    found = _named(rows)
    if found:
        _fill(found, person, scope, at)
    return Again(list(found.values()), rows[0]["groups"] if rows else 0, at)


def _counted(scope: Scope, now: dt.datetime) -> Any:
    """Rows of `COLUMNS` with a count; where something is known, what comes after it in the order is not looked at."""
    known = Complaint.objects.filter(scope.complaints(), standing_sets.recent(now), standing_sets.counts_again(), type__isnull=False)
    alike = standing_sets.alike()
    counted = known.filter(~alike["nothing"]).annotate(**alike["keys"]).values("type", *alike["keys"])
    counted = counted.annotate(n=Count("pk"), last=Max("received_at")).filter(n__gte=AT_LEAST)
    return counted.annotate(groups=Window(Count("*"))).order_by("-n", "-last")


def _named(rows: Sequence[dict[str, Any]]) -> dict[str, Group]:
    """By the name of the set."""
    keys = {by: [row[f"by_{by}"] for row in rows if row[f"by_{by}"]] for by in standing_sets.SAME}
    types = ComplaintType.objects.in_bulk([row["type"] for row in rows])
    products = Product.objects.in_bulk(keys["product"]) if keys["product"] else {}
    departments = Department.objects.in_bulk(keys["department"]) if keys["department"] else {}
    found = {}
    for row in rows:
        by = next(by for by in standing_sets.SAME if row[f"by_{by}"])
        key = row[f"by_{by}"]
        about = {"product": products.get(key), "department": departments.get(key)}.get(by, key)
        name = f"{row['type']}.{by}.{key}"
        found[name] = Group(types[row["type"]], about, f"repeat.{name}", row["n"])
    return found


# ── what the reader may see of them ──────────────────────────────────────────────────────────────────────────


def _fill(found: dict[str, Group], person: Person, scope: Scope, now: dt.datetime) -> None:
    """Two queries, however many groups."""
    any_of = Q(pk__in=[])
    for name in found:
        any_of |= standing_sets.repeat(name)
    seen = Complaint.objects.visible_to(person).filter(any_of, scope.complaints(), standing_sets.recent(now)).order_by("-received_at")
    keys: dict[int, Group] = {}
    for row in seen.select_related("customer", "department").only("received_at", "project", "type", "product", "customer", "department"):
        group = keys[row.pk] = found[_name(row)]
        _add(group.customers, str(row.customer or ""))
        _add(group.departments, str(row.department or ""))
        week = (now - row.received_at) // WEEK
        if week < WEEKS:
            group.weeks[WEEKS - 1 - week] += 1
    _measures(keys, now.astimezone(scope.tz).date())


def _name(row: Complaint) -> str:
    by = "product" if row.product_id else "project" if row.project else "department"
    return f"{row.type_id}.{by}.{row.product_id or row.project or row.department_id}"


def _add(names: list[str], name: str) -> None:
    if name and name not in names:
        names.append(name)


def _measures(keys: dict[int, Group], today: dt.date) -> None:
    """Of each group the measure against the cause that was written last; those of earlier rounds are older."""
    against = [MeasureKind.CORRECTIVE, MeasureKind.PREVENTIVE]
    for measure in Measure.objects.filter(complaint__in=keys, kind__in=against).order_by("pk"):
        group = keys[measure.complaint_id]
        group.measure, group.stand = measure, stand_of(measure, today)


def stand_of(measure: Measure, today: dt.date) -> Stand:
    """`today` is the branch's local date."""
    if measure.effective is False:
        return Stand.FAILED
    if measure.verified_at:
        return Stand.VERIFIED
    if measure.done_at:
        return Stand.DONE
    return Stand.DUE if measure.due_on < today else Stand.OPEN
