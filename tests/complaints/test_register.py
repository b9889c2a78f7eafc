"""The measure register and the closing page (R27): who sees what, filters, pages, the file, constant queries."""

import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from complaints.models import Complaint, Measure
from complaints.register import Wanted, measures, stand_of
from escalation import clock

from .factories import House, act, at_state

pytestmark = pytest.mark.django_db
PAST = dt.date(2020, 1, 2)


def texts(person: Any, **wanted: Any) -> list[str]:
    return sorted(measure.kind for measure in measures(person, Wanted(**wanted)))


def test_what_stands_where() -> None:
    house = House()
    complaint = at_state("follow_up", house, type=house.type)
    gm = house.fresh("gm")
    assert texts(gm) == ["corrective", "preventive"]
    assert texts(gm, stand="overdue") == []
    Measure.objects.filter(kind="corrective").update(due_on=PAST)
    assert texts(gm, stand="overdue") == ["corrective"]
    first = Measure.objects.get(kind="corrective")
    act("measure_done", complaint, first.owner, measure=first, evidence="单据")
    assert (texts(gm), texts(gm, stand="done"), texts(gm, stand="overdue")) == (["preventive"], ["corrective"], [])
    act("verify", complaint, house.verifier, measure=Measure.objects.get(pk=first.pk), evidence="合格")
    assert (texts(gm, stand="done"), texts(gm, stand="verified"), texts(gm, stand="all")) == (
        [],
        ["corrective"],
        ["corrective", "preventive"],
    )


def test_only_what_one_may_see_and_mine_and_my_departments() -> None:
    house = House()
    at_state("follow_up", house, type=house.type)
    at_state("follow_up", house, type=house.type, confidential=True)
    assert len(texts(house.fresh("gm"))) == 4
    assert len(texts(house.fresh("assistant"))) == 2
    assert texts(house.fresh("stranger")) == []
    assert texts(house.fresh("owner"), mine=True) == ["corrective", "corrective"]
    assert texts(house.fresh("handler"), mine=True) == ["preventive", "preventive"]
    assert len(texts(house.fresh("gm"), department=True)) == 0
    assert len(texts(house.fresh("head"), department=True)) == 4


def test_not_agreed_yet_given_up_and_of_earlier_rounds_are_not_in_it() -> None:
    house = House()
    at_state("review", house)
    withdrawn = at_state("reply", house)
    act("withdraw", withdrawn, house.manager, words="不追究了")
    assert texts(house.fresh("gm"), stand="all") == []


def closed_with_open_preventive(house: House) -> Complaint:
    complaint = at_state("follow_up", house, type=house.type)
    first = Measure.objects.get(complaint=complaint, kind="corrective")
    act("measure_done", complaint, first.owner, measure=first, evidence="单据")
    act("verify", complaint, house.verifier, measure=Measure.objects.get(pk=first.pk), evidence="合格")
    act("record_visit", complaint, house.assistant, means="telephone", satisfied=True, score=5, words="满意")
    act("sign_off", complaint, house.head, words="已归档")
    return act("close", complaint, house.manager, lessons="计数")


def test_a_preventive_measure_goes_on_after_closing(client: Client) -> None:
    house = House()
    complaint = closed_with_open_preventive(house)
    assert texts(house.fresh("gm"), after=True) == ["preventive"]
    client.force_login(house.handler)
    page = client.get("/measures/?mine=on").content.decode()
    measure = Measure.objects.get(complaint=complaint, kind="preventive")
    assert f"/complaints/{complaint.number}/measure-done/?measure={measure.pk}" in page
    act("measure_done", complaint, house.handler, measure=measure, evidence="装好了")
    client.force_login(house.verifier)
    assert f"/complaints/{complaint.number}/verification/" in client.get("/measures/?stand=done").content.decode()
    act("verify", complaint, house.verifier, measure=Measure.objects.get(pk=measure.pk), evidence="停机")
    assert texts(house.fresh("gm"), after=True) == []


