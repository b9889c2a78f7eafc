"""A department head fetches the month from its page: workbook, print and table have the page's numbers (R41)."""

import csv
import io
import re
from pathlib import Path

from openpyxl import load_workbook
from pypdf import PdfReader

from .conftest import Desks
from .desk import Desk
from .road import HEAD


def fetched(desk: Desk, kind: str) -> bytes:
    """At once: a browser throws away what it downloaded when its profile is closed."""
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name=kind, exact=True).click()
    return Path(download.value.path()).read_bytes()


def test_the_month_is_the_same_in_every_file(desks: Desks) -> None:
    with desks(HEAD, "en") as desk:
        desk.go("/reports/2026-10/")
        rows = desk.page.locator("tr:has([data-figure])").all()
        page = {row.locator("th").inner_text().split("\n")[0]: row.locator("[data-figure]").inner_text() for row in rows}
        csv_file, xlsx, pdf = (fetched(desk, kind) for kind in ("CSV", "XLSX", "PDF"))
    assert len(page) > 10
    in_csv = {line[1]: line[2] for line in csv.reader(csv_file.decode("utf-8-sig").splitlines()) if line[0] == "Month"}
    in_xlsx = {row[0]: row[1] for row in load_workbook(io.BytesIO(xlsx))["Figures"].iter_rows(values_only=True)}
    printed = re.sub(r"\s+", " ", " ".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf)).pages))
    for label, shown in page.items():
        assert f"{label} {shown}" in printed
        assert (label, said(in_csv[label], shown), said(in_xlsx[label], shown)) == (label, shown, shown)


def said(number: object, shown: str) -> str:
    """A number of a file as the page writes it."""
    if number in (None, ""):
        return "–"
    if shown.endswith("%"):
        return f"{round(float(str(number)) * 100, 1):g} %"
    return f"{float(str(number)):.1f}" if "." in shown else str(number)
