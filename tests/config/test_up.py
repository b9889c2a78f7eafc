"""`manage.py up` as its users meet it: started, hurt, stopped; every test looks from outside."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from config.embedded import addresses
from tests.machine import open_folder, processes_of
from tests.product import Product

pytestmark = [pytest.mark.fault, pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks into /proc")]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with open_folder() as path:
        yield path
        for log in path.parent.glob(f"{path.name}-*.log"):
            log.unlink()


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Product]:
    product = Product(folder / "var")
    product.wait_until_well()
    yield product
    if product.process.poll() is None:
        product.end()


def test_it_says_where_it_is(running: Product) -> None:
    running.wait_until(lambda: f"Redress is running at http://127.0.0.1:{running.port}/" in running.said(), 5)


def test_a_second_start_on_the_same_folder_is_refused(running: Product) -> None:
    second = Product(running.folder)
    assert second.process.wait(20) == 1
    assert f"already running on {running.folder}" in second.said()
    assert running.is_well()


def test_a_port_that_is_taken_is_said_in_words(running: Product, folder: Path) -> None:
    other = Product(folder / "other", port=running.port)
    assert other.process.wait(30) == 1
    assert f"127.0.0.1:{running.port} is not free" in other.said()
    assert "PORT=8001 make run" in other.said()
    assert processes_of(other.folder) == {}


def test_the_worker_does_what_the_queue_brings(running: Product) -> None:
    running.manage("shell", "-c", "from complaints.periodic import anchor; anchor.delay()")
    running.wait_until(lambda: bool(list((running.folder / "anchors").glob("*.log"))), 10)


def test_the_clock_looks_every_second(running: Product) -> None:
    running.wait_until(lambda: 0 <= silence(running) < 2, 10)


def silence(product: Product) -> float:
    """Seconds since the last look; -1 before the first."""
    words = "from escalation.sweep import silent_for; s = silent_for(); print(-1 if s is None else s.total_seconds())"
    return float(product.manage("shell", "-v", "0", "-c", words))


@pytest.mark.parametrize("part", ["gunicorn", "-Q clock", "-Q work", "beat", "queue/s", "postgres"])
def test_a_killed_part_is_started_again(running: Product, part: str) -> None:
    before = running.pids(part)
    assert before, f"no process of {part}: {processes_of(running.folder)}"
    os.kill(min(before), signal.SIGKILL)
    running.wait_until(lambda: bool(running.pids(part) - before) and running.is_well(), 40)
    assert min(before) not in running.pids(part)


def test_ctrl_c_ends_everything_within_ten_seconds(running: Product) -> None:
    before = time.monotonic()
    assert running.end() == 0, running.said()
    assert time.monotonic() - before < 10
    assert processes_of(running.folder) == {}


def test_ctrl_c_during_the_start_ends_it_too(folder: Path) -> None:
    product = Product(folder / "ends")
    product.wait_until(lambda: bool(product.pids("postgres")), 20)
    assert product.end() == 0, product.said()
    assert processes_of(product.folder) == {}


def test_a_killed_supervisor_leaves_nobody_behind(running: Product) -> None:
    product = Product(running.folder)
    product.wait_until_well()
    with closing(psycopg2.connect(addresses(product.folder).admin_url.replace("/postgres?", "/redress?"))) as holding:
        cursor = holding.cursor()
        cursor.execute("LOCK TABLE reports_staleday")
        product.manage("shell", "-c", "from reports.periodic import settle; settle.delay()")
        product.wait_until(lambda: _somebody_waits(cursor), 30)  # a worker in the middle of a task
        product.kill()
        product.wait_until(lambda: processes_of(product.folder) == {}, 10)
    again = Product(product.folder)
    again.wait_until_well()
    assert again.end() == 0


def _somebody_waits(cursor: Any) -> bool:
    cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
    return bool(cursor.fetchone()[0])
