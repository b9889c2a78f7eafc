"""What is thrown away by itself, and what never is."""

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from complaints import filing, periodic, tidying
from complaints.models import Attachment, Draft, Once
from escalation import clock
from organisation.models import SignInFailure

from .factories import House, received
from .test_intake_page import attachment

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def house() -> House:
    return House()


def stored(house: House, **fields: Any) -> Attachment:
    file = filing.store(ContentFile(b"hello"), "a.txt", by=house.assistant)
    Attachment.objects.filter(pk=file.pk).update(**fields)
    return file


def on_disk() -> set[str]:
    root = filing.path_of("")
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_drafts_of_thirty_days_go_with_their_files(house: House) -> None:
    now = clock.now()
    old = Draft.objects.create(person=house.assistant, saved_at=now - 31 * DAY)
    new = Draft.objects.create(person=house.assistant, saved_at=now - 29 * DAY)
    kept = stored(house, draft=new, at=now - 40 * DAY)
    stored(house, draft=old)
    assert tidying.old_drafts(now) == 1
    assert list(Draft.objects.all()) == [new]
    assert on_disk() == {kept.file.name}


def test_drafts_whose_form_was_sent_go_at_once(house: House) -> None:
    draft = Draft.objects.create(person=house.assistant, saved_at=clock.now())
    Once.objects.create(key=draft.key, person=house.assistant, at=clock.now())
    assert tidying.old_drafts(clock.now()) == 1


def test_uploads_nobody_used_go_after_a_day(house: House) -> None:
    now = clock.now()
    used = stored(house, complaint=received(house), number=1, at=now - 9 * DAY)
    fresh = stored(house, at=now - 23 * HOUR)
    drafted = stored(house, draft=Draft.objects.create(person=house.assistant, saved_at=now), at=now - 25 * HOUR)
    stored(house, at=now - 25 * HOUR)
    assert tidying.unused_uploads(now) == 1
    assert set(Attachment.objects.all()) == {used, fresh, drafted}
    assert on_disk() == {used.file.name, fresh.file.name, drafted.file.name}


def test_files_without_a_row_go_after_a_day(house: House) -> None:
    kept, picture = stored(house), attachment(house.assistant, thumbnail="ab/small")
    root = filing.path_of("")
    for name, hours in (("ab/orphan", 25), ("ab/young", 23), ("ab/small", 25), ("notes.txt", 999)):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"x")
        then = (clock.now() - hours * HOUR).timestamp()
        os.utime(root / name, (then, then))
    os.utime(root / kept.file.name, (0, 0))
    assert tidying.files_without_a_row(clock.now()) == 1
    assert on_disk() == {kept.file.name, "ab/young", picture.thumbnail.name, "notes.txt"}


def test_failures_that_no_longer_count_go(house: House) -> None:
    now = clock.now()
    for hours in (23, 25):
        SignInFailure.objects.create(account=str(hours), at=now - hours * HOUR)
    assert tidying.old_failures(now) == 1
    assert SignInFailure.objects.get().account == "23"


def test_the_calendar_does_all_of_it_and_doing_it_twice_is_harmless(house: House) -> None:
    now = clock.now()
    Draft.objects.create(person=house.assistant, saved_at=now - 31 * DAY)
    stored(house, at=now - 25 * HOUR)
    SignInFailure.objects.create(account="x", at=now - 2 * DAY)
    for _ in range(2):
        periodic.tidy()
    assert (Draft.objects.count(), Attachment.objects.count(), SignInFailure.objects.count(), on_disk()) == (0, 0, 0, set())
