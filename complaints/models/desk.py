"""What the desk remembers beside complaints: drafts, keys of forms already carried out, saved views of the list."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.models import Person


class Draft(models.Model):
    """An unfinished form, autosaved: it survives a lost session and is gone once the form is sent."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="drafts")
    purpose = models.CharField(max_length=40, default="intake")
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at"]
        indexes = [models.Index(fields=["person", "purpose", "-saved_at"], name="draft_by_person")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"


class Once(models.Model):
    """A form's key, inserted by whoever carries it out first; `answer` is where everybody is sent then."""

    key = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    answer = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="once_by_age")]

    def __str__(self) -> str:
        return str(self.key)


class SavedView(models.Model):
    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=1000)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name
