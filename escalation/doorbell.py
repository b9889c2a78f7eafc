"""The doorbell of the deliverer: after a transaction that wrote notices, a message to the queue says that there is mail.

Best effort and never in anybody's way: a thread of its own publishes, one at a time in a process, a moment later, once for a whole
flurry. When the queue is away nothing happens: beat calls the deliverer every ten seconds anyway. Not here: delivering (`mailing`).
"""

import logging
import threading
import time

from celery import current_app
from django.conf import settings
from django.db import transaction

log = logging.getLogger("redress.doorbell")

TASK = "escalation.periodic.deliver"
MOMENT = 3.2  # seconds: a little longer than a flurry of notices takes to settle (`mailing.SETTLED`)
KEPT = 10  # seconds after which an unheard ring is worth nothing


class Doorbell:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ringing = False
        self._again = False

    def ring(self) -> None:
        """Returns at once. While a ring is under way another one follows it, however often this is called."""
        with self._lock:
            self._again = self._ringing
            if self._ringing:
                return
            self._ringing = True
        threading.Thread(target=self._run, name="doorbell", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(MOMENT)
            _publish()
            with self._lock:
                if not self._again:
                    self._ringing = False
                    return
                self._again = False


def _publish() -> None:
    try:
        current_app.send_task(TASK, expires=KEPT, retry=False, ignore_result=True)
    except Exception as error:  # whatever the queue's client raises: the bell is only a bell
        log.warning("the deliverer could not be rung: %s", error)


_bell = Doorbell()


def ring_after_commit() -> None:
    """Call it in the transaction that writes notices; it rings when that one is committed, and not at all where no mail is sent."""
    if settings.MAIL_ON:
        transaction.on_commit(_bell.ring)
