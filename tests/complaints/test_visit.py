"""Visit, unreachable customers, the manager's three verbs, dates of measures (R22, R24, R25, R28)."""

import datetime as dt
import json

import pytest

from complaints import letters
from complaints.models import Complaint, Event, Measure, Promise, Visit, Word
from complaints.refusals import BadInput, NotPossible
from complaints.verification import verify
from escalation import clock
from escalation.models import Notice, Timer
from organisation.models.known import standing_still

from .factories import DUE, House, act, at_state

SOON = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=9)
VISIT = {"means": "telephone", "satisfied": True, "score": 4, "words": "还行"}


@pytest.fixture
def house(db):
    return House()


def promised(house, complaint, due=None):
    act("promise", complaint, house.assistant, text="发材料证明", due_on=due or clock.now().date() + dt.timedelta(days=1))
    return Promise.objects.latest("pk")


def refused(house, complaint):
    act("send_reply", complaint, house.assistant, text="开头", means="email")
    return act("customer_refuses", complaint, house.assistant, words="不接受", means="telephone")


# ── promise by promise ───────────────────────────────────────────────────────────────────────────────────────


def test_a_broken_promise_runs_again_from_the_visit_on(house):
    complaint = at_state("follow_up", house)
    first = promised(house, complaint)
    act("keep_promise", complaint, house.assistant, promise=first, text="发了")
    act("record_visit", complaint, house.assistant, **VISIT, kept={first.pk: False}, again={first.pk: SOON})
    first.refresh_from_db()
    anew = Promise.objects.get(follows=first)
    assert (first.broken_at is not None, first.is_open) == (True, False)
    assert (anew.text, anew.due_on, anew.responsible, anew.is_open) == (first.text, SOON, first.made_by, True)
    assert Timer.objects.get(complaint=complaint, code="promise", subject=str(anew.pk)).state == "running"
    assert Visit.objects.get().kept == {str(first.pk): False}
    assert verify(Complaint.objects.get(pk=complaint.pk)).bad == []


def test_a_promise_not_due_that_is_made_anew_has_no_verdict(house):
    complaint = at_state("follow_up", house)
    first = promised(house, complaint, due=SOON)
    act("record_visit", complaint, house.assistant, **VISIT, kept={first.pk: False}, again={first.pk: DUE})
    assert Timer.objects.get(code="promise", subject=str(first.pk)).state == "void"


def test_a_promise_whose_day_has_come_is_asked_about(house):
    complaint = at_state("follow_up", house)
    first = promised(house, complaint)
    Promise.objects.filter(pk=first.pk).update(due_on=dt.date(2020, 1, 1))
    with pytest.raises(BadInput) as why:
        act("record_visit", complaint, house.assistant, **VISIT)
    assert set(why.value.errors) == {f"kept_{first.pk}"}
    with pytest.raises(BadInput) as why:
        act("record_visit", complaint, house.assistant, **VISIT, kept={first.pk: False})
    assert set(why.value.errors) == {f"again_{first.pk}"}


def test_what_the_customer_says_of_measures_and_suggests_is_kept(house):
    complaint = at_state("follow_up", house)
    measure = Measure.objects.get(complaint=complaint, owner=house.owner)
    act("record_visit", complaint, house.assistant, **VISIT, sees={measure.pk: False}, suggestion="随货附证明")
    assert (Visit.objects.get().seen, Visit.objects.get().suggestion) == ({str(measure.pk): False}, "随货附证明")
    assert json.loads(Event.objects.get(kind="record_visit").body)["seen"] == {str(measure.pk): False}


def test_dissatisfied_asks_for_words(house):
    complaint = at_state("follow_up", house)
    with pytest.raises(BadInput) as why:
        act("record_visit", complaint, house.assistant, means="telephone", satisfied=False, score=2, words="")
    assert set(why.value.errors) == {"words"}


# ── not reachable ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_try_starts_nothing_and_a_message_the_two_days(house):
    complaint = at_state("follow_up", house)
    complaint = act("not_reached", complaint, house.assistant, words="没人接", means="telephone", only_tried=True)
    assert (complaint.unreached_at, Timer.objects.filter(code="unreachable").count()) == (None, 0)
    message = letters.unreached(complaint)
    complaint = act("not_reached", complaint, house.assistant, words="没人接", means="telephone", message=message, message_means="wechat")
    assert complaint.unreached_at is not None
    assert Timer.objects.get(code="unreachable").state == "running"
    assert Word.objects.filter(kind="update", means="wechat").get().text == message


