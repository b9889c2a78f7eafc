import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.wording import MAX_LENGTH, Run, Word, cut, english, fold, stem, wholes


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ＨＸ－３２", "hx-32"),
        ("HX\u201332", "hx-32"),
        ("HX\u201132", "hx-32"),
        ("Señor MÜLLER", "senor muller"),
        ("STRASSE Straße", "strasse strasse"),
        ("渗\u200b油", "渗油"),
        ("invoice\u202efdp", "invoicefdp"),
        ("16㎫", "16mpa"),
        ("がぎ", "がぎ"),
        ("İstanbul", "istanbul"),
    ],
)
def test_one_spelling(typed, meant):
    assert fold(typed) == meant


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_runs_and_words_in_order():
    assert list(cut(fold("HX-32 接头 16 MPa, 7 台"))) == [
        Word(("hx", "32"), 0, 5),
        Run("接头", 6),
        Word(("16", "mpa"), 9, 15),
        Word(("7",), 17, 18),
        Run("台", 19),
    ]


@pytest.mark.parametrize(
    ("words", "one"),
    [
        ("leak leaks leaked leaking", "leak"),
        ("damage damages damaged damaging", "damag"),
        ("ship ships shipped shipping", "ship"),
        ("delivery deliveries", "delivery"),
        ("scratch scratches scratched scratching", "scratch"),
        ("box boxes boxed", "box"),
        ("coupling couplings", "coupl"),
        ("crash crashes", "crash"),
        ("glass glasses", "glass"),
        ("miss missed missing", "miss"),
        ("gas", "gas"),
        ("ring", "ring"),
        ("red", "red"),
        ("add", "add"),
        ("status", "status"),
        ("axis", "axis"),
        ("roll rolled", "roll"),
    ],
)
def test_stem(words, one):
    assert {stem(word) for word in words.split()} == {one}


def test_english_words():
    assert english(fold("It doesn't fit, can't be opened; cannot: L2610-1147 渗油")) == [
        *("it", "does", "not", "fit", "ca", "not", "be", "opened", "can", "not", "l", "2610", "1147"),
    ]


@given(st.text("aB3 7-_/.*&'渗油\u0301½²Ⅷ\n,，", max_size=30))
def test_wholes_are_what_is_cut(text):
    folded = fold(text)
    pieces = [cut_one for whole in wholes(folded) for cut_one in cut(whole)]
    assert len(pieces) == len(wholes(folded))
    assert [piece[0] for piece in pieces] == [piece[0] for piece in cut(folded)]


def test_two_words_stay_two():
    assert [word.text for word in cut("leaking hoses")] == ["leaking", "hoses"]


def test_a_space_joins_digits_and_letters_only_where_asked():
    assert [word.text for word in cut("hx 32", across_spaces=False)] == ["hx", "32"]


@pytest.mark.parametrize("hostile", ["A", "a-", "a1", "\ufdfa", "a\u0301", "渗", "\x00", "\ud800", " "])
def test_a_megabyte_takes_no_time(hostile):
    begun = time.process_time()
    pieces = list(cut(fold(hostile * (1_000_000 // len(hostile)))))
    assert time.process_time() - begun < 0.5
    assert len(pieces) <= MAX_LENGTH
