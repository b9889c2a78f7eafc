"""The verifier's page (R26): all measures in one sending or one by one, NG, not carried out, files; who may and who never."""

import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from complaints.models import Attachment, Complaint, Event, Measure
from complaints.refusals import BadInput
from complaints.verdicts import Found
from complaints.verification import verify
from escalation.models import Notice, Timer

from .factories import House, act, at_state

pytestmark = pytest.mark.django_db


def world() -> tuple[House, Complaint, list[Measure]]:
    """In follow-up, all measures reported done by their owners."""
    house = House()
    complaint = at_state("follow_up", house, type=house.type)
    for measure in Measure.objects.filter(complaint=complaint):
        act("measure_done", complaint, measure.owner, measure=measure, evidence="单据")
    complaint.refresh_from_db()
    return house, complaint, list(Measure.objects.filter(complaint=complaint).order_by("pk"))


def send(client: Client, house: House, complaint: Complaint, **fields: Any) -> Any:
    client.force_login(house.verifier)
    complaint.refresh_from_db()
    key = {"version": str(complaint.version), "once": str(uuid.uuid4())}
    return client.post(f"/complaints/{complaint.number}/verification/", key | fields)


def says(measure: Measure, works: str, words: str, done: str = "yes") -> dict[str, str]:
    return {f"done_{measure.pk}": done, f"works_{measure.pk}": works, f"words_{measure.pk}": words}


def test_all_in_one_sending_is_one_entry(client: Client) -> None:
    house, complaint, [first, second] = world()
    before = complaint.history_seq
    answer = send(client, house, complaint, **says(first, "works", "抽 20 件合格"), **says(second, "works", "800 孔停机"))
    assert answer.status_code == 303
    complaint.refresh_from_db()
    assert complaint.history_seq == before + 1
    rows = Measure.objects.filter(complaint=complaint).order_by("pk").values_list("effective", "verified_by", "verification")
    assert list(rows) == [(True, house.verifier.pk, "抽 20 件合格"), (True, house.verifier.pk, "800 孔停机")]
    assert verify(complaint).bad == []
    page = client.get(f"/complaints/{complaint.number}/").content.decode()
    assert "800 孔停机" in page


def test_one_by_one_what_cannot_be_told_yet_stays_open(client: Client) -> None:
    house, complaint, [first, second] = world()
    send(client, house, complaint, **says(first, "works", "合格"), **says(second, "later", ""))
    assert list(Measure.objects.order_by("pk").values_list("effective", flat=True)) == [True, None]
    page = client.get(f"/complaints/{complaint.number}/verification/").content.decode()
    assert f"works_{second.pk}" in page
    assert f"works_{first.pk}" not in page
    assert verify(complaint).bad == []


def test_one_that_does_not_work_sends_it_back_and_keeps_the_others(client: Client) -> None:
    house, complaint, [first, second] = world()
    answer = send(client, house, complaint, **says(first, "works", "合格"), **says(second, "fails", "扭矩 9 N·m 拦不住"))
    assert answer.status_code == 303
    complaint.refresh_from_db()
    assert (complaint.state, complaint.round) == ("action", 2)
    assert list(Measure.objects.filter(round__number=1).order_by("pk").values_list("effective", flat=True)) == [True, False]
    assert [m.text for m in Measure.objects.filter(round__number=2)] == [first.text]
    opened = complaint.rounds.get(number=2).opened_because
    assert opened == f"{second.text}: 扭矩 9 N·m 拦不住"
    assert verify(complaint).bad == []


def test_not_carried_out_after_all_is_the_owners_again(client: Client) -> None:
    house, complaint, [first, _second] = world()
    send(client, house, complaint, **says(first, "later", "现场没有新箱", done="no"))
    first.refresh_from_db()
    assert (first.done_at, first.effective, first.evidence) == (None, None, "")
    assert Notice.objects.filter(complaint=complaint, recipient=first.owner, kind="measure", event__kind="verify").exists()
    assert Timer.objects.filter(complaint=complaint, code="measure", subject=str(first.pk), state="running").exists()
    assert verify(complaint).bad == []
    act("measure_done", complaint, first.owner, measure=first, evidence="新箱照片")
    assert verify(complaint).bad == []


