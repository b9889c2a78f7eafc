"""From a database address (URL) to Django's settings, and the time limits every connection carries.

Understands `postgresql://user:password@host:port/name?sslmode=require` and, for a unix socket,
`postgresql://user@/name?host=/directory`. Nothing here connects.
"""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCHEMES = {"postgres", "postgresql"}


def parse_database_url(url: str) -> dict[str, Any]:
    """The parts of a PostgreSQL address as Django's NAME, USER, PASSWORD, HOST, PORT and OPTIONS.

    Raises ImproperlyConfigured when the address is not one of PostgreSQL or names no database.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.scheme not in SCHEMES:
        raise ImproperlyConfigured(f"DATABASE_URL must begin with postgresql:// (not {parts.scheme or 'nothing'}://).")
    if not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL names no database: postgresql://user@host/NAME.")
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }


def database(url: str, *, lock_timeout: str = "2s", statement_timeout: str = "15s") -> dict[str, Any]:
    """One entry of DATABASES. Times are PostgreSQL durations; "0" means no limit."""
    found = parse_database_url(url)
    limits = {
        "lock_timeout": lock_timeout,
        "statement_timeout": statement_timeout,
        "idle_in_transaction_session_timeout": "30s",
        "jit": "off",  # compiling takes longer than any of our statements runs
        "min_parallel_index_scan_size": "4MB",  # below it, starting a second process takes longer than what it saves
    }
    found["OPTIONS"] = {
        "connect_timeout": "2",
        "application_name": "redress",
        "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        **found["OPTIONS"],
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        **found,
    }
