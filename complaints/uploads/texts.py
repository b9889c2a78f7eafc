"""Plain texts, tables and saved e-mails: decoded to the end, so that what is called a text is one.

What begins like a web page is refused under every name. Not here: reading a table's rows (`complaints.registers`).
"""

import re
from email.parser import BytesHeaderParser
from typing import IO

from complaints.charset import CHUNK, charset_of, decoded

from .refusals import Refused

HEAD = 1 << 16
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
_MARKUP = re.compile(
    r"<(?:!doctype|!entity|\?xml|html|head|body|script|svg|iframe|frameset|object|embed|applet|meta|link|style|math|base|xsl:)\b",
    re.IGNORECASE,
)
_SAVED_PAGE = re.compile(r"^(?:snapshot-content-location:|content-type:\s*multipart/related)", re.IGNORECASE | re.MULTILINE)
_HEADER_LINE = re.compile(rb"(?:From [^\n]+\n)?[!-9;-~]+:")


def check_text(file: IO[bytes]) -> str:
    """The encoding of a file that is a text to its end and no web page. Raises `Refused`."""
    try:
        charset = charset_of(file)
    except UnicodeError:
        raise Refused("not_text") from None
    for number, text in enumerate(decoded(file, charset)):
        if _CONTROLS.search(text):
            raise Refused("not_text")
        if number == 0 and (_MARKUP.search(text[:HEAD]) or _SAVED_PAGE.search(text[:HEAD])):
            raise Refused("web_page")
    return charset


def check_mail(file: IO[bytes]) -> None:
    """Refuse what has no sender and none of the lines that mail programs write; also pages saved as if they were mail."""
    file.seek(0)
    head = file.read(HEAD)
    headers = BytesHeaderParser().parsebytes(head)
    proper = _HEADER_LINE.match(head) and headers["From"] and (headers["Received"] or headers["Message-ID"] or headers["Date"])
    if not proper or headers["Snapshot-Content-Location"] or "<saved by" in str(headers["From"]).lower():
        raise Refused("not_mail")
    file.seek(0)
    while chunk := file.read(CHUNK):
        if b"\0" in chunk:
            raise Refused("not_mail")
