"""Handing somebody's duties over to a successor, and letting him go.

Not here: what the duties are and what is done with them (`complaints.duties`).
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisation.models import Person

from .fields import PersonField


class HandOverForm(forms.Form):
    successor = PersonField(_("Successor"), required=False, hint=_("Takes over everything below. Somebody of the same branch."))
    deactivate = forms.BooleanField(
        label=_("Deactivate afterwards"),
        required=False,
        help_text=_("Ends every session; the sign-in name is never given to anybody else."),
    )

    def __init__(self, data: Any = None, *, person: Person, any_duties: bool, may_deactivate: bool) -> None:
        super().__init__(data)
        self.any_duties = any_duties
        people = Person.objects.active().filter(branch=person.branch_id).exclude(pk=person.pk)
        self.fields["successor"].queryset = people.select_related("department").order_by("name")
        if not may_deactivate:
            del self.fields["deactivate"]
        if not any_duties:
            del self.fields["successor"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.any_duties and not given.get("successor") and "successor" not in self.errors:
            self.add_error("successor", _("Name who takes it over."))
        if not self.any_duties and not given.get("deactivate"):
            raise forms.ValidationError(_("There is nothing to hand over. Tick “Deactivate afterwards” to let this person go."))
        return given
