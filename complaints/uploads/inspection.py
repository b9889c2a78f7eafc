"""Whether a file may be attached: size, first bytes, extension and a reading of the whole have to agree.

Of pictures only the content counts: they are drawn anew anyway, and telephones name them wrongly. Not here: how each kind is read
(`pictures`, `texts`, `office`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from .filenames import clean, extension_of
from .office import MAIN, check_office
from .pictures import measure
from .refusals import Refused
from .texts import check_mail, check_text

HEAD = 64
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
_MAGIC = (
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"GIF87a", "picture"),
    (b"GIF89a", "picture"),
    (b"II*\0", "fax"),
    (b"MM\0*", "fax"),
    (b"%PDF-", "pdf"),
    (b"PK\3\4", "office"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
)
_EXTENSIONS = {
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp"), "picture"),
    **dict.fromkeys(("tif", "tiff"), "fax"),
    **dict.fromkeys(("txt", "text", "log", "csv", "tsv"), "text"),
    **dict.fromkeys(MAIN, "office"),
    "pdf": "pdf",
    "eml": "mail",
}
_REFUSED = {
    **dict.fromkeys(("heic", "heif", "avif"), "heic"),
    **dict.fromkeys(("doc", "xls", "ppt", "dot", "xlt", "pps"), "old_office"),
    **dict.fromkeys(("docm", "xlsm", "pptm", "dotm", "xltm", "xlsb"), "macros"),
    **dict.fromkeys(("zip", "rar", "7z", "gz", "tar", "tgz", "bz2", "xz", "cab", "iso"), "archive"),
    **dict.fromkeys(("htm", "html", "xhtml", "xht", "shtml", "svg", "svgz", "xml", "mht", "mhtml", "js", "mjs", "hta", "css"), "web_page"),
    "msg": "outlook",
}


@dataclass(frozen=True)
class Accepted:
    """A file that may be attached; a picture only after `normalise_image`, whose mime type and extension are given here.

    Width and height are those in the file, before a picture is turned upright or made smaller.
    """

    kind: str  # picture, fax, pdf, office, text, mail
    name: str
    mime: str
    extension: str
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    charset: str = ""


def inspect(name: str, file: IO[bytes], *, max_bytes: int, max_pixels: int) -> Accepted:
    """Check an uploaded file (A19-A23); it is left at its beginning. Raises `Refused`."""
    try:
        _check_size(file, max_bytes)
        file.seek(0)
        kind = _kind(extension_of(name), file.read(HEAD))
        return _CHECKS[kind](name, file, max_pixels)
    finally:
        file.seek(0)


def _check_size(file: IO[bytes], max_bytes: int) -> None:
    size = file.seek(0, 2)
    if size == 0:
        raise Refused("empty")
    if size > max_bytes:
        raise Refused("too_large", limit=max_bytes // (1 << 20))


def _kind(extension: str, head: bytes) -> str:
    """What name and first bytes agree on."""
    found = _found(head)
    if found in ("heic", "old_office"):
        raise Refused("outlook" if extension == "msg" else found)
    if extension in _REFUSED:
        raise Refused(_REFUSED[extension])
    said = _EXTENSIONS.get(extension) or ("" if extension else found)
    if not said:
        raise Refused("type")
    if found != said and not (found == "" and said in ("text", "mail")):
        raise Refused("mismatch", extension=extension)
    return said


def _found(head: bytes) -> str:
    """'' for what has no mark: texts, if anything."""
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        return "heic"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "picture"
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")


def _picture(name: str, file: IO[bytes], max_pixels: int) -> Accepted:
    measured = measure(file, max_pixels)
    extension = "jpg" if measured.format == "JPEG" else "png"
    mime = f"image/{measured.format.lower()}"
    return Accepted("picture", clean(name, extension), mime, extension, measured.width, measured.height)


def _fax(name: str, file: IO[bytes], max_pixels: int) -> Accepted:
    measured = measure(file, max_pixels)
    return Accepted("fax", clean(name, "tif"), "image/tiff", "tif", measured.width, measured.height, measured.pages)


def _pdf(name: str, file: IO[bytes], max_pixels: int) -> Accepted:
    file.seek(max(0, file.seek(0, 2) - 2048))
    if b"%%EOF" not in file.read():
        raise Refused("damaged")
    return Accepted("pdf", clean(name, "pdf"), "application/pdf", "pdf")


def _office(name: str, file: IO[bytes], max_pixels: int) -> Accepted:
    extension = extension_of(name)
    if extension not in MAIN:
        raise Refused("archive")
    check_office(file, extension)
    return Accepted("office", clean(name, extension), MAIN[extension], extension)


def _text(name: str, file: IO[bytes], max_pixels: int) -> Accepted:
    is_table = extension_of(name) in ("csv", "tsv")
    extension, mime = ("csv", "text/csv") if is_table else ("txt", "text/plain")
    return Accepted("text", clean(name, extension), mime, extension, charset=check_text(file))


def _mail(name: str, file: IO[bytes], max_pixels: int) -> Accepted:
    check_mail(file)
    return Accepted("mail", clean(name, "eml"), "message/rfc822", "eml")


_CHECKS: dict[str, Callable[[str, IO[bytes], int], Accepted]] = {
    "picture": _picture,
    "fax": _fax,
    "pdf": _pdf,
    "office": _office,
    "text": _text,
    "mail": _mail,
}
