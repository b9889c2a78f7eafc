"""A month's report, who signed it, and what was published of it (R40).

The database refuses any change of signatures and of what was published, and of a report once it is published. Not here: how they come
about (`reports.publishing`), how they are proved (`reports.proof`).
"""

import hashlib

from django.db import models

from organisation.models import Branch, Person
from reports.states import NEXT, ReportState, Step


class MonthReport(models.Model):
    """One of a branch and month; `month` is its first local day. `version` counts what was saved and signed, `round` what was sent back."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="month_reports")
    month = models.DateField()
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=1)
    analysis = models.TextField(blank=True)
    measures = models.JSONField(default=list)
    """Next month's: rows of `text`, `aim`, `owner` and `due`, all as written; `due` an ISO date or ''."""
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["branch_id", "-month"]
        constraints = [models.UniqueConstraint(fields=["branch", "month"], name="month_report_once")]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.name} {self.state}"

    @property
    def name(self) -> str:
        """“2026-10”."""
        return f"{self.month:%Y-%m}"

    @property
    def is_published(self) -> bool:
        return self.state == ReportState.PUBLISHED

    @property
    def step(self) -> Step | None:
        """The signature it waits for."""
        return NEXT.get(ReportState(self.state))


class SignOff(models.Model):
    """One of the three signatures of a round. `content` is the keyed digest of the texts as they were signed."""

    report = models.ForeignKey(MonthReport, models.PROTECT, related_name="sign_offs")
    event = models.OneToOneField("complaints.Event", models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=10, choices=Step.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on_behalf = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    exception = models.BooleanField(default=False)
    """True when four eyes could not be kept (R19); the reason is among the event's texts."""
    at = models.DateTimeField()
    content = models.CharField(max_length=64)
    body = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["report", "round", "step"], name="month_signed_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.step} {self.person_id}"


class Publication(models.Model):
    """What was published: `content` is the text over whose bytes `digest` (sha256) is; `cutoff` the instant of its data."""

    report = models.OneToOneField(MonthReport, models.PROTECT, primary_key=True, related_name="publication")
    event = models.OneToOneField("complaints.Event", models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    cutoff = models.DateTimeField()
    content = models.TextField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.report_id} {self.digest[:8]}"

    @staticmethod
    def digest_of(content: str) -> str:
        return hashlib.sha256(content.encode()).hexdigest()

    def is_sound(self) -> bool:
        return self.digest == self.digest_of(self.content)
