"""When a session is over, and which others end."""

import datetime as dt

import pytest

from organisation import sessions
from organisation.models import Person, SignIn
from organisation.signin import Place
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
HOME = Place("10.0.0.7", "d" * 32)


@pytest.fixture
def person() -> Person:
    return PersonFactory()


@pytest.fixture
def sign_in(person: Person) -> SignIn:
    return sessions.begin(person, HOME, "Edge · Windows", NOON)


def test_over_after_half_an_hour_without_activity(sign_in: SignIn) -> None:
    assert not sessions.is_over(sign_in, NOON + dt.timedelta(minutes=30) - SECOND)
    assert sessions.is_over(sign_in, NOON + dt.timedelta(minutes=30))


def test_activity_keeps_it_going_but_not_beyond_twelve_hours(sign_in: SignIn) -> None:
    sign_in.active_at = NOON + dt.timedelta(hours=11, minutes=59)
    assert not sessions.is_over(sign_in, NOON + dt.timedelta(hours=12) - SECOND)
    assert sessions.is_over(sign_in, NOON + dt.timedelta(hours=12))


def test_none_and_ended_are_over(sign_in: SignIn) -> None:
    sessions.end(sign_in.pk, NOON)
    sign_in.refresh_from_db()
    assert sessions.is_over(sign_in, NOON)
    assert sessions.is_over(None, NOON)


def test_activity_is_written_once_a_minute(sign_in: SignIn) -> None:
    sessions.touch(sign_in, NOON + dt.timedelta(seconds=59))
    sign_in.refresh_from_db()
    assert sign_in.active_at == NOON
    sessions.touch(sign_in, NOON + dt.timedelta(seconds=60))
    sign_in.refresh_from_db()
    assert sign_in.active_at == NOON + dt.timedelta(seconds=60)


def test_a_late_writer_does_not_set_activity_back(sign_in: SignIn) -> None:
    SignIn.objects.update(active_at=NOON + dt.timedelta(minutes=10))
    sessions.touch(sign_in, NOON + dt.timedelta(minutes=5))
    sign_in.refresh_from_db()
    assert sign_in.active_at == NOON + dt.timedelta(minutes=10)


def test_running_leaves_out_what_is_over(person: Person, sign_in: SignIn) -> None:
    idle = sessions.begin(person, HOME, "", NOON - dt.timedelta(minutes=31))
    ended = sessions.begin(person, HOME, "", NOON)
    sessions.end(ended.pk, NOON)
    assert list(sessions.running(person, NOON)) == [sign_in]
    assert sessions.is_over(idle, NOON)


def test_ending_the_others_leaves_mine_and_other_peoples(person: Person, sign_in: SignIn) -> None:
    sessions.begin(person, HOME, "", NOON)
    somebody_elses = sessions.begin(PersonFactory(), HOME, "", NOON)
    assert sessions.end_others(person, sign_in.pk, NOON) == 1
    assert set(SignIn.objects.all()) == {sign_in, somebody_elses}


def test_places_of_half_a_year_ago_are_forgotten(person: Person, sign_in: SignIn) -> None:
    later = sessions.begin(person, HOME, "", NOON + dt.timedelta(days=181))
    assert list(person.sign_ins.all()) == [later]
