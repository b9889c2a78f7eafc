"""How far somebody sees (R4), worked out once per request: whom he stands for today, their roles, posts and departments.

Not here: the query that uses it (`querysets`) and what he may do (`complaints.standing`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db import connection

from organisation.models import Person
from organisation.roles import BRANCH_READERS, CONFIDENTIAL_READERS, OVERSEERS, Role

COLUMNS = [field.attname for field in Person._meta.concrete_fields if field.name not in ("last_login", "password")]


@dataclass(frozen=True)
class Reach:
    people: tuple[Person, ...]
    """The person and everybody he deputises for today."""
    departments: frozenset[int]
    """Home departments and those headed, of all of them."""
    headed: frozenset[int]
    governed: frozenset[int]
    """Branches whose general manager is among them."""
    alone: tuple["Reach", ...] = ()
    """The same for each of them by himself, where there are several: nobody stands in for the one a complaint is about (R3)."""

    @property
    def ids(self) -> list[int]:
        return [person.pk for person in self.people]

    def branches(self, roles: frozenset[Role]) -> set[int]:
        """Branches in which one of the roles is held, the GM's own included."""
        return {p.branch_id for p in self.people if roles & set(p.roles)} | set(self.governed)

    @cached_property
    def who(self) -> str:
        """All that a condition on a complaint may ask about who one is, as a name for statements that are kept: the people with all their
        columns, what they lead and belong to, together and each alone."""
        people = [[getattr(one, column) for column in COLUMNS] for one in self.people]
        alone = [one.who for one in self.alone]
        return repr([people, sorted(self.departments), sorted(self.headed), sorted(self.governed), alone])

    @property
    def open_branches(self) -> set[int]:
        return self.branches(BRANCH_READERS)

    @property
    def confidential_branches(self) -> set[int]:
        return self.branches(CONFIDENTIAL_READERS)

    @property
    def oversees(self) -> bool:
        """Whether a dashboard is part of their offices."""
        return bool(self.headed or self.of_group or self.branches(OVERSEERS))

    @property
    def verifying(self) -> set[int]:
        """Departments for which one of them verifies measures."""
        return {p.department_id for p in self.people if p.department_id and p.has_role(Role.VERIFIER)}

    @property
    def of_group(self) -> bool:
        return any(p.has_role(Role.GROUP_APPROVER) for p in self.people)


def reach_of(person: Person) -> Reach:
    """One query the first time, one more for a deputy, none after.

    Kept on the person, who is loaded anew for each request: a lost role is lost at once.
    """
    kept = getattr(person, "_reach", None)
    if kept is None:
        kept = person._reach = _work_out(person)
    return kept


# Asked on every page: for whom somebody stands in today, and which departments and branches all of them lead.
POSTS = """
WITH absent AS (
    SELECT period.id, period.starts_on, period.absent_id
      FROM organisation_deputy AS period JOIN organisation_branch AS branch ON branch.id = %(branch)s
     WHERE period.deputy_id = %(person)s AND %(active)s AND period.withdrawn_at IS NULL
       AND (redress_now() AT TIME ZONE branch.zone)::date BETWEEN period.starts_on AND period.ends_on
), people AS (SELECT %(person)s AS id UNION ALL SELECT absent_id FROM absent)
(SELECT 'absent', absent_id, absent_id FROM absent ORDER BY starts_on DESC, id)
UNION ALL SELECT 'headed', id, head_id FROM organisation_department WHERE head_id IN (SELECT id FROM people)
UNION ALL SELECT 'governed', id, gm_id FROM organisation_branch WHERE gm_id IN (SELECT id FROM people)
"""


def _work_out(person: Person) -> Reach:
    posts: list[tuple[str, int, int]] = []
    with connection.cursor() as cursor:
        cursor.execute(POSTS, {"person": person.pk, "active": person.is_active, "branch": person.branch_id})
        posts = cursor.fetchall()
    away = [key for post, key, _ in posts if post == "absent"]
    absent = Person.objects.in_bulk(away) if away else {}
    people = (person, *(absent[key] for key in away))
    alone = tuple(_of([one], posts) for one in people) if absent else ()
    return replace(_of(people, posts), alone=alone)


def _of(people: Sequence[Person], posts: Iterable[tuple[str, int, int]]) -> Reach:
    found: dict[str, set[int]] = defaultdict(set)
    ids = {one.pk for one in people}
    for post, key, whose in posts:
        if whose in ids:
            found[post].add(key)
    headed = frozenset(found["headed"])
    return Reach(
        people=tuple(people),
        departments=headed | {p.department_id for p in people if p.department_id},
        headed=headed,
        governed=frozenset(found["governed"]),
    )
