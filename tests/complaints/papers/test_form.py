"""The complaint form says what the record says, in both languages; the customer's copy nothing that is ours alone (R23)."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override

from complaints.models import Round
from complaints.papers import form
from complaints.papers.bilingual import seal_of
from complaints.papers.decisions import sealed
from complaints.papers.source import Decision
from escalation import clock
from organisation.models import Person
from tests.complaints.documents.reading import pages, plain, words

from ..factories import House, act, at_state, plan_of, received
from .stories import REPLY, answered, approved, finished, of, with_pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


def test_the_internal_copy_holds_the_whole_record(house):
    complaint = finished(house)
    text = words(form.internal(of(complaint)).pdf())
    for said in (
        complaint.number, complaint.words, "云帆重工Yunfan", "13800000000", "HX-32液压直通接头HX-32straightcoupling", "L2610-1147",
        "SO-2026-008842", "7/40件", "已请客户寄回3件",
        "要求赔偿或降价", "按规定", "生产二部Production2", "NG", "再问一个为什么", "毛刺", "未检密封面",
        "换货40件", "罗珊LuoShan", "2099-12-01", "抽查合格", "原因到位",
        "结果直接报我", REPLY, "好的，谢谢", "5/5", "已归档", "刷具寿命要计数",
    ):  # fmt: skip
        assert plain(said) in text


def test_every_signature_is_a_seal_with_its_meaning_name_and_time(house):
    source = of(finished(house))
    data = form.internal(source).data["form"]
    signed = [data["plan"]["by"], *(slot["by"] for slot in data["approval"]["decisions"]), data["answer"]["parts"][-1]["by"][0]]
    assert [(one["meaning"], one["name"], "".join(one["seal"]), one["square"]) for one in signed] == [
        ("已起草 drafted", "高原 Gao Yuan", "高原之印", True),
        ("已审核 reviewed", "林晓峰 Lin Xiaofeng", "林晓峰印", True),
        ("已批准 approved", "沈国梁 Shen Guoliang", "沈国梁印", True),
        ("已结案 closed", "赵启明 Zhao Qiming", "赵启明印", True),
    ]
    assert [one["at"] for one in signed] == [
        source.day(source.latest(kind).event.at) for kind in ("propose", "review_ok", "approve", "close")
    ]


def test_who_decided_without_a_signature_is_named_without_a_seal(house):
    by = form.internal(of(at_state("action", house))).data["form"]["judgement"]["by"]
    assert (by["name"], "seal" in by) == ("赵启明 Zhao Qiming", False)


@pytest.mark.parametrize(
    ("name", "english", "seal"),
    [
        ("何雨桐", "", "何雨桐印"),
        ("高原", "", "高原之印"),
        ("欧阳晓峰", "", "欧阳晓峰"),
        ("Tom Ashdown", "", "TA"),
        ("欧阳晓峰之子", "Ou-Yang", "OY"),
    ],
)
def test_a_seal_is_square_for_a_chinese_name_and_round_for_any_other(name, english, seal):
    found = seal_of(Person(name=name, name_en=english))
    assert ("".join(found["seal"]), found["square"]) == (seal, len(seal) == 4)


def test_boxes_are_ticked_as_decided(house):
    data = form.internal(of(approved(house))).data["form"]
    ticked = {section: [box["label"] for box in data[section]["choices"] if box["on"]] for section in ("judgement", "confirmation")}
    assert ticked == {"judgement": ["成立 Valid", "重大 Major", "3 级 Grade 3"], "confirmation": ["OK"]}
    assert [box["label"] for box in data["intake"]["wants"] if box["on"]] == ["换货 Replacement"]


def test_an_ok_to_a_plan_that_was_sent_back_since_does_not_count(house):
    complaint = approved(house)
    act("send_reply", complaint, house.assistant, text=REPLY, means="email")
    act("customer_refuses", complaint, house.assistant, words="不行", means="telephone")
    complaint = act("redo", complaint, house.manager, reason="客户不满意")
    act("propose", complaint, house.handler, plan=plan_of(house, complaint))
    slots = form.internal(of(complaint)).data["form"]["approval"]["decisions"]
    assert [[box["label"] for box in slot["choices"] if box["on"]] for slot in slots] == [["NG"], []]


def test_after_a_reopening_it_is_to_be_judged_and_confirmed_again(house):
    complaint = act("reopen", finished(house), house.manager, reason="又渗油")
    form_ = form.internal(of(complaint)).data["form"]
    assert (form_["judgement"]["by"], form_["confirmation"]["by"], form_["confirmation"]["choices"][0]["on"]) == (None, None, False)
    closing = form_["answer"]["parts"][-1]
    assert ([box["label"] for box in closing["choices"] if box["on"]], closing["notes"]) == (
        [],
        [{"label": "重新打开 Reopened", "words": "1 ×"}],
    )


def test_a_deputys_signature_says_for_whom_and_only_within_the_house(house):
    signature = SimpleNamespace(meaning="reviewed", person=house.manager, on_behalf=house.head, at=clock.now())
    decision = Decision(SimpleNamespace(signature=signature), {}, {})
    source = of(received(house))
    assert sealed(source, decision)["meaning"] == "已审核 reviewed 代 for 林晓峰 Lin Xiaofeng"
    assert sealed(source, decision, represented=False)["meaning"] == "已审核 reviewed 代 deputy"


def test_a_four_eyes_exception_stands_on_the_form(house):
    complaint = approved(house)
    Round.objects.filter(complaint=complaint, number=2).update(four_eyes_exception="负责人出差")
    assert "负责人出差" in words(form.internal(of(complaint)).pdf())


def test_a_fresh_complaint_has_a_form_with_empty_boxes_on_one_page(house):
    assert len(pages(form.internal(of(received(house))).pdf())) == 1


def test_a_draft_is_nobodys_word_yet(house):
    complaint = at_state("action", house)
    Round.objects.filter(complaint=complaint).update(cause="还在猜")
    assert "还在猜" not in words(form.internal(of(complaint)).pdf())


def test_pictures_are_in_the_appendix_ten_at_most(house, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    paper = form.internal(of(with_pictures(house, received(house), 12)))
    assert (len(paper.photos), paper.data["photos"][-1]) == (10, "10 渗油 10.jpg")
    assert "另有2张图片保存在记录中。2morepicturesarekeptwiththerecord." in words(paper.pdf())


def test_a_picture_that_is_gone_from_the_disk_is_left_out(house, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    complaint = with_pictures(house, received(house), 2)
    tmp_path.joinpath(complaint.attachments.first().file.name).unlink()
    assert form.internal(of(complaint)).data["photos"] == ["2 渗油 2.jpg"]


def test_the_same_record_gives_the_same_bytes_in_every_language_of_the_reader(house):
    complaint = answered(house)
    with override("en"):
        english = form.internal(of(complaint)).pdf()
    with override("zh-hans"):
        assert form.internal(of(complaint)).pdf() == english


# ── the customer's copy ──────────────────────────────────────────────────────────────────────────────────────


def test_the_customers_copy_holds_what_he_told_us_what_we_told_him_and_nothing_else(house):
    text = words(form.customers(of(finished(house))).pdf())
    for said in ("云帆重工", "L2610-1147", "7/40", REPLY, "好的，谢谢", "满意Satisfied", "高原GaoYuan", "沈国梁ShenGuoliang"):
        assert plain(said) in text
    for ours in (
        "已请客户寄回", "要求赔偿或降价", "按规定", "生产二部", "再问一个为什么", "查了三批", "抽查合格",
        "原因到位", "结果直接报我",
        "已归档", "刷具寿命要计数", "罗珊", "许静", "何雨桐", "重大", "Grade",
    ):  # fmt: skip
        assert ours not in text


def test_the_customers_copy_before_any_answer_is_what_he_told_us(house):
    data = form.customers(of(at_state("review", house))).data["form"]
    assert (data["intake"]["words"] != "", data["answer"]["parts"][0]["words"], "judgement" in data) == (True, "", False)
