"""The whole product, started as its users start it (`manage.py up`) on its own folder and port, looked at from outside.

For tests of the supervisor, of the browser's story, and for measuring. Never through the ORM in the test's own process.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tests.machine import free_port, processes_of

ROOT = Path(__file__).resolve().parents[1]
OURS = ("PATH", "HOME", "LANG", "POSTGRES_BIN", "QUEUE_BIN")  # of the environment; nothing that points to other servers


class Product:
    """One `manage.py up`. `more` is added to its environment; the demo company is left out unless asked for."""

    def __init__(self, folder: Path, port: int | None = None, **more: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.output = folder.with_name(f"{folder.name}-{self.port}.log")
        kept = {name: os.environ[name] for name in OURS if name in os.environ}
        self.env = {**kept, "DATA_DIR": str(folder), "PORT": str(self.port), "DEMO": "0", **more}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"], cwd=ROOT, env=self.env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )

    def manage(self, *words: str) -> str:
        """Run another command on the same data; its output. Fails with what it complained of when the command fails."""
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.env, check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"manage.py {' '.join(words)} failed:\n{done.stderr}"
        return done.stdout

    def said(self) -> str:
        return self.output.read_text()

    def health(self) -> dict[str, Any]:
        """The parts' states, or nothing while no page answers."""
        try:
            with urlopen(f"{self.address}/healthz", timeout=3) as answer:
                parts: dict[str, Any] = json.load(answer)["parts"]
                return parts
        except (URLError, OSError):
            return {}

    def is_announced(self) -> bool:
        """Pages answer before: the demonstration is made while they start."""
        return f"running at {self.address}/" in self.said()

    def is_well(self) -> bool:
        return set(self.health().values()) == {"ok"}

    def wait_until(self, happens: Callable[[], bool], seconds: float) -> float:
        """How long it took, in seconds. Fails with what the product said."""
        begin = time.monotonic()
        while not happens():
            waited = time.monotonic() - begin
            assert waited < seconds, f"not within {seconds} s; it said:\n{self.said()}"
            time.sleep(0.1)
        return time.monotonic() - begin

    def wait_until_well(self) -> float:
        waited = self.wait_until(lambda: self.process.poll() is not None or (self.is_announced() and self.is_well()), 120)
        assert self.process.poll() is None, f"it ended; it said:\n{self.said()}"
        return waited

    def pids(self, word: str) -> set[int]:
        return {pid for pid, command in processes_of(self.folder).items() if word in command}

    def end(self) -> int:
        """As Ctrl-C does it, to the whole group in the foreground; the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(15)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
