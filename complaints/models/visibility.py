"""The condition of R4 as one piece of SQL: it stands in every query, and building it anew from fifty objects took longer than asking it.

Not here: how far somebody sees (`reach`) and the method that everybody uses (`querysets.visible_to`).
"""

from collections.abc import Iterator
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func
from django.db.models.sql.compiler import SQLCompiler

from complaints.states import Authority, Outcome, PartKind, State
from complaints.workflow import AFTER_APPROVAL

from .reach import Reach

COLUMNS = ("id", "branch_id", "department_id", "type_id", "recorded_by_id", "acting_head_id", "against_id", "grade", "state", "outcome",
           "confidential", "remedy_level")  # fmt: skip
# Only what went through follow-up was approved, so that there is something to verify.
CARRIED_OUT = (Outcome.RESOLVED, Outcome.DISSATISFIED, Outcome.UNREACHABLE)

Part = tuple[str, tuple[Any, ...]]


class Visible(Func):
    """A condition over the complaint's columns; `reach` says for whom, `person` is whose own case it may be."""

    conditional = True
    output_field = BooleanField()

    def __init__(self, reach: Reach, person: int, *, asked: bool = False) -> None:
        super().__init__(*map(F, COLUMNS))
        sights = [_sight(one, person) for one in reach.alone or (reach,)]
        seen = " OR ".join(sql for sql, _ in sights)
        own, whose = _unless_asked(person) if asked else ("{against_id} IS DISTINCT FROM %s", (person,))
        self.sql = f"(({seen}) AND {own})"
        self.values = (*(value for _, values in sights for value in values), *whose)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_args: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        names = {name: compiler.compile(column)[0] for name, column in zip(COLUMNS, self.get_source_expressions(), strict=True)}
        return self.sql.format(**names), self.values


def _sight(reach: Reach, person: int) -> Part:
    """What one of them sees; in the place of somebody absent nothing that is about that one (R3)."""
    parts = list(_parts(reach))
    seen, values = " OR ".join(sql for sql, _ in parts), tuple(value for _, values in parts for value in values)
    stands_for = [one.pk for one in reach.people if one.pk != person]
    return (f"(({seen}) AND {{against_id}} IS DISTINCT FROM %s)", (*values, *stands_for)) if stands_for else (seen, values)


def _parts(reach: Reach) -> Iterator[Part]:
    """Each says why somebody sees a complaint; the first that holds is enough."""
    yield from _by_role(reach)
    yield from _by_department(reach)
    yield (
        "{id} IN (SELECT part.complaint_id FROM complaints_part AS part WHERE part.person_id = ANY(%s) AND part.until IS NULL)",
        (reach.ids,),
    )
    if reach.verifying:
        yield (
            "({type_id} IN (SELECT type.id FROM complaints_complainttype AS type WHERE type.lead_id = ANY(%s))"
            " AND ({state} = ANY(%s) OR ({state} = %s AND {outcome} = ANY(%s))))",
            (sorted(reach.verifying), list(map(str, AFTER_APPROVAL)), str(State.CLOSED), list(map(str, CARRIED_OUT))),
        )


def _by_role(reach: Reach) -> Iterator[Part]:
    """Whole branches, by office; for the group grade 1-2 and great amounts of all branches, and what was raised to it (R20, R29); what one
    recorded oneself."""
    if reach.confidential_branches:
        yield "{branch_id} = ANY(%s)", (sorted(reach.confidential_branches),)
    if reach.open_branches:
        yield "({branch_id} = ANY(%s) AND NOT {confidential})", (sorted(reach.open_branches),)
    yield "({recorded_by_id} = ANY(%s) AND NOT {confidential})", (reach.ids,)
    if reach.of_group:
        yield "(({grade} <= 2 OR {remedy_level} = %s) AND NOT {confidential})", (str(Authority.GROUP),)
        yield (
            '({id} IN (SELECT late.complaint_id FROM escalation_escalation AS late WHERE late."to" && %s::bigint[] AND late.rung >= 100)'
            " AND NOT {confidential})",
            (reach.ids,),
        )


def _by_department(reach: Reach) -> Iterator[Part]:
    """What is or was assigned to one's department; confidential ones only by whoever is in charge of them now."""
    yield "{acting_head_id} = ANY(%s)", (reach.ids,)
    if reach.headed:
        yield "{department_id} = ANY(%s)", (sorted(reach.headed),)
    if reach.departments:
        yield (
            "({id} IN (SELECT given.complaint_id FROM complaints_assignment AS given WHERE given.department_id = ANY(%s))"
            " AND NOT {confidential})",
            (sorted(reach.departments),),
        )


def _unless_asked(person: int) -> Part:
    """His own case only while he is asked for a statement (R3)."""
    return (
        "({against_id} IS DISTINCT FROM %s OR EXISTS (SELECT FROM complaints_part AS asked WHERE asked.complaint_id = {id}"
        " AND asked.person_id = %s AND asked.kind = %s AND asked.until IS NULL))",
        (person, person, str(PartKind.STATEMENT)),
    )
