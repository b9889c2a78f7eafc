"""Who fills which office today, and who has signed what, read at once for any number of complaints.

Three queries, however many complaints; fewer when none of them waits for review or approval. Not here: who of them decides
(`standing`) and whose turn it is (`turns`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from django.db import connection

from organisation.models import Person
from organisation.models.known import known
from organisation.roles import Role

from .models import Complaint, Round
from .states import State

DECIDED_ON = frozenset({State.REVIEW, State.APPROVAL, State.GROUP_APPROVAL})
OFFICES = [Role.ASSISTANT, Role.MANAGER, Role.VERIFIER, Role.GROUP_APPROVER, Role.AUDITOR, Role.MANAGEMENT_REP]

# Asked on almost every page and in every move: putting such a statement together takes Django longer than the database needs for it.
IN_OFFICE = """
SELECT * FROM organisation_person
 WHERE id = ANY(%(named)s)
    OR is_active AND roles && %(offices)s::varchar[] AND (branch_id = ANY(%(branches)s) OR roles @> %(group)s::varchar[])
 ORDER BY username
"""
STANDING_IN = """
SELECT period.absent_id, period.deputy_id FROM organisation_deputy AS period
  JOIN organisation_person AS absent ON absent.id = period.absent_id
  JOIN organisation_branch AS branch ON branch.id = absent.branch_id
  JOIN organisation_person AS deputy ON deputy.id = period.deputy_id AND deputy.is_active
 WHERE period.absent_id = ANY(%s) AND period.withdrawn_at IS NULL
   AND (redress_now() AT TIME ZONE branch.zone)::date BETWEEN period.starts_on AND period.ends_on
 ORDER BY period.starts_on DESC, period.id
"""
# What `Round.signed_by` asks of the present round.
PRESENT = """
SELECT round.id, round.complaint_id, round.drafted_by_id, round.reviewed_by_id, round.approved_by_id
  FROM complaints_round AS round JOIN complaints_complaint AS complaint ON complaint.id = round.complaint_id
 WHERE complaint.id = ANY(%s) AND round.number = complaint.round
"""


@dataclass
class Roster:
    people: dict[int, Person] = field(default_factory=dict)
    """Everybody with an office in the branches concerned, and everybody the complaints name."""
    deputies: dict[int, list[Person]] = field(default_factory=dict)
    """By whom they stand in for today; only for those whose office decides on a plan."""
    signed: dict[int, frozenset[int]] = field(default_factory=dict)
    """By complaint: who drafted, reviewed or approved its present round (R19)."""

    _holding: dict[tuple[Role, int | None], list[Person]] = field(default_factory=dict)

    @classmethod
    def of(cls, complaints: Iterable[Complaint]) -> "Roster":
        """For complaints loaded with branch and department."""
        rows = list(complaints)
        deciding = [row for row in rows if row.state in DECIDED_ON]
        return cls(_people(rows), _deputies(deciding), _signed(deciding))

    def holding(self, role: Role, branch_id: int | None = None) -> list[Person]:
        """Active people with the role, of one branch or of all."""
        if (role, branch_id) not in self._holding:
            found = (p for p in self.people.values() if p.is_active and p.has_role(role))
            self._holding[role, branch_id] = [p for p in found if branch_id is None or p.branch_id == branch_id]
        return self._holding[role, branch_id]

    def person(self, pk: int | None) -> Person | None:
        return self.people.get(pk) if pk else None

    def gm(self, complaint: Complaint) -> Person | None:
        return self.person(complaint.branch.gm_id)

    def in_charge(self, complaint: Complaint) -> Person | None:
        return self.person(in_charge_id(complaint))

    def with_deputies(self, person: Person | None) -> list[tuple[Person, Person | None]]:
        """Somebody and who stands in for him today, each with the one he stands in for."""
        return [(person, None), *((deputy, person) for deputy in self.deputies.get(person.pk, []))] if person else []


def people_by_id(ids: Set[int], known: Mapping[int, Person]) -> dict[int, Person]:
    """Those with these ids: the known ones as they are, the others in one query, which is saved where there are none."""
    missing = ids - known.keys()
    found = Person.objects.in_bulk(missing) if missing else {}
    return {pk: known[pk] for pk in ids & known.keys()} | found


def in_charge_id(complaint: Complaint) -> int | None:
    """Whoever heads the responsible department for this complaint (R3), without loading him."""
    return complaint.acting_head_id or (complaint.department.head_id if complaint.department else None)


def _named(complaint: Complaint) -> set[int | None]:
    own = {complaint.handler_id, complaint.received_by_id, complaint.recorded_by_id}
    return own | {in_charge_id(complaint), complaint.branch.gm_id}


def _people(rows: list[Complaint]) -> dict[int, Person]:
    if not rows:
        return {}
    named = set().union(*(_named(row) for row in rows)) - {None}
    return _in_office_or(frozenset(named), frozenset(row.branch_id for row in rows))


@known
def _in_office_or(named: frozenset[int | None], branches: frozenset[int]) -> dict[int, Person]:
    values = {"named": list(named), "offices": OFFICES, "branches": list(branches), "group": [Role.GROUP_APPROVER]}
    return {person.pk: person for person in Person.objects.raw(IN_OFFICE, values)}


def _deputies(rows: list[Complaint]) -> dict[int, list[Person]]:
    absent = set().union(*({in_charge_id(row), row.branch.gm_id} for row in rows)) - {None} if rows else set()
    return standing_in_for(frozenset(absent))


@known
def standing_in_for(absent: frozenset[int | None]) -> dict[int, list[Person]]:
    """By the id of each of the absent: who stands in today, by the date of his own branch (R2). Nothing is asked for nobody."""
    if not absent:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(STANDING_IN, [list(absent)])
        periods = cursor.fetchall()
    people = people_by_id({deputy for _, deputy in periods}, {})
    found: dict[int, list[Person]] = defaultdict(list)
    for away, deputy in periods:
        found[away].append(people[deputy])
    return found


def _signed(rows: list[Complaint]) -> dict[int, frozenset[int]]:
    if not rows:
        return {}
    return {row.complaint_id: row.signed_by for row in Round.objects.raw(PRESENT, [[row.pk for row in rows]])}
