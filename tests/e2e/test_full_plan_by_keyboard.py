"""A full 8D written and proposed without a mouse: rows are added with the keyboard, the outline tells what is missing, Ctrl+Enter signs."""

from playwright.sync_api import Page, expect

from .conftest import PASSWORD, Desks
from .road import DUE, HANDLER, HEAD, Road
from .test_by_keyboard import FOCUSED

LONG = 120


def tab_to(page: Page, name: str) -> None:
    """With the Tab key alone, as far as the control of that name or id."""
    for _ in range(LONG):
        if name in (page.evaluate(FOCUSED), page.evaluate("document.activeElement.id")):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached with the Tab key")


def put(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    if page.evaluate("document.activeElement.tagName") in ("INPUT", "TEXTAREA"):
        page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_a_full_8d_is_written_and_proposed_without_a_mouse(desks: Desks) -> None:
    road = Road(desks, "en")
    road.record(customer="Kestrel", about="HX-20 straight coupling", words="Three couplings of the last delivery leak.", effect="none")
    road.to_confirmation(3, nature="general")
    road.step(HEAD, "confirm", handler=road.people["handler"])
    with desks(HANDLER, "en") as desk:
        page = desk.page
        desk.go(f"/complaints/{road.number}/plan/")
        outline = page.locator("#plan-outline")
        put(page, "found-0-text", "Three parts measured, burrs on the cone.")
        put(page, "finding", "Justified")
        put(page, "ledger-0-quantity", "40")
        put(page, "ledger-0-checked", "40")
        put(page, "ledger-0-bad", "3")
        put(page, "whys-0-text", "Burrs stay on the cone.")
        put(page, "whys-1-text", "The brush is worn.")
        put(page, "whys-2-text", "Operator error")
        tab_to(page, "add-whys")
        expect(page.locator("#weak-cause .weak")).to_be_visible()
        expect(outline.locator("a.bad", has_text="D4")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("[name=whys-3-text]")).to_be_focused()
        page.keyboard.type("Nothing counts the parts a brush has done.")
        put(page, "cause_category", "Machine")
        expect(page.locator("#weak-cause .weak")).to_have_count(0)
        put(page, "escape_whys-0-text", "The cone is no feature of the final check.")
        put(page, "escape_category", "Measurement")
        put(page, "measures-0-kind", "Corrective")
        put(page, "measures-0-text", "Replace the three parts")
        page.locator("[name=measures-0-due_on]").fill(DUE)
        tab_to(page, "add-measures")
        page.keyboard.press("Enter")
        expect(page.locator("[name=measures-1-text]")).to_be_focused()
        page.keyboard.type("Counter stops the brush at the end of its life")
        page.keyboard.press("Shift+Tab")
        page.keyboard.type("Preventive")
        page.locator("[name=measures-1-due_on]").fill(DUE)
        tab_to(page, "remedy_kinds")
        page.keyboard.press("Space")
        tab_to(page, "password")
        expect(page.locator("#plan-left")).to_contain_text("The department's head reviews it next.")
        page.keyboard.type(PASSWORD)
        desk.leave(lambda: page.keyboard.press("Control+Enter"))
        desk.open(road.number)
        assert desk.stage() == "Review"
        for said in ("Nothing counts the parts a brush has done.", "Three parts measured, burrs on the cone.", "Apology"):
            assert said in desk.text()
