"""Grades that rise by themselves (R15): by a third complainant, a change, a link, time; what follows, what does not, and races."""

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from complaints.models import Complaint, Event, Link
from complaints.refusals import BadInput
from complaints.verification import verify_all
from escalation import clock
from escalation.models import Notice, TestClock, Timer
from escalation.sweep import fire_due

from .factories import ContactFactory, CustomerFactory, House, ProductFactory, TypeFactory, act, at_state, closed, received
from .ledger import Ledger
from .test_races import together

DAY = dt.timedelta(days=1)
MICROSECOND = dt.timedelta(microseconds=1)


def ago(days: float) -> dt.datetime:
    return clock.now() - days * DAY


def another(house: House, days: float = 0, **fields: Any) -> Complaint:
    """Of another customer, the same type and product."""
    given = {"type": house.type, "customer": CustomerFactory(branch=house.branch), "contact": None, "received_at": ago(days)}
    return received(house, **given | fields)


def judged(house: House, days: float = 5, grade: int = 4, **fields: Any) -> Complaint:
    return at_state("action", house, type=house.type, received_at=ago(days), grade=grade, **fields)


def grade(complaint: Complaint) -> int | None:
    return Complaint.objects.values_list("grade", flat=True).get(pk=complaint.pk)


@pytest.mark.django_db
def test_the_third_complainant_raises_the_two_before_within_one_tick() -> None:
    house = House()
    first = judged(house)
    second = at_state(
        "confirmation", house, type=house.type, received_at=ago(3), customer=CustomerFactory(branch=house.branch), contact=None
    )
    fire_due()
    assert (grade(first), grade(second)) == (4, 4)
    another(house)
    assert (grade(first), grade(second)) == (4, 4)
    fire_due()
    assert (grade(first), grade(second)) == (2, 2)
    assert not Timer.objects.filter(code="regrade").exists()


@pytest.mark.django_db
def test_what_follows_a_rise_history_timers_notices() -> None:
    house = House()
    first = judged(house)
    others = [another(house, 3), another(house, 1)]
    fire_due()
    event = Event.objects.get(complaint=first, kind="regrade")
    assert event.actor is None
    first.refresh_from_db()
    assert (first.grade, first.worked_out, first.grade_rule) == (2, 2, "customers")
    assert first.counted == [first.pk, *(one.pk for one in others)]
    plan = Timer.objects.get(complaint=first, code="plan")
    assert (plan.policy, plan.due) == ("plan_severe", first.received_at + DAY)
    told = set(event.notices.filter(channel="desk").values_list("recipient", "kind"))
    assert told == {
        (house.gm.pk, "reported"), (house.management_rep.pk, "reported"), (house.manager.pk, "regraded"), (house.head.pk, "regraded"),
        (house.handler.pk, "regraded"),
    }  # fmt: skip
    assert verify_all().bad == []


@pytest.mark.django_db
def test_nothing_is_told_of_a_complaint_that_stays() -> None:
    house = House()
    first = judged(house)
    another(house)
    before = Notice.objects.filter(complaint=first).count(), first.history_seq
    fire_due()
    first.refresh_from_db()
    assert (Notice.objects.filter(complaint=first, kind="regraded").count(), grade(first)) == (0, 4)
    assert Event.objects.filter(complaint=first, kind="regrade").count() == 0
    assert before[0] <= Notice.objects.filter(complaint=first).count()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "who", "changes"),
    [("change_type", "assistant", "type"), ("correct", "assistant", "product"), ("correct", "assistant", "customer")],
)
def test_a_corrected_record_is_counted_anew(name: str, who: str, changes: str) -> None:
    house = House()
    first, _second = judged(house), another(house, 3)
    wrong = {
        "type": TypeFactory(branch=house.branch), "product": ProductFactory(branch=house.branch), "customer": house.customer,
    }[changes]  # fmt: skip
    third = another(house, **{changes: wrong})
    act("submit", third, house.assistant, note="")
    fire_due()
    assert grade(first) == 4
    right = {"type": house.type, "product": house.product, "customer": CustomerFactory(branch=house.branch)}[changes]
    given = {"type": right} if name == "change_type" else {"changes": {changes: right}, "reason": "记错了"}
    act(name, third, house.person(who), **given)
    fire_due()
    assert grade(first) == 2


@pytest.mark.django_db
def test_one_judged_not_valid_counts_again_when_it_is_reopened() -> None:
    house = House()
    first, _second, third = judged(house), another(house, 3), another(house, 2)
    act("submit", third, house.assistant, note="")
    act("judge_invalid", third, house.manager, reason="不是我们的货", explained="已说明", told_at=clock.now())
    fire_due()
    assert grade(first) == 4
    act("reopen", third, house.manager, reason="原来是我们的")
    fire_due()
    assert grade(first) == 2


