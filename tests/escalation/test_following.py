"""Each timer of spec section 4: what starts and stops it, and R31 for redo, NG, regrading, pausing and reopening.

One Thursday is played, 2026-11-19 in Shanghai (UTC+8), 08:30-12:00 and 13:30-17:30; times below are local.
"""

import datetime as dt
import zoneinfo
from typing import Any

import pytest

from complaints.models import Complaint, Measure
from complaints.refusals import NotPossible
from escalation.models import Escalation, Timer
from organisation.models import Person
from tests.complaints.factories import House, act, plan_of, received

pytestmark = pytest.mark.django_db
ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
JUDGED = {"nature": "general", "criteria": [], "grade": 4, "grade_reason": "按规定", "nature_reason": ""}


def at(text: str, day: int = 19) -> dt.datetime:
    return dt.datetime.combine(dt.date(2026, 11, day), dt.time.fromisoformat(text), ZONE).astimezone(dt.UTC)


class Road:
    """A complaint on its way, one move after the other at given times."""

    def __init__(self, begun: str = "09:00", day: int = 19, **house: Any) -> None:
        self.house = House(**house)
        self.complaint = received(self.house, at=at(begun, day))

    def make(self, name: str, who: str, time: str, day: int = 19, **inputs: Any) -> "Road":
        self.complaint = act(name, self.complaint, self.house.person(who), at=at(time, day), **inputs)
        return self

    def to_action(self, grade: int = 4) -> "Road":
        self.make("submit", "assistant", "09:20").make("judge", "manager", "09:40", type=self.house.type, **JUDGED | {"grade": grade})
        self.make("assign", "manager", "09:50", department=self.house.production)
        return self.make("confirm", "head", "10:20", handler=self.house.handler)

    def to_approval(self, grade: int = 4) -> "Road":
        self.to_action(grade).make("propose", "handler", "15:00", plan=plan_of(self.house, self.complaint))
        return self.make("review_ok", "head", "16:00")

    def to_reply(self, grade: int = 4) -> "Road":
        return self.to_approval(grade).make("approve", "gm", "17:00")

    def to_follow_up(self) -> "Road":
        self.to_reply().make("send_reply", "assistant", "17:10", text="已查明", means="email")
        return self.make("customer_agrees", "assistant", "17:20", words="好")

    def timers(self, code: str) -> list[Timer]:
        return list(Timer.objects.filter(complaint=self.complaint, code=code).order_by("subject", "ordinal"))

    def timer(self, code: str) -> Timer:
        return self.timers(code)[-1]

    def said(self, code: str) -> tuple[str, str, dt.datetime]:
        timer = self.timer(code)
        return timer.state, timer.verdict, timer.due


def live(complaint: Complaint) -> set[str]:
    return set(Timer.objects.filter(complaint=complaint, state__in=["running", "paused"]).values_list("code", flat=True))


def test_a_new_complaint_has_its_clocks() -> None:
    road = Road("11:45")
    assert live(road.complaint) == {"report", "acknowledge", "plan", "update", "unsolved"}
    assert road.timer("report").due == at("14:15")  # 15 minutes before lunch, 45 after
    assert road.timer("acknowledge").due == at("11:45", 20)
    assert road.timer("plan").due == at("23:45")
    assert road.timer("update").due == at("17:30", 26)


def test_what_came_in_by_night_counts_from_the_opening() -> None:
    assert Road("03:00").timer("report").due == at("09:30")


def test_submitting_stops_the_report_and_starts_the_stage() -> None:
    road = Road().make("submit", "assistant", "09:20")
    assert road.said("report") == ("stopped", "in_time", at("10:00"))
    assert road.said("stage:triage") == ("running", "", at("11:20"))


def test_at_its_due_instant_it_is_in_time_and_a_moment_later_late() -> None:
    assert Road().make("submit", "assistant", "10:00").timer("report").verdict == "in_time"
    assert Escalation.objects.count() == 0
    late = Road().make("submit", "assistant", "10:00:00.000001")
    assert late.timer("report").verdict == "late"
    assert [e.timer for e in Escalation.objects.all()] == [late.timer("report")]


