"""Deputies, for when neither the absent person nor the general manager can name one."""

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from organisation import deputies, securitylog, visitor
from organisation.admin_site import KeptForEver
from organisation.models import Deputy, Person


class AdminDeputyForm(ModelForm):
    """Administrators have no power over complaints: they do not make themselves anybody's deputy."""

    named_by: Person

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        if self.instance.deputy_id == self.named_by.pk:
            self.add_error("deputy", ValidationError(_("Administrators do not name themselves.")))
        for field, text in deputies.objections(self.instance, today_of(self.instance)).items():
            self.add_error(field, text)


def today_of(period: Deputy) -> dt.date:
    return timezone.localdate(timezone=period.absent.branch.tz)


@admin.register(Deputy)
class DeputyAdmin(KeptForEver):
    form = AdminDeputyForm
    list_display = ["absent", "deputy", "starts_on", "ends_on", "named_by", "withdrawn_at"]
    list_select_related = ["absent", "deputy", "named_by"]
    list_filter = ["absent__branch"]
    fields = ["absent", "deputy", "starts_on", "ends_on"]
    actions = ["end_now"]

    def has_change_permission(self, request: HttpRequest, obj: Deputy | None = None) -> bool:
        """A period is ended early, not rewritten: signatures given under it keep their ground."""
        return False

    def get_form(self, request: HttpRequest, obj: Deputy | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.named_by = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Deputy, form: ModelForm, change: bool) -> None:
        obj.named_by = request.user
        super().save_model(request, obj, form, change)
        securitylog.note_period("deputy.named", obj, actor=request.user, address=visitor.address(request))

    @admin.action(description=_("End now"))
    def end_now(self, request: HttpRequest, periods: QuerySet[Deputy]) -> None:
        running = list(periods.filter(withdrawn_at=None))
        for period in running:
            deputies.end_early(period, timezone.now())
            self.log_change(request, period, "end_now")
            securitylog.note_period("deputy.ended", period, actor=request.user, address=visitor.address(request))
        text = ngettext("%d period has been ended.", "%d periods have been ended.", len(running)) % len(running)
        self.message_user(request, text, messages.SUCCESS)
