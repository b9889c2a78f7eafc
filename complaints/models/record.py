"""What is recorded of a complaint, in the order of the paper form: header, subject, content (R6-R9).

Abstract, so that the sections can be read one by one; the table is `Complaint`. Free text and what is said of persons stays out of
events: `TEXT_FIELDS` names those columns.
"""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.states import Channel, Effect, Known, Subject, Threat, Want
from organisation.models import Person

TEXT_FIELDS = frozenset(
    {
        "title", "about", "words", "first_handling", "place", "project", "order_number", "lot_number", "model", "customer_reference",
        "happened", "grade_reason", "lessons", "wants_other", "complained_about", "source_key", "unit",
    }
)  # fmt: skip


class Header(models.Model):
    """Who complained, how, when, and who took it (R6)."""

    customer = models.ForeignKey(
        "complaints.Customer", models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("customer"), db_index=False
    )
    contact = models.ForeignKey("complaints.Contact", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact"))
    on_behalf = models.ForeignKey(
        "complaints.Contact", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("acting on the customer's behalf")
    )
    anonymous = models.BooleanField(_("anonymous"), default=False)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.PHONE)
    received_at = models.DateTimeField(_("received at"))
    received_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("received by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="recorded_complaints", verbose_name=_("recorded by"))
    customer_reference = models.CharField(_("customer's complaint number"), max_length=60, blank=True)
    customer_reference_on = models.DateField(_("customer's date"), null=True, blank=True)

    class Meta:
        abstract = True


class SubjectMatter(models.Model):
    """What it is about (R7): one box, `about`, and what it was recognised as."""

    subject = models.CharField(_("kind of subject"), max_length=10, choices=Subject.choices, default=Subject.PRODUCT)
    about = models.CharField(_("what it is about"), max_length=200, blank=True)
    product = models.ForeignKey(
        "complaints.Product", models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("product"), db_index=False
    )
    model = models.CharField(_("model"), max_length=60, blank=True)
    lot = models.ForeignKey("complaints.Lot", models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("lot"))
    lot_number = models.CharField(_("lot / batch"), max_length=60, blank=True)
    order_number = models.CharField(_("order / contract"), max_length=60, blank=True)
    project = models.CharField(_("project / site"), max_length=120, blank=True)
    quantity_delivered = models.DecimalField(
        _("quantity delivered"), max_digits=14, decimal_places=3, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    quantity_affected = models.DecimalField(
        _("quantity affected"), max_digits=14, decimal_places=3, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)

    class Meta:
        abstract = True


class Content(models.Model):
    """What happened and what the customer wants (R9)."""

    title = models.CharField(_("title"), max_length=120, blank=True)
    type = models.ForeignKey(
        "complaints.ComplaintType", models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("type"), db_index=False
    )
    confidential = models.BooleanField(_("confidential"), default=False)
    against = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("employee complained about")
    )
    complained_about = models.CharField(_("who is complained about, in the customer's words"), max_length=120, blank=True)
    words = models.TextField(_("what the customer says"), blank=True)
    happened = models.CharField(_("when it happened"), max_length=120, blank=True)
    happened_on = models.DateField(_("happened on"), null=True, blank=True)
    effect = models.CharField(_("how the customer is affected"), max_length=10, choices=Effect.choices, blank=True)
    happened_before = models.CharField(_("happened before"), max_length=3, choices=Known.choices, blank=True)
    wants = ArrayField(
        models.CharField(max_length=14, choices=Want.choices), default=list, blank=True, verbose_name=_("what the customer wants")
    )
    wants_other = models.CharField(_("other wish"), max_length=200, blank=True)
    claim_amount = models.DecimalField(
        _("amount claimed"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    claim_currency = models.CharField(_("currency"), max_length=3, blank=True)
    wanted_by = models.DateField(_("wanted closing date"), null=True, blank=True)
    complainants = models.PositiveIntegerField(_("complainants it stands for"), default=1, validators=[MinValueValidator(1)])
    acting_together = models.BooleanField(_("they act together"), default=False)
    lawsuit = models.CharField(_("lawsuit"), max_length=10, choices=Threat.choices, blank=True)
    exposure = models.CharField(_("media or online exposure"), max_length=10, choices=Threat.choices, blank=True)
    authority = models.CharField(_("authority (12315)"), max_length=10, choices=Threat.choices, blank=True)
    samples = models.CharField(_("samples to be had"), max_length=3, choices=Known.choices, blank=True)
    read_back = models.BooleanField(_("read back to the customer"), default=False)
    first_handling = models.TextField(_("first handling and fact check"), blank=True)

    class Meta:
        abstract = True
