"""Files made for the tests: ordinary ones of every kind, and hostile ones."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

MB = 1 << 20
LIMITS = {"max_bytes": 20 * MB, "max_pixels": 50_000_000}
MAIN = {"docx": "wordprocessingml.document", "xlsx": "spreadsheetml.sheet", "pptx": "presentationml.presentation"}


def picture(form="JPEG", size=(64, 48), mode="RGB", color="red", **options):
    out = BytesIO()
    Image.new(mode, size, color).save(out, form, **options)
    return out.getvalue()


def photo(size=(64, 48)):
    """A gradient: what a flat colour can't show is seen in it."""
    image = Image.merge("RGB", [Image.linear_gradient("L").resize(size), Image.radial_gradient("L").resize(size), Image.new("L", size, 40)])
    out = BytesIO()
    image.save(out, "JPEG", quality=95)
    return out.getvalue()


def pages(count, size=(80, 100), mode="1"):
    first, *rest = [Image.new(mode, size, 1) for _ in range(count)]
    out = BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=rest, compression="group4" if mode == "1" else None)
    return out.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(side=50_000):
    """Says it has 2.5 thousand million pixels; the rows would unpack from little."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(side // 8 + 1) * 2000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def png_with_text(length):
    """A comment that unpacks to `length` bytes."""
    plain = picture("PNG")
    comment = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(length), 9))
    return plain[:33] + comment + plain[33:]


def gif(frames=1, tail=b""):
    frame = b"\x21\xf9\x04\0\0\0\0\0" + b"\x2c" + struct.pack("<4HB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<2H3B", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + frame * frames + b"\x3b" + tail


def moving(form, frames):
    first, *rest = [Image.new("RGB", (8, 8), (number * 97 % 256, number * 61 % 256, number % 2 * 255)) for number in range(frames)]
    out = BytesIO()
    first.save(out, form, save_all=True, append_images=rest)
    return out.getvalue()


def huge_gif():
    return b"GIF89a" + struct.pack("<2H3B", 60_000, 60_000, 0, 0, 0) + gif()[13 + 6 :]


def huge_webp(side=16_383):
    header = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + (side - 1).to_bytes(3, "little") * 2
    lossy = picture("WEBP", (16, 16))[12:]
    body = b"WEBP" + header + lossy
    return b"RIFF" + struct.pack("<I", len(body)) + body


def huge_tiff(side=60_000):
    tags = [
        (256, 4, 1, side),
        (257, 4, 1, side),
        (258, 3, 1, 1),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (278, 4, 1, side),
        (279, 4, 1, 8),
    ]
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) + entries + bytes(4) + bytes(64)


def exif_jpeg(entries=5_000):
    """An EXIF block whose thousands of entries all mean the same bytes."""
    directory = b"".join(struct.pack("<HHII", tag + 1, 7, entries, 8) for tag in range(entries))
    block = b"Exif\0\0II*\0" + struct.pack("<IH", 8, entries) + directory + bytes(4)
    plain = picture()
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + plain[2:]


def office(extension="docx", *, parts=(), types=None, compression=zipfile.ZIP_DEFLATED):
    """The least that is an Office file, and `parts` (name, content)."""
    main = f"application/vnd.openxmlformats-officedocument.{MAIN[extension]}.main+xml"
    listed = types or f'<Types><Override PartName="/main.xml" ContentType="{main}"/></Types>'
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", listed)
        archive.writestr("main.xml", "<document>ok</document>")
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


def bomb(gigabytes=4):
    """Says and means many gigabytes: one packed member, listed again and again in the directory."""
    block = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = block.compress(bytes(32 * MB)) + block.flush()
    crc, members = zlib.crc32(bytes(32 * MB)), gigabytes * 32
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(packed), 32 * MB, 5, 0) + b"a.xml"
    directory = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, len(packed), 32 * MB, 8, 0, 0, 0, 0, 0, 0) + b"%04d.xml" % n
        for n in range(members)
    )
    place = len(local) + len(packed)
    return local + packed + directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, members, members, len(directory), place, 0)


def crowd(entries=100_000):
    """An archive of very many empty members."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(entries):
            archive.writestr(zipfile.ZipInfo(f"{number}.xml"), b"")
    return out.getvalue()


def lying_directory():
    """Packs 200 MB but says 1 kB."""
    data = office(parts=[("word/big.xml", bytes(200 * MB))])
    return data.replace(struct.pack("<L", 200 * MB), struct.pack("<L", 1000))


MAIL = b"""Received: from mail.example.com by mx.example.com; Fri, 20 Nov 2026 08:52:00 +0800
From: Kestrel Pumps <qa@kestrel.example>
To: care@lanchuan.example
Subject: HX-32 leaking
Date: Fri, 20 Nov 2026 08:51:58 +0800
Message-ID: <1@kestrel.example>
MIME-Version: 1.0
Content-Type: multipart/related; boundary=x

--x
Content-Type: text/html

<html><body>Please see the photos.</body></html>
--x--
"""
SAVED_PAGE = b"""From: <Saved by Blink>
Snapshot-Content-Location: https://shop.example/
Subject: page
Date: Fri, 20 Nov 2026 08:51:58 +0800
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary=x

--x
Content-Type: text/html

<script>alert(1)</script>
--x--
"""
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
XHTML = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
HEIC = struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(100)
BILLION_LAUGHS = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>'
