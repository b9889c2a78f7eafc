"""What came again after closing (R26a): which complaint on the same problem was received while a closed one was watched.

One row a pair, written by the act `recurred` on the closed one. Not here: what is the same problem (`sameproblem`), looking (`watching`).
"""

from django.db import models
from django.db.models import F, Q


class Recurrence(models.Model):
    """`other` has the problem that `complaint` was closed with."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="recurrences")
    other = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="recurs")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "other"], name="recurrence_once"),
            models.CheckConstraint(condition=~Q(complaint=F("other")), name="recurrence_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} ← {self.other_id}"