@pytest.mark.django_db
def test_a_third_time_after_it_had_been_handled_raises_to_three() -> None:
    house = House()
    old = closed(at_state("follow_up", house, type=house.type), house)
    assert old.outcome == "resolved"
    again = [at_state("action", house, type=house.type) for _ in range(2)]
    fire_due()
    assert [grade(one) for one in again] == [4, 4]
    received(house, type=house.type)
    fire_due()
    assert [grade(one) for one in again] == [3, 3]


@pytest.mark.django_db
def test_another_departments_help_raises_to_three_and_the_responsible_ones_does_not() -> None:
    house = House()
    first = judged(house)
    with pytest.raises(BadInput):
        act("name_helper", first, house.handler, helper=house.production)
    act("name_helper", first, house.handler, helper=house.warehouse, note="要他们分选")
    fire_due()
    assert (grade(first), Complaint.objects.get(pk=first.pk).grade_rule) == (3, "help")


@pytest.mark.django_db
def test_a_month_unsolved_raises_also_when_somebody_acts_before_the_sweep() -> None:
    house = House()
    first = judged(house, days=0)
    TestClock.objects.update_or_create(id=1, defaults={"offset": 30 * DAY + dt.timedelta(minutes=1)})
    act("remark", first, house.manager, text="还没有结果")
    fire_due()
    assert (grade(first), Complaint.objects.get(pk=first.pk).grade_rule) == (2, "unsolved")


@pytest.mark.django_db
def test_paused_time_does_not_count_towards_the_month() -> None:
    house = House()
    first = judged(house, days=0)
    act("pause", first, house.manager, reason="等样件", asked="陈岚")
    TestClock.objects.update_or_create(id=1, defaults={"offset": 31 * DAY})
    fire_due()
    assert grade(first) == 4
    act("resume", first, house.manager, note="到了")
    fire_due()
    assert grade(first) == 4
    TestClock.objects.update_or_create(id=1, defaults={"offset": 61 * DAY + dt.timedelta(minutes=1)})
    fire_due()
    assert grade(first) == 2


# ── what the manager lowered ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_lowering_needs_a_reason_and_raising_does_not() -> None:
    house = House()
    first = judged(house)
    act("regrade", first, house.manager, grade=1)
    with pytest.raises(BadInput) as refused:
        act("regrade", first, house.manager, grade=4, reason="  ")
    assert list(refused.value.errors) == ["reason"]
    act("regrade", first, house.manager, grade=4, reason="查明没有曝光")
    assert grade(first) == 4


@pytest.mark.django_db
def test_judging_below_what_is_worked_out_needs_a_reason() -> None:
    house = House()
    others = [another(house, 3), another(house, 1)]
    first = at_state("triage", house, type=house.type)
    given = {"type": house.type, "nature": "general", "criteria": [], "nature_reason": ""}
    with pytest.raises(BadInput) as refused:
        act("judge", first, house.manager, grade=3, **given)
    assert refused.value.errors == {"grade_reason": "Grade 2 is worked out: give the reason why it is lower."}
    first = act("judge", first, house.manager, grade=3, grade_reason="两家是同一集团", **given)
    assert (first.grade, first.worked_out, first.grade_rule) == (3, 2, "customers")
    assert sorted(first.counted) == sorted([first.pk, *(one.pk for one in others)])


@pytest.mark.django_db
def test_a_reason_stands_against_the_same_facts_and_not_against_new_ones() -> None:
    house = House()
    first, second, _third = judged(house), another(house, 3), another(house, 2)
    fire_due()
    assert grade(first) == 2
    act("regrade", first, house.manager, grade=4, reason="两家是同一集团")
    another(house, customer=second.customer)  # counted already
    fire_due()
    assert grade(first) == 4
    another(house)
    fire_due()
    assert grade(first) == 2


@pytest.mark.django_db
def test_what_came_after_the_form_was_opened_is_not_weighed() -> None:
    """He saw two, a third came, he sent grade 4 with the reason he had: the third is worked out after all."""
    house = House()
    for days in (3, 1):
        another(house, days)
    first = at_state("triage", house, type=house.type)
    given = {"type": house.type, "nature": "general", "criteria": [], "nature_reason": "", "grade": 4, "grade_reason": "照旧"}
    act("judge", first, house.manager, weighed=[], **given)
    fire_due()
    assert grade(first) == 2


@pytest.mark.django_db
def test_it_never_falls_by_itself() -> None:
    house = House()
    first, _second, third = judged(house), another(house, 3), another(house, 2)
    fire_due()
    act("submit", third, house.assistant, note="")
    act("judge_invalid", third, house.manager, reason="不是我们的货", explained="已说明", told_at=clock.now())
    fire_due()
    assert grade(first) == 2


