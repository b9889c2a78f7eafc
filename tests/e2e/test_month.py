"""October's report goes its road in the browser: sent back, prepared, written and reviewed, approved – and stays as it was published."""

from playwright.sync_api import expect

from .conftest import PASSWORD, Desks
from .desk import Desk

MONTH = "/reports/2026-10/"


def test_a_month_is_published_by_three_people(desks: Desks) -> None:
    with desks("zhaoqiming") as manager:
        manager.go(MONTH)
        manager.page.locator("details:has(form[action*=send-back]) summary").click()
        manager.page.fill("form[action*=send-back] [name=reason]", "请把重大投诉的数字核对一遍")
        manager.page.click("form[action*=send-back] button")
        expect(manager.page.locator("h1")).to_contain_text("草稿")
    with desks("heyutong") as assistant:
        assistant.go(MONTH)
        _sign(assistant)
        expect(assistant.page.locator("h1")).to_contain_text("已编制")
    with desks("zhaoqiming") as manager:
        manager.go(MONTH)
        manager.page.locator("[name=analysis]").press_sequentially("补充：")
        manager.page.locator("[data-phrase='{received}']").click()
        expect(manager.page.locator("[data-autosave-status]")).to_contain_text("草稿已存", timeout=12_000)
        manager.go(MONTH)
        assert "{received}" in manager.page.input_value("[name=analysis]")
        _sign(manager)
        expect(manager.page.locator("h1")).to_contain_text("已审核")
    with desks("shenguoliang") as gm:
        gm.go(MONTH)
        _sign(gm)
        expect(gm.page.locator("h1")).to_contain_text("已发布")
        assert gm.page.locator(".signoff .seal").count() == 3
        assert gm.page.locator("[name=analysis]").count() == 0


def _sign(desk: Desk) -> None:
    desk.page.fill("form[action$='/sign/'] [name=password]", PASSWORD)
    desk.page.click("form[action$='/sign/'] button")
