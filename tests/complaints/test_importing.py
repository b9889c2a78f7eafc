"""Another register's complaints become ours: history, once, whole or not at all; what is open can be worked on to its end."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.importing import import_register
from complaints.intake import next_number
from complaints.models import (
    Assignment,
    Complaint,
    ComplaintType,
    Contact,
    Counter,
    Customer,
    Event,
    Measure,
    Part,
    Passage,
    Product,
    Round,
    Signature,
    Visit,
    Word,
)
from complaints.registers import Unreadable, load_mapping
from complaints.states import OPEN, State, TypeGroup
from complaints.turns import Turns
from complaints.verification import verify_all
from complaints.worklist import WorkList, task_of

from .factories import PEOPLE, WORDS, CustomerFactory, House, ProductFactory, TypeFactory, act, at_state, closed, inputs_of
from .ledger import Ledger, total, wrong

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
MAPS = Path(__file__).resolve().parents[2] / "complaints" / "register_maps"
WHOLE = [("cfpb", SHARED / "cfpb_2000.csv", 2000), ("nhtsa", SHARED / "nhtsa_vehicle_100.csv", 101)]
REAL = [("cfpb", DATA / "cfpb_20.csv", 20), ("nhtsa", DATA / "nhtsa_20.csv", 20), *(one for one in WHOLE if one[1].exists())]


@pytest.fixture
def house() -> House:
    return House(zone="Asia/Shanghai")


@pytest.fixture
def old(tmp_path: Path, house: House) -> Ledger:
    return Ledger(tmp_path, house.branch)


def only() -> Complaint:
    return Complaint.objects.get()


def said(complaint: Complaint) -> dict[str, Any]:
    """The body of its one event."""
    return json.loads(Event.objects.get(complaint=complaint).body)


def kept(complaint: Complaint) -> str:
    """What the register said that has no place on the record."""
    return Passage.objects.get(complaint=complaint, name="register").text


def rows_of_everything() -> list[int]:
    models = (Complaint, Event, Passage, Customer, Contact, Product, ComplaintType, Round, Assignment, Part, Counter)
    return [model.objects.count() for model in models]


def local(year: int, month: int, day: int, hour: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=dt.timezone(dt.timedelta(hours=8)))


FULL = {
    "No": "TS-2025-031", "Received": "2025-03-04 09:30", "Acknowledged": "2025-03-04 11:00", "Replied": "2025-03-10",
    "Closed": "2025-03-20", "Customer": "云帆重工", "Contact": "采购部", "Telephone": "0571-8888 1234", "Email": "qc@yunfan.example",
    "Product": "HX-40", "Lot": "L2502-0007", "Words": WORDS, "Type": "泄漏", "Bad": "7", "Claim": "1,200.50", "By": "电话",
    "Effect": "stop", "Nature": "重大", "Grade": "A", "Happy": "n", "Timely": "超时", "Remark": "纸质单在档案室",
}  # fmt: skip


# ── the record ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_closed_complaint_comes_in_with_everything_the_register_knew(old: Ledger, house: House) -> None:
    assert old.take({**FULL, "Department": "生产二部", "Handler": house.handler.username}).imported == 1
    one = only()
    assert (one.number, one.number_key, one.imported, one.source_key) == (
        f"{house.branch.prefix}-2503-0001", 25030000001, True, "ledger:TS-2025-031",
    )  # fmt: skip
    assert (one.state, one.outcome, one.closed_at, one.satisfied) == ("closed", "resolved", local(2025, 3, 20), False)
    assert (one.received_at, one.recorded_at) == (local(2025, 3, 4, 9) + dt.timedelta(minutes=30),) * 2
    assert (one.acknowledged_at, one.replied_at, one.last_word_at) == (local(2025, 3, 4, 11), local(2025, 3, 10), local(2025, 3, 10))
    assert (one.valid, one.nature, one.grade, one.criteria) == (True, "major", 2, [])
    assert (one.department, one.handler) == (house.production, house.handler)
    assert (one.customer, one.type, one.product.name, one.customer_reference) == (house.customer, house.type, "HX-40", "TS-2025-031")
    assert (one.contact.name, one.contact.telephone, one.contact.email) == ("采购部", "0571-8888 1234", "qc@yunfan.example")
    assert (one.title, one.about, one.words, one.lot_number) == (
        "HX-40 装机 40 台",
        "HX-40",
        WORDS,
        "L2502-0007",
    )
    assert (one.quantity_affected, one.claim_amount, one.claim_currency) == (Decimal(7), Decimal("1200.5"), "CNY")
    assert (one.channel, one.effect, one.recorded_by, one.received_by) == ("phone", "line", None, None)
    assert len(one.access_code) == 10


def test_history_is_one_event_without_a_word_in_the_clear(old: Ledger) -> None:
    old.take(FULL)
    one = only()
    event = Event.objects.get()
    body = said(one)
    assert (event.kind, event.seq, event.actor, event.at) == ("imported", 1, None, one.state_since)
    assert body["changed"]["grade"] == [None, 2]
    assert body["verdicts"] == {"plan": "late"}
    assert body["register"] == {"source": "ledger", "row": 2}
    assert body["texts"].keys() == {"title", "about", "words", "lot_number", "customer_reference", "register"}
    assert WORDS not in event.body
    assert kept(one) == "Remark: 纸质单在档案室"
    assert [model.objects.count() for model in (Signature, Word, Visit, Round, Measure)] == [0] * 5


def test_the_proof_of_history_holds(old: Ledger, house: House) -> None:
    rows = [
        {"No": state, "State": state, "Replied": "2025-03-05", "Bad": "0.125", "Department": "生产二部"}
        for state in OPEN
        if state != "group_approval"
    ]
    assert old.take(FULL, *rows).imported == len(rows) + 1
    assert verify_all().bad == []


def test_outcomes_say_whether_it_was_valid(old: Ledger) -> None:
    old.take(*({"No": state, "State": state} for state in ("closed:resolved", "closed:invalid", "closed:on_spot", "triage", "reply")))
    found = {one.customer_reference: one.valid for one in Complaint.objects.all()}
    assert found == {"closed:resolved": True, "closed:invalid": False, "closed:on_spot": None, "triage": None, "reply": True}


def test_what_the_register_does_not_say_stays_unsaid(old: Ledger) -> None:
    old.take({"Customer": "", "No": ""})
    one = only()
    blank = (one.customer, one.contact, one.product, one.type, one.closed_at, one.acknowledged_at, one.grade, one.satisfied)
    assert blank == (None,) * 8
    assert (one.channel, one.effect, one.nature, one.about, one.title, one.words) == ("",) * 6
    assert "register" not in said(one)["texts"]
    assert one.source_key.startswith("ledger:")


@pytest.mark.parametrize(
    ("given", "about", "subject"),
    [
        ({"Product": "HX-40", "Project": "二期"}, "HX-40", "product"),
        ({"Project": "二期", "Order": "PO-7"}, "二期", "project"),
        ({"Order": "PO-7"}, "PO-7", "order"),
        ({}, "", "product"),
    ],
)
def test_what_it_is_about(old: Ledger, given: dict[str, str], about: str, subject: str) -> None:
    old.take(given)
    assert (only().about, only().subject) == (about, subject)


def test_a_title_without_words_is_product_and_type(old: Ledger) -> None:
    old.take({"Product": "HX-40", "Type": "包装/外箱破损"})
    assert only().title == "HX-40 包装 › 外箱破损"


def test_a_day_without_time_is_never_before_the_receipt(old: Ledger) -> None:
    old.take({"Received": "2025-03-04 15:00", "Closed": "2025-03-04"})
    assert only().closed_at == only().received_at


def test_confidential_types_make_confidential_complaints(old: Ledger, house: House) -> None:
    TypeFactory(branch=house.branch, name="员工行为", confidential=True)
    old.take({"Type": "员工行为"})
    assert only().confidential is True


def test_it_is_found_by_its_words_and_its_old_number(old: Ledger, house: House) -> None:
    old.take(FULL)
    one = only()
    assert WORDS in one.haystack
    assert "TS-2025-031" in one.haystack
    assert one.search == sorted(set(one.search)) != []


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_numbers_run_by_the_month_of_receipt_without_gaps(old: Ledger, house: House) -> None:
    at = local(2025, 3, 9)
    assert next_number(house.branch, at)[0].endswith("-2503-0001")
    Counter.objects.update(last=0)
    old.take({"No": "1"}, {"No": "2", "Received": "2025-02-01"}, {"No": "3"}, {"No": "4", "State": "follow_up"}, {"No": "5"})
    prefix = house.branch.prefix
    found = dict(Complaint.objects.values_list("customer_reference", "number"))
    assert found == {"1": f"{prefix}-2503-0001", "2": f"{prefix}-2502-0001", "3": f"{prefix}-2503-0002", "5": f"{prefix}-2503-0003"}
    assert next_number(house.branch, at)[0] == f"{prefix}-2503-0004"


def test_the_month_is_the_branchs(old: Ledger, house: House) -> None:
    old.take({"Received": "2025-02-28T17:00:00Z"})
    assert only().number.startswith(f"{house.branch.prefix}-2503-")


def test_the_last_century_sorts_before_this_one(old: Ledger) -> None:
    old.take({"No": "new", "Received": "2001-01-05"}, {"No": "old", "Received": "1999-12-31"})
    assert list(Complaint.objects.order_by("number_key").values_list("customer_reference", flat=True)) == ["old", "new"]


# ── once, and whole or not at all ────────────────────────────────────────────────────────────────────────────


def test_importing_again_changes_nothing(old: Ledger) -> None:
    rows = [FULL, {"No": "", "Words": "没有编号"}, {"No": "3", "Department": "生产二部", "State": "action", "Customer": "海桐电气"}]
    assert old.take(*rows).imported == 3
    before = rows_of_everything()
    heads = list(Complaint.objects.order_by("pk").values_list("number", "version", "history_head"))
    again = old.take(*rows)
    assert (again.imported, again.known, again.refused) == (0, 3, 0)
    assert rows_of_everything() == before
    assert list(Complaint.objects.order_by("pk").values_list("number", "version", "history_head")) == heads


def test_only_what_is_new_is_added(old: Ledger) -> None:
    old.take({"No": "1"})
    step = old.take({"No": "1"}, {"No": "2"})
    assert (step.imported, step.known) == (1, 1)


def test_another_branch_has_its_own(old: Ledger, tmp_path: Path) -> None:
    old.take({"No": "1"})
    assert Ledger(tmp_path, House().branch).take({"No": "1"}).imported == 1


def test_a_dry_run_tells_the_same_and_stores_nothing(old: Ledger) -> None:
    before = rows_of_everything()
    step = old.take(FULL, {"No": "2", "State": "follow_up"}, dry_run=True)
    assert (step.imported, wrong(step)) == (1, [(3, "State", "no_reply")])
    assert rows_of_everything() == before


def test_wrong_rows_are_named_and_the_others_come_in(old: Ledger) -> None:
    step = old.take(
        {"No": "1", "Bad": "viele"}, {"No": "2"}, {"No": "3", "Received": "2025-02-31"}, {"No": "2"}, {"No": "5", "By": "鸽子"}, {"No": "6"}
    )  # fmt: skip
    assert wrong(step) == [(2, "Bad", "not_a_number"), (4, "Received", "not_a_date"), (5, "", "again"), (6, "By", "unknown_value")]
    assert (step.imported, step.refused, step.rows) == (2, 4, 6)
    assert all(fault.reason for fault in step.faults)
    assert list(Complaint.objects.order_by("pk").values_list("customer_reference", flat=True)) == ["2", "6"]


def test_faults_are_told_in_the_order_of_the_rows(old: Ledger) -> None:
    step = old.take({"No": "1", "State": "follow_up"}, {"No": "2", "Bad": "x"}, {"No": "3", "State": "follow_up"})
    assert wrong(step) == [(2, "State", "no_reply"), (3, "Bad", "not_a_number"), (4, "State", "no_reply")]


def test_what_the_database_refuses_is_not_half_stored(old: Ledger) -> None:
    """A row that nobody foresaw, in the middle of a chunk: the others come in, of this one nothing is left, numbers have no gap."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE complaints_complaint ADD CONSTRAINT unforeseen CHECK (customer_reference <> '3')")
    before = rows_of_everything()
    rows = [{"No": str(n), "Customer": f"客户 {n}", "Product": f"P-{n}", "State": "action", "Contact": "采购部"} for n in range(1, 6)]
    step = old.take(*rows)
    assert wrong(step) == [(4, "", "database")]
    assert "unforeseen" in step.faults[0].reason
    after = [now - then for now, then in zip(rows_of_everything(), before, strict=True)]
    assert after == [4, 4, 4 * 3, 4, 4, 4, 0, 4, 0, 0, 1]
    assert not Customer.objects.filter(name="客户 3").exists()
    assert sorted(number[-4:] for number in Complaint.objects.values_list("number", flat=True)) == ["0001", "0002", "0003", "0004"]
    assert verify_all().bad == []


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ({"State": "follow_up"}, "State", "no_reply"),
        ({"State": "group_approval"}, "State", "no_group"),
        ({"Bad": "1234567890123"}, "Bad", "amount"),
        ({"Bad": "1.2345"}, "Bad", "amount"),
        ({"Claim": "0.125"}, "Claim", "amount"),
        ({"Received": "2025-03-04 15:00", "Closed": "2025-03-04 14:00"}, "Closed", "before"),
        ({"Closed": "2025-03-03"}, "Closed", "order"),
        ({"Received": "2099-03-04"}, "Received", "future"),
    ],
)
def test_what_can_be_read_and_yet_not_be_kept(old: Ledger, row: dict[str, str], column: str, code: str) -> None:
    step = old.take(row)
    assert wrong(step) == [(2, column, code)]
    assert Complaint.objects.count() == 0


