"""Two people at once, on real PostgreSQL with a connection each: one wins, the other is told, nothing is half done."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from complaints.actions import perform
from complaints.models import Complaint, Event, Measure, Round, Signature
from complaints.refusals import Busy, Refusal, Repeated, Stale
from organisation.models import Deputy, Person

from .factories import House, act, at_state, received

ROUNDS = 200
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Carry all of them out at the same moment, each on a connection of its own; what each gave or raised."""
    start = threading.Barrier(len(deeds))
    found: list[Any] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        start.wait()
        try:
            found[place] = deed()
        except (Refusal, Repeated) as refusal:
            found[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def back_to_approval(complaint: Complaint) -> Complaint:
    """As it was before the race, version apart: the second round is taken away again."""
    Measure.objects.filter(round__number__gt=1).delete()
    Round.objects.filter(number__gt=1).delete()
    Round.objects.update(approved_by=None, approved_at=None)
    Complaint.objects.filter(pk=complaint.pk).update(state="approval", round=1)
    return Complaint.objects.get(pk=complaint.pk)


def decide(complaint: Complaint, actor: Person, name: str, **more: Any) -> Callable[[], Complaint]:
    def deed() -> Complaint:
        person = Person.objects.get(pk=actor.pk)
        return (
            act(name, complaint, person, **more)
            if name == "approve"
            else perform(name, complaint.pk, actor=person, seen=complaint.version, **more)
        )

    return deed


def test_approve_against_reject_has_one_winner_each_time() -> None:
    house = House()
    complaint = at_state("approval", house)
    today = complaint.received_at.date()
    Deputy.objects.create(absent=house.gm, deputy=house.owner, starts_on=today, ends_on=today.replace(year=2099), named_by=house.gm)
    for _ in range(ROUNDS):
        complaint = back_to_approval(complaint)
        signed, told = Signature.objects.count(), Event.objects.filter(complaint=complaint).count()
        found = together(decide(complaint, house.gm, "approve", note=""), decide(complaint, house.owner, "approve_ng", reason="再查"))
        winners = [f for f in found if isinstance(f, Complaint)]
        assert len(winners) == 1
        assert Event.objects.filter(complaint=complaint).count() == told + 1
        state = Complaint.objects.get(pk=complaint.pk).state
        assert state == winners[0].state == ("reply" if isinstance(found[0], Complaint) else "action")
        assert Signature.objects.count() == signed + (state == "reply")


def test_a_double_click_acts_once_and_both_get_the_same_answer() -> None:
    house = House()
    complaint = received(house)
    for _ in range(ROUNDS):
        key, before = uuid.uuid4(), Event.objects.filter(complaint=complaint).count()

        def click(key: uuid.UUID = key) -> Complaint:
            return perform("chase", complaint.pk, actor=Person.objects.get(pk=house.assistant.pk), seen=None, once=key, words="催")

        found = together(click, click)
        assert sorted(type(f).__name__ for f in found) == ["Complaint", "Repeated"]
        assert {f.answer if isinstance(f, Repeated) else f.number for f in found} == {complaint.number}
        assert Event.objects.filter(complaint=complaint).count() == before + 1
    assert Complaint.objects.get(pk=complaint.pk).chased == ROUNDS


def test_numbers_are_unique_and_without_gaps_when_eight_record_at_once() -> None:
    house = House()

    def record() -> list[str]:
        return [received(house).number for _ in range(10)]

    numbers = sorted(number for found in together(*[record] * 8) for number in found)
    assert [int(number[-4:]) for number in numbers] == list(range(1, 81))


def test_a_failed_record_leaves_no_gap() -> None:
    house = House()

    def fail() -> None:
        with transaction.atomic():
            received(house)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert received(house).number.endswith("-0001")


def test_whoever_saw_an_older_version_reads_who_was_faster() -> None:
    house = House()
    complaint = received(house)
    seen = complaint.version
    act("submit", complaint, house.assistant, note="")
    with pytest.raises(Stale, match=r"He Yutong was faster: “Submit to manager” at \d{4}-\d\d-\d\d \d\d:\d\d\."):
        perform("submit", complaint.pk, actor=house.manager, seen=seen)


def test_a_complaint_locked_by_somebody_is_busy_and_nothing_is_stored() -> None:
    house = House()
    complaint = received(house)
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Complaint.objects.select_for_update().get(pk=complaint.pk)
            locked.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(5)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    try:
        with pytest.raises(Busy):
            perform("chase", complaint.pk, actor=house.assistant, seen=None, once=uuid.uuid4(), words="催")
    finally:
        done.set()
        holder.join()
        connection.close()
    assert Complaint.objects.get(pk=complaint.pk).chased == 0
    assert Event.objects.filter(complaint=complaint).count() == 1


def test_different_people_work_on_different_complaints_side_by_side() -> None:
    house = House()
    first, second = received(house), received(house)
    found = together(
        lambda: act("submit", first, house.assistant, note=""),
        lambda: act("submit", second, house.manager, note=""),
    )
    assert [f.state for f in found] == ["triage", "triage"]