def test_files_of_each_measure_become_its_evidence(client: Client) -> None:
    house, complaint, [first, second] = world()
    content = io.BytesIO()
    Image.new("RGB", (2, 2)).save(content, "PNG")
    file = SimpleUploadedFile("gauge.png", content.getvalue(), "image/png")
    send(client, house, complaint, **says(first, "works", "合格"), **says(second, "works", "停机"), **{f"files_{second.pk}": file})
    stored = Attachment.objects.get(complaint=complaint)
    assert (stored.measure, stored.number) == (second, 1)
    assert verify(complaint).bad == []


@pytest.mark.parametrize(("fields", "said"), [({}, "at least one measure"), ({"works": "works", "words": " "}, "Write what was seen")])
def test_what_is_missing_is_said_and_nothing_typed_is_lost(client: Client, fields: dict[str, str], said: str) -> None:
    house, complaint, [first, second] = world()
    given = {f"{name}_{first.pk}": value for name, value in fields.items()} | {f"words_{second.pk}": "写到一半"}
    answer = send(client, house, complaint, **given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "写到一半" in answer.content.decode()
    assert not Event.objects.filter(complaint=complaint, kind="verify").exists()


def test_a_second_sending_is_answered_like_the_first(client: Client) -> None:
    house, complaint, [first, _] = world()
    client.force_login(house.verifier)
    complaint.refresh_from_db()
    given = {"version": str(complaint.version), "once": str(uuid.uuid4()), **says(first, "works", "合格")}
    for _ in range(2):
        assert client.post(f"/complaints/{complaint.number}/verification/", given).status_code == 303
    assert Event.objects.filter(complaint=complaint, kind="verify").count() == 1


def test_somebody_was_faster(client: Client) -> None:
    house, complaint, [first, _] = world()
    old = str(complaint.version)
    act("remark", complaint, house.manager, text="看一下")
    answer = send(client, house, complaint, **says(first, "works", "合格") | {"version": old})
    assert answer.status_code == 409
    assert "合格" in answer.content.decode()


def test_never_the_owner_nor_somebody_of_another_department() -> None:
    house, complaint, [first, _] = world()
    Measure.objects.filter(pk=first.pk).update(owner=house.verifier)
    first.refresh_from_db()
    with pytest.raises(BadInput):
        act("verify", complaint, house.verifier, measure=first, evidence="合格")
    act("verify", complaint, house.manager, measure=first, evidence="合格")  # nobody else of the lead department


def test_a_verdict_of_each_kind_needs_its_move() -> None:
    house, complaint, [first, second] = world()
    with pytest.raises(BadInput):
        act("verify", complaint, house.verifier, verdicts=[Found(first, "fails", "不行")])
    with pytest.raises(BadInput):
        act("not_effective", complaint, house.verifier, reason="不行", verdicts=[Found(second, "works", "行")])


def test_measures_not_done_yet_are_shown_with_owner_and_date(client: Client) -> None:
    house = House()
    complaint = at_state("follow_up", house, type=house.type)
    first, second = Measure.objects.filter(complaint=complaint).order_by("pk")
    act("measure_done", complaint, first.owner, measure=first, evidence="单据")
    client.force_login(house.verifier)
    page = client.get(f"/complaints/{complaint.number}/verification/").content.decode()
    assert second.text in page
    assert house.handler.name_en in page
    assert f"works_{second.pk}" not in page


def test_after_closing_the_page_verifies_and_fails_preventive_measures(client: Client) -> None:
    house = House()
    complaint = at_state("closed", house, type=house.type)
    measure = Measure.objects.get(complaint=complaint, kind="preventive")
    Measure.objects.filter(pk=measure.pk).update(effective=None, verified_at=None, verified_by=None, verification="")
    answer = send(client, house, complaint, **says(measure, "fails", "没停机"))
    assert answer.status_code == 303
    complaint.refresh_from_db()
    assert complaint.state == "closed"
    assert complaint.reopen_asked_at is not None
    client.force_login(house.manager)
    page = client.get("/").content.decode()
    assert "Closed: open again?" in page
    assert f"/complaints/{complaint.number}/reopen/" in page
