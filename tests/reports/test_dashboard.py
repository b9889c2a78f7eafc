"""The dashboard: totals alike for all of a scope, every number the size of its list, answers to what ran out, targets."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import Complaint
from escalation import clock
from escalation.models import Escalation, Timer
from organisation.models import Branch, Person
from reports import daily, goals
from reports.dashboard.waiting import decisions
from reports.models import Target
from tests.complaints.factories import House, at_state, raised_to, received

pytestmark = pytest.mark.django_db
PAGE = reverse("dashboard")


@pytest.fixture
def house() -> House:
    """Open in several stages, one of them late and major, one confidential; one closed."""
    house = House()
    for state in ("triage", "action", "action", "approval", "closed"):
        at_state(state, house)
    received(house, confidential=True)
    late = at_state("triage", house)
    Timer.objects.filter(complaint=late, state="running").update(due=clock.now() - dt.timedelta(hours=3))
    Complaint.objects.filter(pk=late.pk).update(received_at=clock.now() - dt.timedelta(days=5))
    return house


@pytest.fixture
def at(house: House, client: Client) -> Any:
    def sign_in(who: str) -> Client:
        client.force_login(getattr(house, who))
        return client

    return sign_in


def numbers(page: str) -> list[tuple[str, int]]:
    """Addresses of lists with the whole number that stands in the link."""
    found = re.findall(r'<a[^>]*href="(/dashboard/list/[^"]+)"[^>]*>(?:<span class="vh">[^<]*</span>)?(?:<b>)?(\d+)\b(?!\.| [%dh])', page)
    return [(url.replace("&amp;", "&"), int(number)) for url, number in found]


def test_every_number_is_the_size_of_its_list(at: Any) -> None:
    client = at("manager")
    found = numbers(client.get(PAGE).content.decode())
    assert len(found) > 20
    for url, number in found:
        response = client.get(url)
        assert (url, response.status_code, response.context["total"]) == (url, 200, number)


def test_lists_are_by_right_and_totals_alike(house: House, at: Any) -> None:
    """The management representative reads the branch, but not what is confidential."""
    for who, seen in (("gm", 6), ("management_rep", 5), ("auditor", 6)):
        response = at(who).get(reverse("dashboard_list", args=["open"]))
        assert (who, response.context["total"], len(response.context["rows"]), response.context["hidden"]) == (who, 6, seen, 6 - seen)


def test_a_head_sees_the_department_and_is_told_so(house: House, at: Any) -> None:
    client = at("head")
    page = client.get(PAGE)
    assert page.context["scope"].department == house.production
    assert "All numbers are of one department: Production 2." in page.content.decode()
    counted = Complaint.objects.filter(department=house.production).exclude(state="closed").count()
    received_there = Complaint.objects.filter(department=house.production).count()
    shown = {kpi["name"]: kpi["shown"] for kpi in page.context["kpis"]}
    assert (page.context["open"], shown["received"], shown["backlog"]) == (counted, str(received_there), str(counted))
    assert counted == 3
    for url, number in numbers(page.content.decode()):
        assert (url, client.get(url).context["total"]) == (url, number)


def test_what_is_of_others_is_not_there(house: House, at: Any) -> None:
    other = House()
    foreign = [f"branch.{other.branch.code}", f"department.{other.production.pk}", "group", "nonsense"]
    for who in ("manager", "head"):
        for key in foreign:
            assert (who, key, at(who).get(PAGE, {"of": key}).status_code) == (who, key, 404)
    assert at("head").get(PAGE, {"of": f"department.{house.quality.pk}"}).status_code == 404
    for who in ("assistant", "handler", "employee", "administrator"):
        assert (who, at(who).get(PAGE).status_code) == (who, 404)


def test_the_group_sees_grades_1_and_2_of_all_branches(house: House, at: Any) -> None:
    other = House(in_group=True)
    severe = at_state("action", other, grade=2)
    at_state("action", other)
    client = at("group_approver")
    page = client.get(PAGE)
    assert (page.context["open"], page.context["kpis"][0]["shown"]) == (1, "1")
    assert "All numbers are of grades 1 and 2, of all branches." in page.content.decode()
    rows = client.get(reverse("dashboard_list", args=["open"])).context["rows"]
    assert [row["number"] for row in rows] == [severe.number]


@pytest.mark.parametrize("who", ["gm", "head"])
def test_as_many_queries_for_many_as_for_one(who: str, house: House, at: Any) -> None:
    client = at(who)
    daily.settle()
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for _ in range(3):
        late = at_state("approval", house)
        Timer.objects.filter(complaint=late, state="running").update(due=clock.now() - dt.timedelta(hours=3))
    daily.settle()
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few)


def test_a_section_by_itself(at: Any) -> None:
    client = at("gm")
    for section in ("waiting", "figures", "piles", "trend", "heat", "repeats"):
        content = client.get(PAGE, {"section": section}).content.decode()
        assert (section, content.count("<section"), "<html" in content) == (section, 1, False)
        assert f'id="b-{section}"' in content
    assert client.get(PAGE, {"section": "page"}).status_code == 404


# ── targets ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_branchs_target_goes_before_that_of_all_and_that_before_the_shipped(house: House) -> None:
    assert goals.targets(house.branch)["on_time"] == 95
    Target.objects.create(figure="on_time", value=80)
    assert goals.targets(house.branch)["on_time"] == 80
    Target.objects.create(figure="on_time", value=70, branch=house.branch)
    assert (goals.targets(house.branch)["on_time"], goals.targets(House().branch)["on_time"]) == (70, 80)
    Target.objects.create(figure="satisfaction", value=None)
    assert goals.targets(house.branch)["satisfaction"] is None


@pytest.mark.parametrize(
    ("figure", "number", "target", "met"),
    [("on_time", 0.95, 95, True), ("on_time", 0.949, 95, False), ("close_time", 168.0, 168, True), ("close_time", 168.1, 168, False),
     ("backlog", 10, 9, False), ("on_time", None, 95, None), ("on_time", 0.5, None, None)],
)  # fmt: skip
def test_whether_a_target_is_met(figure: str, number: float | None, target: int | None, met: bool | None) -> None:
    assert goals.met(figure, number, None if target is None else Decimal(target)) is met


def test_the_verdict_stands_in_words(house: House, at: Any) -> None:
    Target.objects.create(figure="backlog", value=3, branch=house.branch)
    part = re.search(r'data-figure="backlog">.*?</div>', at("gm").get(PAGE).content.decode(), re.S)
    assert part
    assert "missed:" in part[0]


# ── answering ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def raised(house: House) -> Complaint:
    """The GM's word is asked."""
    late = at_state("triage", house)
    raised_to(late, [house.gm])
    return late


