"""The form at the desk: what is typed becomes a record, all of it or nothing; nothing typed is lost, nothing is recorded twice."""

import datetime as dt
import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Attachment, Complaint, Contact, Counter, Customer, Draft, Event, Link, Once, Word
from complaints.states import Outcome, State
from organisation.models import Person
from tests.complaints.factories import WORDS, House, at_state, received

pytestmark = pytest.mark.django_db

NEW = reverse("new_complaint")


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def desk(client: Client, house: House) -> Client:
    client.force_login(house.assistant)
    return client


def form(house: House, **fields: Any) -> dict[str, Any]:
    """What the browser sends of a complete form; `fields` on top, None takes one away."""
    sent = {
        "draft": str(uuid.uuid4()),
        "act": "report",
        "channel": "phone",
        "subject": "product",
        "complainants": "1",
        "customer": str(house.customer.pk),
        "customer_text": "云帆重工",
        "about": house.product.name,
        "about_key": f"product:{house.product.pk}",
        "words": WORDS,
        "effect": "shipments",
        "received_at": "2020-11-17T10:41",
        "received_by": str(house.assistant.pk),
    }
    return {name: value for name, value in {**sent, **fields}.items() if value is not None}


def only() -> Complaint:
    return Complaint.objects.get()


def errors(response: Any) -> dict[str, list[str]]:
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_form_has_a_key_in_its_address_so_that_loading_it_anew_finds_the_draft(desk: Client) -> None:
    first = desk.get(NEW, {"tel": "13800000000"})
    assert first.status_code == 302
    address = first["Location"]
    assert address.startswith(f"{NEW}?tel=13800000000&draft=")
    assert desk.get(address).context["draft_key"] == address.rpartition("=")[2]


def test_a_key_that_was_used_is_changed_for_a_new_one(desk: Client, house: House) -> None:
    sent = form(house)
    desk.post(NEW, sent)
    again = desk.get(NEW, {"draft": sent["draft"]})
    assert again.status_code == 302
    assert sent["draft"] not in again["Location"]


def test_who_rings_stands_there_already(desk: Client, house: House) -> None:
    page = desk.get(NEW, {"tel": "138 0000 0000"}, follow=True)
    asked = page.context["form"]
    assert (asked["customer"].value(), asked["contact"].value()) == (str(house.customer.pk), str(house.contact.pk))
    assert asked["telephone"].value() is None
    assert page.context["history"].customer == house.customer


def test_an_unknown_number_is_kept_as_the_contacts(desk: Client) -> None:
    asked = desk.get(NEW, {"tel": "0574 5555 0199"}, follow=True).context["form"]
    assert (asked["customer"].value(), asked["telephone"].value()) == (None, "0574 5555 0199")


@pytest.mark.parametrize("how", ["pk", "number"])
def test_the_customer_is_taken_from_the_address(desk: Client, house: House, how: str) -> None:
    asked = desk.get(NEW, {"customer": getattr(house.customer, how)}, follow=True).context["form"]
    assert asked["customer"].value() == str(house.customer.pk)


def test_a_customer_of_another_branch_is_not(desk: Client) -> None:
    other = House().customer
    assert desk.get(NEW, {"customer": other.pk}, follow=True).context["form"]["customer"].value() is None


# ── recording ────────────────────────────────────────────────────────────────────────────────────────────────


def test_record_and_report_is_one_press(desk: Client, house: House) -> None:
    answer = desk.post(NEW, form(house))
    complaint = only()
    assert (answer.status_code, answer["Location"]) == (303, reverse("recorded", args=[complaint.number]))
    assert complaint.state == State.TRIAGE
    assert (complaint.customer, complaint.product, complaint.words) == (house.customer, house.product, WORDS)
    assert complaint.received_at == dt.datetime(2020, 11, 17, 2, 41, tzinfo=dt.UTC)
    done = [event.kind for event in Event.objects.filter(complaint=complaint).exclude(kind="ran_out")]  # it came in years ago
    assert done == ["received", "submit"]


