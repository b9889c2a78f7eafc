"""What the months do by the calendar, carried by the queue (`config.celery` says how often). Late, twice or side by side is harmless.

Not here: which months are due and how a draft is made (`publishing`).
"""

from celery import shared_task

from escalation import clock
from organisation.models import Branch

from . import publishing


@shared_task
def draft_months() -> None:
    """Make the drafts of all branches that are due and not there yet."""
    for branch in Branch.objects.order_by("code"):
        publishing.make_due(branch, clock.now())
