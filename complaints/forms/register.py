"""What the measure register is narrowed to, as it stands in its address. What makes no sense is left out. Not here: what it means
(`complaints.register`)."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from complaints.register import ALL, DONE, FAILED, OPEN, OVERDUE, VERIFIED, Wanted

TABS = (
    (OPEN, _("Open")),
    (OVERDUE, _("Overdue")),
    (DONE, _("To be verified")),
    (VERIFIED, _("Effective")),
    (FAILED, _("Not effective")),
    (ALL, _("All")),
)


class RegisterForm(forms.Form):
    stand = forms.ChoiceField(choices=TABS, required=False, widget=forms.HiddenInput)
    mine = forms.BooleanField(label=_("Mine"), required=False)
    department = forms.BooleanField(label=_("My department"), required=False)
    after = forms.BooleanField(label=_("Preventive, after closing"), required=False)

    @property
    def wanted(self) -> Wanted:
        """Read after `is_valid()`."""
        given = self.cleaned_data
        return Wanted(given.get("stand") or OPEN, *(bool(given.get(name)) for name in ("mine", "department", "after")))

    def address(self, **changed: str) -> str:
        """With all that is set, and `changed`; on its first page."""
        kept = QueryDict(mutable=True)
        for name in self.fields:
            if self.cleaned_data.get(name):
                kept[name] = str(self.cleaned_data[name]) if name == "stand" else "on"
        for name, value in changed.items():
            kept[name] = value
        return f"?{kept.urlencode()}"
