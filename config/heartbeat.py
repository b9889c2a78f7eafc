"""The sign of life of the workers for background work: a key in the queue's server that runs out by itself.

Written by the worker's own timer, so that a worker that is alive but deaf to its queue falls silent too; read by
`config.health`. It concerns nothing but the health page. Not here: the clock's sign of life, a row (`config.clockwork`).
"""

import logging
from typing import Any

import redis
from celery import bootsteps
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger("redress.heartbeat")

KEY = "redress:worker:alive"
EVERY = 10  # seconds
RUNS_OUT = 45  # seconds: four missed beats


def queue_client(timeout: float) -> redis.Redis:
    """A client of the queue's server that gives up after `timeout` seconds for each step, and never tries again."""
    url = settings.REDIS_URL
    if url.startswith("redis+socket://"):
        url = "unix" + url.removeprefix("redis+socket").replace("virtual_host=", "db=")
    return redis.Redis.from_url(url, socket_connect_timeout=timeout, socket_timeout=timeout, retry=Retry(NoBackoff(), 0))


class Heartbeat(bootsteps.StartStopStep):
    """Celery starts this with each consumer, that is, whenever the worker is connected to its queue."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self.entry: Any = None

    def include_if(self, consumer: Any) -> bool:
        return "work" in consumer.app.amqp.queues.consume_from

    def start(self, consumer: Any) -> None:
        self.stop(consumer)  # after a lost connection Celery starts us anew
        show_life()
        self.entry = consumer.timer.call_repeatedly(EVERY, show_life)

    def stop(self, consumer: Any) -> None:
        if self.entry:
            self.entry.cancel()


def show_life() -> None:
    """Never raises: the heartbeat must not end the worker."""
    try:
        with queue_client(timeout=2) as client:
            client.set(KEY, 1, ex=RUNS_OUT)
    except redis.RedisError as error:
        log.warning("no heartbeat: %s", error)
