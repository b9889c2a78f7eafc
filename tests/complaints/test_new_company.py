"""The first branch of a company: made once, complete enough to go on from in the administration."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from complaints.catalogue import LEAVES
from complaints.models import ComplaintType
from organisation.models import Branch, Department, Person

pytestmark = pytest.mark.django_db


def new_company(*more: str) -> str:
    out = io.StringIO()
    call_command("new_company", "岚川精密制造", *more, stdout=out)
    return out.getvalue()


def test_it_has_departments_types_and_an_administrator_who_has_to_choose_a_password() -> None:
    said = new_company("--name-en", "Lanchuan Precision", "--prefix", "LC")
    branch = Branch.objects.get()
    assert (branch.name, branch.name_en, branch.prefix) == ("岚川精密制造", "Lanchuan Precision", "LC")
    assert Department.objects.filter(branch=branch, function="quality").count() == 1
    assert ComplaintType.objects.filter(branch=branch, lead__isnull=False).count() == len(LEAVES)
    found = re.search(r"Sign in as admin with (\S+) within", said)
    assert found
    client = Client()
    assert client.login(username="admin", password=found[1])
    assert client.get("/").headers["Location"] == "/settings/password/"
    assert Person.objects.get().is_staff


def test_a_second_company_is_refused() -> None:
    new_company()
    with pytest.raises(CommandError, match="There is a company already"):
        new_company()


@pytest.mark.parametrize("wrong", [("--zone", "Mars/Olympus"), ("--prefix", "cr-1"), ("--administrator", "two words")])
def test_what_cannot_be_is_said_and_nothing_is_stored(wrong: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        new_company(*wrong)
    assert not Branch.objects.exists()
