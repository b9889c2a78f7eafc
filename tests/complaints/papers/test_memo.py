"""The memo tells all heads and the general manager what came in and how it was judged (R17), a confidential one only whom it concerns."""

import pytest
from django.utils.translation import override

from complaints.papers import memo
from tests.complaints.documents.reading import plain, words

from ..factories import House, at_state
from .stories import RECORD, of

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


def test_it_says_what_was_judged_and_goes_to_every_head_and_the_general_manager(house):
    complaint = at_state("confirmation", house, **RECORD)
    with override("zh-hans"):
        paper = memo.memo(of(complaint), "zh")
        text = words(paper.pdf())
    for said in ("内部联络单", "赵启明 · 销售部", complaint.number, complaint.words, "重大 · 3 级", "要求赔偿或降价", "按规定", "生产二部"):
        assert plain(said) in text
    assert [name for _place, name in paper.data["recipients"]] == ["赵启明", "林晓峰", "许静", "罗珊", "沈国梁"]
    assert paper.data["urgent"]["on"] is True


def test_it_is_in_the_readers_language(house):
    source = of(at_state("confirmation", house, **RECORD))
    with override("en"):
        text = words(memo.memo(source, "en").pdf())
    assert "Internalcontactmemo" in text
    assert "LinXiaofeng" in text


def test_of_a_confidential_complaint_only_whoever_is_in_charge_and_the_general_manager_are_told(house):
    paper = memo.memo(of(at_state("confirmation", house, confidential=True, **RECORD)), "zh")
    assert [name for _place, name in paper.data["recipients"]] == ["Lin Xiaofeng", "Shen Guoliang"]


def test_whom_it_is_about_is_not_told(house):
    paper = memo.memo(of(at_state("confirmation", house, against=house.verifier, **RECORD)), "zh")
    assert "Xu Jing" not in [name for _place, name in paper.data["recipients"]]


def test_there_is_none_before_the_judgement(house):
    assert memo.memo(of(at_state("triage", house)), "zh") is None
