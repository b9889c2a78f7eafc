"""What was typed outlives the session; a file is there for those who see its complaint, and for nobody else."""

import io

from PIL import Image
from playwright.sync_api import expect

from .conftest import PASSWORD, Desks
from .road import ASSISTANT, HANDLER, NUMBER

WORDS = "The customer is still talking while the session ends."


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (640, 480), "#888").save(content, "PNG")
    return content.getvalue()


def test_text_comes_back_after_signing_in_again(desks: Desks) -> None:
    with desks(ASSISTANT, "en") as desk:
        page = desk.page
        desk.go("/complaints/new/")
        page.locator("[name=about]").fill("HX-20 straight coupling")
        desk.context.clear_cookies(name="session")
        page.locator("[name=words]").fill(WORDS)
        note = page.locator("#intake [data-request-note]")
        note.wait_for()
        assert "sign in" in note.inner_text().lower()
        assert page.locator("[name=words]").input_value() == WORDS
        page.once("dialog", lambda dialog: dialog.accept())
        note.locator("a").click()
        page.wait_for_url("**/sign-in/**")
        desk.type_name(ASSISTANT, PASSWORD)
        expect(page.locator("[name=words]")).to_have_value(WORDS)
        expect(page.locator("[name=about]")).to_have_value("HX-20 straight coupling")
        desk.wrong = [line for line in desk.wrong if "401" not in line]


def test_a_picture_is_shown_at_once_and_only_to_those_who_see_the_complaint(desks: Desks) -> None:
    with desks(ASSISTANT, "en") as desk:
        page = desk.page
        desk.go("/complaints/new/")
        page.locator("input[type=file]").first.set_input_files({"name": "crack.png", "mimeType": "image/png", "buffer": picture()})
        small = page.locator("#intake img.file-thumb")
        expect(small).to_have_js_property("complete", True)
        assert small.evaluate("image => image.naturalWidth") > 0
        link = page.locator("#intake .file a").get_attribute("href") or ""
        with desks(HANDLER, "en") as other:
            assert other.go(link) == 404
        page.locator("[name=customer_text]").fill("Kestrel Pumps Ltd (C-0342)")
        page.locator("[name=about]").fill("SF-40 flange")
        page.locator("[name=words]").fill("The photo shows the crack.")
        page.locator("[name=effect][value=none]").check(force=True)
        desk.leave(lambda: page.keyboard.press("Control+Enter"))
        assert NUMBER.search(page.locator(".read-out-number").inner_text())
        assert page.request.get(desk.address + link).status == 200
        desk.wrong = [line for line in desk.wrong if "410" not in line]  # the draft was about to be saved when the form was sent
    with desks(HANDLER, "en") as other:
        assert [other.go(link), other.go(f"{link}small/")] == [404, 404]
    with desks("zhaoqiming", "en") as manager:
        assert manager.page.request.get(f"{manager.address}{link}small/").headers["content-type"] == "image/jpeg"
