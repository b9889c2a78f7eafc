"""Pictures for printing: upright, plain RGB, no larger than paper can show, without whatever else the file carried.

What is uploaded was drawn anew already (`complaints.uploads.pictures`); here it becomes small enough for a page. Pixels are counted
before they are decoded. Not here: which of a complaint's files are pictures.
"""

from io import BytesIO
from typing import IO

from PIL import Image, ImageOps

SIDE = 1200  # pixels: more than 300 a inch on the 86 mm a picture has on the page
MAX_PIXELS = 60_000_000
QUALITY = 80
FORMATS = ("JPEG", "PNG")  # what is kept of an upload


def printable(file: IO[bytes]) -> bytes | None:
    """A JPEG of at most `SIDE` pixels a side; None when it cannot be shown (damaged, no picture, too large): a document never fails
    for one of its pictures."""
    try:
        with Image.open(file, formats=FORMATS) as image:
            return _encoded(image) if image.width * image.height <= MAX_PIXELS else None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def _encoded(image: Image.Image) -> bytes:
    image.draft("RGB", (SIDE, SIDE))  # a JPEG is decoded smaller at once
    image.thumbnail((SIDE, SIDE))
    out = BytesIO()
    _on_white(ImageOps.exif_transpose(image)).save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
