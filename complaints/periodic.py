"""What happens by the calendar, carried by the queue (`config.celery` says how often). Doing it late, twice or side by side is harmless.

Not here: what waits for a person (`tasks`), deadlines.
"""

import datetime as dt
import logging

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from escalation import clock

from . import anchors, ordering, tidying
from .models import Once
from .papers import keeping

log = logging.getLogger("redress.periodic")

KEYS_KEPT = dt.timedelta(days=30)  # longer than anybody leaves a form open before sending it again


@shared_task
def anchor() -> None:
    """Bind the whole history as it is now. A history that has become shorter is an error in the log; broken anchors raise Broken."""
    _, shorter = anchors.take(anchors.folder())
    for finding in shorter:
        log.error("the history has become shorter: %s", finding)


@shared_task
def archive() -> None:
    """Make the archive files of what was closed (R27)."""
    keeping.make_wanted()


@shared_task
def tidy() -> None:
    """Forget sessions that are over, the keys of forms sent long ago, and what `tidying` names. Nothing of a complaint is removed (R11)."""
    now = clock.now()
    SessionStore.clear_expired()
    Once.objects.filter(at__lt=now - KEYS_KEPT).delete()
    for sort in (tidying.old_drafts, tidying.unused_uploads, tidying.files_without_a_row, tidying.old_failures, ordering.old_orders):
        sort(now)
