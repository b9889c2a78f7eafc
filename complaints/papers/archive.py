"""The file of a complaint as one PDF (R27): the form, the whole history, the evidence by number and digest, the signatures, and a code.

The code names the last entry of the history; `manage.py verify_history --code` says whether it stood there and all before it holds.
Not here: when it is made and where it is kept (`keeping`).
"""

import html
import re
from collections.abc import Iterator
from typing import Any

from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from complaints.models import Attachment, Event
from complaints.ticket.rounds import meaning
from complaints.ticket.timeline import Entry, entries

from .form import internal_form
from .paper import Paper, as_of, code, frame, pictures
from .source import Source

# In a page such a time is short and leaves out this year; on paper it is whole.
TIME = re.compile(r'<time datetime="([^"]+)"[^>]*>.*?</time>', re.DOTALL)


def archive(source: Source, language: str) -> Paper:
    with override(language):
        return _written(source, "zh" if language.startswith("zh") else "en")


def _written(source: Source, language: str) -> Paper:
    complaint = source.complaint
    photos, captions, more = pictures(source.files)
    events = list(
        Event.objects.filter(complaint=complaint, seq__lte=source.last.seq)
        .select_related("actor", "on_behalf", "signature")
        .order_by("seq")
    )
    title = _("Archive file")
    data = {
        "frame": frame(
            source, title, f"{title} · {complaint.number}", as_of(source, _("As of %(at)s · entry %(seq)s · %(digest)s")), language=language
        ),
        "title": title,
        "code": {"title": _("Code of the history"), "value": code(source), "words": _how_to_check()},
        "form": internal_form(source),
        "history": {
            "title": _("History"),
            "columns": ["#", pgettext("history", "Time"), pgettext("history", "Who"), pgettext("history", "What happened")],
            "rows": [_entry(source, entry) for entry in entries(events, complaint)],
        },
        "evidence": {
            "title": _("Evidence"),
            "columns": [_("No."), _("File"), _("Added"), "SHA-256"],
            "rows": [_file(source, file) for file in source.files],
            "nothing": _("No files were added."),
        },
        "signatures": {
            "title": _("Signatures"),
            "columns": [_("Entry"), pgettext("history", "Who"), _("Meaning"), pgettext("history", "Time"), _("Digest of the signature")],
            "rows": [_signature(source, event) for event in events if hasattr(event, "signature")],
            "nothing": _("Nothing was signed."),
        },
        "photos_title": _("Photographs"),
        "photos": captions,
        "more": str(more),
    }
    return Paper("archive.typ", f"{complaint.number} archive {source.last.seq}", data, source.last.at, photos)


def _how_to_check() -> str:
    return _(
        "It names the last entry that this file shows. An administrator checks it with “manage.py verify_history --code …”: it says "
        "whether this entry stood in the history of this complaint and whether everything before it is as it was written."
    )


def _entry(source: Source, entry: Entry) -> dict[str, Any]:
    event = entry.event
    who = str(event.actor or _("The system"))
    if event.on_behalf:
        who = _("%(who)s, deputy for %(person)s") % {"who": who, "person": event.on_behalf}
    what = capfirst(entry.label) + (" · NG" if entry.ng else "")
    return {"seq": event.seq, "at": source.day(event.at), "who": who, "what": what, "lines": [line for line in _lines(entry) if line]}


def _lines(entry: Entry) -> Iterator[str]:
    if entry.details:
        yield " · ".join(map(plain, entry.details))
    for change in entry.changes:
        yield _("%(label)s: %(old)s → %(new)s") % {"label": change.label, "old": plain(change.old) or "—", "new": plain(change.new) or "—"}
    for said in entry.said:
        words = _("(erased)") if said.erased_at else said.text
        yield _("%(label)s: %(value)s") % {"label": said.label, "value": words} if said.label else words
    if entry.timers:
        yield " · ".join(map(plain, entry.timers))


def plain(text: str) -> str:
    """What the page shows as markup of our own, as text; what people wrote is no markup and stays as it is."""
    if not isinstance(text, SafeString):
        return str(text)
    whole = TIME.sub(lambda found: found.group(1)[:16].replace("T", " "), text)
    return html.unescape(strip_tags(whole))


def _file(source: Source, file: Attachment) -> dict[str, str]:
    added = "\n".join([source.day(file.at), str(file.by)])
    return {"number": str(file.number or ""), "name": file.name, "added": added, "sha256": file.sha256}


def _signature(source: Source, event: Event) -> dict[str, str]:
    signature = event.signature
    return {
        "entry": str(event.seq),
        "who": str(event.actor or ""),
        "meaning": meaning(event, signature.meaning),
        "at": source.day(signature.at),
        "digest": signature.digest,
    }
