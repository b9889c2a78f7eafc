"""What a list is narrowed to, as values, and the rows that fit. All conditions hold together; those of one field are alternatives.

Dates are local days of the reader's branch. Not here: the words searched for (`finding`).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from complaints.models import Assignment, Complaint, ComplaintType, Customer, Part, Product
from complaints.models.reach import Reach, reach_of
from complaints.search import query_keys
from complaints.states import Nature, State
from escalation import clock
from organisation.models import Department, Person

NOTHING = Q(pk__in=[])
OPEN = "open"
ALL = "all"
CLOSED = "closed"
"""Of this month: the newest of a long list."""


@dataclass(frozen=True)
class Criteria:
    tab: str = OPEN
    q: str = ""
    stage: list[str] = field(default_factory=list)
    """States; `open` stands for all but closed."""
    department: Department | None = None
    customer: Customer | None = None
    customer_name: str = ""
    product: Product | None = None
    product_name: str = ""
    type: ComplaintType | None = None
    handler: Person | None = None
    grade: list[int] = field(default_factory=list)
    nature: str = ""
    channel: str = ""
    outcome: str = ""
    received_from: dt.date | None = None
    received_to: dt.date | None = None
    chased: bool = False
    reopened: bool = False


def fitting(person: Person, criteria: Criteria) -> QuerySet[Complaint]:
    """Those of `visible_to` that fit, whatever words are searched for; without order."""
    return _narrowed(visible(person), person, criteria)


def surely_seen(person: Person, criteria: Criteria) -> QuerySet[Complaint] | None:
    """A simple part of those that fit: of branches he reads by office, but for his own case (R3). None where he reads none."""
    branches = reach_of(person).open_branches
    return _narrowed(Complaint.objects.filter(branch__in=branches, confidential=False), person, criteria) if branches else None


def _narrowed(rows: QuerySet[Complaint], person: Person, criteria: Criteria) -> QuerySet[Complaint]:
    found = rows.filter(tab_condition(criteria.tab, person))
    for condition in _conditions(criteria, person):
        found = found.filter(condition)
    return found.order_by()


FEW = 1000


def visible(person: Person) -> QuerySet[Complaint]:
    """`visible_to`; by number for whoever sees few, because going through a hundred thousand to find three takes long."""
    found = Complaint.objects.visible_to(person)
    if reads_whole_branches(person):
        return found
    few = list(_nearby(reach_of(person))[: FEW + 1])
    return found if len(few) > FEW else found.filter(pk__in=few)


def reads_whole_branches(person: Person) -> bool:
    """Whether he sees many by office, as against what was assigned to him and his."""
    reach = reach_of(person)
    return bool(reach.open_branches or reach.of_group or reach.verifying)


def _nearby(reach: Reach) -> QuerySet[Any, int]:
    """At least every complaint that somebody without an office may see: recorded, assigned, or with a part in it."""
    rows = Complaint.objects.order_by()
    assigned = Assignment.objects.order_by().filter(department__in=reach.departments).values_list("complaint_id", flat=True)
    parts = Part.objects.filter(person__in=reach.ids, until=None).values_list("complaint_id", flat=True)
    own = rows.filter(recorded_by__in=reach.ids).values_list("pk", flat=True)
    named = rows.filter(acting_head__in=reach.ids).values_list("pk", flat=True)
    headed = rows.filter(department__in=reach.headed).values_list("pk", flat=True)
    return assigned.union(parts, own, named, headed, all=True)


def tab_condition(tab: str, person: Person) -> Q:
    reach = reach_of(person)
    is_open = ~Q(state=State.CLOSED)
    known = {
        ALL: Q(),
        OPEN: is_open,
        "mine": is_open & (Q(recorded_by=person.pk) | Q(received_by=person.pk) | Q(handler=person.pk) | Q(acting_head=person.pk)),
        "major": is_open & Q(nature=Nature.MAJOR),
        "customer": is_open & (Q(paused_at__isnull=False) | Q(state=State.REPLY, replied_at__isnull=False, refused_at=None)),
        "department": is_open & Q(department__in=reach.departments),
    }
    if tab == CLOSED:
        return Q(state=State.CLOSED, closed_at__gte=this_month(person))
    return known.get(tab, is_open)


def this_month(person: Person) -> dt.datetime:
    """Its first instant in the zone of the person's branch."""
    today = clock.now().astimezone(person.branch.tz)
    return today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _conditions(criteria: Criteria, person: Person) -> Iterator[Q]:
    for name in ("department", "customer", "product", "type", "handler", "nature", "channel", "outcome"):
        if value := getattr(criteria, name):
            yield Q(**{name: value})
    if criteria.stage:
        chosen = Q(state__in=[stage for stage in criteria.stage if stage != OPEN])
        yield chosen | ~Q(state=State.CLOSED) if OPEN in criteria.stage else chosen
    if criteria.grade:
        yield Q(grade__in=criteria.grade)
    if criteria.chased:
        yield Q(chased__gt=0)
    if criteria.reopened:
        yield Q(reopened__gt=0)
    yield from _named(criteria)
    yield from _received(criteria, person)


def _named(criteria: Criteria) -> Iterator[Q]:
    """Customers and products by part of a name or number."""
    if text := criteria.customer_name:
        keys = query_keys(text)
        yield Q(customer__in=Customer.objects.filter(search__contains=keys).order_by().values("pk")) if keys else NOTHING
    if text := criteria.product_name:
        named = Q(code__icontains=text) | Q(name__icontains=text) | Q(name_en__icontains=text)
        yield Q(product__in=Product.objects.filter(named).order_by().values("pk"))


def _received(criteria: Criteria, person: Person) -> Iterator[Q]:
    zone = person.branch.tz
    if criteria.received_from:
        yield Q(received_at__gte=dt.datetime.combine(criteria.received_from, dt.time(), zone))
    if criteria.received_to:
        yield Q(received_at__lt=dt.datetime.combine(criteria.received_to + dt.timedelta(days=1), dt.time(), zone))
