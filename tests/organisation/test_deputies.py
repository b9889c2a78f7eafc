"""R2: who names a deputy for whom, and what stands against it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from organisation import deputies
from organisation.models import Branch, Deputy, Person
from organisation.roles import Role
from tests.factories import BranchFactory, DepartmentFactory, PersonFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 20)
NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def branch() -> Branch:
    branch = BranchFactory()
    branch.gm = PersonFactory(branch=branch, username="shen.guoliang", name="沈国梁", name_en="Shen Guoliang")
    branch.save()
    return branch


@pytest.fixture
def head(branch: Branch) -> Person:
    department = DepartmentFactory(branch=branch)
    department.head = PersonFactory(branch=branch, department=department, name="林晓峰", name_en="Lin Xiaofeng")
    department.save()
    return department.head


@pytest.fixture
def handler(branch: Branch) -> Person:
    return PersonFactory(branch=branch)


def period(absent: Person, deputy: Person, first: int = 0, last: int = 5) -> Deputy:
    days = {"starts_on": TODAY + dt.timedelta(days=first), "ends_on": TODAY + dt.timedelta(days=last)}
    return Deputy(absent=absent, deputy=deputy, named_by=absent, **days)


def saved(*args: object, **kwargs: object) -> Deputy:
    row = period(*args, **kwargs)  # type: ignore[arg-type]  # passed through
    row.save()
    return row


def test_head_and_manager_name_for_themselves(head: Person, handler: Person) -> None:
    manager = PersonFactory(branch=head.branch, roles=[Role.MANAGER])
    assert list(deputies.may_be_absent(head)) == [head]
    assert list(deputies.may_be_absent(manager)) == [manager]
    assert list(deputies.may_be_absent(handler)) == []


def test_gm_names_for_everybody_of_the_branch(branch: Branch, head: Person, handler: Person) -> None:
    PersonFactory(branch=branch, is_active=False)
    PersonFactory(branch=BranchFactory())
    assert set(deputies.may_be_absent(branch.gm)) == {branch.gm, head, handler}


def test_head_of_a_closed_department_names_nobody(head: Person) -> None:
    head.heads_departments.update(is_active=False)
    assert list(deputies.may_be_absent(head)) == []


def test_deputies_are_active_and_of_the_branch(branch: Branch, handler: Person) -> None:
    PersonFactory(branch=branch, is_active=False)
    PersonFactory(branch=BranchFactory())
    assert set(deputies.may_deputise(branch.pk)) == {branch.gm, handler}


def test_nothing_stands_against_a_free_period(head: Person, handler: Person) -> None:
    assert deputies.objections(period(head, handler), TODAY) == {}


def test_periods_begin_today_at_the_earliest(head: Person, handler: Person) -> None:
    assert deputies.objections(period(head, handler, first=-1), TODAY).keys() == {"starts_on"}


@pytest.mark.parametrize(("first", "last", "clash"), [(-9, -1, False), (-9, 0, True), (2, 3, True), (5, 9, True), (6, 9, False)])
def test_one_deputy_at_a_time(head: Person, handler: Person, branch: Branch, first: int, last: int, clash: bool) -> None:
    saved(head, branch.gm, first, last)
    assert bool(deputies.objections(period(head, handler), TODAY)) is clash


def test_a_deputy_who_is_away_is_refused(head: Person, handler: Person, branch: Branch) -> None:
    saved(handler, branch.gm, 4, 9)
    assert deputies.objections(period(head, handler), TODAY) == {"deputy": "Gao Yuan is away from 2026-11-24 to 2026-11-29."}


def test_what_was_ended_early_does_not_clash(head: Person, handler: Person, branch: Branch) -> None:
    deputies.end_early(saved(head, branch.gm), NOON)
    assert deputies.objections(period(head, handler), TODAY) == {}


def test_ended_at_once_and_only_once(head: Person, handler: Person) -> None:
    row = saved(head, handler)
    assert list(Deputy.objects.on(TODAY)) == [row]
    deputies.end_early(row, NOON)
    deputies.end_early(row, NOON + dt.timedelta(hours=1))
    row.refresh_from_db()
    assert row.withdrawn_at == NOON
    assert list(Deputy.objects.on(TODAY)) == []


def test_who_may_end(branch: Branch, head: Person, handler: Person) -> None:
    row = saved(head, handler)
    assert list(deputies.may_end(head)) == [row]
    assert list(deputies.may_end(branch.gm)) == [row]
    assert list(deputies.may_end(handler)) == []
    assert list(deputies.may_end(PersonFactory(branch=branch, roles=[Role.MANAGER]))) == []


def test_gm_of_another_branch_ends_nothing(head: Person, handler: Person) -> None:
    saved(head, handler)
    other = BranchFactory()
    other.gm = PersonFactory(branch=other)
    other.save()
    assert list(deputies.may_end(other.gm)) == []


def test_a_row_alone_refuses_other_branches_oneself_and_days_in_disorder(head: Person, handler: Person) -> None:
    rows = [period(head, PersonFactory(branch=BranchFactory())), period(head, head), period(head, handler, 3, 2)]
    found = []
    for row in rows:
        with pytest.raises(ValidationError) as refusal:
            row.clean()
        found.append(refusal.value.message_dict)
    assert found == [
        {"deputy": ["A deputy is of the same branch."]},
        {"deputy": ["Nobody is their own deputy."]},
        {"ends_on": ["The last day is before the first."]},
    ]


def test_current_leaves_out_the_past(head: Person, handler: Person) -> None:
    saved(head, handler, -9, -1)
    running, coming = saved(head, handler, 0, 1), saved(head, handler, 3, 4)
    assert list(deputies.current(Deputy.objects.all(), TODAY)) == [running, coming]
