"""The plan of a round as a form (R18, R18a): what was found, the cause, and rows of measures.

Two strictnesses over the same fields: a draft takes what is there, a proposal wants every row complete and a signature. What the plan
as a whole needs is asked by the door (`plans.gaps`). Not here: storing it (`actions`).
"""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.models import Measure, Round
from complaints.moves import MOVES
from complaints.plans import MeasureDraft, PlanDraft, is_light
from complaints.states import CauseCategory, Finding, MeasureKind
from escalation import clock
from organisation.models import Person

from . import fields as ask
from .base import MoveForm
from .files import AddFileForm
from .record import DayField

USUAL_TIME = dt.timedelta(days=7)
MOST_MEASURES = 40
CHOOSE = [("", _("Please choose"))]
TEXTS = ("finding", "investigation", "cause", "cause_category", "escape", "no_measure_reason")


class MeasureRow(forms.Form):
    """One measure. Without a text it does not count; a draft without owner or date gets whoever drafts it and a week."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=MeasureKind.choices, initial=MeasureKind.CORRECTIVE)
    text = forms.CharField(label=_("Measure"), required=False, max_length=ask.LONGEST, widget=forms.Textarea(attrs={"rows": 2}))
    owner = ask.PersonField(_("Owner"), required=False)
    due_on = DayField(label=_("Due on"), required=False)

    def __init__(self, *args: Any, people: QuerySet[Person], person: Person, today: dt.date, strict: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.today, self.strict = person, today, strict
        self.empty_permitted = False  # a row as it was saved is no empty row: autosave would drop it
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]  # a choice among rows
        self.fields["owner"].choices = [*CHOOSE, *((row.pk, str(row)) for row in people)]  # type: ignore[attr-defined]  # loaded once
        self.fields["owner"].initial = person.pk
        self.fields["due_on"].initial = today + USUAL_TIME

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.strict and given.get("text"):
            for name, message in (("owner", _("Who does it?")), ("due_on", _("By when?"))):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, message)
        return given

    def draft(self) -> MeasureDraft:
        given = self.cleaned_data
        return MeasureDraft(
            given["kind"], given["text"], given["owner"] or self.person, given["due_on"] or self.today + USUAL_TIME, given["id"]
        )


class BaseMeasures(forms.BaseFormSet):
    def drafts(self) -> list[MeasureDraft]:
        """The rows that count, in their order; call after `is_valid()`."""
        kept = [row for row in self.forms if row.cleaned_data.get("text") and not row.cleaned_data.get("DELETE")]
        return [row.draft() for row in kept]


MeasureSet = forms.formset_factory(
    MeasureRow, formset=BaseMeasures, extra=1, can_delete=True, max_num=MOST_MEASURES, absolute_max=MOST_MEASURES, validate_max=True
)


class PlanForm(MoveForm):
    """A draft: what is missing may be missing."""

    template = "complaints/plan/form.html"
    page = "complaints/plan.html"
    fragment = "complaints/plan/measures.html"
    strict = False
    heading = _("Propose measures")
    outlook = _("The department's head reviews it next.")
    button = _("Sign and propose")

    finding = forms.ChoiceField(label=_("Verdict"), choices=[*CHOOSE, *Finding.choices], required=False)
    investigation = ask.words(_("What was found"), hint=_("Who was asked, what was seen, what the records show."))
    cause = ask.words(_("Root cause"), rows=2, hint=_("Down to where it can be changed."))
    cause_category = forms.ChoiceField(label=_("Category of the cause"), choices=[*CHOOSE, *CauseCategory.choices], required=False)
    escape = ask.words(_("Why it was not found before it left"), rows=2)
    no_measure_reason = ask.words(_("Why no measure is needed"), rows=2, hint=_("Only when there is none."))

    def fill(self) -> None:
        self.fields["password"].required = self.strict
        self.round = Round.objects.filter(complaint=self.complaint, number=self.complaint.round).first()
        for name in TEXTS:
            self.initial.setdefault(name, getattr(self.round, name, ""))
        people = ask.people_of(self.complaint, self.complaint.department_id)
        today = clock.now().astimezone(self.complaint.branch.tz).date()
        row = {"people": people, "person": self.person, "today": today, "strict": self.strict}
        self.measures = MeasureSet(self.data if self.is_bound else None, prefix="measures", initial=self._rows(), form_kwargs=row)

    def _rows(self) -> list[dict[str, Any]]:
        """What the round holds and is not done; done containment stays as it is."""
        rows = Measure.objects.filter(round=self.round, done_at=None) if self.round else []
        return [{"id": m.pk, "kind": m.kind, "text": m.text, "owner": m.owner_id, "due_on": m.due_on} for m in rows]

    @property
    def evidence(self) -> AddFileForm:
        """The form beside it: what is pasted into the plan is uploaded there."""
        about = {"complaint": self.complaint, "person": self.person, "standing": self.standing}
        return AddFileForm(move=MOVES["add_file"], initial={"back": "plan"}, **about)

    @property
    def is_light(self) -> bool:
        return is_light(self.complaint)

    @property
    def has_row_errors(self) -> bool:
        return self.measures.is_bound and not self.measures.is_valid()

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.measures.is_valid()])

    def inputs(self) -> dict[str, Any]:
        return {"plan": PlanDraft(**{name: self.cleaned_data[name] for name in TEXTS}, measures=self.measures.drafts())}


class ProposeForm(PlanForm):
    """The plan, complete and signed by the handler."""

    strict = True
