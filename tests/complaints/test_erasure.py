"""Personal data of private complainants goes when its time is over; what is counted stays, and the history still verifies (R11, A35)."""

import datetime as dt
import uuid
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from complaints import erasure, filing
from complaints.models import ArchiveFile, Attachment, Complaint, Contact, Customer, Event, Measure, Passage
from complaints.models.record import TEXT_FIELDS
from complaints.papers import keeping
from complaints.plans import MeasureDraft
from complaints.recording import Recording, record
from complaints.search import query_keys
from complaints.verification import verify_all
from escalation import clock
from organisation.models import Branch, Person

from .factories import ContactFactory, CustomerFactory, House, act, at_state, closed, received, whole_plan

pytestmark = pytest.mark.django_db

MARK = "唐糖糖"
TELEPHONE = "13655554444"
SENTENCE = f"我是{MARK}，请打{TELEPHONE}，我家的接头渗油。"
LATER = dt.timedelta(days=11 * 366)


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def told(house: House) -> Complaint:
    """A private person's complaint, closed, with the marker in every field people write into."""
    customer = CustomerFactory(branch=house.branch, name=MARK, name_en=f"{MARK} en", is_private=True)
    person = {name: f"{MARK} {name}" for name in ("name", "position", "fax", "wechat", "address")}
    contact = ContactFactory(customer=customer, mobile=TELEPHONE, telephone=TELEPHONE, email="tang@example.com", **person)
    behalf = ContactFactory(customer=customer, name=MARK)
    texts = dict.fromkeys(TEXT_FIELDS - erasure.COUNTED - {"grade_reason", "lessons"}, SENTENCE[:60])
    file = filing.store(BytesIO(SENTENCE.encode()), f"{MARK}.txt", by=house.assistant)
    written = {**texts, "words": SENTENCE, "customer": customer, "contact": contact, "on_behalf": behalf, "wants": ["other"]}
    complaint = at_state("confirmation", house, files=[file], grade_reason=SENTENCE, lot_number="L-1", project="三号楼", **written)
    act("acknowledge", complaint, house.assistant, means="telephone", text=SENTENCE)
    act("chase", complaint, house.assistant, means="telephone", words=SENTENCE)
    act("remark", complaint, house.assistant, text=SENTENCE)
    promise = {"text": SENTENCE[:40], "due_on": dt.date(2099, 1, 1)}
    complaint = act("promise", complaint, house.assistant, **promise)
    act("keep_promise", complaint, house.assistant, promise=complaint.promises.get(), text=SENTENCE)
    return finished(house, act("confirm", complaint, house.head, handler=house.handler, note=SENTENCE))


def finished(house: House, complaint: Complaint) -> Complaint:
    """Through plan, review, approval, reply and visit to closed, with the marker wherever somebody writes."""
    kinds = ("corrective", "preventive")
    measures = [MeasureDraft(kind, SENTENCE, house.owner, dt.date(2099, 1, 1)) for kind in kinds]
    plan = whole_plan(house, SENTENCE, measures)
    act("propose", complaint, house.handler, plan=plan)
    act("review_ng", complaint, house.head, reason=SENTENCE)
    again = [MeasureDraft(m.kind, m.text, m.owner, m.due_on, m.pk) for m in Measure.objects.filter(complaint=complaint, round__number=2)]
    act("propose", complaint, house.handler, plan=whole_plan(house, SENTENCE, again))
    act("review_ok", complaint, house.head, note=SENTENCE)
    act("approve", complaint, house.gm, note=SENTENCE)
    act("send_reply", complaint, house.assistant, text=SENTENCE, means="email")
    act("customer_agrees", complaint, house.assistant, words=SENTENCE, means="telephone")
    act("not_reached", complaint, house.assistant, words=SENTENCE, means="telephone")
    act("record_visit", complaint, house.assistant, means="telephone", satisfied=False, score=2, words=SENTENCE)
    return closed(Complaint.objects.get(pk=complaint.pk), house)


def expire(complaint: Complaint) -> dt.datetime:
    """The instant at which nothing of it need be kept."""
    return clock.now() + LATER


