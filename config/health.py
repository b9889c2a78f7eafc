"""Is it well? `/livez` (this process), `/readyz` (for balancers: database and schema), `/healthz` (all parts).

Answered by a middleware of its own before sessions, languages and hosts are looked at: those need the database, and a
probe knows the machine by its number. Each look at a part ends within a second, whatever the part does. Vital are the
database and the sweep: without them `/healthz` says 503; a queue that is down, a worker that is silent or mail that was
given up is "degraded".
"""

import logging
import shutil
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from complaints.bell import SILENT
from config.heartbeat import KEY, queue_client
from escalation.mailing import given_up
from escalation.sweep import silent_for

log = logging.getLogger("redress.health")

Handler = Callable[[HttpRequest], HttpResponse]

OK, DEGRADED, DOWN, UNKNOWN = "ok", "degraded", "down", "unknown"
WORDS = {
    OK: _("fine"),
    DEGRADED: _("impaired"),
    DOWN: _("down"),
    UNKNOWN: _("not known"),
    "database": _("Database"),
    "queue": _("Queue"),
    "worker": _("Worker"),
    "disk": _("Disk"),
    "sweep": _("Clock"),
    "mail": _("Mail"),
}
VITAL = ("database", "sweep")
PATIENCE = 0.8  # seconds for each step of asking the queue
FREE_DISK = 0.05  # of the disk that holds the files


class HealthMiddleware:
    """Answers the three addresses itself and passes all others on."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = ANSWERS.get(request.path_info)
        if answer is None or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        response = answer(request)
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        return response


def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def readyz(request: HttpRequest) -> HttpResponse:
    state = database()
    return HttpResponse(f"{state}\n", status=200 if state == OK else 503, content_type="text/plain; charset=utf-8")


def healthz(request: HttpRequest) -> HttpResponse:
    """JSON, or a short page for a browser."""
    state = database()
    parts = {"database": state, **queue_and_worker(), "disk": disk(), **sweep_and_mail(reachable=state != DOWN)}
    whole = DOWN if DOWN in {parts[name] for name in VITAL} else DEGRADED if set(parts.values()) != {OK} else OK
    status = 503 if whole == DOWN else 200
    if "text/html" not in request.headers.get("Accept", ""):
        return JsonResponse({"state": whole, "parts": parts}, status=status)
    language = translation.get_language_from_request(request)
    with translation.override(language):
        lines = [(WORDS[part], WORDS[state]) for part, state in parts.items()]
        page = render_to_string("health.html", {"state": whole, "lines": lines, "language": language})
    return HttpResponse(page, status=status)


def database() -> str:
    """ok; degraded while migrations are missing; down when it does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return OK if _schema.is_current() else DEGRADED
    except DatabaseError as error:
        log.warning("database: %s", error)
        connection.close()
        return DOWN


class _Schema:
    """Remembers a good answer: the program's migrations do not change while it runs."""

    current = False

    def is_current(self) -> bool:
        if not self.current:
            executor = MigrationExecutor(connection)
            self.current = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return self.current


_schema = _Schema()


def queue_and_worker() -> dict[str, str]:
    """One question for both: the worker's sign of life is a key in the queue's server."""
    try:
        with queue_client(PATIENCE) as client:
            alive = client.get(KEY)
    except redis.RedisError as error:
        log.warning("queue: %s", error)
        return {"queue": DOWN, "worker": UNKNOWN}
    return {"queue": OK, "worker": OK if alive else DOWN}


def sweep_and_mail(reachable: bool) -> dict[str, str]:
    """The clock is down when it has not looked for a minute, or never; mail is impaired when some was given up."""
    try:
        if reachable:
            quiet = silent_for()
            return {"sweep": DOWN if quiet is None or quiet > SILENT else OK, "mail": DEGRADED if given_up() else OK}
    except DatabaseError as error:  # its tables are still to come
        log.warning("sweep and mail: %s", error)
    return {"sweep": UNKNOWN, "mail": UNKNOWN}


def disk() -> str:
    usage = shutil.disk_usage(settings.DATA_DIR)
    return OK if usage.free > usage.total * FREE_DISK else DEGRADED


ANSWERS: dict[str, Handler] = {"/livez": livez, "/readyz": readyz, "/healthz": healthz}
