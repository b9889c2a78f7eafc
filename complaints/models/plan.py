"""Rounds of measures: what was investigated, found and proposed, and how review and approval went (R18, R19).

A round is written in `action`, frozen when it is proposed, and never changed after; an NG opens the next one with a copy of it. Rows that
nobody asks for by themselves (what was investigated, places of the goods, whys, shares, products beside) are JSON of the round, in the
shape of `planrows`; what figures are made of has columns. Not here: what a plan needs (`plans`).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from complaints.states import CauseCategory, Finding, MeasureKind, Remedy
from organisation.models import Person

NOTHING = Cast(Value("[]"), models.JSONField())


class Round(models.Model):
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField(_("round"))
    opened_at = models.DateTimeField()
    opened_because = models.TextField(_("why it was opened"), blank=True)
    finding = models.CharField(_("verdict"), max_length=14, choices=Finding.choices, blank=True)
    investigation = models.TextField(_("investigation"), blank=True)
    cause = models.TextField(_("root cause"), blank=True)
    cause_category = models.CharField(_("cause category"), max_length=12, choices=CauseCategory.choices, blank=True)
    escape = models.TextField(_("why it was not found before it left"), blank=True)
    no_measure_reason = models.TextField(_("why no measure is needed"), blank=True)
    no_measure_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who says that no measure is needed"),
        db_index=False,
    )
    full = models.BooleanField(_("written as a full 8D"), default=False)
    """By choice, where the short form would do (R18a)."""
    found = models.JSONField(_("what was investigated"), default=list, blank=True)
    shares = models.JSONField(_("shares of responsibility"), default=list, blank=True)
    ledger = models.JSONField(_("where the goods are"), default=list, blank=True)
    lot_quantity = models.DecimalField(_("quantity of the lot"), max_digits=14, decimal_places=3, null=True, blank=True)
    whys = models.JSONField(_("why it occurred"), default=list, blank=True)
    """The last one is the cause, which stands in `cause`; rounds without a chain have that alone. Of `escape_whys` the same."""
    escape_whys = models.JSONField(_("why it escaped"), default=list, blank=True)
    escape_category = models.CharField(_("category of why it escaped"), max_length=12, choices=CauseCategory.choices, blank=True)
    across = models.JSONField(_("other products and processes"), default=list, blank=True)
    answers = models.JSONField(_("what answers the reasons it came back for"), default=list, blank=True, db_default=NOTHING)
    remedy_kinds = ArrayField(
        models.CharField(max_length=12, choices=Remedy.choices), default=list, blank=True, verbose_name=_("remedy for the customer")
    )
    remedy_text = models.TextField(_("what the customer gets"), blank=True)
    remedy_amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    remedy_currency = models.CharField(_("currency"), max_length=3, blank=True)
    remedy_how = models.TextField(_("how the amount is worked out"), blank=True)
    drafted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    group_approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    group_approved_at = models.DateTimeField(null=True, blank=True)
    four_eyes_exception = models.TextField(_("why one person signed twice"), blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], include=["cause_category", "proposed_at"], name="round_once_each")
        ]
        indexes = [
            models.Index(fields=["complaint"], name="round_four_eyes", condition=~models.Q(four_eyes_exception="")),
            models.Index(fields=["complaint"], name="round_with_amount", condition=models.Q(remedy_amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} #{self.number}"

    @property
    def signed_by(self) -> frozenset[int]:
        """Ids of those who hold draft, review or approval of this round (R19)."""
        return frozenset(filter(None, (self.drafted_by_id, self.reviewed_by_id, self.approved_by_id)))


class Measure(models.Model):
    round = models.ForeignKey(Round, models.PROTECT, related_name="measures")
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="measures")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=12, choices=MeasureKind.choices)
    text = models.TextField(_("measure"))
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("owner"))
    due_on = models.DateField(_("due on"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    verified_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by"))
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    verification = models.TextField(_("how it was verified"), blank=True)
    effective = models.BooleanField(_("effective"), null=True, blank=True)

    class Meta:
        ordering = ["round_id", "position", "id"]
        indexes = [
            models.Index(fields=["owner", "complaint"], name="measure_by_owner", condition=models.Q(done_at__isnull=True)),
            models.Index(
                fields=["complaint"], name="measure_to_verify", condition=models.Q(done_at__isnull=False, verified_at__isnull=True)
            ),
            models.Index(fields=["done_at"], name="measure_by_done", condition=models.Q(done_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
