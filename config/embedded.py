"""Database and queue for one machine: PostgreSQL and Valkey as child processes, everything under DATA_DIR.

For the first run, for development and for tests. A company's installation uses the servers of its distribution instead
(README.md). Both listen on unix sockets in closed folders and on no port, so no password is needed. What is *not* here:
which programs (`config.binaries`), restarting (`config.supervisor`).
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import IO, NamedTuple

import psycopg2
import redis

from config.binaries import SHARED, open_to_servers, postgres_bin, postgres_major, queue_server
from config.processes import Child, unprivileged

ROLES = Path(__file__).with_name("roles.sql")
PRIVILEGES = ROLES.with_name("privileges.sql")
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
PATIENCE = 120  # seconds: as long as the database is busy recovering
MEGABYTE = 1024 * 1024
STARTS = 15  # after a crash the first starts may meet the memory of processes that are still dying


class CannotStart(Exception):
    """A server will not start, or another Redress holds the folder; the message is for the person at the terminal."""


class Addresses(NamedTuple):
    """Where the servers of one DATA_DIR answer."""

    database_url: str  # as the application: no DDL
    owner_url: str  # as the owner of the schema: migrations
    admin_url: str  # as the superuser: only this module
    redis_url: str
    sockets: Path


def addresses(data_dir: Path) -> Addresses:
    """The same for every process of one user, so that `manage.py shell` finds what `manage.py up` has started.

    The sockets lie in /tmp because the length of their path is limited to about 100 bytes.
    """
    mark = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:10]
    sockets = Path("/tmp") / f"redress-{os.getuid()}-{mark}"  # noqa: S108 - its owner is checked before use
    return Addresses(
        database_url=f"postgresql://redress_app@/redress?host={sockets}/pg",
        owner_url=f"postgresql://redress_owner@/redress?host={sockets}/pg",
        admin_url=f"postgresql://postgres@/postgres?host={sockets}/pg",
        redis_url=f"redis+socket://{sockets}/queue/s?virtual_host=0",
        sockets=sockets,
    )


class Embedded:
    """The servers of one folder. `durable=False` (tests) trades the survival of a power cut for speed."""

    def __init__(self, data_dir: Path, *, database: bool = True, queue: bool = True, durable: bool = True) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self.data_dir = data_dir.resolve()
        self.addresses = addresses(self.data_dir)
        self.durable = durable
        self._wanted = (database, queue)
        self._lock: IO[str] | None = None
        self.children: list[Child] = []

    def start(self) -> None:
        """Start what is wanted and wait until it answers. Raises CannotStart and binaries.NotFound; nothing runs then."""
        self._lock = _lock(self.data_dir)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        _own_folder(self.addresses.sockets, closed=False)
        database, queue = self._wanted
        if database:
            postgres = Postgres(self.data_dir, self.addresses, durable=self.durable)
            self.children.append(postgres.child)
            postgres.start()
        if queue:
            self.children.append(queue_child(self.data_dir, self.addresses, durable=self.durable))
            self.children[-1].start()

    def stop(self, seconds: float = 10) -> None:
        """End them within `seconds`; the folder is free afterwards. Does nothing when it was never ours."""
        if self._lock is None:
            return
        end = time.monotonic() + seconds
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.wait(end - time.monotonic())
        self.children.clear()
        shutil.rmtree(self.addresses.sockets, ignore_errors=True)
        self._lock.close()
        self._lock = None


class Postgres:
    """One PostgreSQL cluster: made at the first start, with the two roles of Redress in it."""

    def __init__(self, data_dir: Path, where: Addresses, *, durable: bool) -> None:
        self.programs = postgres_bin()
        self.folder = _home_of_servers(data_dir) / "postgres"
        self.log = data_dir / "postgres.log"
        self.where = where
        self.durable = durable
        self.child = Child("database", self._command(), signal.SIGINT, signal.SIGINT, ENVIRONMENT, self.log, as_nobody=True)

    def start(self) -> None:
        """Returns when it answers and roles and database exist. Raises CannotStart."""
        _own_folder(self.folder, for_servers=True)
        _own_folder(self.where.sockets / "pg", for_servers=True)
        if (self.folder / "PG_VERSION").exists():
            self._refuse_other_version()
            self._end_leftover()
        else:
            self._initialise()
        self._start_until_it_answers()
        self._provide_database()

    def _command(self) -> list[str | Path]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.where.sockets / "pg"),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if self.durable:
            settings |= _memory()
        else:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [self.programs / "postgres", "-D", self.folder, *(f"--{name}={value}" for name, value in settings.items())]

    def _run(self, *command: str | Path) -> "subprocess.CompletedProcess[str]":
        """In a session of its own: a Ctrl-C in the middle of it must not leave half a cluster."""
        options = {"env": ENVIRONMENT, "cwd": "/", "start_new_session": True, **unprivileged()}
        return subprocess.run(command, capture_output=True, text=True, check=False, **options)

    def _initialise(self) -> None:
        """The same order of characters on every system: PostgreSQL's own C.UTF-8 where it has one (since 17)."""
        locale = ["--locale=C"]
        if postgres_major(self.programs) >= 17:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        unsafe = [] if self.durable else ["--no-sync"]
        done = self._run(
            self.programs / "initdb",
            "-D",
            self.folder,
            "-U",
            "postgres",
            "--auth=trust",
            "-E",
            "UTF8",
            "--no-instructions",
            *locale,
            *unsafe,
        )
        if done.returncode:
            shutil.rmtree(self.folder, ignore_errors=True)  # half a cluster would stop every later start
            raise CannotStart(f"The database could not be made in {self.folder}:\n{done.stderr.strip()}")

    def _refuse_other_version(self) -> None:
        stored = (self.folder / "PG_VERSION").read_text().strip()
        ours = postgres_major(self.programs)
        if stored != str(ours):
            raise CannotStart(
                f"The data in {self.folder} is of PostgreSQL {stored}, the programs found are of {ours} ({self.programs}). "
                f"Dump it with the old programs (pg_dumpall) and load it into a new folder."
            )

    def _end_leftover(self) -> None:
        """We hold the folder's lock: a server still running on it has lost its parent."""
        if (self.folder / "postmaster.pid").exists():
            self._run(self.programs / "pg_ctl", "stop", "-D", self.folder, "-m", "fast", "-w", "-t", "10")

    def _start_until_it_answers(self) -> None:
        self.child.start()
        end = time.monotonic() + PATIENCE
        starts = 1
        while not self._answers():
            if self.child.exit_code() is not None:
                if starts == STARTS:
                    raise CannotStart(f"The database does not start. Its log, {self.log}, ends with:\n{_tail(self.log)}")
                time.sleep(0.3)
                self.child.start()
                starts += 1
            if time.monotonic() > end:
                self.child.wait(0)
                raise CannotStart(f"The database did not answer within {PATIENCE} s; see {self.log}")
            time.sleep(0.03)

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.where.admin_url).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _provide_database(self) -> None:
        """Repeated at every start, so that a first start that was cut short is completed."""
        with contextlib.closing(psycopg2.connect(self.where.admin_url)) as connection:
            connection.autocommit = True  # CREATE DATABASE runs in no transaction
            with connection.cursor() as cursor:
                cursor.execute(ROLES.read_text())
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'redress'")
                if not cursor.fetchone():
                    cursor.execute("CREATE DATABASE redress OWNER redress_owner")
        in_redress = self.where.admin_url.replace("/postgres?", "/redress?")
        with contextlib.closing(psycopg2.connect(in_redress)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(PRIVILEGES.read_text())


def queue_child(data_dir: Path, where: Addresses, *, durable: bool) -> Child:
    """Valkey (or Redis), ready to be started. An orphan that still answers on our socket is ended first."""
    _own_folder(where.sockets / "queue")
    _own_folder(data_dir / "queue")
    socket = where.sockets / "queue" / "s"
    _end_orphan_queue(socket)
    options: dict[str, str | Path] = {
        "port": "0",
        "unixsocket": socket,
        "unixsocketperm": "700",
        "dir": data_dir / "queue",
        "appendonly": "yes" if durable else "no",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    words: list[str | Path] = [word for name, value in options.items() for word in (f"--{name}", value)]
    return Child("queue", [queue_server(), *words], orphan_signal=signal.SIGTERM, env=ENVIRONMENT, log=data_dir / "queue.log")


def _end_orphan_queue(socket: Path) -> None:
    if socket.exists():
        with contextlib.suppress(redis.RedisError):
            redis.Redis(unix_socket_path=str(socket), socket_timeout=2).shutdown(save=False)
        socket.unlink(missing_ok=True)


def _lock(data_dir: Path) -> IO[str]:
    """Held until we end, however we end. Raises CannotStart when another process holds it."""
    file = (data_dir / "lock").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise CannotStart(f"Redress is already running on {data_dir}.") from None
    return file


def _home_of_servers(data_dir: Path) -> Path:
    """`data_dir`, or for root, when `nobody` cannot get there (a closed home), a folder of its own under /var/lib."""
    link = data_dir / "postgres"
    if link.is_symlink():
        return link.readlink().parent
    if link.exists() or open_to_servers(data_dir):
        return data_dir
    home = SHARED / f"{addresses(data_dir).sockets.name}-{int(time.time())}"  # never the data of an earlier DATA_DIR of this name
    home.mkdir(mode=0o755, parents=True)
    link.symlink_to(home / "postgres")
    return home


def _own_folder(path: Path, *, closed: bool = True, for_servers: bool = False) -> None:
    """Make a folder that belongs to us (or to the servers' user). Raises CannotStart when it is somebody else's."""
    path.mkdir(exist_ok=True)
    who = unprivileged() if for_servers else {}
    if path.stat().st_uid not in {os.getuid(), who.get("user", os.getuid())} or path.is_symlink():
        raise CannotStart(f"{path} belongs to another user.")
    if who:
        os.chown(path, who["user"], who["group"])
    path.chmod(0o700 if closed else 0o755)


def _memory() -> dict[str, str]:
    """An eighth of the machine's memory for what was read last, at most 2 GB (PostgreSQL's own 128 MB hold 50,000 complaints), and disks
    that find one page as fast as the next."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE
    return {
        "shared_buffers": f"{min(max(machine // 8, 128), 2048)}MB",
        "effective_cache_size": f"{max(machine // 2, 256)}MB",
        "random_page_cost": "1.1",
    }


def _tail(log: Path, lines: int = 10) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
