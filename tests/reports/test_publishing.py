"""The road of a month: made by the calendar, signed by three people, published once and never changed; who is told."""

import datetime as dt
import json
import time
from collections import Counter
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from complaints.models import Complaint, Event, Passage
from complaints.noticewords import in_words
from complaints.refusals import BadInput, NotAllowed, NotPossible, Stale
from complaints.verification import verify_all
from escalation.models import Notice
from organisation.models import Branch, Deputy, Person, WorkCalendar
from reports import figures, files, freezing, proof, publishing
from reports.differences import differences
from reports.models import MonthReport, Publication, SignOff
from reports.period import Period
from reports.periodic import draft_months
from reports.published import frozen, report_of
from reports.publishing import Proof
from reports.states import ReportState
from tests.complaints.factories import House, received
from tests.complaints.test_races import together

from .months import NOVEMBER_2, OCTOBER, drafted, fresh, published, signed, written

pytestmark = pytest.mark.django_db
RECEIVED = dt.datetime(2026, 9, 3, 2, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def house() -> House:
    """With a complaint of September and two of October, one of them closed."""
    house = House()
    september, closed, still_open = received(house), received(house), received(house)
    rows = (
        (september, 0, {}),
        (closed, 40, {"closed_at": RECEIVED + 45 * DAY, "valid": True, "state": "closed", "outcome": "resolved"}),
        (still_open, 41, {}),
    )
    for complaint, days, more in rows:
        Complaint.objects.filter(pk=complaint.pk).update(received_at=RECEIVED + days * DAY, **more)
    return house


def local(text: str, zone: str = "+08:00") -> dt.datetime:
    return dt.datetime.fromisoformat(text + zone)


# ── made by the calendar ─────────────────────────────────────────────────────────────────────────────────────


FIRST_OPENINGS = {
    "2026-10": "2026-11-02T08:30",  # the first is a Sunday
    "2026-09": "2026-10-08T08:30",  # the national holiday is over
    "2025-01": "2025-02-05T08:30",  # spring festival
    "2024-01": "2024-02-01T08:30",
    "2012-03": "2012-04-01T08:30",  # a Sunday worked to make up
}


def test_a_draft_is_due_when_the_first_working_day_begins(house: House) -> None:
    for month, opens in sorted(FIRST_OPENINGS.items()):
        first, at = dt.date.fromisoformat(f"{month}-01"), local(opens)
        Complaint.objects.update(received_at=dt.datetime(first.year, first.month, 1, 2, tzinfo=dt.UTC))
        with transaction.atomic():
            assert publishing.make_due(house.branch, at - dt.timedelta(minutes=1)) == []
            (made,) = publishing.make_due(house.branch, at)
            assert (made.month, made.state, fresh(made).made_at) == (first, ReportState.DRAFT, at)
            transaction.set_rollback(True)


def test_the_first_working_day_is_the_branchs_own(house: House) -> None:
    """Its zone, and a company day that its own calendar closes."""
    Branch.objects.filter(pk=house.branch.pk).update(zone="Europe/Berlin")
    branch = Branch.objects.get(pk=house.branch.pk)
    assert publishing.opens_on(branch, OCTOBER) == local("2026-11-02T08:30", "+01:00")
    week = {"tz": "Europe/Berlin", "week": {"mon": [["07:00", "12:00"]]}, "days": {"2026-11-02": []}}
    WorkCalendar.objects.create(branch=branch, version=1, content=week, years=[], decided_at=NOVEMBER_2)
    assert publishing.opens_on(branch, OCTOBER) == local("2026-11-09T07:00", "+01:00")


def test_several_beats_make_one_draft_and_tell_once(house: House) -> None:
    for minutes in (0, 60, 120):
        publishing.make_due(house.branch, NOVEMBER_2 + dt.timedelta(minutes=minutes))
    assert MonthReport.objects.count() == 1
    assert Event.objects.filter(complaint=None, kind="month_drafted").count() == 1
    told = Notice.objects.filter(kind="month_turn", channel="desk").values_list("recipient", flat=True)
    assert sorted(told) == sorted([house.assistant.pk, house.manager.pk])


def test_what_a_worker_missed_is_made_at_its_next_run(house: House) -> None:
    drafted(house, dt.date(2026, 8, 1))
    assert [made.name for made in publishing.make_due(house.branch, local("2026-12-24T20:00"))] == ["2026-09", "2026-10", "2026-11"]
    assert publishing.make_due(house.branch, local("2026-12-24T21:00")) == []


def test_before_the_first_complaint_there_is_nothing_to_report(house: House) -> None:
    assert publishing.make_due(house.branch, local("2026-09-20T09:00")) == []
    assert publishing.make_due(House().branch, local("2026-11-20T09:00")) == []


def test_the_beat_makes_drafts_of_all_branches(house: House) -> None:
    other = House()
    Complaint.objects.filter(pk=received(other).pk).update(received_at=RECEIVED)
    draft_months()
    draft_months()
    assert Counter(MonthReport.objects.values_list("branch", flat=True)) == {house.branch.pk: 1, other.branch.pk: 1}


# ── who may what ─────────────────────────────────────────────────────────────────────────────────────────────

ROLES = ("assistant", "manager", "head", "gm", "group_approver", "auditor", "administrator", "employee")
MAY_SIGN = {
    ReportState.DRAFT: {"assistant", "manager"}, ReportState.PREPARED: {"manager"}, ReportState.REVIEWED: {"gm"},
    ReportState.PUBLISHED: set(),
}  # fmt: skip
MAY_WRITE = {ReportState.DRAFT: {"assistant", "manager"}, ReportState.PREPARED: {"manager"}}


def brought_to(state: ReportState, house: House) -> MonthReport:
    report = drafted(house)
    for person in (house.assistant, house.manager, house.gm)[: list(ReportState).index(state)]:
        report = signed(report, person)
    return report


def may(act: Any) -> bool | None:
    """Whether it was done; None where it is not possible for anybody."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except NotAllowed:
        return False
    except NotPossible:
        return None
    return True


@pytest.mark.parametrize("state", list(ReportState))
def test_each_state_is_written_signed_and_sent_back_by_whom_it_is_written_down(house: House, state: ReportState) -> None:
    report, found = brought_to(state, house), {}
    for who in ROLES:
        person = house.fresh(who)
        found[who] = (
            may(lambda person=person: signed(report, person)),
            may(lambda person=person: publishing.send_back(report.pk, actor=person, seen=report.version, reason="数字不对")),
            may(lambda person=person: written(report, person, "改")),
        )
    over, early = state == ReportState.PUBLISHED, state == ReportState.DRAFT
    assert found == {
        who: (
            None if over else who in MAY_SIGN[state],
            None if over or early else who in MAY_SIGN[state],
            None if over else who in MAY_WRITE.get(state, set()),
        )
        for who in ROLES
    }


def test_without_the_right_password_nothing_is_signed(house: House) -> None:
    report = drafted(house)
    with pytest.raises(BadInput, match="Enter your password"):
        publishing.sign(report.pk, actor=house.assistant, seen=1, proof=None)
    stolen = Proof(house.manager.pk, report.pk, 1, 0.0)
    with pytest.raises(BadInput):
        publishing.sign(report.pk, actor=house.assistant, seen=1, proof=stolen)
    assert not SignOff.objects.exists()


def test_who_signed_one_may_not_sign_another(house: House) -> None:
    """The only manager prepares: the general manager reviews, and then the group approves."""
    Branch.objects.filter(pk=house.branch.pk).update(in_group=True)
    report = signed(drafted(house), house.manager)
    for person, allowed in ((house.manager, False), (house.gm, True)):
        assert may(lambda person=person: signed(report, person)) is allowed
    report = signed(report, house.gm)
    with pytest.raises(NotAllowed):
        signed(report, house.gm)
    signed(report, house.group_approver)
    assert list(SignOff.objects.values_list("person", "exception")) == [
        (house.manager.pk, False), (house.gm.pk, False), (house.group_approver.pk, False),
    ]  # fmt: skip


def test_a_deputy_who_signed_does_not_sign_again_for_somebody_else(house: House) -> None:
    days = {"starts_on": dt.date(2020, 1, 1), "ends_on": dt.date(2090, 1, 1), "named_by": house.gm}
    Deputy.objects.create(absent=house.gm, deputy=house.manager, **days)
    report = signed(signed(drafted(house), house.assistant), house.manager)
    with pytest.raises(NotAllowed):
        signed(report, house.manager)
    Deputy.objects.create(absent=house.gm, deputy=house.head, **days)
    signed(report, house.head)
    last = SignOff.objects.get(step="approved")
    assert (last.person, last.on_behalf, last.exception) == (house.head, house.gm, False)


def test_if_nobody_is_left_one_signs_with_a_reason_and_it_is_marked(house: House) -> None:
    Person.objects.filter(pk=house.assistant.pk).update(roles=[])
    Branch.objects.filter(pk=house.branch.pk).update(gm=house.manager)
    report = signed(drafted(house), house.manager)
    with pytest.raises(BadInput) as refused:
        signed(report, house.manager)
    assert set(refused.value.errors) == {"reason"}
    signed(report, house.manager, reason="只有一位经理")
    assert SignOff.objects.get(step="reviewed").exception
    event = Event.objects.get(kind="month_reviewed")
    assert ("只有一位经理" in event.body, Passage.objects.get(name="reason").text) == (False, "只有一位经理")


def test_sent_back_it_begins_a_new_round_with_fresh_eyes(house: House) -> None:
    report = signed(signed(drafted(house), house.assistant), house.manager)
    with pytest.raises(BadInput):
        publishing.send_back(report.pk, actor=house.gm, seen=report.version, reason="")
    report = publishing.send_back(report.pk, actor=house.gm, seen=report.version, reason="分析没到根上")
    assert (report.state, report.round) == (ReportState.DRAFT, 2)
    told = Notice.objects.filter(kind="month_back", channel="desk").select_related("event__actor", "complaint")
    assert {one.recipient_id for one in told} == {house.assistant.pk, house.manager.pk}
    assert {one.sentence for one in in_words(list(told))} == {"The month report 2026-10 was sent back by Shen Guoliang"}
    assert signed(signed(report, house.manager), house.gm).state == ReportState.REVIEWED


def test_whoever_saw_an_older_version_is_told_who_was_faster(house: House) -> None:
    report = drafted(house)
    written(report, house.manager, "先写的")
    for act in (
        lambda: publishing.save_text(report.pk, actor=house.assistant, seen=1, analysis="后写的", measures=[]),
        lambda: publishing.sign(report.pk, actor=house.assistant, seen=1, proof=None),
    ):
        with pytest.raises(Stale, match="Zhao Qiming was faster"):
            act()
    assert fresh(report).analysis == "先写的"


# ── published ────────────────────────────────────────────────────────────────────────────────────────────────


def october(house: House, at: dt.datetime = NOVEMBER_2) -> Period:
    return Period(house.branch, OCTOBER, at)


def test_approval_freezes_all_figures_with_cutoff_and_digest(house: House) -> None:
    report = published(house)
    kept = Publication.objects.get(report=report)
    event = Event.objects.get(kind="month_published")
    assert (kept.by, kept.cutoff, kept.is_sound()) == (house.gm, event.at, True)
    assert json.loads(event.body)["figures"] == kept.digest
    with freezing.translation.override("zh-hans"):
        then = figures.month(october(house, kept.cutoff))
        assert json.loads(kept.content)["figures"] == files.data(then)
        assert files.data(freezing.thaw(kept, october(house))) == files.data(then)
    assert list(freezing.thaw(kept, october(house)).values) == list(then.values)


def test_a_published_month_is_read_in_either_language(house: House, settings: Any) -> None:
    kept = Publication.objects.get(report=published(house))
    for language in ("en", "zh-hans"):
        with freezing.translation.override(language):
            assert list(files.lines(freezing.thaw(kept, october(house)))) == list(files.lines(figures.month(october(house, kept.cutoff))))


@pytest.mark.parametrize("table", ["reports_publication", "reports_signoff", "reports_monthreport"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_is_published(house: House, table: str, statement: str) -> None:
    published(house)
    column = {"reports_publication": "digest = 'x'", "reports_signoff": "person_id = 1", "reports_monthreport": "analysis = 'x'"}[table]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column))


def test_later_changes_are_differences(house: House) -> None:
    report = published(house)
    Complaint.objects.filter(received_at__gte=RECEIVED + 41 * DAY, branch=house.branch).exclude(state="closed").update(valid=True)
    kept = frozen(report_of(october(house)), october(house))
    assert kept
    found = differences(kept, figures.month(october(house)))
    assert {one.label: (one.published, one.now) for one in found} == {
        "Valid": ("1", "2"), "Not yet judged": ("1", "0"), "Closure rate": ("1/1", "1/2"),
    }  # fmt: skip
    assert fresh(report).is_published


def test_heads_and_the_general_manager_are_told_once(house: House) -> None:
    heads = [house.production.head, house.quality.head, house.sales.head, house.warehouse.head]
    published(house)
    told = Counter(Notice.objects.filter(kind="month_published", channel="desk").values_list("recipient", flat=True))
    assert told == dict.fromkeys({house.gm.pk, *(head.pk for head in heads if head)}, 1)
    (one, *_rest) = in_words(list(Notice.objects.filter(kind="month_published").select_related("event__actor", "complaint")))
    assert (one.sentence, one.url) == ("The month report 2026-10 is published", f"/reports/2026-10/?branch={house.branch.code}")


# ── proved ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_published_month_is_proved_and_holds(house: House) -> None:
    written(published_before := drafted(house), house.manager, "关闭率 {closure_rate}", {"text": "首件确认", "owner": "林晓峰"})
    for person in (house.assistant, house.manager, house.gm):
        signed(published_before, person)
    of_the_house = [one for one in verify_all().bad if one.chain == "house"]
    assert (of_the_house, list(proof.findings()), proof.count()) == ([], [], (1, 3))
    assert not [one for one in Event.objects.filter(complaint=None) if "首件确认" in one.body or "关闭率" in one.body]


WAYS = (
    ("reports_publication", "content = replace(content, '\"received\":2', '\"received\":1')", "figures were changed"),
    ("reports_publication", "content = content || ' ', digest = encode(sha256((content || ' ')::bytea), 'hex')", "figures were changed"),
    ("reports_publication", "at = at - interval '1 day'", "or when, was changed"),
    ("reports_monthreport", "analysis = '都很好'", "its words are not those that were signed"),
    ("reports_signoff", "exception = true", "is not of this entry"),
    ("reports_signoff", "content = repeat('0', 64)", "does not match"),
)


def test_what_was_changed_all_the_same_is_found(house: House) -> None:
    published(house)
    assert list(proof.findings()) == []
    for table, change, fault in WAYS:
        with transaction.atomic():
            as_the_owner(table, f"UPDATE {table} SET {change}")
            assert any(fault in one.what for one in proof.findings()), fault
            transaction.set_rollback(True)


def test_a_signature_taken_away_is_found(house: House) -> None:
    published(house)
    as_the_owner("reports_signoff", "DELETE FROM reports_signoff WHERE step = 'reviewed'")
    assert [one.what for one in proof.findings()] == ["“month_reviewed” lacks its signature"]


def as_the_owner(table: str, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)


# ── two at once ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_at_once_one_publishes_and_the_other_reads_who_was_faster(house: House) -> None:
    Deputy.objects.create(absent=house.gm, deputy=house.head, starts_on=dt.date(2020, 1, 1), ends_on=dt.date(2090, 1, 1), named_by=house.gm)
    report = signed(signed(drafted(house), house.assistant), house.manager)
    proofs = {person: Proof(person.pk, report.pk, report.version, time.monotonic()) for person in (house.gm, house.head)}
    deeds = [
        lambda person=person, proof=given: publishing.sign(report.pk, actor=person, seen=report.version, proof=proof)
        for person, given in proofs.items()
    ]
    found = together(*deeds)
    assert sorted(type(one).__name__ for one in found) == ["MonthReport", "Stale"]
    assert (Publication.objects.count(), SignOff.objects.filter(step="approved").count(), list(proof.findings())) == (1, 1, [])
