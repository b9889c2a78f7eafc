"""The effectiveness watch (R26a): the same problem within the time after closing marks the measures and asks to reopen, once for each."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.models import Complaint, Event, Measure, Recurrence
from complaints.models.grading import GradingLimits
from complaints.refusals import NotAllowed
from complaints.verification import verify, verify_all
from complaints.watching import came_again
from complaints.worklist import to_reopen
from escalation import clock
from escalation.models import Notice, TestClock, Timer
from escalation.sweep import fire_due

from .factories import CustomerFactory, House, ProductFactory, act, at_state, received

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def pass_days(days: float) -> None:
    """The product's clock goes on by so many days."""
    row, _ = TestClock.objects.get_or_create(defaults={"offset": dt.timedelta(0)})
    row.offset += days * DAY
    row.save()


def again(house: House, **fields: Any) -> Complaint:
    given = {"type": house.type, "customer": CustomerFactory(branch=house.branch), "contact": None}
    return received(house, **given | fields)


def watched() -> tuple[House, Complaint]:
    house = House()
    return house, at_state("closed", house, type=house.type)


def effective(complaint: Complaint) -> set[bool | None]:
    return set(Measure.objects.filter(complaint=complaint, round__number=complaint.round).values_list("effective", flat=True))


def marked(complaint: Complaint) -> bool:
    complaint.refresh_from_db()
    return complaint.reopen_asked_at is not None


def test_the_same_problem_again_marks_the_measures_and_asks_the_manager() -> None:
    house, old = watched()
    assert effective(old) == {True}
    new = again(house)
    assert not marked(old), "nothing of another complaint is changed by who records one"
    fire_due()
    assert marked(old)
    assert effective(old) == {False}
    event = Event.objects.get(complaint=old, kind="recurred")
    assert event.actor is None
    assert Recurrence.objects.values_list("complaint", "other").get() == (old.pk, new.pk)
    assert list(to_reopen(house.fresh("manager"))) == [old]
    assert set(event.notices.filter(channel="desk").values_list("recipient", "kind")) == {(house.manager.pk, "reopen")}
    assert verify(old).bad == []


def test_once_for_each_pair_however_often_it_is_looked_at() -> None:
    house, old = watched()
    new = again(house)
    fire_due()
    act("change_type", new, house.assistant, type=house.type, reason="核对")
    act("correct", new, house.assistant, changes={"project": "三期"}, reason="补")
    fire_due()
    again(house)
    fire_due()
    assert Event.objects.filter(complaint=old, kind="recurred").count() == 2
    assert Recurrence.objects.count() == 2
    assert not Timer.objects.filter(code="regrade").exists()


@pytest.mark.parametrize(("days", "counts"), [(89.9, True), (90.1, False)])
def test_only_within_the_time_after_closing(days: float, counts: bool) -> None:
    house, old = watched()
    pass_days(days)
    again(house)
    fire_due()
    assert marked(old) is counts


def test_the_time_is_a_setting_of_the_branch() -> None:
    house, old = watched()
    GradingLimits.objects.create(branch=house.branch, watch_days=7)
    pass_days(8)
    again(house)
    fire_due()
    assert not marked(old)


def test_another_problem_and_what_was_received_before_do_not_count() -> None:
    house, old = watched()
    again(house, product=ProductFactory(branch=house.branch), about="另一种")
    again(house, received_at=old.closed_at - DAY)
    fire_due()
    assert not marked(old)


@pytest.mark.parametrize("how", ["judge_invalid", "withdraw"])
def test_what_is_invalid_or_withdrawn_before_the_sweep_looks_does_not_count(how: str) -> None:
    house, old = watched()
    new = again(house)
    act("submit", new, house.assistant)
    told = {"reason": "不属实", "explained": "已说明", "told_at": clock.now()} if how == "judge_invalid" else {"words": "不追究了"}
    act(how, new, house.manager, **told)
    fire_due()
    assert not marked(old)


