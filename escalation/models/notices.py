"""Telling people: a notice is the reason, written in the transaction of what it tells; a message is what goes out by mail.

`Notice` unique by event, recipient and channel: nobody is told the same twice; its complaint is its event's, whose constraint holds for
both, and none where the house tells something (a month's report). `Message` bundles a recipient's due notices and keeps one Message-ID
through all its tries. Eight notices come of one timer that runs out: each index here is asked for. Not here: who is told what
(`complaints.notices`), sending (`escalation.mailing`).
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisation.models import Person


class Channel(models.TextChoices):
    DESK = "desk", _("in the product")
    MAIL = "mail", _("by e-mail")


class MessageState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    GIVEN_UP = "given_up", _("given up")


class Message(models.Model):
    recipient = models.ForeignKey(Person, models.PROTECT, related_name="messages")
    address = models.EmailField()
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.WAITING)
    created_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="message_next", condition=Q(state=MessageState.WAITING))]

    def __str__(self) -> str:
        return self.message_id


class Notice(models.Model):
    event = models.ForeignKey("complaints.Event", models.PROTECT, related_name="notices", db_index=False)
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    recipient = models.ForeignKey(Person, models.PROTECT, related_name="notices", db_index=False)
    channel = models.CharField(max_length=4, choices=Channel.choices)
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    not_before = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="notices", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "recipient", "channel"], name="notice_once")]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_of", condition=Q(channel=Channel.DESK)),
            models.Index(fields=["recipient", "-id"], name="notice_unseen", condition=Q(channel=Channel.DESK, seen_at=None)),
            models.Index(fields=["recipient", "not_before"], name="notice_to_mail", condition=Q(channel=Channel.MAIL, message=None)),
            models.Index(fields=["message"], name="notice_mailed", condition=Q(message__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.recipient_id}"
