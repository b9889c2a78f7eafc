"""Names of files as people gave them, made harmless: for display and for the header of a download, never for a path of ours."""

import re
import unicodedata

from django.utils.http import content_disposition_header

MAX_LENGTH = 120
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}  # controls, direction marks, halves of pairs, private use, line separators
_SPECIAL = re.compile(r'[<>:"|?*%;\\/]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE | re.DOTALL)
_READ = 1000  # characters from the end that are looked at


def clean(name: str, extension: str = "") -> str:
    """A name without path, controls and signs that mean something to a system, of at most 120 characters.

    It ends in `extension` (without the dot), if one is given: the one that belongs to the content.
    """
    plain = _plain(name)
    stem, suffix = _split(plain) if extension else (plain, "")
    stem = "_" + stem if _RESERVED.fullmatch(stem) else stem
    ending = f".{extension or suffix}".rstrip(".")
    return (stem or "file")[: MAX_LENGTH - len(ending)].rstrip(" .") + ending


def extension_of(name: str) -> str:
    """In small letters, without the dot; '' when there is none."""
    return _split(_plain(name))[1].lower()


def disposition(name: str) -> str:
    """The Content-Disposition with which a file is sent: always as an attachment (RFC 6266)."""
    return content_disposition_header(True, clean(name)) or "attachment"


def _plain(name: str) -> str:
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name[-_READ:]))[-1]
    seen = "".join(char for char in last if unicodedata.category(char) not in _UNSEEN)
    return re.sub(r"\s+", " ", _SPECIAL.sub("_", seen)).strip(" .")


def _split(plain: str) -> tuple[str, str]:
    stem, dot, suffix = plain.rpartition(".")
    return (stem, suffix) if dot else (plain, "")
