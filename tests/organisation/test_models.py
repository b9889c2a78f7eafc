"""People and places as rows: names in two languages, names that are given once."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from organisation.models import Person
from organisation.roles import Role
from tests.factories import BranchFactory, DepartmentFactory, PersonFactory


@pytest.mark.parametrize(
    ("language", "name", "name_en", "shown"),
    [("en", "高原", "Gao Yuan", "Gao Yuan"), ("zh-hans", "高原", "Gao Yuan", "高原"), ("en", "高原", "", "高原")],
)
def test_a_name_is_shown_in_the_language_of_the_page(language: str, name: str, name_en: str, shown: str) -> None:
    with translation.override(language):
        assert str(Person(name=name, name_en=name_en)) == shown


@pytest.mark.django_db
@pytest.mark.parametrize("taken", ["gao.yuan", "Gao.Yuan"])
def test_a_sign_in_name_is_given_once(taken: str) -> None:
    branch = PersonFactory(username="gao.yuan", is_active=False).branch
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonFactory(username=taken, branch=branch)


@pytest.mark.django_db
def test_people_are_found_whatever_the_capitals_with_branch_and_department(django_assert_num_queries: object) -> None:
    PersonFactory(username="gao.yuan", department=DepartmentFactory())
    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a function
        person = Person.objects.get_by_natural_key("Gao.Yuan")
        assert person.department.branch_id == person.branch.pk


@pytest.mark.parametrize(
    ("roles", "active", "staff"), [([Role.ADMINISTRATOR], True, True), ([Role.ADMINISTRATOR], False, False), ([Role.MANAGER], True, False)]
)
def test_who_works_in_the_admin(roles: list[Role], active: bool, staff: bool) -> None:
    person = Person(roles=roles, is_active=active)
    assert (person.is_staff, person.has_perm("x"), person.is_superuser) == (staff, staff, False)


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "value"), [("zone", "Asia/Atlantis"), ("prefix", "1A"), ("prefix", "cr"), ("prefix", "TOOLONG")])
def test_a_branch_is_checked(field: str, value: str) -> None:
    branch = BranchFactory()
    setattr(branch, field, value)
    with pytest.raises(ValidationError) as refusal:
        branch.full_clean()
    assert set(refusal.value.message_dict) == {field}
