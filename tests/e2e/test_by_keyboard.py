"""The desk without a mouse: a complaint recorded on the telephone, a review decided, lists walked, and the single keys.

Not here: which key does what when it is pressed in the wrong place (`tests.static.test_scripts` reads the scripts).
"""

from playwright.sync_api import Page, expect

from .conftest import PASSWORD, Desks
from .road import HANDLER, HEAD, Road

FOCUSED = "document.activeElement.getAttribute('name') || ''"
WORDS = "The thread of the coupling strips when it is tightened by hand."


def tab_to(page: Page, name: str) -> None:
    """With the Tab key alone, as far as the field of that name."""
    for _ in range(60):
        if page.evaluate(FOCUSED) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached with the Tab key")


def test_a_complaint_is_recorded_on_the_telephone(desks: Desks) -> None:
    with desks("heyutong", "en") as desk:
        page = desk.page
        page.keyboard.press("n")
        page.wait_for_url("**/complaints/new/**")
        page.keyboard.press("Alt+1")
        tab_to(page, "customer_text")
        page.keyboard.type("Kestrel")
        page.locator("[role=option]").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        tab_to(page, "about")
        page.keyboard.type("HX-20 straight coupling")
        page.keyboard.press("Escape")
        tab_to(page, "words")
        page.keyboard.type(WORDS)
        tab_to(page, "effect")
        page.keyboard.press("Space")
        desk.leave(lambda: page.keyboard.press("Control+Enter"))
        number = page.locator(".read-out-number").inner_text().strip()
        desk.open(number)
        assert desk.stage() == "Triage"
        assert WORDS in desk.text()
        assert "Kestrel Pumps Ltd" in desk.text()


def test_a_review_is_decided(desks: Desks) -> None:
    road = Road(desks, "en")
    road.record(customer="Kestrel", about="HX-20 straight coupling", words="A coupling of the last delivery rusts.", effect="none")
    road.to_confirmation(3, nature="general")
    road.step(HEAD, "confirm", handler=road.people["handler"])
    road.plan()
    assert road.propose() == "Review"
    with desks(HEAD, "en") as desk:
        page = desk.page
        desk.go(desk.url(road.number, "review_ok"))
        tab_to(page, "password")
        page.keyboard.type(PASSWORD)
        desk.leave(lambda: page.keyboard.press("Control+Enter"))
        desk.open(road.number)
        assert desk.stage() == "Approval"


def test_lists_are_walked_and_opened(desks: Desks) -> None:
    with desks("heyutong", "en") as desk:
        page = desk.page
        desk.go("/complaints/")
        links = page.locator("[data-row] a")
        first, second = (page.locator("[data-row]").nth(place).locator("a").first for place in (0, 1))
        assert links.count() > 2
        page.keyboard.press("j")
        expect(first).to_be_focused()
        page.keyboard.press("j")
        expect(second).to_be_focused()
        page.keyboard.press("k")
        expect(first).to_be_focused()
        page.keyboard.press("x")
        expect(page.locator("[data-row] input[type=checkbox]").first).to_be_checked()
        address = first.get_attribute("href") or ""
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{address}")


def test_search_help_and_closing(desks: Desks) -> None:
    with desks("heyutong", "en") as desk:
        page, keys = desk.page, desk.page.locator("#keys")
        desk.go("/")
        page.keyboard.press("?")
        expect(keys).to_be_visible()
        page.keyboard.press("n")
        expect(keys).to_be_visible()
        page.keyboard.press("Escape")
        expect(keys).to_be_hidden()
        page.keyboard.press("/")
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("n?/")
        assert page.locator("#q").input_value() == "n?/"


def test_single_keys_can_be_turned_off(desks: Desks) -> None:
    with desks(HANDLER, "en") as desk:
        page = desk.page
        box = page.locator("[name=single_keys]")
        desk.go("/settings/")
        box.uncheck(force=True)
        desk.leave(lambda: box.locator("xpath=ancestor::form").locator("button").last.click())
        page.keyboard.press("?")
        page.keyboard.press("n")
        expect(page.locator("#keys")).to_be_hidden()
        assert page.url.endswith("/settings/#keys-card")
        box.check(force=True)
        desk.leave(lambda: box.locator("xpath=ancestor::form").locator("button").last.click())
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
