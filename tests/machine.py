"""What tests ask of the machine: folders the servers can reach, free ports, processes."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded import addresses


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that the servers' user can reach (pytest's own are closed)."""
    path = Path(tempfile.mkdtemp(prefix="redress-test-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def gone(pid: int) -> bool:
    """True when there is no such process, or only its unread exit code."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return not _exists(pid)
    return state == "Z"


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc").is_dir()


def processes_of(folder: Path) -> dict[int, str]:
    """The processes that carry `folder` or its sockets in environment or command: what `manage.py up` on it has started."""
    marks = [str(folder).encode(), str(addresses(folder).sockets).encode()]
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                known = (entry / "environ").read_bytes() + b"\0" + (entry / "cmdline").read_bytes()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            except OSError:
                continue
            if any(mark in known for mark in marks) and not gone(int(entry.name)):
                found[int(entry.name)] = command
    return found
