"""The styleguide shows everything with DEBUG, and does not exist without."""

import pytest
from django.http import Http404
from django.test import RequestFactory

from organisation.styleguide import styleguide

COMPONENTS = [
    "steps-card",
    "clock-late",
    "choice-ng",
    "error-summary",
    "similar-head",
    "read-out-number",
    "table-stack",
    "vs-between",
    "chart-figure",
    "dialog-demo",
    "toast",
    "empty",
    "skel",
    "set-row",
    "timeline",
    "todo",
]


@pytest.fixture
def _debug(settings) -> None:
    settings.DEBUG = True


@pytest.mark.usefixtures("_debug")
def test_shows_every_component() -> None:
    answer = styleguide(RequestFactory().get("/styleguide/"))
    assert answer.status_code == 200
    assert [name for name in COMPONENTS if name not in answer.content.decode()] == []


@pytest.mark.usefixtures("_debug")
def test_a_form_with_errors_comes_back_alone_for_htmx() -> None:
    answer = styleguide(RequestFactory().post("/styleguide/", headers={"HX-Request": "true"}))
    assert answer.status_code == 422
    assert answer.content.strip().startswith(b"<form")


def test_is_absent_in_production(settings) -> None:
    settings.DEBUG = False
    with pytest.raises(Http404):
        styleguide(RequestFactory().get("/styleguide/"))