def test_being_asked_back_starts_a_new_report() -> None:
    road = Road().make("submit", "assistant", "09:20").make("ask_back", "manager", "09:30", reason="缺批号")
    assert [t.verdict for t in road.timers("report")] == ["in_time", ""]
    assert road.timer("report").due == at("10:30")


def test_the_acknowledgement_stops_and_a_word_starts_the_next_update() -> None:
    road = Road().make("acknowledge", "assistant", "09:05", text="已受理", means="telephone")
    assert road.said("acknowledge")[:2] == ("stopped", "in_time")
    assert [(t.state, t.started) for t in road.timers("update")] == [("stopped", at("09:00")), ("running", at("09:05"))]


@pytest.mark.parametrize(("grade", "reviewed", "approved"), [(4, "stopped", "stopped"), (2, "running", "stopped")])
def test_the_plan_stops_at_the_general_manager_or_with_his_approval(grade: int, reviewed: str, approved: str) -> None:
    road = Road().to_approval(grade)
    assert (road.timer("plan").state, road.timer("plan").due) == (reviewed, at("21:00") if grade == 4 else at("09:00", 20))
    assert road.make("approve", "gm", "17:00").timer("plan").state == approved


def test_a_grade_up_times_the_plan_from_the_receipt() -> None:
    road = Road().to_action()
    road.make("regrade", "manager", "10:30", grade=2, reason="媒体")
    assert (road.timer("plan").due, road.timer("plan").timing, road.timer("plan").policy) == (at("09:00", 20), 1, "plan_severe")


def test_a_grade_down_may_run_out_at_once() -> None:
    road = Road().to_action(grade=2).make("regrade", "manager", "08:50", 20, grade=4, reason="查明不涉及")
    timer = road.timer("plan")
    assert (timer.due, timer.next_at, timer.next_rung) == (at("21:00"), at("21:00"), 100)


def test_a_grade_up_while_the_general_manager_has_it_takes_the_stop_back() -> None:
    road = Road().to_approval().make("regrade", "manager", "16:30", grade=2, reason="媒体")
    assert road.said("plan") == ("running", "", at("09:00", 20))


def test_ng_takes_the_stop_back_while_there_is_time() -> None:
    road = Road().to_approval().make("approve_ng", "gm", "16:30", reason="原因不够")
    assert [t.ordinal for t in road.timers("plan")] == [1]
    assert road.said("plan") == ("running", "", at("21:00"))


def test_ng_after_the_due_instant_starts_a_new_plan() -> None:
    road = Road().to_approval().make("approve_ng", "gm", "09:00", 20, reason="原因不够")
    first, second = road.timers("plan")
    assert (first.verdict, first.stopped_at) == ("in_time", at("16:00"))
    assert (second.started, second.due, second.state) == (at("09:00", 20), at("21:00", 20), "running")


def test_the_departments_ng_changes_nothing() -> None:
    road = Road()
    road.to_action().make("propose", "handler", "15:00", plan=plan_of(road.house, road.complaint)).make(
        "review_ng", "head", "15:30", reason="不够"
    )
    assert [(t.ordinal, t.state, t.due) for t in road.timers("plan")] == [(1, "running", at("21:00"))]


def test_contesting_costs_the_departments_clock() -> None:
    road = Road()
    road.make("submit", "assistant", "09:20").make("judge", "manager", "09:40", type=road.house.type, **JUDGED)
    road.make("assign", "manager", "09:50", department=road.house.production).make("contest", "head", "15:30", reason="不是我们")
    assert road.said("stage:confirmation") == ("stopped", "late", at("15:20"))
    assert road.timer("stage:assignment").started == at("15:30")


def test_the_reply_is_awaited_for_three_working_days() -> None:
    road = Road().to_reply().make("send_reply", "assistant", "17:10", text="已查明", means="email")
    assert road.said("stage:reply")[:2] == ("stopped", "in_time")
    assert road.said("answer") == ("running", "", at("17:30", 24))  # Friday, Monday, Tuesday
    road.make("customer_refuses", "assistant", "17:20", words="不接受")
    assert road.said("answer")[:2] == ("stopped", "in_time")


def test_redo_starts_a_new_plan_and_leaves_the_old_measures() -> None:
    road = Road().to_reply().make("send_reply", "assistant", "17:10", text="已查明", means="email")
    road.make("customer_refuses", "assistant", "17:20", words="不接受").make("redo", "manager", "17:25", reason="重做")
    assert [(t.verdict, t.started) for t in road.timers("plan")] == [("in_time", at("09:00")), ("", at("17:25"))]
    assert {t.state for t in road.timers("measure")} == {"void"}


