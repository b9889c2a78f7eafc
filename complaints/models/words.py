"""What was said between us and the customer, what we promised, and the visit (R21, R23-R25)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.states import FROM_CUSTOMER, Means, WordKind
from organisation.models import Person


class Word(models.Model):
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="said")
    kind = models.CharField(max_length=14, choices=WordKind.choices)
    means = models.CharField(_("how"), max_length=10, choices=Means.choices, blank=True)
    text = models.TextField(_("words"), blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.kind}"

    @property
    def from_customer(self) -> bool:
        return self.kind in FROM_CUSTOMER


class Promise(models.Model):
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="promises")
    text = models.CharField(_("what was promised"), max_length=300)
    due_on = models.DateField(_("by"))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["complaint"], name="promise_not_kept", condition=models.Q(kept_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.due_on}"


class Visit(models.Model):
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="visits")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    means = models.CharField(_("how"), max_length=10, choices=Means.choices)
    satisfied = models.BooleanField(_("satisfied"))
    score = models.PositiveSmallIntegerField(_("score"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    words = models.TextField(_("the customer's words"), blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(score__range=(1, 5)), name="visit_score_1_to_5")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.score}"
