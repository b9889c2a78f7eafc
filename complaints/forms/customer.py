"""Forms of what is said between us and the customer (R21, R23-R25): reply, answers, visit, updates, promises, chasing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints import letters
from complaints.models import Promise, Round
from complaints.pausing import outlook
from complaints.states import MeasureKind
from escalation import clock

from . import fields as ask
from .base import MoveForm
from .record import DayField

VERDICTS = [("yes", _("Satisfied")), ("no", _("Not satisfied"))]
SCORES = [(1, _("very dissatisfied")), (2, _("dissatisfied")), (3, _("so-so")), (4, _("satisfied")), (5, _("very satisfied"))]


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


class SendReplyForm(MoveForm):
    """Starts from what was approved, in the customer's language (R23)."""

    template = "complaints/moves/message.html"
    heading = _("Reply to the customer")
    outlook = _("Then we wait for the customer's answer.")
    button = _("Record the reply as sent")
    means = ask.means(_("How it is sent"), initial="email")
    text = ask.words(
        _("Reply"), required=True, rows=14, hint=_("The customer reads it: no names but the contact's, no cost, nothing internal.")
    )

    def fill(self) -> None:
        if "text" not in self.initial:
            self.initial["text"] = letters.reply(self.complaint, *self._approved())

    def _approved(self) -> tuple[Round | None, list]:
        plan = Round.objects.filter(complaint=self.complaint, number=self.complaint.round).prefetch_related("measures").first()
        order = list(MeasureKind)
        return plan, sorted(plan.measures.all() if plan else [], key=lambda m: (m.done_at is None, order.index(MeasureKind(m.kind))))


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


class RedoForm(MoveForm):
    outlook = _("Opens a new round of measures.")
    button = _("Redo")
    reason_label = _("What has to be done again, and why")


class RecordVisitForm(MoveForm):
    template = "complaints/moves/visit.html"
    heading = _("Record the visit")
    outlook = _("Satisfied: it can be closed. Not satisfied: the manager decides.")
    button = _("Record the visit")
    means = ask.means(_("How the customer was reached"))
    satisfied = forms.TypedChoiceField(
        label=_("Satisfied on the whole?"), choices=VERDICTS, coerce=lambda said: said == "yes", widget=forms.RadioSelect
    )
    score = forms.TypedChoiceField(label=_("Score"), choices=SCORES, coerce=int, widget=forms.RadioSelect)
    words = ask.words(_("The customer's words"))


class NotReachedForm(MoveForm):
    heading = _("Customer not reached")
    outlook = _("Record each try. Two working days after our message the manager may close it.")
    button = _("Record the try")
    words = ask.words(_("What was tried"), rows=2)
    means = ask.means()


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
        promises = Promise.objects.filter(complaint=self.complaint, kept_at=None)
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
