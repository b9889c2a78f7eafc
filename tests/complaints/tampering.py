"""What somebody who owns the database, but not the key, can do to the history: each way once, at a random place.

    disarm()                                   # inside the test's transaction
    where = tamper("cut an end", random.Random(1), board)

Every way returns where the first bad row is to be found: (chain, entry), entry 0 for the record.
"""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from complaints.chains import HOUSE
from complaints.content import CODED
from complaints.models import Attachment, ChainHead, Complaint, Event, Measure, Passage, Round, Signature, Visit
from complaints.replay import WORDED
from escalation.models import Escalation, Timer

Place = tuple[str, int]
Way = Callable[[random.Random], Place]
WAYS: dict[str, Way] = {}
TABLES = (
    "complaints_event",
    "complaints_signature",
    "complaints_passage",
    "complaints_complaint",
    "complaints_measure",
    "complaints_round",
    "escalation_timer",
    "escalation_escalation",
    "escalation_notice",
)

# The constraints that stand in the way, and the unique ones that would refuse a clumsy forger.
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname FROM pg_constraint
WHERE contype IN ('f', 'u', 'c') AND (conrelid = ANY(%s::regclass[]) OR confrelid = ANY(%s::regclass[]))
"""


def disarm() -> None:
    """As the owner may: no triggers of the product, no constraints between the rows. Undone with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(CONSTRAINTS, [list(TABLES), list(TABLES)])
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def way(method: Way) -> Way:
    WAYS[method.__name__.replace("_", " ")] = method
    return method


def name_of(event: Event) -> str:
    return event.complaint.number if event.complaint else HOUSE


def an_event(chance: random.Random, **which: Any) -> Event:
    return chance.choice(list(Event.objects.filter(**which).select_related("complaint").order_by("id")))


def a_complaint(chance: random.Random) -> Complaint:
    return chance.choice(list(Complaint.objects.order_by("id")))


def later(at: dt.datetime) -> dt.datetime:
    return at + dt.timedelta(microseconds=1)


def gone(rows: QuerySet[Any]) -> None:
    """Deleted as by SQL: Django would keep what others refer to."""
    rows._raw_delete(rows.db)


def other_hex(chance: random.Random, text: str) -> str:
    at = chance.randrange(64)
    return text[:at] + chance.choice([c for c in "0123456789abcdef" if c != text[at : at + 1]]) + text[at + 1 :]


# ── entries ──────────────────────────────────────────────────────────────────────────────────────────────────


@way
def edit_an_entry(chance: random.Random) -> Place:
    event = an_event(chance)
    changes: dict[str, Any] = {
        "kind": "remark" if event.kind != "remark" else "approve",
        "actor_id": (event.actor_id or 0) + 1,
        "on_behalf_id": (event.on_behalf_id or 0) + 1,
        "at": later(event.at),
        "recorded_at": later(event.recorded_at),
        "body": event.body.replace("e", "o", 1),
        "previous": other_hex(chance, event.previous or "0" * 64),
        "digest": other_hex(chance, event.digest),
    }
    column = chance.choice(sorted(changes))
    Event.objects.filter(pk=event.pk).update(**{column: changes[column]})
    return name_of(event), event.seq


@way
def reword_a_body(chance: random.Random) -> Place:
    event = an_event(chance)
    at = chance.randrange(len(event.body))
    Event.objects.filter(pk=event.pk).update(body=event.body[:at] + chr(ord(event.body[at]) + 1) + event.body[at + 1 :])
    return name_of(event), event.seq


@way
def remove_an_entry(chance: random.Random) -> Place:
    event = an_event(chance)
    gone(Signature.objects.filter(event=event))
    gone(Event.objects.filter(pk=event.pk))
    return name_of(event), event.seq


@way
def remove_some_and_close_the_gap(chance: random.Random) -> Place:
    event = an_event(chance)
    theirs = Event.objects.filter(complaint=event.complaint_id)
    count = chance.randint(1, theirs.count() - event.seq + 1)
    gone(theirs.filter(seq__range=(event.seq, event.seq + count - 1)))
    theirs.filter(seq__gte=event.seq + count).update(seq=F("seq") - count)
    return name_of(event), event.seq


