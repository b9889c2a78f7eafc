"""The plan of a round as a form (R18, R18a): what was found, why, where the goods are, measures and what the customer gets.

Two shapes of the same data, the short one and the full 8D: what a shape does not show stays as the round has it. Two strictnesses: a
draft takes what is there, a proposal wants every measure complete and a signature. What the plan as a whole needs is asked by the door
(`plans.gaps`). Not here: rows beside the measures (`planrows`), the outline (`outline`), storing it (`actions`).
"""

import datetime as dt
from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.models import Measure, Round
from complaints.moves import MOVES, Text
from complaints.planrows import SHAPES, Why, answered
from complaints.plans import COLUMNS, MeasureDraft, PlanDraft, draft_of, is_light
from complaints.seats import present
from complaints.states import CauseCategory, Finding, MeasureKind, Remedy
from complaints.subjects import lot_quantity
from escalation import clock
from organisation.models import Person

from . import fields as ask
from .base import MoveForm
from .files import AddFileForm
from .outline import Outline, is_weak
from .planrows import row_set
from .record import CURRENCIES, AmountField, DayField

USUAL_TIME = dt.timedelta(days=7)
MOST_MEASURES = 40
CHOOSE = [("", _("Please choose"))]
# Of the plan's columns, those a field stands for; `full` is chosen by a button.
FIELDS = tuple(name for name in COLUMNS if name != "full")
CHAINED = {"cause": "whys", "escape": "escape_whys"}


