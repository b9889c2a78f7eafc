"""What a change would move: earlier, later, out at once; from each timer's own start, with its pauses. And years without holidays."""

import dataclasses
import datetime as dt
import zoneinfo

import pytest

from complaints.models import Complaint
from escalation import preview
from escalation.calendars import calendar_by_id, shipped
from escalation.models import Timer
from escalation.policies import SHIPPED, Clock
from escalation.preview import Gap, Harm
from tests.complaints.factories import House, act, received

pytestmark = pytest.mark.django_db
ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
HOUR = 3600


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(dt.UTC)


def plan_of(hours: int, **more: object) -> object:
    return dataclasses.replace(SHIPPED["plan"], amount=hours * HOUR, **more)


def harms(found: preview.Preview) -> list[Harm]:
    return [move.harm for move in found.moves]


@pytest.fixture
def house() -> House:
    return House()


def three(house: House) -> list[Complaint]:
    """Received on a Thursday at 9, 14 and 20 o'clock; their plans are due 12 hours later."""
    return [received(house, at=local(f"2026-11-19 {hour}:00")) for hour in ("09", "14", "20")]


def test_the_worst_comes_first_with_old_and_new_due(house: House) -> None:
    first, second, third = three(house)
    found = preview.of_policy(plan_of(6), local("2026-11-19 20:30"))
    assert [(m.timer.complaint_id, m.old, m.new, m.harm) for m in found.moves] == [
        (first.pk, local("2026-11-19 21:00"), local("2026-11-19 15:00"), Harm.OUT),
        (second.pk, local("2026-11-20 02:00"), local("2026-11-19 20:00"), Harm.OUT),
        (third.pk, local("2026-11-20 08:00"), local("2026-11-20 02:00"), Harm.EARLIER),
    ]
    assert (found.running, found.out, found.earlier, found.later, found.moving, found.furthest) == (3, 2, 1, 0, 3, dt.timedelta(hours=6))


def test_more_time_is_later_and_the_same_time_nothing(house: House) -> None:
    three(house)
    at = local("2026-11-19 20:30")
    assert harms(preview.of_policy(plan_of(24), at)) == [Harm.LATER] * 3
    same = preview.of_policy(plan_of(12), at)
    assert (harms(same), same.moving) == ([Harm.SAME] * 3, 0)


def test_what_has_run_out_stays_so_found_by_a_sweep_or_not(house: House) -> None:
    first, second, _third = three(house)
    Timer.objects.filter(complaint=second, code="plan").update(ran_out_at=local("2026-11-20 02:00"), verdict="late")
    found = preview.of_policy(plan_of(48), local("2026-11-19 21:01"))
    assert (found.running, found.late) == (1, 2)
    assert first.pk not in {move.timer.complaint_id for move in found.moves}


def test_out_of_use_means_that_it_runs_no_longer(house: House) -> None:
    three(house)
    found = preview.of_policy(plan_of(12, enabled=False), local("2026-11-19 20:30"))
    assert ([(m.harm, m.new) for m in found.moves], found.dropped) == ([(Harm.DROPPED, None)] * 3, 3)


def test_a_paused_one_is_judged_by_the_moment_it_stopped(house: House) -> None:
    complaint = received(house, at=local("2026-11-19 09:00"))
    act("submit", complaint, house.assistant, at=local("2026-11-19 09:10"))
    act("pause", complaint, house.manager, at=local("2026-11-19 11:00"), reason="等样品", until=dt.date(2026, 11, 30))
    at = local("2026-11-21 09:00")
    assert harms(preview.of_policy(plan_of(3), at)) == [Harm.EARLIER]
    assert harms(preview.of_policy(plan_of(1), at)) == [Harm.OUT]


def test_a_date_of_its_own_never_moves(house: House) -> None:
    received(house, at=local("2026-11-19 09:00"), wanted_by=dt.date(2026, 12, 1))
    assert harms(preview.of_policy(SHIPPED["customer_date"], local("2026-11-19 10:00"))) == [Harm.SAME]


def test_another_clock_counts_from_the_start_by_the_calendar_it_was_started_by(house: House) -> None:
    received(house, at=local("2026-11-20 16:30"))
    policy = dataclasses.replace(SHIPPED["plan"], clock=Clock.WORKING_HOURS, amount=2 * HOUR)
    found = preview.of_policy(policy, local("2026-11-20 16:40"))
    assert [move.new for move in found.moves] == [local("2026-11-23 09:30")]


def test_a_closed_day_moves_what_counts_working_time_alone(house: House) -> None:
    received(house, at=local("2026-11-20 16:30"))
    usual = shipped("Asia/Shanghai")
    shut = dataclasses.replace(usual, days={**usual.days, dt.date(2026, 11, 23): ()})
    found = preview.of_calendar(house.branch, shut, local("2026-11-20 16:40"))
    assert {move.timer.code: (move.old, move.new) for move in found.moves} == {
        "report": (local("2026-11-20 17:30"), local("2026-11-20 17:30")),
        "update": (local("2026-11-27 17:30"), local("2026-11-30 17:30")),
    }


def test_the_mark_stands_for_what_moves(house: House) -> None:
    three(house)
    at = local("2026-11-19 20:30")
    assert preview.of_policy(plan_of(6), at).mark == preview.of_policy(plan_of(6), at + dt.timedelta(seconds=1)).mark
    assert preview.of_policy(plan_of(6), at).mark != preview.of_policy(plan_of(6), at + dt.timedelta(minutes=31)).mark
    assert preview.of_policy(plan_of(6), at).mark != preview.of_policy(plan_of(7), at).mark


def test_it_is_archived_with_numbers_and_instants(house: House) -> None:
    first, *_others = three(house)
    kept = preview.of_policy(plan_of(6), local("2026-11-19 20:30")).archive()
    assert {name: kept[name] for name in ("running", "out", "earlier", "later", "dropped", "late")} == {
        "running": 3, "out": 2, "earlier": 1, "later": 0, "dropped": 0, "late": 0,
    }  # fmt: skip
    assert kept["timers"][0] == [first.number, "plan", "", "2026-11-19T13:00:00+00:00", "2026-11-19T07:00:00+00:00", "out"]


def test_it_takes_as_many_queries_for_many_as_for_one(house: House, django_assert_num_queries: object) -> None:
    received(house, at=local("2026-11-19 09:00"))
    for _round in range(2):
        with django_assert_num_queries(2):  # type: ignore[operator]
            preview.of_policy(plan_of(6), local("2026-11-19 10:00"))
        three(house)


def gaps_at(house: House, text: str) -> list[Gap]:
    return preview.gaps([(house.branch, calendar_by_id(None, house.branch.zone))], local(text))


def test_the_next_year_is_asked_for_from_december_on(house: House) -> None:
    assert gaps_at(house, "2026-11-30 23:59") == []
    assert gaps_at(house, "2026-12-01 00:01") == [Gap(house.branch, 2027, 0)]
    assert gaps_at(house, "2027-03-01 09:00") == [Gap(house.branch, 2027, 0)]


def test_and_earlier_when_deadlines_reach_into_it(house: House) -> None:
    complaint = received(house, at=local("2026-11-19 09:00"))
    Timer.objects.filter(complaint=complaint, code="update").update(due=local("2027-01-04 17:30"))
    assert gaps_at(house, "2026-11-20 09:00") == [Gap(house.branch, 2027, 1)]


def test_a_calendar_that_counts_as_complete_lacks_no_year(house: House) -> None:
    usual = shipped("Asia/Shanghai")
    assert preview.gaps([(house.branch, dataclasses.replace(usual, loaded=None))], local("2030-12-31 09:00")) == []
