"""The sweep's sign of life: one row, written at every look, read by the health page and the banner."""

from django.db import models


class SweepPulse(models.Model):
    """`at` by the database's own clock, without the test clock: a moved clock must not look like a silent sweep."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()
    worker = models.CharField(max_length=120, blank=True)
    raised = models.PositiveBigIntegerField(default=0)
    slowest = models.DurationField(null=True)
    """How late the last batch's latest one was found."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="sweep_pulse_single")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S}"
