"""What the queue does for the reports. Doing it late, twice or side by side is harmless. Not here: how often (`config.celery`)."""

from celery import shared_task

from . import ordered

HOUR = 3600


@shared_task(time_limit=HOUR, soft_time_limit=HOUR - 60)
def make_files() -> None:
    """Make one of the long files that were ordered. It may take longer than other tasks: its message coming again finds it claimed."""
    ordered.make_next()
