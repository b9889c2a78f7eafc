"""What the calendar does, done at once."""

import datetime as dt
import logging
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session

from complaints import anchors, periodic
from complaints.models import Once
from escalation import clock
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_an_anchor_is_added_to_the_folder(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    for _ in range(2):
        periodic.anchor()
    assert len([line for log in anchors.folder().glob("*.log") for line in log.read_text().splitlines()]) == 2


def test_a_shorter_history_is_an_error_in_the_log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(periodic.anchors, "take", lambda _: (None, ["CR-2611-0087: 7 entries, were 9"]))
    with caplog.at_level(logging.ERROR):
        periodic.anchor()
    assert [record.getMessage() for record in caplog.records] == ["the history has become shorter: CR-2611-0087: 7 entries, were 9"]


def test_only_old_keys_and_dead_sessions_are_forgotten() -> None:
    now, person = clock.now(), PersonFactory()
    ages = {29: uuid4(), 31: uuid4()}
    for days, key in ages.items():
        Once.objects.create(key=key, person=person, at=now - dt.timedelta(days=days))
    for key, left in (("dead", -1), ("alive", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=dt.datetime.now(dt.UTC) + dt.timedelta(hours=left))
    periodic.tidy()
    assert list(Once.objects.values_list("key", flat=True)) == [ages[29]]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["alive"]
