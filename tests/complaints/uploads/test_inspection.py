import json
import os
import random
import subprocess
import sys
import time
from io import BytesIO

import pytest

from complaints.uploads import Refused, inspect

from . import corpus
from .corpus import LIMITS, MB


def take(name, content, **limits):
    return inspect(name, BytesIO(content), **{**LIMITS, **limits})


def refusal(name, content, **limits):
    with pytest.raises(Refused) as refused:
        take(name, content, **limits)
    assert str(refused.value)
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "content", "kind", "stored", "mime"),
    [
        ("photo.JPG", corpus.photo(), "picture", "photo.jpg", "image/jpeg"),
        ("photo.jpeg", corpus.photo(), "picture", "photo.jpg", "image/jpeg"),
        ("screenshot.png", corpus.picture("PNG"), "picture", "screenshot.png", "image/png"),
        ("微信图片_20261120.jpg", corpus.picture("PNG"), "picture", "微信图片_20261120.png", "image/png"),
        ("a.webp", corpus.picture("WEBP"), "picture", "a.jpg", "image/jpeg"),
        ("a.webp", corpus.picture("WEBP", mode="RGBA", color=(255, 0, 0, 9)), "picture", "a.png", "image/png"),
        ("a.gif", corpus.gif(3), "picture", "a.png", "image/png"),
        ("image", corpus.picture("PNG"), "picture", "image.png", "image/png"),
        ("fax.tif", corpus.pages(3), "fax", "fax.tif", "image/tiff"),
        ("8D.pdf", corpus.PDF, "pdf", "8D.pdf", "application/pdf"),
        ("note.txt", "试压 16 MPa 渗油".encode(), "text", "note.txt", "text/plain"),
        ("note.txt", "试压 16 MPa 渗油".encode("gb18030"), "text", "note.txt", "text/plain"),
        ("list.csv", b"lot;bad\r\nL2610-1147;7\r\n", "text", "list.csv", "text/csv"),
        ("mail.eml", corpus.MAIL, "mail", "mail.eml", "message/rfc822"),
        ("a.docx", corpus.office("docx"), "office", "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.XLSX", corpus.office("xlsx"), "office", "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.pptx", corpus.office("pptx"), "office", "a.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ],
)
def test_taken(name, content, kind, stored, mime):
    accepted = take(name, content)
    assert (accepted.kind, accepted.name, accepted.mime) == (kind, stored, mime)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.gif", corpus.gif),
        ("a.png", lambda frames: corpus.moving("PNG", frames)),
        ("a.webp", lambda frames: corpus.moving("WEBP", frames)),
    ],
)
def test_pictures_that_move_for_a_while(name, make):
    assert take(name, make(200)).kind == "picture"
    assert refusal(name, make(201)) == "too_many_frames"


def test_what_is_known_of_a_picture_and_a_fax():
    photo, fax = take("a.jpg", corpus.photo((64, 48))), take("fax.tiff", corpus.pages(20, (80, 100)))
    assert (photo.width, photo.height, photo.extension) == (64, 48, "jpg")
    assert (fax.width, fax.height, fax.pages) == (80, 100, 20)


@pytest.mark.parametrize(
    ("content", "charset"), [("ä渗".encode(), "utf-8"), ("渗油".encode("gb18030"), "gb18030"), (b"\xef\xbb\xbfa", "utf-8-sig")]
)
def test_the_charset_of_a_text(content, charset):
    assert take("a.txt", content).charset == charset


def test_the_file_is_left_at_its_beginning():
    for name, content in (("a.jpg", corpus.photo()), ("a.txt", b"text"), ("a.docx", corpus.office()), ("a.tif", corpus.pages(2))):
        file = BytesIO(content)
        inspect(name, file, **LIMITS)
        assert file.tell() == 0


@pytest.mark.parametrize("content", [corpus.HTML, corpus.SVG, corpus.XHTML, corpus.SAVED_PAGE, b"alert(document.cookie)"])
@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.xhtml", "a.mhtml", "a.js", "a.jpg.html", "a.xml"])
def test_web_pages_under_their_own_names(name, content):
    assert refusal(name, content) == "web_page"


@pytest.mark.parametrize("content", [corpus.HTML, corpus.SVG, corpus.XHTML, corpus.SAVED_PAGE, b"alert(document.cookie)"])
@pytest.mark.parametrize("name", ["a.jpg", "a.html.jpg", "a.png", "a.gif", "a.webp", "a.tif", "a.pdf", "a.docx"])
def test_web_pages_under_other_names(name, content):
    assert refusal(name, content) == "mismatch"


@pytest.mark.parametrize("content", [corpus.HTML, corpus.SVG, corpus.XHTML, corpus.SAVED_PAGE, corpus.HTML.decode().encode("utf-16")])
def test_web_pages_called_text(content):
    assert refusal("a.txt", content) == "web_page"
    assert refusal("a.csv", content) == "web_page"


