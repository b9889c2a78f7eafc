"""What the queue does for the reports. Doing it late, twice or side by side is harmless. Not here: how often (`config.celery`)."""

from celery import shared_task

from . import ordered


@shared_task
def make_files() -> None:
    """Make one of the long files that were ordered."""
    ordered.make_next()
