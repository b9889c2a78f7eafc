"""Storing what people attach: checked, drawn anew where it is a picture, written first and entered second.

A row never stands without its file, and a failure leaves neither; a file that a crash left without a row goes with `tidying`. Until a
complaint has them, files belong to whoever uploaded them. Not here: what may be attached (`uploads`), giving them to a complaint
(`intake`, `actions`), and HTTP.
"""

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from escalation import clock
from organisation.models import Person

from .models import Attachment, Complaint, Draft
from .models.files import stored_name
from .moves import Text
from .uploads import MAX_PIXELS, Accepted, Refused, inspect, normalise_image, thumbnail

MB = 1 << 20
CHUNK = 1 << 18
FULL_DISK = {errno.ENOSPC, errno.EDQUOT}


class NotStored(Exception):
    """The file itself is fine, but cannot be kept; `message` is for the user, `status` for HTTP."""

    def __init__(self, message: Text, status: int) -> None:
        super().__init__(str(message))
        self.message, self.status = message, status


def store(
    upload: IO[bytes], name: str, *, by: Person, draft: Draft | None = None, beside: QuerySet[Attachment] | None = None
) -> Attachment:
    """Keep an uploaded file for the person, until a complaint takes it. `beside` are those that count towards the same quota.

    Raises `uploads.Refused` for what is not taken, NotStored when there is no room for it; then nothing is left.
    """
    accepted = inspect(name, upload, max_bytes=by.branch.max_file_mb * MB, max_pixels=MAX_PIXELS)
    facts: dict[str, Any] = {"name": accepted.name, "mime": accepted.mime, "width": accepted.width, "height": accepted.height}
    content: IO[bytes] | bytes = upload
    small = b""
    if accepted.kind == "picture":
        content, facts["mime"], facts["width"], facts["height"] = normalise_image(upload)
        small = thumbnail(content)
    _check_quota(by, upload, beside)
    return _kept(accepted, content, small, {**facts, "draft": draft, "by": by, "at": clock.now()})


def _check_quota(by: Person, upload: IO[bytes], beside: QuerySet[Attachment] | None) -> None:
    used = (beside.aggregate(sum=Sum("size"))["sum"] or 0) if beside is not None else 0
    if used + upload.seek(0, os.SEEK_END) > by.branch.max_files_mb * MB:
        limit = {"limit": by.branch.max_files_mb}
        raise NotStored(_("All files of a complaint together may have %(limit)s MB.") % limit, 422)
    upload.seek(0)


def _kept(accepted: Accepted, content: IO[bytes] | bytes, small: bytes, facts: dict[str, Any]) -> Attachment:
    names = [stored_name(Attachment(), "")] + ([stored_name(Attachment(), "")] if small else [])
    try:
        size, sha256 = _write(names[0], content)
        if small:
            _write(names[1], small)
        return Attachment.objects.create(file=names[0], thumbnail="".join(names[1:]), size=size, sha256=sha256, **facts)
    except OSError as problem:
        unlink(names)
        if problem.errno in FULL_DISK:
            raise NotStored(_("The server has no room left for files. Tell your administrator; what you wrote is kept."), 507) from problem
        raise
    except BaseException:
        unlink(names)
        raise


def keep(content: bytes) -> tuple[str, int, str]:
    """A file that the product made itself: its name, size and sha256, on the disk for good; entering it is the caller's. Raises OSError."""
    name = stored_name(Attachment(), "")
    return name, *_write(name, content)


def _write(name: str, content: IO[bytes] | bytes) -> tuple[int, str]:
    """Size and sha256 of what is on the disk for good when this returns."""
    path = path_of(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in _chunks(content):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def _chunks(content: IO[bytes] | bytes) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    content.seek(0)
    while chunk := content.read(CHUNK):
        yield chunk


def path_of(name: str) -> Path:
    return Path(default_storage.path(name))


def unlink(names: Iterable[str]) -> None:
    """Take files off the disk whose rows are gone, or never came to be."""
    for name in names:
        path_of(name).unlink(missing_ok=True)


def loose(person: Person) -> QuerySet[Attachment]:
    """What the person has uploaded and no complaint has yet."""
    return Attachment.objects.filter(by=person, complaint=None)


def of_complaint(complaint: Complaint) -> QuerySet[Attachment]:
    return Attachment.objects.filter(complaint=complaint)


def remove(files: Iterable[Attachment]) -> int:
    """Take away files that belong to no complaint, the row first: a row never stands without its file. Returns how many."""
    removed = 0
    for file in files:
        names = [name for name in (file.file.name, file.thumbnail.name) if name]
        if Attachment.objects.filter(pk=file.pk, complaint=None).delete()[0]:
            unlink(names)
            removed += 1
    return removed


__all__ = ["NotStored", "Refused", "keep", "loose", "of_complaint", "path_of", "remove", "store", "unlink"]
