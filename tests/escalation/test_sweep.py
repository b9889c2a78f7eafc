"""The sweep: once for each step, in due order, past what is busy and what is broken; what the product does itself; the sign of life.

The clock is moved by its own seam, the row of the test clock.
"""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection, connections, transaction

from complaints.actions import perform
from complaints.models import Complaint, Event
from complaints.refusals import NotPossible
from complaints.states import State
from complaints.verification import verify_all
from escalation import clock, sweep
from escalation.models import Escalation, Notice, SweepPulse, TestClock, Timer
from escalation.sweep import fire_due, show_life, silent_for
from tests.complaints.factories import House, act, at_state, received

HOUR = dt.timedelta(hours=1)


def move_clock(by: dt.timedelta) -> None:
    TestClock.objects.update_or_create(id=1, defaults={"offset": by})


def kinds(complaint: Complaint) -> list[str]:
    return list(complaint.events.order_by("seq").values_list("kind", flat=True))


@pytest.mark.django_db
def test_nothing_is_due_nothing_is_done() -> None:
    received(House())
    assert not fire_due().did_anything


@pytest.mark.django_db
def test_each_step_is_raised_once_and_in_due_order() -> None:
    house = House()
    complaint = received(house)
    move_clock(25 * HOUR)
    fire_due()
    ran_out = Escalation.objects.filter(rung=100).order_by("id")
    assert [e.due for e in ran_out] == sorted(e.due for e in ran_out)
    assert {e.code for e in ran_out} >= {"acknowledge", "plan"}
    before = Event.objects.count(), Notice.objects.count()
    assert not fire_due().did_anything
    assert (Event.objects.count(), Notice.objects.count()) == before
    assert {(t.verdict, t.next_rung) for t in Timer.objects.filter(complaint=complaint, code="plan")} == {("late", 200)}


@pytest.mark.django_db
def test_a_warning_comes_at_half_its_time_and_only_to_whoever_has_it() -> None:
    house = House()
    complaint = received(house)
    plan = Timer.objects.get(complaint=complaint, code="plan")
    assert (plan.next_rung, plan.next_at) == (50, plan.started + 6 * HOUR)
    move_clock(6 * HOUR + dt.timedelta(minutes=1))
    fire_due()
    warning = Escalation.objects.get(timer=plan, rung=50)
    assert warning.to == []
    assert set(warning.event.notices.values_list("recipient", "kind")) == {(house.assistant.pk, "warned")}
    plan.refresh_from_db()
    assert (plan.next_rung, plan.verdict) == (80, "")


@pytest.mark.django_db
def test_what_was_found_late_says_so_with_its_true_due_instant() -> None:
    complaint = received(House())
    due = Timer.objects.get(complaint=complaint, code="plan").due
    move_clock(26 * HOUR)
    fire_due()
    plan = Escalation.objects.get(code="plan", rung=100)
    assert (plan.found_late, plan.due) == (True, due)
    assert not Escalation.objects.filter(timer=plan.timer, rung__lt=100).exists()  # a warning would come too late


@pytest.mark.django_db
def test_the_second_level_comes_a_working_day_later_unless_somebody_answered() -> None:
    house = House(in_group=True)
    silent, answered = received(house), received(house)
    move_clock(25 * HOUR)
    fire_due()
    waiting = Escalation.objects.filter(complaint=answered, rung=100, to__contains=[house.gm.pk])
    act("acknowledge_escalation", answered, house.gm, escalations=[e.pk for e in waiting], instruction="今天办完")
    move_clock(25 * HOUR + dt.timedelta(days=6))
    fire_due()
    second = Escalation.objects.filter(rung=200, code="plan")
    assert {e.complaint_id for e in second} == {silent.pk}
    assert second.get().to == [house.group_approver.pk]


@pytest.mark.django_db
def test_a_stopped_timer_is_never_raised() -> None:
    house = House()
    complaint = received(house)
    act("acknowledge", complaint, house.assistant, text="已受理", means="telephone")
    move_clock(30 * HOUR)
    fire_due()
    assert not Escalation.objects.filter(code="acknowledge").exists()


@pytest.mark.django_db
def test_nobody_says_no_answer_before_the_customer_s_days_are_over() -> None:
    """After them whoever is quicker than the sweep may."""
    house = House()
    complaint = at_state("reply", house)
    act("send_reply", complaint, house.assistant, text="已查明", means="email")
    due = Timer.objects.get(complaint=complaint, code="answer").due
    for who in (house.assistant, house.manager):
        with pytest.raises(NotPossible, match="has time to answer until"):
            act("no_answer", complaint, who)
    move_clock(due - clock.now() + dt.timedelta(minutes=1))
    act("no_answer", complaint, house.assistant)
    complaint.refresh_from_db()
    assert complaint.state == State.FOLLOW_UP


@pytest.mark.django_db
def test_no_answer_in_three_working_days_moves_on_by_itself() -> None:
    house = House()
    complaint = at_state("reply", house)
    act("send_reply", complaint, house.assistant, text="已查明", means="email")
    move_clock(dt.timedelta(days=12))
    assert fire_due().acted >= 1
    complaint.refresh_from_db()
    assert complaint.state == State.FOLLOW_UP
    assert kinds(complaint)[-1] == "no_answer" or "no_answer" in kinds(complaint)
    assert Event.objects.get(complaint=complaint, kind="no_answer").actor is None
    assert not Escalation.objects.filter(complaint=complaint, code="answer").exists()


