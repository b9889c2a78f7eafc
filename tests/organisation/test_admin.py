"""Django's admin: for administrators, without deletion, without a way to sign in or to deactivate by the way."""

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from organisation.models import Branch, Deputy, Person
from organisation.roles import GRANTED, Role
from tests.factories import PASSWORD, BranchFactory, DepartmentFactory, PersonFactory

pytestmark = pytest.mark.django_db

PEOPLE = "/admin/organisation/person/"
OURS = [model for model in admin.site._registry if model._meta.app_label == "organisation"]


@pytest.fixture
def administrator(client: Client) -> Person:
    person = PersonFactory(username="xu.jing", name="许静", name_en="Xu Jing", roles=[Role.ADMINISTRATOR], branch__name_en="Ningbo")
    client.force_login(person)
    return person


def person_form(branch: Branch, **more: Any) -> dict[str, Any]:
    return {"name": "罗珊", "name_en": "Luo Shan", "branch": branch.pk, "language": "", **more}


def first_password(response: Any) -> str:
    return re.search(r'first-password">([a-z0-9-]{19})<', response.content.decode()).group(1)  # type: ignore[union-attr]  # or the test fails


# The door


@pytest.mark.parametrize("role", [None, *(role for role in GRANTED if role != Role.ADMINISTRATOR)])
@pytest.mark.parametrize(
    "path", ["", "login/", "organisation/person/", "organisation/person/add/", "organisation/nothing/", "nothing/", "jsi18n/"]
)
def test_not_found_for_others(client: Client, role: Role | None, path: str) -> None:
    client.force_login(PersonFactory(roles=[role] if role else []))
    assert client.get(f"/admin/{path}").status_code == 404


def test_who_is_not_signed_in_is_sent_to_the_products_sign_in(client: Client) -> None:
    assert client.get("/admin/organisation/person/")["Location"] == "/sign-in/?next=%2Fadmin%2Forganisation%2Fperson%2F"


def test_a_role_taken_away_holds_from_the_next_request_on(client: Client, administrator: Person) -> None:
    assert client.get("/admin/").status_code == 200
    Person.objects.update(roles=[])
    assert client.get("/admin/").status_code == 404


def test_pages_open_and_lead_back(client: Client, administrator: Person) -> None:
    for model in OURS:
        for page in ("", "add/"):
            response = client.get(f"/admin/organisation/{model._meta.model_name}/{page}")
            assert response.status_code == 200
            assert "style-src 'self'" in response["Content-Security-Policy"]
    index = client.get("/admin/").content.decode()
    assert "Back to the complaints" in index
    assert 'action="/sign-out/"' in index
    assert "/admin/auth/" not in index


def test_no_inline_style_or_script(client: Client, administrator: Person) -> None:
    for page in ("", "organisation/person/", "organisation/person/add/", f"organisation/person/{administrator.pk}/change/"):
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)", client.get(f"/admin/{page}").content.decode())


