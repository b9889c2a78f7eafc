"""The one complained about finds nothing of it anywhere (R3), nor does his deputy in his name; asked for a statement he sees only that."""

import datetime as dt
import io
from collections.abc import Iterator
from zipfile import BadZipFile, ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from complaints import filing
from complaints.models import Attachment, Complaint
from escalation.models import Notice
from escalation.sweep import fire_due
from organisation.models import Deputy, Person

from .factories import House, act, at_state

pytestmark = pytest.mark.django_db
ACCUSED = ("head", "handler", "manager", "gm", "assistant", "verifier", "owner", "auditor", "management_rep")
OF_ONE = ("complaint", "timeline", "plan", "meeting", "verification", "closing", "deadlines", "rounds", "recorded", "similar")
LISTS = (
    "/",
    "/complaints/?tab=all", "/complaints/?tab=mine", "/complaints/?tab=department", "/measures/?stand=all", "/notices/", "/escalations/",
    "/my-work.xlsx", "/complaints/export.csv?tab=all", "/complaints/export.xlsx?tab=all", "/measures/export.xlsx?stand=all", "/dashboard/",
    "/drafts/", "/pulse", "/morning/", "/customers/", "/months/",
)  # fmt: skip
WORDS = "当众训斥客户"


def about(house: House, office: str, state: str = "follow_up", **fields: object) -> Complaint:
    """Brought there by the usual people, so that the accused has had everything to do with it; then it turns out to be about him."""
    complaint = at_state(state, house, type=house.type, words=WORDS, **fields)
    Complaint.objects.filter(pk=complaint.pk).update(against=house.person(office))
    Notice.objects.filter(complaint=complaint).delete()
    complaint.refresh_from_db()
    return complaint


def contents(client: Client, url: str) -> str:
    answer = client.get(url, follow=True)
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            data = b"".join(packed.read(name) for name in packed.namelist())
    except BadZipFile:
        pass
    return data.decode(errors="replace")


def found_by(client: Client, complaint: Complaint) -> Iterator[str]:
    """Addresses at which somebody finds anything of it."""
    for page in OF_ONE:
        if client.get(reverse(page, args=[complaint.number])).status_code != 404:
            yield page
    for paper in ("form", "customers-copy", "memo", "8d", "letter"):
        if client.get(reverse("document", args=[complaint.number, paper])).status_code != 404:
            yield paper
    for move in ("confirm", "remark", "verify", "close", "reopen", "withdraw", "name-acting-head"):
        if client.get(reverse("move", args=[complaint.number, move])).status_code != 404:
            yield move
    for url in (*LISTS, f"/complaints/?tab=all&q={WORDS}"):
        told = contents(client, url)
        if complaint.number in told or complaint.title in told or (WORDS in told and "q=" not in url):
            yield url
    if f"/complaints/{complaint.number}/" in contents(client, f"/complaints/?tab=all&q={complaint.number}"):
        yield "search"


@pytest.mark.parametrize("office", ACCUSED)
@pytest.mark.parametrize("state", ["confirmation", "closed"])
def test_he_finds_it_nowhere(client: Client, office: str, state: str) -> None:
    house = House()
    complaint = about(house, office, state)
    file = filing.store(io.BytesIO(b"words"), "letter.txt", by=house.staff)
    Attachment.objects.filter(pk=file.pk).update(complaint=complaint)
    client.force_login(house.person(office))
    assert list(found_by(client, complaint)) == []
    assert client.get(f"/files/{file.pk}/").status_code == 404
    client.force_login(house.gm if office != "gm" else house.manager)
    assert any(found_by(client, complaint)), "others do find it"


@pytest.mark.parametrize("office", ["head", "gm", "manager"])
def test_his_deputy_does_not_find_it_in_his_name(client: Client, office: str) -> None:
    house = House()
    accused = house.person(office)
    complaint = about(house, office, confidential=True)
    day = dt.datetime.now(dt.UTC).astimezone(house.branch.tz).date()
    Deputy.objects.create(absent=accused, deputy=house.stranger, starts_on=day, ends_on=day, named_by=accused)
    client.force_login(house.stranger)
    assert list(found_by(client, complaint)) == []
    other = at_state("follow_up", house, type=house.type)
    assert Complaint.objects.visible_to(Person.objects.get(pk=house.stranger.pk)).get().pk == other.pk


@pytest.mark.parametrize("office", ["head", "gm", "manager", "assistant", "verifier"])
def test_no_notice_goes_to_him_or_to_his_deputy(office: str) -> None:
    house = House()
    accused = house.person(office)
    day = dt.datetime.now(dt.UTC).astimezone(house.branch.tz).date()
    Deputy.objects.create(absent=accused, deputy=house.stranger, starts_on=day, ends_on=day, named_by=accused)
    complaint = about(house, office, "confirmation")
    gm = house.manager if office == "gm" else house.gm
    if office == "head":
        act("name_acting_head", complaint, gm, person=house.staff, reason="投诉的是他")
    act("chase", complaint, house.staff, words="催")
    act("confirm", complaint, house.staff if office == "head" else house.head, handler=house.handler, note="")
    fire_due()
    assert Notice.objects.filter(complaint=complaint).exists()
    assert not Notice.objects.filter(complaint=complaint, recipient__in=[accused, house.stranger]).exists()


def test_asked_for_a_statement_he_sees_the_question_and_not_what_others_say(client: Client) -> None:
    house = House()
    complaint = about(house, "handler", "action")
    act("remark", complaint, house.manager, text="此人多次被投诉")
    act("ask_statement", complaint, house.manager, person=complaint.against, question="当时情况")
    client.force_login(complaint.against)
    page = client.get(f"/complaints/{complaint.number}/").content.decode()
    assert "当时情况" in page
    assert "此人多次被投诉" not in page
    for name in ("timeline", "deadlines", "rounds", "plan", "verification", "closing", "recorded"):
        assert client.get(reverse(name, args=[complaint.number])).status_code == 404, name
    assert client.get(reverse("document", args=[complaint.number, "form"])).status_code == 404
    for url in LISTS[1:]:
        assert complaint.number not in contents(client, url), url
    assert complaint.number in contents(client, "/"), "my work asks him"
    act("give_statement", complaint, complaint.against, statement="我在场")
    assert client.get(f"/complaints/{complaint.number}/").status_code == 404


def test_confidential_ones_are_for_manager_general_manager_auditors_and_those_with_a_part(client: Client) -> None:
    house = House()
    complaint = at_state("action", house, type=house.type, confidential=True, words=WORDS)
    for office in ("assistant", "staff", "employee", "stranger", "management_rep", "group_approver"):
        client.force_login(house.person(office))
        assert list(found_by(client, complaint)) == [], office
    for office in ("manager", "gm", "auditor", "head", "handler"):
        client.force_login(house.person(office))
        assert client.get(f"/complaints/{complaint.number}/").status_code == 200, office
