"""Targets in the administration. Nothing is deleted there: a target without a value is none. Not here: what is shipped (`goals`)."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from organisation.admin_site import KeptForEver

from .goals import SHIPPED
from .models import Aimed, Target


@admin.register(Target)
class TargetAdmin(KeptForEver):
    list_display = ["__str__", "branch", "value"]
    list_filter = ["branch", "figure"]
    list_select_related = ["branch"]
    fields = ["branch", "figure", "value"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[ModelForm]:
        """Says what holds where nothing is set."""
        form = super().get_form(request, obj, change, **kwargs)
        if "figure" in form.base_fields:
            shipped = ", ".join(f"{Aimed(figure).label} {value}" for figure, value in SHIPPED.items())
            form.base_fields["figure"].help_text = _("Where nothing is set, what is shipped holds: %(targets)s.") % {"targets": shipped}
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What it is a target of stays."""
        return ["branch", "figure"] if obj else []
