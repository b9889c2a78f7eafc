"""A complaint about the head of a department, who never sees it (R3, R4): recorded as staff conduct, confidential, another named in his
place, handled, replied, verified, closed. Between every two steps he looks for it wherever he can."""

import re
from collections.abc import Callable

import pytest

from .conftest import PASSWORD, Desks
from .desk import Desk, fill
from .road import ASSISTANT, DUE, GM, MANAGER, NUMBER, Road

ACCUSED, OTHER = "linxiaofeng", "weilixin"
WORD = "Zanzibar"
PAGES = ("", "verification/", "closing/", "timeline/", "deadlines/", "rounds/", "plan/", "confirm/", "remark/", "documents/form.pdf")
PLACES = (
    "/",
    "/notices/", "/complaints/?tab=all", "/complaints/?tab=department", "/measures/?stand=all", "/dashboard/", "/dashboard/?groups=all",
    "/dashboard/list/open.late/", "/escalations/", "/reports/morning/", "/reports/2026-11/", "/settings/",
)  # fmt: skip


def finds_nothing(desk: Desk, number: str) -> None:
    """With his browser's own session; what it would draw is read, not drawn."""
    asked = desk.page.request
    for page in PAGES:
        assert asked.get(f"{desk.address}/complaints/{number}/{page}").status == 404, page
    for place in (*PLACES, f"/complaints/?tab=all&q={number}", f"/complaints/?tab=all&q={WORD}"):
        answer = asked.get(desk.address + place)
        assert answer.ok, place
        assert not re.search(rf"""href=["'][^"']*/complaints/{number}/""", answer.text()), place
        assert "q=" in place or WORD not in answer.text(), place
    told = asked.get(f"{desk.address}/complaints/export.csv?tab=all").text()
    assert number not in told
    assert WORD not in told
    for kind in ("/complaints/export.xlsx?tab=all", "/measures/export.xlsx?stand=all", "/my-work.xlsx"):
        assert asked.get(desk.address + kind).ok


@pytest.fixture
def accused(desks: Desks) -> Callable[[], Desk]:
    """Signed in in a browser of his own."""
    return lambda: desks(ACCUSED, "en", viewport={"width": 1280, "height": 900})


def test_the_head_complained_about_never_sees_it(desks: Desks, accused: Callable[[], Desk]) -> None:
    road = Road(desks, "en")
    with accused() as him:

        def still_nothing() -> None:
            finds_nothing(him, road.number)

        record(desks, road)
        still_nothing()
        road.step(MANAGER, "judge", type="Staff conduct", nature="general", grade=4, department="next step", **{"grade_reason?": "R15"})
        still_nothing()
        road.step(MANAGER, "assign", department="Production 2")
        still_nothing()
        with desks(GM, "en") as gm:
            gm.go("/")
            assert "It is about the department's head: another is needed" in gm.text()
        road.step(GM, "name_acting_head", person="Wei Lixin", reason="The complaint is about the head.")
        still_nothing()
        assert road.step(OTHER, "confirm", handler="Gao Yuan") == "Measures"
        still_nothing()
        plan(desks, road)
        still_nothing()
        assert road.signed(OTHER, "review_ok") == "Approval"
        assert road.signed(GM, "approve") == "Reply"
        still_nothing()
        road.step(MANAGER, "send_reply", means="telephone", text="We have spoken to him and apologise.")
        road.step(MANAGER, "customer_agrees", means="telephone", words="Thank you.")
        still_nothing()
        road.step("gaoyuan", "measure_done", measure="Apology", evidence="Letter of apology.")
        still_nothing()
        road.step(MANAGER, "verify", measure="Apology", evidence="Customer confirmed it.")
        road.visited("Fine.", who=MANAGER, score=4)
        road.step(OTHER, "sign_off", words="Filed.")
        assert road.signed(MANAGER, "close", lessons="Train how to talk to customers.") == "Closed"
        still_nothing()


def record(desks: Desks, road: Road) -> None:
    """By the assistant, as staff conduct about the head; from then on not even she sees it."""
    with desks(ASSISTANT, "en") as desk:
        desk.go("/complaints/new/")
        form = desk.page.locator("#intake")
        for name, value in {
            "anonymous": True,
            "about": f"Conduct, {WORD}",
            "words": f"He shouted at our driver. {WORD}",
            "effect": "none",
        }.items():
            _open_all(desk)
            fill(form, name, value)
        fill(form, "type", "Staff conduct")
        fill(form, "against", "Lin Xiaofeng")
        desk.leave(lambda: desk.page.keyboard.press("Control+Enter"))
        found = NUMBER.search(desk.page.content())
        assert found
        road.number = found[0]


def _open_all(desk: Desk) -> None:
    desk.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")


def plan(desks: Desks, road: Road) -> None:
    with desks("gaoyuan", "en") as desk:
        desk.go(f"/complaints/{road.number}/plan/")
        form = desk.page.locator("form[data-autosave]")
        texts = {
            "finding": "justified",
            "cause": "Nobody had taught him",
            "cause_category": "people",
            "investigation": "The driver was asked.",
        }
        for name, value in texts.items():
            fill(form, name, value)
        fill(form, "remedy_kinds", "apology")
        row = {"kind": "corrective", "text": "Apology", "owner": "Gao Yuan", "due_on": DUE}
        for name, value in row.items():
            fill(form, f"measures-0-{name}", value)
        fill(form, "password", PASSWORD)
        desk.leave(lambda: form.locator("button[formaction]").click())
        desk.open(road.number)
        assert re.search("Review", desk.stage())
