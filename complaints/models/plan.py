"""Rounds of measures: what was investigated, found and proposed, and how review and approval went (R18, R19).

A round is written in `action`, frozen when it is proposed, and never changed after; an NG opens the next one with copies of its measures.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.states import CauseCategory, Finding, MeasureKind
from organisation.models import Person


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
        indexes = [models.Index(fields=["complaint"], name="round_four_eyes", condition=~models.Q(four_eyes_exception=""))]

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
