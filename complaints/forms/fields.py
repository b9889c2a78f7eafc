"""Fields the forms of the moves share: words, days, moments, people, departments, means.

Not here: which move asks for which of them.
"""

from typing import Any

from django import forms
from django.db.models import Case, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Complaint, Measure
from complaints.moves import Text
from complaints.states import Means
from organisation.models import Department, Person

LONGEST = 4000  # characters of a text people write
LONGEST_PASSWORD = 128
# As something to choose: the label of the means says that it was done.
MEANS = [(one.value, pgettext_lazy("means to choose", "By telephone") if one == Means.TELEPHONE else one.label) for one in Means]


def words(label: Text, *, required: bool = False, rows: int = 3, hint: Text = "", initial: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=LONGEST, widget=widget, help_text=hint, initial=initial)


def line(label: Text, *, required: bool = True, most: int = 300, hint: Text = "") -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=most, help_text=hint)


def password() -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
    return forms.CharField(label=_("Your password"), max_length=LONGEST_PASSWORD, strip=False, widget=widget)


def means(label: Text = "", initial: str = Means.TELEPHONE) -> forms.ChoiceField:
    return forms.ChoiceField(label=label or _("How"), choices=MEANS, widget=forms.RadioSelect, initial=initial)


class PersonField(forms.ModelChoiceField):
    """Somebody of the complaint's branch, shown with the department; never whom the complaint is about (R3)."""

    def __init__(self, label: Text, *, required: bool = True, hint: Text = "") -> None:
        super().__init__(Person.objects.none(), label=label, required=required, help_text=hint, empty_label=_("Please choose"))

    def label_from_instance(self, person: Person) -> str:
        return f"{person} · {person.department}" if person.department else str(person)


class PeopleField(forms.ModelMultipleChoiceField):
    """Several people of the branch, shown with the department."""

    def __init__(self, label: Text, *, required: bool = True, hint: Text = "") -> None:
        super().__init__(Person.objects.none(), label=label, required=required, help_text=hint, widget=forms.CheckboxSelectMultiple)

    def label_from_instance(self, person: Person) -> str:
        return f"{person} · {person.department}" if person.department else str(person)

    def clean(self, value: Any) -> list[Person]:
        return list(super().clean(value))


def people_of(complaint: Complaint, first: int | None = None) -> QuerySet[Person]:
    """Who may be given something to do on it: active, of its branch; those of department `first` at the top."""
    people = Person.objects.active().filter(branch=complaint.branch_id).select_related("department")
    people = people.exclude(pk=complaint.against_id) if complaint.against_id else people
    at_hand = Case(When(department=first, then=0), default=1) if first else Value(0)
    return people.order_by(at_hand, "department__name", "name")


class DepartmentField(forms.ModelChoiceField):
    """A department of the complaint's branch, shown with its head."""

    def __init__(self, label: Text, *, required: bool = True, hint: Text = "") -> None:
        super().__init__(Department.objects.none(), label=label, required=required, help_text=hint, empty_label=_("Please choose"))

    def label_from_instance(self, department: Department) -> str:
        return f"{department} · {department.head}" if department.head else str(department)


def departments_of(complaint: Complaint) -> QuerySet[Department]:
    return Department.objects.filter(branch=complaint.branch_id, is_active=True).select_related("head").order_by("code")


class MeasureField(forms.ModelChoiceField):
    """A measure of the present round; `empty` says what none of them means, where that is allowed."""

    def __init__(self, label: Text = "", *, empty: Text = "") -> None:
        super().__init__(
            Measure.objects.none(),
            label=label or _("Measure"),
            required=not empty,
            empty_label=empty or None,
            widget=forms.Select if empty else forms.RadioSelect,
        )

    def label_from_instance(self, measure: Measure) -> str:
        return f"{measure.get_kind_display()} · {measure.text} · {measure.owner}"


def address(page: str, complaint: Complaint) -> str:
    return reverse(page, args=[complaint.number])


def measures_of(complaint: Complaint) -> QuerySet[Measure]:
    return Measure.objects.filter(complaint=complaint.pk, round__number=complaint.round).select_related("owner")


class UploadedFiles(forms.MultipleHiddenInput):
    """Ids of files. Their file input has the same name, and one that is empty arrives as an empty text."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [value for value in super().value_from_datadict(data, files, name) or [] if value]


def set_choices(form: forms.BaseForm, **rows: QuerySet[Any]) -> None:
    for name, queryset in rows.items():
        form.fields[name].queryset = queryset  # type: ignore[attr-defined]  # each of them is a choice among rows