@pytest.mark.parametrize("model", OURS)
def test_nothing_is_deleted(client: Client, administrator: Person, model: Any) -> None:
    branch = administrator.branch
    rows = {
        "person": administrator,
        "branch": branch,
        "department": DepartmentFactory(branch=branch),
        "deputy": Deputy.objects.create(
            absent=PersonFactory(branch=branch),
            deputy=PersonFactory(branch=branch),
            named_by=administrator,
            starts_on="2099-01-01",
            ends_on="2099-01-01",
        ),
    }
    name = model._meta.model_name
    row = rows[name]
    assert client.post(f"/admin/organisation/{name}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(f"/admin/organisation/{name}/", {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})
    assert model.objects.filter(pk=row.pk).exists()
    assert "delete" not in client.get(f"/admin/organisation/{name}/{row.pk}/change/").content.decode()


def test_every_page_of_every_app_keeps_what_it_has() -> None:
    """No catalogue is registered without the base class that forbids deletion."""
    assert [model for model, page in admin.site._registry.items() if page.has_delete_permission(None)] == []  # type: ignore[arg-type]  # asks nothing of it


# People


def test_a_new_person_gets_a_first_password_shown_once(client: Client, administrator: Person) -> None:
    response = client.post(f"{PEOPLE}add/", person_form(administrator.branch, username="Luo.Shan", roles=["manager", "verifier"]))
    person = Person.objects.get(username="luo.shan")
    assert (person.roles, person.is_active, person.must_change_password) == (["manager", "verifier"], True, True)
    password = first_password(response)
    assert person.check_password(password)
    assert response["Cache-Control"].count("no-store") == 1
    for path in (PEOPLE, f"{PEOPLE}{person.pk}/change/", f"{PEOPLE}{person.pk}/history/"):
        assert password not in client.get(path).content.decode()
    assert password not in str(LogEntry.objects.values_list("object_repr", "change_message"))


def test_the_new_person_signs_in_and_must_choose(client: Client, administrator: Person) -> None:
    password = first_password(client.post(f"{PEOPLE}add/", person_form(administrator.branch, username="luo.shan")))
    theirs = Client()
    theirs.post("/sign-in/", {"username": "luo.shan", "password": password})
    assert theirs.get("/settings/")["Location"] == "/settings/password/"


@pytest.mark.parametrize("taken", ["xu.jing", "Xu.Jing"])
def test_a_sign_in_name_is_given_once(client: Client, administrator: Person, taken: str) -> None:
    response = client.post(f"{PEOPLE}add/", person_form(administrator.branch, username=taken))
    assert response.status_code == 200
    assert Person.objects.count() == 1


def test_a_sign_in_name_never_changes(client: Client, administrator: Person) -> None:
    person = PersonFactory(username="luo.shan", branch=administrator.branch)
    client.post(f"{PEOPLE}{person.pk}/change/", person_form(person.branch, username="somebody.else", name="罗珊珊"))
    person.refresh_from_db()
    assert (person.username, person.name) == ("luo.shan", "罗珊珊")


def test_deactivation_is_not_a_tick_here(client: Client, administrator: Person) -> None:
    person = PersonFactory(branch=administrator.branch, is_active=True)
    client.post(f"{PEOPLE}{person.pk}/change/", person_form(person.branch, is_active=""))
    person.refresh_from_db()
    assert (person.is_active, person.name_en) == (True, "Luo Shan")
    assert 'name="is_active"' not in client.get(f"{PEOPLE}{person.pk}/change/").content.decode()


def test_posted_extras_are_ignored(client: Client, administrator: Person) -> None:
    person = PersonFactory(branch=administrator.branch)
    client.post(f"{PEOPLE}{person.pk}/change/", person_form(person.branch, password="x", must_change_password="on", single_keys=""))
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert (person.must_change_password, person.single_keys) == (False, True)


@pytest.mark.parametrize("role", ["head", "gm", "system", "emperor"])
def test_roles_that_follow_from_a_post_are_not_granted(client: Client, administrator: Person, role: str) -> None:
    person = PersonFactory(branch=administrator.branch)
    response = client.post(f"{PEOPLE}{person.pk}/change/", person_form(person.branch, roles=[role]))
    assert set(response.context["adminform"].form.errors) == {"roles"}


def test_somebody_remains_administrator(client: Client, administrator: Person) -> None:
    PersonFactory(branch=administrator.branch, roles=[Role.ADMINISTRATOR], is_active=False)
    response = client.post(f"{PEOPLE}{administrator.pk}/change/", person_form(administrator.branch, roles=[]))
    assert response.context["adminform"].form.errors == {"roles": ["Somebody must remain administrator."]}
    PersonFactory(branch=administrator.branch, roles=[Role.ADMINISTRATOR])
    assert client.post(f"{PEOPLE}{administrator.pk}/change/", person_form(administrator.branch, roles=[])).status_code == 302


def test_a_department_is_of_the_branch(client: Client, administrator: Person) -> None:
    elsewhere = DepartmentFactory(branch=BranchFactory())
    response = client.post(
        f"{PEOPLE}{administrator.pk}/change/", person_form(administrator.branch, department=elsewhere.pk, roles=["administrator"])
    )
    assert set(response.context["adminform"].form.errors) == {"department"}


def test_who_has_a_post_stays_in_the_branch(client: Client, administrator: Person) -> None:
    head = PersonFactory(branch=administrator.branch)
    DepartmentFactory(branch=administrator.branch, head=head)
    response = client.post(f"{PEOPLE}{head.pk}/change/", person_form(BranchFactory()))
    assert set(response.context["adminform"].form.errors) == {"branch"}


def test_a_new_first_password(client: Client, administrator: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "redress.security")
    person = PersonFactory(branch=administrator.branch)
    theirs = Client()
    theirs.force_login(person)
    assert client.get(f"{PEOPLE}{person.pk}/password/").status_code == 200
    assert Person.objects.get(pk=person.pk).check_password(PASSWORD)
    password = first_password(client.post(f"{PEOPLE}{person.pk}/password/"))
    person.refresh_from_db()
    assert person.check_password(password)
    assert person.must_change_password
    assert theirs.get("/settings/").status_code == 302
    assert LogEntry.objects.get().object_id == str(person.pk)
    assert f'password.reset actor="{administrator.pk}" address="127.0.0.1" person="{person.pk}"' in caplog.messages


def test_a_new_first_password_is_for_administrators(client: Client) -> None:
    person = PersonFactory(roles=[Role.MANAGER])
    client.force_login(person)
    assert client.post(f"{PEOPLE}{person.pk}/password/").status_code == 404


@pytest.mark.parametrize("rows", [1, 5])
def test_the_list_of_people_does_not_ask_more_for_more(
    client: Client, administrator: Person, rows: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        PersonFactory(department=DepartmentFactory(branch=administrator.branch))
    with django_assert_num_queries(8):
        client.get(PEOPLE)


# Places


def test_the_general_manager_is_active_and_of_the_branch(client: Client, administrator: Person) -> None:
    branch = administrator.branch
    page = f"/admin/organisation/branch/{branch.pk}/change/"
    form = client.get(page).context["adminform"].form
    typed = {key: value for key, value in form.initial.items() if value is not None}
    stranger, left = PersonFactory(branch=BranchFactory()), PersonFactory(branch=branch, is_active=False)
    for unfit in (stranger, left):
        assert set(client.post(page, typed | {"gm": unfit.pk}).context["adminform"].form.errors) == {"gm"}
    assert client.post(page, typed | {"gm": administrator.pk}).status_code == 302
    branch.refresh_from_db()
    assert branch.gm == administrator


def test_a_head_is_of_the_departments_branch(client: Client, administrator: Person) -> None:
    stranger = PersonFactory(branch=BranchFactory())
    typed = {"branch": administrator.branch.pk, "name": "品管部", "code": "quality", "function": "quality", "is_active": "on"}
    response = client.post("/admin/organisation/department/add/", typed | {"head": stranger.pk})
    assert response.context["adminform"].form.errors == {"head": ["This person is of another branch."]}
    assert client.post("/admin/organisation/department/add/", typed | {"head": administrator.pk}).status_code == 302


@pytest.mark.parametrize(("field", "value"), [("zone", "Mars/Olympus"), ("prefix", "cr-1"), ("max_file_mb", "0")])
def test_settings_of_a_branch_are_checked(client: Client, administrator: Person, field: str, value: str) -> None:
    page = f"/admin/organisation/branch/{administrator.branch_id}/change/"
    typed = {key: value for key, value in client.get(page).context["adminform"].form.initial.items() if value is not None}
    assert set(client.post(page, typed | {field: value}).context["adminform"].form.errors) == {field}


# Deputies


def deputy_form(absent: Person, deputy: Person) -> dict[str, Any]:
    day = timezone.localdate(timezone=absent.branch.tz)
    return {"absent": absent.pk, "deputy": deputy.pk, "starts_on": day, "ends_on": day + dt.timedelta(days=3)}


def test_an_administrator_names_a_deputy_for_who_cannot(client: Client, administrator: Person) -> None:
    absent, deputy = PersonFactory.create_batch(2, branch=administrator.branch)
    assert client.post("/admin/organisation/deputy/add/", deputy_form(absent, deputy)).status_code == 302
    assert Deputy.objects.get().named_by == administrator


def test_but_never_themselves(client: Client, administrator: Person) -> None:
    response = client.post("/admin/organisation/deputy/add/", deputy_form(PersonFactory(branch=administrator.branch), administrator))
    assert response.context["adminform"].form.errors == {"deputy": ["Administrators do not name themselves."]}


def test_a_period_is_ended_not_rewritten(client: Client, administrator: Person) -> None:
    absent, deputy, other = PersonFactory.create_batch(3, branch=administrator.branch)
    client.post("/admin/organisation/deputy/add/", deputy_form(absent, deputy))
    row = Deputy.objects.get()
    assert client.post(f"/admin/organisation/deputy/{row.pk}/change/", deputy_form(absent, other)).status_code == 403
    client.post("/admin/organisation/deputy/", {"action": "end_now", "_selected_action": row.pk})
    row.refresh_from_db()
    assert row.deputy == deputy
    assert row.withdrawn_at is not None
