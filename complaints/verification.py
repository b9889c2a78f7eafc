"""Proving the history: is every entry, text and signature what was written, and does the record say what the history says?

`verify(complaint)` is for one, `verify_all()` for everything, the house's own chain included. Whoever owns the database can change any
row, but cannot make the keyed digests fit. He can cut off a chain's end and adjust the complaint: that is found by what `anchors` know.
Not here: walking a chain (`chains`), what the record should be (`replay`), taking anchors (`anchors`).
"""

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet

from escalation.models import Escalation, Timer

from .chains import HOUSE, Anchored, Chain, Finding, Row, Sealed, Text, first_bad, first_bad_up_to
from .history import digest_of
from .models import Attachment, ChainHead, Complaint, Counter, Event, Passage, Round, Signature
from .replay import differences
from .timerproof import EscalationRow, TimerRow, timer_differences

BATCH = 400
CODE = re.compile(r"(?P<number>[A-Z][A-Z0-9]*-\d{4}-\d+):(?P<seq>\d{1,9}):(?P<digest>[0-9a-fA-F]{16,64})")
Erasures = Mapping[int, dt.datetime]
Known = Mapping[str, Anchored]


@dataclass
class Report:
    """What was looked at, the first bad row of each chain, and which texts were erased as the history says."""

    complaints: int = 0
    entries: int = 0
    signatures: int = 0
    texts: int = 0
    bad: list[Finding] = field(default_factory=list)
    erased: list[Finding] = field(default_factory=list)

    def count(self, chain: Chain) -> None:
        self.entries += len(chain.rows)
        self.signatures += len(chain.signatures)
        self.texts += len(chain.texts)
        self.erased += chain.erased


def verify(complaint: Complaint, known: Known | None = None) -> Report:
    """Prove one complaint, as it is in the database at this moment."""
    report = Report()
    with snapshot():
        _prove(report, Q(pk=complaint.pk), Q(complaint=complaint.pk), erasures(), known or {})
    return report


class BadCode(ValueError):
    """No code of a history: the message says what it should look like."""


def read_code(written: str) -> tuple[str, int, str]:
    """Number, entry and digest of a code as it is printed: `CR-2611-0087:23:9c41…`, at least 16 digits of the digest. Raises BadCode."""
    found = CODE.fullmatch("".join(written.split()))
    if found is None:
        raise BadCode("A code is the complaint's number, the entry and its digest (at least 16 digits of it): CR-2611-0087:23:9c41e7d2…")
    return found["number"], int(found["seq"]), found["digest"].lower()


def verify_code(complaint: Complaint, seq: int, digest: str) -> Finding | None:
    """What is wrong with a printed code: whether this entry stood there and everything before it is what was written; None: nothing."""
    key = complaint.pk
    with snapshot():
        theirs = Q(complaint=key)
        parts = _rows(theirs)[key], _texts(theirs)[key], _signatures(theirs)[key]
        chain = Chain(complaint.number, str(key), complaint.history_seq, complaint.history_head, *parts, erasures())
    if not 0 < seq <= len(chain.rows):
        return Finding(complaint.number, seq, f"is not there: the history has {len(chain.rows)} entries")
    if found := first_bad_up_to(chain, seq):
        return found
    if not chain.rows[seq - 1].digest.startswith(digest):
        return Finding(complaint.number, seq, "is another one than the code names")
    return None


def verify_all(known: Known | None = None) -> Report:
    """Prove everything, in batches, each as it is at one moment: people go on working meanwhile."""
    report, known, numbers = Report(), known or {}, set()
    with snapshot():
        counters = list(Counter.objects.order_by("prefix", "month"))
        keys = list(Complaint.objects.order_by("pk").values_list("pk", flat=True))
        erased = erasures()
        _prove_house(report, erased, known)
    for start in range(0, len(keys), BATCH):
        first, last = keys[start], keys[start : start + BATCH][-1]
        theirs = Q(complaint__gte=first, complaint__lte=last)
        with snapshot():
            numbers |= _prove(report, Q(pk__gte=first, pk__lte=last), theirs, erased, known)
    report.bad += _missing(numbers, counters, known)
    return report


