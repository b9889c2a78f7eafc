"""The bell of the deliverer: it never holds anybody up, and rings once for a flurry."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from config.heartbeat import queue_client
from escalation import doorbell

ROOT = Path(__file__).resolve().parents[2]
# In a process of its own: how long the caller is held up, and how many threads ring.
RINGS = """
import threading, time, django
django.setup()
from django.db import transaction
from escalation import doorbell
doorbell.MOMENT = 0.01
slowest = 0
for _ in range(50):
    began = time.monotonic()
    doorbell._bell.ring()
    slowest = max(slowest, time.monotonic() - began)
    time.sleep(0.01)
print(slowest, sum(thread.name == "doorbell" for thread in threading.enumerate()))
"""


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "MOMENT", 0.2)


def until(happens: Any, seconds: float = 10) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not happens():
        time.sleep(0.02)
    return bool(happens())


def rung_out() -> bool:
    return not any(thread.name == "doorbell" for thread in threading.enumerate())


@pytest.fixture
def queued() -> Iterator[Any]:
    """How many messages wait for the workers; those of other tests' bells are over."""
    assert until(rung_out)
    with queue_client(1) as queue:
        queue.delete("work")
        yield lambda: queue.llen("work")
        queue.delete("work")


def test_a_flurry_rings_once_and_once_more_after_it(queued: Any) -> None:
    bell = doorbell.Doorbell()
    for _ in range(20):
        bell.ring()
    assert until(rung_out)
    assert queued() == 2
    bell.ring()
    assert (until(rung_out), queued()) == (True, 3)


@pytest.mark.django_db(transaction=True)
def test_it_rings_after_the_commit_and_not_without_mail(queued: Any, settings: Any) -> None:
    for settings.MAIL_ON in (False, True):
        with transaction.atomic():
            doorbell.ring_after_commit()
            assert rung_out()
        assert until(rung_out)
    assert queued() == 1


def test_a_queue_that_refuses_is_no_error(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def refused(*_args: object, **_options: object) -> None:
        raise ConnectionError("refused")

    monkeypatch.setattr(doorbell.current_app, "send_task", refused, raising=False)
    doorbell._publish()
    assert [record.getMessage() for record in caplog.records] == ["the deliverer could not be rung: refused"]


def test_a_queue_that_never_answers_holds_nobody_up() -> None:
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(50)
        env = {**os.environ, "REDIS_URL": f"redis://127.0.0.1:{hole.getsockname()[1]}/0", "DJANGO_SETTINGS_MODULE": "config.settings"}
        done = subprocess.run([sys.executable, "-c", RINGS], cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=60)
    slowest, threads = done.stdout.split()
    assert (float(slowest) < 0.2, threads) == (True, "1"), done.stdout
