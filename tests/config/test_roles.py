"""What the application's own role may do to each table: work with all, change or remove nothing of the history."""

import os

import pytest
from django.db import connection

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.postgres,
    pytest.mark.skipif("TEST_TEMPLATE" not in os.environ, reason="a server of DATABASE_URL need not have the two roles"),
]

HISTORY = {"complaints_event", "complaints_signature"}
# What is published of a month stays; its report goes on until then and is never removed.
MONTHS = {
    "reports_publication": {"SELECT", "INSERT"}, "reports_signoff": {"SELECT", "INSERT"},
    "reports_monthreport": {"SELECT", "INSERT", "UPDATE"},
}  # fmt: skip
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")


def rights() -> dict[str, set[str]]:
    """Of redress_app, by table."""
    columns = ", ".join(f"has_table_privilege('redress_app', oid, '{right}')" for right in RIGHTS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT relname, {columns} FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace")
        return {name: {right for right, has in zip(RIGHTS, having, strict=True) if has} for name, *having in cursor.fetchall()}


def test_the_application_may_only_add_to_the_history() -> None:
    found = rights()
    assert {name: found.get(name) for name in HISTORY} == {name: {"SELECT", "INSERT"} for name in HISTORY}


def test_the_application_publishes_months_but_takes_nothing_back() -> None:
    found = rights()
    assert {name: found.get(name) for name in MONTHS} == MONTHS


def test_the_application_works_with_every_other_table_but_empties_none() -> None:
    others = {name: has for name, has in rights().items() if name not in HISTORY and name not in MONTHS}
    assert "organisation_person" in others
    assert {name: has for name, has in others.items() if has != {"SELECT", "INSERT", "UPDATE", "DELETE"}} == {}


def test_the_application_makes_no_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_schema_privilege('redress_app', 'public', 'CREATE'), rolsuper FROM pg_roles WHERE rolname = 'redress_app'"
        )
        assert cursor.fetchone() == (False, False)
