"""What a pause would move is reckoned by the branch's own working days."""

import datetime as dt

import pytest

from complaints.pausing import outlook
from escalation import clock
from organisation.models import WorkCalendar

from .factories import House, act, received

pytestmark = pytest.mark.django_db
NOON = [["12:00", "12:45"]]
EVERY_DAY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), NOON)


def test_the_customer_is_taken_to_answer_by_the_end_of_the_branchs_next_working_day() -> None:
    house = House()
    complaint = act("submit", received(house), house.assistant, note="")
    WorkCalendar.objects.create(
        branch=house.branch, version=1, content={"tz": house.branch.zone, "week": EVERY_DAY, "days": {}}, names={}, years=[],
        reason="短班", decided_by=house.administrator, decided_at=clock.now(),
    )  # fmt: skip
    now = clock.now()
    shown = outlook(complaint, now)
    tomorrow = now.astimezone(house.branch.tz).date() + dt.timedelta(days=1)
    assert shown.until.endswith("12:45")
    assert f"{tomorrow:%d}".lstrip("0") in shown.until
    assert shown.stopping == sum(bool(row.then) for row in shown.rows) > 0
