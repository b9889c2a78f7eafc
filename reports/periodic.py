"""What the figures do by the calendar, carried by the queue (`config.celery` says how often). Late, twice or side by side is harmless.

Not here: what is counted (`daily`), which months are due (`publishing`).
"""

from celery import shared_task

from escalation import clock
from organisation.models import Branch

from . import daily, ordered, publishing
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


HOUR = 3600


@shared_task(time_limit=HOUR, soft_time_limit=HOUR - 60)
def make_files() -> None:
    """Make one of the long files that were ordered. It may take longer than other tasks: its message coming again finds it claimed."""
    ordered.make_next()


@shared_task
def draft_months() -> None:
    """Make the drafts of all branches that are due and not there yet."""
    for branch in Branch.objects.order_by("code"):
        publishing.make_due(branch, clock.now())
