"""A browser that runs no script: a complaint is still recorded, judged, assigned and confirmed."""

from .conftest import Desks
from .road import ASSISTANT, HEAD, MANAGER, NUMBER

WORDS = "Two of ten couplings leak at the thread."


def test_a_complaint_goes_its_first_steps(desks: Desks) -> None:
    with desks(ASSISTANT, "en", java_script_enabled=False) as desk:
        desk.go("/complaints/new/")
        form = desk.page.locator("#intake")
        form.locator("[name=customer_text]").fill("Kestrel Pumps Ltd (C-0342)")
        form.locator("[name=about]").fill("HX-20 straight coupling")
        form.locator("[name=words]").fill(WORDS)
        form.locator("[name=effect][value=none]").check(force=True)
        form.locator("button[name=act][value=record]").last.click()
        found = NUMBER.search(desk.page.locator(".read-out-number").inner_text())
        assert found
        number = found[0]
        desk.go(desk.url(number, "submit"))
        desk.form(number, "submit").locator("button:not([type=button])").last.click()
        desk.open(number)
        assert desk.stage() == "Triage"
    judged = {"type": "Leaks", "nature": "general", "grade": 4, "department": "next step", "grade_reason?": "The lots differ."}
    for who, move, given, stage in (
        (MANAGER, "judge", judged, "Responsibility"),
        (MANAGER, "assign", {"department": "Production 2"}, "Confirmation"),
        (HEAD, "confirm", {"handler": "Gao Yuan"}, "Measures"),
    ):
        with desks(who, "en", java_script_enabled=False) as desk:
            desk.go(desk.url(number, move))
            desk.send(desk.form(number, move), **given)
            desk.open(number)
            assert desk.stage() == stage
            assert WORDS in desk.text()
