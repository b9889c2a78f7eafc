"""Ordering a long file, and throwing it away after a week. Whoever asks again for the same while it is made gets the same order.

Nothing is sent to the queue: it looks every few seconds (`reports.periodic`). Not here: making it (`reports.ordered`).
"""

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from escalation import clock
from organisation.models import Person

from .models import FileOrder, OrderState

KEPT = dt.timedelta(days=7)
LOST = dt.timedelta(days=1)  # after which a file without a row belongs to nobody who still writes it


def order(person: Person, name: str, kind: str, rows: int, asked: dict[str, Any]) -> FileOrder:
    """In the language of the moment; its rows are those that the person may see when it is made."""
    language = get_language() or settings.LANGUAGE_CODE
    same = FileOrder.objects.filter(person=person, kind=kind, asked=asked, language=language)
    if open_one := same.filter(state__in=(OrderState.WAITING, OrderState.RUNNING)).first():
        return open_one
    now = clock.now()
    return FileOrder.objects.create(
        person=person, name=name, kind=kind, rows=rows, asked=asked, language=language, ordered_at=now, touched_at=now
    )


def folder() -> Path:
    found = Path(settings.MEDIA_ROOT) / "ordered"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def new_name() -> str:
    return uuid.uuid4().hex


def old_orders(now: dt.datetime) -> int:
    """Orders of a week ago with their files, and files that nobody has entered."""
    old = FileOrder.objects.filter(ordered_at__lt=now - KEPT)
    for stored in old.exclude(stored="").values_list("stored", flat=True):
        (folder() / stored).unlink(missing_ok=True)
    removed = old.delete()[0]
    known = set(FileOrder.objects.exclude(stored="").values_list("stored", flat=True))
    for path in folder().iterdir():
        if path.name not in known and path.stat().st_mtime < (now - LOST).timestamp():
            path.unlink(missing_ok=True)
    return removed