def test_judged_invalid_later_the_mark_stays_and_the_ticket_says_so(client: Client) -> None:
    house, old = watched()
    new = again(house)
    fire_due()
    act("submit", new, house.assistant)
    act("judge_invalid", new, house.manager, reason="不属实", explained="已说明", told_at=clock.now())
    assert marked(old)
    client.force_login(house.manager)
    page = client.get(f"/complaints/{old.number}/").content.decode()
    assert new.number in page
    assert "judged not valid since" in page


def test_the_type_named_only_later_counts_from_then() -> None:
    house, old = watched()
    new = again(house, type=None)
    fire_due()
    assert not marked(old)
    act("change_type", new, house.assistant, type=house.type, reason="")
    fire_due()
    assert marked(old)


def test_what_came_while_it_was_just_being_closed_is_found_by_its_own_note() -> None:
    """The one who recorded it did not see it closed yet; the closing asks for a look itself."""
    house, old = watched()
    fire_due()
    new = again(house)
    Timer.objects.filter(code="regrade").delete()
    act("countersign_ok", old, house.manager) if old.countersign else None
    assert list(came_again(Complaint.objects.get(pk=old.pk))) == [new]


def test_closing_leaves_a_note_for_itself() -> None:
    _, old = watched()
    assert Timer.objects.filter(code="regrade", complaint=old).exists()


def test_reopening_answers_and_the_next_round_leaves_out_what_failed() -> None:
    house, old = watched()
    again(house)
    fire_due()
    act("reopen", old, house.manager, reason="又来了")
    assert not marked(old)
    assert list(to_reopen(house.fresh("manager"))) == []
    act("judge", old, house.manager, type=house.type, nature="general", criteria=[], grade=4, grade_reason="按规定", nature_reason="")
    act("assign", old, house.manager, department=house.production, note="")
    act("confirm", old, house.head, handler=house.handler, note="")
    old.refresh_from_db()
    assert effective(old) == set()
    assert verify_all().bad == []


def test_set_aside_with_a_reason_only_by_the_manager() -> None:
    house, old = watched()
    again(house)
    fire_due()
    with pytest.raises(NotAllowed):
        act("leave_closed", old, house.assistant, reason="不必")
    act("leave_closed", old, house.manager, reason="另一种用法")
    assert not marked(old)
    assert effective(old) == {False}
    again(house)
    fire_due()
    assert marked(old), "the next one asks anew"


def test_a_preventive_measure_that_fails_after_closing_asks_to_reopen() -> None:
    house, old = watched()
    measure = Measure.objects.filter(complaint=old, kind="preventive").get()
    act("fail_after_closing", old, house.verifier, measure=measure, reason="第 900 孔没停机")
    assert marked(old)
    measure.refresh_from_db()
    assert (measure.effective, measure.verified_by) == (False, house.verifier)
    assert Notice.objects.filter(complaint=old, recipient=house.manager, kind="reopen", channel="desk").exists()
    assert verify(old).bad == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 120), st.booleans(), st.sampled_from(["", "judge_invalid", "withdraw"])), max_size=4))
def test_recounted_one_by_one(db: None, comings: list[tuple[int, bool, str]]) -> None:
    """Held against a plain count: same problem, received within 90 days, not invalid or withdrawn when it is looked at."""
    house, old = watched()
    expected = set()
    for days, same, how in sorted(comings):
        TestClock.objects.all().delete()
        pass_days(days + 0.5)
        new = again(house, **({} if same else {"product": ProductFactory(branch=house.branch), "about": "另一种"}))
        if how:
            act("submit", new, house.assistant)
            told = {"reason": "不属实", "explained": "已说明", "told_at": clock.now()} if how == "judge_invalid" else {"words": "算了"}
            act(how, new, house.manager, **told)
        fire_due()
        if same and not how and days + 0.5 <= 90:
            expected.add(new.pk)
    assert set(Recurrence.objects.filter(complaint=old).values_list("other", flat=True)) == expected
    assert marked(old) is bool(expected)