class MeasureRow(forms.Form):
    """One measure. Without a text it does not count; a draft without owner or date gets whoever drafts it and a week."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=MeasureKind.choices, initial=MeasureKind.CORRECTIVE)
    text = forms.CharField(label=_("Measure"), required=False, max_length=ask.LONGEST, widget=forms.Textarea(attrs={"rows": 2}))
    owner = ask.PersonField(_("Owner"), required=False)
    due_on = DayField(label=_("Due on"), required=False)

    def __init__(
        self, *args: Any, people: QuerySet[Person], loaded: list[Person], person: Person, today: dt.date, strict: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.today, self.strict = person, today, strict
        self.empty_permitted = False  # a row as it was saved is no empty row: autosave would drop it
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]  # a choice among rows
        self.fields["owner"].choices = [*CHOOSE, *((row.pk, str(row)) for row in loaded)]  # type: ignore[attr-defined]  # loaded once
        self.fields["owner"].initial = person.pk
        self.fields["due_on"].initial = today + USUAL_TIME

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.strict and given.get("text"):
            for name, message in (("owner", _("Who does it?")), ("due_on", _("By when?"))):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, message)
        return given

    @property
    def weak_id(self) -> str:
        return f"weak-{self.prefix}"

    @property
    def is_weak(self) -> bool:
        return is_weak(self["text"].value(), self["kind"].value())

    def draft(self) -> MeasureDraft:
        given = self.cleaned_data
        kind, owner, due_on = given.get("kind") or MeasureKind.CORRECTIVE.value, given.get("owner"), given.get("due_on")
        return MeasureDraft(kind, given["text"], owner or self.person, due_on or self.today + USUAL_TIME, given.get("id"))


class BaseMeasures(forms.BaseFormSet):
    def drafts(self) -> list[MeasureDraft]:
        """The rows that count, in their order; call after `is_valid()`, whatever it said."""
        kept = [row for row in self.forms if row.cleaned_data.get("text") and not row.cleaned_data.get("DELETE")]
        return [row.draft() for row in kept]


MeasureSet = forms.formset_factory(
    MeasureRow, formset=BaseMeasures, extra=1, can_delete=True, max_num=MOST_MEASURES, absolute_max=MOST_MEASURES, validate_max=True
)


class PlanForm(MoveForm):
    """A draft: what is missing may be missing."""

    template = "complaints/plan/form.html"
    page = "complaints/plan.html"
    fragment = "complaints/plan/swapped.html"
    strict = False
    heading = _("Propose measures")
    outlook = _("The department's head reviews it next.")
    button = _("Sign and propose")

    finding = forms.ChoiceField(label=_("Verdict"), choices=[*CHOOSE, *Finding.choices], required=False)
    investigation = ask.words(_("What was found"), hint=_("Who was asked, what was seen, what the records show."))
    cause = ask.words(_("Root cause"), rows=2, hint=_("Down to where it can be changed."))
    cause_category = forms.ChoiceField(label=_("Category of the cause"), choices=[*CHOOSE, *CauseCategory.choices], required=False)
    escape = ask.words(_("Why it was not found before it left"), rows=2)
    escape_category = forms.ChoiceField(label=_("Category of why it escaped"), choices=[*CHOOSE, *CauseCategory.choices], required=False)
    lot_quantity = AmountField(
        label=_("Quantity of the lot"), decimal_places=3, required=False, help_text=_("The places have to add up to it.")
    )
    no_measure_reason = ask.words(_("Why no measure is needed"), rows=2, hint=_("Only when there is none."))
    no_measure_by = ask.PersonField(_("Who says so"), required=False)
    remedy_kinds = forms.MultipleChoiceField(
        label=_("What the customer gets"), choices=Remedy.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    remedy_text = ask.line(_("What exactly"), required=False)
    remedy_amount = AmountField(label=_("Amount"), decimal_places=2, required=False)
    remedy_currency = forms.ChoiceField(label=_("Currency"), required=False)
    remedy_how = ask.line(_("How the amount is worked out"), required=False, hint=_("Stays in the house."))

    def fill(self) -> None:
        self.fields["password"].required = self.strict
        self.round = Round.objects.filter(complaint=self.complaint, number=self.complaint.round).first()
        self.kept = draft_of(self.round) if self.round else PlanDraft()
        self.told: dict[str, Text] = {}
        for name in FIELDS:
            self.initial.setdefault(name, getattr(self.kept, name))
        self.initial["no_measure_by"] = getattr(self.round, "no_measure_by_id", None)
        self.known_quantity = lot_quantity(self.complaint)
        if self.initial["lot_quantity"] is None:
            self.initial["lot_quantity"] = self.known_quantity
        self._fill_currency()
        self.people = list(ask.people_of(self.complaint, self.complaint.department_id))
        self._fill_measures()
        self._fill_rows()

    def _fill_currency(self) -> None:
        own = self.complaint.branch.currency
        codes = dict.fromkeys(filter(None, (own, *CURRENCIES, self.kept.remedy_currency)))
        self.fields["remedy_currency"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]  # a choice
        self.initial["remedy_currency"] = self.kept.remedy_currency or own

    def _fill_measures(self) -> None:
        people = ask.people_of(self.complaint, self.complaint.department_id)
        field: Any = self.fields["no_measure_by"]
        field.queryset, field.choices = people, [*CHOOSE, *((row.pk, str(row)) for row in self.people)]
        today = clock.now().astimezone(self.complaint.branch.tz).date()
        row = {"people": people, "loaded": self.people, "person": self.person, "today": today, "strict": self.strict}
        self.all_measures = list(Measure.objects.filter(round=self.round).select_related("owner")) if self.round else []
        self.measures = MeasureSet(self.data if self.is_bound else None, prefix="measures", initial=self._rows(), form_kwargs=row)

    def _rows(self) -> list[dict[str, Any]]:
        """What the round holds and is not done; done containment stays as it is."""
        rows = [m for m in self.all_measures if m.done_at is None]
        return [{"id": m.pk, "kind": m.kind, "text": m.text, "owner": m.owner_id, "due_on": m.due_on} for m in rows]

    def more(self, name: str) -> None:
        """Put the cursor into the empty row of that name."""
        rows: Any = {"measures": self.measures, **self.sets}.get(name)
        if rows and rows.forms:
            first = next(one for one in rows.forms[-1].fields.values() if not isinstance(one.widget, forms.HiddenInput | forms.Select))
            first.widget.attrs["autofocus"] = True

    def _fill_rows(self) -> None:
        """A cause without a chain is its first link."""
        self.files = list(self.complaint.attachments.order_by("number"))
        shared = {"evidence": {file.number for file in self.files}, "departments": list(ask.departments_of(self.complaint))}
        rows = {name: getattr(self.kept, name) for name in SHAPES}
        for name, chain in CHAINED.items():
            alone = getattr(self.kept, name)
            rows[chain] = rows[chain] or ([Why(alone)] if alone else [])
        asked = answered(self.round.opened_because, self.round.answers) if self.round else []
        self.points, rows["answers"] = [point for point, _answer in asked], [answer for _point, answer in asked]
        self.sets = {name: row_set(name, self.data if self.is_bound else None, rows[name], shared) for name in SHAPES}

    @property
    def answers(self) -> list[tuple[str, forms.Form]]:
        """What was asked when it came back, each point with the fields to answer it."""
        return list(zip(self.points, self.sets["answers"].forms, strict=False))

    @property
    def evidence(self) -> AddFileForm:
        """The form beside it: what is pasted into the plan is uploaded there."""
        about = {"complaint": self.complaint, "person": self.person, "standing": self.standing}
        return AddFileForm(move=MOVES["add_file"], initial={"back": "plan"}, **about)

    @property
    def is_light(self) -> bool:
        """Whether the short way is enough for this complaint."""
        return is_light(self.complaint)

    @property
    def is_short(self) -> bool:
        """Whether the short shape is shown: the handler may take the full one all the same."""
        return self.is_light and not self.kept.full

    @cached_property
    def meeting(self) -> Any:
        """The meeting whose resolution the plan has to follow (R17)."""
        return present(self.complaint) if self.complaint.meeting else None

    @property
    def shows_amount(self) -> bool:
        """The short shape opens these fields only when something is in them."""
        names = ("remedy_text", "remedy_amount", "remedy_how")
        return not self.is_short or any(self[name].value() or self[name].errors for name in names) or "remedy_amount" in self.told

    @property
    def done_measures(self) -> list[Measure]:
        return [m for m in self.all_measures if m.done_at is not None]

    @property
    def has_row_errors(self) -> bool:
        return self.is_bound and not all(one.is_valid() for one in self.formsets)

    @property
    def formsets(self) -> list[Any]:
        """Of the rows that were sent; all of them before."""
        return [self.measures, *(one for one in self.sets.values() if one.is_bound or not self.is_bound)]

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(one.is_valid() for one in self.formsets)])

    def refuse(self, errors: dict[str, Text]) -> None:
        """What has no field of its own is told at its part; of a chain of whys that is so in the full shape."""
        self.told = dict(errors)
        chained = {} if self.is_short else CHAINED
        super().refuse({chained.get(name, name): message for name, message in errors.items()})

    def inputs(self) -> dict[str, Any]:
        return {"plan": self.draft()}

    def draft(self) -> PlanDraft:
        """What was sent over what the round holds, for a part that was not sent is left alone; whatever `is_valid()` has said."""
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data and self._sent(name)}
        given |= {name: one.rows() for name, one in self.sets.items() if one.is_bound}
        for name, chain in CHAINED.items():
            links = getattr(self.kept, chain)
            if chain in given:
                given[name] = given[chain][-1].text if given[chain] else ""
            elif links and name in given:
                given[chain] = [*links[:-1], Why(given[name])] if given[name] else links[:-1]
        if given.get("remedy_amount") is None and "remedy_currency" in given:
            given["remedy_currency"] = ""
        shape = self.data.get("shape")
        full = shape == "full" if shape in ("full", "light") else self.kept.full
        return replace(self.kept, **given, full=full, measures=self.measures.drafts())

    def _sent(self, name: str) -> bool:
        return (name if name != "remedy_kinds" else "remedy_currency") in self.data

    @cached_property
    def outline(self) -> Outline:
        return Outline(self.complaint, self.now, self.known_quantity, frozenset(measure.kind for measure in self.done_measures))

    @cached_property
    def now(self) -> PlanDraft:
        """The plan as it stands in the form."""
        if self.is_bound:
            self.is_valid()
            return self.draft().with_causes()
        return replace(self.kept, measures=[MeasureDraft(m.kind, m.text, m.owner, m.due_on, m.pk) for m in self.all_measures])


class ProposeForm(PlanForm):
    """The plan, complete and signed by the handler."""

    strict = True
