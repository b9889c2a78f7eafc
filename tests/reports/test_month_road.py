"""The month's road on its pages: what is typed is kept, who signs re-enters his password, what is published is shown and sent as it was."""

import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from complaints.models import Complaint
from escalation import clock, mailing
from escalation.models import TestClock
from organisation.models import Person
from reports.attaching import enclosures
from reports.models import MonthReport, Publication, SignOff
from reports.period import Period
from reports.published import frozen as frozen_month
from reports.published import printed_with, report_of
from reports.states import ReportState
from tests.complaints.factories import CustomerFactory, House, received
from tests.factories import PASSWORD
from tests.postbox import Postbox, part

from .months import drafted, fresh, published, signed, written

pytestmark = pytest.mark.django_db
RECEIVED = dt.datetime(2026, 10, 15, 2, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 12, 1, 3, tzinfo=dt.UTC)
EMPTY = {"measures-TOTAL_FORMS": "1", "measures-INITIAL_FORMS": "0", "measures-0-text": ""}


@pytest.fixture
def house() -> House:
    """Two complaints of October; it is the first of December."""
    set_clock(NOW)
    house = House()
    for _ in range(2):
        Complaint.objects.filter(pk=received(house).pk).update(received_at=RECEIVED)
    return house


def set_clock(at: dt.datetime) -> None:
    TestClock.objects.update_or_create(pk=1, defaults={"offset": at - clock.unmoved()})


@pytest.fixture
def at(house: House, client: Client) -> Any:
    def sign_in(who: str) -> Client:
        client.force_login(house.fresh(who))
        return client

    return sign_in


def url(name: str, *more: str) -> str:
    return reverse(name, args=["2026-10", *more])


def text(report: MonthReport, analysis: str, **more: str) -> dict[str, str]:
    return {"draft": str(report.version), "analysis": analysis, **EMPTY, **more}


def on_page(content: str) -> dict[str, str]:
    return dict(re.findall(r'data-figure="(\w+)"><a href="[^"]+">([^<]+)<', content))


def change_everything(house: House) -> None:
    Complaint.objects.filter(branch=house.branch).update(valid=True)


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_words_and_measures_are_kept_and_read_with_the_figures_in_them(house: House, at: Any) -> None:
    report, row = drafted(house), {"measures-0-text": "首件确认", "measures-0-owner": "林晓峰", "measures-0-due": "2026-11-15"}
    sent = text(report, "收到 {received} 件，{nothing}", **row | {"measures-0-aim": "{received} 件"})
    assert at("manager").post(url("month_text"), sent).status_code == 303
    assert fresh(report).measures == [{"text": "首件确认", "aim": "{received} 件", "owner": "林晓峰", "due": "2026-11-15"}]
    page = at("head").get(url("month")).content.decode()
    assert re.search(r'收到 <a href="/reports/2026-10/received/" title="Received">2</a> 件，\{nothing\}', page)
    assert "<td>2 件</td>" in page


def test_autosave_says_which_version_comes_next(house: House, at: Any) -> None:
    report = drafted(house)
    answer = at("manager").post(url("month_text"), text(report, "一"), headers={"X-Requested-With": "fetch"})
    assert (answer.status_code, answer["X-Draft"]) == (204, "2")


def test_the_slower_of_two_keeps_his_text_and_reads_who_was_faster(house: House, at: Any) -> None:
    report = drafted(house)
    written(report, house.assistant, "先写的")
    answer = at("manager").post(url("month_text"), text(report, "后写的一大段"))
    page = answer.content.decode()
    assert (answer.status_code, fresh(report).analysis) == (409, "先写的")
    assert "He Yutong was faster" in page
    assert "后写的一大段</textarea>" in page
    assert "先写的" in page
    again = dict(re.findall(r'name="(draft)" value="(\d+)"', page))
    assert at("manager").post(url("month_text"), text(report, "后写的一大段") | again).status_code == 303


def test_a_measure_without_words_is_asked_for_them_and_nothing_is_lost(house: House, at: Any) -> None:
    report = drafted(house)
    answer = at("manager").post(url("month_text"), text(report, "分析", **{"measures-0-owner": "林晓峰"}))
    assert (answer.status_code, "Say what is to be done." in answer.content.decode()) == (422, True)
    assert "分析</textarea>" in answer.content.decode()


