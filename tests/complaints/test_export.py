"""The list and my work as files: real dates in the branch's time, text that stays text, both languages, what is chosen and no more."""

import csv
import datetime as dt
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints import export
from complaints.models import Complaint, FileOrder
from organisation.models import Person
from tests.complaints.factories import CustomerFactory, House, act, at_state, received

pytestmark = pytest.mark.django_db

XLSX = reverse("complaint_export", args=["xlsx"])
CSV = reverse("complaint_export", args=["csv"])
MOMENT = dt.datetime(2026, 3, 31, 16, 30, 59, tzinfo=dt.UTC)  # 00:30 of 1 April in Shanghai
MIDNIGHT = dt.datetime.fromisoformat("2026-04-01T00:30")
DUE_AT = dt.datetime.fromisoformat("2026-04-02T00:30")  # a day after the receipt
# What a spreadsheet takes for a formula, and what no XML file may hold.
EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.com";"x")', "\t=1", "http://example.com"]


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def desk(client: Client, house: House) -> Client:
    client.force_login(house.manager)
    return client


def sheet(response: Any) -> Any:
    assert response.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(response.getvalue())).active


def table(response: Any) -> list[dict[str, Any]]:
    head, *rows = sheet(response).iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def lines(response: Any) -> list[dict[str, str]]:
    assert response.status_code == 200
    raw = response.getvalue()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def test_a_row_says_what_the_list_says(desk: Client, house: House) -> None:
    complaint = at_state("review", house, received_at=MOMENT, title="接头渗油", lot_number="L2610-1147", order_number="PO-1", grade=2)
    act("chase", complaint, house.assistant, words="催", means="telephone")
    [row] = table(desk.get(XLSX))
    state_since = Complaint.objects.get().state_since.astimezone(house.branch.tz).replace(tzinfo=None, second=0, microsecond=0)
    assert row == {
        "Number": complaint.number, "Title": "接头渗油", "Customer": "Yunfan", "Product": "HX-32 straight coupling", "Lot": "L2610-1147",
        "Order": "PO-1", "Type": "Leakage", "Channel": "Phone", "Nature": "General", "Grade": 2, "Stage": "Review",
        "Waiting on": "Lin Xiaofeng", "Department": "Production 2", "Handler": "Gao Yuan", "Received": MIDNIGHT,
        "In stage since": state_since, "Due": DUE_AT, "Deadline": "Acknowledge", "Closed": None,
        "Outcome": None, "Chased": 1, "Reopened": 0,
    }  # fmt: skip


def test_in_the_reader_s_language(desk: Client, house: House) -> None:
    received(house)
    Person.objects.update(language="zh-hans")
    [row] = table(desk.get(XLSX))
    assert "云帆重工" in row.values()
    assert "HX-32 液压直通接头" in row.values()


def test_head_frozen_filter_set_and_the_file_named_by_the_branch_s_day(desk: Client, house: House) -> None:
    received(house)
    response = desk.get(XLSX)
    found = sheet(response)
    assert (found.freeze_panes, found.auto_filter.ref) == ("B2", "A1:V2")
    assert found["O2"].is_date
    today = dt.datetime.now(house.branch.tz).date()
    assert response["Content-Disposition"] == f'attachment; filename="complaints-{today}.xlsx"'
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize("text", EVIL)
def test_text_is_never_a_formula_nor_a_link(desk: Client, house: House, text: str) -> None:
    received(house, title=text, order_number=text[:40])
    response = desk.get(XLSX)
    content = response.getvalue()
    [row] = [
        dict(zip(*pair, strict=True)) for pair in [list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))]
    ]
    assert row["Title"] == text
    parts = zipfile.ZipFile(io.BytesIO(content))
    xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "hyperlink" not in xml
    [line] = lines(desk.get(CSV))
    assert line["Title"] == (text if text.startswith("http") else f"'{text}")


def test_signs_that_no_spreadsheet_opens_are_left_out(desk: Client, house: House) -> None:
    complaint = received(house)
    Complaint.objects.filter(pk=complaint.pk).update(title="a\x01b\x0bc\x1f\ufffe😀", order_number="x" * 60)
    assert [row["Title"] for row in table(desk.get(XLSX))] == ["abc😀"]
    assert [row["Title"] for row in lines(desk.get(CSV))] == ["abc😀"]