def test_measures_run_from_the_approval_to_the_end_of_their_date() -> None:
    road = Road().to_approval()
    assert road.timers("measure") == []
    road.make("approve", "gm", "17:00")
    assert {t.due for t in road.timers("measure")} == {dt.datetime(2099, 12, 1, 16, tzinfo=dt.UTC)}
    measure = Measure.objects.filter(complaint=road.complaint).earliest("pk")
    road.make("measure_done", "owner", "17:30", measure=measure, evidence="单据")
    assert {t.subject: t.state for t in road.timers("measure")}[str(measure.pk)] == "stopped"


def test_containment_runs_at_once_and_new_dates_time_it_anew() -> None:
    road = Road().to_action()
    road.make("contain", "handler", "10:30", text="隔离", owner=road.house.owner, due_on=dt.date(2026, 11, 20))
    assert road.timer("measure").due == at("00:00", 21)


def test_the_visit_is_due_a_week_after_everything_is_done() -> None:
    road = Road().to_follow_up()
    assert road.timers("visit") == []
    for measure in Measure.objects.filter(complaint=road.complaint, kind="corrective"):
        road.make("measure_done", "owner", "17:25", measure=measure, evidence="单据")
    assert road.said("visit") == ("running", "", at("17:25", 26))
    road.make("record_visit", "assistant", "10:00", 24, means="telephone", satisfied=True, score=5)
    assert road.said("visit")[:2] == ("stopped", "in_time")


def test_failed_calls_run_two_working_days() -> None:
    road = Road().to_follow_up().make("not_reached", "assistant", "17:25", words="无人接听")
    assert road.timer("unreachable").due == at("17:30", 23)


def test_not_reachable_closes_only_after_the_two_days() -> None:
    road = Road().to_follow_up()
    for measure in Measure.objects.filter(complaint=road.complaint, kind="corrective"):
        road.make("measure_done", "owner", "17:22", measure=measure, evidence="单据")
        road.make("verify", "verifier", "17:24", measure=Measure.objects.get(pk=measure.pk), evidence="抽查")
    road.make("not_reached", "assistant", "17:25", words="无人接听").make("sign_off", "head", "17:26", words="已归档")
    with pytest.raises(NotPossible, match="until 2026-11-23 17:30"):
        road.make("close_unreachable", "manager", "17:30", 23, lessons="计数")
    assert road.make("close_unreachable", "manager", "17:31", 23, lessons="计数").complaint.outcome == "unreachable"


def test_what_an_assistant_closed_waits_one_working_day_for_the_manager() -> None:
    road = Road()
    road.make("answer_on_the_spot", "assistant", "09:10", explained="已说明", told_at=at("09:10"))
    assert live(road.complaint) == {"countersign"}
    assert road.timer("countersign").due == at("17:30", 20)
    assert (road.said("acknowledge")[:2], road.said("report")[:2]) == (("stopped", "in_time"), ("stopped", "in_time"))
    assert (road.said("plan")[:2], road.said("update")[:2]) == (("void", ""), ("void", ""))
    road.make("countersign_ng", "manager", "10:00", reason="再看")
    assert (road.said("countersign")[:2], road.timer("plan").started) == (("stopped", "in_time"), at("10:00"))


def test_the_customers_date_ends_with_its_day() -> None:
    road = Road()
    road.make("correct", "assistant", "09:10", reason="客户要求", changes={"wanted_by": dt.date(2026, 11, 25)})
    assert road.timer("customer_date").due == at("00:00", 26)
    road.make("correct", "assistant", "09:20", reason="客户改期", changes={"wanted_by": dt.date(2026, 11, 27)})
    assert [(t.ordinal, t.due, t.timing) for t in road.timers("customer_date")] == [(1, at("00:00", 28), 1)]


def test_a_promise_is_a_clock_of_its_own() -> None:
    road = Road().make("promise", "assistant", "09:10", text="周五前给原因", due_on=dt.date(2026, 11, 20))
    assert road.timer("promise").due == at("00:00", 21)
    road.make("keep_promise", "assistant", "10:00", 20, promise=road.complaint.promises.get(), text="做到了")
    assert road.said("promise")[:2] == ("stopped", "in_time")


