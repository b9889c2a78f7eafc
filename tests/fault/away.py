"""The queue or the database is emptied, away, deaf, restarted or locked (F2-F6, F28, F29)."""

import datetime as dt
import functools
import http.client
import re
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Any

import psycopg2

from tests.fault.catalogue import fault
from tests.fault.ground import wait_for
from tests.fault.lab import Desk, Lab, Web
from tests.fault.proxy import Proxy


@fault("F2", "the queue is emptied while timers run out", breaks="only_by_queue")
def flushed(lab: Lab) -> None:
    lab.beat()
    lab.work()
    lab.clock()
    lab.seed(lab.due_in(1000, begin=4, within=20))
    for _ in range(6):
        time.sleep(4)
        lab.flush_queue()
    lab.wait_until_quiet(10)
    lab.note(f"latest {lab.lateness():.2f} s")
    assert lab.fired() == 1000
    assert lab.lateness() <= lab.limit(5), f"{lab.lateness():.1f} s late"


@fault("F3", "the queue is down for an hour", breaks="only_by_queue")
def queue_down(lab: Lab) -> None:
    """Pages work, escalation goes on; the health page says it; afterwards the worker for background work is back by itself."""
    lab.seed(lab.due_in(500, begin=1800, within=60))
    lab.beat()
    lab.work()
    lab.clock()
    web = lab.web()
    person = web.person()
    lab.ground.stop_queue()
    lab.move_clock(dt.timedelta(hours=1))
    slow = _records(person, 10)
    assert slow <= lab.limit(1.0), f"recording took {slow:.2f} s"
    lab.wait_until_quiet(15)
    status, parts = web.health()
    assert (status, parts["queue"], parts["sweep"]) == (200, "down", "ok"), (status, parts)
    lab.ground.start_queue()
    lab.flush_queue()  # its old sign of life too
    took = wait_for(lambda: web.health()[1].get("worker") == "ok", 60, "the worker is back")
    lab.note(f"recording at most {slow:.2f} s, worker back after {took:.0f} s")


def _records(person: Desk, how_many: int) -> float:
    """So many complaints; the slowest, in seconds."""
    answers = [person.send(person.form()) for _ in range(how_many)]
    wrong = [answer for answer in answers if answer.status != 303]
    said = re.findall(r'class="[^"]*error[^"]*"[^>]*>(.*?)<', wrong[0].body, re.S) if wrong else []
    assert not wrong, f"{[answer.status for answer in answers]}: {said[:5]}"
    return max(answer.milliseconds for answer in answers) / 1000


@fault("F4", "the queue accepts and never answers", breaks="rings_in_request")
def black_hole(lab: Lab) -> None:
    lab.seed(lab.due_in(300, begin=15, within=5))
    proxy = Proxy(lab.queue_socket)
    try:
        lab.more = {
            "REDIS_URL": f"redis://127.0.0.1:{proxy.port}/0",
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "MAIL_FROM": "redress@lanchuan.example",
        }
        lab.more |= {"PUBLIC_URL": "http://redress.lanchuan.example"}
        lab.clock()
        web = lab.web()
        person = web.person()
        proxy.swallow = True
        person.connection.timeout = 10
        _records(person, 1)
        before = web.threads()
        slow = _records(person, 25)
        time.sleep(5)
        grown = web.threads() - before
        lab.wait_until_quiet(30)
        lab.note(f"slowest request {slow:.2f} s, {grown} threads more, latest {lab.lateness():.2f} s")
        assert slow <= lab.limit(2), f"{slow:.1f} s"
        assert grown <= 12, f"{grown} threads more"
        assert lab.lateness() <= lab.limit(5)
    except TimeoutError as error:
        raise AssertionError(f"a request hung: {error}") from error
    finally:
        proxy.end()