def test_the_group_is_asked_about_grades_it_sees(tmp_path: Path) -> None:
    old = Ledger(tmp_path, House(in_group=True).branch)
    step = old.take({"No": "1", "State": "group_approval"}, {"No": "2", "State": "group_approval", "Grade": "A"})
    assert (wrong(step), step.imported) == ([(2, "State", "no_grade")], 1)


def test_a_mapping_that_speaks_of_types_the_branch_lacks_is_refused_at_once(tmp_path: Path, house: House) -> None:
    old = Ledger(tmp_path, house.branch, types='"渗漏" = "leak", "破损" = "box"')
    TypeFactory(branch=house.branch, code="leak")
    with pytest.raises(Unreadable) as refused:
        old.take({"Type": "渗漏"})
    assert [(fault.column, fault.code, fault.params) for fault in refused.value.faults] == [("Type", "no_type", {"code": "box"})]


# ── files and dates ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_register_in_gb18030(old: Ledger) -> None:
    old.read(old.write({"No": "1", "Words": "接头渗油，之前批次没有这个问题"}, encoding="gb18030"))
    assert only().words == "接头渗油，之前批次没有这个问题"


def test_a_spreadsheet_with_dates_in_cells(old: Ledger, house: House) -> None:
    at = dt.datetime(2025, 3, 4, 9, 30)  # noqa: DTZ001  # a spreadsheet knows no zones
    path = old.write_sheet({"No": 7, "Received": at, "Closed": dt.date(2025, 3, 20), "Bad": 7.0})
    assert old.read(path).imported == 1
    assert (only().customer_reference, only().received_at.astimezone(house.branch.tz).hour, only().quantity_affected) == ("7", 9, 7)


