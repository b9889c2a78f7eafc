"""Unfinished forms, kept as they were typed: found again by their key, gone once the form has been carried out.

Nobody but whoever wrote it knows of a draft. Its key is the form's key against a second sending, too. Not here: what the fields mean.
"""

import uuid
from collections.abc import Mapping

from django.db.models import Exists, OuterRef, QuerySet

from escalation import clock
from organisation.models import Person

from .models import Draft, Once

INTAKE = "intake"
MOST = 100_000  # characters of a form; the longest that can be sent has far fewer
LEFT_OUT = frozenset({"csrfmiddlewaretoken", "draft", "act", "password"})

Fields = dict[str, list[str]]


class TooLong(Exception):
    """Nobody types that much."""


def mine(person: Person) -> QuerySet[Draft]:
    """The person's drafts, newest first, without those that a late autosave brought back after the form was carried out."""
    sent = Once.objects.filter(key=OuterRef("key"))
    return Draft.objects.filter(~Exists(sent), person=person, purpose=INTAKE).prefetch_related("attachments")


def latest(person: Person, purpose: str) -> Draft | None:
    """What this person has begun for it and not sent yet."""
    sent = Once.objects.filter(key=OuterRef("key"))
    return Draft.objects.filter(~Exists(sent), person=person, purpose=purpose).order_by("-saved_at").first()


def save(person: Person, key: uuid.UUID, fields: Mapping[str, list[str]], purpose: str = INTAKE) -> Draft | None:
    """Keep a form; None when the key is somebody else's, or was carried out already. Raises TooLong."""
    kept = {
        name: [value.replace("\0", "") for value in values] for name, values in fields.items() if name not in LEFT_OUT and "\0" not in name
    }
    if sum(len(name) + len(value) for name, values in kept.items() for value in values) > MOST:
        raise TooLong
    draft = begin(person, key, purpose)
    if draft:
        draft.fields, draft.saved_at = kept, clock.now()
        draft.save(update_fields=["fields", "saved_at"])
    return draft


def begin(person: Person, key: uuid.UUID, purpose: str = INTAKE) -> Draft | None:
    """The draft of this key, empty when it is new; None as for `save`."""
    if is_sent(key):
        return None
    Draft.objects.bulk_create([Draft(key=key, person=person, purpose=purpose, saved_at=clock.now())], ignore_conflicts=True)
    return Draft.objects.filter(key=key, person=person, purpose=purpose).first()


def is_sent(key: uuid.UUID) -> bool:
    return Once.objects.filter(pk=key).exists()
