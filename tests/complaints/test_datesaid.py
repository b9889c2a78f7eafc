"""Dates in a letter, in Chinese and English (R24): found where somebody wrote one, never where a number only looks like one."""

import datetime as dt

import pytest

from complaints.datesaid import Said, dates_in

TODAY = dt.date(2026, 11, 20)
NOV_24 = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("承运人11月24日取回旧件", "11月24日"),
        ("2026年11月24日前到货", "2026年11月24日"),
        ("11 月 24 号送到", "11 月 24 号"),
        ("Our carrier picks them up on 24 November.", "24 November"),
        ("by the 24th of Nov 2026, please", "24th of Nov 2026"),
        ("on November 24, 2026", "November 24, 2026"),
        ("Nov. 24", "Nov. 24"),
        ("by 2026-11-24", "2026-11-24"),
        ("by 2026/11/24", "2026/11/24"),
        ("11-24 取回", "11-24"),
        ("11/24 取回", "11/24"),
    ],
)
def test_a_date_is_found_in_every_form(text, words):
    assert dates_in(text, TODAY) == [Said(NOV_24, words)]


@pytest.mark.parametrize(
    "text",
    [
        "CR-2611-0089",
        "批次 L2610-0415",
        "电话 0571-11-24",
        "Your complaint of 13 November 2026",
        "2025年11月24日",
        "31月99日",
        "30 February",
        "2-30",
        "1/11/24",
        "46 of 2,000 pieces",
        "",
    ],
)
def test_what_is_past_or_no_date_is_not(text):
    assert dates_in(text, TODAY) == []


def test_a_day_without_a_year_is_the_nearest_and_each_stands_once():
    assert [said.day for said in dates_in("1月5日，再到 5 January；11月20日", TODAY)] == [dt.date(2027, 1, 5), TODAY]
