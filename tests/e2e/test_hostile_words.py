"""Words that would be markup, script or formulas elsewhere: kept as they were typed, and nothing else happens."""

import pytest

from .conftest import Desks
from .road import ASSISTANT, NUMBER
from .test_nothing_is_lost import picture

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onfocus=alert(1) autofocus x='",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% debug %}${alert(1)}",
    "<template><iframe srcdoc='<script>alert(1)</script>'></iframe></template>",
    "]]><!--<a hx-get=/sign-out/ hx-trigger=load>",
    '=HYPERLINK("http://elsewhere.example")\u202e\u2066',
)


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_it_is_only_text(desks: Desks, words: str) -> None:
    with desks(ASSISTANT, "en") as desk:
        page, dialogs = desk.page, []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.accept()))
        desk.go("/complaints/new/")
        form = page.locator("#intake")
        name = f"{words[:40].replace('/', ' ')}.png"
        page.locator("input[type=file]").first.set_input_files({"name": name, "mimeType": "image/png", "buffer": picture()})
        form.locator(".file").wait_for()
        form.locator("[name=customer_text]").fill(f"Altamar {words}")
        form.locator("[name=about]").fill(words[:60])
        form.locator("[name=words]").fill(words)
        form.locator("[name=effect][value=none]").check(force=True)
        desk.leave(lambda: page.keyboard.press("Control+Enter"))
        found = NUMBER.search(page.locator(".read-out-number").inner_text())
        assert found
        desk.open(found[0])
        assert words.replace("\u202e", "").replace("\u2066", "") in desk.text()
        desk.decide(found[0], "tell", means="telephone", text=words)
        for path in ("/", "/complaints/", "/drafts/"):
            desk.go(path)
        page.fill("#q", words)
        desk.leave(lambda: page.keyboard.press("Enter"))
        assert page.locator("#q").input_value() == words
        assert dialogs == []
