"""Lines of the security log cannot be forged by what is typed."""

import pytest

from organisation import securitylog
from organisation.models import Person


def test_line_names_event_actor_and_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "redress.security")
    securitylog.note("sign_in.failed", actor=Person(pk=12), address="10.0.0.7", number=3)
    assert caplog.messages == ['sign_in.failed actor="12" address="10.0.0.7" number="3"']


def test_nobody_and_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "redress.security")
    securitylog.note("sign_in.failed", actor=None, address=None)
    assert caplog.messages == ["sign_in.failed actor=- address=-"]


def test_line_ends_are_escaped(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "redress.security")
    securitylog.note("x", actor=None, address='1\r\nsign_in.succeeded actor="1"\u2028\x85')
    assert caplog.messages == ['x actor=- address="1\\r\\nsign_in.succeeded actor=\\"1\\"\\u2028\\u0085"']
