"""What has to hold of the clock before the product goes into use (`manage.py check --deploy`)."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

from .models import TestClock


@register(Tags.security, deploy=True)
def clock_not_moved(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The test clock is for tests: in use, a moved clock would put every deadline in the wrong place."""
    try:
        with connections["default"].cursor():
            row = TestClock.objects.first()
    except DatabaseError:
        return []  # no database to ask: `/healthz` and `migrate` speak of that
    if row is None:
        return []
    return [Error(f"The clock is moved by {row.offset}.", hint="manage.py testclock reset", id="escalation.E001")]
