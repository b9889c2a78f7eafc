"""`manage.py up`: the whole product on one machine, started in order, kept alive, stopped in order.

A part that dies is started again after 1, 2, 4 … 30 s. Five deaths of one part within a minute, or a database that will not
start, end the whole: then something is wrong that starting again does not mend. What is *not* here: how the servers are made
ready (`config.embedded`), the commands of the parts (`config.parts`).
"""

import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from config import parts
from config.binaries import NotFound
from config.embedded import CannotStart, Embedded
from config.processes import Child

Say = Callable[[str], None]

LONGEST_PAUSE = 30  # seconds
DEATHS = 5
WITHIN = 60  # seconds; a part that has lived so long starts with a pause of 1 s again
GRACE = 5.0  # seconds for the parts to end by themselves
GRACE_OF_SERVERS = 3.0
TICK = 0.2


class Watched:
    """A child and what is known of its deaths. Times are of the monotonic clock."""

    def __init__(self, child: Child, now: float, say: Say) -> None:
        self.child = child
        self.say = say
        self.started = now
        self.start_at: float | None = None
        self.deaths: deque[float] = deque(maxlen=DEATHS)
        self.in_a_row = 0

    def look(self, now: float) -> None:
        """Note a death and plan the next start, or carry out what was planned. Raises CannotStart at the fifth death."""
        if self.start_at is None:
            code = self.child.exit_code()
            if code is not None:
                self._died(code, now)
        elif now >= self.start_at:
            self.start_at, self.started = None, now
            self.child.start()

    def _died(self, code: int, now: float) -> None:
        self.child.kill_group()
        self.deaths.append(now)
        self.in_a_row = 1 if now - self.started >= WITHIN else self.in_a_row + 1
        if len(self.deaths) == DEATHS and now - self.deaths[0] <= WITHIN:
            raise CannotStart(f"{self.child.name} ended {DEATHS} times within {WITHIN} s, last with {code}.")
        pause = min(2 ** (self.in_a_row - 1), LONGEST_PAUSE)
        self.start_at = now + pause
        self.say(f"{self.child.name} ended ({code}); starting it again in {pause} s")


class Supervisor:
    """Starts the parts of the product over the servers and watches all of them until asked to stop."""

    def __init__(self, data_dir: Path, given: Mapping[str, str], say: Say) -> None:
        self.data_dir = data_dir
        self.env = parts.environment(given)
        self.say = say
        self.stopping = False
        self.embedded = Embedded(data_dir, database=not given.get("DATABASE_URL"), queue=not given.get("REDIS_URL"))
        self.children: list[Child] = []

    def run(self) -> int:
        """The exit code: 0 when asked to stop, 1 when it could not start or go on."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        try:
            self.say("Starting …")
            self.embedded.start()
            self._refuse_taken_port()
            self._run_to_end(parts.migrate(self.env), parts.collect_static(self.env))
            self._start_parts()
            self._run_to_end(*self._demo_company())  # while the parts are starting
            self._watch()
        except (CannotStart, NotFound) as error:
            self.say(f"Redress cannot run: {error}")
            return 1
        finally:
            self._stop()
        return 0

    def _demo_company(self) -> list[Child]:
        return [] if self.stopping else parts.demo_company(self.env, self.embedded.addresses)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _refuse_taken_port(self) -> None:
        with socket.socket(socket.AF_INET6 if ":" in parts.bind(self.env) else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((parts.bind(self.env), parts.port(self.env)))
            except OSError as error:
                where = f"{parts.bind(self.env)}:{parts.port(self.env)}"
                raise CannotStart(f"{where} is not free ({error.strerror}). Choose another port: PORT=8001 make run") from None

    def _run_to_end(self, *children: Child) -> None:
        """Run commands side by side. Raises CannotStart when one fails."""
        if self.stopping:
            return
        for child in children:
            child.start()
        while any(child.exit_code() is None for child in children) and not self.stopping:
            time.sleep(0.05)
        codes = {child.name: child.exit_code() for child in children}
        for child in children:
            child.wait(0)
        failed = [name for name, code in codes.items() if code]
        if failed and not self.stopping:
            raise CannotStart(f"`manage.py {failed[0]}` failed; see above.")

    def _start_parts(self) -> None:
        for child in parts.of_product(self.env, self.data_dir) if not self.stopping else ():
            child.start()
            self.children.append(child)

    def _watch(self) -> None:
        watched = [Watched(child, time.monotonic(), self.say) for child in (*self.embedded.children, *self.children)]
        announced = False
        while not self.stopping:
            for one in watched:
                one.look(time.monotonic())
            if not announced and answers(parts.address(self.env)):
                self.say(f"\n  Redress is running at {parts.address(self.env)}  (Ctrl-C ends it)\n")
                announced = True
            time.sleep(TICK)

    def _stop(self) -> None:
        """The newest first; who does not end by himself in time is killed, and so is whatever he started."""
        for child in reversed(self.children):
            child.ask_to_stop()
        end = time.monotonic() + GRACE
        for child in reversed(self.children):
            child.wait(end - time.monotonic())
        self.embedded.stop(GRACE_OF_SERVERS)


def answers(address: str) -> bool:
    try:
        with urlopen(f"{address}livez", timeout=1):  # noqa: S310 - our own address
            return True
    except (URLError, OSError):
        return False
