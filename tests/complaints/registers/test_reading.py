import csv
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from complaints.registers import Fault, Row, Unreadable, identity, load_mapping, read
from complaints.registers.reading import plain_text

SHANGHAI = ZoneInfo("Asia/Shanghai")
MAP = """
[register]
name = "Old register"
source = "old"
keep = ["Remark"]

[columns]
number = { column = "No", optional = true }
received = "Received"
closed = { column = "Closed", optional = true }
customer = "Customer"
words = "Words"
type = { column = "Type", separator = ":", values = { "Quality:Leak" = "leak" } }
quantity_affected = { column = "Bad", optional = true }
channel = { column = "By", optional = true, values = { "tel" = "phone", "e-mail" = "email" } }
satisfied = { column = "Happy", optional = true, values = { "y" = "yes", "n" = "no" } }
grade = { column = "Grade", optional = true, values = { "A" = "2", "B" = "4" } }

[columns.state]
column = "Status"
values = { "done" = "closed:resolved", "void" = "closed:invalid", "open" = "action" }

[verdicts.plan]
column = "Timely"
optional = true
values = { "yes" = "in_time", "no" = "late" }
"""
HEADINGS = ("No", "Received", "Closed", "Customer", "Words", "Type", "Bad", "By", "Happy", "Grade", "Status", "Timely", "Remark")
PLAIN = dict(zip(HEADINGS, ("7", "2026-11-20", "", "Dongyu", "leaks", "Quality:Leak", "", "", "", "", "open", "", ""), strict=True))


@pytest.fixture
def register(tmp_path):
    """Writes a register and reads it: rows and faults."""

    def run(*rows, text=None, name="register.csv", mapping=MAP, encoding="utf-8", **options):
        (tmp_path / "map.toml").write_text(mapping, encoding="utf-8")
        content = csv_of(rows) if text is None else text
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return list(read(tmp_path / name, load_mapping(tmp_path / "map.toml"), SHANGHAI, **options))

    return run


def csv_of(rows, delimiter=","):
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(HEADINGS)
    writer.writerows((PLAIN | row).values() for row in rows)
    return out.getvalue()


def codes(found):
    return [(fault.row, fault.column, fault.code) for fault in found if isinstance(fault, Fault)]


def refusal(register, *rows, **options):
    with pytest.raises(Unreadable) as refused:
        register(*rows, **options)
    assert all(fault.reason for fault in refused.value.faults)
    return [(fault.column, fault.code) for fault in refused.value.faults]


def test_a_row_with_everything(register):
    full = {
        "Closed": "2026-11-25 16:30", "Bad": "1,200.5", "By": "TEL", "Happy": "n", "Grade": "A", "Status": "Done", "Timely": "no",
        "Remark": " seen\r\nby QA ",
    }  # fmt: skip
    assert register(full) == [
        Row(
            row=2,
            number="7",
            received=datetime(2026, 11, 19, 16, tzinfo=UTC),
            closed=datetime(2026, 11, 25, 8, 30, tzinfo=UTC),
            untimed=frozenset({"received"}),
            state="closed",
            outcome="resolved",
            customer="Dongyu",
            words="leaks",
            type=("Quality", "Leak"),
            type_code="leak",
            quantity_affected=Decimal("1200.5"),
            channel="phone",
            satisfied=False,
            grade=2,
            verdicts={"plan": "late"},
            kept=(("Remark", "seen\nby QA"),),
        )
    ]


def test_blank_is_none_where_it_may_be(register):
    [row] = register({"Words": "", "Customer": "", "Type": " "})
    assert (row.words, row.customer, row.type, row.type_code) == ("", "", (), "")
    assert (row.closed, row.quantity_affected, row.channel, row.satisfied, row.grade, row.verdicts) == (None, None, "", None, None, {})


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"Received": ""}, "Received", "blank"),
        ({"Received": "2026-02-30"}, "Received", "not_a_date"),
        ({"Received": "2026-11-22 08:01"}, "Received", "future"),
        ({"Status": ""}, "Status", "blank"),
        ({"Status": "frozen"}, "Status", "unknown_value"),
        ({"By": "pigeon"}, "By", "unknown_value"),
        ({"Timely": "perhaps"}, "Timely", "unknown_value"),
        ({"Bad": "a few"}, "Bad", "not_a_number"),
        ({"Bad": "-3"}, "Bad", "not_a_number"),
        ({"Bad": "1,2"}, "Bad", "not_a_number"),
        ({"No": "1.23457E+11"}, "No", "shortened"),
        ({"Words": "#REF!"}, "Words", "spreadsheet_error"),
        ({"Customer": "x" * 121}, "Customer", "too_long"),
        ({"Closed": "2026-11-19", "Status": "done"}, "Closed", "order"),
        ({"Closed": "2026-11-21"}, "Closed", "not_closed"),
    ],
)
def test_what_is_wrong_with_a_row(register, cells, column, code):
    good = {"No": "8", "Received": "2026-11-22 08:00", "Customer": "x" * 120}
    found = register(cells, good, now=datetime(2026, 11, 22, tzinfo=UTC))
    assert codes(found) == [(2, column, code)]
    assert found[0].reason
    assert [row.number for row in found if isinstance(row, Row)] == ["8"]