def test_a_customer_who_comes_back_stops_it(house):
    complaint = at_state("follow_up", house)
    act("not_reached", complaint, house.assistant, words="没人接", means="telephone")
    complaint = act("chase", complaint, house.assistant, words="客户来电", means="telephone")
    assert (complaint.unreached_at, Timer.objects.get(code="unreachable").state) == (None, "stopped")
    with pytest.raises(NotPossible):
        act("close_unreachable", complaint, house.manager, lessons="计数")


# ── the manager decides ──────────────────────────────────────────────────────────────────────────────────────


def test_a_crisis_is_grade_one_told_to_the_general_manager_and_done_again(house):
    complaint = refused(house, at_state("reply", house))
    complaint = act("crisis", complaint, house.manager, reason="客户要上媒体")
    assert (complaint.state, complaint.grade, complaint.grade_reason, complaint.round) == ("action", 1, "客户要上媒体", 2)
    assert Notice.objects.filter(recipient=house.gm, event__kind="crisis", kind="reported").exists()
    assert Timer.objects.filter(code="plan").latest("ordinal").policy == "plan_severe"
    assert verify(Complaint.objects.get(pk=complaint.pk)).bad == []
    with standing_still():
        Complaint.objects.filter(pk=complaint.pk).update(state="follow_up", satisfied=False)
    with pytest.raises(NotPossible, match="crisis already"):
        act("crisis", complaint, house.manager, reason="又来")


def test_after_a_refusal_the_manager_may_close_with_reasons(house):
    complaint = refused(house, at_state("reply", house))
    for measure in Measure.objects.filter(complaint=complaint):
        act("measure_done", complaint, measure.owner, measure=measure, evidence="单据")
        act("verify", complaint, house.verifier, measure=Measure.objects.get(pk=measure.pk), evidence="抽查")
    act("sign_off", complaint, house.head, words="已归档")
    complaint = act("close_dissatisfied", complaint, house.manager, reason="已尽力", lessons="计数")
    assert (complaint.state, complaint.outcome) == ("closed", "dissatisfied")


# ── dates of measures ────────────────────────────────────────────────────────────────────────────────────────


def test_the_implementation_plan_names_owner_and_day_of_each_measure_and_stands_once(db):
    house = House(in_group=True)
    complaint = at_state("reply", house, grade=2)
    assert Timer.objects.get(complaint=complaint, code="group_plan").state == "running"
    first, second = Measure.objects.filter(complaint=complaint).order_by("pk")
    complaint = act("fix_dates", complaint, house.head, dates={first.pk: SOON, second.pk: SOON}, owners={first.pk: house.staff}, note="")
    assert Timer.objects.get(complaint=complaint, code="group_plan").verdict == "in_time"
    first.refresh_from_db()
    assert (first.owner, first.due_on) == (house.staff, SOON)
    assert {t.due.date() for t in Timer.objects.filter(code="measure")} == {SOON}
    assert complaint in Complaint.objects.visible_to(house.fresh("staff"))
    assert verify(Complaint.objects.get(pk=complaint.pk)).bad == []
    with pytest.raises(NotPossible, match="by its own act"):
        act("fix_dates", complaint, house.head, dates={first.pk: DUE}, note="")


def test_a_day_that_is_over_is_refused_at_its_measure(db):
    house = House(in_group=True)
    complaint = at_state("reply", house, grade=2)
    first, _second = Measure.objects.filter(complaint=complaint).order_by("pk")
    with pytest.raises(BadInput) as why:
        act("fix_dates", complaint, house.head, dates={first.pk: dt.date(2020, 1, 1)}, note="")
    assert set(why.value.errors) == {f"date_{first.pk}"}


def test_another_date_of_a_measure_takes_a_reason_and_its_clock_along(house):
    complaint = at_state("reply", house)
    measure = Measure.objects.get(complaint=complaint, owner=house.owner)
    act("redate_measure", complaint, house.head, measure=measure, due_on=SOON, reason="模具晚到，已与客户商定")
    assert Timer.objects.get(code="measure", subject=str(measure.pk)).due.date() == SOON
    body = json.loads(Event.objects.get(kind="redate_measure").body)
    assert (body["due_before"], body["inputs"]["due_on"]) == (DUE.isoformat(), SOON.isoformat())
    assert verify(Complaint.objects.get(pk=complaint.pk)).bad == []
    with pytest.raises(BadInput) as why:
        act("redate_measure", complaint, house.head, measure=measure, due_on=DUE, reason="")
    assert set(why.value.errors) == {"reason"}


# ── words to the customer ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("letter", [letters.visit, letters.unreached, letters.update])
def test_prepared_messages_can_be_copied_and_are_in_the_customers_language(house, letter):
    house.customer.language = "en"
    house.customer.save()
    complaint = at_state("follow_up", house)
    assert letter(complaint).startswith("Dear 采购部,\n")
