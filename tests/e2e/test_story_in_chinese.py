"""Two complaints through every state to closed, everybody signing in for his own step: one imported, one newly logged by telephone."""

import csv
from pathlib import Path

from tests.product import Product

from .conftest import Desks
from .road import ASSISTANT, GM, GROUP, HANDLER, HEAD, MANAGER, Road


def test_a_complaint_by_telephone_goes_its_whole_road(desks: Desks) -> None:
    road = Road(desks, "zh")
    road.record(
        customer="云帆", about="HX-32 液压直通接头", words="装机 40 台，试压 16 MPa 时有 7 台渗油，明天要发货。", effect="shipments"
    )
    with desks(ASSISTANT) as desk:
        desk.open(road.number)
        assert desk.page.locator("html").get_attribute("lang") == "zh-CN"
        assert desk.stage() == "定性"
        assert "装机 40 台，试压 16 MPa 时有 7 台渗油" in desk.text()
    stages = [road.to_confirmation(2, nature="major", criteria=["c"]), road.step(HEAD, "confirm", handler=road.people["handler"])]
    road.plan()
    stages += [road.propose(), road.signed(HEAD, "review_ok"), road.signed(GM, "approve"), road.signed(GROUP, "group_approve")]
    road.step(ASSISTANT, "send_reply", means="email", text="尊敬的客户：原因已查明，换货明日发出。")
    stages.append(road.step(ASSISTANT, "customer_agrees", means="telephone", words="可以，谢谢"))
    road.carried_out()
    assert [*stages, road.closed()] == ["投诉确认", "投诉处理", "审核", "审批", "审批", "回复客户", "回访跟进", "结案"]
    with desks(MANAGER) as desk:
        desk.open(road.number)
        seals = {seal.get_attribute("aria-label") or "" for seal in desk.page.locator("svg.seal").all()}
        assert {name for name in ("高原", "林晓峰", "沈国梁") if any(name in seal for seal in seals)} == {"高原", "林晓峰", "沈国梁"}


REGISTER = {
    "编号": "T-7731",
    "日期": "2026-03-02",
    "客户": "云帆重工",
    "产品": "HX-32",
    "内容": "接头渗油，七件",
    "影响": "发货",
    "状态": "待处理",
}
MAPPING = """
[register]
name = "旧登记簿"
source = "old"
zone = "Asia/Shanghai"
open_rows = "history"

[columns]
number = "编号"
received = "日期"
customer = "客户"
product = "产品"
words = "内容"
effect = { column = "影响", values = { "发货" = "shipments" } }
state = { column = "状态", values = { "待处理" = "received" } }

[constants]
channel = "phone"
"""


def imported(product: Product) -> str:
    """The number of an open complaint that came from the company's old register."""
    folder = Path(product.folder).parent
    with (folder / "register.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, list(REGISTER))
        rows.writeheader()
        rows.writerow(REGISTER)
    (folder / "map.toml").write_text(MAPPING, encoding="utf-8")
    said = product.manage("import_register", str(folder / "register.csv"), "--map", str(folder / "map.toml"))
    assert "1" in said
    return said


def test_an_imported_complaint_goes_its_whole_road(desks: Desks, product: Product) -> None:
    imported(product)
    road = Road(desks, "zh")
    with desks(ASSISTANT) as desk:
        desk.go("/complaints/?q=T-7731")
        road.number = desk.page.locator("main .mono", has_text="CR-").first.inner_text().strip()
        desk.open(road.number)
        stages = [desk.stage()]
    stages += [road.step(ASSISTANT, "submit"), road.to_confirmation(4, nature="major")]
    stages.append(road.step(HEAD, "confirm", handler=road.people["handler"]))
    road.plan()
    stages += [road.propose(), road.signed(HEAD, "review_ok"), road.signed(GM, "approve")]
    road.step(ASSISTANT, "send_reply", means="email", text="原因已查明。")
    stages.append(road.step(ASSISTANT, "customer_agrees", means="email", words="同意"))
    road.carried_out()
    assert [*stages, road.closed()] == ["接收登记", "定性", "投诉确认", "投诉处理", "审核", "审批", "回复客户", "回访跟进", "结案"]
    with desks(HANDLER) as desk:
        assert desk.open(road.number) == 200
