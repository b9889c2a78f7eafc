"""Early pytest plugin (`-p tests.embedded_plugin`): servers and secrets for the tests, before pytest-django reads the settings.

One database server and one queue for the whole run, in a temporary folder, without fsync; DATABASE_URL and REDIS_URL, when
given, are respected. The workers of pytest-xdist inherit the addresses. (The root conftest.py would be read too late.)
"""

import atexit
import os
import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import psycopg2

from config.embedded import Embedded
from config.messages import compile_all

KEYS = {
    "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-and-more",
    "HISTORY_KEY": "history-only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
}


def start() -> None:
    folder = Path(tempfile.mkdtemp(prefix="redress-test-"))
    folder.chmod(0o755)  # the database runs as another user when root tests
    os.environ["DATA_DIR"] = str(folder)
    wanted = {"database": not os.environ.get("DATABASE_URL"), "queue": not os.environ.get("REDIS_URL")}
    embedded = Embedded(folder, durable=False, **wanted)
    atexit.register(end, embedded, folder)
    embedded.start()
    where = embedded.addresses
    if wanted["database"]:
        let_owner_make_databases(where.admin_url)
        # Tests connect as the owner, who can make test databases; the migrations still know the application's role.
        os.environ.update(DATABASE_URL=where.database_url, DATABASE_OWNER_URL=where.owner_url, DATABASE_ROLE="owner")
        os.environ["TEST_TEMPLATE"] = "redress"
    if wanted["queue"]:
        os.environ["REDIS_URL"] = where.redis_url


def let_owner_make_databases(admin_url: str) -> None:
    """In production he makes none."""
    with closing(psycopg2.connect(admin_url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("ALTER ROLE redress_owner CREATEDB")


def end(embedded: Embedded, folder: Path) -> None:
    embedded.stop()
    shutil.rmtree(folder, ignore_errors=True)


if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ.update(KEYS, HTTPS="off")
    os.environ.pop("DEBUG", None)
    compile_all()
    start()