# ── signing ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_three_people_sign_on_the_page_and_it_is_published(house: House, at: Any) -> None:
    report = drafted(house)
    for who in ("assistant", "manager", "gm"):
        page = at(who).get(url("month")).content.decode()
        seen = dict(re.findall(r'name="(draft)" value="(\d+)"', page))
        wrong = at(who).post(url("month_sign"), seen | {"password": "no"})
        assert (wrong.status_code, "That is not your password." in wrong.content.decode()) == (422, True)
        assert at(who).post(url("month_sign"), seen | {"password": PASSWORD}).status_code == 303
    assert fresh(report).state == ReportState.PUBLISHED
    page = at("employee").get(url("month")).content.decode()
    assert len(re.findall(r'class="seal[ \w-]* seal-sm', page)) == 3
    assert Publication.objects.get().digest in page


def test_whoever_decides_on_an_older_version_signs_nothing(house: House, at: Any) -> None:
    report = drafted(house)
    written(report, house.manager, "改过")
    answer = at("assistant").post(url("month_sign"), {"draft": "1", "password": PASSWORD})
    assert (answer.status_code, SignOff.objects.count()) == (409, 0)


def test_sending_back_needs_a_reason_that_is_kept_on_the_page(house: House, at: Any) -> None:
    report = signed(drafted(house), house.assistant)
    assert at("manager").post(url("month_send_back"), {"draft": report.version, "reason": ""}).status_code == 422
    assert at("manager").post(url("month_send_back"), {"draft": report.version, "reason": "再看"}).status_code == 303
    assert fresh(report).state == ReportState.DRAFT


def test_words_changed_after_a_signature_are_said_so(house: House, at: Any) -> None:
    report = signed(drafted(house), house.assistant)
    assert "The words were changed after this signature." not in at("gm").get(url("month")).content.decode()
    written(report, house.manager, "后来补的分析")
    assert "The words were changed after this signature." in at("gm").get(url("month")).content.decode()


# ── published ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def frozen(house: House) -> MonthReport:
    """Published with two that nobody had judged; by now both are valid."""
    report = published(house)
    change_everything(house)
    return report


def test_page_and_files_stay_as_published_and_differences_stand_beside(house: House, at: Any, frozen: MonthReport) -> None:
    page = at("head").get(url("month")).content.decode()
    told = json.loads(at("head").get(url("month_file", "json")).content)
    assert (on_page(page)["valid"], told["figures"]["valid"], told["figures"]["unjudged"]) == ("0", 0, 2)
    assert told["figures"] == json.loads(Publication.objects.get().content)["figures"]["figures"]
    assert {one.label: (one.published, one.now) for one in at("head").get(url("month")).context["differences"]}["Valid"] == ("0", "2")
    csv_now = at("head").get(url("month_file", "csv")).content.decode()
    assert "Valid,0" in csv_now


def test_as_it_stands_now_is_asked_for(house: House, at: Any, frozen: MonthReport) -> None:
    page = at("head").get(url("month"), {"live": "1"})
    assert on_page(page.content.decode())["valid"] == "2"
    (link, *_rest) = re.findall(r'href="([^"]+\.json[^"]*)"', page.content.decode())
    assert json.loads(at("head").get(link).content)["figures"]["valid"] == 2


def test_the_command_prints_what_was_published_or_how_it_stands(house: House, frozen: MonthReport) -> None:
    for words, valid in (([], 0), (["--live"], 2)):
        out = io.StringIO()
        call_command("month_report", "2026-10", *words, stdout=out)
        assert json.loads(out.getvalue())["figures"]["valid"] == valid


def test_a_list_behind_a_frozen_number_says_when_it_differs(house: House, at: Any, frozen: MonthReport) -> None:
    lists = {name: at("manager").get(url("month_list", name)).content.decode() for name in ("valid", "received")}
    assert ("Published: 0." in lists["valid"], "Published:" in lists["received"]) == (True, False)


def test_nobody_writes_or_signs_what_is_published(house: House, at: Any, frozen: MonthReport) -> None:
    for name in ("month_text", "month_sign", "month_send_back"):
        sent = text(frozen, "改", reason="改", password=PASSWORD)
        assert (name, at("manager").post(url(name), sent).status_code) == (name, 409)


def test_the_overview_lists_months_with_how_far_they_are(house: House, at: Any, frozen: MonthReport) -> None:
    rows = at("employee").get(reverse("months")).context["rows"]
    assert [(row["name"], row["report"] and row["report"].state) for row in rows] == [
        ("2026-12", None), ("2026-11", None), ("2026-10", "published"),
    ]  # fmt: skip
    earlier = at("employee").get(reverse("months"), {"before": "2026-11"}).context["rows"]
    assert [row["name"] for row in earlier] == ["2026-10"]
    assert at("employee").get(reverse("months"), {"before": "x"}).status_code == 404


# ── told ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with Postbox() as found:
        settings.MAIL_ON, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", found.port
        settings.PUBLIC_URL = "https://redress.lanchuan.example"
        yield found


