"""What complaints are about: types, products and lots (R7, R8). Administrators edit them; nothing referred to is deleted."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from complaints.states import TypeGroup
from organisation.models import Branch, Department, Named


class ComplaintType(Named):
    """A leaf of the two-level catalogue; `group` is the first level."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="complaint_types", verbose_name=_("branch"))
    code = models.SlugField(_("code"), max_length=40)
    group = models.CharField(_("group"), max_length=20, choices=TypeGroup.choices)
    lead = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="leads_types", verbose_name=_("lead department"),
        help_text=_("Verifies that measures work."),
    )  # fmt: skip
    default_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="default_types", verbose_name=_("usually responsible")
    )
    keywords = models.TextField(_("words that suggest it"), blank=True, help_text=_("Separated by spaces, Chinese and English."))
    confidential = models.BooleanField(_("confidential"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("complaint type")
        verbose_name_plural = _("complaint types")
        ordering = ["branch_id", "id"]
        constraints = [models.UniqueConstraint(fields=["branch", "code"], name="type_code_once_per_branch")]


class Product(Named):
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="products", verbose_name=_("branch"))
    code = models.CharField(_("code"), max_length=60)
    model = models.CharField(_("model"), max_length=60, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    on_sale_since = models.DateField(_("on sale since"), null=True, blank=True)
    newly_developed = models.BooleanField(_("newly developed"), null=True, blank=True, help_text=_("Empty: worked out from the date."))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["branch_id", "code"]
        constraints = [models.UniqueConstraint(fields=["branch", "code"], name="product_code_once_per_branch")]


class Lot(models.Model):
    """A lot or batch, as delivered to a customer; what is known of it is shown at intake."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="lots", verbose_name=_("product"))
    number = models.CharField(_("lot number"), max_length=60)
    customer = models.ForeignKey(
        "complaints.Customer", models.PROTECT, null=True, blank=True, related_name="lots", verbose_name=_("customer")
    )
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    quantity = models.DecimalField(_("quantity delivered"), max_digits=14, decimal_places=3, null=True, blank=True)
    delivery_note = models.CharField(_("delivery note"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ["-delivered_on", "number"]
        constraints = [models.UniqueConstraint(fields=["product", "number", "customer"], name="lot_once", nulls_distinct=False)]
        indexes = [
            models.Index(OpClass(Upper("number"), "text_pattern_ops"), name="lot_by_number"),
            models.Index(OpClass(Upper("delivery_note"), "text_pattern_ops"), name="lot_by_delivery_note"),
        ]

    def __str__(self) -> str:
        return self.number
