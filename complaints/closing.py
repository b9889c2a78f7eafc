"""What is still missing before a complaint can be closed (R27), as the list the screen shows and the door enforces.

Not here: the visit's result, which the lifecycle's own rules ask for, and the manager's signature, which the door takes.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .models import Complaint, Measure
from .moves import Text
from .states import MeasureKind

BEFORE_CLOSING = (MeasureKind.REMEDY, MeasureKind.CONTAINMENT, MeasureKind.CORRECTIVE)


LABELS: dict[str, Text] = {
    "reply": _("Reply sent to the customer"),
    "done": _("Remedy, containment and corrective measures carried out"),
    "verified": _("Each of them verified as effective"),
    "visit": _("Visit recorded, or the customer not reachable"),
    "promises": _("All promises to the customer kept"),
    "unanswered": _("No word of the customer left unanswered"),
    "head": _("The department's word on the file"),
}


@dataclass(frozen=True)
class Item:
    code: str
    done: bool

    @property
    def label(self) -> Text:
        return LABELS[self.code]


def closing_list(complaint: Complaint) -> list[Item]:
    """Two queries; the same order as the spec."""
    measures = list(Measure.objects.filter(complaint=complaint, round__number=complaint.round, kind__in=BEFORE_CLOSING))
    open_promises = complaint.promises.filter(kept_at=None, broken_at=None).exists()
    return [
        Item("reply", complaint.replied_at is not None),
        Item("done", all(m.done_at for m in measures)),
        Item("verified", all(m.effective for m in measures)),
        Item("visit", _visited(complaint)),
        Item("promises", not open_promises),
        Item("unanswered", not _unanswered(complaint)),
        Item("head", complaint.head_word_at is not None),
    ]


def _visited(complaint: Complaint) -> bool:
    """Or the customer said what he thinks by refusing the reply."""
    return complaint.visited_at is not None or complaint.unreached_at is not None or complaint.refused_at is not None


def _unanswered(complaint: Complaint) -> bool:
    """The customer chased, and has heard nothing from us since."""
    chased, told = complaint.chased_at, complaint.last_word_at
    return bool(chased and (told is None or told < chased))
