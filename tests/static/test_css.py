"""The stylesheets: two dark sets that agree, colours that can be read, nothing our oldest browsers do not know."""

import re

import pytest

from tests.static.css import CSS, contrast, dark_blocks, light_block

SHEETS = sorted(CSS.rglob("*.css"))
TEXT_ON = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink-2", "surface-3"),
    ("ink-2", "azure-soft"),
    ("ink-3", "paper"),
    ("ink-3", "surface-2"),
    ("azure", "surface"),
    ("azure-deep", "azure-soft"),
    ("on-azure", "azure"),
    ("on-azure", "azure-deep"),
    ("cinnabar", "surface"),
    ("cinnabar", "cinnabar-soft"),
    ("on-cinnabar", "cinnabar"),
    ("gamboge", "surface"),
    ("gamboge", "gamboge-soft"),
    ("ink-2", "gamboge-soft"),
    ("ink-2", "cinnabar-soft"),
    ("ink-2", "malachite-soft"),
    ("malachite", "surface"),
    ("malachite", "malachite-soft"),
    ("on-malachite", "malachite"),
    ("surface", "ink"),
]


def test_the_two_dark_sets_are_the_same() -> None:
    by_choice, by_system = dark_blocks()
    assert by_choice == by_system
    assert by_choice["--paper"] == "#0e1417"


def test_every_colour_has_a_dark_twin() -> None:
    colours = {name for name, value in light_block().items() if value.startswith(("#", "rgb"))}
    assert colours == {name for name, value in dark_blocks()[0].items() if value.startswith(("#", "rgb"))}


@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read_in_both_themes(text: str, ground: str) -> None:
    for theme in (light_block(), dark_blocks()[0]):
        assert contrast(theme[f"--{text}"], theme[f"--{ground}"]) >= 4.5


@pytest.mark.parametrize("ground", ["surface", "paper"])
def test_edges_of_controls_can_be_seen_in_both_themes(ground: str) -> None:
    for theme in (light_block(), dark_blocks()[0]):
        assert contrast(theme["--control"], theme[f"--{ground}"]) >= 3


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_nothing_beyond_the_oldest_browsers(sheet) -> None:
    text = sheet.read_text()
    assert not re.findall(r"light-dark\(|color-mix\(|oklch\(|oklab\(|&\s*[:.>{]|url\(\s*['\"]?data:", text)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_colours_come_from_tokens(sheet) -> None:
    allowed = {"tokens.css", "print.css", "admin.css"}  # the admin's page is Django's and has no tokens of ours
    found = [] if sheet.name in allowed else re.findall(r":\s*[^;]*#[0-9a-fA-F]{3,8}\b", sheet.read_text())
    assert found == []


def test_every_token_used_is_defined() -> None:
    used = {name for sheet in SHEETS for name in re.findall(r"var\((--[\w-]+)", sheet.read_text())}
    assert used - light_block().keys() == set()
