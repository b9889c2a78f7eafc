"""Forms of what is said between us and the customer (R21, R23-R25): answers, updates, promises, chasing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints import letters
from complaints.answerchecks import answer_due
from complaints.models import Promise
from complaints.pausing import outlook
from escalation import clock

from . import fields as ask
from .base import MoveForm
from .record import DayField


class AcknowledgeForm(MoveForm):
    template = "complaints/moves/message.html"
    button = _("Record as told")
    means = ask.means()
    text = ask.words(_("What the customer was told"), rows=6)

    def fill(self) -> None:
        self.initial.setdefault("text", letters.acknowledgement(self.complaint))


class TellForm(MoveForm):
    template = "complaints/moves/message.html"
    button = _("Record as told")
    means = ask.means()
    text = ask.words(_("What the customer was told"), required=True, rows=6)

    def fill(self) -> None:
        self.initial.setdefault("text", letters.update(self.complaint))


class CustomerAgreesForm(MoveForm):
    heading = _("Customer agrees")
    outlook = _("Goes to follow-up.")
    button = _("Customer agrees")
    words = ask.words(_("The customer's words"), rows=2)
    means = ask.means(_("How it came"))


class CustomerRefusesForm(MoveForm):
    heading = _("Customer refuses")
    outlook = _("The manager decides: redo, or go on.")
    button = _("Customer refuses")
    words = ask.words(_("The customer's words"), required=True)
    means = ask.means(_("How it came"))


class NoAnswerForm(MoveForm):
    heading = _("No answer")
    outlook = _("Goes to follow-up as unanswered, three working days after the reply.")
    button = _("No answer, go on")

    def fill(self) -> None:
        due = answer_due(self.complaint.pk)
        if due and due >= clock.now():
            until = f"{due.astimezone(self.complaint.branch.tz):%Y-%m-%d %H:%M}"
            self.outlook = _("The customer has time to answer until %(when)s; then it goes to follow-up by itself.") % {"when": until}


class RedoForm(MoveForm):
    outlook = _("Opens a new round of measures.")
    button = _("Redo")
    reason_label = _("What has to be done again, and why")


class CrisisForm(MoveForm):
    outlook = _("Grade 1; the general manager is told at once, and a new round of measures opens.")
    button = _("Raise it to a crisis")
    reason_label = _("What makes it a crisis")
    reason_hint = _("The general manager reads it.")


class ChaseForm(MoveForm):
    heading = _("The customer rang again")
    outlook = _("Moves the complaint up; no new complaint is recorded.")
    button = _("Record the call")
    words = ask.words(_("What the customer said"), rows=2)
    means = ask.means()


class PromiseForm(MoveForm):
    heading = _("Promise to the customer")
    button = _("Record the promise")
    text = ask.line(_("What was promised"))
    due_on = DayField(label=_("By"))


class KeepPromiseForm(MoveForm):
    button = _("Promise kept")
    promise = forms.ModelChoiceField(Promise.objects.none(), label=_("Promise"), empty_label=None, widget=forms.RadioSelect)
    text = ask.words(_("What was done"), rows=2)

    def fill(self) -> None:
        promises = Promise.objects.filter(complaint=self.complaint, kept_at=None, broken_at=None)
        ask.set_choices(self, promise=promises)
        self.fields["promise"].label_from_instance = lambda row: f"{row.text} · {row.due_on}"  # type: ignore[attr-defined]  # a choice field


class PauseForm(MoveForm):
    """Shows what the pause would move before it is made."""

    template = "complaints/moves/pause.html"
    outlook = _("Only while we wait for the customer; everybody sees it.")
    button = _("Pause")
    reason_label = _("What we wait for")
    asked = ask.words(_("Whom we asked, and when"), rows=2)

    def fill(self) -> None:
        self.pausing = outlook(self.complaint, clock.now())


class ResumeForm(MoveForm):
    button = _("Resume")
    note = ask.words(_("Note"), rows=2)
