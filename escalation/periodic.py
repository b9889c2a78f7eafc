"""What the queue carries for the clocks: mail going out. Doing it late, twice or side by side is harmless (`mailing`).

Not here: how often (`config.celery`), the sweep (`config.clockwork`).
"""

from celery import shared_task

from reports.attaching import enclosures

from . import mailing


@shared_task
def deliver() -> None:
    """Send what is due; called by beat and by the doorbell."""
    mailing.deliver(enclosures)
