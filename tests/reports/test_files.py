"""The month's files read back: each has the figures of the page to the last digit, words are never formulas, rows by right (R4, R41)."""

import csv
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader

from complaints.export import sheet_name
from complaints.models import Complaint
from reports import files
from reports.figures import FIGURES, Figure, Unit, month
from reports.printed import Signed
from reports.words import DIMENSION_TITLES, per_cent, said

from .test_month_page import at, house, october, on_page  # noqa: F401 - the same month

pytestmark = pytest.mark.django_db


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(io.BytesIO(content))}


def fetched(client: Client, kind: str) -> bytes:
    response = client.get(reverse("month_file", args=["2026-10", kind]))
    assert response.status_code == 200
    return response.content


def pages(content: bytes) -> list[str]:
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]


def test_page_workbook_print_csv_json_and_lists_say_the_same(house: Any, at: Any) -> None:  # noqa: F811
    client = at("manager")
    page = on_page(client.get(reverse("month", args=["2026-10"])).content.decode())
    told = json.loads(fetched(client, "json"))["figures"]
    lines = {line[1]: line for line in csv.reader(io.StringIO(fetched(client, "csv").decode("utf-8-sig"))) if line[0] == "Month"}
    cells = {row[0]: row for row in sheets(fetched(client, "xlsx"))["Figures"]}
    printed = " ".join(pages(fetched(client, "pdf")))
    for figure in FIGURES:
        label, in_json, in_xlsx = str(figure.label), told[figure.name], cells[str(figure.label)]
        count = client.get(reverse("month_list", args=["2026-10", figure.part or figure.name])).context["total"]
        assert f"{label} {page[figure.name]}" in printed
        if figure.unit == Unit.COUNT:
            assert {page[figure.name], str(in_json), lines[label][2], str(in_xlsx[1]), str(count)} == {str(in_json)}
        else:
            number, made_of = in_json[figure.unit], (in_json["part"], in_json["whole"])
            assert page[figure.name] == shown(figure, number) == shown(figure, in_xlsx[1])
            assert made_of == (in_xlsx[2], in_xlsx[3]) == (int(lines[label][3]), int(lines[label][4]))
            assert count == made_of[figure.unit == Unit.MEAN]
            assert (in_xlsx[1], lines[label][2]) == (number, "" if number is None else str(number))


def shown(figure: Figure, number: float | None) -> str:
    if figure.unit == Unit.RATE or number is None:
        return per_cent(number)
    return f"{number:.1f}"


def test_every_other_table_of_the_workbook_is_the_months(house: Any, at: Any) -> None:  # noqa: F811
    found, read = month(october(house)), sheets(fetched(at("manager"), "xlsx"))
    assert read["In time"][1:] == [(str(o.label), o.rate, o.in_time, o.decided, o.late, o.blank) for o in found.on_time]
    times = [(str(o.label), files.in_hours(o.median), files.in_hours(o.p90), o.n) for o in found.times]
    assert read["How long it took"][1:4] == [pytest.approx(row) for row in times]
    for dimension, rows in found.by.items():
        wanted = [
            (r.label, r.count, r.valid, r.closed, r.share, r.running, r.closure_rate, r.on_spot, r.invalid) for r in rows
        ]  # fmt: skip
        assert (dimension, read[sheet_name(str(DIMENSION_TITLES[dimension]))][1:]) == (dimension, wanted)
    steps = found.trend
    assert [row[1:] for row in read["Twelve months"][1:]] == [
        (o.received, o.closed, o.valid, o.valid_closed, o.closure_rate, o.in_time, o.decided, o.on_time) for o in steps.steps
    ]
    assert [row[0] for row in read["Departments by month"][1:]] == [one.label for one in steps.departments]
    assert len(read["Definitions"]) == 1 + len(FIGURES) + 7


@pytest.mark.parametrize("program", ["openpyxl", *(["soffice"] if shutil.which("soffice") else [])])
def test_programs_open_the_workbook(house: Any, at: Any, program: str, tmp_path: Path) -> None:  # noqa: F811
    """Where LibreOffice is on the machine, it opens it too, and finds what was written."""
    book = tmp_path / "month.xlsx"
    book.write_bytes(fetched(at("manager"), "xlsx"))
    if program == "openpyxl":
        assert load_workbook(book)["Figures"]["A1"].value.startswith("Month report 2026-10")
        return
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "csv",
        "--outdir",
        str(tmp_path),
        str(book),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert b"Month report 2026-10" in (tmp_path / "month.csv").read_bytes()


