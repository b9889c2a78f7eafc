"""What a month's page shows of its way to publication: the three signatures, whose turn it is, the words, what changed since.

Not here: the figures (`views`), the forms being sent (`months`).
"""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from organisation.models import Person

from . import references
from .deciders import Decider, deciders, may_write
from .differences import differences
from .figures import Month
from .models import MonthReport, SignOff
from .published import heading, row_with_figures, signatures
from .publishing import content_of
from .references import Said
from .states import NEXT, Step


@dataclass(frozen=True)
class Box:
    """One of the three signatures: given, asked for now, or still to come. `who` is whoever is proposed."""

    heading: str
    signed: SignOff | None
    now: bool
    who: Person | None
    changed: bool
    """The words were changed after it was given."""


def boxes(report: MonthReport, line: list[Decider]) -> list[Box]:
    given = {one.step: one for one in signatures(report)}
    content, found = content_of(report), []
    for step in NEXT.values():
        signed, now = given.get(step), step == report.step
        who = line[0].person if now and line else report.branch.gm if step == Step.APPROVED else None
        found.append(Box(heading(step), signed, now, who, bool(signed and signed.content != content)))
    return found


def shown(report: MonthReport, person: Person, month: Month, now: Month, suffix: str) -> dict[str, Any]:
    """`month` is what the page shows, `now` how it stands at present; `suffix` belongs to every address of the branch."""
    line = deciders(report)
    mine = next((one for one in line if one.person.pk == person.pk), None)
    known = references.known(month)
    return {
        "report": report,
        "boxes": boxes(report, line),
        "mine": mine,
        "writing": may_write(person, report),
        "nobody": bool(line) and line[0].exception,
        "known": [(name, said) for name, said in known.items()],
        "analysis": [_linked(piece, month, suffix) for piece in references.pieces(report.analysis, known)],
        "measures": [row_with_figures(row, known) for row in report.measures],
        "differences": differences(month, now) if report.is_published and month is not now else [],
    }


def _linked(piece: str | Said, month: Month, suffix: str) -> dict[str, str]:
    if isinstance(piece, str):
        return {"text": piece}
    return {"text": piece.shown, "label": piece.label, "url": reverse("month_list", args=[month.period.name, piece.list]) + suffix}
