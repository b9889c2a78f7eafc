"""Rows whose statement is put together once: on the pages that are opened most, Django takes longer over the words than the database
over the answer.

The query is built with marks where values differ from one time to the next; the rows are made as Django makes them, with what is joined to
them. Not here: what is asked.
"""

from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

Kind = TypeVar("Kind", bound=Model)


class Prepared(Generic[Kind]):
    """ValueError where a mark does not stand in the statement exactly once: then a value would be lost, or be another's."""

    def __init__(self, rows: QuerySet[Kind], *marks: Any) -> None:
        self.compiler = rows.query.get_compiler(rows.db)
        sql, params = self.compiler.as_sql()
        self.sql, self.params = sql, list(params)
        self.places = [self._place(mark) for mark in marks]

    def _place(self, mark: Any) -> int:
        found = [place for place, param in enumerate(self.params) if type(param) is type(mark) and param == mark]
        if len(found) != 1:
            raise ValueError(f"{mark!r} stands {len(found)} times in the statement")
        return found[0]

    def rows(self, *values: Any) -> list[Kind]:
        """With these values in the places of the marks. One query."""
        params = list(self.params)
        for place, value in zip(self.places, values, strict=True):
            params[place] = value
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            told = cursor.fetchall()
        return self._made(told)

    def _made(self, told: list[tuple[Any, ...]]) -> list[Kind]:
        """As `ModelIterable` does it."""
        compiler, db = self.compiler, connection.alias
        select, info = compiler.select, compiler.klass_info
        fields = info["select_fields"]
        first, last = fields[0], fields[-1] + 1
        names = [field[0].target.attname for field in select[first:last]]
        others = get_related_populators(info, select, db)  # type: ignore[call-arg]  # the stubs are of the next Django
        found = []
        for row in compiler.results_iter([told]):
            made = info["model"].from_db(db, names, row[first:last])
            for other in others:
                other.populate(row, made)
            found.append(made)
        return found
