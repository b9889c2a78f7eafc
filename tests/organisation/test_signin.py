"""The brake on guessing: who has to wait, until when, and who has not."""

import datetime as dt

import pytest

from organisation import sessions, signin
from organisation.models import Person, SignInFailure
from organisation.signin import Paused, Place, attempt, pause_after
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
HOME, ELSEWHERE = Place("10.0.0.7"), Place("203.0.113.9")
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def person() -> Person:
    return PersonFactory(username="zhao.qiming")


def fail(username: str, place: Place, times: int, now: dt.datetime = NOON) -> None:
    for _ in range(times):
        assert attempt(username, place, now, lambda: None) is None


def succeed(person: Person, place: Place, now: dt.datetime = NOON) -> Person | None:
    return attempt(person.username, place, now, lambda: person)


def know(person: Person, place: Place) -> None:
    sessions.begin(person, place, "", NOON - dt.timedelta(days=1))


def test_right_password_is_recognised(person: Person) -> None:
    assert succeed(person, HOME) == person
    assert SignInFailure.objects.count() == 0


def test_sixth_try_waits_without_being_checked(person: Person) -> None:
    fail("zhao.qiming", HOME, 5)
    with pytest.raises(Paused) as refusal:
        attempt("zhao.qiming", HOME, NOON, lambda: pytest.fail("was checked"))
    assert refusal.value.until == NOON + MINUTE


def test_refused_tries_do_not_prolong_the_pause(person: Person) -> None:
    fail("zhao.qiming", HOME, 5)
    for second in range(0, 60, 10):
        with pytest.raises(Paused):
            succeed(person, HOME, NOON + dt.timedelta(seconds=second))
    assert succeed(person, HOME, NOON + MINUTE) == person


@pytest.mark.parametrize(("failures", "minutes"), [(4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (500, 15)])
def test_pause_grows(failures: int, minutes: int) -> None:
    assert pause_after(failures) == minutes * MINUTE


def test_success_forgives_what_failed_at_the_same_place(person: Person) -> None:
    fail("zhao.qiming", HOME, 4)
    succeed(person, HOME)
    fail("zhao.qiming", HOME, 4)
    assert succeed(person, HOME) == person


def test_capitals_do_not_make_another_account(person: Person) -> None:
    fail("zhao.qiming", HOME, 3)
    fail("ZHAO.Qiming", HOME, 2)
    with pytest.raises(Paused):
        succeed(person, HOME)


def test_a_stranger_guessing_elsewhere_does_not_stop_the_person(person: Person) -> None:
    fail("zhao.qiming", ELSEWHERE, 5)
    assert succeed(person, HOME) == person


def guess_from_everywhere(username: str) -> None:
    """Twenty failures within an hour, from addresses enough that none of them has to wait."""
    for n in range(20):
        fail(username, Place(f"203.0.113.{n}"), 1, NOON - dt.timedelta(minutes=30))


def test_guessing_from_everywhere_slows_new_places(person: Person) -> None:
    guess_from_everywhere("zhao.qiming")
    with pytest.raises(Paused) as refusal:
        succeed(person, HOME)
    assert refusal.value.until == NOON + dt.timedelta(minutes=30)


def test_guessing_from_everywhere_does_not_lock_a_known_address_out(person: Person) -> None:
    know(person, HOME)
    guess_from_everywhere("zhao.qiming")
    assert succeed(person, HOME) == person


def test_guessing_from_everywhere_does_not_lock_a_known_device_out(person: Person) -> None:
    know(person, Place("10.0.0.99", device="d" * 32))
    guess_from_everywhere("zhao.qiming")
    assert succeed(person, Place("198.51.100.4", device="d" * 32)) == person


def test_a_colleague_guessing_at_the_same_address_does_not_stop_the_persons_own_device(person: Person) -> None:
    own = Place(HOME.address, device="d" * 32)
    know(person, own)
    fail("zhao.qiming", HOME, 5)
    assert succeed(person, own) == person


def test_a_known_device_is_counted_too(person: Person) -> None:
    own = Place(HOME.address, device="d" * 32)
    know(person, own)
    fail("zhao.qiming", own, 5)
    with pytest.raises(Paused):
        succeed(person, own)


def test_failures_of_a_known_device_are_its_own(person: Person) -> None:
    own = Place(HOME.address, device="d" * 32)
    know(person, own)
    fail("zhao.qiming", own, 5)
    assert succeed(person, HOME) == person


def test_a_device_known_for_somebody_else_counts_as_unknown(person: Person) -> None:
    know(PersonFactory(), Place(HOME.address, device="d" * 32))
    fail("zhao.qiming", Place(HOME.address, device="d" * 32), 5)
    with pytest.raises(Paused):
        succeed(person, HOME)


def test_one_address_trying_many_accounts_waits(person: Person) -> None:
    for n in range(30):
        fail(f"person-{n}", ELSEWHERE, 1)
    with pytest.raises(Paused) as refusal:
        succeed(person, ELSEWHERE)
    assert refusal.value.spray
    assert refusal.value.until == NOON + dt.timedelta(minutes=15)


def test_unknown_accounts_are_braked_like_known_ones() -> None:
    fail("nobody", HOME, 5)
    with pytest.raises(Paused):
        attempt("nobody", HOME, NOON, lambda: None)


def test_failures_are_forgotten_after_a_day(person: Person) -> None:
    fail("zhao.qiming", HOME, 5, NOON - dt.timedelta(days=1, seconds=1))
    fail("zhao.qiming", HOME, 1)
    assert SignInFailure.objects.count() == 1


def test_failures_of_yesterday_do_not_count_although_they_are_still_there(person: Person) -> None:
    fail("zhao.qiming", HOME, 5, NOON)
    SignInFailure.objects.update(at=NOON - dt.timedelta(days=1))
    SignInFailure.objects.create(account=SignInFailure.objects.values_list("account")[:1], address=HOME.address, at=NOON)
    assert succeed(person, HOME) == person


def test_what_was_typed_as_a_name_is_not_kept() -> None:
    fail("my secret password", HOME, 1)
    assert "secret" not in str(SignInFailure.objects.values().get())


def test_tries_at_the_same_moment_see_each_other(person: Person) -> None:
    """Twenty tries begin before any is answered: each finds those that began before it, so five are checked at most."""
    checked: list[int] = []

    def nested(depth: int) -> None:
        def check() -> None:
            checked.append(depth)
            if depth < 20:
                nested(depth + 1)

        try:
            attempt("zhao.qiming", HOME, NOON, check)
        except signin.Paused:
            return

    nested(1)
    assert checked == [1, 2, 3, 4, 5]


def test_the_number_of_queries_does_not_tell_whether_an_account_exists(person: Person, django_assert_num_queries: object) -> None:
    for username in ("zhao.qiming", "nobody"):
        with django_assert_num_queries(7):  # type: ignore[operator]  # a fixture that is a function
            attempt(username, HOME, NOON, lambda: None)
