"""Every way to change the history or the record past the door is found, and the first bad row is named."""

import datetime as dt
import io
import random
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from complaints import anchors, content, history
from complaints.actions import save_plan
from complaints.models import Attachment, Complaint, Event, Measure, Passage
from complaints.verification import verify, verify_all
from escalation import clock
from escalation.models import TestClock
from escalation.sweep import fire_due

from .factories import House, act, at_state, closed, plan_of, received
from .tampering import WAYS, disarm, gone

pytestmark = pytest.mark.django_db
TIMES = 1_000
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def told(**options: Any) -> str:
    out = io.StringIO()
    call_command("verify_history", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def house() -> House:
    return House()


def company(house: House) -> None:
    """Three complaints with all that history holds: rounds, signatures, a file, an erased text, entries of the house."""
    first = at_state("approval", house, quantity_affected=7)
    act("approve_ng", first, house.gm, reason="原因没到根上")
    file = Attachment.objects.create(name="密封面.png", mime="image/png", size=3, sha256="ab" * 32, by=house.handler, at=clock.now())
    act("add_file", first, house.handler, files=[file])
    act("correct", first, house.assistant, changes={"lot_number": "L2610-1147", "quantity_affected": 8}, reason="批号听错了")
    act("propose", first, house.handler, plan=plan_of(house, first))
    act("review_ok", first, house.head, note="原因到位")
    act("approve", first, house.gm, note="")
    act("send_reply", first, house.assistant, text="已查明原因", means="email")
    act("customer_agrees", first, house.assistant, words="好的", means="telephone")
    closed(Complaint.objects.get(pk=first.pk), house)
    spot = received(house, words="外箱破损，内件无损。")
    act("answer_on_the_spot", spot, house.assistant, explained="补发新箱", told_at=clock.now())
    act("countersign_ng", spot, house.manager, reason="请按流程走")
    at_state("review", house)
    history.append(None, "policy", at=clock.instant(), actor=house.administrator, body={"version": 1}, texts={"note": "时限改了"})
    history.append(None, "policy", at=clock.instant(), actor=house.administrator, body={"version": 2})
    history.erase(Passage.objects.filter(complaint=spot, name="explained"), actor=house.administrator, at=clock.instant())


def test_a_sound_history_holds(house: House, tmp_path: Path) -> None:
    company(house)
    anchors.take(tmp_path)
    report = verify_all(anchors.read(tmp_path).furthest)
    assert report.bad == []
    assert (report.complaints, report.entries, report.signatures) == (3, Event.objects.count(), 7)
    assert report.texts == Passage.objects.count()
    assert [str(note)[:-10] for note in report.erased] == [
        f"{Complaint.objects.get(words__startswith='外箱').number} entry 2: “explained” erased on "
    ]


def test_one_complaint_is_proved_alone(house: House) -> None:
    company(house)
    complaint = Complaint.objects.get(words__startswith="外箱")
    report = verify(complaint)
    assert (report.bad, report.complaints, report.entries) == ([], 1, complaint.history_seq)
    disarm()
    Complaint.objects.exclude(pk=complaint.pk).update(grade=1)
    assert verify(complaint).bad == []


def test_a_record_changed_after_it_was_signed_breaks_the_signature(house: House) -> None:
    """A16, by SQL as the owner of the database."""
    complaint = at_state("reply", house, grade=3)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE complaints_complaint SET grade = 4 WHERE id = %s", [complaint.pk])
    (found,) = verify(complaint).bad
    last = Event.objects.get(complaint=complaint, kind="approve").seq
    assert str(found) == (
        f"{complaint.number} record: “grade” is not what its history says: signature does not match (entry {last}, “approved”)"
    )


def test_a_measure_changed_after_it_was_approved_breaks_the_signature(house: House) -> None:
    complaint = at_state("reply", house)
    Measure.objects.filter(complaint=complaint, kind="preventive").update(text="加强检查")
    assert "round 1 is not what its history says: signature does not match" in str(verify(complaint).bad[0])


@pytest.mark.parametrize(
    ("column", "value", "entry"),
    [("history_seq", 9, 3), ("history_seq", 1, 0), ("history_head", "0" * 64, 0), ("version", 9, 0), ("state_since", LONG_AGO, 0)],
)
def test_what_the_record_says_of_its_history_is_proved_too(column: str, value: Any, entry: int, house: House) -> None:
    complaint = received(house)
    act("remark", complaint, house.assistant, text="问过车间")
    Complaint.objects.filter(pk=complaint.pk).update(**{column: value})
    assert [(one.chain, one.seq) for one in verify(complaint).bad] == [(complaint.number, entry)]


def test_an_end_that_was_cut_clumsily_is_found_without_an_anchor(house: House) -> None:
    complaint = received(house)
    act("remark", complaint, house.assistant, text="问过车间")
    disarm()
    gone(Event.objects.filter(complaint=complaint, seq=2))
    assert [(one.chain, one.seq) for one in verify(complaint).bad] == [(complaint.number, 2)]
    gone(Event.objects.filter(complaint=complaint))
    assert [(one.chain, one.seq) for one in verify(complaint).bad] == [(complaint.number, 1)]


def test_a_change_that_a_move_then_covered_up_is_named_at_that_move(house: House) -> None:
    complaint = at_state("reply", house, grade=3)
    Complaint.objects.filter(pk=complaint.pk).update(grade=4)
    act("regrade", complaint, house.manager, grade=3, reason="照旧")
    (found,) = verify(complaint).bad
    assert (found.seq, found.what) == (
        Complaint.objects.get(pk=complaint.pk).history_seq,
        "“grade” had been changed past the history before “regrade”",
    )


def test_a_column_younger_than_the_complaint_is_no_alarm(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries written before a column came do not name it; it then has its default."""
    known = content.FIELDS.copy()
    monkeypatch.setattr(content, "FIELDS", {name: field for name, field in known.items() if name not in {"anonymous", "round", "wants"}})
    complaint = received(house)
    monkeypatch.setattr(content, "FIELDS", known)
    assert verify(complaint).bad == []
    act("correct", complaint, house.assistant, changes={"anonymous": True}, reason="不愿留名")
    assert verify(complaint).bad == []


def test_a_draft_of_a_plan_may_change_without_an_entry(house: House) -> None:
    complaint = at_state("action", house)
    save_plan(complaint.pk, house.handler, plan_of(house))
    assert verify(complaint).bad == []


def test_the_command_names_the_first_bad_row_and_ends_with_one(house: House) -> None:
    company(house)
    out = told()
    assert out.splitlines()[0].startswith(Complaint.objects.get(words__startswith="外箱").number)
    assert "“explained” erased on" in out
    assert "3 complaints, 34 entries, 7 signatures" in out
    assert out.endswith("The history holds.\n")
    disarm()
    event = Event.objects.filter(kind="judge")[0]
    Event.objects.filter(pk=event.pk).update(body=event.body + " ")
    with pytest.raises(CommandError, match=f"1 bad, first {event.complaint.number} entry {event.seq}: “judge” was changed") as raised:
        told()
    assert raised.value.returncode == 1
    told(complaint=Complaint.objects.exclude(pk=event.complaint_id)[0].number)
    with pytest.raises(CommandError, match="There is no complaint CR-0000-1"):
        told(complaint="CR-0000-1")


def test_three_complaints_take_as_many_queries_as_one(house: House) -> None:
    counts = []
    for more in (1, 2):
        for _ in range(more):
            at_state("review", house)
        with CaptureQueriesContext(connection) as queries:
            assert verify_all().bad == []
        counts.append(len(queries))
    assert counts == [15, 15]


def test_a_thousand_tamperings_are_all_found(house: House, tmp_path: Path) -> None:
    company(house)
    TestClock.objects.create(offset=dt.timedelta(hours=30))
    fire_due()
    anchors.take(tmp_path)
    known = anchors.read(tmp_path).furthest
    disarm()
    missed = []
    for number in range(TIMES):
        name = sorted(WAYS)[number % len(WAYS)]
        with transaction.atomic():
            place = WAYS[name](random.Random(number))
            found = [(one.chain, one.seq) for one in verify_all(known).bad]
            transaction.set_rollback(True)
        if place not in found:
            missed.append((number, name, place, found))
    assert missed == []
    assert verify_all(known).bad == []
