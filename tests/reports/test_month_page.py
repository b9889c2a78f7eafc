"""The month on its page, in its files and behind its numbers: one figure everywhere, totals for all of the branch, lists by right."""

import csv
import datetime as dt
import io
import json
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import Complaint, Measure, Round
from escalation import clock
from reports import daily, sets
from reports.figures import FIGURES, Unit, month, values
from reports.period import Period
from tests.complaints.factories import CustomerFactory, House, act, at_state, received

pytestmark = pytest.mark.django_db
OCTOBER = dt.datetime(2026, 10, 15, 2, tzinfo=dt.UTC)


@pytest.fixture
def house() -> House:
    """October: one received, one closed and valid, one confidential, one of an expensive name. November: one."""
    house = House()
    closed, secret = at_state("closed", house), received(house, confidential=True)
    named = received(house, customer=CustomerFactory(branch=house.branch, name="=1+1", name_en="=1+1"))
    for row in (received(house), closed, secret, named):
        Complaint.objects.filter(pk=row.pk).update(received_at=OCTOBER)
    Complaint.objects.filter(pk=closed.pk).update(closed_at=OCTOBER + dt.timedelta(days=2), valid=True)
    received(house)
    return house


@pytest.fixture
def at(house: House, client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 12, 1, tzinfo=dt.UTC))

    def sign_in(who: str) -> Client:
        client.force_login(getattr(house, who))
        return client

    return sign_in


def october(house: House) -> Period:
    return Period(house.branch, dt.date(2026, 10, 1), clock.now())


def on_page(content: str) -> dict[str, str]:
    return dict(re.findall(r'data-figure="(\w+)"><a href="[^"]+">([^<]+)<', content))


def test_page_and_files_say_the_same(house: House, at: Any) -> None:
    client = at("manager")
    page = on_page(client.get(reverse("month", args=["2026-10"])).content.decode())
    told = json.loads(client.get(reverse("month_file", args=["2026-10", "json"])).content)
    table = csv.reader(io.StringIO(client.get(reverse("month_file", args=["2026-10", "csv"])).content.decode("utf-8-sig")))
    lines = {line[1]: line for line in table if line[0] == "Month"}
    assert set(page) == set(told["figures"]) == {figure.name for figure in FIGURES}
    for figure in FIGURES:
        in_json, in_csv = told["figures"][figure.name], lines[str(figure.label)]
        if isinstance(in_json, int):
            assert (page[figure.name], in_csv[2]) == (str(in_json), str(in_json))
        else:
            assert (in_csv[3], in_csv[4]) == (str(in_json["part"]), str(in_json["whole"]))
            number = in_json[figure.unit]
            shown = f"{number:.1f}" if figure.unit == Unit.MEAN else f"{round((number or 0) * 100, 1):g} %"
            assert page[figure.name] == ("–" if number is None else shown)
    assert (told["figures"]["received"], told["figures"]["closure_rate"]) == (4, {"rate": 1.0, "part": 1, "whole": 1})
    assert (told["partial"], told["until"]) == (False, "2026-10-31T16:00:00Z")


def test_every_number_opens_what_it_counts(house: House, at: Any) -> None:
    client, told = at("manager"), month(october(house))
    wanted = {
        value.figure.part or name: value.whole if value.figure.unit == Unit.MEAN else value.part for name, value in told.values.items()
    }
    labels = {row.set: row.label for rows in told.by.values() for row in rows}
    wanted |= {row.set: row.count for rows in told.by.values() for row in rows}
    for name, count in wanted.items():
        response = client.get(reverse("month_list", args=["2026-10", name]))
        assert (name, response.context["total"], len(response.context["rows"])) == (name, count, count)
        assert response.context["title"].endswith(labels.get(name, ""))
        keys = set(sets.of(october(house), name).values_list("number", flat=True))
        assert {row["number"] for row in response.context["rows"]} == keys


