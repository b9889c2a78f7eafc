"""Files that take too long to be made while somebody waits: ordered, made by the queue, kept for a week, for the one who ordered alone.

Not here: making them (`reports.ordered`), ordering and throwing away (`complaints.ordering`).
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisation.models import Person


class OrderState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("being made")
    DONE = "done", _("ready")
    FAILED = "failed", _("could not be made")


class FileOrder(models.Model):
    """`asked` says what of: {"what": "complaints", "query": "tab=all"} or {"what": "month", "branch": "…", "month": "2026-10"}."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="file_orders")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    asked = models.JSONField()
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=8, choices=OrderState.choices, default=OrderState.WAITING)
    ordered_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    """When whoever makes it last said so: silent for long, it was killed and another takes over."""
    tries = models.PositiveSmallIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    stored = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], name="order_to_make", condition=Q(state__in=["waiting", "running"]))]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"
