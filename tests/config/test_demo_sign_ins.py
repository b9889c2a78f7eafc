"""`manage.py up` asks at each start who can sign in: only the demonstration's own database may answer with its passwords."""

from io import StringIO

import pytest
from django.core.management import call_command

from tests.factories import BranchFactory

pytestmark = pytest.mark.django_db


def said() -> str:
    output = StringIO()
    call_command("demo_company", "--sign-ins", stdout=output)
    return output.getvalue()


def test_a_company_of_ones_own_is_told_nothing() -> None:
    BranchFactory(name="东屿汽车部件", name_en="Dongyu")
    assert said() == ""


def test_the_demonstration_says_who_can_sign_in() -> None:
    BranchFactory(name="岚川精密制造", name_en="Lanchuan Precision")
    assert "heyutong" in said()
    assert "password" in said()
