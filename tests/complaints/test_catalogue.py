from collections import Counter

from complaints.catalogue import CATALOGUE, LEAVES
from complaints.states import TypeGroup


def test_every_group_stands_once_in_the_order_of_the_enumeration():
    assert [group.code for group in CATALOGUE] == list(TypeGroup)


def test_codes_are_slugs_and_unique():
    codes = Counter(leaf.code for leaf in LEAVES)
    assert [code for code, count in codes.items() if count > 1] == []
    assert [code for code in codes if len(code) > 40 or not code.replace("-", "").isalpha()] == []


def test_lead_departments_follow_the_procedure():
    """R8: quality, packaging, technical → Quality; delivery, quantity → PMC; service, sales → Sales."""
    leads = {group.code: {leaf.lead for leaf in group.leaves} for group in CATALOGUE}
    assert leads[TypeGroup.QUALITY] == leads[TypeGroup.PACKAGING] == leads[TypeGroup.DESIGN] == leads[TypeGroup.ENGINEERING] == {"quality"}
    assert leads[TypeGroup.DELIVERY] == leads[TypeGroup.QUANTITY] == {"pmc"}
    assert leads[TypeGroup.SERVICE] == leads[TypeGroup.PRICE] == leads[TypeGroup.SALES_PROMISE] == {"sales"}


def test_responsible_departments_are_functions_a_branch_has():
    assert {leaf.responsible for leaf in LEAVES} <= {"production", "warehouse", "quality", "pmc", "sales", "engineering"}


def test_confidential_are_staff_conduct_and_whistle_blowing():
    assert {leaf.code for leaf in LEAVES if leaf.confidential} == {"conduct", "integrity", "whistle-blowing"}


def test_every_leaf_has_both_names_and_words_in_both_languages():
    for leaf in LEAVES:
        assert leaf.name, leaf.code
        assert leaf.name_en.isascii(), leaf.code
        words = leaf.keywords.split()
        assert any(word.isascii() for word in words), leaf.code
        assert any(not word.isascii() for word in words), leaf.code
