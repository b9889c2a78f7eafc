"""A major complaint: the manager calls the meeting, the head agrees on his phone, and only then the handler proposes measures (R17)."""

from .conftest import Desks
from .road import DUE, GM, HANDLER, HEAD, MANAGER, Road

PHONE = {"width": 390, "height": 844}


def test_a_head_agrees_on_his_phone_and_the_handler_proposes(desks: Desks) -> None:
    road = Road(desks, "zh")
    road.record(customer="云帆", about="HX-32 液压直通接头", words="7 台渗油，要求退货。", effect="shipments")
    road.to_confirmation(4, nature="major", criteria=["b"], hold=False)
    road.step(HEAD, "confirm", handler=road.people["handler"])
    with desks(HANDLER, "zh") as desk:
        desk.go(f"/complaints/{road.number}/plan/")
        assert "全体同意后才能提交措施" in desk.text()
    road.step(MANAGER, "call_meeting", starts_at=f"{DUE}T14:00", place="二楼会议室")
    road.step(HEAD, "answer_invitation", answer="comes")
    road.step(MANAGER, "record_attendance")
    road.step(MANAGER, "resolve_meeting", resolution="封存在库")
    road.step(MANAGER, "agree_resolution")
    with desks(HEAD, "zh", viewport=PHONE) as phone:
        phone.go(f"/complaints/{road.number}/meeting/")
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        phone.leave(lambda: phone.send(phone.form(road.number, "agree_resolution")))
        assert "沈国梁" in phone.page.locator(".note[role=status]").inner_text()
    road.step(GM, "agree_resolution")
    road.plan()
    assert road.propose() == "审核"
