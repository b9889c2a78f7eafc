"""Pictures: how large they are before anything is decoded, and drawn anew so that only the picture remains.

Drawing anew drops EXIF (place, camera), comments and whatever hides behind the picture; it turns the picture upright and its
colours to sRGB, so that a colour complained about looks the same everywhere. Not here: which files are pictures (`inspection`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from math import ceil, sqrt
from threading import Lock
from typing import IO, NamedTuple, cast

from PIL import Image, ImageCms, ImageFile, ImageOps

from .refusals import Refused

MAX_PIXELS = 50_000_000  # what telephones take; decoded at most 200 MB
MAX_KEPT = 36_000_000  # larger ones are halved; by area, not by side, for the text in a long screenshot has to stay readable
MAX_FRAMES = 200
MAX_PAGES = 20
MAX_BLOCKS = 500_000  # of a GIF: fewer than a second to walk
THUMBNAIL_SIDE = 320
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF")
_ONE_AT_A_TIME = Lock()  # what one decoded picture takes of memory, several uploads at once would take several times
_AVERAGED = {"1": "L", "P": "RGBA", "PA": "RGBA", "LA": "RGBA", "I;16": "I", "I;16B": "I", "I;16L": "I"}  # modes that have no mean
_SRGB = ImageCms.createProfile("sRGB")


class Measured(NamedTuple):
    """As stored in the file; `format` is the one `normalise_image` will choose."""

    format: str
    width: int
    height: int
    pages: int


def measure(file: IO[bytes], max_pixels: int = MAX_PIXELS) -> Measured:
    """Size and number of pages from the headers, nothing decoded. Raises `Refused`."""
    with _opened(file, max_pixels) as image:
        pages = _pages(image, max_pixels) if image.format == "TIFF" else 1
        if image.format == "GIF":
            file.seek(0)
            _count_frames(file.read())
        elif image.format in ("PNG", "WEBP") and getattr(image, "n_frames", 1) > MAX_FRAMES:
            raise Refused("too_many_frames", limit=MAX_FRAMES)
        image.seek(0)
        return Measured(_target(image.format, image.mode), image.width, image.height, pages)


def normalise_image(file: IO[bytes], max_pixels: int = MAX_PIXELS) -> tuple[bytes, str, int, int]:
    """The first frame or page drawn anew: content, mime type (JPEG or PNG), width, height. Raises `Refused`."""
    with _ONE_AT_A_TIME, _opened(file, max_pixels) as image:
        target = _target(image.format, image.mode)
        smaller = _decoded(image)
        ImageOps.exif_transpose(smaller, in_place=True)
        plain = _plain(smaller, alpha=target == "PNG")
        return _encoded(plain, target), f"image/{target.lower()}", plain.width, plain.height


def thumbnail(content: bytes) -> bytes:
    """A JPEG of at most 320 pixels a side of what `normalise_image` gave."""
    with _opened(BytesIO(content), MAX_PIXELS) as image:
        image.draft("RGB", (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        return _encoded(_plain(image, alpha=False), "JPEG", quality=80)


@contextmanager
def _opened(file: IO[bytes], max_pixels: int) -> Iterator[ImageFile.ImageFile]:
    """Whatever a decoder stumbles over, with whichever exception, means that the picture is damaged."""
    try:
        file.seek(0)
        with Image.open(file, formats=FORMATS) as image:
            _allow(image.width * image.height, max_pixels)
            yield image
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _allow(max_pixels + 1, max_pixels)
    except Exception as problem:
        raise Refused("damaged") from problem
    finally:
        file.seek(0)


def _allow(pixels: int, max_pixels: int) -> None:
    if pixels > max_pixels:
        raise Refused("too_many_pixels", limit=max_pixels // 1_000_000)


def _pages(image: ImageFile.ImageFile, max_pixels: int) -> int:
    """Every page of a fax is looked at, none decoded."""
    for page in range(MAX_PAGES + 1):
        try:
            image.seek(page)
        except EOFError:
            return page
        _allow(image.width * image.height, max_pixels)
    raise Refused("too_many_pages", limit=MAX_PAGES)


def _decoded(image: ImageFile.ImageFile) -> Image.Image:
    """All of it, or every n-th pixel's surroundings when it has more pixels than are kept; a JPEG is not even decoded in full."""
    step = ceil(sqrt(image.width * image.height / MAX_KEPT))
    if step > 1:
        image.draft("RGB", (image.width // step, image.height // step))
    image.load()
    still = ceil(sqrt(image.width * image.height / MAX_KEPT))
    if still == 1:
        return image
    smaller = image.convert(_AVERAGED.get(image.mode, image.mode)).reduce(still)
    smaller.info = dict(image.info)
    return smaller


def _count_frames(gif: bytes) -> int:
    """Walks over the blocks, for counting the frames with a decoder would draw them all. Raises IndexError on a cut file."""
    place, frames, blocks = 13 + _table(gif[10]), 0, 0
    while gif[place] in b"\x21\x2c":
        frames += gif[place] == 0x2C
        place += 11 + _table(gif[place + 9]) if gif[place] == 0x2C else 2
        while gif[place]:
            place += gif[place] + 1
            blocks += 1
            if blocks > MAX_BLOCKS:
                raise Refused("damaged")
        place += 1
        if frames > MAX_FRAMES:
            raise Refused("too_many_frames", limit=MAX_FRAMES)
    return frames


def _table(flags: int) -> int:
    """Bytes of a GIF's colour table."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _target(format: str | None, mode: str) -> str:
    """Photographs stay JPEG; what has sharp edges or transparency is kept without loss."""
    lossy = format in ("JPEG", "MPO") or (format == "WEBP" and "A" not in mode) or (format == "TIFF" and mode not in ("1", "P", "RGBA"))
    return "JPEG" if lossy else "PNG"


def _plain(image: Image.Image, *, alpha: bool) -> Image.Image:
    """In grey, RGB or RGBA with sRGB colours, and nothing else attached; on white where `alpha` is not wanted."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        image = _eight_bits(image)
    image = _in_srgb(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if not alpha:
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    elif image.mode not in ("1", "L", "RGB"):
        image = image.convert("RGB")
    image.info.clear()
    return image


def _eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen bits of grey stretched to what is in the picture: scanners and microscopes use a part of the range."""
    wide = image.convert("F")
    low, high = cast(tuple[float, float], wide.getextrema())  # of a single band
    return wide.point(lambda value: (value - low) * (255 / max(high - low, 1))).convert("L")


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    try:
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, BytesIO(profile), _SRGB, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a profile nobody can read says nothing about the colours


def _encoded(image: Image.Image, target: str, quality: int = 90) -> bytes:
    out = BytesIO()
    if target == "JPEG":
        image.convert("L" if image.mode == "1" else image.mode).save(out, "JPEG", quality=quality, optimize=True)
    else:
        image.save(out, "PNG")
    return out.getvalue()