def test_days_and_months_that_can_be_taken_for_each_other_stop_the_import(old: Ledger) -> None:
    with pytest.raises(Unreadable) as refused:
        old.take({"No": "1", "Received": "3/4/2025"}, {"No": "2", "Received": "5/6/2025"})
    assert [(fault.column, fault.code) for fault in refused.value.faults] == [("Received", "day_or_month")]
    assert Complaint.objects.count() == 0


def test_a_spreadsheet_that_changed_days_and_months_about_is_refused_until_told(old: Ledger, house: House) -> None:
    changed = dt.datetime(2025, 4, 3)  # noqa: DTZ001  # a spreadsheet knows no zones
    rows = [{"No": "1", "Received": changed}, {"No": "2", "Received": "13/4/2025"}]
    path = old.write_sheet(*rows)
    with pytest.raises(Unreadable) as refused:
        old.read(path)
    assert [(fault.column, fault.code) for fault in refused.value.faults] == [("Received", "mixed_cells")]
    assert "13/4/2025" in refused.value.faults[0].reason
    told = old.map.read_text(encoding="utf-8").replace('received = "Received"', 'received = { column = "Received", cells = "swap" }')
    old.map.write_text(told, encoding="utf-8")
    assert old.read(path).imported == 2
    days = [at.astimezone(house.branch.tz).date() for at in Complaint.objects.order_by("pk").values_list("received_at", flat=True)]
    assert days == [dt.date(2025, 3, 4), dt.date(2025, 4, 13)]


