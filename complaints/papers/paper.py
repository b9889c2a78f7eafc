"""What one printed document is: a template, its data, the instant it is dated with, its pictures; and the frame all of them share.

Not here: how it becomes a PDF (`complaints.documents.engine`).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.documents import engine
from complaints.documents.photos import printable
from complaints.models import Attachment

from .source import Source

TEMPLATES = Path(__file__).parent / "templates"
MOST_PHOTOS = 10
BILINGUAL_PAGE = "第 {} 页，共 {} 页 · Page {} of {}"


@dataclass(frozen=True)
class Paper:
    template: str
    name: str
    """Of the file, without its ending."""
    data: dict[str, Any]
    at: dt.datetime
    """UTC: of the newest entry that it shows."""
    photos: list[bytes] = field(default_factory=list)

    def pdf(self) -> bytes:
        return engine.pdf(TEMPLATES / self.template, self.data, at=self.at, photos=self.photos)


def frame(source: Source, title: str, form: str, foot: str = "", page: str = "", language: str = "zh") -> dict[str, str]:
    """House above, number and page below. The house in both languages where the page number is."""
    branch = source.complaint.branch
    house = [branch.name, branch.name_en] if page == BILINGUAL_PAGE else [str(branch), ""]
    return {
        "house": house[0],
        "house_below": house[1] if house[1] != house[0] else "",
        "title": title,
        "number": source.complaint.number,
        "form": form,
        "foot": foot,
        "page": page or _("Page {} of {}"),
        "language": language,
    }


def code(source: Source) -> str:
    """What `manage.py verify_history --code` checks: the number, how many entries its history had, and the digest of the last."""
    return f"{source.complaint.number}:{source.last.seq}:{source.last.digest}"


def as_of(source: Source, words: str) -> str:
    """“As of 2026-11-20 10:46 · entry 23 · 9c41e7d2”: which state of the record a page shows, without asking the clock."""
    return words % {"at": source.day(source.last.at), "seq": source.last.seq, "digest": source.last.digest[:8]}


def pictures(files: Iterable[Attachment]) -> tuple[list[bytes], list[str], str]:
    """The first ten that can be shown, what stands below each, and a line about the rest."""
    images = [file for file in files if file.is_image and file.file]
    shown = [(content, f"{file.number or ''} {file.name}".strip()) for file in images[:MOST_PHOTOS] if (content := _read(file))]
    left = len(images) - len(shown)
    more = ngettext("%(count)d more picture is kept with the record.", "%(count)d more pictures are kept with the record.", left)
    return [content for content, _name in shown], [name for _content, name in shown], more % {"count": left} if left else ""


def _read(file: Attachment) -> bytes | None:
    """None when it is not on the disk any more: a document never fails for a picture."""
    try:
        with file.file.open("rb") as content:
            return printable(content)
    except OSError:
        return None
