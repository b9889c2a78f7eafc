"""Logging: one line of JSON for each record, on standard error, with the number of the request it belongs to.

No personal data is added: a person is his number. Control characters and line ends are escaped by JSON, so nobody can
forge a line by what he types.
"""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

logging.raiseExceptions = False  # a full disk under the log must not fail a request

current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)


class JsonFormatter(logging.Formatter):
    """`{"at": …, "level": …, "logger": …, "message": …, "request": …, "path": …, "trace": …}`; times are UTC."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_of_request(getattr(record, "request", None) or current_request.get()),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _of_request(request: object) -> dict[str, Any]:
    """Django hands the request to its own records, also after the middleware has let go of it."""
    if not isinstance(request, HttpRequest):
        return {}
    return {"request": getattr(request, "request_id", None), "method": request.method, "path": request.path}


def logging_settings(level: str) -> dict[str, Any]:
    """Django's LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonFormatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"level": "ERROR"},
        },
    }