def test_what_ran_out_is_answered_here(house: House, raised: Complaint, at: Any) -> None:
    client = at("gm")
    assert [card["complaint"] for card in client.get(PAGE).context["cards"]] == [raised]
    sent = {"n": raised.number, "instruction": "先打电话给客户。"}
    assert client.post(PAGE, sent).status_code in (302, 303)
    assert Escalation.objects.get(complaint=raised).instruction == "先打电话给客户。"
    assert client.get(PAGE).context["cards"] == []


def test_nothing_typed_is_lost_when_it_cannot_be_taken(raised: Complaint, at: Any) -> None:
    response = at("gm").post(PAGE, {"instruction": "先打电话给客户。"})
    content = response.content.decode()
    assert (response.status_code, "先打电话给客户。" in content, "Tick the complaints it is for." in content) == (422, True, True)
    assert Escalation.objects.get(complaint=raised).acknowledged_at is None


def test_what_one_decides_opens_its_form(house: House, at: Any) -> None:
    client = at("gm")
    waiting = client.get(PAGE).context["decisions"]
    assert [(one["row"].task.move, client.get(one["href"]).status_code) for one in waiting] == [("approve", 200)]


# ── the same problem again ───────────────────────────────────────────────────────────────────────────────────


def test_repeats_are_by_product_else_project_else_department(house: House, at: Any) -> None:
    Complaint.objects.update(type=None)
    for fields in ({}, {}, {"product": None, "project": "泵站 3"}, {"product": None, "project": "泵站 3"}, {"product": None}):
        row = received(house, **fields)
        Complaint.objects.filter(pk=row.pk).update(type=house.type, department=house.production)
    client = at("gm")
    page = client.get(PAGE)
    found = [(group["about"], group["count"]) for group in page.context["groups"]]
    assert sorted(found) == sorted([(str(house.product), 2), ("泵站 3", 2)])
    for group in page.context["groups"]:
        assert client.get(group["url"]).context["total"] == group["count"]
    Complaint.objects.filter(project="泵站 3").update(received_at=clock.now() - dt.timedelta(days=91))
    cache.clear()  # counted once a minute
    assert [group["about"] for group in client.get(PAGE).context["groups"]] == [str(house.product)]


def test_of_repeats_one_may_not_see_only_the_count_is_told(house: House, at: Any) -> None:
    Complaint.objects.update(type=None)
    for _ in range(2):
        row = received(house, confidential=True)
        Complaint.objects.filter(pk=row.pk).update(type=house.type)
    groups = {who: at(who).get(PAGE).context["groups"] for who in ("gm", "management_rep")}
    assert [(one["count"], bool(one["customers"])) for one in groups["gm"]] == [(2, True)]
    assert [(one["count"], bool(one["customers"])) for one in groups["management_rep"]] == [(2, False)]


def test_what_is_late_and_how_old_it_is(at: Any) -> None:
    context = at("gm").get(PAGE).context
    assert (context["open"], context["open_late"]) == (6, 1)
    triage = next(stage for stage in context["stages"] if stage["label"] == "Triage")
    assert (re.findall(r">(\d+)<", triage["cells"]), triage["late"], triage["total"]) == (["1", "0", "1", "0", "0"], 1, 2)


def test_decisions_follow_who_one_is(house: House) -> None:
    """The statement is kept as long as somebody is who he was, and no longer."""
    complaint = at_state("approval", house)

    def decides(person: Any) -> bool:
        found = decisions(Person.objects.get(pk=person.pk), 50, clock.now())
        assert found.total == len(found.rows)
        return complaint.number in [row.complaint.number for row in found.rows]

    assert (decides(house.gm), decides(house.gm), decides(house.employee)) == (True, True, False)
    Branch.objects.filter(pk=house.branch.pk).update(gm=house.employee)
    assert (decides(house.gm), decides(house.employee)) == (False, True)