@pytest.mark.django_db
def test_unsolved_for_a_month_raises_the_grade_and_times_the_plan_anew() -> None:
    house = House()
    complaint = at_state("action", house)
    move_clock(dt.timedelta(days=30, minutes=1))
    fire_due()
    complaint.refresh_from_db()
    assert (complaint.grade, Event.objects.get(complaint=complaint, kind="regrade").actor) == (2, None)
    reported = Notice.objects.filter(complaint=complaint, kind="reported", channel="desk")
    assert house.gm.pk in set(reported.values_list("recipient", flat=True))


@pytest.mark.django_db
def test_the_history_still_verifies() -> None:
    complaint = received(House())
    move_clock(40 * HOUR)
    fire_due()
    assert "ran_out" in kinds(complaint)
    assert verify_all().bad == []


@pytest.mark.django_db(transaction=True)
def test_a_broken_row_is_set_aside_and_the_others_are_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    good, bad, other = received(house), received(house), received(house)
    due = Timer.objects.get(complaint=bad, code="plan").due
    real = sweep.raise_steps

    def breaks(steps: Any, **more: Any) -> int:
        if any(step.complaint.pk == bad.pk for step in steps):
            raise ZeroDivisionError("no zone")
        return real(steps, **more)

    monkeypatch.setattr(sweep, "raise_steps", breaks)
    move_clock(26 * HOUR)
    assert fire_due().faults == 1
    assert {e.complaint_id for e in Escalation.objects.filter(code="plan")} == {good.pk, other.pk}
    broken = Timer.objects.get(complaint=bad, code="plan")
    assert (broken.due, broken.fault) == (due, "ZeroDivisionError: no zone")
    assert clock.now() < broken.next_at <= clock.now() + dt.timedelta(seconds=61)
    monkeypatch.undo()
    move_clock(26 * HOUR + dt.timedelta(seconds=62))
    fire_due()
    assert Escalation.objects.filter(complaint=bad, code="plan", due=due).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_busy_complaint_is_skipped_and_comes_next_time() -> None:
    house = House()
    busy, free = received(house), received(house)
    move_clock(26 * HOUR)
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Complaint.objects.select_for_update(no_key=True).get(pk=busy.pk)
            holding.set()
            done.wait(20)
        connections.close_all()

    somebody = threading.Thread(target=hold)
    somebody.start()
    holding.wait(20)
    swept = fire_due()
    done.set()
    somebody.join()
    assert swept.skipped >= 1
    assert set(Escalation.objects.values_list("complaint", flat=True)) == {free.pk}
    fire_due()
    assert set(Escalation.objects.values_list("complaint", flat=True)) == {free.pk, busy.pk}


@pytest.mark.django_db(transaction=True)
def test_several_sweeps_and_the_moves_beside_them_agree() -> None:
    """Thirty rounds: three sweeps and a move at the due instant; one escalation a timer, or none where the move came first (R29)."""
    house = House()
    for _ in range(30):
        complaint = received(house)
        timer = Timer.objects.get(complaint=complaint, code="report")
        TestClock.objects.update_or_create(id=1, defaults={"offset": timer.due - clock.unmoved() + dt.timedelta(milliseconds=15)})
        start = threading.Barrier(4)

        def at_once(work: Any, start: threading.Barrier = start) -> None:
            start.wait(20)
            try:
                for _ in range(3):
                    work()
            finally:
                connections.close_all()

        def submit(complaint: Complaint = complaint) -> None:
            try:
                perform("submit", complaint.pk, actor=house.fresh("assistant"), seen=1, note="")
            except Exception as refusal:
                assert type(refusal).__name__ in {"Stale", "NotPossible"}  # noqa: PT017 - it was made already

        works = [threading.Thread(target=at_once, args=(work,)) for work in (fire_due, fire_due, fire_due, submit)]
        for thread in works:
            thread.start()
        for thread in works:
            thread.join()
        fire_due()
        timer.refresh_from_db()
        raised = Escalation.objects.filter(timer=timer, rung=100).count()
        late = timer.stopped_at is None or timer.stopped_at > timer.due
        assert (timer.verdict, raised) == (("late", 1) if late else ("in_time", 0))
        TestClock.objects.all().delete()
    assert verify_all().bad == []


@pytest.mark.django_db
def test_the_sign_of_life_is_by_the_unmoved_clock() -> None:
    assert silent_for() is None
    move_clock(500 * HOUR)
    show_life("one", sweep.Swept(raised=3, latest=dt.timedelta(seconds=2)))
    show_life("two", sweep.Swept())
    pulse = SweepPulse.objects.get()
    assert (pulse.worker, pulse.raised, pulse.slowest) == ("two", 3, dt.timedelta(seconds=2))
    assert (silent_for() or HOUR) < dt.timedelta(seconds=5)


@pytest.mark.django_db
def test_an_empty_look_reads_an_index(django_assert_num_queries: Any) -> None:
    received(House())
    with django_assert_num_queries(1):
        fire_due()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {sweep.FIRST}", [500])
        assert "timer_next" in " ".join(line for (line,) in cursor.fetchall())


@pytest.mark.django_db
def test_the_group_sees_what_was_raised_to_it_whatever_the_grade() -> None:
    house = House(in_group=True)
    complaint, other = received(house), received(house)
    act("acknowledge", other, house.assistant, text="已受理", means="telephone")
    move_clock(25 * HOUR)
    fire_due()
    assert not Complaint.objects.visible_to(house.fresh("group_approver")).exists()
    move_clock(25 * HOUR + dt.timedelta(days=6))
    fire_due()
    raised = set(Escalation.objects.filter(to__contains=[house.group_approver.pk]).values_list("complaint", flat=True))
    assert complaint.pk in raised
    assert set(Complaint.objects.visible_to(house.fresh("group_approver")).values_list("pk", flat=True)) == raised
