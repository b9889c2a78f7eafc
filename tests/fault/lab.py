"""The product's processes of one run: started as `manage.py up` starts them, killed, ended, looked at; and what comes of it in the tables.

    lab.company; keys = lab.seed([lab.now()] * 500); lab.clock(); lab.wait_until_quiet(20); assert lab.lateness(0.99) <= 2

Everything is asked by SQL or HTTP from outside. Not here: the servers (`ground`), what must hold (`invariants`), the faults (`catalogue`).
"""

import datetime as dt
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import redis
from django.db import connection

from config.processes import Child
from tests.bench.browser import Answer, Browser, filled
from tests.fault import invariants
from tests.fault.breaking import SCHEMA
from tests.fault.ground import ROOT, Ground, wait_for
from tests.fault.planting import PASSWORD, Company, found_company, plant
from tests.machine import free_port

SITE = Path(__file__).with_name("site")
CELERY = (sys.executable, "-m", "celery", "-A", "config", "--quiet")
ALONE = ("--without-gossip", "--without-mingle")


class Lab:
    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.broken = ""
        self.children: list[Child] = []
        self.more: dict[str, str] = {}
        self.company: Company
        self.notes: list[str] = []
        self.slow = 1.0

    # ── the run ──────────────────────────────────────────────────────────────────────────────────────────────

    def fresh(self, broken: str = "") -> None:
        """Nothing runs, nothing is in the tables but a company; `broken` is the protection that is missing from now on."""
        self.stop_all()
        if self.ground.database.exit_code() is not None:
            self.ground.start_database()
        if self.ground.queue.exit_code() is not None:
            self.ground.start_queue()
        self._mend()
        self.ground.empty()
        self.flush_queue()
        self.broken, self.more, self.notes = broken, {}, []
        connection.close()
        self.company = found_company()
        self.slow = _how_slow()
        if self.slow > 1.5:
            self.note(f"others use this machine: limits of time are stretched by {self.slow:.1f}")
        for log in self.ground.folder.glob("part-*.log"):
            log.unlink()
        if broken in SCHEMA:
            self.ground.sql(SCHEMA[broken][0])
            self.also_taken(broken)

    def also_taken(self, name: str) -> None:
        self._taken = name

    _taken = ""

    def _mend(self) -> None:
        if self._taken:
            self.ground.empty()
            self.ground.sql(SCHEMA[self._taken][1])
            self._taken = ""

    def take_away(self, name: str) -> None:
        """Take a promise from the database as well, until the next `fresh`."""
        self.ground.sql(SCHEMA[name][0])
        self.also_taken(name)

    def stop_all(self) -> None:
        for child in self.children:
            child.wait(0)
        self.children.clear()

    def limit(self, seconds: float) -> float:
        """A limit of time on a machine of its own, stretched by what others take of this one."""
        return seconds * self.slow

    def note(self, text: str) -> None:
        self.notes.append(text)

    # ── processes ────────────────────────────────────────────────────────────────────────────────────────────

    def _start(self, name: str, *command: str, patches: Sequence[str] = (), **more: str) -> Child:
        asked = [*patches, *([self.broken] if self.broken and self.broken not in SCHEMA else [])]
        env = {**self.ground.env, **self.more, **more}
        if asked:
            env |= {"FAULT_PATCHES": ",".join(asked), "PYTHONPATH": f"{SITE}{os.pathsep}{ROOT}"}
        child = Child(name, command, env=env, log=self.ground.folder / f"part-{name}.log", cwd=ROOT)
        child.start()
        self.children.append(child)
        return child

    def clock(self, name: str = "clock", *, patches: Sequence[str] = (), wait: bool = True, **more: str) -> Child:
        since = self.ground.sql("SELECT clock_timestamp()")[0][0]
        words = ("worker", "-P", "solo", "-Q", "clock", "-n", f"{name}@%h", *ALONE)
        child = self._start(name, *CELERY, *words, patches=patches, **more)
        if wait:
            wait_for(lambda: self.ground.sql("SELECT 1 FROM escalation_sweeppulse WHERE at > %s", [since]), 40, f"{name} looks")
        return child

    def work(self, **more: str) -> Child:
        return self._start("work", *CELERY, "worker", "-Q", "work", "-c", "2", "-n", "work@%h", *ALONE, **more)

    def beat(self, name: str = "beat") -> Child:
        return self._start(name, *CELERY, "beat", "-s", str(self.ground.folder / f"schedule-{name}"), "--pidfile=")

    def web(self, **more: str) -> "Web":
        port = free_port()
        child = self._start("web", sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi", PORT=str(port), **more)
        web = Web(child, f"http://127.0.0.1:{port}")
        wait_for(web.is_alive, 60, "the pages answer")
        return web

    def forget(self, child: Child) -> None:
        if child in self.children:
            self.children.remove(child)

    def kill9(self, child: Child) -> None:
        if child.process:
            child.process.send_signal(signal.SIGKILL)
            child.wait(0)
        self.forget(child)

    def said(self, name: str) -> str:
        """The log of a part."""
        return (self.ground.folder / f"part-{name}.log").read_text(errors="replace")

    # ── servers ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def queue_socket(self) -> str:
        return str(self.ground.where.sockets / "queue" / "s")

    def flush_queue(self) -> None:
        with redis.Redis(unix_socket_path=self.queue_socket, socket_timeout=5) as client:
            client.flushall()

    def move_clock(self, by: dt.timedelta) -> None:
        further = 'ON CONFLICT (id) DO UPDATE SET "offset" = test_clock."offset" + excluded."offset"'
        self.ground.sql(f"INSERT INTO test_clock VALUES (1, %s) {further}", [by])

    def set_clock(self, at: dt.datetime) -> None:
        self.ground.sql("DELETE FROM test_clock")
        self.move_clock(at - self.now())

    # ── timers ───────────────────────────────────────────────────────────────────────────────────────────────

    def now(self) -> dt.datetime:
        return self.ground.sql("SELECT redress_instant()")[0][0]

    def seed(self, due: Sequence[dt.datetime], resting: int = 0, policy: str = "plan") -> list[int]:
        connection.close()
        return plant(self.company, due, resting, policy)

    def due_in(self, how_many: int, *, begin: float, within: float = 0.0) -> list[dt.datetime]:
        """So many instants, beginning `begin` seconds from now, spread over `within` seconds."""
        first = self.now() + dt.timedelta(seconds=begin)
        return [first + dt.timedelta(seconds=within * n / how_many) for n in range(how_many)]

    def fired(self) -> int:
        return self.ground.sql("SELECT count(*) FROM escalation_escalation WHERE rung = 100")[0][0]

    def left(self) -> int:
        query = (
            "SELECT count(*) FROM escalation_timer WHERE state = 'running' AND next_at < redress_now() + interval '1 minute' AND fault = ''"
        )
        return self.ground.sql(query)[0][0]

    def wait_until_quiet(self, seconds: float) -> float:
        return wait_for(lambda: self.left() == 0, self.limit(seconds), "every timer is raised")

    def lateness(self, share: float = 1.0) -> float:
        """Seconds from due to raised, at this share of all."""
        late = "percentile_disc(%s) WITHIN GROUP (ORDER BY raised_at - due)"
        query = f"SELECT extract(epoch FROM {late}) FROM escalation_escalation WHERE rung = 100"
        return float(self.ground.sql(query, [share])[0][0] or 0)

    def assert_invariants(self, *but: str) -> None:
        invariants.check(self.ground, but)


class Nest:
    """Clock workers for runs that kill faster than Python starts."""

    def __init__(self, lab: Lab) -> None:
        with (lab.ground.folder / "part-nest.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.fault.nest"],
                cwd=ROOT, env={**lab.ground.env, **lab.more}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip

    def hatch(self, name: str) -> int:
        """The pid of a new worker, which works within a second."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{name}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)

    def end(self) -> None:
        """The kernel ends what it has hatched."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


class Web:
    """The pages, and people in front of them."""

    def __init__(self, child: Child, address: str) -> None:
        self.child, self.address = child, address

    def is_alive(self) -> bool:
        with suppress(urllib.error.URLError, OSError), urlopen(f"{self.address}/livez", timeout=2):
            return True
        return False

    def health(self) -> tuple[int, dict[str, str]]:
        """Status and parts of /healthz; status 0 when nothing answers."""
        try:
            with urlopen(f"{self.address}/healthz", timeout=10) as answer:
                return answer.status, json.load(answer)["parts"]
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)["parts"]
        except OSError:
            return 0, {}

    def person(self, username: str = "cr-assistant") -> "Desk":
        browser = Desk(self.address)
        browser.sign_in(username, PASSWORD)
        return browser

    def threads(self) -> int:
        """Of all its processes."""
        found = 0
        for entry in Path("/proc").iterdir():
            with suppress(OSError, ValueError):
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                if self.child.process and int(stat[2]) == self.child.process.pid:
                    found += int(stat[17])
        return found


