"""Who has a part in a complaint, which departments had it, and which complaints belong together (R4, R38)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from complaints.states import LinkKind, PartKind
from organisation.models import Department, Person


class Part(models.Model):
    """Written by the moves; whoever has one that has not ended sees the complaint, confidential or not."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="parts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="parts")
    kind = models.CharField(max_length=12, choices=PartKind.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "person", "kind"], name="part_once", condition=Q(until__isnull=True)),
        ]
        indexes = [models.Index(fields=["person", "complaint"], name="part_by_person", condition=Q(until__isnull=True))]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.person_id} {self.kind}"


class Assignment(models.Model):
    """A department that is or was responsible: its head and staff go on seeing the complaint (R4)."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="assignments")
    department = models.ForeignKey(Department, models.PROTECT, related_name="assignments", verbose_name=_("department"))
    at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["department", "complaint"], name="assignment_by_department")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.department_id}"


class Link(models.Model):
    """`complaint` was linked to the earlier `other`."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="links")
    other = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="linked_from")
    kind = models.CharField(_("kind"), max_length=8, choices=LinkKind.choices, default=LinkKind.CAUSE)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "other"], name="link_once"),
            models.UniqueConstraint(Least("complaint", "other"), Greatest("complaint", "other"), name="link_pair_once"),
            models.CheckConstraint(condition=~Q(complaint=F("other")), name="link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} → {self.other_id}"
