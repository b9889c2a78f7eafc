"""Working calendars of a branch (R32): each change is a new version, and none is ever changed after.

`content` is the calendar file's own form (docs/worktime.md), so that import, export and what counts are one. A branch without a row works
by the shipped week and, in China's zone, by China's holidays. Not here: counting (`escalation.worktime`).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .branches import Branch
from .people import Person


class WorkCalendar(models.Model):
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="calendars")
    version = models.PositiveSmallIntegerField()
    content = models.JSONField()
    names = models.JSONField(default=dict)
    """What a date is called, by ISO date: 国庆节."""
    years = ArrayField(models.PositiveSmallIntegerField(), default=list, verbose_name=_("years loaded"))
    """Years whose holidays are known."""
    reason = models.TextField(_("why"), blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering = ["branch_id", "version"]
        constraints = [models.UniqueConstraint(fields=["branch", "version"], name="calendar_version_once")]

    def __str__(self) -> str:
        return f"{self.branch} {self.version}"
