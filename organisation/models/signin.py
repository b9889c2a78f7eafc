"""What is remembered of signing in: failures, which brake, and sign-ins, which a session's limits are read from.

Failures are kept for a day and name their account only by a digest: people type passwords into the wrong field.
Not here: how long one has to wait (`organisation.signin`) and when a session is over (`organisation.sessions`).
"""

from django.db import models

from .people import Person


class SignInFailure(models.Model):
    account = models.CharField(max_length=40)
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="signin_by_account"),
            models.Index(fields=["address", "at"], name="signin_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.account[:8]} {self.address} {self.at}"


class SignIn(models.Model):
    """One successful sign-in and the session it began; its address and device are known for this person from then on."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="sign_ins")
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=32, blank=True)
    browser = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    active_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="signin_by_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.address} {self.at}"
