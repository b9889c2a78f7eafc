import struct
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from complaints.uploads import Refused, normalise_image, thumbnail

from . import corpus


def redrawn(content):
    return normalise_image(BytesIO(content))


def refusal(content):
    with pytest.raises(Refused) as refused:
        redrawn(content)
    return refused.value.code


def opened(content):
    return Image.open(BytesIO(content))


@pytest.mark.parametrize(
    ("content", "mime", "mode"),
    [
        (corpus.photo(), "image/jpeg", "RGB"),
        (corpus.picture("JPEG", mode="L", color=90), "image/jpeg", "L"),
        (corpus.picture("JPEG", mode="CMYK", color=(0, 255, 255, 0)), "image/jpeg", "RGB"),
        (corpus.picture("PNG"), "image/png", "RGB"),
        (corpus.picture("PNG", mode="P", color=3), "image/png", "RGB"),
        (corpus.picture("PNG", mode="1", color=1), "image/png", "1"),
        (corpus.picture("PNG", mode="RGBA", color=(1, 2, 3, 4)), "image/png", "RGBA"),
        (corpus.picture("PNG", mode="LA", color=(1, 4)), "image/png", "RGBA"),
        (corpus.picture("PNG", mode="I;16", color=4000), "image/png", "L"),
        (corpus.picture("WEBP"), "image/jpeg", "RGB"),
        (corpus.gif(5), "image/png", "RGB"),
        (corpus.pages(2), "image/png", "1"),
        (corpus.picture("TIFF", mode="L", color=7), "image/jpeg", "L"),
    ],
)
def test_every_kind_becomes_jpeg_or_png(content, mime, mode):
    drawn, said, width, height = redrawn(content)
    image = opened(drawn)
    assert (said, image.get_format_mimetype(), image.mode, image.size) == (mime, mime, mode, (width, height))


def test_a_picture_without_loss_is_the_same_picture():
    content = corpus.picture("PNG", color=(12, 200, 7))
    assert opened(redrawn(content)[0]).tobytes() == opened(content).tobytes()


@pytest.mark.parametrize(("orientation", "corner"), [(1, (0, 0)), (3, (63, 47)), (6, (47, 0)), (8, (0, 63))])
def test_upright(orientation, corner):
    image = Image.new("RGB", (64, 48))
    image.paste("white", (0, 0, 16, 16))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = BytesIO()
    image.save(out, "JPEG", exif=exif, quality=95)
    drawn = redrawn(out.getvalue())
    assert drawn[2:] == ((64, 48) if orientation < 5 else (48, 64))
    assert min(opened(drawn[0]).getpixel(corner)) > 200


def test_nothing_but_the_picture_is_left():
    exif = Image.Exif()
    exif[0x010E] = "MARKER"
    secret = {"exif": exif, "comment": b"MARKER <script>"}
    jpeg = corpus.picture("JPEG", **secret) + b"MARKER trailing <html>"
    for content in (jpeg, corpus.png_with_text(100), corpus.gif(2, tail=b"MARKER*/=1;alert(1)"), corpus.picture("WEBP", exif=exif)):
        drawn = redrawn(content)[0]
        assert b"MARKER" not in drawn
        assert not {"exif", "comment", "Comment", "icc_profile"} & set(opened(drawn).info)


def test_a_script_that_is_a_gif_is_only_a_picture_afterwards():
    """The width of the screen reads "/*", what follows the picture ends the comment."""
    content = b"GIF89a/*" + corpus.gif(tail=b"*/=1;alert(1)")[8:]
    drawn = redrawn(content)
    assert drawn[1:] == ("image/png", 10_799, 1)
    assert b"alert" not in drawn[0]


def test_colours_are_turned_to_srgb():
    """A profile with red and green changed about: what was stored as green has to be seen as red."""
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red, green = swapped.index(b"rXYZ"), swapped.index(b"gXYZ")
    swapped = bytearray(swapped)
    swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
    content = corpus.picture("PNG", color=(0, 255, 0), icc_profile=bytes(swapped))
    assert opened(redrawn(content)[0]).getpixel((0, 0)) == pytest.approx((255, 0, 0), abs=4)


def test_sixteen_bits_of_grey_are_spread_over_eight():
    image = Image.new("I;16", (3, 1))
    for place, value in enumerate((1000, 2000, 3000)):
        image.putpixel((place, 0), value)
    out = BytesIO()
    image.save(out, "PNG")
    assert list(opened(redrawn(out.getvalue())[0]).tobytes()) == [0, 127, 255]


def test_a_broken_colour_profile_is_ignored():
    content = corpus.picture("PNG", color=(0, 255, 0), icc_profile=b"nonsense")
    assert opened(redrawn(content)[0]).getpixel((0, 0)) == (0, 255, 0)


@pytest.mark.parametrize(
    ("form", "mode", "size", "kept"),
    [
        ("JPEG", "L", (8000, 6000), (4000, 3000)),
        ("PNG", "L", (8000, 6000), (4000, 3000)),
        ("PNG", "P", (8000, 6000), (4000, 3000)),
        ("PNG", "1", (8000, 6000), (4000, 3000)),
        ("PNG", "I;16", (8000, 6000), (4000, 3000)),
        ("JPEG", "L", (6000, 6000), (6000, 6000)),
        ("PNG", "1", (1000, 30_000), (1000, 30_000)),
    ],
)
def test_only_very_large_pictures_are_made_smaller(form, mode, size, kept):
    assert redrawn(corpus.picture(form, size, mode, color=1))[2:] == kept


@pytest.mark.parametrize("content", [corpus.photo((2000, 1500)), corpus.picture("PNG", (900, 300), mode="RGBA", color=(0, 0, 0, 0))])
def test_thumbnail(content):
    image = opened(thumbnail(redrawn(content)[0]))
    assert image.format == "JPEG"
    assert max(image.size) == 320


def test_transparent_is_white_in_the_thumbnail():
    small = thumbnail(redrawn(corpus.picture("PNG", mode="RGBA", color=(0, 0, 0, 0)))[0])
    assert min(opened(small).getpixel((5, 5))) > 250


@pytest.mark.parametrize("content", [b"", b"words", corpus.HTML, corpus.photo()[:400], corpus.picture("PNG")[:60], corpus.PDF])
def test_what_is_no_picture_is_damaged(content):
    assert refusal(content) == "damaged"


@pytest.mark.parametrize("make", [corpus.huge_png, corpus.huge_gif, corpus.huge_webp, corpus.huge_tiff])
def test_bombs_are_not_decoded(make):
    assert refusal(make()) == "too_many_pixels"


def test_a_fax_is_shown_by_its_first_page():
    assert redrawn(corpus.pages(3, (80, 100)))[1:] == ("image/png", 80, 100)


def test_a_tiff_whose_pages_go_round_in_circles():
    content = bytearray(corpus.pages(1))
    first = struct.unpack_from("<I", content, 4)[0]
    entries = struct.unpack_from("<H", content, first)[0]
    struct.pack_into("<I", content, first + 2 + entries * 12, first)
    assert redrawn(bytes(content))[1] == "image/png"