# ── what the rows name ───────────────────────────────────────────────────────────────────────────────────────


def test_customers_are_found_by_number_by_name_and_by_english_name(old: Ledger, house: House) -> None:
    same = house.customer
    old.take({"No": "1", "Customer": same.number}, {"No": "2", "Customer": "云帆重工"}, {"No": "3", "Customer": "YUNFAN"})
    assert {one.customer for one in Complaint.objects.select_related("customer")} == {same}
    assert Customer.objects.count() == 1


def test_customers_nobody_knows_are_made_once_and_can_be_found(old: Ledger, house: House) -> None:
    old.take(
        {"No": "1", "Customer": "海桐电气"},
        {"No": "2", "Customer": "东屿汽车部件"},
        {"No": "3", "Customer": "海桐电气", "Contact": "质检部"},
    )
    old.take({"No": "4", "Customer": "青垣轨道"})
    made = Customer.objects.filter(branch=house.branch).exclude(pk=house.customer.pk).order_by("pk")
    assert [(one.number, one.name, one.is_private) for one in made] == [
        ("LEDGER-0001", "海桐电气", False), ("LEDGER-0002", "东屿汽车部件", False), ("LEDGER-0003", "青垣轨道", False),
    ]  # fmt: skip
    for fresh in made:
        stored = list(fresh.search)
        fresh.save()
        assert stored == fresh.search != []


