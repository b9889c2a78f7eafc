"""Files over HTTP: what is taken, where it lies, who gets it back and how; a failure leaves neither row nor file."""

import errno
import hashlib
import logging
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from PIL import Image

from complaints import filing
from complaints.middleware import MB, UploadLimitMiddleware
from complaints.models import Attachment, Complaint, Draft, Event, Passage
from complaints.views.files import upload
from complaints.views.intake import new
from organisation.models import Branch

from .factories import House, act, at_state, received
from .test_intake_page import NEW, attachment, form
from .uploads import corpus

pytestmark = pytest.mark.django_db

UPLOAD = reverse("upload")


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def desk(client: Client, house: House) -> Client:
    client.force_login(house.assistant)
    return client


def send(client: Client, content: bytes, name: str = "a.txt", query: str = "") -> Any:
    return client.post(UPLOAD + query, {"file": SimpleUploadedFile(name, content)}, headers={"X-Requested-With": "fetch"})


def only() -> Attachment:
    return Attachment.objects.get()


def on_disk(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def received_all(answer: Any) -> bytes:
    """Reads a streamed answer to its end, which closes the file."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


# ── taking in ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_is_kept_as_it_came_under_a_name_of_ours(desk: Client, house: House, root: Path) -> None:
    content = "装机记录".encode()
    answer = send(desk, content, "../../etc/装机 记录.TXT")
    file = only()
    assert (answer.status_code, file.name, file.mime, file.size) == (201, "装机 记录.txt", "text/plain", len(content))
    assert (file.sha256, file.by, file.complaint, file.draft) == (hashlib.sha256(content).hexdigest(), house.assistant, None, None)
    assert on_disk(root) == [file.file.name]
    assert (root / file.file.name).read_bytes() == content
    assert os.stat(root / file.file.name).st_mode & 0o777 == 0o600
    assert f'name="files" value="{file.pk}"' in answer.content.decode()


def test_a_picture_is_drawn_anew_and_gets_a_small_one(desk: Client, root: Path) -> None:
    out = BytesIO()
    image = Image.open(BytesIO(corpus.photo((800, 600))))
    exif = image.getexif()
    exif[0x010E] = "SECRET PLACE"
    image.save(out, "JPEG", exif=exif)
    assert b"SECRET PLACE" in out.getvalue()
    answer = send(desk, out.getvalue() + b"<script>", "照片.png")
    file = only()
    kept = (root / file.file.name).read_bytes()
    assert (file.name, file.mime, file.width, file.height) == ("照片.jpg", "image/jpeg", 800, 600)
    assert b"SECRET" not in kept
    assert b"<script>" not in kept
    assert (file.size, file.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())
    assert Image.open(BytesIO((root / file.thumbnail.name).read_bytes())).size == (320, 240)
    assert on_disk(root) == sorted([file.file.name, file.thumbnail.name])
    assert reverse("attachment_small", args=[file.pk]) in answer.content.decode()


HOSTILE = {
    "drawing": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.svg"),
    "web page": (b"<!doctype html><script>1</script>", "a.html"),
    "web page as a picture": (b"<!doctype html><script>1</script>", "a.jpg"),
    "script as a text": (b"<script>alert(1)</script>", "a.txt"),
    "two extensions": (b"alert(1)", "photo.jpg.js"),
    "archive": (b"PK\3\4" + b"\0" * 40, "a.zip"),
    "pixel bomb": (corpus.huge_png(), "a.png"),
    "frames": (corpus.gif(10_000), "a.gif"),
    "empty": (b"", "a.txt"),
    "no text": (b"\0\1\2", "a.txt"),
}


@pytest.mark.parametrize("which", HOSTILE)
def test_what_is_not_taken_says_why_and_leaves_nothing(desk: Client, root: Path, caplog: pytest.LogCaptureFixture, which: str) -> None:
    content, name = HOSTILE[which]
    with caplog.at_level(logging.WARNING, "redress.security"):
        answer = send(desk, content, name)
    assert (answer.status_code, answer["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert len(answer.content) > 10
    assert (Attachment.objects.count(), on_disk(root)) == (0, [])
    assert [record.getMessage().split()[0] for record in caplog.records] == ["upload.rejected"]


@pytest.mark.parametrize(
    "name", ["../../x.txt", "a\0b.txt", "a\r\nSet-Cookie: x.txt", "\u202egnp.txt", "x" * 5000 + ".txt", "CON.txt", "😀.txt"]
)
def test_no_name_reaches_the_disk_or_a_header_as_it_came(desk: Client, root: Path, name: str) -> None:
    answer = send(desk, b"hello", name)
    if answer.status_code != 201:
        assert (answer.status_code, on_disk(root)) in [(400, []), (422, [])]
        return
    file = only()
    assert len(file.name) <= 120
    given = desk.get(reverse("attachment", args=[file.pk]))
    received_all(given)
    header = given["Content-Disposition"]
    assert header.startswith("attachment")
    assert not {"\r", "\n", "\0", "/", "\u202e"} & set(header)
    assert on_disk(root) == [file.file.name]


def test_no_file_at_all(desk: Client) -> None:
    assert desk.post(UPLOAD).status_code == 400
    assert desk.get(UPLOAD).status_code == 405


def test_a_file_for_a_draft_begins_it(desk: Client, house: House) -> None:
    key = "5f0a3c1e-6b67-4b0e-9a5e-0d5c9f6d2b11"
    send(desk, b"hello", query=f"?draft={key}")
    assert (str(only().draft.key), only().draft.person) == (key, house.assistant)
    desk.force_login(house.manager)
    assert send(desk, b"hello", query=f"?draft={key}").status_code == 404


# ── how much ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_files_of_a_complaint_have_a_limit_together(desk: Client, house: House) -> None:
    Branch.objects.update(max_files_mb=1)
    complaint = received(house)
    attachment(house.assistant, complaint=complaint, number=1, size=MB - 4)
    query = f"?complaint={complaint.number}"
    assert send(desk, b"12345", query=query).status_code == 422
    assert send(desk, b"1234", query=query).status_code == 201
    assert send(desk, b"1", query=query).status_code == 422
    assert send(desk, b"12345", query="?draft=5f0a3c1e-6b67-4b0e-9a5e-0d5c9f6d2b11").status_code == 201


def test_the_quota_of_a_complaint_one_does_not_see_is_not_found(desk: Client, house: House) -> None:
    hidden = received(house, confidential=True)
    assert send(desk, b"1", query=f"?complaint={hidden.number}").status_code == 404


def test_one_file_has_a_limit(desk: Client, house: House) -> None:
    Branch.objects.update(max_file_mb=1)
    assert send(desk, b"a" * MB).status_code == 201
    answer = send(desk, b"a" * (MB + 1))
    assert (answer.status_code, "1 MB" in answer.content.decode()) == (422, True)


class Untouchable(BytesIO):
    """A body that nobody may read."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


@pytest.mark.parametrize(
    ("who", "mb", "status"),
    [("assistant", 20, None), ("assistant", 22, 413), ("assistant", 50, 413), (None, 0.9, None), (None, 2, 413)],
)
def test_what_says_that_it_is_too_large_is_refused_unread(house: House, who: str | None, mb: float, status: int | None) -> None:
    refusal = limited(house, who, mb, upload)
    assert (refusal.status_code if refusal else None) == status


def test_a_form_with_several_files_may_be_larger(house: House) -> None:
    assert limited(house, "assistant", 199, new) is None
    assert limited(house, "assistant", 202, new).status_code == 413


def limited(house: House, who: str | None, mb: float, view: Any) -> Any:
    request = RequestFactory().post(UPLOAD, headers={"X-Requested-With": "fetch"})
    request.META |= {"CONTENT_LENGTH": str(int(mb * MB)), "wsgi.input": Untouchable()}
    request.user = house.person(who) if who else AnonymousUser()
    return UploadLimitMiddleware(lambda _: None).process_view(request, view, (), {})


def test_it_stands_before_whoever_reads_the_form(settings: Any) -> None:
    order = settings.MIDDLEWARE
    assert order.index("complaints.middleware.UploadLimitMiddleware") < order.index("django.middleware.csrf.CsrfViewMiddleware")


# ── when it fails ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("which", ["first", "small"])
def test_a_full_disk_is_explained_and_leaves_nothing(desk: Client, root: Path, monkeypatch: pytest.MonkeyPatch, which: str) -> None:
    written: list[int] = []

    def full(handle: int) -> None:
        written.append(handle)
        if which == "first" or len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("complaints.filing.os.fsync", full)
    answer = send(desk, corpus.photo(), "a.jpg")
    assert (answer.status_code, "room" in answer.content.decode()) == (507, True)
    assert (Attachment.objects.count(), on_disk(root)) == (0, [])


def test_a_row_that_cannot_be_written_leaves_no_file(house: House, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(Attachment.objects, "create", fail)
    with pytest.raises(RuntimeError):
        filing.store(BytesIO(b"hello"), "a.txt", by=house.assistant)
    assert on_disk(root) == []


def test_an_upload_cut_off_leaves_nothing(house: House, root: Path) -> None:
    """The browser went away at 60 %: the rest of the body never comes."""
    sender = Client(enforce_csrf_checks=False, raise_request_exception=False)
    sender.force_login(house.assistant)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n' + b"a" * 1000
    request = {"CONTENT_LENGTH": str(len(body) * 5 // 3), "wsgi.input": CutOff(body)}
    answer = sender.generic("POST", UPLOAD, b"", content_type="multipart/form-data; boundary=x", **request)
    assert answer.status_code >= 400
    assert (Attachment.objects.count(), on_disk(root)) == (0, [])


class CutOff(BytesIO):
    def read(self, *args: Any) -> bytes:
        data = super().read(*args)
        if not data:
            raise OSError("Connection reset by peer")
        return data


# ── giving out ───────────────────────────────────────────────────────────────────────────────────────────────


def kept(house: House, content: bytes, name: str, complaint: Complaint | None = None) -> Attachment:
    file = filing.store(BytesIO(content), name, by=house.assistant)
    return act("add_file", complaint, house.assistant, files=[file]).attachments.get(pk=file.pk) if complaint else file


def test_a_picture_of_ours_is_shown_everything_else_is_downloaded(desk: Client, house: House) -> None:
    picture, pdf = kept(house, corpus.photo(), "现场.jpg"), kept(house, b"%PDF-1.7\n<html>%%EOF", "a.pdf")
    shown, loaded = (desk.get(reverse("attachment", args=[file.pk])) for file in (picture, pdf))
    assert shown["Content-Disposition"] == "inline; filename*=utf-8''%E7%8E%B0%E5%9C%BA.jpg"
    assert (shown["Content-Type"], loaded["Content-Type"]) == ("image/jpeg", "application/pdf")
    assert loaded["Content-Disposition"] == 'attachment; filename="a.pdf"'
    for answer in (shown, loaded, desk.get(reverse("attachment_small", args=[picture.pk]))):
        assert answer.streaming
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")
        received_all(answer)
    assert received_all(desk.get(reverse("attachment", args=[pdf.pk]))) == b"%PDF-1.7\n<html>%%EOF"


@pytest.mark.parametrize(
    ("who", "open_one", "confidential"),
    [
        ("assistant", 200, 404), ("manager", 200, 200), ("auditor", 200, 200), ("gm", 200, 200), ("head", 200, 200), ("staff", 200, 404),
        ("handler", 200, 200), ("employee", 404, 404), ("stranger", 404, 404), ("administrator", 404, 404),
    ],
)  # fmt: skip
def test_a_file_is_for_whoever_sees_its_complaint(client: Client, house: House, who: str, open_one: int, confidential: int) -> None:
    for status, hidden in ((open_one, False), (confidential, True)):
        complaint = at_state("action", house, confidential=hidden)
        file = kept(house, corpus.photo(), "a.jpg")
        Attachment.objects.filter(pk=file.pk).update(complaint=complaint, number=1)
        client.force_login(house.person(who))
        for name in ("attachment", "attachment_small"):
            answer = client.get(reverse(name, args=[file.pk]))
            assert answer.status_code == status, name
            received_all(answer)


def test_before_there_is_a_complaint_only_for_whoever_uploaded_it(client: Client, house: House) -> None:
    file = kept(house, b"hello", "a.txt")
    for who, status in (("assistant", 200), ("manager", 404)):
        client.force_login(house.person(who))
        answer = client.get(reverse("attachment", args=[file.pk]))
        assert answer.status_code == status
        received_all(answer)
    client.logout()
    assert client.get(reverse("attachment", args=[file.pk])).status_code == 302


def test_the_uploader_loses_it_with_the_complaint(client: Client, house: House) -> None:
    """Whoever recorded a confidential complaint does not see it, nor the file he gave it."""
    complaint = received(house, confidential=True)
    file = kept(house, b"hello", "a.txt")
    Attachment.objects.filter(pk=file.pk).update(complaint=complaint, number=1)
    client.force_login(house.assistant)
    assert client.get(reverse("attachment", args=[file.pk])).status_code == 404


def test_what_is_not_there_is_not_found(desk: Client, house: House, root: Path) -> None:
    assert desk.get(reverse("attachment", args=[999_999])).status_code == 404
    text = kept(house, b"hello", "a.txt")
    assert desk.get(reverse("attachment_small", args=[text.pk])).status_code == 404
    (root / text.file.name).unlink()
    assert desk.get(reverse("attachment", args=[text.pk])).status_code == 404
    assert desk.post(reverse("attachment", args=[text.pk])).status_code == 405


# ── as evidence ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_history_names_files_by_digest_and_their_names_apart(house: House) -> None:
    complaint = received(house)
    file = kept(house, b"hello", "王先生的照片.txt", complaint)
    event = Event.objects.get(complaint=complaint, kind="add_file")
    assert (file.number, f'[{file.pk},"{file.sha256}"]' in event.body) == (1, True)
    assert "王先生" not in event.body
    assert Passage.objects.get(name=f"file:{file.pk}").text == "王先生的照片.txt"


def test_without_script_files_come_with_the_form(desk: Client, house: House) -> None:
    desk.post(NEW, {**form(house), "files": [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")]})
    assert list(Complaint.objects.get().attachments.values_list("name", "number")) == [("a.txt", 1), ("b.txt", 2)]


def test_without_script_a_refused_file_is_told_and_the_others_stay(desk: Client, house: House) -> None:
    sent = {**form(house), "files": [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.svg", b"<svg/>")]}
    answer = desk.post(NEW, sent)
    assert (answer.status_code, Complaint.objects.count()) == (422, 0)
    assert answer.context["form"].non_field_errors()[0].startswith("b.svg: ")
    assert [file.name for file in answer.context["files"]] == ["a.txt"]


def test_a_wrong_file_is_taken_away_again(desk: Client, house: House, root: Path) -> None:
    wrong, right = kept(house, b"one", "a.txt"), kept(house, b"two", "b.txt")
    answer = desk.post(NEW, form(house, act=f"drop:{wrong.pk}", files=[str(wrong.pk), str(right.pk)], effect=None))
    assert answer.status_code == 200
    assert (list(answer.context["files"]), answer.context["form"].errors) == ([right], {})
    assert on_disk(root) == [right.file.name]


def test_nobody_takes_away_another_ones_file_or_evidence(desk: Client, house: House) -> None:
    theirs, evidence = attachment(house.manager), attachment(house.assistant, complaint=received(house), number=1)
    for file in (theirs, evidence):
        desk.post(NEW, form(house, act=f"drop:{file.pk}", draft="5f0a3c1e-6b67-4b0e-9a5e-0d5c9f6d2b11"))
    assert Attachment.objects.count() == 2
    assert Draft.objects.count() == 0
