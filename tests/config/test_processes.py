"""A child and whatever it has started: ended in time, whether they want to or not."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.processes import Child
from tests.machine import gone

DEAF = "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
WITH_OFFSPRING = DEAF + "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid, flush=True); time.sleep(600)"


def offspring(log: Path) -> int:
    end = time.monotonic() + 10
    while not log.read_text().strip() and time.monotonic() < end:
        time.sleep(0.02)
    return int(log.read_text())


def until_gone(pids: list[int]) -> bool:
    """The kernel takes a moment after a kill."""
    end = time.monotonic() + 5
    while not all(gone(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.02)
    return all(gone(pid) for pid in pids)


def test_who_does_not_listen_is_killed_with_all_he_started(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = Child("deaf", [sys.executable, "-c", WITH_OFFSPRING], log=log)
    child.start()
    assert child.process is not None
    pids = [child.process.pid, offspring(log)]
    before = time.monotonic()
    child.ask_to_stop()
    child.wait(0.5)
    assert 0.5 <= time.monotonic() - before < 10
    assert until_gone(pids)


def test_who_listens_ends_at_once(tmp_path: Path) -> None:
    child = Child("polite", [sys.executable, "-c", "print('here', flush=True); import time; time.sleep(600)"], log=tmp_path / "log")
    child.start()
    before = time.monotonic()
    child.ask_to_stop()
    child.wait(5)
    assert time.monotonic() - before < 4  # of the five it may take


def test_the_exit_code_is_known(tmp_path: Path) -> None:
    child = Child("brief", [sys.executable, "-c", "raise SystemExit(7)"])
    child.start()
    assert child.process is not None
    child.process.wait()
    assert child.exit_code() == 7
    assert Child("never started", ["true"]).exit_code() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_the_death_of_the_parent_is_the_death_of_the_child(tmp_path: Path) -> None:
    log = tmp_path / "log"
    parent = (
        "import sys, time; from pathlib import Path; from config.processes import Child\n"
        f"child = Child('child', [sys.executable, '-c', 'import time; time.sleep(600)']); child.start()\n"
        f"Path({str(log)!r}).write_text(str(child.process.pid)); time.sleep(600)"
    )
    log.touch()
    with subprocess.Popen([sys.executable, "-c", parent], cwd=Path(__file__).resolve().parents[2]) as process:
        pid = offspring(log)
        assert not gone(pid)
        process.kill()
    assert until_gone([pid])
