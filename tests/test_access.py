"""Every address, for every role, about its own things and others' (`access_table`), and the ways around.

Addresses come from the product's own list: one that nobody has written down fails. Not here: which move is whose (`test_matrix`).
"""

import io
import re
import uuid
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from complaints.models import Attachment, Measure
from complaints.moves import MOVES
from tests.access_table import TABLE
from tests.access_world import SECRET, World

pytestmark = pytest.mark.django_db

ROLES = TABLE.split("\n")[1].split()
ROWS = [line.split() for line in TABLE.split("\n")[2:] if line]


@pytest.fixture
def world() -> World:
    return World()


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    """Of the product's own pages, at any depth."""
    for found in resolver.url_patterns:
        if isinstance(found, URLPattern):
            yield found
        elif found.namespace != "admin":
            yield from patterns(found)


NAMES = {str(pattern.name) for pattern in patterns(get_resolver())}


def client_of(world: World, role: str, **more: Any) -> Client:
    client = Client(raise_request_exception=False, **more)
    if role != "anonymous":
        client.force_login(world.people[role])
    return client


def answer(client: Client, method: str, url: str, **data: Any) -> Any:
    """What is changed is taken back, in the browser too, so that every line begins with the same world."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response = client.get(url) if method == "GET" else client.post(url, data)
        response.getvalue()
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def plain(response: Any) -> str:
    """The page without what is new in every answer."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|data-now="[^"]+"|mono">[0-9a-f]+<', "", response.content.decode())


def test_every_address_is_written_down() -> None:
    assert {name.partition("/")[0] for _method, name, *_statuses in ROWS} == NAMES


def test_each_role_gets_what_is_written_down(world: World) -> None:
    found, expected = {}, {}
    for column, role in enumerate(ROLES):
        client = client_of(world, role)
        for method, name, *statuses in ROWS:
            found[role, method, name] = answer(client, method, world.url(name), **world.form(name)).status_code
            expected[role, method, name] = int(statuses[column])
    assert {case: status for case, status in found.items() if status != expected[case]} == {}


def test_whoever_is_no_administrator_finds_no_administration(world: World) -> None:
    addresses = [reverse("admin:index"), reverse("admin:app_list", args=["organisation"]), reverse("admin:jsi18n"), "/admin/nothing/"]
    for model in apps.get_models():
        label = model._meta.app_label, model._meta.model_name
        addresses += [f"/admin/{'/'.join(map(str, label))}/", f"/admin/{'/'.join(map(str, label))}/1/change/"]
    for role in set(ROLES) - {"anonymous", "administrator"}:
        client = client_of(world, role)
        assert {client.get(address).status_code for address in addresses} == {404}


def test_what_one_may_not_see_looks_like_what_does_not_exist(world: World) -> None:
    client = client_of(world, "employee")
    number, missing = world.things["mine"], world.things["missing"]
    for page in ("complaint", "timeline", "plan", "rounds", "recorded"):
        seen, none = (client.get(reverse(page, args=[one])) for one in (number, missing))
        assert plain(seen).replace(number, missing) == plain(none)


def test_no_move_of_a_complaint_one_does_not_see(world: World) -> None:
    for role in ("employee", "elsewhere", "abroad", "administrator"):
        client = client_of(world, role)
        for move in MOVES.values():
            url = reverse("move", args=[world.mine.number, move.slug])
            assert (move.name, client.get(url).status_code, client.post(url, world.form("move/mine")).status_code) == (move.name, 404, 404)


def test_nothing_is_sent_without_the_page_it_stands_on(world: World) -> None:
    """Not without its token, not from another site with it."""
    client = client_of(world, "manager", enforce_csrf_checks=True)
    token = {"csrfmiddlewaretoken": client.get(reverse("settings")).context["csrf_token"]}
    posted = [name for method, name, *_statuses in ROWS if method == "POST" and name != "styleguide"]
    for url in map(world.url, posted):
        assert client.post(url).status_code == 403
        assert client.post(url, token, headers={"origin": "https://elsewhere.example"}).status_code == 403
    assert client.post(reverse("save_keys"), token).status_code == 302


def test_what_is_somebody_elses_is_not_reached_through_ones_own(world: World) -> None:
    """Ids in the query and in the form: a draft, a file, a complaint, a measure that belong elsewhere."""
    client, key = client_of(world, "assistant"), world.draft.key
    assert SECRET not in client.get(reverse("new_complaint"), {"draft": key}).content.decode()
    assert client.post(reverse("save_draft"), {"draft": key, "words": "mine now"}).status_code == 404
    assert client.post(f"{reverse('upload')}?draft={key}", {"file": io.BytesIO(b"x")}).status_code == 404
    assert client.post(f"{reverse('upload')}?complaint={world.theirs.number}", {"file": io.BytesIO(b"x")}).status_code == 404
    sent = {"act": "drop:" + str(world.things["loose"]), "files": world.things["loose"], "draft": uuid.uuid4()}
    assert client.post(reverse("new_complaint"), sent).status_code == 200
    assert Attachment.objects.filter(pk=world.things["loose"]).exists()
    world.draft.refresh_from_db()
    assert world.draft.fields["words"] == [SECRET]


def test_a_form_takes_no_file_of_somebody_else(world: World) -> None:
    client, files = client_of(world, "assistant"), [world.things["loose"], world.things["foreign"]]
    client.post(world.url("move/mine/add-file"), {**world.form("move/mine"), "files": files, "note": "mine now"})
    assert set(Attachment.objects.filter(pk__in=files).values_list("complaint", flat=True)) == {None, world.theirs.pk}


def test_a_measure_of_another_complaint_is_no_choice(world: World) -> None:
    other = Measure.objects.filter(complaint=world.theirs).first()
    assert other
    sent = {**world.form("move/mine"), "measure": other.pk, "evidence": "done"}
    for role in ("head", "handler", "manager"):
        client_of(world, role).post(world.url("move/mine/measure-done"), sent)
    other.refresh_from_db()
    assert other.done_at is None
