"""The Celery application and everything that happens by the calendar.

The queue only rings and carries: every task is idempotent, its truth is a row in PostgreSQL, a lost or doubled message
changes nothing. Hence no results are kept, and neither `eta` nor `countdown` is ever used for a deadline (the broker
redelivers them after the visibility timeout). The tasks themselves stand in `<app>/periodic.py`.
"""

import os
import signal
from typing import Any

from celery import Celery, signals

from config.processes import die_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

HOUR = 3600
MINUTE = 60
ARCHIVE = 20
LOOK = 5
WAKE = 10  # seconds; the clock looks every second by itself

app = Celery("redress")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="periodic")
app.steps["consumer"].add("config.heartbeat:Heartbeat")
app.steps["worker"].add("config.clockwork:Clockwork")

app.conf.update(
    imports=["config.clockwork"],
    task_default_queue="work",
    task_routes={"config.clockwork.wake": {"queue": "clock"}},
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    # A message counts as done when its task is done; a killed worker's message comes back.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=540,  # less than the visibility timeout, else the same message runs twice at once
    task_soft_time_limit=500,
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_max_tasks_per_child=500,
    accept_content=["json"],
    task_serializer="json",
    result_accept_content=["json"],
    event_serializer="json",
    timezone="UTC",
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a worker never gives up on the broker
    broker_transport_options={
        "visibility_timeout": 600,
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 10,
    },
    # `expires` = the interval: a worker that was away does not wake to a pile of the same task.
    beat_schedule={
        "wake the clock": {"task": "config.clockwork.wake", "schedule": WAKE, "options": {"expires": WAKE}},
        "deliver mail": {"task": "escalation.periodic.deliver", "schedule": WAKE, "options": {"expires": WAKE}},
        "keep the morning's sheets": {"task": "reports.periodic.morning", "schedule": MINUTE, "options": {"expires": MINUTE}},
        "count stale days": {"task": "reports.periodic.settle", "schedule": WAKE, "options": {"expires": WAKE}},
        "make long files": {"task": "reports.periodic.make_files", "schedule": LOOK, "options": {"expires": LOOK}},
        "archive what was closed": {"task": "complaints.periodic.archive", "schedule": ARCHIVE, "options": {"expires": ARCHIVE}},
        "anchor the history": {"task": "complaints.periodic.anchor", "schedule": HOUR, "options": {"expires": HOUR}},
        "draft the month's reports": {"task": "reports.periodic.draft_months", "schedule": HOUR, "options": {"expires": HOUR}},
        "tidy": {"task": "complaints.periodic.tidy", "schedule": 24 * HOUR, "options": {"expires": 24 * HOUR}},
    },
)


@signals.setup_logging.connect
def _log_like_the_web(**_: Any) -> None:
    """Connecting to this signal keeps Celery from replacing Django's logging."""


@signals.worker_process_init.connect
def _die_with_the_worker(**_: Any) -> None:
    """A process of the pool would otherwise finish its task first, and its message comes back anyway."""
    die_with(os.getppid(), signal.SIGKILL)