@way
def swap_two_entries(chance: random.Random) -> Place:
    event = an_event(chance)
    theirs = Event.objects.filter(complaint=event.complaint_id)
    other = chance.choice([*theirs.exclude(pk=event.pk)] or [event])
    theirs.filter(pk=event.pk).update(seq=other.seq)
    theirs.filter(pk=other.pk).update(seq=event.seq)
    if other == event:
        return edit_an_entry(chance)
    return name_of(event), min(event.seq, other.seq)


@way
def move_an_entry_to_another_complaint(chance: random.Random) -> Place:
    event = an_event(chance, complaint__isnull=False)
    other = chance.choice(list(Complaint.objects.exclude(pk=event.complaint_id).order_by("id")))
    Event.objects.filter(pk=event.pk).update(complaint=other)
    return event.complaint.number, event.seq


@way
def repeat_an_entry(chance: random.Random) -> Place:
    """A copy in place of the next, everything after it pushed on."""
    event = an_event(chance)
    Event.objects.filter(complaint=event.complaint_id, seq__gt=event.seq).update(seq=F("seq") + 1)
    copy = Event.objects.get(pk=event.pk)
    copy.pk, copy.seq = None, event.seq + 1
    copy.save(force_insert=True)
    return name_of(event), event.seq + 1


@way
def invent_an_entry(chance: random.Random) -> Place:
    """At the end, with everything right but the key."""
    complaint = a_complaint(chance)
    last = Event.objects.filter(complaint=complaint).order_by("-seq")[0]
    last.pk, last.seq, last.previous, last.digest = None, last.seq + 1, last.digest, other_hex(chance, last.digest)
    last.save(force_insert=True)
    Complaint.objects.filter(pk=complaint.pk).update(history_seq=last.seq, history_head=last.digest)
    return complaint.number, last.seq


# ── ends, only anchors know ──────────────────────────────────────────────────────────────────────────────────


@way
def cut_an_end(chance: random.Random) -> Place:
    """And let the complaint's row say the same."""
    event = an_event(chance, complaint__isnull=False, seq__gt=1)
    theirs = Event.objects.filter(complaint=event.complaint_id, seq__gte=event.seq)
    gone(Signature.objects.filter(event__in=theirs))
    gone(theirs)
    head = Event.objects.get(complaint=event.complaint_id, seq=event.seq - 1).digest
    Complaint.objects.filter(pk=event.complaint_id).update(history_seq=event.seq - 1, history_head=head)
    return event.complaint.number, event.seq


@way
def cut_the_house_short(chance: random.Random) -> Place:
    event = an_event(chance, complaint__isnull=True)
    gone(Event.objects.filter(complaint=None, seq__gte=event.seq))
    before = Event.objects.filter(complaint=None, seq=event.seq - 1).first()
    ChainHead.objects.update(seq=event.seq - 1, head=before.digest if before else "")
    return HOUSE, event.seq


@way
def remove_a_whole_complaint(chance: random.Random) -> Place:
    complaint = a_complaint(chance)
    for model in (Escalation, Timer, Signature, Event, Passage, Measure, Round, Attachment, Visit):
        gone(model.objects.filter(complaint=complaint))
    gone(Complaint.objects.filter(pk=complaint.pk))
    with connection.cursor() as cursor:
        if chance.random() < 0.5:
            cursor.execute("UPDATE complaints_counter SET last = 0")
            return complaint.number, 1
    return complaint.number, 0


# ── texts and signatures ─────────────────────────────────────────────────────────────────────────────────────


def entry_of(passage: Passage) -> Place:
    mark = f":[{passage.pk},"
    event = next(e for e in Event.objects.filter(complaint=passage.complaint_id).select_related("complaint") if mark in e.body)
    return name_of(event), event.seq


@way
def change_a_text(chance: random.Random) -> Place:
    passage = chance.choice(list(Passage.objects.order_by("id")))
    place = entry_of(passage)
    changes: dict[str, Any] = {
        "text": passage.text + "。",
        "name": "reason" if passage.name != "reason" else "note",
        "salt": b"0123456789abcdef",
        "complaint": chance.choice(list(Complaint.objects.exclude(pk=passage.complaint_id))),
    }
    column = chance.choice(sorted(changes))
    Passage.objects.filter(pk=passage.pk).update(**{column: changes[column]})
    return place


