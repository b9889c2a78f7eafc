"""Getting rows in quickly: COPY, a chunk at a time; for very many without the indexes, which are built afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from complaints import copying

from . import timers
from .rows import COLUMNS, Rows

TABLES: dict[str, list[str]] = {
    "complaints_complaint": [f.column for f in COLUMNS],
    "complaints_event": [
        "id", "complaint_id", "seq", "kind", "actor_id", "on_behalf_id", "at", "recorded_at", "body", "previous", "digest",
    ],
    "complaints_round": [
        "id", "complaint_id", "number", "opened_at", "opened_because", "finding", "investigation", "cause", "cause_category", "escape",
        "no_measure_reason", "four_eyes_exception", "proposed_at", "approved_at", "full", "found", "shares", "ledger", "whys",
        "escape_whys", "escape_category", "across", "remedy_kinds", "remedy_text", "remedy_currency", "remedy_how",
    ],
    "complaints_measure": [
        "id", "round_id", "complaint_id", "position", "kind", "text", "owner_id", "due_on", "done_at", "evidence", "verified_at",
        "verified_by_id", "effective", "verification",
    ],
    "complaints_visit": ["id", "complaint_id", "at", "by_id", "means", "satisfied", "score", "words"],
    "complaints_word": ["id", "complaint_id", "kind", "means", "text", "at", "by_id"],
    "escalation_timer": list(timers.COLUMNS),
    "complaints_assignment": ["id", "complaint_id", "department_id", "at", "until"],
}  # fmt: skip


def copy(rows: Rows) -> None:
    """Put a chunk into its tables, parents first."""
    for table, columns in TABLES.items():
        copying.copy(table, columns, rows[table])


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


@contextmanager
def indexes_afterwards(really: bool) -> Iterator[None]:
    """Without the indexes of the tables that no constraint needs, while the rows come in. Wants the owner's role.

    Constraints are checked with every chunk: an index is not built over rows whose check is still to come. On a busy machine a chunk
    may take longer to make up than a transaction may otherwise stand idle.
    """
    found = _indexes() if really else []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        if really:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name, _ in found:
            cursor.execute(f"DROP INDEX {_quoted(name)}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _, definition in found:
            cursor.execute(definition)


def _indexes() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes JOIN pg_class ON relname = indexname JOIN pg_index ON indexrelid = pg_class.oid "
            "WHERE tablename = ANY(%s) AND NOT indisunique",
            [list(TABLES)],
        )
        return list(cursor.fetchall())


def settle() -> None:
    """Sequences behind the ids given ahead, and fresh statistics."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608 - our own table names
        cursor.execute("VACUUM ANALYZE")
