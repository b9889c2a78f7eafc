"""A general complaint of grade 4: told by telephone, two short forms, and closed; nobody writes more than it is worth (R18a)."""

from .conftest import PASSWORD, Desks
from .road import ASSISTANT, DUE, GM, HANDLER, HEAD, MANAGER, Road


def write_the_short_plan(desks: Desks, number: str) -> None:
    """By the words beside the fields: what was found, cause, one measure, an apology."""
    with desks(HANDLER) as desk:
        desk.go(f"/complaints/{number}/plan/")
        form = desk.page.locator("form[data-autosave]")
        assert "简式" in form.inner_text()
        assert not desk.page.locator("#plan-outline").count()
        form.get_by_role("textbox", name="调查").fill("箱内是 HX-20，数量无误，只有外箱标签是 HX-25。")
        form.get_by_role("combobox", name="结论").select_option("justified")
        form.get_by_role("combobox", name="原因类别").first.select_option("method")
        form.get_by_role("textbox", name="根本原因").fill("标签型号由人另存模板，操作员粗心没有改。")
        form.get_by_role("textbox", name="措施", exact=True).first.fill("标签模板改为扫送货单自动带型号")
        form.get_by_label("期限").first.fill(DUE)
        form.get_by_role("checkbox", name="道歉").check(force=True)
        form.locator("#weak-cause .weak").wait_for()
        form.get_by_role("textbox", name="根本原因").fill("标签型号手工输入，没有从送货单带出。")
        desk.page.keyboard.press("Tab")
        form.locator("#weak-cause .weak").wait_for(state="detached")
        assert "沈国梁" in form.locator("#plan-whose").inner_text()
        form.get_by_label("登录密码").fill(PASSWORD)
        desk.leave(lambda: desk.page.keyboard.press("Control+Enter"))


def test_a_light_grade_4_complaint_closed_by_telephone_and_two_short_forms(desks: Desks) -> None:
    road = Road(desks, "zh")
    road.record(customer="云帆", about="HX-20 液压直通接头", words="箱子上写 HX-25，打开是 HX-20，东西没错，给个说法。", effect="none")
    stages = [road.to_confirmation(4, nature="general", type="标签标识错误"), road.step(HEAD, "confirm", handler=road.people["handler"])]
    write_the_short_plan(desks, road.number)
    stages += [road.signed(HEAD, "review_ok"), road.signed(GM, "approve")]
    road.step(ASSISTANT, "send_reply", means="telephone", text="电话说明：东西没有错，标签已更正，向客户道歉。")
    stages.append(road.step(ASSISTANT, "customer_agrees", means="telephone", words="知道了，下次注意"))
    road.step(HANDLER, "measure_done", measure="标签模板", evidence="新模板已启用")
    road.step("xujing", "verify", measure="标签模板", evidence="抽查三单，型号由系统带出")
    road.visited("没有再错")
    road.step(HEAD, "sign_off", words="可以结案")
    stages.append(road.signed(MANAGER, "close", lessons="标签不能靠手工"))
    assert stages == ["投诉确认", "投诉处理", "审批", "回复客户", "回访跟进", "结案"]
