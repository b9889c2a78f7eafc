"""A major complaint of grade 2 on its whole road: meeting, 8D, two rounds, the group, a measure that does not work, a second attempt."""

from .conftest import Desks
from .road import ASSISTANT, DUE, GM, GROUP, HANDLER, HEAD, MANAGER, QUALITY, Road

EDGE, COUNTER = "密封面毛刺", "刷具寿命没有计数，超期仍在用"


def answered(road: Road) -> str:
    road.step(ASSISTANT, "send_reply", means="email", text="原因已查明，措施如下。")
    return road.step(ASSISTANT, "customer_agrees", means="telephone", words="可以")


def test_a_major_complaint_is_solved_at_the_second_attempt(desks: Desks) -> None:
    road = Road(desks, "zh")
    road.record(customer="云帆", about="HX-32 液压直通接头", words="试压 16 MPa 时 7 台渗油，要求赔偿停线损失。", effect="line")
    assert road.to_confirmation(2, nature="major", criteria=["a"], hold=False) == "投诉确认"
    assert road.step(HEAD, "confirm", handler=road.people["handler"]) == "投诉处理"
    road.plan()
    with desks(HANDLER) as desk:  # no resolution, no proposal
        desk.go(f"/complaints/{road.number}/plan/")
        assert desk.page.locator("form[data-autosave] .savebar button[aria-disabled=true]").count() == 1
    road.meeting()
    assert road.propose() == "审核"
    assert road.step(HEAD, "review_ng", reason="毛刺是现象，再问为什么。") == "投诉处理"
    assert road.propose(cause=COUNTER) == "审核"
    with desks(HEAD) as desk:
        desk.go(f"/complaints/{road.number}/rounds/")
        assert "毛刺是现象，再问为什么。" in desk.text()
        assert COUNTER in desk.text()
    assert road.signed(HEAD, "review_ok") == "审批"
    assert road.signed(GM, "approve") == "审批"  # the group's is a part of the same step
    assert road.signed(GROUP, "group_approve") == "回复客户"
    road.step(HEAD, "fix_dates")
    assert answered(road) == "回访跟进"

    road.step(HANDLER, "measure_done", measure="换货", evidence="换货单 8812")
    assert road.step(QUALITY, "not_effective", measure="换货", reason="换上的一批仍有两件渗油。") == "投诉处理"
    with desks(HANDLER) as desk:
        desk.go(f"/complaints/{road.number}/plan/")
        assert "换上的一批仍有两件渗油。" in desk.text()
        form = desk.page.locator("form[data-autosave]")
        again = form.locator("[name=measures-1-text]")
        if not again.count():
            form.locator("#add-measures").click()
            again.wait_for()
        for name, value in (("kind", "corrective"), ("text", "换新刷后重做换货"), ("due_on", DUE)):
            field = form.locator(f"[name=measures-1-{name}]")
            field.select_option(value) if name == "kind" else field.fill(value)
        desk.leave(lambda: form.locator("[name=save]").first.click())
    assert road.propose() == "审核"
    assert road.approved(group=True) == "回复客户"
    assert answered(road) == "回访跟进"
    road.step(HANDLER, "measure_done", measure="换新刷后重做换货", evidence="换货单 8830")
    road.step(QUALITY, "verify", measure="换新刷后重做换货", evidence="抽查三批，无渗漏")
    assert road.closed() == "结案"
    with desks(MANAGER) as desk:
        desk.go(f"/complaints/{road.number}/rounds/")
        assert "换上的一批仍有两件渗油。" in desk.text()
