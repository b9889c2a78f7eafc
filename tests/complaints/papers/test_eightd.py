"""The 8D report is what rounds and measures hold; a step of which nothing is recorded says so."""

import pytest
from django.utils.translation import override

from complaints.papers import eightd
from tests.complaints.documents.reading import plain, words

from ..factories import House, at_state
from .stories import contained, finished, of

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


def test_each_step_holds_what_is_recorded(house):
    with override("zh-hans"):
        paper = eightd.report(of(finished(house)), "zh")
        text = words(paper.pdf())
    steps = {step["code"]: step for step in paper.data["steps"]}
    assert steps["D1"]["lines"] == [
        "部门负责人：林晓峰 · 生产二部",
        "责任处理人员：高原 · 生产二部",
        "措施负责人：罗珊 · 仓储部",
        "稽核：许静 · 品管部",
    ]
    assert [row[:3] for row in steps["D5"]["measures"]] == [["换货 40 件", "罗珊", "2099-12-01"]]
    assert [row[:2] for row in steps["D7"]["measures"]] == [["加装刷具计数器", "高原"]]
    for said in ("查了三批", "毛刺 · 设备", "未检密封面", "单据", "抽查合格", "刷具寿命要计数"):
        assert plain(said) in text


def test_a_step_without_a_record_says_so(house):
    with override("en"):
        paper = eightd.report(of(at_state("action", house)), "en")
    empty = [step["code"] for step in paper.data["steps"] if not step["lines"] and not step["measures"]]
    assert empty == ["D3", "D4", "D5", "D6", "D7", "D8"]
    assert words(paper.pdf()).count("Nothingisrecorded.") == len(empty)


def test_containment_is_told_before_there_is_a_plan(house):
    paper = eightd.report(of(contained(house, at_state("action", house))), "zh")
    assert [row[0] for row in paper.data["steps"][2]["measures"]] == ["隔离在库 310 件"]


def test_there_is_none_before_the_department_has_confirmed(house):
    assert eightd.report(of(at_state("confirmation", house)), "zh") is None
