"""Of what somebody's dashboard speaks (R4): a branch, a department, for the group grades 1-2 of all branches; and it says so in words.

Totals are those of the whole scope, alike for everybody who may open it. Not here: lists by right (`dashboard.views`).
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.models.reach import reach_of
from complaints.states import Grade
from organisation.models import Branch, Department, Person
from organisation.roles import OVERSEERS

GROUP = "group"


@dataclass(frozen=True)
class Scope:
    key: str
    """As it stands in addresses: “branch.HQ”, “department.12”, “group”."""
    branches: tuple[Branch, ...]
    department: Department | None = None

    @property
    def is_group(self) -> bool:
        return self.key == GROUP

    @property
    def branch(self) -> Branch:
        """Whose days, months and targets hold."""
        return self.branches[0]

    @property
    def tz(self) -> dt.tzinfo:
        return self.branch.tz

    def complaints(self) -> Q:
        """A condition on complaints."""
        if self.department:
            return Q(department=self.department.pk)
        return Q(grade__lte=Grade.SERIOUS) if self.is_group else Q(branch=self.branch.pk)

    def days(self) -> Q:
        """The same as a condition on counts of days."""
        if self.department:
            return Q(department_id=self.department.pk)
        return Q(severe=True) if self.is_group else Q()

    def __str__(self) -> str:
        if self.department:
            return str(self.department)
        return _("Grades 1 and 2 of all branches") if self.is_group else str(self.branch)

    @property
    def says(self) -> str:
        """What all numbers are about, as a sentence."""
        if self.department:
            return _("All numbers are of one department: %(name)s.") % {"name": self.department}
        if self.is_group:
            return _("All numbers are of grades 1 and 2, of all branches.")
        return _("All numbers are of the whole branch: %(name)s.") % {"name": self.branch}


def scopes_of(person: Person) -> list[Scope]:
    """The widest of his offices first; none for whoever oversees nothing. Two queries at most."""
    reach = reach_of(person)
    known = _branches(person, reach.branches(OVERSEERS), every=reach.of_group)
    found = [Scope(f"branch.{branch.code}", (branch,)) for branch in known if branch.pk in reach.branches(OVERSEERS)]
    if reach.of_group:
        own = sorted(known, key=lambda branch: branch.pk != person.branch_id)
        found.append(Scope(GROUP, tuple(own)))
    if reach.headed:
        headed = Department.objects.filter(pk__in=reach.headed).select_related("branch").order_by("pk")
        found += [Scope(f"department.{one.pk}", (one.branch,), one) for one in headed]
    return found


def _branches(person: Person, wanted: set[int], *, every: bool) -> list[Branch]:
    if every:
        return list(Branch.objects.order_by("code"))
    if not wanted - {person.branch_id}:
        return [person.branch] if wanted else []
    rows = Branch.objects.filter(pk__in=wanted).order_by("code")
    return sorted(rows, key=lambda branch: branch.pk != person.branch_id)


def scope_of(person: Person, key: str) -> Scope | None:
    """The one asked for, the first where none is; None where it is not his."""
    found = scopes_of(person)
    return next((one for one in found if key in ("", one.key)), None)
