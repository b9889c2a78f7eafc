"""The filters of the list as they stand in its address, and the chips that show them.

Addresses are given on and kept, so what makes no sense is said at its field and left out. Not here: what a filter means
(`listing.criteria`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from complaints.listing.criteria import ALL, OPEN, Criteria
from complaints.models import ComplaintType, Customer, Product
from complaints.moves import Text
from complaints.search import MAX_QUERY
from complaints.states import Channel, Grade, Nature, Outcome, State
from organisation.models import Department, Person

TABS: tuple[tuple[str, Text], ...] = (
    (OPEN, _("All open")),
    ("mine", _("Mine")),
    ("major", _("Major")),
    ("customer", _("Waiting for customer")),
    ("department", _("My department")),
    ("closed", _("Closed this month")),
    (ALL, _("All")),
)
ANY: tuple[str, Text] = ("", _("Any"))
SHOWN_ELSEWHERE = ("tab", "q", "sort")
PLACE = ("after", "before")


def _choice(label: Text, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[ANY, *choices])


def _several(label: Text, choices: Any) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple)


def _one_of(label: Text, model: type[Model]) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(model._default_manager.none(), label=label, required=False, empty_label=_("Any"))


def _day(label: Text) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class FilterForm(forms.Form):
    tab = forms.ChoiceField(choices=TABS, required=False, widget=forms.HiddenInput)
    q = forms.CharField(label=_("Words"), required=False, max_length=MAX_QUERY, help_text=_("Number, customer, product, lot, order, text"))
    stage = _several(_("Stage"), [(OPEN, _("All but closed")), *State.choices])
    grade = _several(_("Grade"), Grade.choices)
    nature = _choice(_("Nature"), Nature.choices)
    type = _one_of(_("Type"), ComplaintType)
    department = _one_of(_("Department"), Department)
    handler = _one_of(_("Handler"), Person)
    customer = _one_of(_("Customer"), Customer)
    customer_name = forms.CharField(label=_("Customer"), required=False, max_length=120, help_text=_("Part of the name or number"))
    product = _one_of(_("Product"), Product)
    product_name = forms.CharField(label=_("Product"), required=False, max_length=120, help_text=_("Part of the name or code"))
    channel = _choice(_("Channel"), Channel.choices)
    outcome = _choice(_("Outcome"), Outcome.choices)
    received_from = _day(_("Received from"))
    received_to = _day(_("Received to"))
    chased = forms.BooleanField(label=_("Chased by the customer"), required=False)
    reopened = forms.BooleanField(label=_("Reopened"), required=False)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, person: Person) -> None:
        super().__init__(data)
        branches = {"branch": person.branch_id}
        self.fields["type"].queryset = ComplaintType.objects.filter(**branches).order_by("group", "code")
        self.fields["department"].queryset = Department.objects.filter(**branches).order_by("code")
        self.fields["handler"].queryset = Person.objects.filter(**branches).order_by("-is_active", "name")
        self.fields["customer"].queryset = Customer.objects.defer("search")
        self.fields["product"].queryset = Product.objects.all()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("received_from"), given.get("received_to")
        if first and last and last < first:
            self.add_error("received_to", _("The last day is before the first."))
        return given

    @property
    def criteria(self) -> Criteria:
        """What could be understood; a search without a tab is for all, a plain list for the open ones."""
        given = {field.name: self.cleaned_data[field.name] for field in fields(Criteria) if self.cleaned_data.get(field.name)}
        given.setdefault("tab", ALL if given.get("q") else OPEN)
        return Criteria(**{**given, "grade": [int(grade) for grade in given.get("grade", [])]})

    @property
    def narrowed(self) -> list[str]:
        """Names of the filters that are set, beside tab and words."""
        return [name for name in self.fields if name not in SHOWN_ELSEWHERE and self.cleaned_data.get(name)]

    def address(self, *without: str, **changed: str) -> str:
        """The query of the list's address with all that is set, less `without`, with `changed`; always on its first page."""
        kept = QueryDict(mutable=True)
        for name in self.fields:
            if name not in without and name not in changed and (values := [v for v in self.data.getlist(name) if v]):
                kept.setlist(name, values)
        for name, value in changed.items():
            kept[name] = value
        return f"?{kept.urlencode()}"

    def chips(self) -> Iterator["Chip"]:
        for name in self.narrowed:
            yield Chip(self.fields[name].label or "", self._words(name), self.address(name))

    def _words(self, name: str) -> str:
        """What a filter is set to, in words; '' for a tick, whose label says it."""
        field, value = self.fields[name], self.cleaned_data[name]
        if isinstance(value, bool):
            return ""
        if isinstance(field, forms.DateField):
            return date_format(value, "SHORT_DATE_FORMAT")
        if isinstance(field, forms.ModelChoiceField) or not hasattr(field, "choices"):
            return str(value)
        labels = {str(key): str(label) for key, label in field.choices}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(labels[str(one)] for one in chosen)


@dataclass(frozen=True)
class Chip:
    """A filter that is set; `without` is the list's address when it is taken away."""

    label: Text
    value: str
    without: str
