"""Printed documents: a committed Typst template and data become a PDF.

What people wrote enters as data only, as one JSON string that the template shows as text: nothing in it is ever read as markup. A
template is a file of the repository and is never put together. No system fonts, no network, no clock: the same data give the same bytes.
Not here: what stands in a document (each has its own module) and pictures (`photos`).
"""

import datetime as dt
import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, cast

import typst

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
FONTS = HERE / "fonts"
LONGEST = 20_000  # characters of one text: twenty times as many take seconds and a hundred pages
ARCHIVAL = "a-2b"
NEWLINES = re.compile("\r\n?|[\x85\u2028\u2029]")
# Controls, what turns the direction of writing, marks that are no character, and halves of surrogate pairs, which JSON cannot carry.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]")

_typeset = cast(Callable[..., bytes], typst.compile)  # its types allow nothing for what is given as bytes
_lock = Lock()
_loaded: tuple[int, typst.Fonts] | None = None


def pdf(
    template: Path, data: Mapping[str, Any], *, at: dt.datetime, drawings: Mapping[str, str] | None = None, photos: Sequence[bytes] = ()
) -> bytes:
    """The document as PDF/A-2b, or as plain PDF when a character is in none of the fonts (an emoji, say).

    `template` may `#import "common.typ"` and finds everything in `data`; `at` is the instant that the file is dated with, not the
    clock's. `drawings` are SVG texts of our own by name (`drawing(name)`), `photos` JPEGs as `photos.printable` gives them (`photo(n)`).
    Raises typst.TypstError when the template is wrong.
    """
    with tempfile.TemporaryDirectory(prefix="redress-pdf-") as root:
        for number, photo in enumerate(photos):
            Path(root, f"photo{number}.jpg").write_bytes(photo)
        inputs = {
            "data": json.dumps(clean(data), ensure_ascii=False),
            "drawings": json.dumps(dict(drawings or {}), ensure_ascii=False),
            "photos": str(len(photos)),
        }
        return _compiled(_sources(template), root, inputs, at)


def clean(value: Any) -> Any:
    """What can be printed of it, texts within lists and mappings too; a text that is too long says how much of it is missing."""
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, Mapping):
        return {str(key): clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [clean(one) for one in value]
    return value


def _clean_text(text: str) -> str:
    plain = UNPRINTABLE.sub("", NEWLINES.sub("\n", str(text)))
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]} … [+{len(plain) - LONGEST}]"


def _sources(template: Path) -> dict[str, bytes]:
    """What it may `#import`: the templates beside it and the common one."""
    beside = {file.name: file.read_bytes() for file in template.parent.glob("*.typ")}
    return {**beside, "common.typ": (TEMPLATES / "common.typ").read_bytes(), "main.typ": template.read_bytes()}


def _compiled(sources: dict[str, bytes], root: str, inputs: dict[str, str], at: dt.datetime) -> bytes:
    fixed: dict[str, Any] = {
        "input": sources,
        "root": root,
        "font_paths": _fonts(),
        "ignore_system_fonts": True,
        "format": "pdf",
        "sys_inputs": inputs,
        "timestamp": int(at.timestamp()),
        "package_path": root,  # there is nothing: packages would come from the network
        "package_cache_path": root,
    }
    try:
        return _typeset(pdf_standards=[ARCHIVAL], **fixed)
    except typst.TypstError as problem:
        if "could not be displayed" not in str(problem):
            raise
        return _typeset(**fixed)


def _fonts() -> typst.Fonts:
    """The fonts of this folder, read once a process, shared by its threads.

    The compiler's own threads do not survive a fork, whose child would wait for them for ever. So nothing is loaded before a process
    serves (no warming up at import, none in a parent of workers), and one that was forked too late says so. Raises RuntimeError.
    """
    global _loaded
    with _lock:
        if _loaded is None:
            _loaded = os.getpid(), typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])
        pid, fonts = _loaded
    if pid != os.getpid():
        raise RuntimeError("a document was printed before this process was forked: print only in the process that serves")
    return fonts
