"""The parts of the product as commands: web, two workers, beat, and what is run once before them.

The same commands stand, written out, in deploy/ for a company's installation. What is *not* here: watching them
(`config.supervisor`).
"""

import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import psycopg2

from config.embedded import Addresses
from config.processes import Child

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

Environment = Mapping[str, str]


def environment(given: Environment) -> dict[str, str]:
    """What the parts get: ours, made quiet, because on a terminal only what asks for attention is of interest."""
    quiet = {"LOG_LEVEL": "WARNING", "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
    return {**quiet, "PYTHONUNBUFFERED": "1", **given}


def bind(env: Environment) -> str:
    return env.get("BIND") or "127.0.0.1"


def port(env: Environment) -> int:
    return int(env.get("PORT") or "8000")


def address(env: Environment) -> str:
    """Where a person on this machine finds the product."""
    host = bind(env) if bind(env) not in {"0.0.0.0", "::"} else "127.0.0.1"  # noqa: S104 - compared, not listened on
    return f"http://{f'[{host}]' if ':' in host else host}:{port(env)}/"


def of_product(env: Environment, data_dir: Path) -> list[Child]:
    """What runs for ever, in the order of starting."""
    celery = ("celery", "-A", "config", "--quiet")
    alone = ("--without-gossip", "--without-mingle")
    return [
        _python("web", env, "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"),
        _python("clock", env, *celery, "worker", "-P", "solo", "-Q", "clock", "-n", "clock@%h", *alone),
        _python("work", env, *celery, "worker", "-Q", "work", "-c", "2", "-n", "work@%h", *alone),
        _python("beat", env, *celery, "beat", "-s", str(data_dir / "beat"), "--pidfile="),
    ]


def migrate(env: Environment) -> Child:
    return _manage("migrate", env, "-v", "0")


def collect_static(env: Environment) -> Child:
    return _manage("collectstatic", env, "--noinput", "-v", "0")


def demo_company(env: Environment, where: Addresses) -> list[Child]:
    """Make the demo company in an empty database, or say its sign-ins again; nothing where it must not be.

    Its passwords are known to all: only a database of our own, that only this machine can reach, is given it.
    """
    if env.get("DATABASE_URL") or bind(env) not in LOOPBACK or env.get("DEMO") == "0":
        return []
    return [_manage("demo_company", env, *([] if _is_empty(where) else ["--sign-ins"]))]


def _is_empty(where: Addresses) -> bool:
    with closing(psycopg2.connect(where.owner_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT FROM organisation_branch)")
        return bool(cursor.fetchone()[0])


def _python(name: str, env: Environment, module: str, *words: str) -> Child:
    return Child(name, [sys.executable, "-m", module, *words], env=env, cwd=ROOT)


def _manage(name: str, env: Environment, *words: str) -> Child:
    return Child(name, [sys.executable, "manage.py", name, *words], env=env, cwd=ROOT)
