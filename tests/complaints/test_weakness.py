"""Which causes stop at a person, and which measures only ask people to do better (R18a); both languages, typed from the rule."""

import pytest

from complaints.weakness import is_weak_cause, is_weak_measure

CAUSES = [
    ("操作人员疏忽", True),
    ("为什么没对刀？操作人员疏忽", True),
    ("人为失误，换刀后没有对刀", True),
    ("检验员责任心不强", True),
    ("员工没有按作业指导书操作", True),
    ("班长漏检。", True),
    ("装箱时贴错了", True),
    ("工人质量意识淡薄", True),
    ("Operator error", True),
    ("The operator did not check as prescribed.", True),
    ("Lack of attention on the night shift", True),
    ("The inspector failed to notice the burr", True),
    ("换刀程序没有首件测量这一步，机床也不锁", False),
    ("刷具寿命靠班组长记忆，没有计数", False),
    ("新机型评审清单没有“检验规范适用性”一项", False),
    ("操作人员会疏忽，工装没有防错", False),
    ("标签型号手工输入，没有从送货单带出", False),
    ("The procedure has no step for measuring the first piece", False),
    ("Operators slip here because there is no interlock", False),
    ("Brush life was never counted.", False),
    ("", False),
]
MEASURES = [
    ("教育训练", True),
    ("对操作人员再培训，加强首件检查", True),
    ("加强检查", True),
    ("加强过程管理", True),
    ("全检 100 件", True),
    ("提醒操作人员注意", True),
    ("Retrain the operators", True),
    ("More frequent inspection", True),
    ("100 % inspection for a month", True),
    ("Remind the shift leaders", True),
    ("换刀后首件测中心距写入程序", False),
    ("培训操作员，并加装防错传感器", False),
    ("去毛刺刷加计数，到寿命停机换刷", False),
    ("换货 40 件", False),
    ("承诺一律登记并提醒到期", False),
    ("Install an interlock and train the operators on it", False),
    ("Replace 40 pieces", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "weak"), CAUSES)
def test_a_cause_that_stops_at_somebody(text: str, weak: bool) -> None:
    assert is_weak_cause(text) is weak


@pytest.mark.parametrize(("text", "weak"), MEASURES)
def test_a_measure_that_is_only_training_or_checking(text: str, weak: bool) -> None:
    assert is_weak_measure(text) is weak