def test_a_number_goes_before_a_name(old: Ledger, house: House) -> None:
    CustomerFactory(branch=house.branch, number="K-8", name=house.customer.number)
    old.take({"Customer": house.customer.number})
    assert only().customer == house.customer


def test_of_two_customers_with_one_name_none_is_meant(old: Ledger, house: House) -> None:
    CustomerFactory(branch=house.branch, number="K-9", name="云帆重工")
    step = old.take({"No": "1"}, {"No": "2", "Customer": "K-9"})
    assert wrong(step) == [(2, "Customer", "several")]
    assert only().customer.number == "K-9"


def test_contacts_are_made_once_with_the_digits_of_their_telephone(old: Ledger, house: House) -> None:
    row = {"Contact": "采购部", "Telephone": "0571-8888 1234", "Email": "QC@yunfan.example"}
    old.take({**row, "No": "1"}, {**row, "No": "2"}, {"No": "3", "Contact": "质检部"}, {"No": "4"})
    old.take({**row, "No": "5", "Email": "Qc@Yunfan.example", "Telephone": "0571 88881234"})
    made = Contact.objects.exclude(pk=house.contact.pk).order_by("pk")
    assert [(one.name, one.digits, one.customer) for one in made] == [
        ("采购部", "057188881234", house.customer),
        ("质检部", "", house.customer),
    ]
    assert list(Complaint.objects.order_by("pk").values_list("contact__name", flat=True)) == ["采购部", "采购部", "质检部", None, "采购部"]


def test_what_is_no_address_stays_among_the_texts(old: Ledger) -> None:
    old.take({"Contact": "采购部", "Email": "采购部 qc@"})
    assert (only().contact.email, kept(only())) == ("", "Email: 采购部 qc@")


def test_people_without_a_customer_are_each_their_own(old: Ledger) -> None:
    old.take({"No": "1", "Customer": "", "Contact": "采购部"}, {"No": "2", "Customer": "", "Contact": "采购部"})
    assert len({one.contact_id for one in Complaint.objects.all()}) == 2


def test_private_persons_are_the_same_when_name_and_telephone_agree(tmp_path: Path, house: House) -> None:
    old = Ledger(tmp_path, house.branch, register="private_customers = true")
    same = {"Customer": "车主", "Telephone": "138 0000 1111"}
    old.take(
        {"No": "1", **same}, {"No": "2", **same}, {"No": "3", "Customer": "车主"}, {"No": "4", "Customer": "车主"},
        {"No": "5", "Customer": "车主", "Telephone": "139 2222 3333"}, {"No": "6", "Customer": "云帆重工"},
    )  # fmt: skip
    old.take({"No": "7", **same}, {"No": "8", "Customer": "车主"})
    persons = dict(Complaint.objects.order_by("pk").values_list("customer_reference", "customer__number"))
    assert persons["1"] == persons["2"] == persons["7"] == "LEDGER-0001"
    assert persons["3"] == persons["4"] == persons["8"] == "LEDGER-0002"
    assert (persons["5"], persons["6"]) == ("LEDGER-0003", "LEDGER-0004")
    assert set(Customer.objects.exclude(pk=house.customer.pk).values_list("is_private", flat=True)) == {True}
    assert Contact.objects.get(customer__number="LEDGER-0001").name == "车主"


def test_products_are_found_or_made(old: Ledger, house: House) -> None:
    ProductFactory(branch=house.branch, code="A-1", name="密封圈")
    ProductFactory(branch=house.branch, code="A-2", name="密封圈")
    long = "减速机 " * 20
    for n, text in enumerate((house.product.code.lower(), house.product.name, "HX-40", long, "密封圈")):
        old.take({"No": str(n), "Product": text})
    codes = Complaint.objects.order_by("pk").values_list("product__code", flat=True)
    assert list(codes) == [house.product.code, house.product.code, "HX-40", "LEDGER-0001", None]
    assert Complaint.objects.get(customer_reference="4").about == "密封圈"


