"""The numbers beside the navigation's entries, for every page: my work, what of it is late, what waits for a word; and the bell.

My work counts what its page lists for one to do: complaints, countersignatures, questions whether to reopen, late measures and promises,
measures to verify, months to sign.

Asked only by pages that show them, and kept for a few seconds per person, because they are a hint; my work itself is always
exact and brings them up to date. Not here: what they count (`worklist`, `visible_to`).
"""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from escalation import clock
from organisation.models import LocalToday, Person
from reports.deciders import waiting_for

from . import bell, escalated
from .models import Complaint
from .models.reach import reach_of
from .worklist import WorkList, measures_due, measures_to_verify, promises_due, to_countersign, to_reopen, verifies

SECONDS = 20
MANY = 1000


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Customers have an entry only for those who may open them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "nav_counts": SimpleLazyObject(lambda: _shown(user)),
        "nav_customers": bool(reach_of(user).open_branches),
        "nav_dashboard": reach_of(user).oversees,
        "nav_register": bool(reach_of(user).oversees or reach_of(user).verifying or reach_of(user).open_branches),
        "bell": SimpleLazyObject(lambda: bell.look(user.pk)),
    }


def _shown(person: Person) -> dict[str, Any]:
    """Also whether there is an entry for what ran out at all."""
    known = counts(person)
    return known | {"concerned": bool(escalated.concerned(person) or known["unanswered"])}


def counts(person: Person) -> dict[str, Any]:
    key = _key(person)
    found = cache.get(key)
    if found is None:
        found = _work(person) | _open(person)
        cache.set(key, found, SECONDS)
    return found


def keep(person: Person, **exact: int) -> None:
    """My work has just been counted: other pages shall say the same."""
    known = cache.get(_key(person)) or _open(person) | escalated.counted(person)
    cache.set(_key(person), known | exact, SECONDS)


def bounded(number: int) -> int | str:
    """1000, then “1000+”: nobody counts further for a hint."""
    return number if number <= MANY else f"{MANY}+"


def _open(person: Person) -> dict[str, Any]:
    return {"complaints": bounded(Complaint.objects.visible_to(person).open().order_by()[: MANY + 1].count())}


def _work(person: Person) -> dict[str, int]:
    today = LocalToday(person.branch.zone)
    late = measures_due(person).filter(due_on__lt=today).count() + promises_due(person).filter(due_on__lt=today).count()
    waiting = WorkList(person).counted(clock.now())
    decide = to_countersign(person).order_by().count() + to_reopen(person).order_by().count()
    verify = measures_to_verify(person).order_by()[: MANY + 1].count() if verifies(person) else 0
    return {
        "my_work": waiting["total"] + decide + late + verify + len(waiting_for(person)),
        "late": waiting["late"] + late,
        **escalated.counted(person),
    }


def _key(person: Person) -> str:
    return f"navigation:{person.pk}:{person.branch_id}:{'-'.join(sorted(person.roles))}"
