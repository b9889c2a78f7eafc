"""The measure register (R27): every measure of the present rounds one may see (R4), open ones and those that go on after closing.

Rows, what they are narrowed to, and the file. A fixed number of questions however many there are. Not here: the page (`views.register`).
"""

import datetime as dt
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO, Any

import xlsxwriter
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisation.models import LocalToday, Person

from .export import OPTIONS, clean, local, sheet_name
from .models import Complaint, Measure
from .models.reach import reach_of
from .moves import Text
from .rules import WATCHED
from .states import MeasureKind, State

OPEN, OVERDUE, DONE, VERIFIED, FAILED, ALL = "open", "overdue", "done", "verified", "failed", "all"
STANDS: dict[str, Text] = {
    OPEN: pgettext_lazy("measure", "open"),
    OVERDUE: pgettext_lazy("measure", "overdue"),
    DONE: pgettext_lazy("measure", "carried out, to be verified"),
    VERIFIED: pgettext_lazy("measure", "effective"),
    FAILED: pgettext_lazy("measure", "not effective"),
}


@dataclass(frozen=True)
class Wanted:
    """What the register is narrowed to."""

    stand: str = OPEN
    mine: bool = False
    department: bool = False
    after: bool = False
    """Only preventive ones of closed complaints."""


def measures(person: Person, wanted: Wanted) -> QuerySet[Measure]:
    """Agreed ones of present rounds, of complaints that he sees and that are open or were closed after follow-up; soonest due first."""
    seen = Complaint.objects.visible_to(person).filter(~Q(state=State.CLOSED) | Q(outcome__in=WATCHED))
    agreed = Q(kind=MeasureKind.CONTAINMENT) | Q(round__approved_at__isnull=False)
    rows = Measure.objects.filter(agreed, complaint__in=seen.order_by().values("pk"), round__number=F("complaint__round"))
    rows = rows.filter(_stands(person, wanted.stand), *_narrowed(person, wanted))
    return rows.select_related("complaint__branch", "complaint__type", "owner", "verified_by").order_by("due_on", "pk")


def _stands(person: Person, stand: str) -> Q:
    open_ = Q(done_at=None) & ~Q(effective=False)
    known = {
        OPEN: open_,
        OVERDUE: open_ & Q(due_on__lt=LocalToday(person.branch.zone)),
        DONE: Q(done_at__isnull=False, effective=None),
        VERIFIED: Q(effective=True),
        FAILED: Q(effective=False),
    }
    return known.get(stand, Q())


def _narrowed(person: Person, wanted: Wanted) -> Iterable[Q]:
    reach = reach_of(person)
    if wanted.mine:
        yield Q(owner__in=reach.ids)
    if wanted.department:
        yield Q(owner__department__in=reach.departments) | Q(complaint__department__in=reach.departments)
    if wanted.after:
        yield Q(complaint__state=State.CLOSED, kind=MeasureKind.PREVENTIVE)


def stand_of(measure: Measure, today: dt.date) -> str:
    if measure.effective is not None:
        return VERIFIED if measure.effective else FAILED
    if measure.done_at is not None:
        return DONE
    return OVERDUE if measure.due_on < today else OPEN


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Column:
    title: Text
    value: Callable[[Measure, dt.date], Any]
    width: int = 14


COLUMNS = (
    Column(_("Number"), lambda m, _: m.complaint.number, 15),
    Column(_("Title"), lambda m, _: m.complaint.title, 36),
    Column(_("Kind"), lambda m, _: m.get_kind_display()),
    Column(_("Measure"), lambda m, _: m.text, 50),
    Column(_("Owner"), lambda m, _: str(m.owner)),
    Column(_("Due"), lambda m, _: m.due_on, 12),
    Column(_("Stands"), lambda m, today: str(STANDS[stand_of(m, today)]), 20),
    Column(_("Carried out"), lambda m, _: m.done_at, 16),
    Column(_("Evidence"), lambda m, _: m.evidence, 30),
    Column(_("Verified"), lambda m, _: m.verified_at, 16),
    Column(_("Verified by"), lambda m, _: str(m.verified_by or "")),
    Column(_("What was seen"), lambda m, _: m.verification, 30),
    Column(_("Stage"), lambda m, _: m.complaint.get_state_display(), 13),
)


def xlsx(rows: QuerySet[Measure], title: str, today: dt.date) -> IO[bytes]:
    """An open temporary file, at its beginning; one query. What people wrote is text, never a formula."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - given on open
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        sheet, day = book.add_worksheet(sheet_name(title)), book.add_format({"num_format": "yyyy-mm-dd"})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, str(column.title), head)
        sheet.freeze_panes(1, 1)
        last = 0
        for last, measure in enumerate(rows.iterator(chunk_size=500), 1):
            for place, column in enumerate(COLUMNS):
                _write(sheet, last, place, column.value(measure, today), measure, day)
        sheet.autofilter(0, 0, max(last, 1), len(COLUMNS) - 1)
    file.seek(0)
    return file


def _write(sheet: Any, row: int, place: int, value: Any, measure: Measure, day: Any) -> None:
    if value in (None, ""):
        return
    if isinstance(value, dt.datetime):
        sheet.write_datetime(row, place, local(value, measure.complaint.branch.tz))
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, place, dt.datetime.combine(value, dt.time()), day)
    else:
        sheet.write_string(row, place, clean(str(value)))