def test_the_file_has_what_the_page_shows_on_all_its_pages(client: Client) -> None:
    house = House()
    complaint = at_state("follow_up", house, type=house.type)
    Measure.objects.filter(kind="corrective").update(text="=1+1")
    client.force_login(house.gm)
    answer = client.get("/measures/export.xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:5] == ("Number", "Title", "Kind", "Measure", "Owner")
    assert {row[0] for row in rows[1:]} == {complaint.number}
    assert {row[3] for row in rows[1:]} == {"=1+1", "加装刷具计数器"}
    assert sheet.cell(2, 4).data_type == "s"


@pytest.mark.parametrize("many", [1, 3])
def test_constant_queries(client: Client, many: int) -> None:
    house = House()
    for _ in range(many):
        at_state("follow_up", house, type=house.type)
    client.force_login(house.manager)
    client.get("/measures/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/measures/?stand=all")
    assert len(asked) == 8


def test_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.views.register.PAGE", 1)
    house = House()
    at_state("follow_up", house, type=house.type)
    client.force_login(house.gm)
    first = client.get("/measures/?stand=all").content.decode()
    assert "?stand=all&amp;from=1" in first
    second = client.get("/measures/?stand=all&from=1").content.decode()
    assert ("换货 40 件" in first) != ("换货 40 件" in second)


def test_how_a_measure_stands() -> None:
    today = dt.date(2026, 11, 20)
    measure = Measure(due_on=today)
    assert stand_of(measure, today) == "open"
    assert stand_of(Measure(due_on=PAST), today) == "overdue"
    assert stand_of(Measure(due_on=PAST, done_at=clock.now()), today) == "done"
    assert stand_of(Measure(due_on=PAST, done_at=clock.now(), effective=False), today) == "failed"


# ── the closing page ─────────────────────────────────────────────────────────────────────────────────────────


def test_each_missing_thing_has_its_verb_or_the_name_of_whom_it_waits_for(client: Client) -> None:
    house = House()
    complaint = at_state("follow_up", house, type=house.type)
    client.force_login(house.manager)
    page = client.get(f"/complaints/{complaint.number}/closing/").content.decode()
    assert f"waits for {house.owner}" in page
    assert f"/complaints/{complaint.number}/record-visit/" in page
    assert f"waits for {house.head}" in page
    client.force_login(house.owner)
    mine = client.get(f"/complaints/{complaint.number}/closing/").content.decode()
    assert f"/complaints/{complaint.number}/measure-done/" in mine
    assert f"waits for {house.assistant}" in mine


def test_the_manager_signs_there_and_open_preventive_measures_are_listed(client: Client) -> None:
    house = House()
    complaint = at_state("follow_up", house, type=house.type)
    first = Measure.objects.get(complaint=complaint, kind="corrective")
    act("measure_done", complaint, first.owner, measure=first, evidence="单据")
    act("verify", complaint, house.verifier, measure=Measure.objects.get(pk=first.pk), evidence="合格")
    act("record_visit", complaint, house.assistant, means="telephone", satisfied=True, score=5, words="隔板很好用")
    act("sign_off", complaint, house.head, words="已归档")
    client.force_login(house.manager)
    page = client.get(f"/complaints/{complaint.number}/closing/").content.decode()
    for there in ("Everything is there", "加装刷具计数器", "隔板很好用", 'name="lessons"', 'name="password"', "90 days"):
        assert there in page
    wrong = client.post(
        f"/complaints/{complaint.number}/close/", {"version": Complaint.objects.get(pk=complaint.pk).version, "lessons": ""}
    )
    assert wrong.status_code == 422
    assert "隔板很好用" in wrong.content.decode()


@pytest.mark.parametrize(("columns", "move"), [({"satisfied": False}, "close-dissatisfied"), ({"unreached_at": True}, "close-unreachable")])
def test_the_two_other_ways_of_closing(client: Client, columns: dict[str, Any], move: str) -> None:
    house = House()
    complaint = at_state("follow_up", house, type=house.type)
    given = {name: clock.now() if value is True and name.endswith("_at") else value for name, value in columns.items()}
    Complaint.objects.filter(pk=complaint.pk).update(**given)
    client.force_login(house.manager)
    assert f'action="/complaints/{complaint.number}/{move}/"' in client.get(f"/complaints/{complaint.number}/closing/").content.decode()
