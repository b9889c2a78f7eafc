"""Before it is closed: whoever something waits for is reminded, once a working day (R27); who that is stands on the closing page."""

import datetime as dt
import json

import pytest
from django.test import Client

from complaints.models import Complaint, Event, Measure, Promise
from complaints.noticewords import in_words
from complaints.refusals import BadInput, NotAllowed, NotPossible
from complaints.verification import verify
from escalation import clock
from escalation.models import Notice, TestClock
from organisation.models import Person

from .factories import House, act, at_state

pytestmark = pytest.mark.django_db
FRIDAY = dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC)  # 10:00 in Shanghai


@pytest.fixture
def house() -> House:
    return House()


def set_clock(at: dt.datetime) -> None:
    TestClock.objects.update_or_create(id=1, defaults={"offset": at - clock.unmoved()})


def waiting(house: House) -> Complaint:
    """In follow-up: a corrective measure of the owner's is still to be done."""
    set_clock(FRIDAY)
    return at_state("follow_up", house)


def told(person: Person) -> list[str]:
    rows = Notice.objects.filter(recipient=person, kind="reminded", channel="desk").select_related("event__actor", "complaint__branch")
    return [one.sentence for one in in_words(list(rows))]


def test_whoever_owes_it_is_told_and_the_history_says_so(house: House) -> None:
    complaint = waiting(house)
    act("remind", complaint, house.manager, kind="done")
    what = "Remedy, containment and corrective measures carried out"
    assert told(house.owner) == [f"{complaint.number} waits for you before it can be closed: {what}"]
    assert told(house.handler) == []
    event = Event.objects.get(complaint=complaint, kind="remind")
    assert f'"reminded":[{house.owner.pk}]' in event.body
    assert verify(complaint).bad == []


@pytest.mark.parametrize(
    ("later", "again"),
    [
        (dt.timedelta(hours=7), False),
        (dt.timedelta(days=1), False),
        (dt.timedelta(days=2, hours=3), False),
        (dt.timedelta(days=3), True),
        (dt.timedelta(days=2, hours=14, minutes=1), True),
    ],
)
def test_once_a_working_day_and_a_weekend_belongs_to_the_friday(house: House, later: dt.timedelta, again: bool) -> None:
    complaint = waiting(house)
    act("remind", complaint, house.manager, kind="done")
    set_clock(FRIDAY + later)
    if not again:
        with pytest.raises(NotPossible, match="reminded today already"):
            act("remind", complaint, house.assistant, kind="done")
    else:
        act("remind", complaint, house.assistant, kind="done")
    assert len(told(house.owner)) == 1 + again


def test_what_is_there_is_nothing_to_remind_of_and_nobody_reminds_himself(house: House) -> None:
    complaint = waiting(house)
    with pytest.raises(NotPossible, match="there already"):
        act("remind", complaint, house.manager, kind="reply")
    with pytest.raises(BadInput):
        act("remind", complaint, house.manager, kind="weather")
    Measure.objects.filter(complaint=complaint, kind="corrective").update(owner=house.manager)
    with pytest.raises(NotPossible, match="nobody else"):
        act("remind", complaint, house.manager, kind="done")
    with pytest.raises(NotAllowed):
        act("remind", complaint, house.head, kind="done")


def test_of_a_confidential_one_only_those_with_a_part_are_told(house: House) -> None:
    complaint = waiting(house)
    Complaint.objects.filter(pk=complaint.pk).update(confidential=True)
    act("remind", complaint, house.manager, kind="done")
    assert len(told(house.owner)) == 1
    measure = Measure.objects.get(complaint=complaint, kind="corrective")
    act("measure_done", complaint, house.owner, measure=measure, evidence="单据")
    act("remind", complaint, house.manager, kind="verified")
    owed = {"complaint": complaint, "made_by": house.manager, "owner": house.stranger, "made_at": FRIDAY, "due_on": FRIDAY.date()}
    Promise.objects.create(text="补发证明", **owed)
    with pytest.raises(NotPossible, match="nobody else"):
        act("remind", complaint, house.manager, kind="promises")
    told_ids = set(Notice.objects.filter(kind="reminded").values_list("recipient", flat=True))
    people = Person.objects.select_related("branch", "department").filter(pk__in=told_ids)
    assert [str(one) for one in people if complaint not in Complaint.objects.visible_to(one)] == []
    events = Event.objects.filter(complaint=complaint, kind="remind").values_list("body", flat=True)
    assert {key for body in events for key in json.loads(body)["reminded"]} == told_ids


def test_the_page_has_a_key_for_it_and_says_who_was_reminded(client: Client, house: House) -> None:
    complaint = waiting(house)
    client.force_login(house.manager)
    page = client.get(f"/complaints/{complaint.number}/closing/")
    lines = {line.item.code: line for line in page.context["sheet"].lines}
    assert (lines["done"].waits, lines["done"].may_remind) == (str(house.owner), True)
    assert page.content.decode().count("/remind/") == sum(line.may_remind for line in lines.values())
    sent = {"version": complaint.version, "once": "0b6c7c1e-6f4e-4b0e-9a63-0a3d7a3f6e11", "back": "closing", "kind": "done"}
    answer = client.post(f"/complaints/{complaint.number}/remind/", sent)
    assert (answer.status_code, answer["Location"]) == (303, f"/complaints/{complaint.number}/closing/")
    page = client.get(f"/complaints/{complaint.number}/closing/")
    done = next(line for line in page.context["sheet"].lines if line.item.code == "done")
    assert (done.may_remind, done.reminded) == (False, str(house.owner))
    assert f"reminded today: {house.owner}" in page.content.decode()
    assert "reminded a colleague" in client.get(f"/complaints/{complaint.number}/").content.decode()
    client.force_login(house.head)
    assert "/remind/" not in client.get(f"/complaints/{complaint.number}/closing/").content.decode()
