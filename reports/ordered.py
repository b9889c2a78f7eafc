"""Making the long files that people ordered, one at a time, as the person who ordered: what he may not see is not in it (R4).

Calling it late, twice or side by side is harmless: an order is claimed by a row lock, whoever was killed is silent and taken over, and
a file is entered by the one who still holds the claim. Not here: how often (`periodic`), ordering (`complaints.ordering`).
"""

import datetime as dt
import logging
import os
import shutil
from typing import IO, Any

from django.db import transaction
from django.db.models import F, Q
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from complaints import export
from complaints.forms.filters import FilterForm
from complaints.history import append
from complaints.models import FileOrder, OrderState
from complaints.notices import Kind, tell_house
from complaints.ordering import folder, new_name
from complaints.views.export import chosen
from escalation import clock
from organisation.models import Branch

from .period import Period, month_of
from .published import as_read
from .workbook import workbook

log = logging.getLogger("redress.files")

SILENT = dt.timedelta(minutes=2)
TRIED = 3


def make_next() -> bool:
    """Make the oldest that is wanted; False when there is none. One that cannot be made says so and keeps no other from being made."""
    order = _claimed()
    if order is None:
        return False
    try:
        with translation.override(order.language), _content(order) as content:
            _enter(order, content)
    except Exception:
        log.exception("the file of order %s could not be made", order.pk)
        _mine(order).update(state=OrderState.FAILED, touched_at=clock.now())
    return True


def _claimed() -> FileOrder | None:
    """Waiting ones, and those whose maker has fallen silent; after three tries nobody takes it up again. One at a time, so that mail is
    never kept waiting by files."""
    silent = Q(state=OrderState.RUNNING, touched_at__lt=clock.now() - SILENT)
    if FileOrder.objects.filter(state=OrderState.RUNNING).exclude(silent).exists():
        return None
    with transaction.atomic():
        found = FileOrder.objects.select_for_update(skip_locked=True, of=("self",)).filter(Q(state=OrderState.WAITING) | silent)
        order = found.select_related("person__branch").order_by("pk").first()
        if order is None:
            return None
        given_up = order.tries >= TRIED
        order.state = OrderState.FAILED if given_up else OrderState.RUNNING
        order.tries, order.touched_at, order.rows_done = order.tries + 1, clock.now(), 0
        order.save(update_fields=["state", "tries", "touched_at", "rows_done"])
    return None if given_up else order


def _mine(order: FileOrder) -> Any:
    """The row, while it is still this maker's."""
    return FileOrder.objects.filter(pk=order.pk, state=OrderState.RUNNING, tries=order.tries)


def _content(order: FileOrder) -> IO[bytes]:
    def told(rows: int) -> None:
        _mine(order).update(rows_done=rows, touched_at=clock.now())

    asked = order.asked
    if asked["what"] == "month":
        period = Period(Branch.objects.get(code=asked["branch"]), month_of(asked["month"]), clock.now())
        found, _signed = as_read(period, live=asked["live"])
        return workbook(found, order.person, told)
    form = FilterForm(QueryDict(asked["query"]), order.person)
    form.is_valid()
    ids = chosen(order.person, form, export.MOST)
    if len(ids) > export.MOST:
        raise ValueError(f"more than {export.MOST} rows")
    _mine(order).update(rows=len(ids))
    return export.xlsx(ids, _("Complaints"), told=told) if order.kind == "xlsx" else export.csv_file(ids, told=told)


def _enter(order: FileOrder, content: IO[bytes]) -> None:
    path = folder() / new_name()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(content, file)
        file.flush()
        os.fsync(file.fileno())
    done = {"state": OrderState.DONE, "stored": path.name, "size": path.stat().st_size, "rows_done": F("rows")}
    with transaction.atomic():
        if kept := _mine(order).update(**done, touched_at=clock.now()):
            _tell(order)
    if not kept:
        path.unlink()


def _tell(order: FileOrder) -> None:
    """The bell of whoever ordered it; its reason is an entry of the house."""
    at = clock.instant()
    event = append(None, "file_made", at=at, actor=None, body={"order": order.pk, "name": order.name})
    tell_house(event.pk, Kind.FILE_READY, [order.person], branch=order.person.branch, at=at)