def test_all_faults_of_a_row_are_told(register):
    assert codes(register({"Received": "", "Status": "?", "Bad": "?"}, {"No": "8"})) == [
        (2, "Received", "blank"),
        (2, "Bad", "not_a_number"),
        (2, "Status", "unknown_value"),
    ]


def test_closed_on_the_day_it_was_received_is_in_order(register):
    [row] = register({"Received": "2026-11-20 15:00", "Closed": "2026-11-20", "Status": "done"})
    assert row.closed < row.received


def test_the_same_complaint_twice(register):
    found = register({}, {"No": "8"}, {"Words": "leaks again"})
    assert codes(found) == [(4, "", "again")]
    assert found[2].params == {"row": 2}


def test_without_a_number_the_whole_row_is_the_complaint(register):
    found = register({"No": ""}, {"No": "", "Words": "other"}, {"No": ""})
    assert codes(found) == [(4, "", "again")]


def test_an_identity_stays_the_same(register):
    [row] = register({})
    assert identity(row, "old") == "old:7"
    nameless = replace(row, number="")
    assert identity(nameless, "old") == identity(replace(nameless, row=99, untimed=frozenset()), "old")
    assert identity(nameless, "old") != identity(replace(nameless, words="other"), "old")
    assert identity(nameless, "old") != identity(replace(nameless, satisfied=False), "old")
    assert len(identity(nameless, "s" * 200)) <= 120


def test_rows_are_counted_as_a_spreadsheet_counts_them(register):
    found = register({"Words": "two\nlines"}, {"No": "8", "Status": "?"})
    assert codes(found) == [(3, "Status", "unknown_value")]


def test_empty_rows_and_cells_to_the_right_are_nothing(register):
    head, first, second = csv_of([{}, {"No": "8"}]).splitlines()
    found = register(text="\n".join([head, first + ",,", "," * 12, "", second]))
    assert [row.row for row in found] == [2, 5]


def test_ragged_rows_are_faults(register):
    head, first, second = csv_of([{}, {"No": "8"}]).splitlines()
    found = register(text="\n".join([head, first + ",x", second.removesuffix(",")]))
    assert codes(found) == [(2, "", "cells"), (3, "", "cells")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_are_found_out(register, encoding, delimiter):
    text = csv_of([{"Customer": "东屿汽车部件", "Words": "装机 40 台，7 台渗油；拧紧后还渗"}], delimiter)
    assert register(text=text, encoding=encoding)[0].customer == "东屿汽车部件"


def test_an_encoding_nobody_is_sure_of_is_asked_for(register):
    text = csv_of([{"Customer": "Société Générale", "Words": "résumé déjà envoyé"}])
    assert refusal(register, text=text, encoding="cp1252") == [("", "encoding")]
    declared = MAP.replace('source = "old"', 'source = "old"\nencoding = "cp1252"')
    assert register(text=text, encoding="cp1252", mapping=declared)[0].customer == "Société Générale"


def test_headings_may_differ_in_capitals_width_and_spaces(register):
    assert register(text=csv_of([{}]).replace("Customer", " ＣＵＳＴＯＭＥＲ "))[0].customer == "Dongyu"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", [("", "no_header")]),
        (csv_of([{}]).replace("Customer", "Client"), [("Customer", "no_column")]),
        (csv_of([{}]).replace("Remark", "customer"), [("Customer", "twice"), ("Remark", "no_column")]),
        (b"\xff\xfe\x00", [("", "encoding")]),
        (csv_of([{"Words": "x" * 200_000}]), [("", "file")]),
    ],
)
def test_a_register_that_cannot_be_read(register, text, faults):
    assert refusal(register, text=text) == faults


def test_unclear_columns_of_dates_are_refused_before_the_first_row(register):
    rows = [{"Received": "3/4/2026", "Closed": "5/6/26", "Status": "done"}]
    assert refusal(register, *rows) == [("Received", "day_or_month"), ("Closed", "short_year")]
    told = MAP.replace('received = "Received"', 'received = { column = "Received", date = "%d/%m/%Y" }').replace(
        'closed = { column = "Closed",', 'closed = { column = "Closed", date = "%d/%m/%y",'
    )
    [row] = register(*rows, mapping=told)
    assert (row.received, row.closed) == (datetime(2026, 4, 2, 16, tzinfo=UTC), datetime(2026, 6, 4, 16, tzinfo=UTC))


