"""The complaint: its number, its record, its judgement and where it stands.

Moves only through `complaints.actions`. Not here: its measures (`plan`), words with the customer (`words`), history (`history`).
"""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Upper
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from complaints.states import Authority, Countersign, Criterion, Grade, GradeRule, Judged, MeetingStage, Nature, Outcome, State
from complaints.workflow import Lifecycle
from organisation.models import Branch, Department, Person

from .querysets import ComplaintQuerySet
from .record import Content, Header, SubjectMatter

# What figures of a month are made of (R39): read from the index alone, without the long rows.
COUNTED = [
    "id", "valid", "state", "outcome", "nature", "grade", "round", "reopened", "chased", "satisfied", "score", "acknowledged_at",
    "closed_at", "type", "product", "department", "customer", "channel", "recorded_by", "project", "lot_number",
]  # fmt: skip


# A complaint that was open at some moment was closed within so many days of it, or took longer than that and stands in an index of these.
SOON = dt.timedelta(days=45)
TOOK_LONG = Q(GreaterThan(F("closed_at") - F("received_at"), Value(SOON)))


class Judgement(models.Model):
    """What the manager decided (R14, R15) and who has it in hand (R16).

    Of the grade: `worked_out` by `grade_rule`, on the complaints `counted`; what it rested on that somebody has decided about is `weighed`.
    """

    valid = models.BooleanField(_("valid"), null=True, blank=True)
    nature = models.CharField(_("nature"), max_length=8, choices=Nature.choices, blank=True)
    criteria = ArrayField(models.CharField(max_length=1, choices=Criterion.choices), default=list, blank=True, verbose_name=_("criteria"))
    grade = models.PositiveSmallIntegerField(_("grade"), choices=Grade.choices, null=True, blank=True)
    grade_reason = models.TextField(_("reason of the grade"), blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible department")
    )
    proposed_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proposed department")
    )
    acting_head = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in the head's place"))
    handler = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handler"))
    meeting = models.CharField(_("analysis meeting"), max_length=8, choices=MeetingStage.choices, blank=True, default=MeetingStage.NONE)
    contested = models.PositiveSmallIntegerField(_("times contested"), default=0)
    judged = ArrayField(
        models.CharField(max_length=8, choices=Judged.choices), default=list, blank=True, verbose_name=_("judged of the grade")
    )
    helper = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("helping department"), db_index=False
    )
    worked_out = models.PositiveSmallIntegerField(_("grade worked out"), choices=Grade.choices, null=True, blank=True)
    grade_rule = models.CharField(_("rule of the grade"), max_length=10, choices=GradeRule.choices, blank=True, default="")
    counted = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    weighed = ArrayField(models.CharField(max_length=60), default=list, blank=True, editable=False)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    remedy_level = models.CharField(
        _("authority for the remedy"), max_length=5, choices=Authority.choices, blank=True, default=Authority.NONE
    )
    """Whose decision the amount of the last proposed plan takes (R20)."""

    class Meta:
        abstract = True


