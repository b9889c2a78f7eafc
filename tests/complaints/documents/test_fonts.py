"""The fonts are those that were published, with their licences, and of a kind every machine sets alike."""

import hashlib

from complaints.documents.engine import FONTS

LISTED = dict(reversed(line.split("  ")) for line in (FONTS / "SHA256SUMS").read_text().splitlines())


def test_every_file_is_as_published():
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FONTS.iterdir() if file.name != "SHA256SUMS"}
    assert found == LISTED


def test_each_family_brings_its_licence_and_none_uses_a_reserved_name():
    assert {"OFL-NotoSans.txt", "OFL-NotoSansSC.txt"} < set(LISTED)
    for licence in FONTS.glob("OFL-*.txt"):
        assert "SIL Open Font License, Version 1.1" in licence.read_text()
    assert [file.name for file in FONTS.iterdir() if "source" in file.name.lower()] == []
