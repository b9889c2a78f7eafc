"""The road of a complaint, a step each, by those of the cast whose step it is. Stories are put together from these.

`Road` only drives pages; what a story expects stands in the story.
"""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator

from .conftest import PASSWORD
from .desk import Desk, fill

ASSISTANT, MANAGER, HEAD, HANDLER, QUALITY, GM, GROUP = (
    "heyutong",
    "zhaoqiming",
    "linxiaofeng",
    "gaoyuan",
    "xujing",
    "shenguoliang",
    "group",
)
DUE = "2099-12-01"
NUMBER = re.compile(r"CR-\d{4}-\d{4,}")
PEOPLE = {"zh": {"handler": "高原", "quality": "许静"}, "en": {"handler": "Gao Yuan", "quality": "Xu Jing"}}
PLACES = {
    "zh": {"production": "生产二部", "warehouse": "仓储部", "type": "渗漏"},
    "en": {"production": "Production 2", "warehouse": "Warehouse", "type": "Leaks"},
}


# What the full form has a row for, where the short one has a field.
ROWS = {"investigation": "found-0-text", "cause": "whys-0-text", "escape": "escape_whys-0-text"}


def write(form: Locator, name: str, value: str) -> None:
    """A part of the plan, in whichever shape of the form there is; what is folded away is opened first."""
    row = form.locator(f"[name={ROWS.get(name, name)}]")
    field = row if row.count() else form.locator(f"[name={name}]")
    if not field.count():
        return
    if not field.first.is_visible():
        form.locator("details", has=field).locator("summary").click()
    fill(form, ROWS[name] if row.count() and name in ROWS else name, value)


class Road:
    """One complaint on its way, in one language."""

    def __init__(self, desks: Callable[..., Desk], language: str, number: str = "") -> None:
        self.desks, self.language, self.number = desks, language, number
        self.people, self.places = PEOPLE[language], PLACES[language]

    def step(self, who: str, move: str, **given: Any) -> str:
        """Make a move as that person; the stage the ticket shows then."""
        with self.desks(who, self.language) as desk:
            desk.decide(self.number, move, **given)
            desk.open(self.number)
            return desk.stage()

    def signed(self, who: str, move: str, **given: Any) -> str:
        return self.step(who, move, **given, password=PASSWORD)

    def record(self, **given: Any) -> str:
        """By telephone, at the keyboard, reported to the manager at once; the number."""
        with self.desks(ASSISTANT, self.language) as desk:
            desk.go("/complaints/new/")
            form = desk.page.locator("#intake")
            customer = form.locator("[name=customer_text]")
            customer.press_sequentially(given.pop("customer"))
            desk.page.locator("[role=option]").first.wait_for()
            customer.press("ArrowDown")
            customer.press("Enter")
            for name, value in given.items():
                fill(form, name, value)
            desk.leave(lambda: desk.page.keyboard.press("Control+Enter"))
            found = NUMBER.search(desk.page.locator(".read-out-number").inner_text())
            assert found, "the number stands large on the page"
            self.number = found[0]
            return self.number

    def to_confirmation(self, grade: int, *, hold: bool = True, **judgement: Any) -> str:
        """Judged and assigned to production by the manager in one sending; a major one's meeting held at once, unless the story does
        (`hold`)."""
        given = {"type": self.places["type"], "grade": grade, **judgement, "department": self.places["production"]}
        stage = self.step(MANAGER, "judge", **given, **{"grade_reason?": "R15"})
        if hold and judgement.get("nature") == "major":
            self.meeting()
        return stage

    def meeting(self) -> None:
        """What a major complaint needs before measures (R17), in its shortest form: the manager alone, and the general manager's word."""
        self.step(MANAGER, "call_meeting", starts_at=f"{DUE}T14:00", place="二楼会议室")
        self.step(MANAGER, "record_attendance")
        self.step(MANAGER, "resolve_meeting", resolution="封存在库")
        self.step(MANAGER, "agree_resolution")
        self.step(GM, "agree_resolution")

    def propose(self, **texts: str) -> str:
        """The handler writes the plan and signs it; on later rounds what is there already stays."""
        with self.desks(HANDLER, self.language) as desk:
            desk.go(f"/complaints/{self.number}/plan/")
            form = desk.page.locator("form[data-autosave]")
            for name, value in texts.items():
                write(form, name, value)
            fill(form, "password", PASSWORD)
            desk.leave(lambda: form.locator("button[formaction]").click())
            desk.open(self.number)
            return desk.stage()

    def plan(self) -> None:
        """A whole first plan with a corrective and a preventive measure, kept as a draft."""
        with self.desks(HANDLER, self.language) as desk:
            desk.go(f"/complaints/{self.number}/plan/")
            form = desk.page.locator("form[data-autosave]")
            texts = {
                "investigation": "三批各查五件",
                "finding": "justified",
                "cause": "密封面毛刺",
                "cause_category": "machine",
                "escape": "没有巡检",
                "escape_category": "measurement",
            }
            for name, value in texts.items():
                write(form, name, value)
            fill(form, "remedy_kinds", "replacement")
            for place, (kind, text, owner) in enumerate((("corrective", "换货", "handler"), ("preventive", "刷具计数器", "quality"))):
                if not form.locator(f"[name=measures-{place}-text]").count():
                    form.locator("#add-measures").click()
                    form.locator(f"[name=measures-{place}-text]").wait_for()
                for name, value in {"kind": kind, "text": text, "owner": self.people[owner], "due_on": DUE}.items():
                    fill(form, f"measures-{place}-{name}", value)
            desk.leave(lambda: form.locator("[name=save]").first.click())

    def approved(self, *, group: bool = False) -> str:
        """Reviewed by the head, approved by the general manager and, where needed, the group."""
        self.signed(HEAD, "review_ok")
        stage = self.signed(GM, "approve")
        return self.signed(GROUP, "group_approve") if group else stage

    def carried_out(self) -> None:
        """The corrective measure done by its owner, verified by quality."""
        self.step(HANDLER, "measure_done", measure="换货", evidence="换货单 8812")
        self.step(QUALITY, "verify", measure="换货", evidence="抽查三批，无渗漏")

    def visited(self, words: str, *, who: str = ASSISTANT, satisfied: str = "yes", score: int = 5) -> None:
        """By telephone; the customer has seen every measure, and every promise was kept."""
        with self.desks(who, self.language) as desk:
            desk.go(desk.url(self.number, "record_visit"))
            form = desk.form(self.number, "record_visit")
            for answer in form.locator("[name^=kept_][value=yes], [name^=seen_][value=yes]").all():
                answer.check(force=True)
            desk.leave(lambda: desk.send(form, means="telephone", satisfied=satisfied, score=score, words=words))

    def closed(self) -> str:
        self.visited("满意")
        self.step(HEAD, "sign_off", words="已归档")
        return self.signed(MANAGER, "close", lessons="刷具寿命要计数")
