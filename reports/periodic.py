"""What the figures do by the calendar, carried by the queue (`config.celery` says how often). Late, twice or side by side is harmless.

Not here: what is counted (`daily`).
"""

from celery import shared_task

from escalation import clock

from . import daily, ordered
from . import morning as sheets


@shared_task
def settle() -> None:
    """Count the days that changes made stale, until none is left."""
    while daily.settle() == daily.AT_ONCE:
        pass


@shared_task
def morning() -> None:
    """Keep the sheet of the morning of every branch that has opened."""
    sheets.make_due(clock.now())


@shared_task
def make_files() -> None:
    """Make one of the long files that were ordered."""
    ordered.make_next()
