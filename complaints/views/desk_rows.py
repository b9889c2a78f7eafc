"""What the rows of my work say: words, times and addresses, worked out before the template sees them.

Not here: which rows there are (`worklist`), and the rows of the list (`complaints.listing`).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from complaints.clockface import Face
from complaints.models import Complaint, Measure, Promise, Recurrence, Word
from complaints.moves import Text
from complaints.states import Effect, Grade, Nature, WordKind
from complaints.tasks import Task
from complaints.ticket.meeting import ACTS
from complaints.turns import Turn
from complaints.worklist import task_of
from organisation.models import Person

# What is decided on a page of its own.
PAGES = {"close": "closing"}


def address(complaint: Complaint) -> str:
    return reverse("complaint", args=[complaint.number])


def age(since: dt.datetime, now: dt.datetime) -> str:
    """“3 days”, “2 hours”; at least “0 minutes”."""
    return timesince(since, now, depth=1)


@dataclass(frozen=True)
class WorkRow:
    """A complaint that waits for the reader."""

    complaint: Complaint
    task: Task
    url: str
    since: dt.datetime
    age: str
    marks: list[str]
    """What makes it urgent, in words."""
    face: Face | None = None
    """Its earliest running clock."""

    @classmethod
    def of(cls, complaint: Complaint, now: dt.datetime, face: Face | None = None) -> "WorkRow":
        task = task_of(complaint)
        since = complaint.state_since
        page = "meeting" if task.move in ACTS else PAGES.get(task.move, "complaint")
        url = reverse(page, args=[complaint.number])
        return cls(complaint, task, url, since, age(since, now), marks(complaint), face)

    @property
    def is_late(self) -> bool:
        return self.face is not None and self.face.is_late and not self.face.frozen

    @property
    def is_major(self) -> bool:
        return self.complaint.nature == Nature.MAJOR

    @property
    def wanted(self) -> Text:
        """Where it stands and what is wanted; what came back says so."""
        complaint = self.complaint
        if self.task.move == "submit" and complaint.state_since > complaint.recorded_at and not complaint.imported:
            return _("Asked back: something is missing")
        if self.task.move == "propose" and complaint.round > 1:
            return _("Sent back: round %(number)s") % {"number": complaint.round}
        return self.task.label


@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    title: Text
    rows: list[WorkRow]
    late: bool = False


def groups(found: list[WorkRow], today: dt.date) -> list[Group]:
    """What ran out, what is due today by the branch's clock, and the rest; in the order of the rows, those that are empty left out."""
    late = [row for row in found if row.is_late]
    due = [row for row in found if row not in late and _due_on(row) == today]
    rest = [row for row in found if row not in late and row not in due]
    named = [Group(_("Run out"), late, late=True), Group(_("Due today"), due), Group(pgettext("work", "Later"), rest)]
    return [group for group in named if group.rows]


def _due_on(row: WorkRow) -> dt.date | None:
    return row.face.timer.due.astimezone(row.face.zone).date() if row.face and not row.face.frozen else None


def marks(complaint: Complaint) -> list[str]:
    found = []
    if complaint.grade:
        found.append(str(Grade(complaint.grade).label))
    elif complaint.effect in (Effect.LINE, Effect.SAFETY):
        found.append(str(Effect(complaint.effect).label))
    if complaint.reopened:
        found.append(_("reopened"))
    return found


@dataclass(frozen=True)
class ClosedRow:
    """A complaint an assistant closed, with what was explained to the customer: what a manager countersigns."""

    complaint: Complaint
    url: str
    age: str
    explained: str
    by: str

    @classmethod
    def of(cls, complaint: Complaint, word: Word | None, now: dt.datetime) -> "ClosedRow":
        explained, by = (word.text, str(word.by or "")) if word else ("", "")
        return cls(complaint, address(complaint), age(complaint.closed_at or now, now), explained, by)


def countersigned(complaints: Any, now: dt.datetime) -> list[ClosedRow]:
    """Rows to countersign; one query more, for what was explained last."""
    found = list(complaints)
    words = Word.objects.filter(complaint__in=found, kind=WordKind.EXPLAINED).select_related("by").order_by("at", "pk")
    last = {word.complaint_id: word for word in words} if found else {}
    return [ClosedRow.of(complaint, last.get(complaint.pk), now) for complaint in found]


@dataclass(frozen=True)
class ReopenRow:
    """A closed complaint of which it is asked whether it is opened again, and why: what came again, as far as the reader may open it."""

    complaint: Complaint
    url: str
    came: list[tuple[str, str]]
    """Numbers and addresses."""
    hidden: int
    failed: bool
    """A measure was found not to work after closing, whatever came again."""


def asked_to_reopen(complaints: Any, person: Person) -> list[ReopenRow]:
    """Three queries: the complaints, what came again, what of it may be opened; one for failed measures."""
    found = list(complaints)
    if not found:
        return []
    pairs = list(Recurrence.objects.filter(complaint__in=found).values_list("complaint", "other"))
    seen = dict(Complaint.objects.visible_to(person).filter(pk__in={other for _, other in pairs}).order_by().values_list("pk", "number"))
    failed = set(
        Measure.objects.filter(complaint__in=found, effective=False, verified_at__isnull=False).values_list("complaint", flat=True)
    )
    shown = []
    for row in found:
        others = [other for pk, other in pairs if pk == row.pk]
        came = [(seen[pk], reverse("complaint", args=[seen[pk]])) for pk in others if pk in seen]
        shown.append(ReopenRow(row, address(row), came, len(others) - len(came), not others and row.pk in failed))
    return shown


@dataclass(frozen=True)
class DatedRow:
    """A measure or a promise with its date, or a measure to be verified, which has none."""

    complaint: Complaint
    url: str
    text: str
    what: Text
    who: str
    verb: Text
    due_on: dt.date | None = None
    days: int = 0
    """Until it is due; negative when that day is over."""

    @classmethod
    def to_do(cls, measure: Measure, today: dt.date) -> "DatedRow":
        what = measure.get_kind_display()
        days = (measure.due_on - today).days
        return cls(
            measure.complaint, address(measure.complaint), measure.text, what, str(measure.owner), _("Record it done"), measure.due_on, days
        )

    @classmethod
    def to_verify(cls, measure: Measure) -> "DatedRow":
        what = _("%(kind)s: carried out, to be verified") % {"kind": measure.get_kind_display()}
        return cls(
            measure.complaint, reverse("verification", args=[measure.complaint.number]), measure.text, what, str(measure.owner), _("Verify")
        )

    @classmethod
    def promised(cls, promise: Promise, today: dt.date) -> "DatedRow":
        days = (promise.due_on - today).days
        return cls(
            promise.complaint, address(promise.complaint), promise.text, _("Promised to the customer"), str(promise.responsible),
            pgettext("verb", "Open"), promise.due_on, days,
        )  # fmt: skip

    @property
    def late(self) -> bool:
        return self.due_on is not None and self.days < 0

    @property
    def state(self) -> str:
        """late, soon (today and tomorrow) or nothing: how its clock looks."""
        if self.late:
            return "late"
        return "soon" if self.due_on and self.days <= 1 else ""

    @property
    def left(self) -> str:
        if self.due_on is None:
            return _("to verify")
        if self.late:
            return ngettext("%d day late", "%d days late", -self.days) % -self.days
        if self.days == 0:
            return _("today")
        return ngettext("in %d day", "in %d days", self.days) % self.days


@dataclass(frozen=True)
class FollowedRow:
    """A complaint in others' hands."""

    complaint: Complaint
    url: str
    turn: Turn
    age: str
    face: Face | None = None
