"""The clock's thread by itself: its connection, its pauses, the guard against a database clock that was set."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection

from config import clockwork
from config.clockwork import HOLD, QUEUE, Clock, Clockwork, Guard
from escalation.models import SweepPulse
from escalation.sweep import Swept

AT = dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)


def seconds(number: float) -> dt.timedelta:
    return dt.timedelta(seconds=number)


def test_a_clock_that_goes_with_ours_fires() -> None:
    guard = Guard()
    assert [guard.may_fire(AT + seconds(n * 1.001), 50 + n) for n in range(0, 300, 50)] == [True] * 6


@pytest.mark.parametrize(("leap", "fires"), [(59, True), (61, False), (7200, False)])
def test_a_leap_forward_is_only_looked_at_for_a_while(leap: float, fires: bool) -> None:
    guard = Guard()
    assert guard.may_fire(AT, 50)
    assert guard.may_fire(AT + seconds(1 + leap), 51) is fires
    assert guard.may_fire(AT + seconds(HOLD + leap), 50 + HOLD) is fires
    assert guard.may_fire(AT + seconds(1 + HOLD + leap), 51 + HOLD)


def test_a_clock_set_back_again_goes_on_at_once() -> None:
    guard = Guard()
    assert [guard.may_fire(*read) for read in ((AT, 50), (AT + seconds(7201), 51), (AT + seconds(2), 52))] == [True, False, True]


def test_a_clock_set_back_goes_on_at_once() -> None:
    guard = Guard()
    assert [guard.may_fire(AT, 50), guard.may_fire(AT - seconds(7200), 51)] == [True, True]


class Ran:
    """A clock whose looks are scripted; ends itself after the last."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *looks: Callable[[], Any]) -> None:
        self.clock = Clock("clock@here")
        self.pauses: list[float] = []
        self.looks = list(looks)
        monkeypatch.setattr(clockwork, "_own_session", lambda: None)
        monkeypatch.setattr(self.clock, "_fire", self._fire)
        monkeypatch.setattr(clockwork, "_woken", self)
        monkeypatch.setattr(clockwork, "time", SimpleNamespace(monotonic=lambda: 0.0))

    def _fire(self) -> None:
        look = self.looks.pop(0)
        if not self.looks:
            self.clock.ended.set()
        look()

    def wait(self, pause: float) -> None:
        self.pauses.append(pause)

    def clear(self) -> None:
        pass

    set = clear


def fail(error: Exception) -> Callable[[], None]:
    def look() -> None:
        raise error

    return look


def well() -> None:
    pass


def test_no_error_ends_it_and_the_pauses_grow_and_shrink_again(monkeypatch: pytest.MonkeyPatch) -> None:
    away, bug = fail(OperationalError("gone")), fail(ValueError("a bug"))
    ran = Ran(monkeypatch, well, away, bug, away, away, away, well, away)
    monkeypatch.setattr(clockwork, "_let_go", lambda: None)
    ran.clock.run()
    assert ran.pauses == [1.0, 1.0, 2.0, 4.0, 5.0, 5.0, 1.0, 1.0]


@pytest.mark.django_db(transaction=True)
def test_it_looks_with_its_own_connection_and_ends_when_asked() -> None:
    asked: list[Any] = []

    class Asking(Clock):
        def _fire(self) -> None:
            super()._fire()
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('lock_timeout'), pg_backend_pid()")
                asked.append(cursor.fetchone())
            self.ended.set()

    clock = Asking("clock@here")
    clock.start()
    clock.join(20)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), pg_backend_pid()")
        ours = cursor.fetchone()
    (theirs,) = asked
    assert (theirs[0], ours[0]) == ("500ms", "2s")
    assert theirs[1] != ours[1]
    assert SweepPulse.objects.get().worker == "clock@here"


@pytest.mark.django_db(transaction=True)
def test_a_broken_connection_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clockwork, "PAUSES", (0.05,))
    monkeypatch.setattr(clockwork, "EVERY", 0.05)
    clock = Clock("clock@here")
    clock.start()
    try:
        wait_for(lambda: SweepPulse.objects.exists())
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'redress-clock'")
            assert cursor.fetchone() == (1,)
        at = SweepPulse.objects.get().at
        wait_for(lambda: SweepPulse.objects.get().at > at + seconds(0.2))
    finally:
        clock.end()
    assert not clock.is_alive()


@pytest.mark.django_db(transaction=True)
def test_a_long_sweep_shows_life_and_can_be_ended_between_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, alive = Clock("clock@here"), []

    def long_sweep(go_on: Callable[[], bool]) -> Swept:
        alive.append((go_on(), SweepPulse.objects.count()))
        clock.ended.set()
        alive.append((go_on(), SweepPulse.objects.count()))
        return Swept(raised=7)

    monkeypatch.setattr(clockwork, "fire_due", long_sweep)
    clock._fire()
    assert alive == [(True, 1), (False, 1)]
    assert SweepPulse.objects.get().raised == 7


def test_a_message_only_wakes_it() -> None:
    clockwork._woken.clear()
    clockwork.wake()
    assert clockwork._woken.is_set()
    clockwork._woken.clear()


@pytest.mark.parametrize(("queues", "there"), [({QUEUE}, True), ({QUEUE, "work"}, True), ({"work"}, False)])
def test_only_a_worker_of_its_queue_has_one(queues: set[str], there: bool) -> None:
    consuming = SimpleNamespace(consume_from=dict.fromkeys(queues))
    worker = SimpleNamespace(app=SimpleNamespace(amqp=SimpleNamespace(queues=consuming)))
    assert Clockwork(worker).include_if(worker) is there


def wait_for(happens: Callable[[], bool], patience: float = 10) -> None:
    end = time.monotonic() + patience
    while not happens():
        assert time.monotonic() < end
        threading.Event().wait(0.02)