def test_charts_are_native(house: Any, at: Any) -> None:  # noqa: F811
    book = load_workbook(io.BytesIO(fetched(at("manager"), "xlsx")))
    assert [sheet.title for sheet in book if sheet._charts][:1] == ["Type"]
    assert len(book["Twelve months"]._charts) == 1
    assert len(book["Departments by month"].conditional_formatting) == (book["Departments by month"].max_row > 1)


def test_rows_by_right_and_a_line_for_the_others(house: Any, at: Any) -> None:  # noqa: F811
    for who, hidden in (("manager", 0), ("assistant", 1), ("stranger", 4)):
        rows = sheets(fetched(at(who), "xlsx"))["Complaints"][1:]
        last = [rows.pop()[0]] if hidden else []
        assert (who, len(rows), last) == (who, 4 - hidden, [f"and {hidden} you may not open"] if hidden else [])
    rows = sheets(files.content(month(october(house)), "xlsx"))["Complaints"][1:]
    secret = Complaint.objects.get(confidential=True).number
    assert (len(rows), secret in {row[0] for row in rows}) == (4, False)
    assert rows[-1][0] == "and 1 you may not open"


def test_words_are_never_formulas(house: Any, at: Any) -> None:  # noqa: F811
    Complaint.objects.filter(confidential=False).update(title="=cmd|'/c calc'!A1\x01", lot_number="-12")
    book = load_workbook(io.BytesIO(fetched(at("manager"), "xlsx")))
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n", "d", "inlineStr"}
    titles = {row[1].value for row in book["Complaints"].iter_rows(min_row=2)}
    assert "=cmd|'/c calc'!A1" in titles
    assert "=1+1" in {row[0].value for row in book["Customer"].iter_rows(min_row=2)}


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_the_same_data_give_the_same_bytes(house: Any, at: Any, kind: str) -> None:  # noqa: F811
    assert fetched(at("manager"), kind) == fetched(at("manager"), kind)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_print_says_who_signed_or_that_it_is_a_draft(house: Any, at: Any, language: str) -> None:  # noqa: F811
    given = [{"role": "编制", "name": "何雨桐", "at": "2026-11-01 09:10", "meaning": "编制"}]
    with translation.override(language):
        found = month(october(house))
        draft, draft_word = pages(files.content(found, "pdf")), {"en": "Draft", "zh-hans": "草稿"}[language]
        final = pages(files.content(found, "pdf", signed=Signed(given, "渗漏占三成。\n#panic()", "全检", published=True)))
        satisfied = str(found.values["satisfaction"].figure.meaning)
    assert (draft_word in draft[0], draft_word in final[0]) == (True, False)
    assert all(words in " ".join(final) for words in ("何雨桐", "2026-11-01 09:10", "渗漏占三成。", "#panic()", "全检"))
    assert satisfied.replace(" ", "") in draft[-1].replace(" ", "")


def test_the_command_writes_a_file_and_says_what_is_wrong(house: Any, at: Any, tmp_path: Any) -> None:  # noqa: F811
    target = tmp_path / "month.xlsx"
    call_command("month_report", "2026-10", "--branch", house.branch.code, "--format", "xlsx", "--output", str(target))
    assert target.read_bytes() == files.content(month(october(house)), "xlsx")
    pipe = io.TextIOWrapper(io.BytesIO())
    call_command("month_report", "2026-10", "--branch", house.branch.code, "--format", "xlsx", stdout=pipe)
    assert pipe.buffer.getvalue() == target.read_bytes()
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    with pytest.raises(CommandError, match="--output"):
        call_command("month_report", "2026-10", "--branch", house.branch.code, "--format", "pdf", stdout=terminal)


def test_the_page_has_the_numbers_of_its_drawings(house: Any, at: Any) -> None:  # noqa: F811
    context = at("manager").get(reverse("month", args=["2026-10"])).context
    chart, found = context["charts"][0], month(october(house))
    told = [row for row in found.by["type"] if row.set != "type.none"]
    assert [row[:2] for row in chart.rows] == [(row.label, str(row.count)) for row in told]
    last = context["charts"][-1].rows[-1]
    assert last[:3] == ("26-10", said(found.values["received"]), said(found.values["closed"]))
