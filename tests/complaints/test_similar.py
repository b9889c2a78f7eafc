import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.similar import Candidate, Reason, rank, shared_words

WORDS = "装机 40 台，试压 16 MPa 时有 7 台从接头根部渗油，拧紧后还渗。之前批次没有这个问题。明天要发货，今天必须有说法。"
ENGLISH = "The HX-32 couplings weep at the hexagon when pressurised to 160 bar, 6 of 48. We ship tomorrow."
OTHER = Candidate(
    1, same_customer=False, same_product=False, same_lot=False, same_type=False, open=False, age_days=30, text="发票抬头开错，请重开"
)


def ids(matches):
    return [match.candidate.id for match in matches]


def test_what_has_nothing_in_common_does_not_show():
    assert rank(WORDS, [OTHER]) == []


@pytest.mark.parametrize("same", ["same_customer", "same_product", "same_type"])
def test_one_thing_in_common_is_not_enough(same):
    assert rank(WORDS, [replace(OTHER, **{same: True})]) == []


def test_customer_and_type_are_not_enough():
    assert rank(WORDS, [replace(OTHER, same_customer=True, same_type=True)]) == []


@pytest.mark.parametrize(
    ("same", "reasons"),
    [
        ({"same_lot": True}, (Reason.LOT,)),
        ({"same_product": True, "same_type": True}, (Reason.PRODUCT, Reason.TYPE)),
        ({"same_product": True, "same_customer": True}, (Reason.PRODUCT, Reason.CUSTOMER)),
        ({"same_type": True, "text": "HX-25 接头渗油，试压时发现"}, (Reason.TYPE, Reason.WORDING)),
        ({"text": "接头根部渗油，试压 7 台"}, (Reason.WORDING,)),
    ],
)
def test_what_shows_says_why(same, reasons):
    [match] = rank(WORDS, [replace(OTHER, **same)])
    assert match.reasons == reasons


@pytest.mark.parametrize(
    ("words", "alike", "unlike"),
    [
        (WORDS, "HX-32 接头试压渗油，装机时发现", "明天要发货，货还没到，今天必须答复"),
        (ENGLISH, "Coupling HX-32 leaks at the hex when pressurised", "Invoice shows the wrong VAT number, we need it tomorrow"),
    ],
)
def test_wording(words, alike, unlike):
    candidates = [replace(OTHER, id=1, same_type=True, text=unlike), replace(OTHER, id=2, same_type=True, text=alike)]
    assert ids(rank(words, candidates)) == [2]


def test_most_alike_first():
    candidates = [
        replace(OTHER, id=1, same_product=True, same_type=True),
        replace(OTHER, id=2, same_lot=True, same_product=True, same_customer=True),
        replace(OTHER, id=3, same_product=True, same_type=True, open=True),
        replace(OTHER, id=4, same_product=True, same_type=True, age_days=2),
        replace(OTHER, id=5, same_product=True, same_type=True, text="接头渗油"),
    ]
    assert ids(rank(WORDS, candidates)) == [2, 5, 3, 4, 1]


@pytest.mark.parametrize(
    ("same", "score"),
    [
        ({"same_lot": True}, 4.333),
        ({"same_lot": True, "age_days": 0}, 4.5),
        ({"same_lot": True, "age_days": 400}, 4.0),
        ({"same_lot": True, "open": True}, 4.833),
        ({"same_lot": True, "same_product": True, "same_customer": True, "same_type": True}, 9.333),
        ({"same_lot": True, "text": "接头渗油"}, 4.333 + 8 * 3 / 18**0.5),
    ],
)
def test_score(same, score):
    [match] = rank("接头渗油，压力下降", [replace(OTHER, **same)])
    assert match.score == pytest.approx(score, abs=0.01)


def test_words_that_stand_in_every_complaint_tell_nothing():
    told = "请贵司马上处理，客户要求今天必须答复，希望尽快解决这个问题 please report, our customer says it is this complaint again"
    assert rank(told, [replace(OTHER, same_customer=True, text=told)]) == []


def test_numbers_and_short_words_tell_nothing_but_part_numbers_do():
    assert rank("6 of 48 at 160 in A3 B2", [replace(OTHER, same_type=True, text="6 of 48 at 160 in A3 B2")]) == []
    assert ids(rank("HX-32 DN-50", [replace(OTHER, text="dn50, hx32")])) == [1]
    assert ids(rank("order 20261120 and 20261121", [replace(OTHER, text="20261121 20261120")])) == [1]


def test_at_most_as_many_as_asked_for():
    candidates = [replace(OTHER, id=i, same_lot=True) for i in range(20)]
    assert ids(rank(WORDS, candidates, limit=3)) == [19, 18, 17]


def test_before_a_word_is_written_the_rest_counts():
    assert ids(rank("", [replace(OTHER, same_lot=True), OTHER])) == [1]


def test_shared_words_are_spelled_as_in_the_text():
    assert shared_words(WORDS, "ＨＸ－３２ 接头试压渗油，要求答复") == ["接头", "渗油", "试压"]
    assert shared_words(ENGLISH, "Weeping COUPLINGS, hx‑32, 6 pieces") == ["COUPLINGS", "Weeping", "hx‑32"]
    assert shared_words("接头渗油", "HX 接头渗油") == ["接头渗油"]
    assert shared_words(WORDS, "") == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_shared_words_stand_in_the_text(words, text):
    assert [word for word in shared_words(words, text) if word not in text] == []


@given(st.text("渗油接头根部试压装机，。 ", max_size=40))
def test_alike_to_itself(text):
    assert all(match.reasons == (Reason.WORDING,) for match in rank(text, [replace(OTHER, text=text)]))


def test_three_hundred_candidates_are_quick():
    candidates = [replace(OTHER, id=i, same_product=i % 2 == 0, text=f"第 {i} 号 " + (WORDS + ENGLISH) * 3) for i in range(300)]
    begun = time.process_time()
    assert len(rank(WORDS, candidates)) == 5
    assert time.process_time() - begun < 0.3  # 12 ms on a quiet machine; a crowded one shares its caches, too


@pytest.mark.parametrize("hostile", ["a ", "渗", "渗油 ", "a-", "\ufdfa"])
def test_a_megabyte_is_bounded(hostile):
    text = hostile * (1_000_000 // len(hostile))
    begun = time.process_time()
    rank(text, [replace(OTHER, text=text)])
    shared_words(text, text)
    assert time.process_time() - begun < 0.2  # CPU of this process