def test_record_only_leaves_it_with_the_assistants(desk: Client, house: House) -> None:
    desk.post(NEW, form(house, act="record"))
    assert only().state == State.RECEIVED


def test_answered_on_the_spot_closes_it_for_the_manager_to_countersign(desk: Client, house: House) -> None:
    desk.post(NEW, form(house, act="answer", effect="none", explained="现场换了密封圈", told_at="2020-11-17T10:50"))
    complaint = only()
    assert (complaint.state, complaint.outcome, complaint.countersign) == (State.CLOSED, Outcome.ON_SPOT, "waiting")
    word = Word.objects.get(kind="explained")
    assert (word.text, word.at) == ("现场换了密封圈", dt.datetime(2020, 11, 17, 2, 50, tzinfo=dt.UTC))


def test_not_factual_closes_it_too(desk: Client, house: House) -> None:
    desk.post(NEW, form(house, act="reject", effect="none", explained="不是我们的产品", told_at="2020-11-17T10:50"))
    assert (only().outcome, only().valid) == (Outcome.INVALID, False)


def test_answering_needs_what_was_explained_and_says_so_at_the_field(desk: Client, house: House) -> None:
    answer = desk.post(NEW, form(house, act="answer", effect="none", told_at="2020-11-17T10:50"))
    assert (answer.status_code, list(errors(answer))) == (422, ["explained"])
    assert (Complaint.objects.count(), Counter.objects.count(), Once.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("grave", [{"effect": "line"}, {"wants": ["compensation"]}, {"lawsuit": "threatened"}])
def test_what_is_grave_is_not_closed_at_the_desk(desk: Client, house: House, grave: dict[str, Any]) -> None:
    sent = form(house, act="answer", explained="已解释", told_at="2020-11-17T10:50", **{"effect": "none", **grave})
    answer = desk.post(NEW, sent)
    assert (answer.status_code, list(errors(answer))) == (409, ["__all__"])
    assert Complaint.objects.count() == 0
    assert answer.context["form"]["words"].value() == WORDS


def test_a_link_that_cannot_be_made_takes_the_whole_recording_back(desk: Client, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Record, link and submit stand or fall together: the number is given to the next one."""
    other = received(house)
    monkeypatch.setattr("complaints.checks.LinkKind", type("Nothing", (), {"values": []}))
    answer = desk.post(NEW, form(house, link=[other.number], customer="new", customer_text="禾屿农机"))
    assert answer.status_code == 422
    assert list(Complaint.objects.all()) == [other]
    assert (Counter.objects.get().last, Customer.objects.filter(name="禾屿农机").exists()) == (1, False)


def test_four_things_are_required(desk: Client, house: House) -> None:
    nothing = {"customer": None, "customer_text": None, "about": "", "about_key": "", "words": "", "effect": None}
    answer = desk.post(NEW, form(house, **nothing))
    assert answer.status_code == 422
    assert set(errors(answer)) == {"customer_text", "about", "words", "effect"}
    assert re.findall(r'<a href="#id_(\w+?)(?:_0)?">', answer.content.decode()) == ["customer_text", "about", "words", "effect"]


def test_htmx_is_answered_with_the_form_alone(desk: Client, house: House) -> None:
    page = desk.post(NEW, form(house, words=""), headers={"HX-Request": "true"})
    text = page.content.decode()
    assert page.status_code == 422
    assert text.lstrip().startswith("<form")
    assert "</form>" in text
    assert "<html" not in text
    done = desk.post(NEW, form(house), headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == reverse("recorded", args=[only().number])


def test_the_same_form_twice_is_one_complaint(desk: Client, house: House) -> None:
    sent = form(house)
    first, second = desk.post(NEW, sent), desk.post(NEW, sent)
    assert first["Location"] == second["Location"] == reverse("recorded", args=[only().number])


def test_every_field_of_the_form_arrives(desk: Client, house: House) -> None:
    desk.post(
        NEW,
        form(
            house,
            act="record",
            channel="wechat",
            lot_number="L-1",
            quantity_affected="7",
            quantity_delivered="40",
            unit="件",
            order_number="PO-9",
            project="三号线",
            model="HX",
            place="宁波",
            delivered_on="2020-10-11",
            wants=["replacement", "other"],
            wants_other="派人到现场",
            claim_amount="1200.50",
            claim_currency="USD",
            wanted_by="2020-12-01",
            complainants="3",
            acting_together="on",
            lawsuit="threatened",
            exposure="happened",
            authority="threatened",
            samples="yes",
            happened="上周",
            happened_on="2020-11-10",
            happened_before="no",
            type=str(house.type.pk),
            against=str(house.handler.pk),
            complained_about="高工",
            first_handling="先换货",
            title="渗油",
            read_back="on",
            customer_reference="YF-77",
            customer_reference_on="2020-11-16",
        ),
    )
    expected = {
        "channel": "wechat",
        "lot_number": "L-1",
        "quantity_affected": Decimal(7),
        "quantity_delivered": Decimal(40),
        "unit": "件",
        "order_number": "PO-9",
        "project": "三号线",
        "model": "HX",
        "place": "宁波",
        "delivered_on": dt.date(2020, 10, 11),
        "wants": ["replacement", "other"],
        "wants_other": "派人到现场",
        "claim_amount": Decimal("1200.50"),
        "claim_currency": "USD",
        "wanted_by": dt.date(2020, 12, 1),
        "complainants": 3,
        "acting_together": True,
        "lawsuit": "threatened",
        "exposure": "happened",
        "authority": "threatened",
        "samples": "yes",
        "happened": "上周",
        "happened_on": dt.date(2020, 11, 10),
        "happened_before": "no",
        "type": house.type,
        "against": house.handler,
        "complained_about": "高工",
        "first_handling": "先换货",
        "title": "渗油",
        "read_back": True,
        "customer_reference": "YF-77",
        "customer_reference_on": dt.date(2020, 11, 16),
        "received_by": house.assistant,
    }
    complaint = only()
    assert {name: getattr(complaint, name) for name in expected} == expected


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_files_of_the_form_become_numbered_evidence(desk: Client, house: House) -> None:
    files = [attachment(house.assistant, name=f"{n}.txt") for n in (1, 2)]
    desk.post(NEW, form(house, files=[str(file.pk) for file in files]))
    kept = Attachment.objects.filter(complaint=only()).order_by("number").values_list("pk", "number")
    assert list(kept) == [(files[0].pk, 1), (files[1].pk, 2)]


def test_files_of_somebody_else_or_of_another_complaint_are_not_taken(desk: Client, house: House) -> None:
    theirs, old = attachment(house.manager), attachment(house.assistant, complaint=received(house), number=1)
    desk.post(NEW, form(house, files=[str(theirs.pk), str(old.pk)]))
    assert Attachment.objects.filter(complaint=Complaint.objects.latest("pk")).count() == 0
    assert Attachment.objects.get(pk=old.pk).complaint_id == old.complaint_id


def attachment(person: Person, **fields: Any) -> Attachment:
    known = {
        "name": "a.txt",
        "mime": "text/plain",
        "size": 1,
        "sha256": "0" * 64,
        "file": f"00/{uuid.uuid4().hex}",
        "at": dt.datetime.now(dt.UTC),
    }
    return Attachment.objects.create(by=person, **{**known, **fields})


# ── links and chasing ────────────────────────────────────────────────────────────────────────────────────────


def test_similar_ones_are_linked_with_the_recording(desk: Client, house: House) -> None:
    first, second = received(house), received(house)
    desk.post(NEW, form(house, link=[first.number, second.number], **{f"kind-{first.number}": "follows"}))
    new = Complaint.objects.latest("pk")
    assert set(Link.objects.filter(complaint=new).values_list("other", "kind")) == {(first.pk, "follows"), (second.pk, "cause")}
    assert new.state == State.TRIAGE


def test_the_customer_rang_again_about_one_we_have(desk: Client, house: House) -> None:
    known, file = at_state("action", house), attachment(house.assistant)
    key = str(uuid.uuid4())
    Draft.objects.create(key=key, person=house.assistant, saved_at=dt.datetime.now(dt.UTC))
    answer = desk.post(NEW, form(house, act=f"chase:{known.number}", draft=key, words="又渗了", effect=None, files=[str(file.pk)]))
    known.refresh_from_db()
    assert answer["Location"] == reverse("complaint", args=[known.number])
    assert (known.chased, Complaint.objects.count(), Draft.objects.count()) == (1, 1, 0)
    assert Word.objects.get(kind="chased").text == "又渗了"
    assert Attachment.objects.get(pk=file.pk).complaint == known


def test_chasing_twice_with_one_form_counts_once(desk: Client, house: House) -> None:
    known = at_state("action", house)
    sent = form(house, act=f"chase:{known.number}")
    desk.post(NEW, sent)
    desk.post(NEW, sent)
    known.refresh_from_db()
    assert known.chased == 1


def test_a_closed_one_cannot_be_chased_and_what_was_typed_stays(desk: Client, house: House) -> None:
    known = at_state("closed", house)
    answer = desk.post(NEW, form(house, act=f"chase:{known.number}"))
    assert (answer.status_code, answer.context["form"]["words"].value()) == (409, WORDS)


@pytest.mark.parametrize("number", ["CR-2001-0001", "\0", "x" * 500])
def test_one_that_does_not_exist_or_is_not_to_be_seen_cannot_be_chased(desk: Client, house: House, number: str) -> None:
    assert desk.post(NEW, form(house, act=f"chase:{number}")).status_code == 404
    hidden = received(house, confidential=True)
    assert desk.post(NEW, form(house, act=f"chase:{hidden.number}")).status_code == 404


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_employee_records_and_hands_it_to_sales(client: Client, house: House) -> None:
    client.force_login(house.employee)
    page = client.get(NEW, follow=True)
    assert 'value="report"' not in page.content.decode()
    client.post(NEW, form(house, act="record"))
    assert (only().state, only().recorded_by) == (State.RECEIVED, house.employee)


def test_an_employee_cannot_hand_it_on_and_then_nothing_is_stored(client: Client, house: House) -> None:
    client.force_login(house.employee)
    answer = client.post(NEW, form(house, act="report"))
    assert (answer.status_code, Complaint.objects.count()) == (403, 0)
    assert answer.context["form"]["words"].value() == WORDS


def test_who_is_not_signed_in_records_nothing(client: Client, house: House) -> None:
    assert client.get(NEW).status_code == 302
    assert client.post(NEW, form(house)).status_code == 302
    assert Complaint.objects.count() == 0


# ── afterwards ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_number_stands_large_with_the_code_and_what_to_say(desk: Client, house: House) -> None:
    complaint = received(house)
    page = desk.get(reverse("recorded", args=[complaint.number]))
    text = page.content.decode()
    assert f'<p class="read-out-number">{complaint.number}</p>' in text
    assert complaint.access_code in text
    assert page.context["lines"][2] == f"投诉编号：{complaint.number}。" or complaint.number in page.context["lines"][2]
    assert complaint.number in page.context["missing"]


def test_told_on_the_line_acknowledges_it_once(desk: Client, house: House) -> None:
    complaint = received(house)
    url = reverse("recorded", args=[complaint.number])
    sent = {"draft": str(uuid.uuid4())}
    assert desk.post(url, sent)["Location"] == url
    desk.post(url, sent)
    desk.post(url, {"draft": str(uuid.uuid4())})
    word = Word.objects.get(complaint=complaint)
    assert (word.kind, word.means, complaint.number in word.text) == ("acknowledged", "telephone", True)
    assert 'name="draft"' not in desk.get(url).content.decode()


def test_a_confidential_one_shows_its_number_and_code_once(desk: Client, house: House) -> None:
    house.type.confidential = True
    house.type.save()
    answer = desk.post(NEW, form(house, type=str(house.type.pk)))
    complaint = only()
    page = desk.get(answer["Location"])
    assert (page.context["number"], page.context["code"]) == (complaint.number, complaint.access_code)
    text = page.content.decode()
    assert house.customer.name not in text
    assert WORDS[:10] not in text
    assert desk.get(answer["Location"]).status_code == 404


def test_another_confidential_number_is_not_found(desk: Client, house: House) -> None:
    other = received(house, confidential=True, actor=house.manager)
    desk.post(NEW, form(house, type=None))
    assert desk.get(reverse("recorded", args=[other.number])).status_code == 404


def test_an_auditor_reads_it_but_has_nothing_to_tell(client: Client, house: House) -> None:
    complaint = received(house)
    client.force_login(house.auditor)
    url = reverse("recorded", args=[complaint.number])
    assert 'name="draft"' not in client.get(url).content.decode()
    client.post(url, {"draft": str(uuid.uuid4())})
    assert Word.objects.count() == 0


# ── bad input ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "junk",
    [
        {"draft": "x"},
        {"customer": "9" * 40},
        {"customer": "\0"},
        {"about_key": "product:999999999999999999999"},
        {"about_key": "nothing:x"},
        {"lot": "9" * 18},
        {"lot": "x"},
        {"files": ["x", "9" * 30]},
        {"link": ["\0", "x" * 300]},
        {"guess": "9" * 18},
        {"act": "shout"},
        {"contact": "9" * 18},
        {"words": "\0"},
        {"words": "x" * 30_000},
        {"received_at": "soon"},
        {"complainants": "-1"},
        {"channel": "pigeon"},
        {"customer_text": "名" * 500},
        {"about": "物" * 500},
    ],
)
def test_junk_is_an_answer_not_a_crash(desk: Client, house: House, junk: dict[str, Any]) -> None:
    assert desk.post(NEW, form(house, **junk)).status_code in (303, 422)


def test_a_form_never_says_what_only_the_product_says(desk: Client, house: House) -> None:
    """Extra fields are not columns (A4)."""
    desk.post(
        NEW, form(house, act="record", state="closed", grade="1", confidential="on", recorded_by=str(house.manager.pk), access_code="X")
    )
    complaint = only()
    assert (complaint.state, complaint.grade, complaint.confidential, complaint.recorded_by) == (
        State.RECEIVED,
        None,
        False,
        house.assistant,
    )
    assert len(complaint.access_code) == 10


def test_what_was_typed_is_shown_as_text(desk: Client, house: House) -> None:
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    page = desk.post(NEW, form(house, customer=None, customer_text=hostile, about=hostile, about_key="", words=hostile, effect=None))
    text = page.content.decode()
    assert page.status_code == 422
    assert "<script>alert" not in text
    assert "<img src=x" not in text


# ── how much is asked of the database ────────────────────────────────────────────────────────────────────────


def test_the_page_asks_as_much_with_many_similar_ones_as_with_one(
    desk: Client, house: House, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    url = f"{NEW}?customer={house.customer.pk}&draft={uuid.uuid4()}"
    received(house)
    desk.get(url)
    with django_assert_max_num_queries(60) as first:
        desk.get(url)
    for _ in range(4):
        received(house)
    with django_assert_num_queries(len(first)):
        desk.get(url)


def test_contact_is_kept_with_a_new_customer(desk: Client, house: House) -> None:
    desk.post(NEW, form(house, customer="new", customer_text="禾屿农机", contact_text="采购", mobile="139 0000 0001", key_account="on"))
    contact = Contact.objects.get(name="采购")
    assert (contact.customer, contact.digits) == (only().customer, "13900000001")
    assert (only().customer.name, only().customer.number) == ("禾屿农机", f"N-{only().customer.pk:05d}")
    assert only().customer.key_account is False
