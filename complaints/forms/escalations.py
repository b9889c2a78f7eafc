"""The answer to what ran out (R29): a word on what is to be done, and until when; never a bare “seen”.

Not here: to whom it was raised (`complaints.escalated`).
"""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import escalated
from complaints.moves import Text
from organisation.models import Branch

from . import fields as ask
from .base import MoveForm

# Pressed, they are written into the instruction (static/js/phrases.js); without script one writes.
PHRASES: tuple[Text, ...] = (
    _("Ring the customer first, today."),
    _("Somebody else takes it over; tell me who."),
    _("There has to be a result today."),
    _("Report to me what holds it up."),
)
SETTLED = _("Settled meanwhile; noted.")


class InstantField(forms.DateTimeField):
    """A day and an hour as the branch's clock shows them."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, label: Text) -> None:
        super().__init__(label=label, required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
        self.branch: Branch | None = None

    def to_python(self, value: Any) -> Any:
        zone = self.branch.tz if self.branch else timezone.get_current_timezone()
        with timezone.override(zone):
            return super().to_python(value)


def instruction() -> forms.CharField:
    return ask.words(_("What is to be done"), required=True, rows=2, hint=_("Goes at once to whoever has it in hand. The time runs on."))


class AcknowledgeEscalationForm(MoveForm):
    template = "complaints/moves/acknowledge.html"
    heading = _("It ran out: say what is to be done")
    button = _("Acknowledge with this instruction")
    phrases = PHRASES
    instruction = instruction()
    wanted_by = InstantField(_("Until when"))

    def fill(self) -> None:
        self.fields["wanted_by"].branch = self.complaint.branch  # type: ignore[attr-defined]  # its own field

    def inputs(self) -> dict[str, Any]:
        """All that waits for this person on this complaint; what settled meanwhile too."""
        waiting = escalated.of_complaint(self.complaint, self.person)
        return {**super().inputs(), "escalations": [row.pk for row in waiting]}


class ManyForm(forms.Form):
    """One instruction for several complaints at once; `n` are their numbers."""

    n = forms.MultipleChoiceField(label=_("Complaints"), error_messages={"required": _("Tick the complaints it is for.")})
    instruction = instruction()
    wanted_by = InstantField(_("Until when"))
    phrases = PHRASES

    def __init__(self, data: Any = None, *, branch: Branch, numbers: list[str]) -> None:
        super().__init__(data, auto_id="many-%s")
        self.fields["wanted_by"].branch = branch  # type: ignore[attr-defined]  # its own field
        self.fields["n"].choices = [(number, number) for number in numbers]  # type: ignore[attr-defined]  # a choice field
