"""Forms of acts on the record: remark, file, link, completing and correcting (R9, R38)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.moves import Text
from complaints.states import LinkKind
from escalation import clock

from . import fields as ask
from .base import MoveForm
from .record import CONTENT, HEADER, SUBJECT, RecordForm

# The type decides who sees a complaint and has an act of its own; the known lot follows the number.
ELSEWHERE = ("type", "lot")


class RemarkForm(MoveForm):
    button = _("Add the remark")
    text = ask.words(_("Remark"), required=True, hint=_("The customer does not see it."))


class LinkForm(MoveForm):
    """Only to a complaint one sees; one that does not exist and one that is not for this person sound the same."""

    button = _("Link")
    other = forms.CharField(label=_("Number of the other complaint"), max_length=24)
    kind = forms.ChoiceField(
        label=_("How they belong together"), choices=LinkKind.choices, widget=forms.RadioSelect, initial=LinkKind.CAUSE
    )

    def clean_other(self) -> Complaint:
        number = self.cleaned_data["other"].strip().upper()
        other = Complaint.objects.visible_to(self.person).filter(number=number).first()
        if other is None:
            raise ValidationError(_("There is no complaint of this number that you may see."))
        return other


class RecordMoveForm(MoveForm):
    """Holds a `RecordForm` over the complaint; what differs becomes the move's `changes`."""

    template = "complaints/moves/record.html"

    def fill(self) -> None:
        branch = self.complaint.branch
        self.record = RecordForm(
            self.data if self.is_bound else None, branch=branch, now=clock.now(), instance=self.complaint, auto_id=self.auto_id
        )
        for name in ELSEWHERE:
            del self.record.fields[name]

    def is_valid(self) -> bool:
        both = all([super().is_valid(), self.record.is_valid()])
        if both and not self.record.changes():
            self.add_error(None, _("Nothing has been changed."))
        return both and not self.errors

    def inputs(self) -> dict[str, Any]:
        changes = self.record.changes()
        if "lot_number" in changes and changes["lot_number"] != str(self.complaint.lot or ""):
            changes["lot"] = None
        return {**super().inputs(), "changes": changes}

    def refuse(self, errors: dict[str, Text]) -> None:
        of_record = {name: message for name, message in errors.items() if name in self.record.fields}
        for name, message in of_record.items():
            self.record.add_error(name, str(message))
        super().refuse({name: message for name, message in errors.items() if name not in of_record})

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        titles = (_("Who and when"), _("About what"), _("What happened"))
        return [
            (title, [self.record[name] for name in names if name in self.record.fields])
            for title, names in zip(titles, (HEADER, SUBJECT, CONTENT), strict=True)
        ]


class CompleteForm(RecordMoveForm):
    heading = _("Complete the record")
    button = _("Save the record")


class CorrectForm(RecordMoveForm):
    heading = _("Correct a fact")
    outlook = _("The old wording stays in the history.")
    button = _("Correct")
    reason_label = _("Why it is corrected")
