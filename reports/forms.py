"""The forms of a month's report: its words, a signature, sending it back. `draft` is the version that whoever writes has before him.

Not here: who may send them (`deciders`) and what they do (`publishing`).
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms import fields

from .models import MonthReport
from .publishing import MOST

ROWS = 30
MORE = 3


class TextForm(forms.Form):
    """The analysis; the measures beside it are a `MeasureFormSet`, so that one save keeps both."""

    draft = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    analysis = forms.CharField(
        label=_("The manager's analysis"), required=False, max_length=MOST, widget=forms.Textarea(attrs={"rows": 7}), strip=False,
        help_text=_("A figure's name in braces, such as {closure_rate}, shows the figure, in the end as it was published."),
    )  # fmt: skip


class MeasureForm(forms.Form):
    text = forms.CharField(label=_("Measure"), required=False, max_length=300)
    aim = forms.CharField(label=_("Against"), required=False, max_length=120)
    owner = forms.CharField(label=pgettext_lazy("measure", "Who"), required=False, max_length=60)
    due = forms.DateField(
        label=pgettext_lazy("date", "By"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not given.get("text") and any(given.get(name) for name in ("aim", "owner", "due")):
            self.add_error("text", _("Say what is to be done."))
        return given

    def row(self) -> Mapping[str, str]:
        given = self.cleaned_data
        return {name: given.get(name) or "" for name in ("text", "aim", "owner")} | {"due": str(given.get("due") or "")}


MeasureFormSet = forms.formset_factory(MeasureForm, extra=MORE, max_num=ROWS, absolute_max=ROWS, validate_max=True)


def measures_of(report: MonthReport) -> forms.BaseFormSet:
    return MeasureFormSet(initial=[{name: value or None for name, value in row.items()} for row in report.measures], prefix="measures")


class SignForm(forms.Form):
    """A signature: the password, and a reason where four eyes cannot be kept (R19)."""

    draft = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = fields.words(_("Why you sign although you signed this month already"), required=True, rows=2)
    password = fields.password()

    def __init__(self, *args: Any, exception: bool, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="sign-%s", **kwargs)
        if not exception:
            del self.fields["reason"]


class BackForm(forms.Form):
    draft = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = fields.words(_("What is to be put right"), required=True, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="back-%s", **kwargs)
