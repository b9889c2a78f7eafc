"""Word, Excel and PowerPoint files: ZIP archives, looked through with limits before and while they are unpacked.

Nothing is kept of what is unpacked; it is only counted, checked against its checksum and searched for document type declarations,
which no Office program writes and every XML attack needs. Not here: old Office formats, which can't be checked.
"""

import re
import struct
import zipfile
import zlib
from typing import IO

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from .refusals import Refused

MAX_ENTRIES = 2_000
MAX_DIRECTORY = 1 << 20
MAX_UNPACKED = 128 << 20
MAX_TYPES = 1 << 20  # bytes of [Content_Types].xml
CHUNK = 1 << 18
MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_END = struct.Struct("<4s4H2LH")  # end of central directory
_DECLARATION = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)", re.IGNORECASE)
_UNSAFE_NAME = re.compile(r"^[/\\]|\.\.|:|\x00")
_FAULTS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, struct.error)


def check_office(file: IO[bytes], extension: str) -> None:
    """Refuse what is not the Office document its extension says, or would do harm when opened. Reads all of it, keeps none."""
    _check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            _check_types(archive, extension)
            for entry in entries:
                _check_part(archive, entry)
    except _FAULTS as problem:
        raise Refused("damaged") from problem


def _check_directory(file: IO[bytes]) -> None:
    """What the archive says of itself, before a library builds an object for each of its 100,000 entries."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size - 0xFFFF))
    tail = file.read()
    place = tail.rfind(b"PK\5\6")
    if place < 0 or len(tail) - place < _END.size:
        raise Refused("damaged")
    _, _, _, _, entries, directory, _, _ = _END.unpack_from(tail, place)
    if b"PK\6\7" in tail[max(0, place - 20) : place] or entries > MAX_ENTRIES or directory > MAX_DIRECTORY:
        raise Refused("unpacks_too_large")


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Refused("unpacks_too_large")
    names = {entry.filename for entry in entries}
    if len(names) < len(entries) or any(_UNSAFE_NAME.search(name) for name in names):
        raise Refused("damaged")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("old_office")
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs", ".hta")) for name in names):
        raise Refused("macros")


def _check_types(archive: zipfile.ZipFile, extension: str) -> None:
    """The declared type of the main part has to be the one of the extension."""
    try:
        info = archive.getinfo("[Content_Types].xml")
    except KeyError:
        raise Refused("archive") from None
    if info.file_size > MAX_TYPES:
        raise Refused("unpacks_too_large")
    try:
        declared = {str(node.get("ContentType")) for node in fromstring(archive.read(info), forbid_dtd=True)}
    except (ParseError, DefusedXmlException) as problem:
        raise Refused("damaged") from problem
    if any("macroEnabled" in kind or "vbaProject" in kind for kind in declared):
        raise Refused("macros")
    if f"{MAIN[extension]}.main+xml" not in declared:
        raise Refused("mismatch", extension=extension)


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpacked in small pieces, never more than the directory says; the end of a piece is kept for a word cut in two."""
    is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    before = b""
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            if is_xml and _DECLARATION.search(before + chunk):
                raise Refused("damaged")
            before = chunk[-32:]