def test_heads_get_one_letter_with_the_printed_month_and_the_way_to_its_page(house: House, postbox: Postbox) -> None:
    Person.objects.filter(pk=house.head.pk).update(email="head@lanchuan.example", language="en")
    published(house)
    set_clock(NOW + dt.timedelta(days=1))
    for _ in range(2):
        mailing.deliver(enclosures)
    (letter,) = postbox.letters
    assert "The month report 2026-10 is published" in part(letter, "plain")
    assert f"/reports/2026-10/?branch={house.branch.code}" in part(letter, "plain")
    (file,) = letter.iter_attachments()
    assert file.get_filename() == f"{house.branch.code}-2026-10.pdf"
    printed = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(file.get_content())).pages)
    assert "Month report 2026-10" in printed
    assert "Approved and published by" in printed


def test_a_printed_month_is_given_its_signatures_and_words_with_numbers(house: House) -> None:
    report = drafted(house)
    written(report, house.manager, "收到 {received} 件", {"text": "首件确认", "aim": "有效 {valid} 件", "owner": "林晓峰", "due": ""})
    for person in (house.assistant, house.manager, house.gm):
        signed(report, person)
    change_everything(house)
    period = Period(house.branch, report.month, clock.now())
    kept = report_of(period)
    month = frozen_month(kept, period)
    assert kept
    assert month
    said = printed_with(kept, month)
    assert (said["analysis"], said["measures"]) == ("收到 2 件", "首件确认 · 有效 0 件 · 林晓峰")
    assert [(one["role"], one["name"]) for one in said["sign_offs"]] == [
        ("Prepared by", "He Yutong"), ("Reviewed by", "Zhao Qiming"), ("Approved and published by", "Shen Guoliang"),
    ]  # fmt: skip


# ── side by side ─────────────────────────────────────────────────────────────────────────────────────────────


def test_branches_stand_side_by_side_for_whoever_may_see_several(house: House, at: Any, frozen: MonthReport) -> None:
    other = House()
    Complaint.objects.filter(pk=received(other).pk).update(received_at=RECEIVED, valid=True)
    for who, status in (("manager", 404), ("gm", 404), ("auditor", 404), ("group_approver", 200)):
        assert (who, at(who).get(url("month_branches")).status_code) == (who, status)
    page = at("group_approver").get(url("month_branches"))
    found = {line["figure"].name: [cell["shown"] for cell in line["cells"]] for line in page.context["lines"]}
    assert (found["received"], found["valid"]) == (["2", "1"], ["0", "1"])  # as published here, live there
    assert at("group_approver").get(reverse("month_branches", args=["2027-01"])).status_code == 404


# ── how much is asked ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", [ReportState.PREPARED, ReportState.PUBLISHED])
def test_as_many_questions_however_many_there_are(house: House, at: Any, state: ReportState, django_assert_num_queries: Any) -> None:
    report = drafted(house)
    for person in (house.assistant, house.manager, house.gm)[: list(ReportState).index(state)]:
        report = signed(report, person)
    client = at("manager")
    client.get(url("month"))
    with CaptureQueriesContext(connection) as few:
        client.get(url("month"))
    for _ in range(3):
        Complaint.objects.filter(pk=received(house).pk).update(received_at=RECEIVED, customer=CustomerFactory(branch=house.branch))
    with django_assert_num_queries(len(few)):
        client.get(url("month"))


# ── on my work ───────────────────────────────────────────────────────────────────────────────────────────────


def asked_of(at: Any, who: str) -> list[str]:
    """What *my work* says of months that wait for this person's signature."""
    page = at(who).get("/").content.decode()
    return re.findall(r"The month [\d-]+ waits [^<.]+", page)


def test_a_month_waits_on_the_work_of_whose_signature_it_needs(house: House, at: Any) -> None:
    report = drafted(house)
    assert asked_of(at, "assistant") == ["The month 2026-10 waits to be prepared"]
    assert asked_of(at, "handler") == asked_of(at, "gm") == []
    report = signed(report, house.assistant)
    assert asked_of(at, "assistant") == []
    assert asked_of(at, "manager") == ["The month 2026-10 waits for your review"]
    report = signed(report, house.manager)
    assert asked_of(at, "gm") == ["The month 2026-10 waits for your approval"]
    signed(report, house.gm)
    assert [asked_of(at, who) for who in ("assistant", "manager", "gm")] == [[], [], []]


def test_who_stands_in_is_told_why_it_is_his(house: House, at: Any) -> None:
    signed(drafted(house), house.manager)
    page = at("gm").get("/").content.decode()
    assert "The month 2026-10 waits for your review." in page
    assert "the general manager reviews" in page
