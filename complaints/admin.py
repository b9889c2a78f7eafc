"""Catalogues in the administration: types, products, lots, customers and their contacts; the numbers a branch grades by.

Nothing here is deleted, for complaints refer to it; what is out of use is made inactive. Never complaints, their history, files or
drafts: administrators have no power over these (spec section 1).
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from escalation import clock
from organisation.admin_site import KeptForEver

from .models import ComplaintType, Contact, Customer, GradingLimits, Lot, Product, RemedyLimits, ReplyTemplate


class OfOneBranch(forms.ModelForm):
    """Refuses what belongs to another branch; `related` names the fields that have one."""

    related: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        branch = data.get("branch") or getattr(self.instance, "branch", None) or getattr(data.get("product"), "branch", None)
        for name in self.related:
            other = data.get(name)
            if other and branch and other.branch_id != branch.pk:
                self.add_error(name, _("This belongs to another branch."))
        return data


class TypeForm(OfOneBranch):
    related = ("lead", "default_department")


class LotForm(OfOneBranch):
    related = ("customer",)


class CustomerForm(OfOneBranch):
    related = ("account_manager",)


class Catalogue(KeptForEver):
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What it belongs to stays: complaints of that branch refer to it."""
        return ["branch"] if obj and hasattr(obj, "branch_id") else []


@admin.register(GradingLimits)
class GradingLimitsAdmin(Catalogue):
    list_display = ["__str__", "month_days", "customers", "repeats", "all_branches"]
    list_select_related = ["branch"]
    fieldsets = [
        (None, {"fields": ["branch"]}),
        (_("The same problem, different complainants"), {"fields": ["customers", "month_days", "all_branches"]}),
        (_("Acting together"), {"fields": ["together_from", "suit_from"]}),
        (_("Unsolved, and come back"), {"fields": ["unsolved_days", "repeats", "handled_days"]}),
        (_("Watched after closing"), {"fields": ["watch_days"]}),
    ]


@admin.register(RemedyLimits)
class RemedyLimitsAdmin(Catalogue):
    list_display = ["branch", "currency", "head", "gm"]
    list_select_related = ["branch"]
    list_filter = ["branch"]
    fields = ["branch", "currency", "head", "gm"]


@admin.register(ComplaintType)
class ComplaintTypeAdmin(Catalogue):
    form = TypeForm
    list_display = ["__str__", "group", "branch", "lead", "default_department", "confidential", "is_active"]
    list_filter = ["branch", "group", "confidential", "is_active"]
    list_select_related = ["branch", "lead", "default_department"]
    search_fields = ["name", "name_en", "code", "keywords"]
    fields = ["branch", "group", "name", "name_en", "code", "lead", "default_department", "keywords", "confidential", "is_active"]


@admin.register(Product)
class ProductAdmin(Catalogue):
    list_display = ["code", "__str__", "model", "branch", "on_sale_since", "is_active"]
    list_filter = ["branch", "is_active"]
    list_select_related = ["branch"]
    search_fields = ["code", "name", "name_en", "model"]
    fields = ["branch", "code", "name", "name_en", "model", "unit", "on_sale_since", "newly_developed", "is_active"]


@admin.register(Lot)
class LotAdmin(Catalogue):
    form = LotForm
    list_display = ["number", "product", "customer", "delivered_on", "quantity"]
    list_select_related = ["product", "customer"]
    list_filter = ["product__branch"]
    search_fields = ["number", "delivery_note", "product__code"]
    autocomplete_fields = ["product", "customer"]
    fields = ["product", "number", "customer", "delivered_on", "quantity", "delivery_note"]


class ReplyTemplateForm(forms.ModelForm):
    """One letter of a code and language is in use; another edit of it is its next version."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        same = ReplyTemplate.objects.filter(branch=data.get("branch"), code=data.get("code"), language=data.get("language"))
        if self.instance.pk is None and same.exists():
            self.add_error("code", _("This language of the letter is there already: edit it instead."))
        return data


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(KeptForEver):
    """An edit writes the next version and puts the one before out of use (R23); superseded ones can only be read."""

    form = ReplyTemplateForm
    list_display = ["name", "kind", "language", "version", "is_current", "branch", "written_at", "written_by"]
    list_filter = ["branch", "is_current", "kind", "language"]
    list_select_related = ["branch", "written_by"]
    search_fields = ["name", "code"]
    fieldsets = [
        (
            None,
            {
                "fields": ["branch", "code", "name", "kind", "language", "opening", "closing", "is_current"],
                "description": _("Only the newest version is in use; an edit writes the next one, what was sent keeps its own."),
            },
        )
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["branch", "code", "language"] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: ReplyTemplate | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or self._is_newest(obj))

    def _is_newest(self, row: ReplyTemplate) -> bool:
        same = ReplyTemplate.objects.filter(branch=row.branch_id, code=row.code, language=row.language)
        return not same.filter(version__gt=row.version).exists()

    def save_model(self, request: HttpRequest, obj: ReplyTemplate, form: Any, change: bool) -> None:
        if change:
            ReplyTemplate.objects.filter(pk=obj.pk).update(is_current=False)
            obj.pk, obj.version = None, obj.version + 1
            obj._state.adding = True
        obj.written_at, obj.written_by = clock.now(), request.user
        super().save_model(request, obj, form, change=False)


class ContactInline(admin.StackedInline):
    model = Contact
    extra = 0
    can_delete = False
    fields = [("name", "position"), ("telephone", "mobile", "fax"), ("email", "wechat"), "address"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Personal data that was taken away is not written anew over the same row."""
        return obj is None or obj.anonymised_at is None


@admin.register(Customer)
class CustomerAdmin(Catalogue):
    form = CustomerForm
    list_display = ["number", "__str__", "branch", "key_account", "is_private", "is_active"]
    list_filter = ["branch", "key_account", "is_private", "is_active"]
    list_select_related = ["branch"]
    search_fields = ["number", "name", "name_en"]
    autocomplete_fields = ["account_manager"]
    inlines = [ContactInline]
    fields = [
        "branch", "number", "name", "name_en", "language", "is_private", "key_account", "first_order_on", "is_new", "account_manager",
        "is_active",
    ]  # fmt: skip

    def has_change_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.anonymised_at is None)
