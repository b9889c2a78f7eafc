"""What ran out and waits for somebody's word: seen by whom, answered one by one or many at once, settled ones in one go."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints import context, escalated
from complaints.models import Complaint
from escalation import clock
from escalation.models import Escalation, TestClock
from escalation.sweep import fire_due
from organisation.models import Deputy, Person

from .factories import House, act, at_state, raised_to, received

pytestmark = pytest.mark.django_db
URL = "/escalations/"
HOUR = dt.timedelta(hours=1)


def move_clock(by: dt.timedelta) -> None:
    TestClock.objects.update_or_create(id=1, defaults={"offset": by})


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def run_out(house: House, number: int = 1) -> list[Complaint]:
    found = [act("submit", received(house, title=f"投诉 {at}"), house.assistant, note="") for at in range(number)]
    move_clock(13 * HOUR)
    fire_due(mail=False)
    return found


def open_for(person: Person) -> int:
    return escalated.counted(person)["unanswered"]


def test_the_gm_sees_what_ran_out_how_late_and_who_held_it(client: Client) -> None:
    house = House()
    (complaint,) = run_out(house)
    client.force_login(house.gm)
    text = text_of(client.get(URL))
    assert "1 complaint waits for your word, the longest for 1:00." in text
    assert complaint.number in text
    assert "1:00 late" in text
    assert "Zhao Qiming has had it longest: 13:00." in text


def test_a_deputy_named_after_it_ran_out_answers_it_as_one(client: Client) -> None:
    house = House()
    (complaint,) = run_out(house)
    deputy = house.person("stranger")
    assert open_for(deputy) == 0
    Deputy.objects.create(absent=house.gm, deputy=deputy, starts_on="2000-01-01", ends_on="2099-12-31", named_by=house.gm)
    deputy = Person.objects.get(pk=deputy.pk)
    assert open_for(deputy) == 1
    client.force_login(deputy)
    answer = client.post(URL, {"n": complaint.number, "instruction": "今天必须有结果"})
    assert (answer.status_code, open_for(house.gm)) == (303, 0)
    event = complaint.events.get(kind="acknowledge_escalation")
    assert (event.actor, event.on_behalf) == (deputy, house.gm)


def test_nobody_else_does(client: Client) -> None:
    house = House()
    run_out(house)
    for office in ("assistant", "stranger", "auditor"):
        client.force_login(house.person(office))
        assert "Nothing waits for your word." in text_of(client.get(URL))


def test_one_is_answered_with_an_instruction_and_stands_in_the_history(client: Client) -> None:
    house = House()
    (complaint,) = run_out(house)
    client.force_login(house.gm)
    path = f"/complaints/{complaint.number}/acknowledge-escalation/"
    answer = client.post(path, {"version": "1", "instruction": "", "back": "escalations"})
    assert (answer.status_code, open_for(house.gm)) == (422, 1)
    answer = client.post(path, {"version": "1", "instruction": "先打电话", "wanted_by": "2099-11-20T13:30", "back": "escalations"})
    assert (answer.status_code, answer["Location"], open_for(house.gm)) == (303, URL, 0)
    row = Escalation.objects.get(complaint=complaint, code="plan", rung=100)
    assert (row.instruction, row.acknowledged_by) == ("先打电话", house.gm)
    assert row.wanted_by == dt.datetime(2099, 11, 20, 5, 30, tzinfo=dt.UTC)
    text = text_of(client.get(URL))
    assert "先打电话" in text
    assert "not done yet" in text
    assert "acknowledged what ran out" in text_of(client.get(f"/complaints/{complaint.number}/"))


def test_many_are_answered_with_one_instruction_each_in_its_own_event(client: Client) -> None:
    house = House()
    found = run_out(house, 3)
    client.force_login(house.gm)
    client.post(URL, {"n": [found[0].number, found[2].number], "instruction": "今天必须有结果"})
    assert [(one.pk, one.settled) for one in escalated.waiting(house.gm)] == [(found[1].pk, False)]
    assert [one.events.filter(kind="acknowledge_escalation").count() for one in found] == [1, 0, 1]


def test_what_waits_has_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.views.escalations.PAGE", 2)
    house = House()
    found = run_out(house, 3)
    client.force_login(house.gm)
    pages = [text_of(client.get(URL + query)) for query in ("", "?from=2", "?from=90", "?from=x")]
    assert [[one.number in page for one in found] for page in pages] == [
        [True, True, False], [False, False, True], [False, False, True], [True, True, False],
    ]  # fmt: skip
    assert ["1–2 of 3" in pages[0], "3–3 of 3" in pages[1]] == [True, True]
    client.post(URL, {"n": found[2].number, "instruction": "今天必须有结果"})
    assert open_for(house.gm) == 2


@pytest.mark.parametrize(("sent", "wrong"), [({"instruction": "做"}, "Tick the complaints"), ({"n": "all", "instruction": ""}, "required")])
def test_without_choice_or_word_nothing_happens(client: Client, sent: dict[str, str], wrong: str) -> None:
    house = House()
    (complaint,) = run_out(house)
    client.force_login(house.gm)
    given = {name: complaint.number if value == "all" else value for name, value in sent.items()}
    answer = client.post(URL, given)
    assert (answer.status_code, open_for(house.gm)) == (422, 1)
    assert wrong in text_of(answer)


def test_only_what_waits_can_be_answered(client: Client) -> None:
    house = House()
    other = act("submit", received(house), house.assistant, note="")
    run_out(house)
    Escalation.objects.filter(complaint=other).update(to=[])
    client.force_login(house.gm)
    assert client.post(URL, {"n": other.number, "instruction": "做"}).status_code == 422


def test_what_settled_meanwhile_is_folded_with_one_key_for_all(client: Client) -> None:
    house = House()
    (complaint,) = run_out(house)
    move_clock(0 * HOUR)
    Escalation.objects.filter(complaint=complaint).exclude(code="plan").update(to=[])
    complaint.timers.filter(code="plan").update(state="stopped", stopped_at=clock.now(), next_at=None, next_rung=None)
    client.force_login(house.gm)
    page = client.get(URL)
    assert "settled since, 1" in text_of(page)
    assert re.findall(r'type="hidden" name="n" value="([^"]+)"', page.content.decode()) == [complaint.number]
    client.post(URL, {"n": complaint.number, "instruction": "Settled meanwhile; noted."})
    assert open_for(house.gm) == 0


def test_what_settled_stands_beside_what_still_runs(client: Client) -> None:
    house = House()
    done, open_ = run_out(house, 2)
    done.timers.filter(state="running").update(state="stopped", stopped_at=clock.now(), next_at=None, next_rung=None)
    client.force_login(house.gm)
    text = text_of(client.get(URL))
    assert "settled since, 1" in text
    assert "1 complaint waits for your word" in text
    assert "Zhao Qiming has had it longest: 13:00." in text
    assert [done.number in text, open_.number in text] == [True, True]


def test_what_is_answered_while_the_page_is_made_is_left_out(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    first, second = run_out(house, 2)
    look = escalated.raised

    def answered_meanwhile(*given: Any) -> Any:
        Escalation.objects.filter(complaint=first).update(acknowledged_at=clock.now())
        return look(*given)

    monkeypatch.setattr(escalated, "raised", answered_meanwhile)
    client.force_login(house.gm)
    answer = client.get(URL)
    assert answer.status_code == 200
    assert [card["complaint"].number for card in answer.context["cards"]] == [second.number]


def test_confidential_ones_only_for_who_may_see_them(client: Client) -> None:
    house = House()
    (complaint,) = run_out(house)
    Escalation.objects.filter(complaint=complaint).update(to=[house.person("stranger").pk])
    assert open_for(house.person("stranger")) == 0


def test_the_form_stands_on_the_ticket_for_whom_it_was_raised_to(client: Client) -> None:
    house = House()
    (complaint,) = run_out(house)
    path = f"/complaints/{complaint.number}/"
    client.force_login(house.gm)
    assert 'id="acknowledge_escalation"' in client.get(path).content.decode()
    client.force_login(house.assistant)
    assert 'id="acknowledge_escalation"' not in client.get(path).content.decode()


def test_the_navigation_counts_them_for_those_it_concerns(client: Client) -> None:
    house = House()
    run_out(house, 2)
    assert context.counts(house.fresh("gm"))["escalations"] == 2
    assert context.counts(house.fresh("assistant"))["escalations"] == 0
    client.force_login(house.assistant)
    assert URL not in client.get("/settings/").content.decode()
    client.force_login(house.gm)
    assert URL in client.get("/settings/").content.decode()


def test_it_costs_the_same_however_many(client: Client) -> None:
    house = House()
    run_out(house, 2)
    client.force_login(house.gm)
    client.get(URL)
    few = _queries(client)
    for _ in range(4):
        raised_to(at_state("action", house), [house.gm])
    assert _queries(client) == few


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(URL)
    return len(asked)
