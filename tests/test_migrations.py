"""Migrations: none is missing, and the way back to an empty database and forth again is open."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[1]
SCRATCH = f"redress_back_and_forth_{os.getpid()}"
THERE_AND_BACK = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection

def ours():
    apps = ("organisation_", "complaints_", "escalation_")
    return sorted(name for name in connection.introspection.table_names() if name.startswith(apps))

call_command("migrate", verbosity=0)
there = ours()
for app in ("complaints", "escalation", "organisation"):
    call_command("migrate", app, "zero", verbosity=0)
assert (bool(there), ours()) == (True, []), ours()
call_command("migrate", verbosity=0)
assert ours() == there
"""


@pytest.fixture
def scratch() -> Iterator[str]:
    """The address of an empty database beside the tests' own, removed afterwards."""
    url = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    beside = urlsplit(url)._replace(path="/postgres").geturl()
    with closing(psycopg2.connect(beside)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(f"CREATE DATABASE {SCRATCH}")
        yield urlsplit(url)._replace(path=f"/{SCRATCH}").geturl()
        cursor.execute(f"DROP DATABASE {SCRATCH}")


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.postgres
def test_every_migration_can_be_taken_back(scratch: str) -> None:
    env = {**os.environ, "DATABASE_URL": scratch, "DATABASE_OWNER_URL": scratch, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run([sys.executable, "-c", THERE_AND_BACK], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