# ── links ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_repeats_linked_as_the_same_customers_count_once_for_the_next_decision() -> None:
    house = House()
    first, second, third = judged(house), another(house, 3), another(house, 2)
    act("link", second, house.assistant, other=third, kind="same")
    fire_due()
    assert grade(first) == 4


@pytest.mark.django_db
def test_a_linked_child_keeps_its_own_duty_to_its_customer() -> None:
    house = House()
    first, child = judged(house), another(house)
    duties = list(Timer.objects.filter(complaint=child, state="running").order_by("code").values_list("code", "due"))
    act("link", child, house.assistant, other=first, kind="same")
    assert list(Timer.objects.filter(complaint=child, state="running").order_by("code").values_list("code", "due")) == duties
    assert Complaint.objects.get(pk=child.pk).state == "received"
    assert {"acknowledge", "plan", "report", "update"} <= {code for code, _due in duties}


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_who_link_the_same_two_from_either_side_make_one_link() -> None:
    house = House()
    one, other = received(house), received(house)
    found = together(
        lambda: act("link", one, house.assistant, other=other, kind="cause"),
        lambda: act("link", other, house.manager, other=one, kind="cause"),
    )
    assert sorted(type(answer).__name__ for answer in found) == ["Complaint", "NotPossible"]
    assert Link.objects.count() == 1


# ── races ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_at_once_are_both_counted() -> None:
    house = House()
    first = judged(house)
    given = [{"customer": CustomerFactory(branch=house.branch), "contact": None, "type": house.type} for _ in range(2)]
    together(lambda: received(house, **given[0]), lambda: received(house, **given[1]))
    fire_due()
    assert grade(first) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_third_complainant_waits_for_nobody_who_works_on_another() -> None:
    """Somebody holds the first complaint: the third is recorded at once, and the grade rises when it is free again."""
    house = House()
    first, _second = judged(house), another(house, 3)
    given = {"customer": CustomerFactory(branch=house.branch), "contact": None, "type": house.type}
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Complaint.objects.select_for_update(no_key=True).get(pk=first.pk)
            held.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(5)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    try:
        received(house, **given)
        assert fire_due().skipped > 0
        assert grade(first) == 4
    finally:
        done.set()
        holder.join()
        connection.close()
    fire_due()
    assert grade(first) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_what_is_not_committed_yet_is_asked_for_again() -> None:
    """The sweep works out without a third that is just being recorded; that one's own note comes after it."""
    house = House()
    first, _second = judged(house), another(house, 3)
    given = {"customer": CustomerFactory(branch=house.branch), "contact": None, "type": house.type}
    written, done = threading.Event(), threading.Event()

    def record() -> None:
        with transaction.atomic():
            received(house, **given)
            written.set()
            done.wait(10)
        connection.close()

    recorder = threading.Thread(target=record)
    recorder.start()
    written.wait(5)
    try:
        fire_due()
        assert grade(first) == 4
    finally:
        done.set()
        recorder.join()
    fire_due()
    assert grade(first) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_sweeps_raise_once() -> None:
    house = House()
    first = judged(house)
    for days in (3, 1):
        another(house, days)
    together(fire_due, fire_due)
    fire_due()
    assert Event.objects.filter(complaint=first, kind="regrade").count() == 1


# ── what sets off nothing ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_past_that_is_replayed_asks_for_nothing() -> None:
    house = House()
    judged(house)
    Timer.objects.filter(code="regrade").delete()
    received(house, at=ago(1), type=house.type, customer=CustomerFactory(branch=house.branch), contact=None)
    assert not Timer.objects.filter(code="regrade").exists()


@pytest.mark.django_db
def test_what_is_imported_asks_for_nothing_and_is_counted_later(tmp_path: Path) -> None:
    house = House(zone="Asia/Shanghai")
    first, day = judged(house), ago(3).date().isoformat()
    Ledger(tmp_path, house.branch).take(
        *({"No": str(n), "Received": day, "Customer": who} for n, who in enumerate(("海桐电气", "禾屿农机")))
    )
    assert not Timer.objects.filter(code="regrade").exists()
    old = Complaint.objects.filter(imported=True)
    assert old.update(type=house.type, product=house.product) == 2
    fire_due()
    assert grade(first) == 4
    another(house, customer=house.customer)
    fire_due()
    assert grade(first) == 2


@pytest.mark.django_db
def test_a_private_person_is_told_apart_by_the_contact() -> None:
    house = House()
    many = CustomerFactory(branch=house.branch, is_private=True)
    people = [ContactFactory(customer=many, name=name) for name in ("陈岚", "周庭", "周庭之妻")]
    first = judged(house, customer=many, contact=people[0])
    for contact in people[:2]:
        another(house, 1, customer=many, contact=contact)
    fire_due()
    assert grade(first) == 4
    another(house, customer=many, contact=people[2])
    fire_due()
    assert grade(first) == 2
