"""A deadline that runs over lunch and runs out: recorded at 11:45, escalated after 14:15, answered by the general manager.

The product's own clock is moved (`manage.py testclock`), nothing else: worker, sweep and pages are as always. The last of the stories, so
that the others do not wake up days later.
"""

import datetime as dt
import zoneinfo

import pytest
from playwright.sync_api import Browser, expect

from tests.product import Product

from .conftest import PASSWORD
from .desk import Desk, fill, profile
from .road import ASSISTANT, GM, NUMBER

ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
INSTRUCTION = "先报后补，三十分钟内报给启明。"


def set_clock(product: Product, local: dt.datetime) -> None:
    """Move the product's clock on until the branch's clocks show that time."""
    now = dt.datetime.fromisoformat(product.manage("testclock", "show")[:19]).replace(tzinfo=dt.UTC)
    product.manage("testclock", f"+{round((local - now).total_seconds())}s")


def next_working_day(product: Product) -> dt.date:
    """Tomorrow or the Monday after it, as the branch's own calendar has it."""
    now = dt.datetime.fromisoformat(product.manage("testclock", "show")[:19]).replace(tzinfo=dt.UTC).astimezone(ZONE)
    days = (now.date() + dt.timedelta(days=n) for n in range(1, 15))
    return next(day for day in days if day.weekday() < 5)


@pytest.mark.moves_the_clock
def test_it_runs_over_lunch_runs_out_and_is_answered(product: Product, browser: Browser) -> None:
    day = next_working_day(product)
    set_clock(product, dt.datetime.combine(day, dt.time(11, 45), ZONE))
    with Desk(profile(browser), product.address, ASSISTANT, PASSWORD) as desk:
        number = recorded_only(desk)
        desk.open(number)
        expect(desk.page.locator(".ticket-head .clock").first).to_contain_text("14:15")
    set_clock(product, dt.datetime.combine(day, dt.time(14, 15, 5), ZONE))
    with Desk(profile(browser), product.address, GM, PASSWORD) as desk:
        desk.go("/escalations/")
        card = desk.page.locator("article", has_text=number)
        while not card.count() and (following := desk.page.locator("a[rel=next]")).count():
            desk.leave(following.click)
        expect(card).to_be_visible()
        expect(card).to_contain_text("何雨桐")
        desk.leave(lambda: acknowledge(desk, number))
        expect(desk.page.locator("article", has_text=number)).to_have_count(0)
    with Desk(profile(browser), product.address, ASSISTANT, PASSWORD) as desk:
        desk.open(number)
        assert INSTRUCTION in desk.text()
        desk.go("/notices/")
        assert number in desk.text()


def recorded_only(desk: Desk) -> str:
    """By telephone, kept on the assistant's own desk: not reported yet."""
    desk.go("/complaints/new/")
    form = desk.page.locator("#intake")
    fill(form, "anonymous", True)
    for name, value in {"about": "HX-32", "words": "线上停了两小时，接头渗油。", "effect": "line"}.items():
        fill(form, name, value)
    desk.leave(lambda: form.locator("button[name=act][value=record]:visible").last.click())
    found = NUMBER.search(desk.page.locator(".read-out-number").inner_text())
    assert found, "the number stands large on the page"
    return found[0]


def acknowledge(desk: Desk, number: str) -> None:
    """One of those that wait, ticked, with the word on what is to be done."""
    page = desk.page
    for box in page.locator("input[name=n]:checked").all():
        box.uncheck(force=True)
    page.locator(f"input[name=n][value='{number}']").check(force=True)
    page.locator("form[action='/escalations/'] [name=instruction]").fill(INSTRUCTION)
    page.locator("form[action='/escalations/'] button:not([type=button])").last.click()
