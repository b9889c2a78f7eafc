"""Files of a complaint, stored under names of our own: what people attached, checked before by `complaints.uploads`, and its archive files.

Not here: what stands in an archive file (`complaints.papers`).
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.models import Person


def stored_name(instance: models.Model, filename: str) -> str:
    """A name nobody can guess or steer: two hex folders and a random id, no part of what the user sent."""
    key = uuid.uuid4().hex
    return f"{key[:2]}/{key}"


class Attachment(models.Model):
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, null=True, blank=True, related_name="attachments")
    draft = models.ForeignKey("complaints.Draft", models.SET_NULL, null=True, blank=True, related_name="attachments")
    measure = models.ForeignKey("complaints.Measure", models.PROTECT, null=True, blank=True, related_name="attachments")
    number = models.PositiveSmallIntegerField(_("evidence number"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=120)
    mime = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    file = models.FileField(upload_to=stored_name, max_length=80)
    thumbnail = models.FileField(upload_to=stored_name, max_length=80, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number", "id"]
        constraints = [models.UniqueConstraint(fields=["complaint", "number"], name="evidence_number_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.mime.startswith("image/")


class ArchiveFile(models.Model):
    """The file of a closed complaint as one PDF (R27): wanted by its closing, made afterwards; earlier ones are kept.

    `seq` and `head` say which entry of the history was its last; what happens later makes no other file but on demand.
    """

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="archives")
    wanted_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True, blank=True)
    seq = models.PositiveIntegerField(null=True, blank=True)
    head = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    file = models.FileField(upload_to=stored_name, max_length=80, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "seq"], name="archive_once_per_entry"),
            models.UniqueConstraint(fields=["complaint"], name="archive_wanted_once", condition=models.Q(made_at__isnull=True)),
        ]
        indexes = [models.Index(fields=["tries", "id"], name="archive_wanted", condition=models.Q(made_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.complaint_id} #{self.seq or '…'}"
