"""The numbers a branch grades by (R15); a branch without a row goes by the shipped ones.

Not here: the rules (`complaints.grading`).
"""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.grading import SHIPPED, Limits
from organisation.models import Branch
from organisation.models.known import known

AT_LEAST_TWO = [MinValueValidator(2), MaxValueValidator(1000)]
DAYS = [MinValueValidator(1), MaxValueValidator(3650)]


class GradingLimits(models.Model):
    branch = models.OneToOneField(Branch, models.PROTECT, related_name="grading_limits", verbose_name=_("branch"))
    month_days = models.PositiveSmallIntegerField(_("a month has … days of 24 hours"), default=SHIPPED.month_days, validators=DAYS)
    customers = models.PositiveSmallIntegerField(
        _("grade 2 from … different complainants on the same problem in a month"), default=SHIPPED.customers, validators=AT_LEAST_TWO
    )
    together_from = models.PositiveSmallIntegerField(
        _("grade 2 from … acting together"), default=SHIPPED.together_from, validators=AT_LEAST_TWO
    )
    suit_from = models.PositiveSmallIntegerField(_("grade 1 from … acting together"), default=SHIPPED.suit_from, validators=AT_LEAST_TWO)
    unsolved_days = models.PositiveSmallIntegerField(
        _("grade 2 when unsolved for … days"), default=SHIPPED.unsolved_days, validators=DAYS,
        help_text=_("For complaints received from now on: what runs already goes on as it began."),
    )  # fmt: skip
    repeats = models.PositiveSmallIntegerField(
        _("grade 3 when it comes … times after it had been handled"), default=SHIPPED.repeats,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
    )  # fmt: skip
    handled_days = models.PositiveSmallIntegerField(_("… within so many days"), default=SHIPPED.handled_days, validators=DAYS)
    watch_days = models.PositiveSmallIntegerField(
        _("the same problem within … days after closing: the measures did not work"), default=SHIPPED.watch_days, validators=DAYS,
        help_text=_("The measures are marked as not effective and the manager is asked to reopen."),
    )  # fmt: skip
    all_branches = models.BooleanField(
        _("count the complaints of all branches"), default=SHIPPED.all_branches,
        help_text=_("Types, products and departments of the same code are the same."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("numbers of grading")
        verbose_name_plural = _("numbers of grading")
        ordering = ["branch_id"]

    def __str__(self) -> str:
        return str(self.branch)

    def clean(self) -> None:
        if self.together_from and self.suit_from and self.suit_from <= self.together_from:
            raise ValidationError({"suit_from": _("More than for grade 2.")})

    def limits(self) -> Limits:
        return Limits(**{name: getattr(self, name) for name in Limits.__dataclass_fields__})


@known
def limits_of(branch_id: int) -> Limits:
    """One query."""
    row = GradingLimits.objects.filter(branch=branch_id).first()
    return row.limits() if row else SHIPPED
