"""The sheet of the morning: kept once as it was at the opening, by right, one page; a fresh one whenever asked for."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Complaint
from escalation import clock
from escalation.models import Timer
from organisation.models import WorkCalendar
from reports import morning
from reports.models import MorningSheet
from tests.complaints.factories import House, act, at_state, raised_to, received

pytestmark = pytest.mark.django_db
PAGE, PDF = reverse("morning"), reverse("morning_pdf")
OPENING = dt.datetime(2035, 11, 26, 0, 30, tzinfo=dt.UTC)  # a Monday, 08:30 in Shanghai; ahead, so that nothing runs out by itself


def due(complaint: Complaint, at: dt.datetime) -> None:
    Timer.objects.filter(complaint=complaint, state="running").update(due=at)


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    """One late with an instruction, one due today, one later, a confidential one late."""
    house = House()
    late = act("remark", at_state("action", house), house.handler, text="样品明天到")
    due(late, OPENING - dt.timedelta(hours=16))
    due(at_state("review", house), OPENING + dt.timedelta(hours=3))
    due(at_state("triage", house), OPENING + dt.timedelta(days=3))
    due(received(house, confidential=True), OPENING - dt.timedelta(hours=1))
    monkeypatch.setattr(clock, "now", lambda: OPENING + dt.timedelta(minutes=1))
    return house


@pytest.fixture
def at(house: House, client: Client) -> Any:
    def sign_in(who: str) -> Client:
        client.force_login(getattr(house, who))
        return client

    return sign_in


def test_made_once_when_the_branch_opens(house: House) -> None:
    assert morning.make_due(OPENING - dt.timedelta(minutes=1)) == 0
    assert (morning.make_due(OPENING), morning.make_due(OPENING + dt.timedelta(minutes=1))) == (1, 0)
    assert MorningSheet.objects.get(branch=house.branch).made_at == OPENING
    sunday = OPENING - dt.timedelta(days=1)
    assert morning.opening_of(house.branch, sunday.astimezone(house.branch.tz).date()) is None


def test_what_is_late_what_is_due_today_and_the_last_word(house: House, at: Any) -> None:
    morning.make_due(OPENING)
    parts = at("gm").get(PAGE).context["parts"]
    assert [(part["name"], part["late"], part["today"]) for part in parts] == [("Production 2", 1, 1), ("Not assigned yet", 1, 0)]
    (late, today), (_secret,) = (part["rows"] for part in parts)
    assert (late["late"], late["word"], late["said"].startswith("Gao Yuan"), late["waits"]) == (True, "样品明天到", True, "Gao Yuan")
    assert (today["late"], today["due"], today["waits"]) == (False, "11:30", "Lin Xiaofeng")


def test_everybody_looks_at_what_was_there_then(house: House, at: Any) -> None:
    morning.make_due(OPENING)
    due(at_state("action", house), OPENING - dt.timedelta(hours=1))
    client = at("gm")
    kept, fresh = client.get(PAGE), client.get(PAGE, {"fresh": "1"})
    assert (kept.context["sheet"].late, fresh.context["sheet"].late) == (2, 3)
    assert "made at" in kept.content.decode()
    assert "08:30" in kept.content.decode()
    assert "as it is now" in fresh.content.decode()


def test_an_instruction_is_a_last_word(house: House, at: Any) -> None:
    late = Complaint.objects.get(state="action")
    raised = raised_to(late, [house.gm])
    act("acknowledge_escalation", late, house.gm, escalations=[raised.pk], instruction="今天必须有结果。", wanted_by=None)
    assert at("gm").get(PAGE, {"fresh": "1"}).context["parts"][0]["rows"][0]["word"] == "今天必须有结果。"


def test_rows_are_by_right_and_counts_alike(house: House, at: Any) -> None:
    morning.make_due(OPENING)
    for who, rows, hidden in (("gm", 1, 0), ("management_rep", 0, 1)):
        part = at(who).get(PAGE).context["parts"][1]
        assert (who, part["late"], len(part["rows"]), part["hidden"]) == (who, 1, rows, hidden)


def test_a_head_has_the_departments_part_and_others_none(house: House, at: Any) -> None:
    morning.make_due(OPENING)
    assert [part["name"] for part in at("head").get(PAGE).context["parts"]] == ["Production 2"]
    for who in ("assistant", "handler", "group_approver", "administrator"):
        assert (who, at(who).get(PAGE).status_code, at(who).get(PDF).status_code) == (who, 404, 404)


def test_no_word_is_kept_twice(house: House) -> None:
    morning.make_due(OPENING)
    body = str(MorningSheet.objects.get(branch=house.branch).body)
    assert "样品" not in body
    assert house.product.name not in body


def test_one_page_however_much_there_is(house: House, at: Any) -> None:
    for department in (house.production, house.warehouse, house.quality, house.sales, None):
        for _ in range(6):
            row = received(house, title="装机 40 台试压 16 MPa 时有 7 台从接头根部渗油，拧紧后还渗，客户装配线已停" * 2)
            due(row, OPENING - dt.timedelta(hours=2))
            Complaint.objects.filter(pk=row.pk).update(department=department)
    answer = at("gm").get(PDF, {"fresh": "1"})
    content = b"".join(answer.streaming_content)
    assert (answer["Content-Type"], content[:5]) == ("application/pdf", b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1


def test_a_calendar_of_its_own_opens_when_it_says(house: House) -> None:
    day = OPENING.astimezone(house.branch.tz).date()
    assert morning.opening_of(house.branch, day) == OPENING
    assert WorkCalendar.objects.filter(branch=house.branch).count() == 0


@pytest.mark.parametrize(
    ("wanted", "given"), [([], []), ([1, 1], [1, 1]), ([30, 1], [21, 1]), ([30, 30, 30], [8, 7, 7]), ([9] * 12, [2] * 12)]
)
def test_room_goes_round(wanted: list[int], given: list[int]) -> None:
    assert morning._places(wanted) == given
