"""The clock can be moved for tests and rehearsals, and the check before going into use sees that it was not put back."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from escalation import clock
from escalation.checks import clock_not_moved
from escalation.management.commands.testclock import offset_of
from escalation.models import TestClock

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def testclock(how: str) -> str:
    out = io.StringIO()
    call_command("testclock", how, stdout=out)
    return out.getvalue()


testclock.__test__ = False  # type: ignore[attr-defined]  # it is not one


@pytest.mark.parametrize(
    ("text", "seconds"), [("+2h", 7200), ("2h", 7200), ("-30m", -1800), ("+3d12h", 302400), ("-1d1h", -90000), ("90s", 90), ("1w", 604800)]
)
def test_lengths_of_time(text: str, seconds: int) -> None:
    assert offset_of(text) == dt.timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "+", "2", "h", "+2x", "+2h!", "two hours", "++2h", "+2h-1m"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="no length of time"):
        offset_of(text)


def test_it_moves_further_from_where_it_is_and_back() -> None:
    before = clock.now()
    assert testclock("+2h").endswith("moved by 2:00:00\n")
    assert testclock("+30m").endswith("moved by 2:30:00\n")
    assert 2 * HOUR < clock.now() - before < 3 * HOUR
    assert testclock("-3h").endswith("moved by -0:30:00\n")
    assert clock.now() < before
    assert testclock("show").endswith("moved by -0:30:00\n")
    assert testclock("reset").endswith("not moved\n")
    assert not TestClock.objects.exists()


def test_what_was_really_written_when_is_not_moved() -> None:
    testclock("+2h")
    assert clock.instant() - clock.unmoved() > HOUR


def test_the_instant_goes_on_within_a_transaction_and_the_statements_time_too() -> None:
    assert clock.instant() < clock.instant()
    assert clock.now() < clock.now()


def test_a_moved_clock_is_an_error_before_going_into_use() -> None:
    assert clock_not_moved(None) == []
    testclock("+2h")
    (error,) = clock_not_moved(None)
    assert (error.id, error.msg) == ("escalation.E001", "The clock is moved by 2:00:00.")