def test_types_by_name_by_the_mappings_code_and_otherwise_as_text(tmp_path: Path, house: House) -> None:
    box = TypeFactory(branch=house.branch, code="box", name="外箱")
    old = Ledger(tmp_path, house.branch, types='"包装/破损" = "box"')
    old.take({"No": "1", "Type": "泄漏"}, {"No": "2", "Type": "包装/破损"}, {"No": "3", "Type": "包装/受潮", "Remark": "旧仓库"})
    first, second, third = Complaint.objects.order_by("pk")
    assert (first.type, second.type, third.type) == (house.type, box, None)
    assert kept(third) == "Type: 包装 › 受潮\nRemark: 旧仓库"
    assert ComplaintType.objects.count() == 2


def test_types_are_made_when_the_mapping_says_so(tmp_path: Path, house: House) -> None:
    old = Ledger(tmp_path, house.branch, register="new_types = true")
    old.take({"No": "1", "Type": "包装/受潮"}, {"No": "2", "Type": "包装/受潮"}, {"No": "3", "Type": "泄漏"})
    old.take({"No": "4", "Type": "包装/受潮"}, {"No": "5", "Type": "色差"})
    made = ComplaintType.objects.exclude(pk=house.type.pk).order_by("pk")
    assert [(one.code, one.name, one.group) for one in made] == [
        ("ledger-0001", "包装 › 受潮", TypeGroup.OTHER), ("ledger-0002", "色差", TypeGroup.OTHER),
    ]  # fmt: skip
    names = Complaint.objects.order_by("pk").values_list("type__name", flat=True)
    assert list(names) == ["包装 › 受潮", "包装 › 受潮", "泄漏", "包装 › 受潮", "色差"]


def test_departments_and_handlers_see_what_was_theirs(old: Ledger, house: House) -> None:
    old.take(
        {"No": "1", "Department": house.production.code, "Handler": "高原"}, {"No": "2", "Department": "Production 2", "State": "triage"},
        {"No": "3", "Department": "三分厂", "Handler": "已离职", "State": "action"},
    )  # fmt: skip
    done, early, lost = Complaint.objects.order_by("pk")
    assert (done.department, done.handler, done.proposed_department) == (house.production, house.handler, None)
    assert (early.department, early.proposed_department) == (None, house.production)
    assert (lost.department, lost.handler, kept(lost)) == (None, None, "Department: 三分厂\nHandler: 已离职")
    assert set(Complaint.objects.visible_to(house.fresh("staff"))) == {done}
    assert set(Complaint.objects.visible_to(house.fresh("handler"))) == {done}


def test_a_handler_sees_it_whatever_department_he_is_in(old: Ledger, house: House) -> None:
    old.take({"Handler": house.owner.username})
    assert list(Complaint.objects.visible_to(house.fresh("owner"))) == [only()]
    assert Part.objects.get().kind == "handler"


def test_nobody_who_left_handles_what_is_open(old: Ledger, house: House) -> None:
    house.handler.is_active = False
    house.handler.save()
    house.production.is_active = False
    house.production.save()
    row = {"Department": "生产二部", "Handler": "高原"}
    old.take({**row, "No": "1"}, {**row, "No": "2", "State": "action"})
    done, open_one = Complaint.objects.order_by("pk")
    assert (done.department, done.handler) == (house.production, house.handler)
    assert (open_one.department, open_one.handler, kept(open_one)) == (None, None, "Department: 生产二部\nHandler: 高原")


# ── working on it ────────────────────────────────────────────────────────────────────────────────────────────

ROAD = ("submit", "judge", "assign", "confirm", "propose", "review_ok", "approve", "group_approve", "send_reply", "customer_agrees")
MAKERS = {
    "submit": "assistant", "judge": "manager", "assign": "manager", "confirm": "head", "propose": "handler", "review_ok": "head",
    "approve": "gm", "group_approve": "group_approver", "send_reply": "assistant", "customer_agrees": "assistant",
}  # fmt: skip
FIRST = {
    "received": 0, "triage": 1, "assignment": 2, "confirmation": 3, "action": 4, "review": 5, "approval": 6, "group_approval": 7,
    "reply": 8, "follow_up": 10,
}  # fmt: skip
JUDGEMENT = {"nature": "general", "criteria": [], "grade": 2, "grade_reason": "按规定", "nature_reason": ""}


