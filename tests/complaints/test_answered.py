"""What a round was sent back for, point by point, and where the new one answers it (R19); time left in the head of the pages beside."""

import uuid
from typing import Any

import pytest
from django.test import Client

from complaints.models import Complaint, Event, Round
from complaints.planrows import Answer, answered, points, stored
from complaints.verification import verify
from tests.factories import PASSWORD

from .factories import House, act, at_state, plan_of
from .test_plan_rows import FETCH, sent

REASON = "换刀没对刀是谁都会说的。程序里有没有这一步？\n补三坐标记录。"
POINTS = ["换刀没对刀是谁都会说的。", "程序里有没有这一步？", "补三坐标记录。"]


@pytest.fixture
def house(db: Any) -> House:
    return House()


@pytest.mark.parametrize(
    ("reason", "found"),
    [
        (REASON, POINTS),
        ("“换刀没对刀”不是原因。机床能不能拦？", ["“换刀没对刀”不是原因。", "机床能不能拦？"]),
        ("他说“查过了。”再查一次；补照片", ["他说“查过了。”", "再查一次；", "补照片"]),
        ("1. Which lots?\n2) Gauge record, 0.05 mm.\n- Why did it leave?", ["Which lots?", "Gauge record, 0.05 mm.", "Why did it leave?"]),
        ("That is what happened. What let it run 2.5 minutes short?", ["That is what happened.", "What let it run 2.5 minutes short?"]),
        ("", []),
        ("重写", ["重写"]),
    ],
)  # fmt: skip
def test_a_reason_falls_into_its_points(reason: str, found: list[str]) -> None:
    assert points(reason) == found


def test_each_point_has_its_answer_or_an_empty_one() -> None:
    given = [Answer("cause", "第 4 问"), Answer()]
    assert answered(REASON, stored(given)) == [(POINTS[0], given[0]), (POINTS[1], Answer()), (POINTS[2], Answer())]
    assert [one.is_given for one in given] == [True, False]


def sent_back(house: House) -> Complaint:
    return act("review_ng", at_state("review", house), house.head, reason=REASON)


def answers(*given: tuple[str, str]) -> dict[str, Any]:
    return {"answers": [{"part": part, "text": text} for part, text in given]}


def url(complaint: Complaint, page: str) -> str:
    return f"/complaints/{complaint.number}/{page}/"


def test_the_handler_says_what_answers_each_point_and_the_reviewer_sees_what_is_not(client: Client, house: House) -> None:
    complaint = sent_back(house)
    client.force_login(house.handler)
    page = client.get(url(complaint, "plan")).content.decode()
    assert all(f'<p class="as-written">{point}</p>' in page for point in POINTS)
    given = sent(complaint, answers(("cause", "第 4 问，程序没有这一步"), ("", ""), ("evidence", "")), password=PASSWORD)
    assert client.post(url(complaint, "plan"), given, **FETCH).status_code == 204
    again = client.get(url(complaint, "plan")).context["form"]
    assert [row["part"].value() for _point, row in again.answers] == ["cause", "", "evidence"]
    assert client.post(url(complaint, "propose"), {**given, "once": uuid.uuid4()}).status_code == 303
    client.force_login(house.head)
    shown = client.get(url(complaint, "rounds"))
    assert [(point, one.part, one.is_given) for point, one in shown.context["new"].answers] == [
        (POINTS[0], "cause", True), (POINTS[1], "", False), (POINTS[2], "evidence", True),
    ]  # fmt: skip
    said = shown.content.decode()
    assert "What was asked: is it answered?" in said
    assert said.count("<small>not answered</small>") == 1
    assert verify(Complaint.objects.get(pk=complaint.pk)).bad == []


def test_what_answers_a_point_is_a_passage_and_part_of_what_was_signed(client: Client, house: House) -> None:
    complaint = sent_back(house)
    client.force_login(house.handler)
    client.post(url(complaint, "propose"), sent(complaint, answers(("cause", "程序没有"), ("", ""), ("", "")), password=PASSWORD))
    entry = Event.objects.filter(complaint=complaint, kind="propose").order_by("-seq")[0]
    assert '"answers:0:text"' in entry.body
    assert "程序没有" not in entry.body
    Round.objects.filter(complaint=complaint, number=2).update(answers=[{"part": "cause", "text": "别的"}])
    assert verify(Complaint.objects.get(pk=complaint.pk)).bad != []


def test_the_next_round_begins_without_the_old_answers(client: Client, house: House) -> None:
    complaint = sent_back(house)
    client.force_login(house.handler)
    client.post(url(complaint, "propose"), sent(complaint, answers(("cause", "程序没有"), ("", ""), ("", "")), password=PASSWORD))
    act("review_ng", complaint, house.head, reason="再写")
    assert Round.objects.get(complaint=complaint, number=3).answers == []


def test_a_first_round_asks_for_no_answers(client: Client, house: House) -> None:
    complaint = at_state("action", house)
    client.force_login(house.handler)
    assert "answers-TOTAL_FORMS" not in client.get(url(complaint, "plan")).content.decode()


def test_pages_beside_the_ticket_show_the_first_running_clock_in_their_head(client: Client, house: House) -> None:
    complaint = sent_back(house)
    act("propose", complaint, house.handler, plan=plan_of(house))
    client.force_login(house.head)
    shown = client.get(url(complaint, "rounds"))
    first = shown.context["clocks"].first
    assert (first.face.timer.code, "clock-list" in shown.content.decode()) == ("stage:review", True)
    assert first.face.text in shown.content.decode()
