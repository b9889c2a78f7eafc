"""From the reply to the visit on a phone, in Chinese and English: a date nobody promised, the promise, the answer, the customer asked."""

import datetime as dt
import re

import pytest

from .conftest import Desks
from .desk import Desk
from .road import ASSISTANT
from .test_pages import AXE, LOOK, PHONE, RULES

SOON = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
STORIES = {
    "zh": ("感谢", f"{SOON.month}月{SOON.day}日取回旧件。", "取回旧件", "可以", "换得快", "满意"),
    "en": ("Thank you", f"We collect the old parts by {SOON:%Y-%m-%d}.", "Collect the old parts", "Agreed", "Quick", "satisfied"),
}


def to_be_answered(desk: Desk, begins: str) -> str:
    """A complaint at the reply whose customer reads that language."""
    desk.go("/complaints/")
    numbers = dict.fromkeys(re.findall(r"CR-\d{4}-\d{4,}", desk.page.content()))
    for number in numbers:
        page = desk.page.request.get(f"{desk.address}/complaints/{number}/reply/")
        if page.status == 200 and re.search(rf'name="text"[^>]*>\s*{begins}', page.text()):
            return number
    raise AssertionError("no complaint waits for its reply")


def look(desk: Desk) -> None:
    desk.page.evaluate(AXE)
    assert desk.page.evaluate(LOOK, RULES) == []
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_reply_to_the_visit(desks: Desks, language: str) -> None:
    begins, closing, promised, agreed, words, verdict = STORIES[language]
    with desks(ASSISTANT, language, viewport=PHONE) as desk:
        number = to_be_answered(desk, begins)
        desk.go(f"/complaints/{number}/reply/")
        look(desk)
        refused = desk.try_to(number, "send_reply", closing=closing, means="email")
        look(desk)
        fields = {"promises-0-text": promised, "promises-0-due_on": SOON.isoformat()}
        desk.leave(lambda: desk.send(refused, **fields))
        assert promised in desk.text()
        desk.decide(number, "customer_agrees", means="telephone", words=agreed)
        desk.go(f"/complaints/{number}/record-visit/")
        look(desk)
        form = desk.form(number, "record_visit")
        for radio in form.locator("[name^=kept_][value=yes], [name^=seen_][value=yes]").all():
            radio.check(force=True)
        desk.leave(lambda: desk.send(form, satisfied="yes", score=4, words=words))
        assert words in desk.text()
        assert verdict in desk.text()
