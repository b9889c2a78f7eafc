"""Timers and escalations changed past the door are named; whatever the product does to them, the history says the same (invariant I6)."""

import datetime as dt
from typing import Any

import pytest
from django.db.models import F

from complaints.models import Complaint
from complaints.verification import verify, verify_all
from escalation import clock
from escalation.models import Escalation, TestClock, Timer
from escalation.sweep import fire_due

from .factories import House, act, at_state, closed, received

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture
def house() -> House:
    return House()


def later(by: dt.timedelta) -> None:
    TestClock.objects.update_or_create(id=1, defaults={"offset": by})
    fire_due()


def run_out(house: House) -> Complaint:
    """One whose acknowledgement and plan ran out a day ago; the general manager has said what is to be done about the first."""
    complaint = received(house)
    for hours in (9, 15, 28):
        later(hours * HOUR)
    escalation = Escalation.objects.get(complaint=complaint, code="acknowledge", rung=100)
    wanted = clock.now() + HOUR
    return act("acknowledge_escalation", complaint, house.gm, escalations=[escalation.pk], instruction="马上打电话", wanted_by=wanted)


def what_is_wrong(complaint: Complaint) -> list[str]:
    return [f"{found.seq} {found.what}" for found in verify(complaint).bad]


def test_whatever_happens_to_timers_the_history_says_the_same(house: House) -> None:
    complaint = at_state("approval", house)
    act("approve_ng", complaint, house.gm, reason="原因没到根上")
    act("pause", complaint, house.manager, reason="等样件", asked="已电话说明")
    act("promise", complaint, house.assistant, text="三天内给书面报告", due_on=clock.now().date() + dt.timedelta(days=3))
    later(2 * HOUR)
    act("resume", complaint, house.manager, note="样件已到")
    act("regrade", complaint, house.manager, grade=2, reason="第三家客户")
    late = run_out(house)
    act("withdraw", late, house.manager, words="客户撤回")
    closed(at_state("follow_up", house), house)
    assert set(Timer.objects.values_list("state", flat=True)) >= {"running", "stopped", "void"}
    assert Escalation.objects.filter(rung__lt=100).exists()
    assert verify_all().bad == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("due", F("due") + MINUTE),
        ("verdict", "in_time"),
        ("state", "paused"),
        ("ran_out_at", None),
        ("ordinal", 2),
        ("subject", "7"),
    ],
)
def test_a_timer_changed_by_hand_is_named(column: str, value: Any, house: House) -> None:
    complaint = run_out(house)
    assert what_is_wrong(complaint) == []
    Timer.objects.filter(complaint=complaint, code="acknowledge").update(next_at=None, **{column: value})
    (wrong,) = what_is_wrong(complaint)
    named = "whether it is there" if column in {"ordinal", "subject"} else f"“{column}”"
    assert wrong == f"0 timer “acknowledge”: {named} is not what its history says"


def test_a_verdict_taken_back_by_hand_is_named(house: House) -> None:
    complaint = run_out(house)
    act("acknowledge", complaint, house.assistant, means="telephone", text="")
    assert what_is_wrong(complaint) == []
    Timer.objects.filter(complaint=complaint, code="acknowledge").update(verdict="in_time")
    assert what_is_wrong(complaint) == ["0 timer “acknowledge”: “verdict” is not what its history says"]


@pytest.mark.parametrize(("column", "value"), [("rung", 200), ("due", F("due") - MINUTE), ("to", []), ("code", "plan")])
def test_an_escalation_changed_by_hand_is_named(column: str, value: Any, house: House) -> None:
    complaint = run_out(house)
    row = Escalation.objects.get(code="acknowledge", rung=100)
    Escalation.objects.filter(pk=row.pk).update(**{column: value})
    assert what_is_wrong(complaint) == [f"0 what was raised of timer “acknowledge” (entry {row.event.seq}) is not what its history says"]


def test_a_deleted_escalation_is_named(house: House) -> None:
    complaint = run_out(house)
    row = Escalation.objects.get(code="plan", rung=100)
    row.delete()
    assert what_is_wrong(complaint) == [f"0 what was raised of timer “plan” (entry {row.event.seq}) is not what its history says"]


@pytest.mark.parametrize(
    ("column", "value"),
    [("instruction", "不急"), ("acknowledged_at", None), ("acknowledged_by", None), ("wanted_by", F("wanted_by") + HOUR)],
)
def test_a_word_changed_by_hand_is_named(column: str, value: Any, house: House) -> None:
    complaint = run_out(house)
    row = Escalation.objects.get(code="acknowledge", rung=100)
    Escalation.objects.filter(pk=row.pk).update(**{column: value})
    assert what_is_wrong(complaint) == [f"0 the word on timer “acknowledge” (entry {row.event.seq}) is not what its history says"]


def test_a_word_put_in_by_hand_is_named(house: House) -> None:
    complaint = run_out(house)
    row = Escalation.objects.get(code="plan", rung=100)
    Escalation.objects.filter(pk=row.pk).update(acknowledged_at=clock.now(), acknowledged_by=house.gm, instruction="知道了")
    assert what_is_wrong(complaint) == [f"0 the word on timer “plan” (entry {row.event.seq}) is not what its history says"]


def test_an_escalation_that_nobody_raised_is_named(house: House) -> None:
    complaint = run_out(house)
    row = Escalation.objects.get(code="plan", rung=100)
    row.pk, row.rung, row.event_id = None, 200, complaint.events.get(seq=1).pk
    row.save(force_insert=True)
    assert what_is_wrong(complaint) == [f"0 escalation {row.pk}, which no entry raised, is not what its history says"]
