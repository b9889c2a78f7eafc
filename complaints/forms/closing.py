"""Forms of the end (R13, R25-R27): the department's word, closing in its kinds, withdrawing, countersigning, reopening."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.closing import Item, closing_list
from complaints.moves import MOVES, Move

from . import fields as ask
from .base import MoveForm

# What supplies each thing that may be missing before closing.
SUPPLIES = {
    "reply": "send_reply",
    "done": "measure_done",
    "verified": "verify",
    "visit": "record_visit",
    "promises": "keep_promise",
    "unanswered": "tell",
    "head": "sign_off",
}


class SignOffForm(MoveForm):
    heading = _("The department's word on the file")
    button = _("Give the department's word")
    words = ask.words(_("Your word"), required=True, rows=2)


class RemindForm(MoveForm):
    outlook = _("Whoever it waits for is told, each at most once a working day.")
    button = _("Remind")
    kind = forms.ChoiceField(label=_("What is missing"))

    def fill(self) -> None:
        missing = [(item.code, item.label) for item in closing_list(self.complaint) if not item.done]
        self.fields["kind"].choices = missing  # type: ignore[attr-defined]  # a choice


class CloseForm(MoveForm):
    """Shows what is still missing before it can be signed (R27)."""

    template = "complaints/moves/close.html"
    page = "complaints/closing.html"
    heading = _("Close: resolved")
    button = _("Sign and close")
    lessons = ask.words(
        _("What was learned"), required=True, hint=_("So that it does not happen again; other products with the same risk.")
    )

    def fill(self) -> None:
        self.items: list[Item] = closing_list(self.complaint)

    def rows(self) -> list[tuple[Item, Move]]:
        """Each thing with the move that supplies it."""
        return [(item, MOVES[SUPPLIES[item.code]]) for item in self.items]

    @property
    def missing(self) -> list[Item]:
        return [item for item in self.items if not item.done]


class CloseDissatisfiedForm(CloseForm):
    heading = _("Close against the customer's will")
    outlook = _("The customer is told where to turn next and that it can be reopened.")
    reason_label = _("Why it is closed all the same")


class CloseUnreachableForm(CloseForm):
    heading = _("Close: customer not reachable")


class WithdrawForm(MoveForm):
    heading = _("The customer withdraws")
    outlook = _("Closes it with your signature.")
    button = _("Sign and close as withdrawn")
    words = ask.words(_("The customer's words"), required=True)


class ReopenForm(MoveForm):
    outlook = _("Goes to triage; it keeps its number and counts as reopened.")
    button = _("Reopen")


class LeaveClosedForm(MoveForm):
    outlook = _("It stays closed; the question is answered.")
    button = _("Leave it closed")
    reason_label = _("Why it stays closed")


class CountersignForm(MoveForm):
    heading = _("Countersign")
    outlook = _("It stays closed.")
    button = _("Countersign")


class CountersignNgForm(MoveForm):
    heading = _("Do not countersign")
    outlook = _("Opens it again: triage.")
    button = _("Open it again")
