"""Forms of intake's end and of triage (R12-R15): submitting, answering at once, validity, nature, grade, type.

Not here: the record itself (`record`), and working the grade out by counting.
"""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints import nature
from complaints.guess import guess
from complaints.models import ComplaintType
from complaints.states import Criterion, Grade, Nature

from . import fields as ask
from .base import MoveForm
from .record import LocalMomentField, types_by_group

# What each grade means (R15), for whoever decides.
GRADES = {
    Grade.CRISIS: _("Media exposure that harms the company's name, or ten complainants or more acting together; happened or possible."),
    Grade.SERIOUS: _("A lawsuit or exposure possible, three different complainants with the same problem in a month, or 3 to 9 together."),
    Grade.RAISED: _("The same problem for the third time after it was handled, or another department has to help."),
    Grade.PLAIN: _("Everything else."),
}


class SubmitForm(MoveForm):
    outlook = _("The business manager judges it next.")
    button = _("Submit to the manager")
    note = ask.words(_("Note for the manager"), rows=2, hint=_("The customer does not see it."))


class ExplainedForm(MoveForm):
    """Closed with what was explained to the customer and when (R13)."""

    explained = ask.words(_("What was explained to the customer"), required=True)
    told_at = LocalMomentField(label=_("When"))

    def fill(self) -> None:
        self.fields["told_at"].zone = self.complaint.branch.tz  # type: ignore[attr-defined]  # a LocalMomentField
        self.initial.setdefault("told_at", timezone.now())


class AnswerOnTheSpotForm(ExplainedForm):
    outlook = _("Closes it. The manager countersigns within a working day.")
    button = _("Answered, close")


class RejectForm(ExplainedForm):
    outlook = _("Closes it as not factual. The manager countersigns within a working day.")
    button = _("Not factual, close")


class JudgeInvalidForm(ExplainedForm):
    heading = _("Not valid")
    outlook = _("Closes it. It keeps its number and can be reopened.")
    button = _("Not valid, close")
    reason_label = _("Why it is not valid")


class AskBackForm(MoveForm):
    heading = _("Ask back")
    outlook = _("Goes back to whoever took it; the clock goes on.")
    button = _("Ask back")
    reason_label = _("What is missing")


class TypeForm(MoveForm):
    """A form with the two-level type, guessed from the words where nobody has chosen it (R8)."""

    type = forms.ModelChoiceField(ComplaintType.objects.none(), label=_("Type"), empty_label=_("Please choose"))

    def fill(self) -> None:
        types = ComplaintType.objects.filter(branch=self.complaint.branch_id, is_active=True)
        ask.set_choices(self, type=types)
        self.fields["type"].choices = [("", gettext("Please choose")), *types_by_group(types)]  # type: ignore[attr-defined]  # a choice field
        self.initial.setdefault("type", self.complaint.type_id or self._guessed(list(types)))

    def _guessed(self, types: list[ComplaintType]) -> int | None:
        found = guess(f"{self.complaint.about} {self.complaint.words}", types)
        if found is None:
            return None
        self.fields["type"].help_text = gettext("Suggested by the words: %(words)s") % {"words": " · ".join(found.words)}
        return found.id


class CriteriaMixin(forms.Form):
    criteria = forms.MultipleChoiceField(
        label=_("What makes it major"), choices=Criterion.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    nature = forms.ChoiceField(label=_("Nature"), choices=Nature.choices, widget=forms.RadioSelect)

    def ticked(self) -> list[str]:
        """What is ticked now, as sent or at first."""
        return [str(value) for value in self["criteria"].value() or []]


class MemoMixin(MoveForm):
    """What the internal memo asks of each, and of a confidential complaint to whom it goes (R4, R17); only major ones have one."""

    asks = ask.words(_("What is asked of each"), rows=3, hint=_("Stands on the internal memo. Only for a major complaint."))

    def add_memo(self) -> None:
        """Of a confidential complaint the manager names who is told beside the general manager."""
        if self.complaint.confidential:
            self.fields["memo_to"] = ask.PeopleField(_("Who gets the internal memo"), required=False)
            ask.set_choices(self, memo_to=ask.people_of(self.complaint))


class JudgeForm(CriteriaMixin, MemoMixin, TypeForm):
    template = "complaints/moves/judge.html"
    heading = _("Valid")
    outlook = _("Then the department is assigned.")
    button = _("Judge and go on")
    nature_reason = ask.words(_("Why it is general although criteria are ticked"), rows=2)
    grade = forms.TypedChoiceField(label=_("Grade"), choices=Grade.choices, coerce=int, widget=forms.RadioSelect)
    grade_reason = ask.words(_("Reason of the grade"), rows=2, hint=_("Needed for grades 1 to 3."))

    def fill(self) -> None:
        super().fill()
        self.signs = nature.signs(self.complaint)
        shown = self.complaint.criteria if self.complaint.nature else [sign.criterion for sign in self.signs if sign.ticked]
        self.initial.setdefault("criteria", shown)
        self.initial.setdefault("nature", self.complaint.nature or (Nature.MAJOR if shown else Nature.GENERAL))
        self.initial.setdefault("grade", self.complaint.grade)
        self.initial.setdefault("grade_reason", self.complaint.grade_reason)
        self.add_memo()
        self.order_fields(["criteria", "nature", "nature_reason", "asks", "memo_to", "grade", "grade_reason", "type"])

    def rows(self) -> list[dict[str, Any]]:
        """The criteria with what the record shows of each."""
        ticked = self.ticked()
        return [{"sign": sign, "label": sign.criterion.label, "on": sign.criterion.value in ticked} for sign in self.signs]

    def grades(self) -> list[dict[str, Any]]:
        chosen = str(self["grade"].value() or "")
        return [{"value": g.value, "label": g.label, "means": GRADES[g], "on": str(g.value) == chosen} for g in Grade]


class RegradeForm(MoveForm):
    button = _("Change the grade")
    grade = forms.TypedChoiceField(label=_("Grade"), choices=Grade.choices, coerce=int, widget=forms.RadioSelect)
    reason = ask.words(_("Reason"), hint=_("Needed to lower it."))

    def fill(self) -> None:
        self.initial.setdefault("grade", self.complaint.grade)


class ChangeNatureForm(CriteriaMixin, MemoMixin):
    button = _("Change the nature")

    def fill(self) -> None:
        self.initial.setdefault("criteria", self.complaint.criteria)
        self.initial.setdefault("nature", self.complaint.nature)
        self.add_memo()


class ChangeTypeForm(TypeForm):
    button = _("Change the type")
    reason = ask.words(_("Reason"), rows=2)
