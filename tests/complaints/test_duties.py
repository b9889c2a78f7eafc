"""Duties of one person, handed over in one act with an event each; who has some is not deactivated (R2)."""

import datetime as dt

import pytest

from complaints import duties
from complaints.duties import deactivate, duties_of, hand_over
from complaints.models import Complaint, Event, Measure, Part, Promise
from complaints.refusals import BadInput, NotPossible
from complaints.replies import PromiseDraft
from complaints.states import PartKind
from complaints.verification import verify_all
from escalation import clock
from organisation.models import Branch, Department, Deputy, Person, SignIn
from organisation.roles import Role
from tests.complaints.factories import House, act, at_state
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def successor(house: House) -> Person:
    return PersonFactory(name="接班", name_en="Successor", department=house.production)


def house_events() -> list[str]:
    return list(Event.objects.filter(complaint=None).order_by("seq").values_list("kind", flat=True))


def test_what_counts_as_a_duty(house: House) -> None:
    handled, closed = at_state("review", house), at_state("closed", house)
    asked = at_state("triage", house)
    act("ask_statement", asked, house.manager, person=house.handler, question="当时情况？")
    found = duties_of(house.handler)
    assert (found.complaints, found.departments, found.branches) == ([handled], [], [])
    assert [(m.complaint, m.kind) for m in found.measures] == [(handled, "preventive")]
    assert [part.complaint for part in found.statements] == [asked]
    assert found.touched == sorted([handled.pk, asked.pk])
    assert closed.handler == house.handler
    assert (duties_of(house.head).departments, duties_of(house.gm).branches) == ([house.production], [house.branch])
    assert not duties_of(house.stranger)


def test_measures_left_open_after_closing_are_duties_and_those_of_a_withdrawn_one_are_not(house: House) -> None:
    closed, withdrawn = at_state("closed", house), at_state("follow_up", house)
    Measure.objects.filter(complaint=closed, kind="preventive").update(done_at=None, verified_at=None, effective=None)
    act("withdraw", withdrawn, house.manager, words="算了")
    assert [m.complaint for m in duties_of(house.handler).measures] == [closed]


def promised(house: House, owner: Person) -> Promise:
    """In a reply to the customer, for somebody to keep."""
    complaint = at_state("reply", house)
    due = clock.now().astimezone(house.branch.tz).date() + dt.timedelta(days=5)
    act("send_reply", complaint, house.assistant, text="已查明", means="email", promises=[PromiseDraft("补发证明", owner, due)])
    return Promise.objects.get(complaint=complaint)


def test_a_promise_that_is_not_kept_is_a_duty_of_whoever_is_to_keep_it(house: House, successor: Person) -> None:
    promise = promised(house, house.owner)
    assert promise in duties_of(house.owner).promises
    assert duties_of(house.assistant).promises == []
    Promise.objects.filter(pk=promise.pk).update(owner=None)
    assert duties_of(house.assistant).promises == [promise]
    with pytest.raises(NotPossible):
        deactivate(house.assistant, house.administrator)
    assert hand_over(house.assistant, successor, house.administrator) == 1
    promise.refresh_from_db()
    assert promise.owner == successor
    assert duties_of(successor).promises == [promise]
    assert not duties_of(house.assistant)
    event = Event.objects.get(complaint=promise.complaint, kind="hand_over")
    assert f'"promises":[{promise.pk}]' in event.body
    deactivate(house.assistant, house.administrator)


def test_a_promise_that_was_kept_or_ended_with_its_complaint_is_none(house: House) -> None:
    promise = promised(house, house.owner)
    Promise.objects.filter(pk=promise.pk).update(kept_at=clock.now())
    assert duties_of(house.owner).promises == []
    Promise.objects.filter(pk=promise.pk).update(kept_at=None)
    act("withdraw", promise.complaint, house.manager, words="算了")
    assert duties_of(house.owner).promises == []


def test_everything_goes_to_the_successor_with_an_event_each(house: House, successor: Person) -> None:
    handled, other = at_state("action", house), at_state("follow_up", house)
    act("ask_statement", handled, house.manager, person=house.handler, question="当时情况？")
    assert hand_over(house.handler, successor, house.administrator) == 4
    for complaint in (handled, other):
        complaint.refresh_from_db()
        assert complaint.handler == successor
        event = Event.objects.filter(complaint=complaint).latest("seq")
        assert (event.kind, event.actor) == ("hand_over", house.administrator)
        assert f'"leaving":{house.handler.pk}' in event.body
        assert f'"successor":{successor.pk}' in event.body
    assert Measure.objects.get(complaint=other, kind="preventive").owner == successor
    assert not duties_of(house.handler)
    parts = Part.objects.filter(complaint=handled, until=None)
    assert {(part.person, part.kind) for part in parts} == {(successor, PartKind.HANDLER), (successor, PartKind.STATEMENT)}
    assert other in Complaint.objects.visible_to(Person.objects.get(pk=successor.pk))


def test_what_he_did_stays_his_and_he_goes_on_seeing_it(house: House, successor: Person) -> None:
    complaint = at_state("follow_up", house)
    done = Measure.objects.get(complaint=complaint, kind="corrective")
    Measure.objects.filter(complaint=complaint).update(owner=house.owner)
    act("measure_done", complaint, house.owner, measure=Measure.objects.get(pk=done.pk), evidence="单据")
    hand_over(house.owner, successor, house.gm)
    assert list(Measure.objects.filter(complaint=complaint).order_by("pk").values_list("owner", flat=True)) == [
        house.owner.pk,
        successor.pk,
    ]
    assert complaint in Complaint.objects.visible_to(house.fresh("owner"))


