import zipfile
from io import BytesIO

import pytest

from complaints.uploads import Refused
from complaints.uploads.office import check_office

from . import corpus

XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


def code_of(content, extension="docx"):
    try:
        return check_office(BytesIO(content), extension)
    except Refused as refused:
        return refused.code


def test_an_ordinary_one_passes():
    pictures = [("word/media/image1.jpeg", corpus.photo()), ("word/embeddings/sheet.xlsx", corpus.office("xlsx"))]
    assert code_of(corpus.office(parts=pictures)) is None


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([("word/vbaProject.bin", b"macro")], "macros"),
        ([("word/run.EXE", b"MZ")], "macros"),
        ([("../../evil.xml", b"<a/>")], "damaged"),
        ([("/etc/passwd", b"root")], "damaged"),
        ([("word/a.xml", XXE)], "damaged"),
        ([("word/a.xml", XXE.encode("utf-16"))], "damaged"),
        ([("word/_rels/a.rels", XXE)], "damaged"),
        ([("word/a.xml", "<a>" + " " * 262_138 + XXE)], "damaged"),
        ([(f"word/{n}.xml", b"") for n in range(1998)], None),
        ([(f"word/{n}.xml", b"") for n in range(1999)], "unpacks_too_large"),
        ([("word/a.bin", bytes(129 * corpus.MB))], "unpacks_too_large"),
    ],
)
def test_harmful_parts(parts, code):
    assert code_of(corpus.office(parts=parts)) == code


def test_the_main_part_decides_what_it_is():
    assert code_of(corpus.office("xlsx"), "docx") == "mismatch"
    assert code_of(corpus.office(types="<Types/>")) == "mismatch"
    assert (
        code_of(corpus.office(types='<Types><Default ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'))
        == "macros"
    )
    assert code_of(corpus.office(types=corpus.BILLION_LAUGHS)) == "damaged"
    assert code_of(corpus.office(types="not xml")) == "damaged"


def test_an_archive_that_is_no_office_file():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "text")
    assert code_of(out.getvalue()) == "archive"


def test_a_flipped_bit_is_noticed():
    content = bytearray(corpus.office(parts=[("word/a.xml", b"<a>" + b"x" * 5000 + b"</a>")], compression=zipfile.ZIP_STORED))
    content[content.index(b"xxxxx") + 2500] ^= 1
    assert code_of(bytes(content)) == "damaged"


def test_a_password_cannot_be_looked_behind():
    content = bytearray(corpus.office())
    content[content.index(b"PK\1\2") + 8] |= 1
    assert code_of(bytes(content)) == "old_office"


@pytest.mark.parametrize("content", [b"PK\3\4", b"PK\3\4" + bytes(100), corpus.office()[:-30]])
def test_a_cut_archive(content):
    assert code_of(content) == "damaged"


def test_bigger_archives_than_we_read():
    content = corpus.office()
    end = content.index(b"PK\5\6")
    assert code_of(content[:end] + b"PK\6\7" + bytes(16) + content[end:]) == "unpacks_too_large"
