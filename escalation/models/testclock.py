"""The product's clock is the database's, with a seam (architecture, section 5): `redress_now()` and `redress_instant()` add this offset."""

from django.db import models


class TestClock(models.Model):
    """One row moves the clock, in tests and rehearsals; empty in production (`check --deploy` demands it)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    offset = models.DurationField()

    __test__ = False

    class Meta:
        db_table = "test_clock"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="test_clock_single")]

    def __str__(self) -> str:
        return str(self.offset)
