"""What is thrown away by itself: old drafts, uploads nobody used, files without a row, failures of signing in that no longer count.

Nothing of a complaint is ever removed (R11). Doing it late, twice or side by side is harmless. Not here: how often (`periodic`).
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from organisation.models import SignInFailure
from organisation.signin import REMEMBERED

from . import filing
from .models import ArchiveFile, Attachment, Draft, Once

DRAFTS_KEPT = dt.timedelta(days=30)
UPLOADS_KEPT = dt.timedelta(hours=24)


def old_drafts(now: dt.datetime) -> int:
    """Drafts nobody has gone on with, and those a late autosave brought back after their form was sent; with their files."""
    sent = Exists(Once.objects.filter(key=OuterRef("key")))
    drafts = list(Draft.objects.filter(Q(saved_at__lt=now - DRAFTS_KEPT) | Q(sent)))
    for draft in drafts:
        filing.remove(list(draft.attachments.all()))
        draft.delete()
    return len(drafts)


def unused_uploads(now: dt.datetime) -> int:
    """Files that belong to neither a complaint nor a draft (I10)."""
    return filing.remove(Attachment.objects.filter(complaint=None, draft=None, at__lt=now - UPLOADS_KEPT))


def files_without_a_row(now: dt.datetime) -> int:
    """What a crash between writing a file and entering it has left behind."""
    removed = 0
    for folder in sorted(Path(settings.MEDIA_ROOT).glob("[0-9a-f][0-9a-f]")):
        rows = Attachment.objects.filter(Q(file__startswith=f"{folder.name}/") | Q(thumbnail__startswith=f"{folder.name}/"))
        known = {name for pair in rows.values_list("file", "thumbnail") for name in pair}
        known.update(ArchiveFile.objects.filter(file__startswith=f"{folder.name}/").values_list("file", flat=True))
        for path in _older(folder, now - UPLOADS_KEPT):
            if f"{folder.name}/{path.name}" not in known:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _older(folder: Path, than: dt.datetime) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < than.timestamp())


def old_failures(now: dt.datetime) -> int:
    return SignInFailure.objects.filter(at__lt=now - REMEMBERED).delete()[0]
