"""Templates become the same PDF for the same data; what people wrote stays text, whatever it looks like."""

import datetime as dt
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
import typst
from django.conf import settings
from pypdf import PdfReader

from complaints.documents import engine

from ..uploads.corpus import picture
from .reading import plain, words

AT = dt.datetime(2026, 11, 17, 6, 6, tzinfo=dt.UTC)
FRAME = {
    "house": "岚川精密制造", "house_below": "Lanchuan Precision", "title": "反馈表", "number": "CR-2611-0087", "form": "QR-SA-07",
    "foot": "9c41e7d2", "page": "第 {} 页，共 {} 页", "language": "zh",
}  # fmt: skip
SHOW = '#import "common.typ": *\n#show: body => document-page(data.frame, body)\n#said(data.words)\n'
HOSTILE = (
    '#panic("x") #read("/etc/passwd") #image("../../x.png") $x^2$ *b* _i_ `r` <label> @ref // c /* d */ = H =1+1 [x] ~ -- \\ '
    "<b>b</b> <script>alert(1)</script> {{ settings.SECRET_KEY }} {% now %} &amp; \"q\" 'q' \\u{41} https://x.example/"
)


@pytest.fixture
def show(tmp_path):
    """The PDF of some words, with `more` of a template below them."""

    def made(text, more="", **also):
        template = tmp_path / "show.typ"
        template.write_text(SHOW + more)
        return engine.pdf(template, {"frame": FRAME, "words": text} | also.pop("data", {}), at=AT, **also)

    return made


def test_the_same_data_give_the_same_bytes(show):
    assert show("渗油 Łódź") == show("渗油 Łódź")
    assert show("渗油") != show("渗水")


def test_what_looks_like_markup_is_printed_as_it_was_written(show):
    assert plain(HOSTILE) in words(show(HOSTILE))


def test_text_copied_out_is_what_was_written_in_every_script_of_the_fonts(show):
    text = "岚川精密制造 王喆 Łódź Škoda Győr İstanbul Việt Ελλάδα Привет 0.03–0.06 mm ≥ 16 MPa ± × ℃ “渗油”……"
    assert plain(text) in words(show(text))


def test_a_word_longer_than_the_line_stays_on_the_page_and_whole_in_copied_text(show):
    found = words(show("x" + "a" * 300 + " " + "Ä" * 200 + " " + "0f" * 32))
    assert "x" + "a" * 300 + "Ä" * 200 + "0f" * 32 in found


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("a\x00b\x08\x1b[31mc\x7f\x9b", "ab[31mc"),
        ("a\u202egpj.exe\u2066\u200f\ufeff", "agpj.exe"),
        ("half \ud83d of one", "half  of one"),
        ("one\r\ntwo\rthree\u2028four\ttab", "one\ntwo\nthree\nfour\ttab"),
        ({"a": ["\x01x", {"b": "\ud800y"}], "n": 1, "on": True, "none": None}, {"a": ["x", {"b": "y"}], "n": 1, "on": True, "none": None}),
    ],
)
def test_what_cannot_be_printed_is_left_out(given, printed):
    assert engine.clean(given) == printed


def test_a_text_without_end_is_cut_and_says_so():
    assert engine.clean("长" * 25_000) == "长" * 20_000 + " … [+5000]"


def test_a_document_is_made_to_be_kept_unless_a_character_is_in_no_font(show):
    assert b"pdfaid" in show("渗油")
    assert b"pdfaid" not in show("渗油 👍 𠮷")


def test_a_wrong_template_is_said(show):
    with pytest.raises(typst.TypstError, match="unknown variable"):
        show("x", "#nobody")


def test_nothing_but_the_template_can_be_read(show):
    for path in ("/etc/passwd", "../../../etc/passwd", __file__):
        with pytest.raises(typst.TypstError):
            show("x", f'#read("{path}")')


def test_drawings_and_their_texts_are_in_the_page(show):
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 20"><text x="5" y="15" font-family="Noto Sans SC">帕累托</text></svg>'
    assert "帕累托" in words(show("x", '#drawing("types", width: 60mm)', drawings={"types": svg}))


def test_threads_share_the_fonts_and_mix_nothing_up(show, tmp_path):
    template = tmp_path / "threads.typ"
    template.write_text(SHOW)
    made = lambda number: engine.pdf(template, {"frame": FRAME, "words": f"number {number}."}, at=AT)  # noqa: E731  # one line is enough
    with ThreadPoolExecutor(4) as pool:
        found = [words(content) for content in pool.map(made, range(12))]
    assert [f"number{number}." in text for number, text in enumerate(found)] == [True] * 12


def test_a_process_forked_after_the_first_document_says_so_instead_of_waiting_for_ever(show, monkeypatch):
    show("x")
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with pytest.raises(RuntimeError, match="before this process was forked"):
        show("y")


def test_nothing_is_loaded_by_importing():
    """A parent of workers imports everything; what it loads, its children could not use."""
    code = "from complaints.documents import engine; assert engine._loaded is None"
    assert subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, check=False).returncode == 0


def test_quotation_marks_and_apostrophes_stay_in_copied_text(show):
    text = "他说“渗油” and “it leaks”, it’s bad"
    assert plain(text) in words(show(text))


def test_each_document_has_its_own_pictures(show):
    def sides(size):
        content = show("x", "#photo(0, width: 40mm)", photos=[picture(size=size)])
        return [image.image.size for page in PdfReader(BytesIO(content)).pages for image in page.images]

    assert [sides(size) for size in ((30, 20), (50, 40), (30, 20))] == [[(30, 20)], [(50, 40)], [(30, 20)]]
