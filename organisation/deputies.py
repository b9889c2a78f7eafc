"""Deputies for a period (R2): who may name one for whom, and what stands against it.

Not here: what a deputy may see and do (`complaints.standing`). Days are local dates of the branch, `today` is given by the caller.
"""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from organisation.models import Department, Deputy, Person
from organisation.roles import Role


def is_gm(person: Person) -> bool:
    return person.branch.gm_id == person.pk


def may_be_absent(person: Person) -> QuerySet[Person]:
    """Whose absence this person may enter: the GM anybody's of the branch, heads and managers their own."""
    if is_gm(person):
        return Person.objects.active().filter(branch=person.branch_id).select_related("department")
    heads = Department.objects.filter(head=person.pk, is_active=True).exists()
    return Person.objects.active().filter(pk=person.pk) if heads or person.has_role(Role.MANAGER) else Person.objects.none()


def may_deputise(branch_id: int) -> QuerySet[Person]:
    return Person.objects.active().filter(branch=branch_id).select_related("department")


def objections(deputy: Deputy, today: dt.date) -> dict[str, str]:
    """What stands against this row, by field; beyond what the row itself can tell (`Deputy.clean`)."""
    found = {}
    if deputy.starts_on < today:
        found["starts_on"] = _("This day is over. A deputy is named from today on.")
    overlapping = Deputy.objects.filter(withdrawn_at=None, starts_on__lte=deputy.ends_on, ends_on__gte=deputy.starts_on).exclude(
        pk=deputy.pk
    )
    if other := overlapping.filter(absent=deputy.absent_id).select_related("deputy").first():
        found["deputy"] = _("%(name)s is already deputy from %(first)s to %(last)s. End that first.") % _words(other.deputy, other)
    elif away := overlapping.filter(absent=deputy.deputy_id).first():
        found["deputy"] = _("%(name)s is away from %(first)s to %(last)s.") % _words(deputy.deputy, away)
    return found


def _words(person: Person, period: Deputy) -> dict[str, str]:
    return {"name": str(person), "first": period.starts_on.isoformat(), "last": period.ends_on.isoformat()}


def may_end(person: Person) -> QuerySet[Deputy]:
    """Periods that this person may end early: their own, those they named, and for the GM all of the branch."""
    mine = Q(absent=person.pk) | Q(named_by=person.pk)
    return Deputy.objects.filter(mine | Q(absent__branch=person.branch_id) if is_gm(person) else mine, withdrawn_at=None)


def current(periods: QuerySet[Deputy], today: dt.date) -> QuerySet[Deputy]:
    """Those that run or are still to come, soonest first."""
    people = ("absent", "deputy", "named_by")
    return periods.filter(withdrawn_at=None, ends_on__gte=today).select_related(*people).order_by("starts_on", "pk")


def end_early(period: Deputy, now: dt.datetime) -> None:
    """The deputy may do nothing more from this instant."""
    Deputy.objects.filter(pk=period.pk, withdrawn_at=None).update(withdrawn_at=now)
