"""People: their data, roles and first passwords.

Not here: deactivation, which hands open duties over first (R2), and posts: a head is set at the department, the GM at the branch.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisation import passwords, securitylog, visitor
from organisation.admin_site import KeptForEver
from organisation.models import Branch, Person
from organisation.roles import GRANTED, Role


class PersonForm(forms.ModelForm):
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(role.value, role.label) for role in GRANTED],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Department heads are set at the department, the general manager at the branch."),
    )

    def clean_username(self) -> str:
        return self.cleaned_data["username"].lower()

    def clean_roles(self) -> list[str]:
        roles = self.cleaned_data["roles"]
        others = Person.objects.active().filter(roles__contains=[Role.ADMINISTRATOR]).exclude(pk=self.instance.pk)
        if Role.ADMINISTRATOR in self.instance.roles and Role.ADMINISTRATOR not in roles and not others.exists():
            raise forms.ValidationError(_("Somebody must remain administrator."))
        return roles

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        department, branch = data.get("department"), data.get("branch")
        if department and branch and department.branch_id != branch.pk:
            self.add_error("department", _("This department is of another branch."))
        if branch and self.instance.pk and self._has_post_outside(branch):
            self.add_error("branch", _("This person is general manager or a department's head in another branch: name a successor there."))
        return data

    def _has_post_outside(self, branch: Branch) -> bool:
        person = self.instance
        return person.heads_branches.exclude(pk=branch.pk).exists() or person.heads_departments.exclude(branch=branch.pk).exists()


@admin.register(Person)
class PersonAdmin(KeptForEver):
    form = PersonForm
    list_display = ["username", "name", "name_en", "branch", "department", "roles_in_words", "is_active"]
    list_filter = ["is_active", "branch", "department"]
    list_select_related = ["branch", "department"]
    search_fields = ["username", "name", "name_en", "email"]
    fieldsets = [
        (None, {"fields": ["username", "name", "name_en", "email", "telephone", "language"]}),
        (pgettext_lazy("person", "Place"), {"fields": ["branch", "department"]}),
        (_("Roles"), {"fields": ["roles"]}),
        (_("Standing"), {"fields": ["standing", "last_login"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Person | None = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.fieldsets[:3]

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> list[str]:
        """A sign-in name stays with its person for ever: it is never given to anybody else, so it is never changed."""
        return ["username", "standing", "last_login"] if obj else []

    @admin.display(description=_("roles"))
    def roles_in_words(self, person: Person) -> str:
        return ", ".join(str(Role(role).label) for role in person.roles) or "–"

    @admin.display(description=_("active"))
    def standing(self, person: Person) -> str:
        if not person.is_active:
            return str(_("Deactivated."))
        try:
            address = reverse("deactivate_person", args=[person.pk])
        except NoReverseMatch:
            return str(_("Active."))
        return format_html('{} <a href="{}">{}</a>', _("Active."), address, _("Hand over open duties and deactivate…"))

    def save_model(self, request: HttpRequest, obj: Person, form: forms.ModelForm, change: bool) -> None:
        if not change:
            request.initial_password = passwords.give_initial(obj, timezone.now())  # for response_add, then forgotten
        super().save_model(request, obj, form, change)
        details = {"person": obj.pk, "fields": ",".join(form.changed_data), "roles": ",".join(obj.roles)}
        self._note("person.changed" if change else "person.created", request, **details)

    def response_add(self, request: HttpRequest, obj: Person, post_url_continue: str | None = None) -> HttpResponse:
        """The first password is shown on this page and nowhere else: no redirect, no message that is stored on its way."""
        return self._show_password(request, obj, request.initial_password)  # set by save_model

    def get_urls(self) -> list[Any]:
        reset = self.admin_site.admin_view(self.reset_password)
        return [path("<int:pk>/password/", reset, name="organisation_person_password"), *super().get_urls()]

    def reset_password(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask (GET), then give a new first password (POST)."""
        person = get_object_or_404(Person, pk=pk)
        if request.method != "POST":
            return self._render(request, "ask_password", person, title=_("New first password"))
        with transaction.atomic():
            password = passwords.give_initial(person, timezone.now())
            self.log_change(request, person, [{"changed": {"fields": ["password"]}}])
        self._note("password.reset", request, person=person.pk)
        return self._show_password(request, person, password)

    def _show_password(self, request: HttpRequest, person: Person, password: str) -> HttpResponse:
        days = passwords.INITIAL_LASTS.days
        return self._render(request, "first_password", person, title=_("First password"), password=password, days=days)

    def _render(self, request: HttpRequest, page: str, person: Person, **more: object) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": person, **more}
        return TemplateResponse(request, f"admin/organisation/person/{page}.html", context)

    def _note(self, event: str, request: HttpRequest, **details: object) -> None:
        securitylog.note(event, actor=request.user, address=visitor.address(request), **details)
