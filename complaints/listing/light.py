"""Complaints as far as a row needs them, from plain values: a model instance for each, with four more beside it, takes three times as long.
The statement is the same for every page, so it is put together once.

Only for reading; what a row refers to (branch, department, customer, type) is one instance for all rows that share it.
"""

from functools import cache
from types import SimpleNamespace
from typing import Any, cast

from django.db import connection
from django.db.models import Model
from django.db.models.base import ModelState

from complaints.models import Complaint, ComplaintType, Customer
from complaints.models.querysets import NAMES, ROW, among
from complaints.states import State
from organisation.models import Branch, Department


def _column(model: type[Model], name: str) -> str:
    """“gm_id” for “gm”."""
    return str(model._meta.get_field(name).attname)  # type: ignore[union-attr]  # columns only, nothing that refers back


OTHERS: dict[str, type[Model]] = {"branch": Branch, "department": Department, "customer": Customer, "type": ComplaintType}
KEYS = tuple(f"{name}_id" for name in OTHERS)
# The column of each name of `NAMES`, by what it belongs to: ("gm_id", "branch__gm").
COLUMNS = {
    name: [(_column(OTHERS[name], path.partition("__")[2]), path) for path in NAMES if path.startswith(f"{name}__")] for name in OTHERS
}
OWN = tuple(_column(Complaint, name) for name in ROW)


class Light(SimpleNamespace):
    """Read like a complaint."""

    @property
    def is_open(self) -> bool:
        return self.state != State.CLOSED


def light(ids: list[int], *more: str) -> list[Complaint]:
    """Those of the ids, in their order; `more` names further columns. One query."""
    wanted = ("pk", *OWN, *KEYS, *NAMES, *more)
    with connection.cursor() as cursor:
        cursor.execute(_statement(wanted), [ids])
        rows = [dict(zip(wanted, row, strict=True)) for row in cursor.fetchall()]
    known: dict[tuple[str, int | None], Any] = {}
    found = {row["pk"]: _read(row, known) for row in rows}
    return [found[pk] for pk in ids if pk in found]


@cache
def _statement(wanted: tuple[str, ...]) -> str:
    return str(Complaint.objects.filter(among("complaints_complaint.id", [])).order_by().values_list(*wanted).query.sql_with_params()[0])


def _read(row: dict[str, Any], known: dict[tuple[str, int | None], Any]) -> Complaint:
    for name, model in OTHERS.items():
        pk = row[f"{name}_id"]
        if (name, pk) not in known:
            known[name, pk] = _instance(model, pk, {column: row[path] for column, path in COLUMNS[name]}) if pk else None
        row[name] = known[name, pk]
    return cast(Complaint, Light(**row))


def _instance(model: type[Model], pk: int, columns: dict[str, Any]) -> Model:
    """With these columns only, as if the others were deferred; filling in the defaults of all of them would take longest."""
    made = model.__new__(model)
    made.__dict__.update(columns, _state=ModelState(), id=pk)
    made._state.adding = False
    return made
