"""What is unforeseen: a plain page with a number, and the same number in the log."""

import json
import logging
import re
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from config import errors
from config.logs import JsonFormatter, current_request
from config.middleware import RequestIdMiddleware


def fails(request: HttpRequest) -> HttpResponse:
    raise ValueError("password of 何雨桐 is secret")


def is_busy(request: HttpRequest) -> HttpResponse:
    raise OperationalError("canceling statement due to lock timeout")


def goes_away(request: HttpRequest) -> HttpResponse:
    try:
        raise OperationalError("server closed the connection unexpectedly")
    except OperationalError:
        raise RuntimeError("the transaction cannot be rolled back")  # noqa: B904 - as a library does it


urlpatterns = [path("fails", fails), path("busy", is_busy), path("away", goes_away)]
handler500 = errors.server_error

ONLY_OURS = ["config.middleware.RequestIdMiddleware", "config.middleware.NoStoreMiddleware"]


@pytest.fixture
def lines() -> Any:
    """What the log's formatter made of the records of `django.request`."""
    made: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            made.append(json.loads(self.format(record)))

    handler = Keep()
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield made
    logger.removeHandler(handler)


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=ONLY_OURS, ALLOWED_HOSTS=["testserver"])
def test_the_number_on_the_page_is_in_the_log_with_the_cause(lines: list[dict[str, Any]]) -> None:
    answer = Client(raise_request_exception=False).get("/fails")
    assert answer.status_code == 500
    assert len(lines) == 1
    assert re.fullmatch(r"[0-9a-f]{8}", lines[0]["request"])
    assert lines[0]["request"] in answer.text
    assert (lines[0]["path"], lines[0]["level"]) == ("/fails", "ERROR")
    assert "ValueError: password of 何雨桐" in lines[0]["trace"]


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=ONLY_OURS, ALLOWED_HOSTS=["testserver"])
def test_the_page_tells_no_cause() -> None:
    text = Client(raise_request_exception=False).get("/fails").text
    assert [word for word in ("ValueError", "password", "何雨桐", "Traceback", "test_errors") if word in text] == []


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=ONLY_OURS, ALLOWED_HOSTS=["testserver"])
@pytest.mark.parametrize("page", ["/busy", "/away"])
def test_a_busy_database_is_503_with_a_hint_to_come_again(page: str) -> None:
    answer = Client(raise_request_exception=False).get(page)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_error_page_that_fails_itself_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **options: Any) -> str:
        raise RuntimeError

    monkeypatch.setattr(errors, "render_to_string", broken)
    request = RequestFactory().get("/")
    request.request_id = "c0ffee00"  # type: ignore[attr-defined]
    answer = errors.server_error(request)
    assert (answer.status_code, "c0ffee00" in answer.text) == (500, True)


def test_a_record_of_django_carries_its_request() -> None:
    request = RequestFactory().get("/late")
    request.request_id = "c0ffee00"  # type: ignore[attr-defined]
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "late", (), None)
    record.request = request
    line = json.loads(JsonFormatter().format(record))
    assert (line["request"], line["method"], line["path"]) == ("c0ffee00", "GET", "/late")


def test_one_record_is_one_line_whatever_is_in_it() -> None:
    record = logging.LogRecord("redress", logging.WARNING, "", 0, "user %s", ("x\r\n{forged: true}",), None)
    line = JsonFormatter().format(record)
    assert line.splitlines() == [line]
    assert json.loads(line)["message"] == "user x\r\n{forged: true}"
    assert json.loads(line)["at"].endswith("+00:00")


def test_each_request_has_its_number_and_leaves_none_behind() -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        assert current_request.get() is request
        seen.append(request.request_id)  # type: ignore[attr-defined]
        return HttpResponse()

    for _ in range(2):
        RequestIdMiddleware(view)(RequestFactory().get("/"))
    assert len(set(seen)) == 2
    assert current_request.get() is None