class Desk(Browser):
    """A person's browser; a line that the server has closed meanwhile is opened anew, as browsers do."""

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        try:
            return super()._ask(method, path, body, headers)
        except (http.client.RemoteDisconnected, http.client.CannotSendRequest, BrokenPipeError):
            self.connection.close()
            return super()._ask(method, path, body, headers)

    def form(self) -> dict[str, str]:
        """A complaint by telephone, filled in: sent twice, it is the same one. Raises KeyError when another page comes."""
        page = filled(self.get(self.get("/complaints/new/").headers["Location"]).body)
        if "draft" not in page:
            raise KeyError("draft")
        entered = {"act": "record", "channel": "phone", "anonymous": "on", "about": "SF-40", "effect": "shipments"}
        return {**page, **entered, "words": "38 of 150 flanges blister."}

    def send(self, form: dict[str, str]) -> Answer:
        return self.post("/complaints/new/", form)


BUSY = """
import time
began, busy = time.perf_counter(), time.process_time()
while time.process_time() - busy < 0.4: pass
print(time.perf_counter() - began)
"""


def _how_slow() -> float:
    """How many times longer work takes on both cores together than it would alone."""
    busy = [subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    return max(1.0, *(float(one.communicate()[0]) / 0.4 for one in busy))


def soon(seconds: float) -> float:
    """For deadlines of the monotonic clock."""
    return time.monotonic() + seconds
