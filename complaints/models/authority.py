"""How much for a customer a department head and a general manager may decide on, per branch and currency (R20).

A currency without a row is the general manager's for all. Not here: the rule (`complaints.authority`).
"""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.authority import SHIPPED, AmountLimits
from organisation.models import Branch
from organisation.models.known import known

CODE = RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, as in CNY."))
NOT_LESS = [MinValueValidator(0)]


class RemedyLimits(models.Model):
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="remedy_limits", verbose_name=_("branch"))
    currency = models.CharField(_("currency"), max_length=3, validators=[CODE])
    head = models.DecimalField(
        _("the department head up to"), max_digits=14, decimal_places=2, null=True, blank=True, validators=NOT_LESS,
        help_text=_("Empty: nothing."),
    )  # fmt: skip
    gm = models.DecimalField(
        _("the general manager up to"), max_digits=14, decimal_places=2, null=True, blank=True, validators=NOT_LESS,
        help_text=_("More takes the group. Empty: everything."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("limits of remedies")
        verbose_name_plural = _("limits of remedies")
        ordering = ["branch_id", "currency"]
        constraints = [models.UniqueConstraint(fields=["branch", "currency"], name="remedy_limits_once")]

    def __str__(self) -> str:
        return f"{self.branch} · {self.currency}"

    def clean(self) -> None:
        if self.head is not None and self.gm is not None and self.gm < self.head:
            raise ValidationError({"gm": _("Not less than the department head's.")})

    def limits(self) -> AmountLimits:
        return AmountLimits(self.head, self.gm)


@known
def amount_limits_of(branch_id: int, currency: str) -> AmountLimits:
    """One query."""
    row = RemedyLimits.objects.filter(branch=branch_id, currency=currency).first()
    return row.limits() if row else SHIPPED
