"""Our scripts: nothing the content security policy forbids, and each word they show exists in the page."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
TEXTS = (ROOT / "templates/components/script_texts.html").read_text()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: file.name)
def test_no_eval_no_inline_style_no_other_site(script: Path) -> None:
    assert re.findall(r"\beval\(|new Function\(|\.style\b|setAttribute\(.style|https?://|blob:|createObjectURL", script.read_text()) == []


def test_every_word_shown_is_translated_in_the_page() -> None:
    code = "".join(file.read_text() for file in SCRIPTS)
    shown = set(re.findall(r'(?:(?:words|copyOf|showNote)\(|\d{3}: |\|\| )"([\w-]+)"', code))
    assert shown - set(re.findall(r'<template id="t-([\w-]+)">', TEXTS)) == set()


def test_every_text_is_used() -> None:
    code = "".join(file.read_text() for file in SCRIPTS)
    assert [name for name in re.findall(r'<template id="t-([\w-]+)">', TEXTS) if f'"{name}"' not in code] == []


def test_every_module_is_loaded() -> None:
    imported = {name for file in SCRIPTS for name in re.findall(r'(?:from|import) "\./([\w-]+\.js)"', file.read_text())}
    assert imported | {"app.js"} == {file.name for file in SCRIPTS}
