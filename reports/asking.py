"""The questions about a month, put into words once: building their SQL takes Django longer than the database needs to answer.

A question is built about a month that cannot be, caught before it is asked, and kept; asked of a real month, the marks in its parameters
become that month's branch and instants. Not here: the questions themselves (`counting`, `figures`, `kept`).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

from django.db import connection

from organisation.models import Branch

from .period import Period

BRANCH = -1
START, UNTIL = dt.datetime(4000, 1, 1, tzinfo=dt.UTC), dt.datetime(6000, 1, 1, tzinfo=dt.UTC)
DAY_AFTER = dt.date(8000, 1, 1)
FAR = dt.timedelta(days=365)  # further than any moment of a question lies from the month's edges
Question = Callable[[Period], Any]
Statement = tuple[str, tuple[Any, ...]]


class Mark:
    """What a question may ask of a period."""

    branch = Branch(pk=BRANCH)
    start, until, day_after = START, UNTIL, DAY_AFTER


class _Caught(Exception):
    pass


_kept: dict[str, Statement] = {}


class Asked(Protocol):
    """What a question is asked of: a month, or a stretch of one."""

    @property
    def branch(self) -> Branch: ...
    @property
    def start(self) -> dt.datetime: ...
    @property
    def until(self) -> dt.datetime: ...
    @property
    def day_after(self) -> dt.date: ...


def ask(question: Question, period: Asked, *, grouped_by: str = "") -> list[tuple[Any, ...]]:
    """The rows that answer it, as the database gives them. The question is a function of its own, for it is known by its name.

    `grouped_by`: our own words in place of what Django groups by.
    """
    sql, params = statement(question)
    if grouped_by:
        sql = f"{sql.rpartition(' GROUP BY ')[0]} GROUP BY {grouped_by}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [_real(one, period) for one in params])
        return list(cursor.fetchall())


def ask_each(question: Question, periods: Sequence[Asked]) -> list[list[tuple[Any, ...]]]:
    """The same of several periods in one statement: the rows of each, in their order."""
    sql, params = statement(question)
    one = f"SELECT %s AS place, answer.* FROM ({sql}) AS answer"  # noqa: S608 - Django's own words
    given = [value for place, period in enumerate(periods) for value in (place, *(_real(param, period) for param in params))]
    found: list[list[tuple[Any, ...]]] = [[] for _period in periods]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(periods)), given)
        for place, *row in cursor.fetchall():
            found[place].append(tuple(row))
    return found


def statement(question: Question) -> Statement:
    """Its SQL, with marks for parameters."""
    name = f"{question.__module__}.{question.__qualname__}"
    if name not in _kept:
        _kept[name] = _caught(question)
    return _kept[name]


def _caught(question: Question) -> Statement:
    told: list[Statement] = []

    def catch(_execute: Any, sql: str, params: Any, _many: bool, _context: Any) -> Any:
        told.append((sql, tuple(params)))
        raise _Caught

    with connection.execute_wrapper(catch):
        try:
            answer = question(cast(Period, Mark()))
            list(answer)
        except _Caught:
            pass
    return told[0]


def _real(param: Any, period: Asked) -> Any:
    if isinstance(param, dt.datetime):
        for mark, moment in ((START, period.start), (UNTIL, period.until)):
            if abs(param - mark) < FAR:
                return moment + (param - mark)
    if param == DAY_AFTER:
        return period.day_after
    return period.branch.pk if isinstance(param, int) and param == BRANCH else param
