"""Counts of one local day of a branch, so that twelve months are added up and not counted (`reports.daily` says how they stay true).

What is counted by the day of receipt stands in the row of that day, `closed` in the row of the day of closing. A day that is marked as
stale is not believed. The marks are made by the database itself (migration 0002), in the transaction of the change. Not here: the counting.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from organisation.models import Branch, Department


class DayCount(models.Model):
    """Of one department (none: not assigned yet), grades 1-2 apart from the others."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    department = models.ForeignKey(Department, models.CASCADE, null=True, related_name="+", db_index=False)
    severe = models.BooleanField()
    received = models.PositiveIntegerField(default=0)
    valid = models.PositiveIntegerField(default=0)
    invalid = models.PositiveIntegerField(default=0)
    on_spot = models.PositiveIntegerField(default=0)
    valid_closed = models.PositiveIntegerField(default=0)
    major = models.PositiveIntegerField(default=0)
    reopened = models.PositiveIntegerField(default=0)
    chased = models.PositiveIntegerField(default=0)
    scored = models.PositiveIntegerField(default=0)
    scores = models.PositiveIntegerField(default=0)
    """The sum of what was given."""
    asked = models.PositiveIntegerField(default=0)
    satisfied = models.PositiveIntegerField(default=0)
    in_time = models.PositiveIntegerField(default=0)
    """Timers of what was received that day, with that verdict."""
    late = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    lasted = ArrayField(models.FloatField(), default=list)
    """Seconds from receipt to closing, of what was received that day and is closed."""

    class Meta:
        indexes = [models.Index(fields=["branch", "day"], name="daycount_by_day")]


class DayVerdicts(models.Model):
    """How the timers of one code ended (`sets.VERDICTS`), of what was received that day; no row where there is no timer."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    code = models.CharField(max_length=20)
    in_time = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    blank = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["branch", "day"], name="dayverdicts_by_day")]


class DayTimes(models.Model):
    """Seconds from the receipt of what was received that day, of each to whom it happened: until acknowledged, planned, closed."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    acknowledged = ArrayField(models.FloatField(), default=list)
    planned = ArrayField(models.FloatField(), default=list)
    closed = ArrayField(models.FloatField(), default=list)

    class Meta:
        indexes = [models.Index(fields=["branch", "day"], name="daytimes_by_day")]


class StaleDay(models.Model):
    """A mark, one for each change: only ever added, so that no two changes wait for each other; taken away by whoever counts the day."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["branch", "day"], name="staleday_by_day")]