@way
def remove_a_text(chance: random.Random) -> Place:
    passage = chance.choice(list(Passage.objects.order_by("id")))
    place = entry_of(passage)
    gone(Passage.objects.filter(pk=passage.pk))
    return place


@way
def erase_a_text_without_a_record(chance: random.Random) -> Place:
    passage = chance.choice(list(Passage.objects.filter(erased_at=None).order_by("id")))
    Passage.objects.filter(pk=passage.pk).update(text="", salt=None, erased_at=Event.objects.order_by("-id")[0].at)
    return entry_of(passage)


@way
def add_a_text(chance: random.Random) -> Place:
    complaint = a_complaint(chance)
    Passage.objects.create(complaint=complaint, name="note", text="从来没有人这样写过", salt=b"0123456789abcdef")
    return complaint.number, 0


def a_signature(chance: random.Random) -> Signature:
    return chance.choice(list(Signature.objects.select_related("event", "complaint").order_by("id")))


@way
def change_a_signature(chance: random.Random) -> Place:
    one = a_signature(chance)
    changes: dict[str, Any] = {
        "person_id": one.person_id + 1,
        "on_behalf_id": (one.on_behalf_id or 0) + 1,
        "meaning": "approved" if one.meaning != "approved" else "reviewed",
        "round": one.round + 1,
        "at": later(one.at),
        "body": one.body.replace('"round":', '"round":1'),
        "digest": other_hex(chance, one.digest),
    }
    column = chance.choice(sorted(changes))
    Signature.objects.filter(pk=one.pk).update(**{column: changes[column]})
    return one.complaint.number, one.event.seq


@way
def remove_a_signature(chance: random.Random) -> Place:
    one = a_signature(chance)
    gone(Signature.objects.filter(pk=one.pk))
    return one.complaint.number, one.event.seq


@way
def move_a_signature(chance: random.Random) -> Place:
    """To an entry that nobody signed, or to another complaint."""
    one = a_signature(chance)
    if chance.random() < 0.5:
        Signature.objects.filter(pk=one.pk).update(complaint=Complaint.objects.exclude(pk=one.complaint_id).first())
        return one.complaint.number, one.event.seq
    other = chance.choice(list(Event.objects.filter(complaint=one.complaint_id, signature=None)))
    Signature.objects.filter(pk=one.pk).update(event=other)
    return one.complaint.number, min(one.event.seq, other.seq)


# ── the record after it was signed (A16) ─────────────────────────────────────────────────────────────────────


@way
def change_the_record(chance: random.Random) -> Place:
    complaint = a_complaint(chance)
    column = chance.choice([*CODED, *WORDED, "history_seq", "history_head", "state_since", "version"])
    quoted = connection.ops.quote_name(column)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data_type FROM information_schema.columns WHERE table_name = 'complaints_complaint' AND column_name = %s", [column]
        )
        change = CHANGES[cursor.fetchone()[0]].format(quoted)
        cursor.execute(f"UPDATE complaints_complaint SET {quoted} = {change} WHERE id = %s", [complaint.pk])
    if column == "history_seq":
        return complaint.number, complaint.history_seq + 1
    return (complaint.number if column != "number" else f"9{complaint.number[1:]}"), 0


CHANGES = {
    "character varying": "CASE WHEN {0} LIKE '9%%' THEN '8' ELSE '9' END || substr({0}, 2)",  # no longer than it was
    "text": "{0} || '9'",
    "boolean": "NOT coalesce({0}, false)",
    "bigint": "coalesce({0}, 0) + 1",
    "integer": "coalesce({0}, 0) + 1",
    "smallint": "coalesce({0}, 0) + 1",
    "numeric": "coalesce({0}, 0) + 1",
    "date": "coalesce({0}, date '2026-11-20') + 1",
    "timestamp with time zone": "coalesce({0}, timestamptz '2026-11-20 08:00+08') + interval '1 microsecond'",
    "ARRAY": "array_append({0}, '1')",
}