def test_how_the_work_went_opens_its_complaints(house: House, at: Any) -> None:
    """Rounds, what was sent back, measures: the list has the complaints that the number is about."""
    row = act("approve_ng", at_state("approval", house), house.gm, reason="没有围堵")
    Complaint.objects.filter(pk=row.pk).update(received_at=OCTOBER)
    late = Measure.objects.exclude(complaint=row).filter(complaint__received_at=OCTOBER)
    late.update(done_at=None, due_on=dt.date(2026, 10, 3))
    Round.objects.filter(measures__in=late).update(approved_at=OCTOBER)
    client, told = at("manager"), month(october(house))
    assert ([(kind, times) for kind, _label, times in told.sent_back], told.measures) == ([("approve_ng", 1)], (late.count(), late.count()))
    page = client.get(reverse("month", args=["2026-10"])).content.decode()
    planned = sets.of(october(house), "planned").filter(round=1)
    lists = {
        "sent_back.approve_ng": {row.number},
        "overdue": set(late.values_list("complaint__number", flat=True)),
        "round.1": set(planned.values_list("number", flat=True)),
    }
    for name, numbers in lists.items():
        url = reverse("month_list", args=["2026-10", name])
        assert f'href="{url}"' in page
        assert {one["number"] for one in client.get(url).context["rows"]} == numbers


def test_what_came_of_measures_and_money_opens_its_complaints(house: House, at: Any) -> None:
    """Two carried out, one verified and found not effective; one compensated."""
    done = [at_state("follow_up", house) for _ in range(2)]
    Complaint.objects.filter(pk__in=[row.pk for row in done]).update(received_at=OCTOBER)
    Measure.objects.filter(complaint__received_at=OCTOBER).update(done_at=None, verified_at=None, effective=None)
    for row in done:
        first = Measure.objects.filter(complaint=row).first()
        Measure.objects.filter(pk=first.pk).update(done_at=OCTOBER)
    Measure.objects.filter(pk=first.pk).update(verified_at=OCTOBER, effective=False)
    Round.objects.filter(complaint=done[0]).update(remedy_amount="12600.50", remedy_currency="CNY")
    told = month(october(house))
    assert vars(told.carried) == {"done": 2, "verified": 1, "judged": 1, "effective": 0}
    assert [vars(one) for one in told.money] == [{"currency": "CNY", "count": 1, "amount": "12600.50"}]
    client = at("manager")
    page = client.get(reverse("month", args=["2026-10"])).content.decode()
    assert "12,600.50" in page
    both = {row.number for row in done}
    lists = {"done": both, "unverified": {done[0].number}, "ineffective": {done[1].number}, "money.CNY": {done[0].number}}
    for name, numbers in lists.items():
        url = reverse("month_list", args=["2026-10", name])
        assert f'href="{url}"' in page
        assert {one["number"] for one in client.get(url).context["rows"]} == numbers
    told_file = json.loads(client.get(reverse("month_file", args=["2026-10", "json"])).content)
    assert told_file["measures_of_the_month"]["verified_rate"] == 0.5
    assert told_file["compensation"] == [{"currency": "CNY", "count": 1, "amount": "12600.50"}]
    table = list(csv.reader(io.StringIO(client.get(reverse("month_file", args=["2026-10", "csv"])).content.decode("utf-8-sig"))))
    assert ["Compensation", "CNY", "12600.50", "1"] in table


def test_the_major_ones_are_listed_for_whom_may_open_them(house: House, at: Any) -> None:
    Complaint.objects.filter(received_at=OCTOBER).update(nature="major")
    total = Complaint.objects.filter(received_at=OCTOBER).count()
    secret = Complaint.objects.get(confidential=True)
    for who, hidden in (("manager", 0), ("assistant", 1)):
        major = at(who).get(reverse("month", args=["2026-10"])).context["major"]
        assert (len(major["rows"]), major["hidden"], secret in major["rows"]) == (total - hidden, hidden, not hidden)


def test_the_page_shows_the_first_ten_and_what_all_others_have(house: House, at: Any) -> None:
    for number in (*range(12), *range(10)):
        Complaint.objects.filter(pk=received(house).pk).update(received_at=OCTOBER, lot_number=f"L-{number:02d}")
    whole, short = month(october(house)).by["lot_number"], month(october(house), top=10)
    assert [*short.by["lot_number"]] == [*whole[: len(short.by["lot_number"])]]
    assert short.rest["lot_number"] == (
        len(whole) - len(short.by["lot_number"]),
        sum(row.count for row in whole[len(short.by["lot_number"]) :]),
    )
    section = next(one for one in at("manager").get(reverse("month", args=["2026-10"])).context["sections"] if one["name"] == "lot_number")
    assert ([line["row"] for line in section["rows"]], section["others"]) == ([*whole[:10]], len(whole) - 10)
    assert section["count"] == sum(row.count for row in whole[10:])


