"""Photographs for the demonstration, drawn: a coupling, its sealing face with a burr, a flange, a blister, a bolt, an end cap, a valve."""

import io
import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter

SIZE = (900, 640)
BENCH, STEEL, DARK, LIGHT, OIL, RUST = "#8d9399", "#c3c9ce", "#5d646b", "#e8ecef", "#6b5a1e", "#9a5b2c"
Draw = ImageDraw.ImageDraw


def picture(name: str) -> bytes:
    """A JPEG; the same for the same name, byte by byte."""
    image = Image.new("RGB", SIZE, BENCH)
    draw = ImageDraw.Draw(image)
    _bench(draw, random.Random(name))  # noqa: S311 - grain of a photograph
    PICTURES[name](draw)
    soft = image.filter(ImageFilter.GaussianBlur(0.8))
    out = io.BytesIO()
    soft.save(out, "JPEG", quality=82)
    return out.getvalue()


def _bench(draw: Draw, chance: random.Random) -> None:
    """A workshop's bench: brushed grain, a shadow below the piece."""
    for _ in range(900):
        x, y = chance.randrange(SIZE[0]), chance.randrange(SIZE[1])
        draw.line((x, y, x + chance.randrange(20, 120), y), fill=chance.choice(["#878d93", "#92989e", "#8a9096"]))
    draw.ellipse((180, 430, 740, 600), fill="#757b81")


def _tube(draw: Draw, left: int, top: int, right: int, bottom: int) -> None:
    """A turned part seen from the side: lighter in the middle."""
    middle = (top + bottom) / 2
    for y in range(top, bottom):
        shade = int(205 - 110 * abs(y - middle) / (bottom - top))
        draw.line((left, y, right, y), fill=(shade, shade + 4, shade + 8))


def _thread(draw: Draw, left: int, right: int, top: int, bottom: int, step: int = 14) -> None:
    for x in range(left, right, step):
        draw.line((x, top, x + step, bottom), fill=DARK, width=3)


def coupling(draw: Draw) -> None:
    """With oil below its root."""
    _tube(draw, 180, 260, 720, 420)
    _tube(draw, 370, 215, 530, 465)
    for x in (423, 477):
        draw.line((x, 218, x, 462), fill=DARK, width=3)
    _thread(draw, 190, 350, 262, 418)
    _thread(draw, 550, 700, 262, 418)
    draw.ellipse((330, 440, 430, 520), fill=OIL)
    draw.ellipse((345, 500, 395, 560), fill=OIL)


def burr(draw: Draw) -> None:
    """The sealing cone, twenty times."""
    draw.ellipse((170, 40, 730, 600), fill=STEEL, outline=DARK, width=4)
    draw.ellipse((280, 150, 620, 490), fill=LIGHT, outline=DARK, width=3)
    draw.ellipse((340, 210, 560, 430), fill="#2f3439")
    for turn in range(0, 70, 6):
        angle = math.radians(turn + 10)
        x, y = 450 + 172 * math.cos(angle), 320 + 172 * math.sin(angle)
        draw.polygon([(x, y), (x + 16, y + 5), (x + 4, y + 14)], fill=DARK)


def flange(draw: Draw) -> None:
    """Six holes."""
    draw.ellipse((190, 60, 710, 580), fill=STEEL, outline=DARK, width=4)
    draw.ellipse((350, 220, 550, 420), fill="#3a4046", outline=DARK, width=4)
    for turn in range(6):
        x, y = 450 + 200 * math.cos(turn * math.pi / 3), 320 + 200 * math.sin(turn * math.pi / 3)
        draw.ellipse((x - 26, y - 26, x + 26, y + 26), fill="#3a4046")


def blister(draw: Draw) -> None:
    """A flange with its plating raised at the rim."""
    flange(draw)
    chance = random.Random("blister")  # noqa: S311 - where the blisters are
    for _ in range(70):
        angle, far = chance.uniform(0.1, 2.1), chance.uniform(225, 250)
        x, y, r = 450 + far * math.cos(angle), 320 + far * math.sin(angle), chance.uniform(4, 12)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=LIGHT, outline=RUST)


def bolt(draw: Draw) -> None:
    """Burrs on its first threads."""
    _tube(draw, 300, 270, 780, 370)
    _thread(draw, 470, 770, 272, 368)
    draw.regular_polygon((240, 320, 110), 6, fill=STEEL, outline=DARK)
    for x in range(690, 780, 10):
        draw.polygon([(x, 268), (x + 6, 252), (x + 9, 270)], fill=LIGHT)


def endcap(draw: Draw) -> None:
    """Sand holes on the sealing face."""
    draw.rounded_rectangle((210, 90, 690, 560), 60, fill=STEEL, outline=DARK, width=4)
    draw.ellipse((300, 170, 600, 470), fill=LIGHT, outline=DARK, width=3)
    chance = random.Random("endcap")  # noqa: S311 - where the holes are
    for _ in range(40):
        x, y, r = chance.uniform(320, 580), chance.uniform(190, 450), chance.uniform(1, 6)
        draw.ellipse((x - r, y - r, x + r, y + r), fill="#41464b")


def valve(draw: Draw) -> None:
    """Its disc stands half open."""
    draw.ellipse((200, 110, 640, 550), fill=STEEL, outline=DARK, width=5)
    draw.ellipse((250, 160, 590, 500), fill="#2f3439")
    draw.ellipse((340, 165, 500, 495), fill=STEEL, outline=DARK, width=4)
    _tube(draw, 395, 30, 445, 170)
    draw.rectangle((430, 40, 760, 70), fill=RUST)


PICTURES: dict[str, Callable[[Draw], None]] = {
    one.__name__: one for one in (coupling, burr, flange, blister, bolt, endcap, valve)
}  # fmt: skip
