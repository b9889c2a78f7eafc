"""Somebody at the desk: a browser of his own, signed in, who reads pages and decides with the forms they show.

Forms are found by where they send, fields by name, choices by the words a person reads. Not here: what is decided (`test_story_*`).
"""

import re
from collections.abc import Callable
from types import TracebackType
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
TIMEOUT = 10_000  # milliseconds
SETTLED = 300  # milliseconds in which a part that is worked out anew stands


def profile(browser: Browser, language: str = "zh", **screen: Any) -> BrowserContext:
    """A browser as somebody has it who was never here: no cookies, nothing kept."""
    context = browser.new_context(locale=LANGUAGES[language], **screen)
    context.set_default_timeout(TIMEOUT)
    return context


class Desk:
    """`with Desk(profile(browser), address, "heyutong", password) as desk: …`. Without a name: nobody yet.

    Closing it closes the profile too, unless it is to be `kept`, with its cookies, for the next desk of the same person.
    """

    def __init__(self, context: BrowserContext, address: str, name: str, password: str, *, kept: bool = False) -> None:
        self.address, self.context, self.kept = address, context, kept
        self.page: Page = context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        if name and not any(cookie.get("name") == "session" for cookie in context.cookies()):
            self.sign_in(name, password)

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
        if error is None:
            unexpected = [line for line in self.wrong if "409" not in line and "422" not in line and "404" not in line]
            assert unexpected == [], unexpected

    def close(self) -> None:
        if self.kept:
            self.page.close()
        else:
            self.context.close()

    def sign_in(self, name: str, password: str) -> None:
        self.go("/sign-in/")
        self.type_name(name, password)

    def type_name(self, name: str, password: str) -> None:
        """On the sign-in page."""
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "sign-in" not in url)

    def go(self, path: str) -> int:
        """Open a page; its status."""
        answer = self.page.goto(self.address + path)
        return answer.status if answer else 0

    def open(self, number: str) -> int:
        return self.go(f"/complaints/{number}/")

    def stage(self) -> str:
        """The name of the step where the complaint stands, as the page shows it; of the last one when all are done."""
        steps = self.page.locator(".steps-card")
        now = steps.locator("[aria-current=step] b")
        name = (now.first if now.count() else steps.locator("b").last).inner_text()
        return re.split("[（(]", name)[0].strip()

    def decide(self, number: str, move: str, **given: Any) -> None:
        """Make a move as the ticket offers it: in the panel when it is asked there, else on the form's own page."""
        self.open(number)
        choice = self.page.locator(f"input[type=radio][value={move}]")
        if choice.count():
            choice.first.check(force=True)
        form = self.form(number, move)
        if not form.count() or not form.is_visible():
            assert self.go(self.url(number, move)) == 200, f"{move} is not offered"
            form = self.form(number, move)
        self.leave(lambda: self.send(form, **given))

    def leave(self, deed: Callable[[], object]) -> None:
        """Do what leads to another page, or to this one anew, and wait for it."""
        self.page.evaluate("document.documentElement.dataset.old = ''")
        deed()
        self.page.locator("html:not([data-old]) main").wait_for()
        self.page.wait_for_load_state()

    def try_to(self, number: str, move: str, **given: Any) -> Locator:
        """Send the form of a move that will be refused; the form as it is then, with what is wrong."""
        self.go(self.url(number, move))
        form = self.form(number, move)
        self.send(form, **given)
        expect(form.locator(".error-summary, .note-soon, .note-late, .conflict").first).to_be_visible()
        return form

    def url(self, number: str, move: str) -> str:
        return f"/complaints/{number}/{move.replace('_', '-')}/"

    def form(self, number: str, move: str) -> Locator:
        """Of its own, or the page's whose button sends it there."""
        url = self.url(number, move)
        return self.page.locator(f'form[action="{url}"], form:has(button[formaction="{url}"])').first

    def send(self, form: Locator, **given: Any) -> None:
        for name, value in given.items():
            fill(form, name, value)
        form.locator("button:not([type=button]):not([name])").last.click()

    def text(self) -> str:
        return self.page.locator("main").inner_text()


def fill(form: Locator, name: str, value: Any) -> None:
    """Put a value into the field of that name, whatever it is: text, list, choice or tick; of `name?` only where it is asked."""
    if name.endswith("?"):
        form.page.wait_for_load_state("networkidle")
        field = form.locator(f"[name={name[:-1]}]").first
        return field.fill(str(value)) if field.is_visible() else None
    field = form.locator(f"[name={name}]")
    first = field.first
    kind = first.evaluate("e => e.tagName === 'SELECT' ? 'select' : (e.type || 'text')")
    if kind == "select":
        known = {option.get_attribute("value"): option.inner_text() for option in first.locator("option").all()}
        first.select_option(str(value) if str(value) in known else next(key for key, text in known.items() if str(value) in text))
    elif kind in ("radio", "checkbox"):
        for one in value if isinstance(value, list) else [value]:
            _tick(form, name, one)
    else:
        first.fill(str(value))
    return None


def _tick(form: Locator, name: str, value: Any) -> None:
    """Once more where the page has just put a new one in its place, as somebody would who saw it blink."""
    for last in (False, False, True):
        try:
            return _check(form, name, value)
        except Error:
            if last:
                raise
            form.page.wait_for_timeout(SETTLED)
    return None


def _check(form: Locator, name: str, value: Any) -> None:
    by_value = form.locator(f'[name={name}][value="{value}"]')
    if value is True:
        by_value = form.locator(f"[name={name}]").first
    if by_value.count():
        by_value.first.check(force=True)
    else:
        form.locator("label", has_text=str(value)).locator(f"[name={name}]").first.check(force=True)
