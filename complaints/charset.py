"""In which encoding a file of text is written: found by decoding all of it, never by its first lines alone.

UTF-8 and UTF-16 with their marks, UTF-8 without, and GB18030, in which Chinese programs still write. GB18030 decodes much that is
not in it; it is believed only when most of what comes out are characters in everyday use. Not here: what the text says.
"""

import codecs
from collections.abc import Iterator
from typing import IO

CHUNK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def charset_of(file: IO[bytes]) -> str:
    """The name of the encoding, as Python knows it. Raises UnicodeError when it is none of ours."""
    file.seek(0)
    head = file.read(4)
    marked = [charset for mark, charset in _MARKS if head.startswith(mark)]
    for charset in marked or ("utf-8", "gb18030"):
        if _fits(file, charset):
            return charset
    raise UnicodeError("neither UTF-8 nor GB18030")


def decoded(file: IO[bytes], charset: str) -> Iterator[str]:
    """The text in pieces. Raises UnicodeError where it is not in this encoding."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(charset)()
    while chunk := file.read(CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _fits(file: IO[bytes], charset: str) -> bool:
    strange = everyday = 0
    try:
        for text in decoded(file, charset):
            foreign = "".join(char for char in text if char > "\x7f") if charset == "gb18030" else ""
            strange += len(foreign)
            everyday += len(foreign.encode("gb2312", "ignore")) // 2
    except UnicodeError:
        return False
    return everyday * 2 >= strange