def test_a_pause_is_not_counted_and_stops_only_what_may_be_paused() -> None:
    road = Road().to_action().make("pause", "manager", "11:00", reason="等样件")
    assert {t.code for t in Timer.objects.filter(complaint=road.complaint, state="paused")} == {"plan", "unsolved"}
    assert road.timer("plan").next_at is None
    road.make("resume", "manager", "15:00")
    assert (road.timer("plan").state, road.timer("plan").due) == ("running", at("01:00", 20))
    assert road.timer("update").due == at("17:30", 26)


def test_after_a_pause_a_stage_goes_on_with_what_was_left() -> None:
    road = Road().make("submit", "assistant", "09:20").make("pause", "manager", "09:50", reason="等样件")
    road.make("resume", "manager", "16:50")
    assert road.timer("stage:triage").due == at("09:20", 20)  # an hour and a half was left: 40 minutes today, 50 tomorrow


def test_withdrawn_voids_what_was_asked_for() -> None:
    road = Road().to_action().make("withdraw", "manager", "11:00", words="算了")
    assert live(road.complaint) == set()
    assert {t.code: t.state for t in Timer.objects.filter(complaint=road.complaint, code__in=["plan", "acknowledge", "update"])} == {
        "plan": "void", "acknowledge": "void", "update": "void",
    }  # fmt: skip


def test_a_verdict_of_late_is_never_taken_back() -> None:
    road = Road().to_action().make("remark", "handler", "22:00", text="还在查")
    assert road.said("plan") == ("running", "late", at("21:00"))
    road.make("propose", "handler", "22:10", plan=plan_of(road.house, road.complaint)).make("review_ok", "head", "22:20")
    assert road.said("plan")[:2] == ("stopped", "late")
    road.make("approve_ng", "gm", "22:30", reason="不够")
    assert [(t.verdict, t.state) for t in road.timers("plan")] == [("late", "stopped"), ("", "running")]


def test_a_move_that_comes_late_raises_the_escalation_first() -> None:
    road = Road().to_action()
    road.make("propose", "handler", "22:10", plan=plan_of(road.house, road.complaint))
    kinds = list(road.complaint.events.order_by("seq").values_list("kind", flat=True))
    assert kinds[-2:] == ["ran_out", "propose"]
    escalation = Escalation.objects.get(code="plan")
    assert (escalation.to, escalation.owner_id, escalation.due) == ([road.house.gm.pk], road.house.handler.pk, at("21:00"))


def test_the_general_managers_own_lateness_goes_past_him() -> None:
    road = Road(in_group=True).to_approval(grade=2).make("remark", "head", "10:00", 20, text="等批")
    plan = Escalation.objects.get(code="plan")
    assert (plan.owner_id, plan.to) == (road.house.gm.pk, [road.house.group_approver.pk])


def test_major_ones_are_reported_to_the_general_manager_at_once() -> None:
    road = Road().make("submit", "assistant", "09:20")
    road.make("judge", "manager", "09:40", type=road.house.type, **JUDGED | {"nature": "major", "criteria": ["a"]})
    reported = road.complaint.events.get(kind="judge").notices.filter(kind="reported", channel="desk")
    assert set(reported.values_list("recipient", flat=True)) == {road.house.gm.pk, road.house.management_rep.pk}


def test_only_those_it_was_raised_to_answer_and_one_word_is_enough() -> None:
    road = Road().make("submit", "assistant", "11:00")
    escalation = Escalation.objects.get()
    with pytest.raises(Exception, match="not raised to you"):
        road.make("acknowledge_escalation", "manager", "11:10", escalations=[escalation.pk], instruction="马上")
    road.make("acknowledge_escalation", "gm", "11:10", escalations=[escalation.pk], instruction="先报后补")
    escalation.refresh_from_db()
    assert (escalation.instruction, escalation.acknowledged_by) == ("先报后补", Person.objects.get(pk=road.house.gm.pk))
    with pytest.raises(Exception, match="acknowledged it already"):
        road.make("acknowledge_escalation", "gm", "11:20", escalations=[escalation.pk], instruction="再说")
