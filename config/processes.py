"""One child process: started so that it cannot outlive us, stopped within a given time.

Used for the servers (`config.embedded`) and for the parts of the product (`config.supervisor`). What is *not* here: when a
dead child is started again (that is the supervisor's business).
"""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

# Loaded before any fork: a child that has changed to `nobody` may no longer read the interpreter's files.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def unprivileged() -> dict[str, Any]:
    """Arguments for subprocess that make a child of root run as `nobody` (PostgreSQL refuses root); else nothing."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def die_with(parent: int, how: signal.Signals) -> None:
    """Called in a child: the kernel sends it `how` when `parent` dies, even by SIGKILL (Linux only; elsewhere nothing happens)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, how)
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)


@dataclass
class Child:
    """A program with its name, its way of being stopped, and its process while it runs."""

    name: str
    command: Sequence[str | Path]
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL  # what it gets when we die without stopping it
    env: Mapping[str, str] | None = None  # None: ours
    log: Path | None = None  # None: our own output
    cwd: str | Path = "/"
    as_nobody: bool = False
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only us and we stop it in order.

        That it dies with us is asked of the kernel after the change of user, which would otherwise clear it.
        """
        with contextlib.ExitStack() as files:
            out = files.enter_context(self.log.open("ab")) if self.log else None
            self.process = subprocess.Popen(
                list(self.command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=self.env,
                cwd=self.cwd,
                start_new_session=True,
                preexec_fn=partial(die_with, os.getpid(), self.orphan_signal),
                **(unprivileged() if self.as_nobody else {}),
            )

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.process.poll() if self.process else 0

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def wait(self, seconds: float) -> None:
        """Wait for its end, then end whatever is left of it and of the processes it started."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, seconds))
        self.kill_group()
        self.process.wait()
        self.process = None

    def kill_group(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
