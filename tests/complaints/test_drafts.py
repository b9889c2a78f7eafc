"""Unfinished forms: they survive a lost session, belong to one person, and go when the form has been carried out."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from complaints import drafts
from complaints.models import Attachment, Complaint, Draft, Once
from organisation.models import SignIn

from .factories import House
from .test_intake_page import NEW, attachment, form

pytestmark = pytest.mark.django_db

SAVE = reverse("save_draft")


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def desk(client: Client, house: House) -> Client:
    client.force_login(house.assistant)
    return client


def test_a_form_is_kept_as_it_was_typed(desk: Client, house: House) -> None:
    sent = form(house, words="打到一半", wants=["repair", "apology"], effect=None)
    answer = desk.post(SAVE, sent, headers={"X-Requested-With": "fetch"})
    draft = Draft.objects.get()
    assert (answer.status_code, answer["X-Draft"]) == (204, str(draft.key))
    assert (draft.person, str(draft.key), draft.fields["words"], draft.fields["wants"]) == (
        house.assistant,
        sent["draft"],
        ["打到一半"],
        ["repair", "apology"],
    )
    assert {"act", "draft", "csrfmiddlewaretoken"}.isdisjoint(draft.fields)


def test_it_comes_back_as_it_was_after_signing_in_again(desk: Client, house: House) -> None:
    sent = form(house, words="打到一半", wants=["repair", "apology"], effect=None, anonymous="on", received_at="2020-11-17T10:41")
    desk.post(SAVE, sent)
    SignIn.objects.all().delete()
    assert desk.post(SAVE, sent, headers={"X-Requested-With": "fetch"}).status_code == 401
    desk.force_login(house.assistant)
    shown = desk.get(NEW, {"draft": sent["draft"]}).context["form"]
    assert {name: shown[name].value() for name in ("words", "wants", "about", "customer", "anonymous", "received_at")} == {
        "words": "打到一半",
        "wants": ["repair", "apology"],
        "about": house.product.name,
        "customer": str(house.customer.pk),
        "anonymous": "on",
        "received_at": "2020-11-17T10:41",
    }
    assert not shown.errors


def test_saving_again_replaces_it(desk: Client, house: House) -> None:
    sent = form(house)
    for words in ("一", "二"):
        desk.post(SAVE, {**sent, "words": words})
    assert Draft.objects.get().fields["words"] == ["二"]


def test_it_goes_with_the_recording_and_a_late_save_does_not_bring_it_back(desk: Client, house: House) -> None:
    sent = form(house)
    desk.post(SAVE, sent)
    desk.post(NEW, sent)
    assert (Draft.objects.count(), Complaint.objects.count()) == (0, 1)
    assert desk.post(SAVE, sent).status_code == 410
    late = desk.post(f"{reverse('upload')}?draft={sent['draft']}", {"file": SimpleUploadedFile("a.txt", b"late")})
    assert (late.status_code, Draft.objects.count(), Attachment.objects.count()) == (404, 0, 0)


def test_one_that_came_back_all_the_same_is_not_listed(house: House) -> None:
    draft = Draft.objects.create(person=house.assistant, saved_at=dt.datetime.now(dt.UTC))
    assert list(drafts.mine(house.assistant)) == [draft]
    Once.objects.create(key=draft.key, person=house.assistant, at=dt.datetime.now(dt.UTC), answer="CR-2611-0001")
    assert list(drafts.mine(house.assistant)) == []


def test_a_failed_recording_leaves_the_draft(desk: Client, house: House) -> None:
    sent = form(house)
    desk.post(SAVE, sent)
    desk.post(NEW, {**sent, "words": ""})
    assert Draft.objects.count() == 1


def test_nobody_else_knows_of_it(desk: Client, client: Client, house: House) -> None:
    sent = form(house, words="保密的话")
    desk.post(SAVE, sent)
    desk.force_login(house.manager)
    assert desk.post(SAVE, {**sent, "words": "别人的"}).status_code == 404
    assert desk.get(NEW, {"draft": sent["draft"]}).context["form"]["words"].value() is None
    assert desk.post(reverse("discard_draft", args=[sent["draft"]])).status_code == 404
    assert desk.get(reverse("drafts")).context["drafts"] == []
    assert Draft.objects.get().fields["words"] == ["保密的话"]


def test_the_list_names_them_and_leads_back(desk: Client, house: House) -> None:
    sent = form(house, files=None)
    desk.post(SAVE, sent)
    Attachment.objects.filter(pk=attachment(house.assistant).pk).update(draft=Draft.objects.get())
    (row,) = desk.get(reverse("drafts")).context["drafts"]
    assert (row.title, row.files) == (f"云帆重工 · {house.product.name}", 1)
    assert f"{NEW}?draft={sent['draft']}" in desk.get(reverse("drafts")).content.decode()
    assert desk.get(NEW, follow=True).context["drafts"] == 1


def test_throwing_away_takes_the_files_too(desk: Client, house: House) -> None:
    desk.post(SAVE, form(house))
    draft = Draft.objects.get()
    attachment(house.assistant, draft=draft)
    assert desk.post(reverse("discard_draft", args=[draft.key]))["Location"] == reverse("drafts")
    assert (Draft.objects.count(), Attachment.objects.count()) == (0, 0)


def test_the_button_keeps_it_without_script(desk: Client, house: House) -> None:
    answer = desk.post(NEW, form(house, act="draft", words=""))
    assert (answer.status_code, answer["Location"]) == (303, reverse("drafts"))
    assert Draft.objects.get().fields["about"] == [house.product.name]


def test_uploads_after_the_last_save_are_there_again(desk: Client, house: House) -> None:
    sent = form(house)
    desk.post(SAVE, sent)
    file = attachment(house.assistant, draft=Draft.objects.get())
    page = desk.get(NEW, {"draft": sent["draft"]})
    assert list(page.context["files"]) == [file]


@pytest.mark.parametrize(
    ("junk", "status"), [({"draft": "x"}, 404), ({"words": "x" * 200_000}, 413), ({"words": "a\0b"}, 204), ({"a\0b": "c"}, 204)]
)
def test_junk_is_an_answer_not_a_crash(desk: Client, house: House, junk: dict[str, Any], status: int) -> None:
    assert desk.post(SAVE, form(house, **junk)).status_code == status


def test_a_draft_is_only_saved_by_sending_it(desk: Client) -> None:
    assert desk.get(SAVE).status_code == 405
    assert desk.get(reverse("discard_draft", args=[uuid.uuid4()])).status_code == 405
