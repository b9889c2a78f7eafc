"""Documents over HTTP: on the complaint's page, of the right type, for whoever sees the complaint; archive files on demand too."""

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import ArchiveFile, Complaint
from complaints.papers import keeping

from ..factories import House, act, at_state
from .stories import answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(settings, tmp_path) -> House:
    settings.MEDIA_ROOT = tmp_path
    return House(prefix="CR")


def client_of(house: House, office: str) -> Client:
    client = Client()
    client.force_login(house.fresh(office))
    return client


def withdrawn(house: House) -> Complaint:
    return act("withdraw", at_state("triage", house), house.manager, words="不追究了", means="telephone")


@pytest.mark.parametrize("kind", ["form", "customers-copy", "letter", "memo", "8d"])
def test_a_document_is_a_pdf_that_the_browser_shows_and_saves_under_the_number(house, kind):
    complaint = answered(house, nature="major", criteria=["a"], grade=3)
    answer = client_of(house, "assistant").get(reverse("document", args=[complaint.number, kind]))
    assert (answer.status_code, answer["Content-Type"], answer.getvalue()[:5]) == (200, "application/pdf", b"%PDF-")
    assert answer["Content-Disposition"].startswith(f'inline; filename="{complaint.number} ')
    assert answer["Content-Security-Policy"] == "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")


def test_the_page_names_what_there_is(house):
    complaint = at_state("confirmation", house, nature="major", criteria=["a"], grade=3)
    page = client_of(house, "assistant").get(reverse("complaint", args=[complaint.number])).content.decode()
    there = {
        kind for kind in ("form", "customers-copy", "letter", "memo", "8d") if reverse("document", args=[complaint.number, kind]) in page
    }
    assert there == {"form", "customers-copy", "memo"}
    assert reverse("make_archive", args=[complaint.number]) not in page


def test_the_reply_names_the_copy_that_goes_with_it(house):
    complaint = at_state("reply", house)
    page = client_of(house, "assistant").get(reverse("move", args=[complaint.number, "send-reply"])).content.decode()
    assert reverse("document", args=[complaint.number, "customers-copy"]) in page


def test_an_imported_complaint_gets_its_archive_file_on_demand(house):
    complaint = withdrawn(house)
    Complaint.objects.filter(pk=complaint.pk).update(imported=True)
    ArchiveFile.objects.all().delete()
    client, address = client_of(house, "assistant"), reverse("complaint", args=[complaint.number])
    form = f'action="{reverse("make_archive", args=[complaint.number])}"'
    assert form in client.get(address).content.decode()
    client.post(reverse("make_archive", args=[complaint.number]))
    row = ArchiveFile.objects.get()
    page = client.get(address).content.decode()
    assert reverse("archive_file", args=[complaint.number, row.pk]) in page
    assert form not in page
    assert client.get(reverse("archive_file", args=[complaint.number, row.pk])).getvalue()[:5] == b"%PDF-"


def test_an_auditor_changes_nothing(house):
    complaint = withdrawn(house)
    answer = client_of(house, "auditor").post(reverse("make_archive", args=[complaint.number]))
    assert (answer.status_code, ArchiveFile.objects.exclude(made_at=None).count()) == (403, 0)


def test_an_archive_file_is_found_only_under_its_own_complaint(house):
    one, other = withdrawn(house), withdrawn(house)
    keeping.make_wanted()
    row = ArchiveFile.objects.get(complaint=one)
    assert client_of(house, "assistant").get(reverse("archive_file", args=[other.number, row.pk])).status_code == 404


def test_whom_it_is_about_gets_no_document(house):
    complaint = at_state("review", house, against=house.staff)
    address = reverse("document", args=[complaint.number, "form"])
    assert [client_of(house, office).get(address).status_code for office in ("staff", "assistant")] == [404, 200]


def test_an_erased_archive_file_is_gone_and_the_page_says_so(house):
    complaint = withdrawn(house)
    keeping.make_wanted()
    row = ArchiveFile.objects.get()
    ArchiveFile.objects.update(file="")
    client = client_of(house, "manager")
    assert client.get(reverse("archive_file", args=[complaint.number, row.pk])).status_code == 404
    assert "erased" in client.get(reverse("complaint", args=[complaint.number])).content.decode()
