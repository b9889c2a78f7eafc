"""The condition of R4 as one piece of SQL: it stands in every query, and building it anew from fifty objects took longer than asking it.

Not here: how far somebody sees (`reach`) and the method that everybody uses (`querysets.visible_to`).
"""

from collections.abc import Iterator
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func
from django.db.models.sql.compiler import SQLCompiler

from complaints.states import Outcome, PartKind, State
from complaints.workflow import AFTER_APPROVAL

from .reach import Reach

COLUMNS = ("id", "branch_id", "department_id", "type_id", "recorded_by_id", "acting_head_id", "against_id", "grade", "state", "outcome",
           "confidential")  # fmt: skip
# Only what went through follow-up was approved, so that there is something to verify.
CARRIED_OUT = (Outcome.RESOLVED, Outcome.DISSATISFIED, Outcome.UNREACHABLE)

Part = tuple[str, tuple[Any, ...]]


class Visible(Func):
    """A condition over the complaint's columns; `reach` says for whom, `person` is whose own case it may be."""

    conditional = True
    output_field = BooleanField()

    def __init__(self, reach: Reach, person: int) -> None:
        super().__init__(*map(F, COLUMNS))
        parts = list(_parts(reach))
        seen = " OR ".join(sql for sql, _ in parts)
        own, whose = _not_about(person)
        self.sql = f"(({seen}) AND {own})"
        self.values = (*(value for _, values in parts for value in values), *whose)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_args: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        names = {name: compiler.compile(column)[0] for name, column in zip(COLUMNS, self.get_source_expressions(), strict=True)}
        return self.sql.format(**names), self.values


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
    """Whole branches, by office; grade 1-2 of all branches for the group, and what was raised to it (R29); what one recorded oneself."""
    if reach.confidential_branches:
        yield "{branch_id} = ANY(%s)", (sorted(reach.confidential_branches),)
    if reach.open_branches:
        yield "({branch_id} = ANY(%s) AND NOT {confidential})", (sorted(reach.open_branches),)
    yield "({recorded_by_id} = ANY(%s) AND NOT {confidential})", (reach.ids,)
    if reach.of_group:
        yield "({grade} <= 2 AND NOT {confidential})", ()
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


def _not_about(person: int) -> Part:
    """An employee complained about sees his own case never, unless asked for a statement (R3)."""
    return (
        "({against_id} IS DISTINCT FROM %s OR EXISTS (SELECT FROM complaints_part AS asked WHERE asked.complaint_id = {id}"
        " AND asked.person_id = %s AND asked.kind = %s AND asked.until IS NULL))",
        (person, person, str(PartKind.STATEMENT)),
    )
