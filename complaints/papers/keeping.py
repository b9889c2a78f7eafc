"""Archive files: made after a closing, stored with their digest, never twice for the same state of a complaint (R27).

A closing leaves a row that wants a file (`effects`); `make_wanted` makes what is wanted. Whatever it finds done, gone or reopened it leaves
alone, so calling it late, twice or side by side is harmless. Not here: what stands in the file (`archive`).
"""

import logging

from django.db import IntegrityError, transaction
from django.db.models import F

from complaints import filing
from complaints.models import ArchiveFile, Complaint
from complaints.states import Countersign, State
from escalation import clock

from . import archive, source
from .answer import CLOSINGS
from .bilingual import CHINESE

log = logging.getLogger("redress.archive")

AT_ONCE = 8  # files made in one run: the rest waits for the next, a few seconds later
TRIED = 5


def make_wanted() -> int:
    """Make what is wanted, the untried first; what a manager still has to countersign waits for him. Returns how many were made."""
    rows = ArchiveFile.objects.filter(made_at=None, tries__lt=TRIED).exclude(complaint__countersign=Countersign.WAITING)
    return sum(_tried(row) for row in rows.order_by("tries", "id")[:AT_ONCE])


def _tried(row: ArchiveFile) -> bool:
    """One that cannot be made is an error in the log and keeps no other from being made."""
    ArchiveFile.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
    try:
        return make(row) is not None
    except Exception:
        log.exception("the archive file of complaint %s could not be made", row.complaint_id)
        return False


def make(row: ArchiveFile) -> ArchiveFile | None:
    """The file that is wanted; None when there is nothing to make: reopened meanwhile, made already. Raises OSError, TypstError."""
    found = source.load(row.complaint_id)
    if found.complaint.state != State.CLOSED or _is_there(found):
        ArchiveFile.objects.filter(pk=row.pk, made_at=None).delete()
        return None
    content = archive.archive(found, language_of(found)).pdf()
    name, size, sha256 = filing.keep(content)
    entered = _entered(row, name, seq=found.last.seq, head=found.last.digest, size=size, sha256=sha256)
    if entered is None:
        filing.unlink([name])
    return entered


def _is_there(found: source.Source) -> bool:
    return ArchiveFile.objects.filter(complaint=found.complaint, seq=found.last.seq).exists()


def _entered(row: ArchiveFile, name: str, **facts: int | str) -> ArchiveFile | None:
    """None when somebody else was faster."""
    try:
        with transaction.atomic():
            changed = ArchiveFile.objects.filter(pk=row.pk, made_at=None).update(file=name, made_at=clock.now(), **facts)
    except IntegrityError:
        return None
    return ArchiveFile.objects.get(pk=row.pk) if changed else None


def language_of(found: source.Source) -> str:
    """Of whoever closed it; Chinese where that follows the browser."""
    closing = found.latest(*CLOSINGS)
    actor = closing.event.actor if closing else None
    return (actor.language if actor else "") or CHINESE


def up_to_date(complaint: Complaint, archives: list[ArchiveFile]) -> bool:
    """Whether the newest file shows all there is."""
    return any(row.seq == complaint.history_seq for row in archives if row.made_at)
