import re
from decimal import Decimal

import pytest
from django.utils.translation import override

from complaints.checklist import QUESTIONS, items, message_for_customer
from complaints.states import Effect, TypeGroup, Want

FULL = {
    "quantity_affected": Decimal(7),
    "quantity_delivered": Decimal(40),
    "lot_number": "L2610-1147",
    "effect": Effect.SHIPMENTS,
    "samples": "yes",
    "files": 2,
    "happened": "this morning",
    "happened_before": "no",
    "wants": [Want.REPLACEMENT],
    "wanted_by": "2026-11-21",
    "mobile": "139 0517 4420",
}


def codes(found):
    return [item.code for item in found]


def open_codes(found):
    return [item.code for item in found if not item.done]


@pytest.mark.parametrize(
    ("group", "asked"),
    [
        ("", ["lot", "effect", "photos", "wanted", "reach"]),
        (TypeGroup.QUALITY, ["amount", "lot", "effect", "samples", "photos", "happened", "before", "wanted", "reach"]),
        (TypeGroup.PACKAGING, ["amount", "lot", "delivered", "photos", "effect", "wanted", "reach"]),
        (TypeGroup.DELIVERY, ["order", "effect", "wanted_by", "wanted", "reach"]),
        (TypeGroup.QUANTITY, ["counted", "lot", "delivered", "photos", "effect", "wanted", "reach"]),
        (TypeGroup.SERVICE, ["happened", "who", "wanted", "reach"]),
        (TypeGroup.STAFF, ["happened", "place", "who", "wanted", "reach"]),
        (TypeGroup.PRICE, ["order", "papers", "wanted", "reach"]),
        (TypeGroup.AFTER_SALES, ["lot", "place", "happened", "before", "effect", "wanted", "reach"]),
        (TypeGroup.DESIGN, ["place", "effect", "photos", "wanted", "reach"]),
        (TypeGroup.ENGINEERING, ["place", "effect", "photos", "happened", "wanted", "reach"]),
        (TypeGroup.SALES_PROMISE, ["order", "who", "happened", "papers", "wanted", "reach"]),
        (TypeGroup.OTHER, ["happened", "place", "photos", "wanted", "reach"]),
    ],
)
def test_every_group_has_its_questions(group, asked):
    assert codes(items({}, group)) == asked
    assert open_codes(items({}, group)) == asked


def test_a_full_record_leaves_nothing_open():
    assert open_codes(items(FULL, TypeGroup.QUALITY, Effect.SHIPMENTS)) == []


@pytest.mark.parametrize("missing", ["quantity_affected", "quantity_delivered"])
def test_both_quantities_are_needed(missing):
    assert open_codes(items(FULL | {missing: None}, TypeGroup.QUALITY)) == ["amount"]


@pytest.mark.parametrize("instead", ["lot", "order_number"])
def test_one_of_lot_and_order_is_enough(instead):
    assert open_codes(items(FULL | {"lot_number": "", instead: "DN-26-0917"}, TypeGroup.QUALITY)) == []


def test_empty_false_and_zero_are_no_answers():
    assert open_codes(items(FULL | {"files": 0, "samples": "", "wants": []}, TypeGroup.QUALITY)) == ["samples", "photos", "wanted"]


def test_that_no_samples_are_left_is_an_answer():
    assert open_codes(items(FULL | {"samples": "no"}, TypeGroup.QUALITY)) == []


@pytest.mark.parametrize(
    ("effect", "more"),
    [
        (Effect.NONE, []),
        (Effect.SHIPMENTS, ["wanted_by"]),
        (Effect.LINE, ["wanted_by"]),
        (Effect.SAFETY, ["place", "happened"]),
    ],
)
def test_the_effect_adds_questions(effect, more):
    assert codes(items({}, "", effect)) == ["lot", "effect", "photos", *more, "wanted", "reach"]


def test_each_is_asked_once():
    asked = codes(items({}, TypeGroup.ENGINEERING, Effect.SAFETY))
    assert sorted(asked) == sorted(set(asked))


@pytest.mark.parametrize(("wish", "asked"), [(Want.COMPENSATION, True), (Want.DISCOUNT, True), (Want.APOLOGY, False)])
def test_money_is_asked_for_when_money_is_wanted(wish, asked):
    assert ("claim" in codes(items({"wants": [wish]}, TypeGroup.SERVICE))) is asked


def test_who_stays_anonymous_is_not_asked_for_an_address():
    assert "reach" not in codes(items({"anonymous": True}))


def test_every_question_is_asked_for_some_group():
    asked = {code for group in TypeGroup for code in codes(items({"wants": [Want.DISCOUNT]}, group))}
    assert asked == set(QUESTIONS)


def test_the_message_asks_for_what_is_open():
    found = items(FULL | {"samples": "", "files": 0}, TypeGroup.QUALITY)
    assert message_for_customer(found, "en", "CR-2611-0095") == (
        "About your complaint CR-2611-0095: to help you quickly, we still need to know:\n"
        "1. Do you still have the bad pieces? Could you keep two for us?\n"
        "2. Could you send us photos, of the label too?\n"
        "A short answer is enough."
    )
    assert message_for_customer(found, "en").startswith("Thank you for telling us.")


def test_nothing_open_no_message():
    assert message_for_customer(items(FULL, TypeGroup.QUALITY), "en") == ""


def test_the_customers_language_counts_not_the_readers():
    found = items({}, TypeGroup.QUALITY)
    with override("zh-hans"):
        assert message_for_customer(found, "en").splitlines()[-1] == "A short answer is enough."
    chinese = message_for_customer(found, "zh-hans").splitlines()
    assert [re.match(r"\d+", line)[0] for line in chinese[1:-1]] == [str(n) for n in range(1, 10)]
