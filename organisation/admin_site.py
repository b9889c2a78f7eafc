"""Django's admin as a part of the product: for administrators, without a door of its own, and nothing is deleted there.

What it offers stands in each app's `admin`. Not here: sign-in, which is the product's.
"""

from collections.abc import Callable
from typing import Any, NoReturn

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.http import Http404, HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


class ProductAdminSite(admin.AdminSite):
    site_header = _("Redress · Administration")
    site_title = _("Redress")
    index_title = _("What can be set up")
    site_url: Any = reverse_lazy("my_work")

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """What one may not see is not found: no sign-in page tells that there is something."""
        guarded = super().admin_view(view, cacheable)

        def found(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return found

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> NoReturn:
        raise Http404

    logout = password_change = password_change_done = login


class KeptForEver(admin.ModelAdmin):
    """Base of every page here: people and catalogues are referred to by complaints, so nothing is deleted (R2, R11)."""

    show_full_result_count = False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Plain choices: without the buttons that add, change and view related things in windows of their own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
