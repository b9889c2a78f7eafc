"""Branches with the settings of their procedure, and departments."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from organisation.admin_site import KeptForEver
from organisation.models import Branch, Department, Person


class PostForm(forms.ModelForm):
    """A form with a post: who fills it is active and of this branch, or was chosen before. `post` names the field."""

    post = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.post in self.fields:
            people = Person.objects.active() | Person.objects.filter(pk=getattr(self.instance, f"{self.post}_id"))
            self.fields[self.post].queryset = people.select_related("branch")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        branch = data.get("branch", self.instance if isinstance(self.instance, Branch) else None)
        if (person := data.get(self.post)) and branch and person.branch_id != branch.pk:
            self.add_error(self.post, _("This person is of another branch."))
        return data


class BranchForm(PostForm):
    post = "gm"


class DepartmentForm(PostForm):
    post = "head"


@admin.register(Branch)
class BranchAdmin(KeptForEver):
    form = BranchForm
    list_display = ["__str__", "code", "prefix", "zone", "gm", "in_group"]
    list_select_related = ["gm"]
    fieldsets = [
        (None, {"fields": ["name", "name_en", "code", "gm"]}),
        (_("Numbers and time"), {"fields": ["prefix", "zone", "currency"]}),
        (_("Procedure"), {"fields": ["in_group", "new_customer_months", "new_product_months"]}),
        (_("Files and retention"), {"fields": ["max_file_mb", "max_files_mb", "retention_years"]}),
        (
            _("What customers are told"),
            {"fields": ["acknowledgement_zh", "acknowledgement_en", "appeal_zh", "appeal_en"]},
        ),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Branch | None = None) -> Any:
        """A new branch has no people yet, so nobody can be its general manager."""
        sets = super().get_fieldsets(request, obj)
        return sets if obj else [(None, {"fields": ["name", "name_en", "code"]}), *sets[1:]]


@admin.register(Department)
class DepartmentAdmin(KeptForEver):
    form = DepartmentForm
    list_display = ["__str__", "branch", "code", "function", "head", "is_active"]
    list_filter = ["branch", "function", "is_active"]
    list_select_related = ["branch", "head"]
    search_fields = ["name", "name_en", "code"]
    fields = ["branch", "name", "name_en", "code", "function", "head", "is_active"]
