"""A timer: one duty with a due instant. Whether it runs and how it ended are two things (R29).

`next_at` is what the sweep looks for: the instant of the next step (`next_rung`), null while nothing is to come. A timer keeps the policy's
version and amount it was started by, so that a change of policy touches nothing that runs (R30).
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from escalation.policies import Clock, Code


class TimerState(models.TextChoices):
    RUNNING = "running", _("running")
    PAUSED = "paused", pgettext_lazy("timer", "paused")
    STOPPED = "stopped", _("stopped")
    VOID = "void", _("no longer asked for")


class Verdict(models.TextChoices):
    NONE = "", _("not decided")
    IN_TIME = "in_time", _("in time")
    LATE = "late", pgettext_lazy("verdict", "late")


LIVE = [TimerState.RUNNING, TimerState.PAUSED]


class Timer(models.Model):
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="timers", db_index=False)
    code = models.CharField(max_length=20, choices=Code.choices)
    subject = models.CharField(max_length=20, blank=True, default="")
    ordinal = models.PositiveSmallIntegerField(default=1)
    policy = models.CharField(max_length=24)
    policy_version = models.PositiveSmallIntegerField(default=1)
    calendar = models.ForeignKey("organisation.WorkCalendar", models.PROTECT, null=True, related_name="+", db_index=False)
    clock = models.CharField(max_length=12, choices=Clock.choices)
    amount = models.PositiveIntegerField()
    started = models.DateTimeField()
    due = models.DateTimeField()
    state = models.CharField(max_length=8, choices=TimerState.choices, default=TimerState.RUNNING)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True, default=Verdict.NONE)
    stopped_at = models.DateTimeField(null=True)
    ran_out_at = models.DateTimeField(null=True)
    by_rule = models.BooleanField(default=False)
    timing = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    next_rung = models.PositiveSmallIntegerField(null=True)
    pauses = models.JSONField(default=list)
    source = models.CharField(max_length=8, blank=True, default="")
    fault = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "code", "subject", "ordinal"],
                include=["state", "verdict", "stopped_at", "by_rule"],
                name="timer_once_each",
            ),
            models.UniqueConstraint(fields=["complaint", "code", "subject"], name="timer_one_live", condition=Q(state__in=LIVE)),
            models.CheckConstraint(condition=Q(next_at=None) | Q(state=TimerState.RUNNING), name="timer_waits_only_running"),
            models.CheckConstraint(condition=Q(stopped_at=None) ^ ~Q(state__in=LIVE), name="timer_stopped_has_instant"),
        ]
        indexes = [
            models.Index(fields=["next_at", "id"], name="timer_next", condition=Q(state=TimerState.RUNNING)),
            models.Index(fields=["complaint", "due"], name="timer_live", condition=Q(state__in=LIVE)),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.code} {self.subject}".strip()

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def key(self) -> tuple[str, str]:
        return self.code, self.subject