def test_csv_has_the_same_columns(desk: Client, house: House) -> None:
    received(house, received_at=MOMENT)
    [line], [row] = lines(desk.get(CSV)), table(desk.get(XLSX))
    assert list(line) == list(row)
    assert (line["Received"], line["Number"], line["Chased"]) == ("2026-04-01 00:30", row["Number"], "0")


def test_what_is_filtered_and_in_its_order(desk: Client, house: House) -> None:
    first, second = received(house, title="a"), received(house, title="b")
    at_state("closed", house, title="closed")
    assert [row["Title"] for row in lines(desk.get(CSV, {"sort": "number"}))] == ["a", "b"]
    assert [row["Title"] for row in lines(desk.get(CSV, {"sort": "-number", "tab": "all"}))] == ["closed", "b", "a"]
    assert [row["Title"] for row in lines(desk.get(CSV, {"q": "渗油", "tab": "closed"}))] == ["closed"]
    assert [row["Number"] for row in lines(desk.get(CSV, {"n": [second.number, first.number], "sort": "number"}))] == [
        first.number,
        second.number,
    ]


def test_words_are_looked_for_in_the_text_here_too(desk: Client, house: House) -> None:
    received(house, title="apart", words="接头渗油，加油漏一地")
    received(house, title="together", words="接头渗油漏一地")
    assert [row["Title"] for row in lines(desk.get(CSV, {"q": "渗油漏"}))] == ["together"]


def test_an_empty_list_is_a_file_with_a_head(desk: Client) -> None:
    assert table(desk.get(XLSX)) == []
    assert lines(desk.get(CSV)) == []


def test_too_many_are_ordered_and_not_awaited(desk: Client, house: House, settings: LazySettings) -> None:
    settings.ROWS_AT_ONCE = 1
    received(house)
    assert len(table(desk.get(XLSX))) == 1
    received(house)
    response = desk.get(XLSX, {"tab": "open"})
    assert (response.status_code, response["Location"]) == (302, reverse("ordered_files"))
    assert FileOrder.objects.get().asked == {"what": "complaints", "query": "tab=open"}


def test_my_work_with_what_is_to_do(desk: Client, house: House) -> None:
    at_state("triage", house, title="judge me")
    at_state("action", house, title="not mine")
    response = desk.get(reverse("my_work_export"))
    assert [(row["To do"], row["Title"]) for row in table(response)] == [("Submitted: waits for your judgement", "judge me")]
    assert response["Content-Disposition"].startswith('attachment; filename="my-work-')


def test_other_kinds_of_file_do_not_exist(desk: Client) -> None:
    assert desk.get(reverse("complaint_export", args=["pdf"])).status_code == 404


def test_anonymous_is_said(desk: Client, house: House) -> None:
    received(house, customer=None, contact=None, anonymous=True)
    received(house, customer=CustomerFactory(branch=house.branch, name="青垣轨道", name_en="Qingyuan"))
    assert sorted(row["Customer"] for row in lines(desk.get(CSV))) == ["Anonymous", "Qingyuan"]


@pytest.mark.parametrize("name", ["a/b", "[x]", "'quoted'", "长" * 40, "***"])
def test_sheets_get_names_that_spreadsheets_take(name: str) -> None:
    found = export.sheet_name(name)
    assert 0 < len(found) <= 31
    assert not set(found) & set("[]:*?/\\")
    assert found == found.strip("'")


@pytest.mark.parametrize("many", [1, 3])
def test_a_piece_costs_the_same_for_one_row_and_three(desk: Client, house: House, many: int) -> None:
    for _ in range(many):
        at_state("review", house)
        at_state("follow_up", house)
    ids = list(Complaint.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as asked:
        assert len(list(export.lines(ids))) == 2 * many
    assert len(asked) == 6


def test_a_long_list_comes_in_pieces(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PIECE", 2)
    ids = [received(house).pk for _ in range(5)]
    assert [line.complaint.pk for line in export.lines(ids[::-1])] == ids[::-1]