def test_a_question_is_put_into_words_once(house: House, django_assert_num_queries: Any) -> None:
    """Asked of another month and branch it says the same about them."""
    other = House(zone="America/New_York")
    while daily.settle():
        pass
    for of, first, part in (
        (house.branch, dt.date(2026, 10, 1), 4),
        (other.branch, dt.date(2026, 10, 1), 0),
        (house.branch, dt.date(2026, 9, 1), 0),
    ):
        with django_assert_num_queries(5):
            assert values(Period(of, first, clock.now()))["received"].part == part


def test_deadlines_open_the_complaints_they_were_kept_in_or_not(house: House, at: Any) -> None:
    client = at("manager")
    for one in month(october(house)).on_time:
        for kind, count in (("in_time", one.in_time), ("late", one.late), ("blank", one.blank)):
            response = client.get(reverse("month_list", args=["2026-10", f"{kind}.{one.code}"]))
            assert response.context["total"] <= count
            assert bool(response.context["total"]) == bool(count)


def test_totals_are_alike_and_lists_by_right(house: House, at: Any) -> None:
    for who, seen in (("manager", 4), ("assistant", 3), ("stranger", 0)):
        response = at(who).get(reverse("month_list", args=["2026-10", "received"]))
        assert (who, response.context["total"], len(response.context["rows"]), response.context["hidden"]) == (who, 4, seen, 4 - seen)


def test_the_branch_of_others_is_not_there(house: House, at: Any) -> None:
    other = House()
    url = reverse("month", args=["2026-10"])
    assert at("manager").get(url, {"branch": other.branch.code}).status_code == 404
    response = at("group_approver").get(url, {"branch": other.branch.code})
    assert (response.status_code, response.context["period"].branch) == (200, other.branch)
    assert f"?branch={other.branch.code}" in response.content.decode()


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "26-10", "2027-01", "0000-01", "october"])
def test_what_is_no_month_or_has_not_begun_is_not_there(at: Any, month: str) -> None:
    assert at("gm").get(f"/reports/{month}/").status_code == 404


@pytest.mark.parametrize(
    "name", ["nothing", "type.x", "type.", "late.nothing", "late", "customer.99999999999999999", "type.7777777", "channel.x"]
)
def test_what_is_no_set_is_not_there(at: Any, name: str) -> None:
    assert at("gm").get(f"/reports/2026-10/{name}/").status_code == 404


def test_a_month_that_runs_says_so(at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: OCTOBER)
    response = at("gm").get(at("gm").get(reverse("months")).context["rows"][0]["url"])
    assert (response.context["period"].name, response.context["period"].is_partial) == ("2026-10", True)
    assert "The month is not over" in response.content.decode()


def test_a_customers_name_is_no_formula(at: Any) -> None:
    told = at("manager").get(reverse("month_file", args=["2026-10", "csv"])).content.decode("utf-8-sig")
    assert [line[1] for line in csv.reader(io.StringIO(told)) if "=1+1" in line[1]] == ["'=1+1"]


def test_as_many_questions_however_many_there_are(house: House, at: Any, django_assert_num_queries: Any) -> None:
    client, url = at("manager"), reverse("month", args=["2026-10"])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(3):
        Complaint.objects.filter(pk=received(house).pk).update(received_at=OCTOBER, customer=CustomerFactory(branch=house.branch))
    with django_assert_num_queries(len(few)):
        client.get(url)


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_the_command_prints_the_same(house: House, at: Any, kind: str) -> None:
    out = io.StringIO()
    call_command("month_report", "2026-10", "--branch", house.branch.code, "--format", kind, stdout=out)
    assert out.getvalue().encode() == at("manager").get(reverse("month_file", args=["2026-10", kind])).content


@pytest.mark.parametrize(
    ("words", "fault"), [(["2026-14"], "is no month"), (["2999-01"], "has not begun"), (["2026-10", "--branch", "x"], "Name the branch")]
)
def test_the_command_says_what_is_wrong(house: House, words: list[str], fault: str) -> None:
    with pytest.raises(CommandError, match=fault):
        call_command("month_report", *words, stdout=io.StringIO())
