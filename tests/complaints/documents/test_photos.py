"""Pictures are printed small, upright and without what they carried; one that cannot be shown is left out, the document is not."""

from io import BytesIO

import pytest
from PIL import Image

from complaints.documents.photos import SIDE, printable

from ..uploads.corpus import huge_png, photo, picture


def opened(content):
    return Image.open(BytesIO(content))


def test_a_large_picture_becomes_as_large_as_paper_can_show():
    small = opened(printable(BytesIO(photo((3000, 2000)))))
    assert (small.format, small.mode, small.size) == ("JPEG", "RGB", (SIDE, SIDE * 2 // 3))


def test_a_turned_picture_is_upright_and_says_nothing_of_its_camera():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera of somebody"
    upright = opened(printable(BytesIO(picture(size=(60, 40), exif=exif))))
    assert (upright.size, dict(upright.getexif())) == ((40, 60), {})


def test_what_is_transparent_is_white():
    assert opened(printable(BytesIO(picture("PNG", mode="RGBA", color=(0, 0, 0, 0))))).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", picture()[:200], picture("TIFF"), huge_png()], ids=["empty", "pdf", "cut", "tiff", "huge"]
)
def test_what_cannot_be_shown_is_left_out(content):
    assert printable(BytesIO(content)) is None
