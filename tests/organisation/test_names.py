"""Names made short for seals and avatars."""

import pytest

from organisation.names import initials, seal_signs


@pytest.mark.parametrize(
    ("name", "most", "letters"),
    [("林晓峰", 1, "林"), ("Zhao Qiming", 1, "Z"), ("Zhao Qiming", 2, "ZQ"), ("he yutong", 2, "HY"), ("  ", 2, "?"), ("欧阳 静", 2, "欧")],
)
def test_initials(name: str, most: int, letters: str) -> None:
    assert initials(name, most) == letters


@pytest.mark.parametrize(
    ("name", "carved"),
    [("林晓峰", "林晓峰印"), ("高原", "高原之印"), ("高", "高氏之印"), ("欧阳晓峰", "欧阳晓峰"), ("欧阳晓峰山", "欧阳晓峰")],
)
def test_chinese_seal_is_read_from_the_top_right(name: str, carved: str) -> None:
    signs = seal_signs(name)
    assert "".join(sign for *_, sign in signs) == carved
    assert [(x, y) for x, y, *_ in signs] == [(24.5, 21), (24.5, 40.5), (5.5, 21), (5.5, 40.5)]


def test_latin_seal_shows_initials_in_the_middle() -> None:
    assert seal_signs("Zhao Qiming") == [(24, 31, ' text-anchor="middle"', "ZQ")]
