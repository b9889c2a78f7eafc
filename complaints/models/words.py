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
    text_other = models.TextField(_("the same in another language"), blank=True, default="", db_default="")
    language = models.CharField(_("language"), max_length=10, blank=True, default="", db_default="")
    subject = models.CharField(_("subject"), max_length=200, blank=True, default="", db_default="")
    recipient = models.CharField(_("recipient"), max_length=200, blank=True, default="", db_default="")
    copies = models.CharField(_("copies to"), max_length=500, blank=True, default="", db_default="")
    """Addresses, by commas; as the recipient personal data, and never in the history's entries."""
    templates = models.ManyToManyField("complaints.ReplyTemplate", blank=True, related_name="+")
    files = models.ManyToManyField("complaints.Attachment", blank=True, related_name="+")
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
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who does it"))
    kept_at = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)
    """When the customer said at the visit that it was not kept; the promise that makes it good `follows` it (R25)."""
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="again")

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["complaint"], name="promise_not_kept", condition=models.Q(kept_at__isnull=True, broken_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.due_on}"

    @property
    def responsible(self) -> Person:
        """Whoever is to keep it; where nobody was named, whoever gave it."""
        return self.owner or self.made_by

    @property
    def is_open(self) -> bool:
        return self.kept_at is None and self.broken_at is None


class Visit(models.Model):
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="visits")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    means = models.CharField(_("how"), max_length=10, choices=Means.choices)
    satisfied = models.BooleanField(_("satisfied"))
    score = models.PositiveSmallIntegerField(_("score"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    words = models.TextField(_("the customer's words"), blank=True)
    suggestion = models.TextField(_("suggestion for improvement"), blank=True, default="", db_default="")
    kept = models.JSONField(_("promises kept, by id"), null=True, blank=True)
    seen = models.JSONField(_("measures the customer sees, by id"), null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(score__range=(1, 5)), name="visit_score_1_to_5")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.score}"