@pytest.mark.parametrize("content", [corpus.HTML, corpus.SVG, corpus.SAVED_PAGE, b"just words", b"From: a@b.example\n\nbody"])
def test_what_is_no_mail(content):
    assert refusal("a.eml", content) == "not_mail"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.jpg", b"", "empty"),
        ("a.txt", b"x" * (20 * MB + 1), "too_large"),
        ("a.exe", b"MZ" + bytes(100), "type"),
        ("photo\u202egpj.exe", corpus.photo(), "type"),
        ("a.jpg\0.exe", corpus.photo(), "type"),
        ("a", b"words", "type"),
        ("a.zip", corpus.office(), "archive"),
        ("a", corpus.office(), "archive"),
        ("photo.heic", corpus.HEIC, "heic"),
        ("photo.jpg", corpus.HEIC, "heic"),
        ("a.doc", corpus.OLE, "old_office"),
        ("a.docx", corpus.OLE, "old_office"),
        ("a.msg", corpus.OLE, "outlook"),
        ("a.docm", corpus.office(), "macros"),
        ("a.pdf", corpus.photo(), "mismatch"),
        ("a.jpg", corpus.PDF, "mismatch"),
        ("a.txt", corpus.photo(), "mismatch"),
        ("a.pdf", b"<script>1</script>" + corpus.PDF, "mismatch"),
        ("a.pdf", corpus.PDF[:-7], "damaged"),
        ("a.webp", b"RIFF\0\0\0\0AVI " + bytes(60), "mismatch"),
        ("a.txt", b"a\0b", "not_text"),
        ("a.txt", b"caf\xe9 \xff\xff", "not_text"),
        ("a.txt", bytes(range(128, 256)) * 9, "not_text"),
        ("a.jpg", corpus.photo()[:30], "damaged"),
        ("a.png", corpus.picture("PNG")[:20], "damaged"),
        ("a.gif", corpus.gif()[:-1], "damaged"),
        ("a.tif", b"II*\0" + b"\xff" * 40, "damaged"),
    ],
)
def test_refused(name, content, code):
    assert refusal(name, content) == code


def test_the_limit_is_told():
    assert take("a.txt", b"x" * 2 * MB, max_bytes=2 * MB).kind == "text"
    with pytest.raises(Refused, match=r"^The file is larger than 2 MB\.$"):
        take("a.txt", b"x" * (2 * MB + 1), max_bytes=2 * MB)


BOMBS = {
    "png.png": (corpus.huge_png, "too_many_pixels"),
    "gif.gif": (corpus.huge_gif, "too_many_pixels"),
    "webp.webp": (corpus.huge_webp, "too_many_pixels"),
    "tiff.tif": (corpus.huge_tiff, "too_many_pixels"),
    "frames.gif": (lambda: corpus.gif(10_000), "too_many_frames"),
    "blocks.gif": (lambda: corpus.gif()[:-4] + b"\x01\x00" * 9_000_000, "damaged"),
    "pages.tif": (lambda: corpus.pages(21), "too_many_pages"),
    "text.png": (lambda: corpus.png_with_text(100 * MB), "damaged"),
    "zip.docx": (corpus.bomb, "unpacks_too_large"),
    "zip.xlsx": (corpus.bomb, "unpacks_too_large"),
    "crowd.docx": (corpus.crowd, "unpacks_too_large"),
    "lying.docx": (corpus.lying_directory, "damaged"),
    "laughs.docx": (lambda: corpus.office(parts=[("word/a.xml", corpus.BILLION_LAUGHS)]), "damaged"),
}


# Run by itself, so that its peak of memory is that of the inspection and not of making the bombs.
ALONE = """
import json, re, sys, time
from complaints.uploads import Refused, inspect

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])

inspect("a.png", open(sys.argv[1], "rb"), max_bytes=1 << 24, max_pixels=10**6)
outcomes = {}
for path in sys.argv[2:]:
    before, begun, code = peak(), time.process_time(), "taken"
    try:
        inspect(path, open(path, "rb"), max_bytes=20 << 20, max_pixels=50_000_000)
    except Refused as refused:
        code = refused.code
    outcomes[path.rsplit("/")[-1]] = code, time.process_time() - begun, (peak() - before) // 1024
print(json.dumps(outcomes))
"""


def test_bombs_are_refused_at_once_and_in_little_memory(tmp_path):
    (tmp_path / "plain.png").write_bytes(corpus.picture("PNG"))
    for name, (make, _) in BOMBS.items():
        (tmp_path / name).write_bytes(make())
    paths = [str(tmp_path / name) for name in ("plain.png", *BOMBS)]
    done = subprocess.run(
        [sys.executable, "-c", ALONE, *paths], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": "."}
    )
    outcomes = json.loads(done.stdout)
    assert {name: code for name, (code, _, _) in outcomes.items()} == {name: code for name, (_, code) in BOMBS.items()}
    assert {name: seconds for name, (_, seconds, _) in outcomes.items() if seconds >= 1} == {}
    assert {name: megabytes for name, (_, _, megabytes) in outcomes.items() if megabytes >= 64} == {}


def test_a_thousand_broken_files_never_break_us():
    """Every kind, cut and bitten at random: taken or refused, nothing else, and quickly."""
    chance = random.Random(20261121)
    whole = [
        *(("a.jpg", corpus.photo()), ("a.png", corpus.picture("PNG")), ("a.gif", corpus.gif(5)), ("a.webp", corpus.picture("WEBP"))),
        *(("a.tif", corpus.pages(3)), ("a.docx", corpus.office()), ("a.pdf", corpus.PDF), ("a.eml", corpus.MAIL), ("a.txt", b"some words")),
        ("a.jpg", corpus.exif_jpeg()),
    ]
    outcomes = set()
    for _ in range(1000):
        name, content = chance.choice(whole)
        bitten = bytearray(content[: chance.randrange(1, len(content) + 1)] if chance.random() < 0.5 else content)
        for _ in range(chance.randrange(1, 8)):
            bitten[chance.randrange(len(bitten))] = chance.randrange(256)
        begun = time.process_time()
        try:
            outcomes.add(take(name, bytes(bitten)).kind)
        except Refused as refused:
            outcomes.add(refused.code)
        assert time.process_time() - begun < 1
    assert {"picture", "fax", "office", "damaged", "mismatch"} <= outcomes
