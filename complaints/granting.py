"""Giving people a part in a complaint, and ending it (R4): what the effects of moves share.

Not here: which move gives which part (`effects`, `meetings`), and what a part lets somebody do (`standing`).
"""

from collections.abc import Iterable

from organisation.models import Person

from .deed import Deed
from .models import Part
from .states import PartKind


def give_part(deed: Deed, person: Person, kind: PartKind) -> None:
    Part.objects.get_or_create(complaint=deed.complaint, person=person, kind=kind, until=None, defaults={"since": deed.at})


def give_parts(deed: Deed, people: Iterable[Person], kind: PartKind) -> None:
    """In one statement; whoever has it already keeps it."""
    rows = [Part(complaint=deed.complaint, person=person, kind=kind, since=deed.at) for person in people]
    Part.objects.bulk_create(rows, ignore_conflicts=True)


def end_parts(deed: Deed, kind: PartKind, people: Iterable[int] | None = None) -> None:
    """Of everybody, or of those with these ids."""
    found = Part.objects.filter(complaint=deed.complaint, kind=kind, until__isnull=True)
    (found if people is None else found.filter(person__in=people)).update(until=deed.at)