def hits(*words: str) -> dict[str, int]:
    """In how many rows of which table one of the words still stands, in whatever column."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE " + " OR ".join(["t::text LIKE %s"] * len(words)), [f"%{w}%" for w in words]
            )
            found[table] = cursor.fetchone()[0]
    return {table: count for table, count in found.items() if count}


def test_the_markers_are_everywhere_before(told: Complaint) -> None:
    """Else the next test would find nothing whatever happened."""
    tables = {"attachment", "complaint", "contact", "customer", "measure", "passage", "promise", "round", "visit", "word"}
    assert {f"complaints_{name}" for name in tables} <= set(hits(MARK))
    assert "complaints_event" not in hits(MARK, TELEPHONE, "tang@")
    assert "complaints_signature" not in hits(MARK, TELEPHONE, "tang@")


def test_afterwards_they_are_nowhere_and_what_is_counted_stays(
    house: House, told: Complaint, root: Path, django_capture_on_commit_callbacks: Any
) -> None:
    counted = ("type_id", "product_id", "customer_id", "grade", "nature", "outcome", "closed_at", "received_at", "satisfied", "lot_number",
               "project", "number", "state", "version", "history_seq", "history_head", "wants", "complainants")  # fmt: skip
    before = Complaint.objects.values(*counted).get(pk=told.pk)
    measures = list(Measure.objects.values("pk", "kind", "owner", "due_on", "done_at", "effective"))
    digests = list(Event.objects.filter(complaint=told).values_list("digest", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        assert erasure.anonymise(told.customer, actor=house.administrator, at=expire(told)) == 1
    written_by_the_factory = ("单据", "抽查合格", "满意", "已归档", "刷具寿命要计数")
    assert hits(MARK, TELEPHONE, "tang@example.com", SENTENCE[:6], *written_by_the_factory) == {}
    assert Complaint.objects.values(*counted).get(pk=told.pk) == before
    assert list(Measure.objects.values("pk", "kind", "owner", "due_on", "done_at", "effective")) == measures
    assert list(Event.objects.filter(complaint=told).values_list("digest", flat=True)) == digests
    assert [path for path in root.rglob("*") if path.is_file()] == []
    assert (Attachment.objects.get().file.name, Attachment.objects.get().sha256 != "") == ("", True)


def test_the_history_still_verifies_and_says_when_it_was_erased(house: House, told: Complaint) -> None:
    at = expire(told)
    erasure.anonymise(told.customer, actor=house.administrator, at=at)
    report = verify_all()
    assert report.bad == []
    assert len(report.erased) == Passage.objects.filter(complaint=told).count() > 20
    house_event = Event.objects.get(complaint=None, kind="erased")
    assert (house_event.actor, house_event.at) == (house.administrator, at)


def test_the_archive_file_goes_too_its_row_says_that_there_was_one(
    house: House, told: Complaint, root: Path, django_capture_on_commit_callbacks: Any
) -> None:
    assert keeping.make_wanted() == 1
    row = ArchiveFile.objects.get(complaint=told)
    with django_capture_on_commit_callbacks(execute=True):
        erasure.anonymise(told.customer, actor=house.administrator, at=expire(told))
    assert (root / row.file.name).exists() is False
    assert ArchiveFile.objects.values_list("file", "sha256").get(complaint=told) == ("", row.sha256)


def test_it_is_still_found_by_what_it_is_counted_by(house: House, told: Complaint) -> None:
    erasure.anonymise(told.customer, actor=house.administrator, at=expire(told))
    for query, found in ((told.number, True), ("L-1", True), ("三号楼", True), (MARK, False), ("渗油", False)):
        assert Complaint.objects.filter(search__contains=query_keys(query), pk=told.pk).exists() is found, query


def test_others_keep_everything(house: House, told: Complaint) -> None:
    other = at_state("closed", house)
    texts = list(Passage.objects.filter(complaint=other).values_list("text", flat=True))
    erasure.anonymise(told.customer, actor=house.administrator, at=expire(told))
    assert Complaint.objects.get(pk=other.pk).words == other.words
    assert list(Passage.objects.filter(complaint=other).values_list("text", flat=True)) == texts
    assert house.customer.contacts.get().mobile == house.contact.mobile


def test_the_customer_is_no_customer_any_more(house: House, told: Complaint) -> None:
    at = expire(told)
    erasure.anonymise(told.customer, actor=house.administrator, at=at)
    customer = Customer.objects.get(pk=told.customer_id)
    assert (customer.name, customer.is_active, customer.anonymised_at) == ("—", False, at)


# ── when it is too early ─────────────────────────────────────────────────────────────────────────────────────


def private(house: House, *, private: bool = True, open_: bool = False) -> Customer:
    customer = CustomerFactory(branch=house.branch, is_private=private)
    complaint = received(house, customer=customer, contact=None, effect="none")
    if not open_:
        act("answer_on_the_spot", complaint, house.manager, explained="已解释", told_at=clock.now())
    return customer


def closed_at(customer: Customer, at: dt.datetime) -> None:
    Complaint.objects.filter(customer=customer).update(closed_at=at)


@pytest.mark.parametrize("why", ["open", "company", "young"])
def test_not_before_its_time_and_then_nothing_goes(house: House, why: str) -> None:
    customer = private(house, private=why != "company", open_=why == "open")
    at = clock.now() + (LATER if why != "young" else dt.timedelta(days=300))
    with pytest.raises(erasure.TooEarly):
        erasure.anonymise(customer, actor=house.administrator, at=at)
    assert not list(erasure.due(house.branch, at))
    assert Passage.objects.filter(erased_at__isnull=False).count() == 0


def test_the_limit_is_a_day_of_the_branch(house: House) -> None:
    Branch.objects.update(retention_years=10)
    house.branch.refresh_from_db()
    now = dt.datetime(2026, 11, 19, 17, tzinfo=dt.UTC)  # already the 20th in Shanghai
    assert erasure.limit(house.branch, now) == dt.datetime(2016, 11, 19, 16, tzinfo=dt.UTC)
    customer = private(house)
    for instant, ready in (
        (dt.datetime(2016, 11, 19, 15, 59, 59, tzinfo=dt.UTC), True),
        (dt.datetime(2016, 11, 19, 16, tzinfo=dt.UTC), False),
    ):
        closed_at(customer, instant)
        assert list(erasure.due(house.branch, now)) == ([customer] if ready else [])


def test_all_complaints_of_a_customer_count(house: House) -> None:
    customer = private(house)
    closed_at(customer, dt.datetime(2010, 1, 1, tzinfo=dt.UTC))
    assert list(erasure.due(house.branch, clock.now())) == [customer]
    received(house, customer=customer, contact=None)
    assert list(erasure.due(house.branch, clock.now())) == []


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────────


def command(*args: str) -> str:
    out = StringIO()
    call_command("anonymise", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def old(house: House) -> Iterator[Customer]:
    customer = private(house)
    closed_at(customer, dt.datetime(2010, 1, 1, tzinfo=dt.UTC))
    return customer


def test_a_dry_run_only_says_whose(house: House, old: Customer) -> None:
    assert command("--by", house.administrator.username, "--dry-run").splitlines() == [old.number, "1 would be made anonymous."]
    assert Customer.objects.get(pk=old.pk).anonymised_at is None


def test_it_is_done_by_an_administrator(house: House, old: Customer) -> None:
    for nobody in (house.manager.username, "nobody"):
        with pytest.raises(CommandError):
            command("--by", nobody)
    assert command("--by", house.administrator.username).splitlines()[-1] == "1 are made anonymous."
    assert Customer.objects.get(pk=old.pk).name == "—"
    assert command("--by", house.administrator.username).splitlines() == ["0 are made anonymous."]


def test_before_a_day_and_of_one_customer(house: House, old: Customer) -> None:
    by = ("--by", house.administrator.username, "--dry-run")
    assert command(*by, "--before", "2010-01-01")[0] == "0"
    assert command(*by, "--before", "2010-01-03").splitlines()[0] == old.number
    assert command(*by, "--customer", old.number.lower()).splitlines()[0] == old.number
    assert command(*by, "--branch", house.branch.code).splitlines()[0] == old.number
    young = private(house)
    with pytest.raises(CommandError):
        command(*by, "--customer", young.number)
    with pytest.raises(CommandError):
        command(*by, "--branch", "nowhere")


def test_a_private_person_typed_at_the_desk_can_be_erased(house: House) -> None:
    """Whatever intake keeps of him is what erasure takes."""
    customer = Customer(branch=house.branch, name=MARK, is_private=True)
    columns = {"customer": customer, "contact": Contact(name=MARK, mobile=TELEPHONE), "about": "服务", "words": SENTENCE, "effect": "none"}
    explained = {"explained": SENTENCE, "told_at": clock.now()}
    person = Person.objects.select_related("branch").get(pk=house.manager.pk)
    complaint = record(Recording(columns, then="answer_on_the_spot", inputs=explained), actor=person, once=uuid.uuid4())
    erasure.anonymise(complaint.customer, actor=house.administrator, at=expire(complaint))
    assert hits(MARK, TELEPHONE) == {}
