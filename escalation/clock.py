"""The one clock: the database's. `now()` for queries, `instant()` for the moment of an act, taken after the complaint's lock is held.

Never SQL `now()`, which is the transaction's start and stale after waiting for a lock. Not here: working time.
"""

import datetime as dt

from django.db import connection, models


class Now(models.Func):
    """`redress_now()` in a query: stable within the statement, so indexes serve it."""

    function = "redress_now"
    arity = 0
    output_field = models.DateTimeField()


def now() -> dt.datetime:
    """The statement's time, UTC, offset of the test clock included."""
    return _ask("SELECT redress_now()")


def instant() -> dt.datetime:
    """The moment itself, UTC; two calls in one transaction differ. For the `at` of an act."""
    return _ask("SELECT redress_instant()")


def unmoved() -> dt.datetime:
    """The database's own moment, UTC, without the test clock: when something was really written."""
    return _ask("SELECT clock_timestamp()")


def _ask(sql: str) -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
