import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.search import keys, keys_decide, matches, proofs, query_keys, telling_keys, tokens
from complaints.wording import fold

COMPLAINT = """CR-2611-0087 云帆重工 韩立 HX-32 液压直通接头 L2610-1147 DN-26-0917
装机 40 台，试压 16 MPa 时有 7 台从接头根部渗油，拧紧后还渗。Kestrel Pumps Ltd reports leaking couplings."""

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4E40), min_size=2, max_size=12)
LATIN = st.text("abcHX0123456789-/ .", max_size=20)
MIXED = st.lists(st.one_of(HAN, LATIN, st.sampled_from(["渗油", "HX-32", " ", "，", "ＨＸ"])), max_size=8).map("".join)


@pytest.mark.parametrize(
    "query",
    [
        *("hx32", "HX-32", "ＨＸ－３２", "hx 32", "32"),
        *("1147", "L2610", "L2610-1147", "l26101147", "2610-11"),
        *("CR-2611-0087", "cr26110087", "26110087", "0087"),
        *("渗油", "渗", "接头根部", "云帆 渗油", "云帆重工 hx-32"),
        *("16MPa", "16 mpa", "leak", "leaking", "LEAKING couplings", "kest"),
        *("", "  ", "！？"),
    ],
)
def test_found(query):
    assert matches(COMPLAINT, query)
    assert set(query_keys(query)) <= set(keys(COMPLAINT))


@pytest.mark.parametrize("query", ["漏油", "渗漏", "hx33", "1148", "upling", "ke", "云帆 漏水", "头接", "cr26110088", "eaking"])
def test_not_found(query):
    assert not matches(COMPLAINT, query)
    assert not set(query_keys(query)) <= set(keys(COMPLAINT))


@given(MIXED)
def test_telling_keys_are_some_of_those_asked_for(query):
    assert set(telling_keys(query)) <= set(query_keys(query))
    assert bool(telling_keys(query)) == bool(query_keys(query))


def test_keys_alone_do_not_decide():
    assert set(query_keys("渗油点")) <= set(keys("渗油，油点"))
    assert not matches("渗油，油点", "渗油点")


@given(before=MIXED, word=HAN, after=MIXED)
def test_every_chinese_word_is_found(before, word, after):
    text = before + word + after
    assert matches(text, word)
    assert set(query_keys(word)) <= set(keys(text))


@given(st.integers(0, 10**12), MIXED, MIXED)
def test_every_number_is_found(number, before, after):
    text = f"{before} L{number}-{number} {after}"
    for query in (str(number), f"l{number}", f"L{number}{number}"):
        assert matches(text, query)


@given(MIXED, MIXED)
def test_what_matches_is_among_the_candidates(text, query):
    if matches(text, query):
        assert set(query_keys(query)) <= set(keys(text))


@given(MIXED, MIXED)
def test_where_the_keys_decide_a_candidate_matches(text, query):
    if keys_decide(query) and set(query_keys(query)) <= set(keys(text)):
        assert matches(text, query)


@given(MIXED, MIXED, MIXED)
def test_what_is_proved_matches(before, query, after):
    """Also where the words stand in the text as they were asked for, with whatever about them."""
    for text in (before, f"{before}{query}{after}", f"{before} {query}"):
        if all(proof.search(fold(text)) for proof in proofs(query)):
            assert matches(text, query)


@pytest.mark.parametrize(
    ("query", "text"), [("flange 5", "flange, 5 of them"), ("渗油点", "有渗油点"), ("seal", "the seals"), ("hx32", "hx32")]
)
def test_words_as_they_are_written_are_proved(query, text):
    assert all(proof.search(text) for proof in proofs(query))


@pytest.mark.parametrize(
    ("query", "decide"), [("渗", True), ("渗油", True), ("渗油点", False), ("hx", True), ("hx32", True), ("lea", True)]
)
def test_when_the_keys_decide(query, decide):
    assert keys_decide(query) is decide


@pytest.mark.parametrize(
    ("query", "text"), [("compressor", "compression"), ("leak", "leading"), ("hx", "hxa32"), ("1234567890123", "1234567890124")]
)
def test_when_only_the_text_decides(query, text):
    assert not matches(text, query)
    assert not (keys_decide(query) and set(query_keys(query)) <= set(keys(text)))


@given(st.text(max_size=40), st.text(max_size=6))
def test_any_writing_at_all(text, query):
    if matches(text, query):
        assert set(query_keys(query)) <= set(keys(text))


def test_every_part_of_a_long_chain_is_found():
    chain = "Received 40 pcs 16 MPa 7 leaking 3 ok 5 broken 2 bent"
    assert all(matches(chain, word) for word in ("received", "broken", "bent", "leaking 3"))


def test_keys_fit_a_postgresql_integer_and_never_change():
    assert keys("渗油") == sorted(keys("渗油"))
    assert all(-(2**31) <= key < 2**31 for key in keys(COMPLAINT))
    assert keys("HX-32") == [-43702705, 841157214, 965217704, 1639174498]
    assert tokens("HX-32 渗油") == ["32", "hx", "hx3", "hx32", "油", "渗", "渗油"]


@pytest.mark.parametrize("hostile", ["A", "a-", "a1", "\ufdfa", "a 1 ", "a\u0301", "渗", "渗a1-", "\ud800"])
def test_a_megabyte_is_bounded(hostile):
    text = hostile * (1_000_000 // len(hostile))
    begun = time.process_time()
    assert len(keys(text)) < 20_000
    assert matches(text, text)
    assert time.process_time() - begun < 1


def test_an_ordinary_complaint_is_quick_and_small():
    begun = time.process_time()
    for _ in range(100):
        keys(COMPLAINT)
    assert (time.process_time() - begun) / 100 < 0.005
    assert len(keys(COMPLAINT)) < 250
