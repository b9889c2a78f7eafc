"""Rows copied into a table come out as they went in."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, transaction

from complaints.copying import copy, copy_models, next_ids
from complaints.models import Complaint, Passage
from complaints.states import Subject

from .factories import House, received

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text", ["", "渗油", "a\tb", "two\nlines\r\n", "back\\slash", "\\N", "\\.", "“quoted”, 'quoted'", "\u2028 \x0b", "{a,b}"]
)
def test_texts_come_out_as_they_went_in(text: str) -> None:
    [key] = next_ids(Passage, 1)
    copy("complaints_passage", ("id", "name", "text", "salt"), [(key, "words", text, b"\x00\xff\\")])
    row = Passage.objects.get(pk=key)
    assert (row.text, bytes(row.salt), row.erased_at, row.complaint_id) == (text, b"\x00\xff\\", None, None)


def test_instances_come_out_as_they_went_in() -> None:
    one = received(House(), quantity_affected=Decimal("7.125"), wanted_by=dt.date(2025, 3, 4), wants=["repair", "other"], anonymous=True)
    one.subject = Subject.ORDER
    expected = {field.attname: getattr(one, field.attname) for field in Complaint._meta.concrete_fields}
    [one.pk] = next_ids(Complaint, 1)
    one.number, one.source_key = "CR-2503-7777", "ledger:7"
    copy_models([one])
    found = Complaint.objects.get(number="CR-2503-7777")
    told = {"id": one.pk, "number": one.number, "source_key": one.source_key}
    assert {field.attname: getattr(found, field.attname) for field in Complaint._meta.concrete_fields} == expected | told


def test_nothing_is_nothing() -> None:
    copy_models([])


def test_ids_are_nobody_elses() -> None:
    first, second = next_ids(Passage, 2)
    assert Passage.objects.create(name="words", text="x").pk > second > first


def test_what_the_database_refuses_is_told_as_ever() -> None:
    columns = ("id", "name", "text")
    copy("complaints_passage", columns, [(-1, "words", "x")])
    with pytest.raises(IntegrityError), transaction.atomic():
        copy("complaints_passage", columns, [(-1, "words", "x")])
    with pytest.raises(DataError), transaction.atomic():
        copy("complaints_passage", columns, [(-2, "n" * 61, "x")])


def test_what_has_no_text_is_refused() -> None:
    with pytest.raises(TypeError):
        copy("complaints_passage", ("id", "name"), [(-3, 0.5)])
