from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.charset import CHUNK, charset_of, decoded

CHINESE = "装机 40 台，7 台渗油"


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        (b"", "utf-8"),
        (b"plain", "utf-8"),
        (CHINESE.encode(), "utf-8"),
        ("สวัสดี 🙂 привет".encode(), "utf-8"),
        (CHINESE.encode("utf-8-sig"), "utf-8-sig"),
        (CHINESE.encode("utf-16"), "utf-16"),
        ("\ufeff渗".encode("utf-16-be"), "utf-16"),
        (CHINESE.encode("gb18030"), "gb18030"),
        ("渗油𠮷".encode("gb18030"), "gb18030"),
        ("渗𠮷".encode("gb18030"), "gb18030"),
    ],
)
def test_found(content, charset):
    assert charset_of(BytesIO(content)) == charset
    assert "".join(decoded(BytesIO(content), charset)) == content.decode(charset)


@pytest.mark.parametrize(
    "content",
    [
        "résumé".encode("cp1252"),  # decodes as GB18030, to characters nobody uses
        "渗𠮷𠮷".encode("gb18030"),
        b"caf\xe9 ",
        b"\xef\xbb\xbf\xff",
        b"\xff\xfe\x00",
        bytes(range(256)),
    ],
)
def test_not_certain(content):
    with pytest.raises(UnicodeError):
        charset_of(BytesIO(content))


def test_a_character_on_the_border_of_two_pieces():
    content = ("x" * (CHUNK - 1) + "渗油").encode()
    assert charset_of(BytesIO(content)) == "utf-8"
    assert "".join(decoded(BytesIO(content), "utf-8")).endswith("x渗油")


def test_the_end_counts_too():
    content = b"x" * (CHUNK + 5)
    assert charset_of(BytesIO(content + "渗油".encode("gb18030"))) == "gb18030"
    with pytest.raises(UnicodeError):
        charset_of(BytesIO(content + b"\xe6"))


@given(st.text(min_size=1))
def test_utf_8_is_always_found(text):
    content = text.encode("utf-8", "replace")
    assert content.decode(charset_of(BytesIO(content))) in (content.decode(), content.decode().removeprefix("\ufeff"))
