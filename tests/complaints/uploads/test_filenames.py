import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.uploads import clean, disposition
from complaints.uploads.filenames import extension_of


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("photo.jpg", "photo.jpg"),
        ("接头 渗油.jpg", "接头 渗油.jpg"),
        ("😀.jpg", "😀.jpg"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\he\photo.jpg", "photo.jpg"),
        ("a\0b.jpg", "ab.jpg"),
        ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie_ x=1.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ('a"b;c%d.jpg', "a_b_c_d.jpg"),
        (".htaccess", "htaccess"),
        ("a.jpg. . .", "a.jpg"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("", "file"),
        ("...", "file"),
        ("\ud800x.jpg", "x.jpg"),
    ],
)
def test_clean(given_name, kept):
    assert clean(given_name) == kept


def test_the_extension_is_the_contents():
    assert clean("photo.jpeg", "png") == "photo.png"
    assert clean("photo", "png") == "photo.png"
    assert clean("aux.h", "txt") == "_aux.txt"
    assert clean("", "png") == "file.png"


def test_five_thousand_characters():
    assert clean("长" * 5000 + ".jpg", "jpg") == "长" * 116 + ".jpg"
    assert len(clean("x" * 5000)) == 120


@pytest.mark.parametrize(
    ("name", "extension"), [("a.JPG", "jpg"), ("a.tar.gz", "gz"), ("a", ""), ("a.jpg.", "jpg"), (".png", ""), ("a.jpg\u202e", "jpg")]
)
def test_extension(name, extension):
    assert extension_of(name) == extension


def test_disposition():
    assert disposition("photo.jpg") == 'attachment; filename="photo.jpg"'
    assert disposition("渗油.jpg") == "attachment; filename*=utf-8''%E6%B8%97%E6%B2%B9.jpg"
    assert disposition('a"\r\nX: y.jpg') == 'attachment; filename="a_X_ y.jpg"'
    assert disposition("") == 'attachment; filename="file"'


@given(st.text(max_size=200), st.sampled_from(["", "jpg", "docx"]))
def test_any_name_is_harmless(name, extension):
    kept = clean(name, extension)
    assert 0 < len(kept) <= 120
    assert not re.search(r'[\x00-\x1f\x7f/\\<>:"|?*\u202a-\u202e\u2066-\u2069\u200b-\u200f]', kept)
    assert not kept.startswith(".")
    assert kept == clean(kept, extension)
    assert kept.endswith(extension)


@given(st.text(max_size=200))
def test_any_header_is_one_line(name):
    header = disposition(name)
    assert re.fullmatch(r"[\x20-\x7e]+", header)
    assert re.fullmatch(r'attachment; filename(?:="[^"]+"|\*=utf-8\'\'[\w.~%/-]+)', header)
