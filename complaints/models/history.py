"""History: events nobody can change, the texts they point to, and signatures (architecture, section 4).

The database refuses UPDATE, DELETE and TRUNCATE of events and signatures. Events hold no free text and no personal field: these live in
`Passage`, which can be erased without breaking the chain. Not here: how events are written and checked (`complaints.history`).
"""

from django.db import models
from django.db.models.functions import Now

from organisation.models import Person

# Of what is closed: what opens it again. Of a plan or a judgement: what sends it back (R19, R16, R26).
REOPENING = ("countersign_ng", "reopen")
SENT_BACK = ("approve_ng", "ask_back", "contest", "dispute_facts", "group_ng", "judge_again", "not_effective", "redo", "review_ng")


class Event(models.Model):
    """One entry of a chain: of a complaint, or of the house where `complaint` is null. `body` is the hashed text itself."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, null=True, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    on_behalf = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    body = models.TextField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["complaint_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["complaint", "seq"], name="event_seq_once", nulls_distinct=False)]
        indexes = [
            models.Index(fields=["at"], name="event_reopening", condition=models.Q(kind__in=REOPENING)),
            models.Index(fields=["complaint", "kind"], name="event_sent_back", condition=models.Q(kind__in=SENT_BACK)),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} #{self.seq} {self.kind}"


class Passage(models.Model):
    """A text that an event refers to by id and sha256(salt ‖ text). Erasing takes text and salt away."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, null=True, related_name="passages")
    name = models.CharField(max_length=60)
    text = models.TextField(blank=True)
    salt = models.BinaryField(max_length=16, null=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class Signature(models.Model):
    """Who signed what, meaning what (R19): `body` names the event, its digest and the digest of the content; hashed like an event."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="signatures")
    event = models.OneToOneField(Event, models.PROTECT, related_name="signature")
    round = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="signatures")
    on_behalf = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    meaning = models.CharField(max_length=20)
    at = models.DateTimeField()
    body = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.meaning} {self.person_id}"


class ChainHead(models.Model):
    """The head of the house's own chain: one row, locked while an event of the house is written."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"#{self.seq}"