def walked(complaint: Complaint, house: House) -> Complaint:
    """To its end, by everybody whose turn it is; whoever is missing is named by the general manager first."""
    changes = {"about": house.product.name, "words": WORDS, "effect": "shipments"}
    if complaint.state == State.RECEIVED:
        act("complete", complaint, house.assistant, changes=changes)
    if FIRST[complaint.state] >= 3:
        handler = house.handler if complaint.state != State.CONFIRMATION else None
        act("reassign_department", complaint, house.gm, department=house.production, handler=handler, reason="旧台账未写明")
    if FIRST[complaint.state] >= 2:
        act("change_type", complaint, house.manager, type=house.type, reason="旧台账未写明")
    if FIRST[complaint.state] >= 2 and complaint.grade is None:
        act("regrade", complaint, house.manager, grade=2, reason="按规定")
    for name in ROAD[FIRST[complaint.state] :]:
        given = inputs_of(name, house, complaint) | (JUDGEMENT if name == "judge" else {})
        given = {"text": "已查明原因", "means": "email"} if name == "send_reply" else given
        complaint = act(name, complaint, house.person(MAKERS[name]), **given)
    return closed(complaint, house)


@pytest.mark.parametrize("state", OPEN)
def test_an_open_complaint_is_worked_on_to_its_end(tmp_path: Path, state: str) -> None:
    house = House(in_group=True, zone="Asia/Shanghai")
    old = Ledger(tmp_path, house.branch)
    assert old.take({"State": state, "Replied": "2025-03-05", "Grade": "A" if state == "group_approval" else ""}).imported == 1
    assert only().state == state
    done = walked(only(), house)
    assert (done.state, done.outcome, done.imported) == ("closed", "resolved", True)
    assert verify_all().bad == []


def test_a_closed_one_is_opened_again_and_goes_the_whole_road(old: Ledger, house: House) -> None:
    old.take({"No": "1", "Product": house.product.code, "Words": WORDS})
    act("reopen", only(), house.manager, reason="又渗油")
    house.branch.in_group = True
    house.branch.save()
    assert walked(only(), house).state == "closed"
    assert verify_all().bad == []


def test_a_reply_before_its_stage_is_a_word_and_no_answer(old: Ledger) -> None:
    old.take({"State": "action", "Replied": "2025-03-05", "Happy": "n"})
    assert (only().replied_at, only().last_word_at, only().satisfied) == (None, local(2025, 3, 5), None)


def test_open_ones_say_whether_the_mapping_lets_time_run(tmp_path: Path, house: House) -> None:
    Ledger(tmp_path, house.branch, register='open_rows = "running"').take({"State": "action"})
    assert said(only())["register"]["open_rows"] == "running"


