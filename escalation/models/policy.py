"""Policies as an administrator changed them (R30): rows with a date of effect and a version; the shipped ones stand in `policies`.

Never changed after they were stored: another change is another row. Not here: what a change would move (`preview`).
"""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalation.policies import SHIPPED, Clock, Policy, Then, Told, Until
from organisation.models import Person
from organisation.models.known import known


class PolicyVersion(models.Model):
    key = models.CharField(max_length=24)
    version = models.PositiveSmallIntegerField()
    effective_from = models.DateTimeField(_("in force from"))
    clock = models.CharField(_("clock"), max_length=12, choices=Clock.choices)
    amount = models.PositiveIntegerField(_("time"))
    warn_at = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name=_("reminders at (%)"))
    first = ArrayField(models.CharField(max_length=8, choices=Told.choices), default=list, blank=True, verbose_name=_("told first"))
    second = ArrayField(models.CharField(max_length=8, choices=Told.choices), default=list, blank=True, verbose_name=_("told next"))
    until = models.CharField(max_length=12, choices=Until.choices, default=Until.ACKNOWLEDGED)
    enabled = models.BooleanField(_("in use"), default=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    reason = models.TextField(_("why"))
    moved_running = models.BooleanField(_("running timers moved too"), default=False)
    preview = models.JSONField(default=dict)
    decided_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["key", "version"]
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="policy_version_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"

    def policy(self) -> Policy:
        shipped = SHIPPED[self.key]
        return Policy(
            self.key, shipped.code, Clock(self.clock), self.amount, tuple(map(Told, self.first)), tuple(map(Told, self.second)),
            Until(self.until), Then(shipped.then), tuple(sorted(self.warn_at)), shipped.pausable, self.enabled, self.version,
            {"zh": self.name, "en": self.name_en},
        )  # fmt: skip


@known
def _versions() -> list[PolicyVersion]:
    return list(PolicyVersion.objects.order_by("key", "version"))


class PolicyBook:
    """All policies of one moment, by key; and, for timers that run on by an older one, by key and version. One query."""

    def __init__(self, at: dt.datetime, rows: list[PolicyVersion]) -> None:
        self.versions = {(key, 1): policy for key, policy in SHIPPED.items()} | {(row.key, row.version): row.policy() for row in rows}
        effective = [row for row in rows if row.effective_from <= at]
        self.now = SHIPPED | {row.key: self.versions[row.key, row.version] for row in sorted(effective, key=lambda row: row.version)}

    @classmethod
    def at(cls, at: dt.datetime) -> "PolicyBook":
        return cls(at, _versions())

    def of(self, key: str, version: int) -> Policy:
        return self.versions[key, version]
