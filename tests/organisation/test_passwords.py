"""First passwords, chosen passwords, and what is accepted as one."""

import datetime as dt
import re

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from organisation import passwords, sessions
from organisation.models import Person
from organisation.signin import Place
from tests.factories import PersonFactory

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)


@pytest.mark.django_db
def test_first_password_works_must_be_changed_and_ends_sessions() -> None:
    person = PersonFactory()
    sessions.begin(person, Place("10.0.0.7"), "", NOON)
    password = passwords.give_initial(person, NOON)
    person.refresh_from_db()
    assert person.check_password(password)
    assert person.must_change_password
    assert not person.sign_ins.exists()


def test_first_passwords_are_random_and_readable() -> None:
    made = {passwords.make_initial() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"([2-9a-hjkmnp-z]{4}-){3}[2-9a-hjkmnp-z]{4}", password) for password in made)


@pytest.mark.django_db
def test_first_password_lasts_a_week() -> None:
    person = PersonFactory()
    passwords.give_initial(person, NOON)
    assert not passwords.has_run_out(person, NOON + dt.timedelta(days=7) - dt.timedelta(seconds=1))
    assert passwords.has_run_out(person, NOON + dt.timedelta(days=7))


@pytest.mark.django_db
def test_a_chosen_password_does_not_run_out_and_ends_the_other_sessions() -> None:
    person = PersonFactory()
    passwords.give_initial(person, NOON)
    mine = sessions.begin(person, Place("10.0.0.7"), "", NOON)
    sessions.begin(person, Place("10.0.0.8"), "", NOON)
    passwords.choose(person, "a sentence of my own", mine.pk, NOON)
    person.refresh_from_db()
    assert person.check_password("a sentence of my own")
    assert not person.must_change_password
    assert not passwords.has_run_out(person, NOON + dt.timedelta(days=700))
    assert list(person.sign_ins.all()) == [mine]


@pytest.mark.parametrize(
    "password", ["twelve chars", "12 monkeys and 3 cats", "没有规则的一句长话十二字", "a" * 6 + "b c d " * 20, "q" * 64 + "w" * 64]
)
def test_accepted(password: str) -> None:
    validate_password(password, Person(username="zhao.qiming"))


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("eleven char", "password_too_short"),
        ("q" * 64 + "w" * 65, "password_too_long"),
        ("q1w2e3r4t5y6", "password_too_common"),
        ("password1234", "password_too_common"),
        ("!!Password2026!!", "password_too_common"),
        ("qwertyqwertyqwerty", "password_too_common"),
        ("aaaaaaaaaaaa", "password_too_common"),
        ("138 1234 5678 90", "password_too_common"),
        ("zhao.qiming1", "password_too_similar"),
    ],
)
def test_refused(password: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, Person(username="zhao.qiming"))
    assert code in {error.code for error in refusal.value.error_list}


@pytest.mark.passwords
@pytest.mark.django_db
def test_passwords_are_hashed_with_argon2id() -> None:
    person = PersonFactory()
    assert identify_hasher(person.password).algorithm == "argon2"
    assert person.password.startswith("argon2$argon2id$")
