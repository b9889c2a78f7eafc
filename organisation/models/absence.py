"""Deputies for a period (R2)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .people import Person


class LocalToday(models.Func):
    """Today's date in a time zone, by the product's clock (`redress_now()`, which tests can move)."""

    template = "(redress_now() AT TIME ZONE %(expressions)s)::date"
    output_field = models.DateField()

    def __init__(self, zone: str | F) -> None:
        super().__init__(models.Value(zone) if isinstance(zone, str) else zone)


class DeputyQuerySet(models.QuerySet["Deputy"]):
    def on(self, day: dt.date | models.Expression) -> "DeputyQuerySet":
        """Those in force on a local date of the branch, first and last day included."""
        return self.filter(starts_on__lte=day, ends_on__gte=day, withdrawn_at__isnull=True, deputy__is_active=True)


class Deputy(models.Model):
    absent = models.ForeignKey(Person, models.PROTECT, related_name="absences", verbose_name=_("absent"))
    deputy = models.ForeignKey(Person, models.PROTECT, related_name="deputising", verbose_name=_("deputy"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    named_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("named by"))
    withdrawn_at = models.DateTimeField(_("ended early at"), null=True, blank=True)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="deputy_period_in_order"),
            models.CheckConstraint(condition=~Q(absent=F("deputy")), name="deputy_is_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} ← {self.absent} {self.starts_on}–{self.ends_on}"

    def clean(self) -> None:
        if self.ends_on and self.starts_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day is before the first.")})
        if self.deputy_id and self.deputy_id == self.absent_id:
            raise ValidationError({"deputy": _("Nobody is their own deputy.")})
        if self.deputy_id and self.absent_id and self.deputy.branch_id != self.absent.branch_id:
            raise ValidationError({"deputy": _("A deputy is of the same branch.")})
