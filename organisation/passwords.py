"""Passwords: the first one, made up by the machine, and those people choose.

Not here: what makes a password acceptable (`AUTH_PASSWORD_VALIDATORS`) and how it is hashed (`config.hashers`).
"""

import datetime as dt
import secrets

from organisation import sessions
from organisation.models import Person

# Without 0 O 1 I L, which are mistaken for each other on paper: 16 of these 31 are 79 bits.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
INITIAL_LASTS = dt.timedelta(days=7)


def make_initial() -> str:
    """Four groups of four, to be read out or written down once."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def give_initial(person: Person, now: dt.datetime) -> str:
    """Set and return a first password that must be changed at sign-in within a week; the person's sessions end.

    It is kept nowhere else: whoever calls this shows it once. Does not save a person that is not yet in the database.
    """
    password = make_initial()
    person.set_password(password)
    person.must_change_password = True
    person.initial_password_until = now + INITIAL_LASTS
    if person.pk:
        person.save(update_fields=["password", "must_change_password", "initial_password_until"])
        sessions.end_others(person, 0, now)
    return password


def has_run_out(person: Person, now: dt.datetime) -> bool:
    """Whether the first password was left unused for too long."""
    return person.must_change_password and person.initial_password_until is not None and now >= person.initial_password_until


def choose(person: Person, password: str, mine: int, now: dt.datetime) -> None:
    """Set the password the person chose and end the other sessions; `mine` is the sign-in that goes on."""
    person.set_password(password)
    person.must_change_password = False
    person.initial_password_until = None
    person.save(update_fields=["password", "must_change_password", "initial_password_until"])
    sessions.end_others(person, mine, now)