class Load:
    """People who record complaints, each sent again with the same key until it is answered."""

    def __init__(self, web: Web, people: int) -> None:
        self.web, self.ended = web, threading.Event()
        self.sent = 0
        self.statuses: dict[int, int] = {}
        self.recovered: list[float] = []
        self.threads = [threading.Thread(target=self._run, args=(web.person(),), daemon=True) for _ in range(people)]
        for thread in self.threads:
            thread.start()

    def _run(self, person: Desk) -> None:
        while not self.ended.is_set():
            form = self._insist(person.form)
            self._insist(functools.partial(self._send, person, form))
            self._send(person, form)  # as somebody does who is not sure
            self.sent += 1
            self.recovered.append(time.monotonic())

    def _insist(self, act: Callable[[], Any]) -> Any:
        """Again until it goes; a page that says that the database is away has no form."""
        for _ in range(300):
            try:
                if found := act():
                    return found
            except (OSError, http.client.HTTPException, KeyError):
                pass
            time.sleep(0.1)
        raise AssertionError("nothing was answered for 30 s")

    def _send(self, person: Desk, form: dict[str, str]) -> bool:
        try:
            status = person.send(form).status
        except (OSError, http.client.HTTPException):
            person.connection.close()
            status = 0
        self.statuses[status] = self.statuses.get(status, 0) + 1
        return status == 303

    def end(self) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join(40)


@fault("F5", "the database crashes and is back in the middle of requests", breaks="no_form_keys")
def database_crash(lab: Lab) -> None:
    """Three times under load: each complaint sent is stored once, however often it was sent again, and pages come back within 5 s."""
    web = lab.web()
    load, slowest = Load(web, 4), 0.0
    for _ in range(3):
        time.sleep(4)
        lab.ground.stop_database()
        lab.ground.start_database()
        back = time.monotonic()
        slowest = max(slowest, wait_for(lambda since=back: any(at > since for at in load.recovered), 20, "something is recorded again"))
    time.sleep(2)
    load.end()
    stored = lab.ground.sql("SELECT count(*) FROM complaints_complaint")[0][0]
    lab.note(f"{load.sent} sent, {stored} stored, answers {load.statuses}, back within {slowest:.1f} s")
    assert stored == load.sent, f"{load.sent} complaints sent, {stored} stored"
    assert slowest <= lab.limit(5), f"{slowest:.1f} s"
    assert web.child.exit_code() is None


@fault("F6", "the database is down", breaks="ends_without_database")
def database_down(lab: Lab) -> None:
    """For 25 s (longer changes nothing: the pauses are at their longest by then). The same processes go on afterwards."""
    clocks = [lab.clock("clock1"), lab.clock("clock2")]
    lab.seed(lab.due_in(500, begin=lab.limit(3), within=10))
    lab.ground.stop_database()
    time.sleep(25)
    lab.ground.start_database()
    assert all(clock.exit_code() is None for clock in clocks), "a worker ended"
    took = lab.wait_until_quiet(30)
    lab.note(f"caught up within {took:.1f} s")


@fault("F28", "the clock is dead", breaks="says_it_lives")
def silent(lab: Lab) -> None:
    """The pages' side says so within 120 s, and when it is back."""
    clock, web = lab.clock(), lab.web()
    wait_for(lambda: web.health()[1].get("sweep") == "ok", 10, "it is well")
    lab.kill9(clock)
    took = wait_for(lambda: web.health()[0] == 503, 120, "/healthz says 503")
    assert web.health()[1]["sweep"] == "down"
    lab.clock("second")
    wait_for(lambda: web.health()[0] == 200, 20, "it is well again")
    lab.note(f"seen after {took:.0f} s")


@fault("F29", "somebody holds a lock, and idle transactions fill the database", breaks="waits_for_locks")
def locked(lab: Lab) -> None:
    """The sweep goes past the locked complaint and raises it afterwards; pages answer."""
    web = lab.web()
    person = web.person()
    lab.clock()
    keys = lab.seed(lab.due_in(400, begin=lab.limit(5)))
    url = lab.ground.where.admin_url.replace("/postgres?", "/redress?")
    with ExitStack() as idle:
        for _ in range(40):
            connection = idle.enter_context(closing(psycopg2.connect(url)))
            connection.cursor().execute("SELECT 1")
        holder = idle.enter_context(closing(psycopg2.connect(url)))
        holder.cursor().execute("SELECT 1 FROM complaints_complaint WHERE id = %s FOR UPDATE", [keys[200]])
        wait_for(lambda: lab.fired() == 399, lab.limit(20), "all but the locked one are raised")
        answer = person.get("/")
        assert answer.status == 200, answer.status
        assert answer.milliseconds < lab.limit(1000), answer.milliseconds
        assert lab.lateness() <= lab.limit(5), f"{lab.lateness():.1f} s late"
    wait_for(lambda: lab.fired() == 400, 10, "set free, it is raised")
