"""What a figure should reach: a setting of a branch, or of all of them. Not here: figures and what is shipped (`reports.goals`)."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisation.models import Branch


class Better(models.TextChoices):
    HIGHER = "higher", _("the higher the better")
    LOWER = "lower", _("the lower the better")


class Unit(models.TextChoices):
    COUNT = "count", _("complaints")
    RATE = "rate", _("per cent")
    HOURS = "hours", _("hours")


class Aimed(models.TextChoices):
    """Figures that may have a target; each with its direction and its unit."""

    CLOSURE_RATE = "closure_rate", _("Closure rate")
    ON_TIME = "on_time", _("On-time rate")
    SATISFACTION = "satisfaction", pgettext_lazy("figure", "Satisfied")
    CLOSE_TIME = "close_time", _("Time to close, median")
    RECEIVED = "received", pgettext_lazy("figure", "Received")
    CLOSED = "closed", _("Closed in the month")
    BACKLOG = "backlog", _("Open complaints")

    @property
    def better(self) -> Better:
        lower = {Aimed.CLOSE_TIME, Aimed.RECEIVED, Aimed.BACKLOG}
        return Better.LOWER if self in lower else Better.HIGHER

    @property
    def unit(self) -> Unit:
        if self in {Aimed.CLOSURE_RATE, Aimed.ON_TIME, Aimed.SATISFACTION}:
            return Unit.RATE
        return Unit.HOURS if self == Aimed.CLOSE_TIME else Unit.COUNT


class Target(models.Model):
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, verbose_name=_("branch"), help_text=_("Empty: all branches."))
    figure = models.CharField(_("figure"), max_length=20, choices=Aimed.choices)
    value = models.DecimalField(
        _("value"), max_digits=9, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(0)],
        help_text=_("Per cent for rates, hours for times, else a number. Empty: no target."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["figure", "branch_id"]
        constraints = [models.UniqueConstraint(fields=["branch", "figure"], name="target_once", nulls_distinct=False)]

    def __str__(self) -> str:
        return f"{self.get_figure_display()}: {'–' if self.value is None else self.value}"

    def clean(self) -> None:
        """A rate is at most all of them."""
        if self.value is not None and self.figure in Aimed.values and Aimed(self.figure).unit == Unit.RATE and self.value > 100:
            raise ValidationError({"value": _("At most 100 per cent.")})
