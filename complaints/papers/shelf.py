"""Which documents of a complaint there are: their names in addresses, what they are called, whether there is anything to print.

Not here: what stands in them (their own modules) and who may have them (whoever sees the complaint).
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from complaints.models import ArchiveFile, Complaint, Word
from complaints.moves import Text
from complaints.states import State

from . import eightd, form, keeping, letter, memo
from .paper import Paper
from .source import Source


@dataclass(frozen=True)
class Kind:
    code: str
    label: Text
    note: Text
    """For whom it is."""
    ready: Callable[[Complaint, list[Word]], bool]
    written: Callable[[Source, str], Paper | None]
    """In a language, `zh` or `en`; None while there is nothing to print."""


KINDS = {
    kind.code: kind
    for kind in (
        Kind("form", _("Complaint form, internal copy"), _("everything, for the house"), lambda *_: True, lambda s, _: form.internal(s)),
        Kind(
            "customers-copy",
            _("Complaint form, customer's copy"),
            _("may leave the house"),
            lambda *_: True,
            lambda s, _: form.customers(s),
        ),
        Kind("letter", _("Reply letter"), _("in the customer's language"), letter.ready, lambda s, _: letter.letter(s)),
        Kind("memo", _("Internal contact memo"), _("to all heads and the general manager"), lambda c, _: memo.ready(c), memo.memo),
        Kind("8d", _("8D report"), _("for the house"), lambda c, _: eightd.ready(c), eightd.report),
    )
}


@dataclass(frozen=True)
class Shelf:
    """The documents of one complaint, for its page."""

    kinds: list[Kind]
    archives: list[ArchiveFile]
    wanted: bool
    """An archive file is on its way."""
    offered: bool
    """It can be made on demand: none shows all there is, and none is on its way."""


def shelf(complaint: Complaint, words: list[Word]) -> Shelf:
    """One query, none for a complaint that was never closed."""
    closed = complaint.state == State.CLOSED
    rows = list(ArchiveFile.objects.filter(complaint=complaint)) if closed or complaint.reopened else []
    wanted = any(row.made_at is None and row.tries < keeping.TRIED for row in rows)
    offered = closed and not wanted and not keeping.up_to_date(complaint, rows)
    made = [row for row in rows if row.made_at]
    return Shelf([kind for kind in KINDS.values() if kind.ready(complaint, words)], made, wanted and closed, offered)
