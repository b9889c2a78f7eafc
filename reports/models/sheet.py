"""The sheet of a morning as it was when the branch opened, so that everybody in the meeting looks at the same (`reports.morning`).

It holds keys, instants and counts, never what people wrote: words are read when it is shown, by right, and erased ones are gone.
"""

from django.db import models

from organisation.models import Branch


class MorningSheet(models.Model):
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    day = models.DateField()
    made_at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["branch", "day"], name="morningsheet_once")]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.day}"