class Progress(models.Model):
    """Instants of the road (UTC), null until reached; cleared again by redo and reopening."""

    state_since = models.DateTimeField(_("in this stage since"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    replied_at = models.DateTimeField(_("replied at"), null=True, blank=True)
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True)
    dates_fixed_at = models.DateTimeField(_("implementation dates fixed at"), null=True, blank=True)
    visited_at = models.DateTimeField(_("visited at"), null=True, blank=True)
    satisfied = models.BooleanField(_("satisfied"), null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    unreached_at = models.DateTimeField(_("not reached at"), null=True, blank=True)
    head_word_at = models.DateTimeField(_("department's word at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True)
    last_word_at = models.DateTimeField(_("last word to the customer at"), null=True, blank=True)
    chased_at = models.DateTimeField(_("chased at"), null=True, blank=True)
    chased = models.PositiveSmallIntegerField(_("times chased"), default=0)
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    countersign = models.CharField(_("countersignature"), max_length=8, choices=Countersign.choices, blank=True, default=Countersign.NONE)
    reopen_asked_at = models.DateTimeField(_("asked to be reopened since"), null=True, blank=True)
    lessons = models.TextField(_("lessons"), blank=True)

    class Meta:
        abstract = True


class Complaint(Lifecycle, Header, SubjectMatter, Content, Judgement, Progress):
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="complaints", verbose_name=_("branch"))
    number = models.CharField(_("number"), max_length=24, unique=True)
    number_key = models.BigIntegerField(editable=False)
    access_code = models.CharField(_("access code"), max_length=16)
    version = models.PositiveIntegerField(default=1, editable=False)
    history_seq = models.PositiveIntegerField(default=0, editable=False)
    history_head = models.CharField(max_length=64, blank=True, editable=False)
    imported = models.BooleanField(_("imported"), default=False)
    source_key = models.CharField(max_length=120, blank=True, default="", editable=False)
    search = ArrayField(models.IntegerField(), default=list, editable=False)
    haystack = models.TextField(default="", editable=False)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-number_key"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="complaint_state_known"),
            models.CheckConstraint(condition=Q(state=State.CLOSED) ^ Q(outcome=""), name="complaint_closed_has_outcome"),
            models.CheckConstraint(condition=Q(grade__isnull=True) | Q(grade__in=Grade.values), name="complaint_grade_known"),
            models.UniqueConstraint(fields=["branch", "source_key"], name="complaint_imported_once", condition=~Q(source_key="")),
        ]
        indexes = [
            models.Index(F("number_key").desc(), F("id").desc(), name="complaint_by_number"),
            models.Index(F("received_at").desc(), F("id").desc(), name="complaint_by_receipt"),
            models.Index(
                fields=["-closed_at"],
                include=["branch", "received_at", "state", "id"],
                name="complaint_closed_on",
                condition=Q(state=State.CLOSED),
            ),
            models.Index(
                fields=["closed_at"],
                include=["branch", "received_at", "state", "id"],
                name="complaint_took_long",
                condition=Q(state=State.CLOSED) & TOOK_LONG,
            ),
            models.Index(fields=["branch", "received_at"], include=COUNTED, name="complaint_of_month"),
            models.Index(Coalesce("grade", Value(9)), F("id"), name="complaint_by_grade"),
            models.Index(
                fields=["branch", "state", "state_since"],
                include=["received_at", "id"],
                name="complaint_still_open",
                condition=~Q(state=State.CLOSED),
            ),
            models.Index(fields=["customer", "-received_at"], name="complaint_by_customer"),
            models.Index(fields=["customer"], name="complaint_open_by_customer", condition=~Q(state=State.CLOSED)),
            models.Index(fields=["product", "-received_at"], name="complaint_by_product"),
            models.Index(fields=["product"], name="complaint_open_by_product", condition=~Q(state=State.CLOSED)),
            models.Index(OpClass(Upper("order_number"), "text_pattern_ops"), name="complaint_by_order", condition=~Q(order_number="")),
            models.Index(OpClass(Upper("project"), "text_pattern_ops"), name="complaint_by_project", condition=~Q(project="")),
            models.Index(fields=["branch", "lot_number"], name="complaint_by_lot", condition=~Q(lot_number="")),
            models.Index(fields=["type", "-received_at"], name="complaint_by_type"),
            # The same problem (complaints.sameproblem): by product, else by project, else by department.
            models.Index(fields=["type", "product", "received_at"], name="complaint_same_product", condition=Q(product__isnull=False)),
            models.Index(
                "type", Upper("project"), "received_at", name="complaint_same_project", condition=Q(product=None) & ~Q(project="")
            ),
            models.Index(
                "type",
                Coalesce("department", "proposed_department"),
                "received_at",
                name="complaint_same_department",
                condition=Q(product=None, project=""),
            ),
            models.Index(fields=["handler"], name="complaint_by_handler", condition=~Q(state=State.CLOSED)),
            models.Index(fields=["department", "state"], name="complaint_by_department", condition=~Q(state=State.CLOSED)),
            models.Index(fields=["branch"], name="complaint_reopened", condition=Q(reopened__gt=0)),
            models.Index(fields=["branch"], name="complaint_countersign", condition=Q(countersign=Countersign.WAITING)),
            models.Index(
                fields=["branch", "received_at"], name="complaint_met", condition=Q(nature=Nature.MAJOR, meeting=MeetingStage.AGREED)
            ),
            models.Index(fields=["branch"], name="complaint_reopen_asked", condition=Q(reopen_asked_at__isnull=False)),
            models.Index(fields=["branch", "received_at"], name="complaint_major", condition=Q(nature=Nature.MAJOR)),
            models.Index(fields=["branch"], name="complaint_open_major", condition=~Q(state=State.CLOSED) & Q(nature=Nature.MAJOR)),
            GinIndex(fields=["search"], name="complaint_search"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state != State.CLOSED

    @property
    def is_severe(self) -> bool:
        """Major or of grade 1-2: reported at once, and rings outside working hours (R28, R29b)."""
        return self.nature == Nature.MAJOR or (self.grade is not None and self.grade <= Grade.SERIOUS)

    @property
    def in_charge(self) -> Person | None:
        """Who heads the responsible department for this complaint: the one the GM named, else the department's head (R3)."""
        return self.acting_head or (self.department.head if self.department else None)


class Counter(models.Model):
    """The last number given for a prefix and branch-local month (R5)."""

    prefix = models.CharField(max_length=6)
    month = models.CharField(max_length=4)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "month"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.month}: {self.last}"
