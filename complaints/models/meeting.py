"""The internal memo of a major complaint and its analysis meeting (R17): who was told and has read it, calls, answers, objections, marks.

One `Meeting` each time the complaint was judged major; its memo goes out at once, the meeting is called later. Written by the door alone,
but for the receipts (`complaints.receipts`). Not here: whether measures wait for it (`Complaint.meeting`, `complaints.rules`).
"""

import hashlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.states import Answer
from organisation.models import Person


def digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()[:16]


class Meeting(models.Model):
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="meetings")
    number = models.PositiveSmallIntegerField()
    issued_at = models.DateTimeField(_("memo sent at"))
    issued_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    asks = models.TextField(_("what is asked of each"), blank=True)
    confidential = models.BooleanField(default=False)
    """True when the memo went only to those the manager named (R4)."""
    called_at = models.DateTimeField(null=True, blank=True)
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    place = models.TextField(_("place"), blank=True)
    agenda = models.TextField(_("agenda"), blank=True)
    chair = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    resolution = models.TextField(_("resolution"), blank=True)
    wording = models.PositiveSmallIntegerField(default=0)
    """How often the resolution was worded: a mark is given to one wording."""
    resolved_at = models.DateTimeField(null=True, blank=True)
    voided = models.PositiveSmallIntegerField(default=0)
    """Marks that the last change of the resolution made void."""
    agreed_at = models.DateTimeField(null=True, blank=True)
    taken = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    """Digests of the resolution's lines that stand in the plan already."""

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["complaint", "number"], name="meeting_once")]

    def __str__(self) -> str:
        return f"{self.complaint_id} M{self.number}"

    @property
    def lines(self) -> list[str]:
        """The resolution line by line, without the numbers before them."""
        stripped = (line.strip().lstrip("0123456789").lstrip(".、)） ").strip() for line in self.resolution.splitlines())
        return list(dict.fromkeys(line for line in stripped if line))

    @property
    def left(self) -> list[str]:
        """Lines not taken over into the plan yet."""
        return [line for line in self.lines if digest(line) not in self.taken]


class Attendance(models.Model):
    """One person of a meeting: told by its memo, invited, or both; once, however many posts he holds."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="people")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=12, choices=Answer.choices, blank=True, default=Answer.NONE)
    answered_at = models.DateTimeField(null=True, blank=True)
    representative = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    came = models.BooleanField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="attendance_once")]
        indexes = [models.Index(fields=["person"], name="invitation_open", condition=Q(invited_at__isnull=False, agreed_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.person_id}"


class Call(models.Model):
    """A telephone call about the memo, for it is urgent."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="calls")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reached = models.BooleanField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.person_id}"


class Objection(models.Model):
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="objections")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on_behalf = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()
    result = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.pk}"
