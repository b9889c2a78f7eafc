"""Forms of intake's end and of triage (R12-R15): submitting, answering at once, validity, nature, grade, type.

Not here: the record itself (`record`), and working the grade out by counting (`complaints.facts`, `complaints.grading`).
"""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints import nature, rules
from complaints.facts import deliveries, proposed_helpers
from complaints.guess import guess
from complaints.models import ComplaintType
from complaints.states import Criterion, Grade, Judged, Nature
from complaints.ticket import gradebox
from organisation.roles import Role

from . import fields as ask
from .base import MoveForm
from .record import LocalMomentField, types_by_group


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


DECIDING = frozenset({Role.MANAGER, Role.GM})
ASSIGNING = ("department", "usual", "department_note")
WHY_LOWER = _("It goes into the history, and the general manager reads it. With another customer it is worked out again.")
MOST_MARKS = 2000


class MarksField(forms.Field):
    """What a judgement was made on, sent along by the form; the door believes only what holds then."""

    widget = forms.MultipleHiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_python(self, value: Any) -> list[str]:
        return [str(mark) for mark in value or []][:MOST_MARKS]


class GradeMixin(MoveForm):
    """The grade with its rules, worked out for what stands in the form now; `why` names the field of the reason for lowering it."""

    why = "reason"
    judged = forms.MultipleChoiceField(
        label=_("For you to judge"), choices=Judged.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    helper = ask.DepartmentField(_("Which department has to help"), required=False, hint=_("Only where it has to help."))
    grade = forms.TypedChoiceField(label=pgettext_lazy("triage", "Set as"), choices=Grade.choices, coerce=int, widget=forms.RadioSelect)
    weighed = MarksField()

    def fill(self) -> None:
        super().fill()
        complaint = self.complaint
        ask.set_choices(self, helper=ask.departments_of(complaint).exclude(pk=complaint.department_id))
        self.initial.setdefault("judged", complaint.judged)
        self.initial.setdefault("helper", complaint.helper_id or next(iter(proposed_helpers(complaint)), None))
        self.box = gradebox.box(complaint, self.person, **self.instead())
        if self.initial.setdefault("grade", self._before()) in (None, ""):
            self.initial["grade"] = self.box.grade.value

    def _before(self) -> int | None:
        """The grade it has, unless a more severe one is worked out now and nobody lowered it on purpose."""
        had, worked_out = self.complaint.grade, self.complaint.worked_out
        on_purpose = had is not None and worked_out is not None and had > worked_out
        return had if on_purpose or had is None else min(had, self.box.grade.value)

    def instead(self) -> dict[str, Any]:
        """Columns as they stand in the form now, sent or at first; what makes no sense is left aside."""
        judged = [str(value) for value in self["judged"].value() or [] if value in Judged.values]
        return {"judged": judged, "helper_id": _key(self["helper"].value(), self.fields["helper"])}

    @property
    def bar(self) -> int:
        """Any grade below this one has to be given a reason."""
        return self.box.grade.value

    def grades(self) -> list[dict[str, Any]]:
        chosen = str(self["grade"].value() or "")
        worked_out = self.box.grade.value
        return [
            {
                "value": g.value,
                "label": g.label,
                "on": str(g.value) == chosen,
                "worked_out": g.value == worked_out,
                "lower": g.value > self.bar,
            }
            for g in Grade
        ]

    def lowered(self) -> bool:
        return any(row["on"] and row["lower"] for row in self.grades())

    def why_lower(self) -> forms.BoundField:
        return self[self.why]

    def box_url(self) -> str:
        return reverse("grade_box", args=[self.complaint.number, self.move.slug])


def _key(value: Any, field: Any) -> int | None:
    """The id of a row that may be chosen, else None."""
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 19 and field.queryset.filter(pk=int(text)).exists() else None


class AssignTooMixin(TypeForm):
    """The department may be assigned with the judgement: two moves, one sending (R16). Contested twice, it is not the manager's to assign.

    What the type usually has stands there, and follows the type until somebody chooses; `usual` remembers what it was.
    """

    department = ask.DepartmentField(_("Responsible department"), required=False)
    usual = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    department_note = ask.words(_("Word to the department"), rows=2, hint=_("The customer does not see it."))

    def fill(self) -> None:
        super().fill()
        if rules.contested_twice(self.complaint, DECIDING) != DECIDING:
            for name in ASSIGNING:
                del self.fields[name]
            return
        ask.set_choices(self, department=ask.departments_of(self.complaint))
        field: Any = self.fields["department"]
        field.empty_label = _("Leave it for the next step")
        of_the_type = self._of_the_type()
        field.help_text = gettext("Usual for the type “%(type)s”.") % {"type": of_the_type} if of_the_type else ""
        proposed = self.complaint.proposed_department_id or (of_the_type.default_department_id if of_the_type else None)
        if self.initial.get("department", "") == self.initial.get("usual", ""):
            self.initial["department"] = proposed
        self.initial["usual"] = proposed

    def _of_the_type(self) -> ComplaintType | None:
        """The type that stands in the form, where it usually has a department."""
        key = _key(self["type"].value(), self.fields["type"])
        found = ComplaintType.objects.filter(pk=key).first() if key else None
        return found if found and found.default_department_id else None

    def inputs(self) -> dict[str, Any]:
        return {name: value for name, value in super().inputs().items() if name not in ASSIGNING}

    def then(self) -> list[tuple[str, dict[str, Any]]]:
        given = self.cleaned_data
        if not given.get("department"):
            return []
        return [("assign", {"department": given["department"], "note": given["department_note"]})]


class JudgeForm(AssignTooMixin, CriteriaMixin, MemoMixin, GradeMixin, TypeForm):
    template = "complaints/moves/judge.html"
    verb_template = "complaints/moves/judge_verb.html"
    heading = _("Valid")
    outlook = _("The department is assigned with it, or in the next step.")
    button = _("Judge and go on")
    why = "grade_reason"
    nature_reason = ask.words(_("Why it is general although criteria are ticked"), rows=2)
    grade_reason = ask.words(_("Why it is lower than what is worked out"), rows=2, hint=WHY_LOWER)

    def fill(self) -> None:
        super().fill()
        day = self.complaint.received_at.astimezone(self.complaint.branch.tz).date()
        self.signs = nature.signs(self.complaint, deliveries(self.complaint, day))
        shown = self.complaint.criteria if self.complaint.nature else [sign.criterion for sign in self.signs if sign.ticked]
        self.initial.setdefault("criteria", shown)
        self.initial.setdefault("nature", self.complaint.nature or (Nature.MAJOR if shown else Nature.GENERAL))
        self.initial.setdefault("grade_reason", self.complaint.grade_reason)
        self.add_memo()

    def instead(self) -> dict[str, Any]:
        """The type chosen now tells which complaints are on the same problem."""
        return {**super().instead(), "type_id": _key(self["type"].value(), self.fields["type"])}

    def rows(self) -> list[dict[str, Any]]:
        """The criteria with what the record shows of each."""
        ticked = self.ticked()
        return [{"sign": sign, "label": sign.criterion.label, "on": sign.criterion.value in ticked} for sign in self.signs]


class RegradeForm(GradeMixin):
    template = "complaints/moves/regrade.html"
    button = _("Change the grade")
    reason = ask.words(_("Why it is lower than before"), rows=2, hint=WHY_LOWER)

    @property
    def bar(self) -> int:
        return self.complaint.grade or Grade.PLAIN


class NameHelperForm(MoveForm):
    """Proposes the department whose people own a measure."""

    heading = _("Another department helps")
    outlook = _("It makes the complaint one of grade 3 at least.")
    button = _("Name the department")
    helper = ask.DepartmentField(_("Which department has to help"))
    note = ask.words(_("Why it is needed"), rows=2)

    def fill(self) -> None:
        ask.set_choices(self, helper=ask.departments_of(self.complaint).exclude(pk=self.complaint.department_id))
        proposed = next(iter(proposed_helpers(self.complaint)), None)
        self.initial.setdefault("helper", proposed)
        if proposed:
            self.fields["helper"].help_text = gettext("A measure is owned there.")


class ChangeNatureForm(CriteriaMixin, MemoMixin):
    button = _("Change the nature")

    def fill(self) -> None:
        self.initial.setdefault("criteria", self.complaint.criteria)
        self.initial.setdefault("nature", self.complaint.nature)
        self.add_memo()


class ChangeTypeForm(TypeForm):
    button = _("Change the type")
    reason = ask.words(_("Reason"), rows=2)
