"""The clock: a thread of the worker that listens to the queue `clock`. Every second it calls the sweep and shows that it lives.

It starts with the worker, not with the connection to the broker, and never ends before the worker does: without the queue it goes on,
without the database it asks again with pauses. The queue's message only wakes it. All instants are the database's; the process's own clock
serves to notice that the database's has jumped. Several of them side by side are harmless.
Not here: what is due and what comes of it (`escalation.sweep`).
"""

import datetime as dt
import logging
import threading
import time
from typing import Any

from celery import bootsteps, shared_task
from django.db import InterfaceError, OperationalError, connection

from config.memory import search_seldom
from escalation import clock
from escalation.sweep import Swept, fire_due, show_life

log = logging.getLogger("redress.clock")

QUEUE = "clock"
EVERY = 1.0  # seconds from look to look
PAUSES = (1.0, 2.0, 4.0, 5.0)  # seconds, after the first, second, … failure in a row
LEAP = dt.timedelta(seconds=60)  # a database clock that gains more than this on ours has been set
HOLD = 10.0  # seconds for which a clock that was set is only looked at
GRACE = 4.0  # seconds to end a batch; then the process ends and the database takes the batch back

# A lock is waited for only briefly: what is busy comes with the next look. A dead network is noticed within half a minute.
SESSION = "-c lock_timeout=500ms"
NETWORK = {"application_name": "redress-clock", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3"}

_woken = threading.Event()


@shared_task(name="config.clockwork.wake", ignore_result=True)
def wake() -> None:
    """What beat sends. Does nothing where no clock runs; without it the clock looks by itself."""
    _woken.set()


class Guard:
    """Notices when the database's clock, without the test clock's offset, was set forward: then nothing is fired for HOLD seconds.

    Whoever sets it back in that time has done no harm. After it the clock counts as right, as it is when the machine was only suspended.
    """

    def __init__(self) -> None:
        self.last: tuple[dt.datetime, float] | None = None
        self.held_until = 0.0

    def may_fire(self, at: dt.datetime, ticks: float) -> bool:
        """`at` is the database's unmoved instant, `ticks` the monotonic seconds of this process, read together."""
        if self.last is not None:
            gained = at - self.last[0] - dt.timedelta(seconds=ticks - self.last[1])
            if gained > LEAP:
                log.error("the database's clock has jumped forward by %s: nothing is fired for %d s", gained, HOLD)
                self.held_until = ticks + HOLD
            elif gained < -LEAP:
                log.error("the database's clock has jumped back by %s: what it fired stays fired", -gained)
                self.held_until = 0.0
        self.last = at, ticks
        return ticks >= self.held_until


class Clock(threading.Thread):
    """Looks until asked to end; no error ends it."""

    def __init__(self, name: str) -> None:
        super().__init__(name="clock", daemon=True)
        self.worker = name
        self.ended = threading.Event()
        self.guard = Guard()
        self.failures = 0

    def run(self) -> None:
        _own_session()
        search_seldom()
        while not self.ended.is_set():
            began = time.monotonic()
            pause = self._look()
            _woken.wait(max(0.0, pause - (time.monotonic() - began)))
            _woken.clear()
        connection.close()

    def end(self) -> None:
        """Within GRACE: after the batch in hand."""
        self.ended.set()
        _woken.set()
        self.join(GRACE)

    def _look(self) -> float:
        """One look; the seconds until the next."""
        try:
            self._fire()
        except Exception as error:
            pause = PAUSES[min(self.failures, len(PAUSES) - 1)]
            self.failures += 1
            away = isinstance(error, OperationalError | InterfaceError)
            log.warning("the sweep failed, again in %d s: %s", pause, error, exc_info=not away)
            _let_go()
            return pause
        if self.failures:
            log.warning("the sweep goes on after %d failures", self.failures)
            self.failures = 0
        return EVERY

    def _fire(self) -> None:
        if self.guard.may_fire(clock.unmoved(), time.monotonic()):
            show_life(self.worker, fire_due(go_on=self._go_on))
        else:
            show_life(self.worker, Swept())

    def _go_on(self) -> bool:
        """Between two batches of a long sweep: still there, and not asked to end."""
        show_life(self.worker, Swept())
        return not self.ended.is_set()


def _own_session() -> None:
    """This thread's connection alone gets the clock's limits, however often it is made anew."""
    options = connection.settings_dict["OPTIONS"]
    limits = f"{options.get('options', '')} {SESSION}".strip()
    connection.settings_dict = {**connection.settings_dict, "OPTIONS": {**options, **NETWORK, "options": limits}}


def _let_go() -> None:
    """The next look begins with a new connection; a broken one may refuse even to be closed."""
    try:
        connection.close()
    except Exception as error:
        log.debug("closing: %s", error)
        connection.connection = None


class Clockwork(bootsteps.StartStopStep):
    """Celery starts this with the worker, before it asks for the broker."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self.clock: Clock | None = None

    def include_if(self, worker: Any) -> bool:
        return QUEUE in worker.app.amqp.queues.consume_from

    def start(self, worker: Any) -> None:
        self.clock = Clock(worker.hostname)
        self.clock.start()

    def stop(self, worker: Any) -> None:
        if self.clock:
            self.clock.end()

    terminate = stop