@way
def change_a_plan(chance: random.Random) -> Place:
    measure = chance.choice(list(Measure.objects.filter(round__proposed_at__isnull=False).select_related("complaint").order_by("id")))
    changes: dict[str, Any] = {
        "text": measure.text + "，不做了",
        "due_on": measure.due_on + dt.timedelta(days=1),
        "kind": "remedy" if measure.kind != "remedy" else "corrective",
        "owner_id": measure.owner_id + 1,
        "done_at": later(measure.done_at) if measure.done_at else dt.datetime(2026, 11, 20, tzinfo=dt.UTC),
        "evidence": measure.evidence + "9",
        "effective": not measure.effective,
        "verification": measure.verification + "9",
        "position": measure.position + 9 if measure.position == 0 else -1,
    }
    column = chance.choice(sorted(changes))
    Measure.objects.filter(pk=measure.pk).update(**{column: max(changes[column], 0) if column == "position" else changes[column]})
    if column == "position" and measure.position:
        Measure.objects.filter(round=measure.round).exclude(pk=measure.pk).update(position=9)
    return measure.complaint.number, 0


@way
def change_a_round(chance: random.Random) -> Place:
    round_ = chance.choice(list(Round.objects.filter(approved_at__isnull=False).select_related("complaint").order_by("id")))
    columns = [
        "finding",
        "investigation",
        "cause",
        "cause_category",
        "escape",
        "no_measure_reason",
        "opened_because",
        "four_eyes_exception",
    ]
    stamps = ["proposed_at", "reviewed_at", "approved_at"]
    people = ["drafted_by_id", "reviewed_by_id", "approved_by_id", "group_approved_by_id"]
    column = chance.choice(columns + stamps + people)
    present = getattr(round_, column)
    changed = later(present) if column in stamps else (present or 0) + 1 if column in people else present + "9"
    Round.objects.filter(pk=round_.pk).update(**{column: changed})
    return round_.complaint.number, 0


@way
def remove_a_measure(chance: random.Random) -> Place:
    measure = chance.choice(list(Measure.objects.filter(round__proposed_at__isnull=False).select_related("complaint").order_by("id")))
    gone(Measure.objects.filter(pk=measure.pk))
    return measure.complaint.number, 0


@way
def change_a_file(chance: random.Random) -> Place:
    file = chance.choice(list(Attachment.objects.select_related("complaint").order_by("id")))
    Attachment.objects.filter(pk=file.pk).update(sha256=other_hex(chance, file.sha256))
    return file.complaint.number, 0


# ── time (I6) ────────────────────────────────────────────────────────────────────────────────────────────────


@way
def change_a_timer(chance: random.Random) -> Place:
    timer = chance.choice(list(Timer.objects.select_related("complaint").order_by("id")))
    changes: dict[str, Any] = {
        "due": later(timer.due),
        "verdict": "in_time" if timer.verdict != "in_time" else "late",
        "state": "void" if timer.state != "void" else "stopped",
        "stopped_at": later(timer.stopped_at or timer.due),
        "ran_out_at": later(timer.ran_out_at or timer.due),
        "subject": f"{timer.subject}9",
        "ordinal": timer.ordinal + 100,
        "complaint": Complaint.objects.exclude(pk=timer.complaint_id).order_by("id")[0],
    }
    column = chance.choice(sorted(changes))
    free = {"ordinal": timer.ordinal + 100} if column == "complaint" else {}  # the other one may have such a timer
    Timer.objects.filter(pk=timer.pk).update(**{column: changes[column]}, **free)
    return timer.complaint.number, 0


@way
def remove_a_timer(chance: random.Random) -> Place:
    timer = chance.choice(list(Timer.objects.select_related("complaint").order_by("id")))
    gone(Escalation.objects.filter(timer=timer))
    gone(Timer.objects.filter(pk=timer.pk))
    return timer.complaint.number, 0


@way
def remove_an_escalation(chance: random.Random) -> Place:
    row = chance.choice(list(Escalation.objects.select_related("complaint").order_by("id")))
    gone(Escalation.objects.filter(pk=row.pk))
    return row.complaint.number, 0


@way
def answer_an_escalation_by_hand(chance: random.Random) -> Place:
    row = chance.choice(list(Escalation.objects.filter(acknowledged_at=None).select_related("complaint").order_by("id")))
    person = row.complaint.recorded_by_id
    Escalation.objects.filter(pk=row.pk).update(acknowledged_at=row.raised_at, acknowledged_by=person, instruction="知道了")
    return row.complaint.number, 0