@contextmanager
def snapshot() -> Iterator[None]:
    """All queries inside see one state of the database; inside somebody's transaction it is that transaction's."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def erasures() -> dict[int, dt.datetime]:
    """Which passages the house's chain says were erased, and when. Only entries whose digest fits count."""
    found: dict[int, dt.datetime] = {}
    for row in Event.objects.filter(complaint=None, kind="erased").order_by("seq"):
        if row.digest == digest_of(row.previous, HOUSE, row.seq, row.kind, row.at, row.body):
            found |= dict.fromkeys(json.loads(row.body)["passages"], row.at)
    return found


def _prove_house(report: Report, erased: Erasures, known: Known) -> None:
    head = ChainHead.objects.first() or ChainHead()
    rows = _rows(Q(complaint=None))[None]
    chain = Chain(HOUSE, HOUSE, head.seq, head.head, rows, _texts(Q(complaint=None))[None], {}, erased)
    _judge(report, chain, known)


def _prove(report: Report, which: Q, theirs: Q, erased: Erasures, known: Known) -> set[str]:
    """Prove a batch of complaints; returns their numbers."""
    rows, texts, signatures = _rows(theirs), _texts(theirs), _signatures(theirs)
    rounds = _grouped(Round.objects.filter(theirs).order_by("number").prefetch_related("measures"))
    files = _grouped(Attachment.objects.filter(theirs))
    timers, escalations = _named(Timer, TimerRow, theirs), _named(Escalation, EscalationRow, theirs)
    numbers = set()
    for complaint in Complaint.objects.filter(which).defer("search", "haystack").order_by("pk"):
        key = complaint.pk
        chain = Chain(
            complaint.number, str(key), complaint.history_seq, complaint.history_head, rows[key], texts[key], signatures[key], erased
        )
        if _judge(report, chain, known):
            found = next(differences(complaint, chain.entries, chain.texts, rounds[key], files[key]), None)
            found = found or next(timer_differences(chain, timers[key], escalations[key]), None)
            report.bad += [found] if found else []
        report.complaints += 1
        numbers.add(complaint.number)
    return numbers


def _judge(report: Report, chain: Chain, known: Known) -> bool:
    """Whether the chain is sound; if not, its first bad row is in the report."""
    found = first_bad(chain, known.get(chain.name))
    report.count(chain)
    if found:
        report.bad.append(found)
    return found is None


def _missing(numbers: set[str], counters: Iterable[Counter], known: Known) -> Iterator[Finding]:
    """Complaints that are gone: numbers have no gaps (R5), and what was anchored was there."""
    for counter in counters:
        given = (f"{counter.prefix}-{counter.month}-{number:04d}" for number in range(1, counter.last + 1))
        yield from (Finding(number, 0, "is missing: this number was given") for number in given if number not in numbers)
    yield from (
        Finding(name, 1, f"is missing: the chain was {one.seq} long at the anchor of {one.at}")
        for name, one in sorted(known.items())
        if one.seq and name != HOUSE and name not in numbers
    )


# ── reading, by complaint ────────────────────────────────────────────────────────────────────────────────────


def _rows(theirs: Q) -> Mapping[int | None, list[Row]]:
    found: dict[int | None, list[Row]] = defaultdict(list)
    for key, *row in Event.objects.filter(theirs).order_by("complaint_id", "seq", "id").values_list("complaint_id", *Row._fields):
        found[key].append(Row(*row))
    return found


def _texts(theirs: Q) -> Mapping[int | None, dict[int, Text]]:
    found: dict[int | None, dict[int, Text]] = defaultdict(dict)
    for key, id, *text in Passage.objects.filter(theirs).values_list("complaint_id", "id", *Text._fields):
        found[key][id] = Text(*text)
    return found


def _signatures(theirs: Q) -> Mapping[int, dict[int, Sealed]]:
    found: dict[int, dict[int, Sealed]] = defaultdict(dict)
    for key, event, *sealed in Signature.objects.filter(theirs).values_list("complaint_id", "event_id", *Sealed._fields):
        found[key][event] = Sealed(*sealed)
    return found


def _named(model: type[Model], row: type[Any], theirs: Q) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for key, *values in model._default_manager.filter(theirs).order_by("id").values_list("complaint_id", *row._fields):
        found[key].append(row(*values))
    return found


def _grouped(rows: QuerySet[Any]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.complaint_id].append(row)
    return found
