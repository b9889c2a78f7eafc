"""Names of the house in words for the customer (R23): people and departments, codes only where they are written as codes."""

import pytest

from complaints.namesaid import names_in

NAMES = ["高原", "Gao Yuan", "生产二部", "韦"]
CODES = ["pmc", "quality", "production-1"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("请找高原", ["高原"]),
        ("ask GAO YUAN about it", ["Gao Yuan"]),
        ("Gao Yuanming", []),
        ("生产二部已整改", ["生产二部"]),
        ("PMC has confirmed", ["pmc"]),
        ("the quality of the goods", []),
        ("QUALITY has confirmed", ["quality"]),
        ("Production-1 made it", ["production-1"]),
        ("韦先生", []),
        ("", []),
    ],
)
def test_names_are_found_as_somebody_would_read_them(text, found):
    assert names_in(text, NAMES, CODES) == found
