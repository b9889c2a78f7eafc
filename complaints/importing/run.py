"""The import itself: chunk by chunk, each in a transaction of its own; a chunk the database refuses is tried again row by row.

While a chunk is written the branch's row is locked, so that two imports neither meet nor make one customer twice; people go on working.
Memory does not grow with the register. Not here: what becomes of a row (`record`).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path

from django.db import DataError, IntegrityError, transaction

from complaints import history
from complaints.copying import copy_models, next_ids
from complaints.intake import month_of, next_numbers
from complaints.models import Assignment, Complaint, ComplaintType, Part, Round
from complaints.registers import Fault, RegisterMapping, Row, Unreadable, identity, read
from complaints.searchable import index
from complaints.states import PartKind
from complaints.workflow import WORKED_ON
from escalation import clock
from escalation.calendars import calendar_of
from escalation.clocks import Clocks
from escalation.models import Timer
from escalation.models.policy import PolicyBook
from organisation.models import Branch

from .naming import Naming
from .record import beginning, complaint_of, objections
from .time import Ground, clocks_of

CHUNK = 500


@dataclass
class Step:
    """What became of the next few rows of the register."""

    imported: int = 0
    known: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return len({fault.row for fault in self.faults})

    @property
    def rows(self) -> int:
        return self.imported + self.known + self.refused

    def __add__(self, other: "Step") -> "Step":
        faults = sorted(self.faults + other.faults, key=lambda fault: fault.row or 0)
        return Step(self.imported + other.imported, self.known + other.known, faults)


def import_register(path: Path, mapping: RegisterMapping, branch: Branch, *, dry_run: bool = False) -> Iterator[Step]:
    """Import a register; yields a step about every chunk of it, with the faults of the rows that were left out.

    What a step tells is stored when it is yielded. `dry_run` takes every chunk back. Raises Unreadable when file, mapping and branch do
    not go together; also midway, when the file breaks off.
    """
    if faults := list(_unknown_types(mapping, branch)):
        raise Unreadable(*faults)
    run = _Run(branch, mapping, clock.now(), dry_run)
    by_row = (list(found) for _, found in groupby(read(path, mapping, branch.tz, run.at), key=lambda each: each.row))
    while chunk := list(islice(by_row, CHUNK)):
        yield run.take([each for found in chunk for each in found])


def _unknown_types(mapping: RegisterMapping, branch: Branch) -> Iterator[Fault]:
    column = mapping.fields.get("type")
    codes = {*column.values.values(), column.default or ""} - {""} if column else set()
    known = set(ComplaintType.objects.filter(branch=branch, code__in=codes).values_list("code", flat=True))
    yield from (Fault(None, column.heading, "no_type", {"code": code}) for code in sorted(codes - known) if column)


@dataclass(frozen=True)
class _Run:
    branch: Branch
    mapping: RegisterMapping
    at: dt.datetime
    dry_run: bool

    def take(self, chunk: list[Row | Fault]) -> Step:
        unread = Step(faults=[each for each in chunk if isinstance(each, Fault)])
        return unread + self._carefully([each for each in chunk if isinstance(each, Row)])

    def _carefully(self, rows: list[Row]) -> Step:
        """All at once; when the database refuses, one after the other, so that only what it refuses is left out."""
        try:
            return self._store(rows)
        except (DataError, IntegrityError) as error:
            if len(rows) == 1:
                problem = str(error).partition("\n")[0]
                return Step(faults=[Fault(rows[0].row, "", "database", {"problem": problem})])
        return sum((self._carefully([row]) for row in rows), Step())

    @transaction.atomic
    def _store(self, rows: list[Row]) -> Step:
        Branch.objects.select_for_update(no_key=True).get(pk=self.branch.pk)
        fresh = self._not_known(rows)
        naming = Naming(self.branch, self.mapping, fresh)
        faults = [fault for row in fresh for fault in self._objections(row, naming)]
        wrong = {fault.row for fault in faults}
        good = [row for row in fresh if row.row not in wrong]
        naming.learn(good)
        if good:
            _write(good, [complaint_of(row, naming, self.at) for row in good], naming, self.at)
        transaction.set_rollback(self.dry_run)
        return Step(len(good), len(rows) - len(fresh), faults)

    def _not_known(self, rows: list[Row]) -> list[Row]:
        keys = {row.row: identity(row, self.mapping.source) for row in rows}
        imported = Complaint.objects.filter(branch=self.branch).exclude(source_key="").order_by()  # as the index has it, or it is not used
        known = set(imported.filter(source_key__in=keys.values()).values_list("source_key", flat=True))
        return [row for row in rows if keys[row.row] not in known]

    def _objections(self, row: Row, naming: Naming) -> Iterator[Fault]:
        yield from objections(row, self.mapping, self.branch)
        if naming.unclear(row):
            yield Fault(row.row, self.mapping.fields["customer"].heading, "several", {"value": row.customer})


def _write(rows: list[Row], complaints: list[Complaint], naming: Naming, at: dt.datetime) -> None:
    """Ids first, for the history hashes them; numbers last, as at intake."""
    for complaint, key in zip(complaints, next_ids(Complaint, len(complaints)), strict=True):
        complaint.pk = key
    _number(complaints, naming.branch)
    for complaint in complaints:
        index(complaint)
    clocks = _clocks(rows, complaints, naming, at)
    beginnings = [beginning(row, one, naming, its.noted) for row, one, its in zip(rows, complaints, clocks, strict=True)]
    history.begin(beginnings, "imported", at=at)
    copy_models(complaints)
    Timer.objects.bulk_create(timer for its in clocks for timer in its.timers)
    _write_parts(complaints, at)


def _clocks(rows: list[Row], complaints: list[Complaint], naming: Naming, at: dt.datetime) -> list[Clocks]:
    ground = Ground(PolicyBook.at(at), calendar_of(naming.branch))
    running = naming.mapping.open_rows == "running"
    return [clocks_of(row, one, at, ground, running=running) for row, one in zip(rows, complaints, strict=True)]


def _number(complaints: list[Complaint], branch: Branch) -> None:
    """By the month in which the old register received them (R5), in its order."""
    months: dict[dt.date, list[Complaint]] = defaultdict(list)
    for complaint in complaints:
        months[month_of(branch, complaint.recorded_at)].append(complaint)
    for month, received in sorted(months.items()):
        for complaint, (number, key) in zip(received, next_numbers(branch, month, len(received)), strict=True):
            complaint.number, complaint.number_key = number, key


def _write_parts(complaints: list[Complaint], at: dt.datetime) -> None:
    """What lets the department and the handler see it, and the round they work in (R4, R19)."""
    Round.objects.bulk_create(Round(complaint=one, number=one.round, opened_at=at) for one in complaints if one.state in WORKED_ON)
    Assignment.objects.bulk_create(Assignment(complaint=one, department=one.department, at=at) for one in complaints if one.department)
    Part.objects.bulk_create(Part(complaint=one, person=one.handler, kind=PartKind.HANDLER, since=at) for one in complaints if one.handler)
