"""What the forms of sign-in say; their checks are tested on the pages."""

import datetime as dt

import pytest

from organisation.forms import pause_in_words

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, "1 minute"), (1, "1 minute"), (60, "1 minute"), (61, "2 minutes"), (900, "15 minutes")]
)
def test_a_pause_is_told_in_minutes_rounded_up(seconds: int, minutes: str) -> None:
    assert pause_in_words(NOON + dt.timedelta(seconds=seconds), NOON) == f"Too many wrong tries. Try again in {minutes}."