def test_the_one_named_in_the_head_s_place(house: House, successor: Person) -> None:
    complaint = at_state("confirmation", house)
    act("name_acting_head", complaint, house.gm, person=house.stranger, reason="出差")
    hand_over(house.stranger, successor, house.gm)
    complaint.refresh_from_db()
    assert complaint.acting_head == successor
    assert complaint not in Complaint.objects.visible_to(house.fresh("stranger"))
    act("confirm", complaint, successor, handler=house.handler, note="")


def test_posts_are_events_of_the_house(house: House, successor: Person) -> None:
    hand_over(house.head, successor, house.administrator)
    hand_over(house.gm, successor, house.administrator)
    assert Department.objects.get(pk=house.production.pk).head == successor
    assert Branch.objects.get(pk=house.branch.pk).gm == successor
    assert house_events() == ["head_named", "gm_named"]


def test_whom_he_stands_in_for_gets_another_deputy_from_today(house: House, successor: Person) -> None:
    today = clock.now().astimezone(house.branch.tz).date()
    later = today + dt.timedelta(days=5)
    Deputy.objects.create(
        absent=house.head, deputy=house.stranger, starts_on=today - dt.timedelta(days=3), ends_on=later, named_by=house.head
    )
    Deputy.objects.create(absent=successor, deputy=house.stranger, starts_on=later, ends_on=later, named_by=house.gm)
    hand_over(house.stranger, successor, house.administrator)
    left = Deputy.objects.filter(withdrawn_at=None)
    assert [(row.absent, row.deputy, row.starts_on, row.ends_on) for row in left] == [(house.head, successor, today, later)]
    assert house_events() == ["deputy_named", "deputy_named"]


def test_the_history_still_tells_what_stands_there(house: House, successor: Person) -> None:
    at_state("follow_up", house)
    hand_over(house.handler, successor, house.administrator)
    hand_over(house.owner, successor, house.administrator)
    assert verify_all().bad == []


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_takes_over_what_is_about_himself_and_then_nothing_is_stored(house: House, successor: Person) -> None:
    at_state("action", house)
    about = at_state("action", house, against=successor)
    before = Event.objects.count()
    with pytest.raises(BadInput) as refusal:
        hand_over(house.handler, successor, house.administrator)
    assert about.number not in str(refusal.value)
    assert (Event.objects.count(), len(duties_of(house.handler).complaints)) == (before, 2)


def test_nobody_hands_over_what_is_about_himself(house: House, successor: Person) -> None:
    at_state("action", house, against=house.administrator)
    with pytest.raises(BadInput):
        hand_over(house.handler, successor, house.administrator)


@pytest.mark.parametrize("who", ["left", "elsewhere", "himself"])
def test_a_successor_is_somebody_else_of_the_branch_who_is_there(house: House, who: str) -> None:
    at_state("action", house)
    people = {"left": PersonFactory(branch=house.branch, is_active=False), "elsewhere": PersonFactory(), "himself": house.handler}
    with pytest.raises(BadInput):
        hand_over(house.handler, people[who], house.administrator)
    assert len(duties_of(house.handler).complaints) == 1


def test_what_was_refused_on_the_way_can_be_repeated(house: House, successor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = at_state("action", house), at_state("action", house)
    real = duties.perform

    def busy_once(name: str, pk: int, **inputs: object) -> object:
        if pk == second.pk:
            raise NotPossible("busy")
        return real(name, pk, **inputs)

    monkeypatch.setattr(duties, "perform", busy_once)
    with pytest.raises(NotPossible):
        hand_over(house.handler, successor, house.administrator)
    assert (Complaint.objects.get(pk=first.pk).handler, duties_of(house.handler).complaints) == (successor, [second])
    monkeypatch.undo()
    assert hand_over(house.handler, successor, house.administrator) == 1


# ── deactivation ─────────────────────────────────────────────────────────────────────────────────────────────


def test_deactivated_without_duties_and_every_session_ends(house: House) -> None:
    now = clock.now()
    SignIn.objects.create(person=house.stranger, at=now, active_at=now)
    deactivate(house.stranger, house.administrator)
    assert not Person.objects.get(pk=house.stranger.pk).is_active
    assert not SignIn.objects.filter(person=house.stranger, ended_at=None).exists()
    assert house_events() == ["person_deactivated"]


@pytest.mark.parametrize("office", ["handler", "owner", "head", "gm"])
def test_whoever_has_duties_stays(house: House, office: str) -> None:
    at_state("follow_up", house)
    with pytest.raises(NotPossible):
        deactivate(house.person(office), house.administrator)
    assert Person.objects.get(pk=house.person(office).pk).is_active


def test_somebody_remains_administrator(house: House) -> None:
    with pytest.raises(NotPossible):
        deactivate(house.administrator, house.gm)
    PersonFactory(roles=[Role.ADMINISTRATOR])
    deactivate(house.administrator, house.gm)
    assert not Person.objects.get(pk=house.administrator.pk).is_active
