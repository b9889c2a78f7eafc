"""The pages for machines: right codes, quick even when a part does not answer."""

import datetime as dt
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from config import health
from config.heartbeat import KEY, queue_client, show_life
from escalation import clock, sweep
from escalation.models import Message, SweepPulse, TestClock
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _worker_seen() -> Iterator[None]:
    sweep.show_life("clock@here", sweep.Swept())
    with queue_client(1) as queue:
        show_life()
        yield
        queue.delete(KEY)


@pytest.fixture
def black_hole() -> Iterator[str]:
    """A queue's server that takes every connection and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def no_database(*args: Any) -> None:
    raise OperationalError("server closed the connection unexpectedly")


def test_all_is_well(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"state": "ok", "parts": {"database": "ok", "queue": "ok", "worker": "ok", "disk": "ok", "sweep": "ok", "mail": "ok"}},
    )
    assert client.get("/livez").content == client.get("/readyz").content == b"ok\n"


def test_answers_are_not_kept_and_load_nothing(client: Client) -> None:
    headers = client.get("/healthz").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_a_probe_needs_no_host_no_tls_and_no_session(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["redress.example"]
    settings.SECURE_SSL_REDIRECT = True
    answers = [client.get(path, headers={"host": "10.0.0.7"}) for path in ("/livez", "/readyz", "/healthz")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [dict(answer.cookies) for answer in answers] == [{}, {}, {}]


def test_a_silent_worker_is_degraded(client: Client) -> None:
    with queue_client(1) as queue:
        queue.delete(KEY)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["state"], answer.json()["parts"]["worker"]) == (200, "degraded", "down")


def test_a_dead_queue_is_degraded(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis+socket:///nowhere/s?virtual_host=0"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["state"]) == (200, "degraded")
    parts = answer.json()["parts"]
    assert (parts.pop("queue"), parts.pop("worker"), set(parts.values())) == ("down", "unknown", {"ok"})


def test_a_queue_that_never_answers_costs_less_than_two_seconds(client: Client, settings: Any, black_hole: str) -> None:
    settings.REDIS_URL = black_hole
    before = time.monotonic()
    assert client.get("/healthz").json()["parts"]["queue"] == "down"
    assert time.monotonic() - before < 2


def test_without_the_database_nothing_is_well_but_the_process(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.connection, "cursor", no_database)
    monkeypatch.setattr(health.connection, "close", lambda: None)
    assert [client.get(path).status_code for path in ("/livez", "/readyz", "/healthz")] == [200, 503, 503]
    parts = client.get("/healthz").json()["parts"]
    assert (parts["database"], parts["sweep"], parts["mail"]) == ("down", "unknown", "unknown")


@pytest.mark.parametrize(("silent", "status", "state"), [(59, 200, "ok"), (61, 503, "down"), (None, 503, "down")])
def test_a_sweep_that_is_silent_for_a_minute_or_never_spoke_is_an_outage(
    client: Client, silent: int | None, status: int, state: str
) -> None:
    SweepPulse.objects.update(at=clock.unmoved() - dt.timedelta(seconds=silent or 0))
    if silent is None:
        SweepPulse.objects.all().delete()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["state"], answer.json()["parts"]["sweep"]) == (status, state, state)
    assert client.get("/readyz").status_code == 200


def test_a_moved_test_clock_is_no_silence(client: Client) -> None:
    TestClock.objects.create(offset=dt.timedelta(hours=26))
    assert client.get("/healthz").json()["parts"]["sweep"] == "ok"


def test_mail_that_was_given_up_is_degraded(client: Client) -> None:
    Message.objects.create(recipient=PersonFactory(), message_id="<1@x>", state="given_up", created_at=clock.now())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["state"], answer.json()["parts"]["mail"]) == (200, "degraded", "degraded")


def test_missing_migrations_are_not_ready_but_no_outage(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health._schema, "is_current", lambda: False)
    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)
    assert client.get("/healthz").json()["parts"]["database"] == "degraded"


def test_a_browser_gets_a_page_in_its_language(client: Client) -> None:
    page = client.get("/healthz", headers={"accept": "text/html,*/*", "accept-language": "en"})
    assert "text/html" in page.headers["Content-Type"]
    assert "<h1>" in page.text
    assert "Everything is well" in page.text


def test_other_methods_and_addresses_are_passed_on(client: Client) -> None:
    assert client.post("/healthz").status_code in {302, 403, 404, 405}
    assert client.get("/healthz/").status_code in {302, 404}