def test_its_page_says_that_it_was_imported_and_what_the_register_said(old: Ledger, house: House, client: Client) -> None:
    old.take(FULL)
    client.force_login(house.manager)
    page = client.get(f"/complaints/{only().number}/", headers={"accept-language": "en"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "纸质单在档案室" in text
    assert "None" not in text


def test_the_same_house_works_on(old: Ledger, house: House) -> None:
    """What came in and what is recorded from now on share the numbers of a month."""
    old.take({"No": "1"})
    assert at_state("triage", house).number.endswith("-0001")


# ── real registers ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "path", "rows"), REAL, ids=[path.stem for _, path, _ in REAL])
def test_real_registers_come_in_whole(name: str, path: Path, rows: int, house: House) -> None:
    mapping = load_mapping(MAPS / f"{name}.toml")
    step = total(import_register(path, mapping, house.branch))
    assert (step.imported, wrong(step)) == (rows, [])
    assert verify_all().bad == []
    again = total(import_register(path, mapping, house.branch))
    assert (again.known, again.imported) == (rows, 0)


def test_what_the_excerpts_say(house: House) -> None:
    for name in ("cfpb", "nhtsa"):
        total(import_register(DATA / f"{name}_20.csv", load_mapping(MAPS / f"{name}.toml"), house.branch))
    money = Complaint.objects.filter(source_key__startswith="cfpb:")
    assert (money.filter(state="action").count(), money.filter(outcome="resolved").count()) == (2, 18)
    assert sum(said(one).get("verdicts", {}).get("acknowledge") == "late" for one in money) == 3
    cars = Complaint.objects.filter(source_key__startswith="nhtsa:")
    assert set(cars.values_list("state", flat=True)) == {"received"}
    assert cars.get(customer_reference="1").number.startswith(f"{house.branch.prefix}-9501-")


# ── how much it asks ─────────────────────────────────────────────────────────────────────────────────────────


def queries(old: Ledger, first: int, rows: int) -> int:
    names = [{"Customer": f"客户 {n % 7}", "Product": f"P-{n % 5}", "Contact": "采购部", "State": "action"} for n in range(rows)]
    path = old.write(*({**row, "No": str(first + n)} for n, row in enumerate(names)))
    with CaptureQueriesContext(connection) as asked:
        assert old.read(path).imported == rows
    return len(asked)


def test_a_chunk_asks_the_same_however_many_rows_it_has(old: Ledger) -> None:
    queries(old, 0, 40)
    assert queries(old, 1000, 20) == queries(old, 2000, 400)


# ── whose turn it is when the register did not say ───────────────────────────────────────────────────────────

ALONE = [
    ("received", {"Product": "HX-40", "Words": WORDS, "Effect": "stop"}, "assistant: submit", "assistant"),
    ("triage", {}, "manager: judge", "manager"),
    ("assignment", {}, "manager: assign", "manager"),
    ("confirmation", {}, "gm: reassign_department", "gm"),
    ("confirmation", {"Department": "生产二部"}, "head: confirm", "head"),
    ("action", {}, "gm: reassign_department", "gm"),
    ("action", {"Department": "生产二部"}, "head: reassign_handler", "head"),
    ("action", {"Handler": "高原"}, "handler: propose", "handler"),
    ("review", {}, "manager: review_ok", "manager"),
    ("approval", {}, "gm: approve", "gm"),
    ("group_approval", {"Grade": "A"}, "group_approver: group_approve", "group_approver"),
    ("reply", {}, "assistant: send_reply", "assistant"),
    ("follow_up", {}, "assistant: record_visit", "assistant"),
]


OWN_PAGES = {"propose": "plan", "send_reply": "reply"}


def waiting(house: House, complaint: Complaint) -> str:
    """Who has it in his work, and as what."""
    mine = {office: {row.pk: task_of(row).move for row in WorkList(house.fresh(office)).waiting()} for office in PEOPLE}
    return ", ".join(f"{office}: {rows[complaint.pk]}" for office, rows in mine.items() if complaint.pk in rows)


def on_whom(house: House, complaint: Complaint) -> str:
    row = Complaint.objects.for_rows().get(pk=complaint.pk)
    people = Turns([row]).of(row).people
    return ", ".join(office for office in PEOPLE if house.person(office) in people)


@pytest.mark.parametrize(("state", "given", "whose", "turn"), ALONE)
def test_somebody_is_always_asked(tmp_path: Path, client: Client, state: str, given: dict[str, str], whose: str, turn: str) -> None:
    house = House(in_group=True)
    replied = {"Replied": "2025-03-05"} if state == "follow_up" else {}
    Ledger(tmp_path, house.branch).take({"State": state, "Acknowledged": "2025-03-04", **given, **replied})
    assert (waiting(house, only()), on_whom(house, only())) == (whose, turn)
    office, move = whose.split(": ")
    client.force_login(house.person(office))
    page = client.get(f"/complaints/{only().number}/", headers={"accept-language": "en"}).content.decode()
    assert "Your turn" in page
    assert f"/complaints/{only().number}/{OWN_PAGES.get(move, move.replace('_', '-'))}/" in page
    assert "None" not in page


def test_after_the_visit_the_department_is_named_before_its_word(old: Ledger, house: House) -> None:
    old.take({"State": "follow_up", "Acknowledged": "2025-03-04", "Replied": "2025-03-05"})
    act("record_visit", only(), house.assistant, means="telephone", satisfied=True, score=5, words="满意")
    assert (waiting(house, only()), on_whom(house, only())) == ("gm: reassign_department", "gm")
    act("reassign_department", only(), house.gm, department=house.production, handler=house.handler, reason="旧台账未写明")
    assert (waiting(house, only()), on_whom(house, only())) == ("head: sign_off", "head")


def test_it_was_not_asked_back_only_because_it_was_recorded_long_ago(old: Ledger, house: House, client: Client) -> None:
    old.take({"State": "received", "Product": "HX-40"})
    client.force_login(house.assistant)
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "Recorded, not submitted yet" in page
    assert "Asked back" not in page
