"""The verifier's and the closing page in Chinese on a phone: nothing for axe to find, everything within the width, decided there."""

from .conftest import PASSWORD, Desks
from .desk import Desk, fill
from .road import ASSISTANT, HANDLER, HEAD, MANAGER, QUALITY, Road
from .test_pages import AXE, LOOK, PHONE, RULES


def nothing_wrong(phone: Desk) -> None:
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    phone.page.evaluate(AXE)
    assert phone.page.evaluate(LOOK, RULES) == []


def test_verified_and_closed_on_a_phone(desks: Desks) -> None:
    road = Road(desks, "zh")
    road.record(customer="云帆", about="HX-32 液压直通接头", words="3 台接头渗油。", effect="none")
    road.to_confirmation(3, nature="general")
    road.step(HEAD, "confirm", handler=road.people["handler"])
    road.plan()
    road.propose()
    road.approved()
    road.step(ASSISTANT, "send_reply", means="email", text="原因已查明。")
    road.step(ASSISTANT, "customer_agrees", means="telephone", words="好的")
    road.step(HANDLER, "measure_done", measure="换货", evidence="换货单 8812")
    with desks(QUALITY, "zh", viewport=PHONE) as phone:
        phone.go("/")
        assert road.number in phone.text()
        phone.go(f"/complaints/{road.number}/verification/")
        nothing_wrong(phone)
        form = phone.page.locator("form.verify-form")
        button = form.locator(".savebar button")
        assert button.inner_text().strip() == "记录稽核结论"
        form.locator("label", has_text="无效").first.click()
        assert button.inner_text().strip() == "无效：退回投诉处理"
        form.locator(".ver-row").first.locator("label", has_text="有效").first.click()
        assert button.inner_text().strip() == "记录稽核结论"
        form.locator("textarea").first.fill("抽查三批，无渗漏")
        phone.leave(lambda: button.click())
        assert phone.page.locator("main").inner_text().count("抽查三批，无渗漏") >= 1
    road.visited("满意")
    with desks(MANAGER, "zh", viewport=PHONE) as phone:
        phone.go(f"/complaints/{road.number}/closing/")
        nothing_wrong(phone)
        assert "等 林晓峰" in phone.text()
    road.step(HEAD, "sign_off", words="已归档")
    with desks(MANAGER, "zh", viewport=PHONE) as phone:
        phone.go(f"/complaints/{road.number}/closing/")
        assert "条件都已具备" in phone.text() or "刷具计数器" in phone.text()
        form = phone.form(road.number, "close")
        fill(form, "lessons", "刷具寿命要计数")
        fill(form, "password", PASSWORD)
        phone.leave(lambda: phone.send(form))
        assert phone.stage() == "结案"
        phone.go("/measures/?after=on")
        nothing_wrong(phone)
        assert road.number in phone.text()
