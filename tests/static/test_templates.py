"""Every template of the product keeps the content security policy and the house rules."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN = {
    "inline style": r"<style\b|\sstyle\s*=",
    "inline script": r"<script(?![^>]*\ssrc=)",
    "event handler": r"<[^>]*\son[a-z]+\s*=",
    "script in an address": r"javascript:",
    "data or blob address": r"""(?:src|href)\s*=\s*["'](?:data|blob):""",
    "code in htmx attributes": r"""\bhx-on\b|hx-vals\s*=\s*["']js:|hx-vars|hx-trigger\s*=\s*["'][^"']*\[""",
    "another site": r"""(?:src|href)\s*=\s*["'](?:https?:)?//""",
}


def found(text: str) -> list[str]:
    return [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, flags=re.IGNORECASE)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT / "templates")))
def test_nothing_the_policy_forbids(template: Path) -> None:
    assert found(template.read_text()) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<p style="color: red">', "inline style"),
        ("<script>go()</script>", "inline script"),
        ('<a onclick="go()">', "event handler"),
        ('<a href="javascript:go()">', "script in an address"),
        ('<img src="data:image/png;base64,AA">', "data or blob address"),
        ('<p hx-on:click="go()">', "code in htmx attributes"),
        ('<img src="https://cdn.example/x.png">', "another site"),
    ],
)
def test_the_scan_sees(text: str, what: str) -> None:
    assert what in found(text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT / "templates")))
def test_no_template_is_too_long(template: Path) -> None:
    assert len(template.read_text().splitlines()) <= 150


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT / "templates")))
def test_a_form_sent_by_htmx_also_works_without_it(template: Path) -> None:
    forms = re.findall(r"<form\b(?:[^>]|%}>)*hx-post[^>]*>", template.read_text())
    assert [form for form in forms if 'method="post"' not in form or "action=" not in form] == []
