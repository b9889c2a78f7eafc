"""The ground of a run: a PostgreSQL cluster and a queue of its own in a temporary folder, and Django set up on them.

Started before any model is imported, for settings read the environment. Durable, as in production, for what is measured here includes the
disk. Not here: the product's processes (`lab`), what is in the tables (`planting`).
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import django
import psycopg2

from config.embedded import Embedded, Postgres, queue_child
from config.processes import Child
from tests.embedded_plugin import KEYS
from tests.machine import open_folder

ROOT = Path(__file__).resolve().parents[2]
# What tests and bench may empty: everything but what migrations put there.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


class Ground:
    """Both servers, to be stopped and started again in the middle of things."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.embedded = Embedded(folder)
        self.where = self.embedded.addresses
        self.env = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "POSTGRES_BIN", "QUEUE_BIN") if name in os.environ},
            **KEYS,
            "DATABASE_URL": self.where.database_url,
            "DATABASE_OWNER_URL": self.where.owner_url,
            "REDIS_URL": self.where.redis_url,
            "DATA_DIR": str(folder),
            "HTTPS": "off",
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "ignore",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def start(self) -> None:
        self.embedded.start()
        migrate = [sys.executable, "manage.py", "migrate", "-v", "0"]
        subprocess.run(migrate, cwd=ROOT, env=self.env, check=True)
        os.environ.update(self.env)
        django.setup()

    @property
    def database(self) -> Child:
        return next(child for child in self.embedded.children if child.name == "database")

    @property
    def queue(self) -> Child:
        return next(child for child in self.embedded.children if child.name == "queue")

    def stop_database(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """SIGQUIT is PostgreSQL's immediate shutdown: as a crash."""
        process = self.database.process
        assert process
        process.send_signal(how)
        process.wait(30)

    def start_database(self) -> None:
        """Returns when it answers; after a crash the first starts may meet dying processes."""
        again = Postgres(self.folder, self.where, durable=True)
        again.child = self.database
        again._start_until_it_answers()

    def stop_queue(self) -> None:
        self.queue.wait(0)

    def start_queue(self) -> None:
        fresh = queue_child(self.folder, self.where, durable=True)
        self.queue.command = fresh.command
        self.queue.start()

    def sql(self, query: str, values: Any = None, *, as_superuser: bool = True) -> list[tuple[Any, ...]]:
        """One statement on a connection of its own, committed; its rows."""
        url = self.where.admin_url.replace("/postgres?", "/redress?") if as_superuser else self.where.database_url
        with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall()) if cursor.description else []

    def empty(self) -> None:
        """Everything out, as no role of the product could do it."""
        tables = [name for (name,) in self.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") if name not in KEPT]
        quoted = ", ".join(f'"{name}"' for name in tables)
        self.sql(f"SET session_replication_role = replica; TRUNCATE {quoted} RESTART IDENTITY CASCADE")


@contextlib.contextmanager
def ground() -> Iterator[Ground]:
    with open_folder() as folder:
        found = Ground(folder)
        try:
            found.start()
            yield found
        finally:
            found.embedded.stop()


def wait_for(happens: Any, seconds: float, what: str) -> float:
    """How long it took, in seconds. Fails with AssertionError when it does not happen."""
    began = time.monotonic()
    while not happens():
        assert time.monotonic() - began < seconds, f"not within {seconds:g} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - began
