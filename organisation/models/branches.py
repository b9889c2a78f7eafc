"""A company's branches and their departments (R1), and the settings the procedure leaves to a branch."""

import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .named import Named


def check_zone(value: str) -> None:
    """Refuse a name that the time zone database does not know."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(value)s” is not a time zone, such as Asia/Shanghai."), params={"value": value})


class Function(models.TextChoices):
    """What a department is for; types name their lead department by it (R8)."""

    SALES = "sales", _("Sales")
    QUALITY = "quality", _("Quality")
    PMC = "pmc", _("Production and material control")
    PRODUCTION = "production", _("Production")
    WAREHOUSE = "warehouse", _("Warehouse")
    ENGINEERING = "engineering", _("Engineering")
    OTHER = "other", _("Other")


class Branch(Named):
    code = models.SlugField(_("code"), max_length=20, unique=True)
    prefix = models.CharField(
        _("number prefix"),
        max_length=6,
        unique=True,
        default="CR",
        validators=[RegexValidator(r"^[A-Z][A-Z0-9]{0,5}$", _("Capital letters and digits, a letter first."))],
        help_text=_("Complaint numbers begin with it: CR-2611-0087."),
    )
    zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai", validators=[check_zone])
    gm = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, blank=True, related_name="heads_branches", verbose_name=_("general manager")
    )
    in_group = models.BooleanField(_("grade 1-2 plans need the group's approval"), default=False)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    new_customer_months = models.PositiveSmallIntegerField(_("a customer is new for … months"), default=12)
    new_product_months = models.PositiveSmallIntegerField(_("a product is new for … months"), default=12)
    retention_years = models.PositiveSmallIntegerField(
        _("personal data is kept for … years"), default=10, validators=[MinValueValidator(1)]
    )
    max_file_mb = models.PositiveSmallIntegerField(_("largest file (MB)"), default=20, validators=[MinValueValidator(1)])
    max_files_mb = models.PositiveSmallIntegerField(_("files of one complaint (MB)"), default=200, validators=[MinValueValidator(1)])
    acknowledgement_zh = models.TextField(_("what happens next, told to customers (Chinese)"), blank=True)
    acknowledgement_en = models.TextField(_("what happens next, told to customers (English)"), blank=True)
    appeal_zh = models.TextField(_("where to turn next, for complaints closed against the customer's will (Chinese)"), blank=True)
    appeal_en = models.TextField(_("where to turn next, for complaints closed against the customer's will (English)"), blank=True)

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ["code"]

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.zone)


class Department(Named):
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="departments", verbose_name=_("branch"))
    code = models.SlugField(_("code"), max_length=20)
    function = models.CharField(_("function"), max_length=20, choices=Function.choices, default=Function.OTHER)
    head = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, blank=True, related_name="heads_departments", verbose_name=_("head")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["branch_id", "code"]
        constraints = [models.UniqueConstraint(fields=["branch", "code"], name="department_code_once_per_branch")]