def test_a_date_and_a_time_in_two_columns(register):
    told = MAP.replace('received = "Received"', 'received = { columns = ["Received", "Remark"] }')
    [row] = register({"Remark": "08:30"}, mapping=told)
    assert (row.received, row.untimed) == (datetime(2026, 11, 20, 0, 30, tzinfo=UTC), frozenset())


def test_the_mapping_names_the_zone_and_what_is_blank(register):
    told = MAP.replace('source = "old"', 'source = "old"\nzone = "America/New_York"\nblank = ["N/A"]')
    [row] = register({"Bad": "n/a", "Customer": "N/A"}, mapping=told)
    assert (row.received, row.customer, row.quantity_affected) == (datetime(2026, 11, 20, 5, tzinfo=UTC), "", None)


def test_constants(register):
    told = MAP.replace("[verdicts.plan]", '[constants]\nplace = "Ningbo"\nnature = "general"\n\n[verdicts.plan]')
    [row] = register({}, mapping=told)
    assert (row.place, row.nature) == ("Ningbo", "general")


@pytest.fixture
def sheet(register, tmp_path):
    def run(*rows, headings=HEADINGS, before=0, mapping=MAP):
        book = Workbook()
        page = book.active
        for _ in range(before):
            page.append(["客户投诉台账"])
        page.append(headings)
        for row in rows:
            page.append(list((PLAIN | row).values()))
        book.save(tmp_path / "made.xlsx")
        return register(text=(tmp_path / "made.xlsx").read_bytes(), name="register.xlsx", mapping=mapping)

    return run


def test_a_spreadsheet(sheet):
    cells = {"No": 2216206, "Received": datetime(2026, 11, 20, 8, 30), "Bad": 3.5, "Closed": date(2026, 11, 21), "Status": "done"}  # noqa: DTZ001  # as a sheet has it
    [row] = sheet(cells)
    assert (row.number, row.quantity_affected) == ("2216206", Decimal("3.5"))
    assert (row.received, row.closed) == (datetime(2026, 11, 20, 0, 30, tzinfo=UTC), datetime(2026, 11, 20, 16, tzinfo=UTC))
    assert row.untimed == {"closed"}


def test_a_spreadsheet_that_has_changed_days_about_is_refused(sheet):
    mixed = [{"Received": datetime(2026, 4, 3)}, {"No": "8", "Received": "13/04/2026"}]  # noqa: DTZ001  # as a sheet has it
    with pytest.raises(Unreadable) as refused:
        sheet(*mixed)
    assert [(fault.column, fault.code) for fault in refused.value.faults] == [("Received", "mixed_cells")]
    told = MAP.replace('received = "Received"', 'received = { column = "Received", date = "%d/%m/%Y", cells = "swap" }')
    assert [row.received for row in sheet(*mixed, mapping=told)] == [
        datetime(2026, 3, 3, 16, tzinfo=UTC),
        datetime(2026, 4, 12, 16, tzinfo=UTC),
    ]


def test_headings_further_down_and_errors_in_cells(sheet):
    found = sheet({}, {"No": "8", "Customer": "#N/A"}, before=2, mapping=MAP.replace('source = "old"', 'source = "old"\nheader = 3'))
    assert [each.row for each in found] == [4, 5]
    assert codes(found) == [(5, "Customer", "spreadsheet_error")]


@pytest.mark.parametrize("content", [b"", b"PK\3\4 no archive", b"words"])
def test_what_is_no_spreadsheet(register, content):
    assert refusal(register, text=content, name="register.xlsx") == [("", "file")]


def test_a_sheet_that_is_not_there(sheet):
    with pytest.raises(Unreadable, match="file"):
        sheet({}, mapping=MAP.replace('source = "old"', 'source = "old"\nsheet = "2025"'))


def test_control_characters_never_reach_the_database():
    assert plain_text("a\0b\x1bc\ud800 ") == "abc?"


@given(st.lists(st.text(max_size=12), min_size=13, max_size=13))
def test_any_row_is_taken_or_refused(tmp_path_factory, cells):
    folder = tmp_path_factory.mktemp("any")
    (folder / "map.toml").write_text(MAP, encoding="utf-8")
    text = csv_of([{}, dict(zip(HEADINGS, cells, strict=True))])
    (folder / "any.csv").write_bytes(text.encode("utf-8", "replace"))
    try:
        found = list(read(folder / "any.csv", load_mapping(folder / "map.toml"), SHANGHAI))
    except Unreadable as refused:
        found = list(refused.faults)
    assert all(isinstance(each, Row) or each.reason for each in found)


@dataclass(frozen=True)
class LaterRow(Row):
    """What a row may be in a release to come."""

    colour: str = ""


def test_a_field_that_a_later_release_knows_changes_no_identity(register):
    [row] = register({"No": ""})
    assert identity(LaterRow(**asdict(row)), "old") == identity(row, "old")
    assert identity(LaterRow(**asdict(row) | {"colour": "red"}), "old") != identity(row, "old")
