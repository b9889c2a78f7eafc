"""An open page learns what is new within ten seconds, and nobody who types is disturbed."""

import re

from playwright.sync_api import expect

from .conftest import Desks

SOON = 11_000  # milliseconds


def record(desks: Desks, words: str) -> None:
    """The assistant takes a complaint and reports it to the manager."""
    with desks("heyutong", "en") as desk:
        desk.go("/complaints/new/")
        desk.page.locator("[name=customer_text]").fill("Kestrel Pumps Ltd (C-0342)")
        desk.page.locator("[name=about]").fill("SF-40 flange")
        desk.page.locator("[name=words]").fill(words)
        desk.page.locator("[name=effect][value=none]").check(force=True)
        desk.leave(lambda: desk.page.locator("#intake button[name=act][value=report]").last.click())


def unseen(text: str) -> int:
    found = re.search(r"(\d+)", text)
    return int(found[1]) if found else 0


def test_the_bell_rings_on_an_open_page_and_the_line_waits_until_nobody_types(desks: Desks) -> None:
    with desks("zhaoqiming", "en") as desk:
        page = desk.page
        desk.go("/notices/")
        mark = page.get_by_role("button", name="Mark all as seen")
        if mark.count():
            desk.leave(mark.click)
        desk.go("/complaints/")
        bell, line = page.locator("#bell"), page.locator("#fresh")
        assert unseen(bell.inner_text()) == 0
        page.locator("#q").press_sequentially("half a wo")
        record(desks, "The flange was bent.")
        expect(bell).to_contain_text("1 not seen", timeout=SOON)
        expect(page.locator("#q")).to_be_focused()
        expect(page.locator("#q")).to_have_value("half a wo")
        expect(line).to_be_empty()
        page.locator("#q").evaluate("box => box.blur()")
        expect(line).to_contain_text("1 new notice")
        desk.leave(line.get_by_role("link").click)
        assert page.url.endswith("/complaints/")
        expect(line).to_be_empty()


def test_a_followed_notice_is_seen(desks: Desks) -> None:
    record(desks, "The flange was bent again.")
    with desks("zhaoqiming", "en") as desk:
        desk.go("/notices/")
        before = unseen(desk.page.locator("#bell").inner_text())
        with desk.page.expect_response(lambda answer: answer.url.endswith("/seen/")):
            desk.leave(desk.page.locator("[data-seen]").first.click)
        desk.go("/notices/")
        assert unseen(desk.page.locator("#bell").inner_text()) == before - 1
