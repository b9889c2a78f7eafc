"""What the figures do by the calendar, carried by the queue (`config.celery` says how often). Late, twice or side by side is harmless.

Not here: what is counted (`daily`).
"""

from celery import shared_task

from . import daily


@shared_task
def settle() -> None:
    """Count the days that changes made stale, until none is left."""
    while daily.settle() == daily.AT_ONCE:
        pass
