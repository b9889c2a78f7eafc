"""What others wrote is in the repository as they published it, with licence and checksum."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ICONS = set((ROOT / "config/icons.txt").read_text().split())
PACKAGES = [
    (home, name, record)
    for home in (ROOT / "static/vendor", ROOT / "tests/vendor")
    for name, record in json.loads((home / "VENDOR.json").read_text()).items()
]


@pytest.mark.parametrize(("home", "name", "record"), PACKAGES, ids=[name for _, name, _ in PACKAGES])
def test_files_are_as_recorded(home: Path, name: str, record: dict) -> None:
    folder = home / f"{name}-{record['version']}"
    assert {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()} == record["sha256"]


@pytest.mark.parametrize(("home", "name", "record"), PACKAGES, ids=[name for _, name, _ in PACKAGES])
def test_each_package_brings_its_licence(home: Path, name: str, record: dict) -> None:
    assert "LICENSE" in record["sha256"]
    assert record["licence"] in {"0BSD", "ISC", "MPL-2.0"}


def test_nothing_else_lies_in_the_vendor_folders() -> None:
    for home in {home for home, _, _ in PACKAGES}:
        wanted = {"VENDOR.json", *(f"{name}-{record['version']}" for where, name, record in PACKAGES if where == home)}
        assert {entry.name for entry in home.iterdir()} == wanted


def test_the_sprite_holds_the_listed_icons() -> None:
    (sprite,) = (ROOT / "static/vendor").glob("lucide-static-*/icons.svg")
    assert set(re.findall(r'id="i-([\w-]+)"', sprite.read_text())) == ICONS


def test_every_icon_a_template_names_exists() -> None:
    templates = [file.read_text() for file in (ROOT / "templates").rglob("*.html")]
    named = {name for text in templates for name in re.findall(r'(?:{% icon |icon_name(?:=|\|default:))"([\w-]+)"', text)}
    assert named - ICONS == set()
