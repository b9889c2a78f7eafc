"""What the sweep raised: a warning, a timer run out, the second level (R29).

Exactly once is the database's promise: one row a timer for each rung, and for warnings one for each timing. Shown to those it is raised to
until one of them acknowledges it with a word on what is to be done; the word stands here and in the history's passages.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from escalation.policies import Code, Rung
from organisation.models import Person

from .timer import Timer

RAISED = Q(rung__gte=Rung.OUT)
UNANSWERED = RAISED & Q(acknowledged_at=None)


class Escalation(models.Model):
    timer = models.ForeignKey(Timer, models.PROTECT, related_name="escalations", db_index=False)
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="escalations", db_index=False)
    event = models.ForeignKey("complaints.Event", models.PROTECT, related_name="+")
    code = models.CharField(max_length=20, choices=Code.choices)
    rung = models.PositiveSmallIntegerField()
    timing = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField()
    raised_at = models.DateTimeField()
    found_late = models.BooleanField(default=False)
    by_rule = models.BooleanField(default=False)
    to = ArrayField(models.BigIntegerField(), default=list)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    instruction = models.TextField(_("what is to be done"), blank=True)
    wanted_by = models.DateTimeField(_("until when"), null=True, blank=True)

    class Meta:
        ordering = ["raised_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["timer", "rung"], name="escalation_once", condition=RAISED),
            models.UniqueConstraint(fields=["timer", "rung", "timing"], name="escalation_warned_once", condition=Q(rung__lt=Rung.OUT)),
        ]
        indexes = [
            GinIndex(fields=["to"], name="escalation_to", condition=RAISED),
            models.Index(fields=["complaint", "timer"], name="escalation_by_complaint"),
            models.Index(fields=["acknowledged_by"], name="escalation_answered", condition=Q(acknowledged_by__isnull=False)),
            models.Index(fields=["-raised_at"], name="escalation_raised", condition=RAISED),
        ]

    def __str__(self) -> str:
        return f"{self.timer_id} {self.rung}"
