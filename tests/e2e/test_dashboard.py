"""The general manager's morning in a browser: he starts with the dashboard, answers what ran out there, and opens what a number counts."""

import re

from .conftest import Desks
from .desk import Desk

INSTRUCTION = "今天下班前给我一个结果，拿不出来就说缺什么。"


def renew(desk: Desk, section: str) -> None:
    """What the pulse does when something is new; waits until that section is a new one.

    Said again until it is: a section that has just been put in does not listen for a moment.
    """
    desk.page.evaluate(f"document.querySelector('{section}').dataset.old = ''")
    for _ in range(20):
        desk.page.evaluate("document.dispatchEvent(new Event('news'))")
        desk.page.wait_for_timeout(500)
        if desk.page.locator(f"{section}:not([data-old])").count():
            return
    raise AssertionError(f"{section} is the old one")


def test_what_ran_out_is_answered_from_the_dashboard_and_typing_survives(desks: Desks) -> None:
    with desks("shenguoliang") as desk:
        desk.go("/dashboard/")
        waiting = desk.page.locator("#b-waiting")
        boxes = waiting.locator("input[name=n]")
        number, before = boxes.last.get_attribute("value"), boxes.count()
        waiting.locator("summary").click()
        text = waiting.locator("[name=instruction]")
        text.fill(INSTRUCTION)
        renew(desk, "#b-figures")
        assert text.input_value() == INSTRUCTION
        boxes.last.check()
        waiting.locator("summary").click()  # folded again and without the focus: typed is typed
        desk.page.evaluate("document.activeElement.blur()")
        renew(desk, "#b-piles")
        assert (text.input_value(), boxes.last.is_checked()) == (INSTRUCTION, True)
        waiting.locator("summary").click()
        desk.leave(lambda: waiting.locator("button:not([type=button])").last.click())
        assert desk.page.locator("#b-waiting input[name=n]").count() == before - 1
        desk.open(str(number))
        assert INSTRUCTION in desk.text()


def test_what_nobody_is_at_is_renewed(desks: Desks) -> None:
    with desks("shenguoliang") as desk:
        desk.go("/dashboard/")
        for section in ("#b-waiting", "#b-trend", "#b-heat", "#b-repeats"):
            renew(desk, section)


def test_a_number_opens_exactly_what_it_counts(desks: Desks) -> None:
    with desks("shenguoliang", "en") as desk:
        desk.go("/dashboard/")
        link = desk.page.locator("#b-piles .late-n").first
        said = re.search(r"\d+", link.inner_text().split(":")[-1])
        assert said
        desk.leave(link.click)
        rows = desk.page.locator("[data-row]")
        assert rows.count() == int(said[0])
        assert f"{said[0]} complaint" in desk.text()


def test_general_managers_start_with_it_and_reach_their_work(desks: Desks) -> None:
    with desks("shenguoliang", "zh", viewport={"width": 390, "height": 844}) as desk:
        assert desk.page.url.endswith("/dashboard/")
        desk.leave(desk.page.locator(".nav a[href='/']").click)
        assert desk.page.url.removeprefix(desk.address) == "/"
