"""What an entry holds and what it may never hold, who may change it (nobody), and texts that can be taken away for good."""

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from complaints import history
from complaints.actions import perform
from complaints.chains import HOUSE
from complaints.history import canonical, digest_of, passage_digest, plain, stamp
from complaints.models import Attachment, ChainHead, Complaint, Event, Passage, Round, Signature
from complaints.models.record import TEXT_FIELDS
from complaints.moves import MOVES
from complaints.plans import MeasureDraft
from complaints.states import State
from complaints.verification import verify, verify_all
from escalation import clock
from escalation.models import TestClock
from tests.conftest import NO_TRUNCATE

from .factories import DUE, ContactFactory, House, act, at_state, received, whole_plan
from .test_matrix import World, rows

pytestmark = pytest.mark.django_db
NAME, TELEPHONE, SENTENCE = "无名氏某某", "13912340987", "这一句话谁也不该在别处看到。"
MARK = f"{NAME} {TELEPHONE} {SENTENCE}"
SHORT = f"{TELEPHONE} {NAME}"  # for columns of twenty characters


@pytest.fixture
def house() -> House:
    return House()


# ── what is hashed ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_body_is_the_same_text_whatever_order_it_was_made_in() -> None:
    at = dt.datetime(2026, 11, 20, 10, 42, 7, 123, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    body = {"b": {"y": [Decimal("40.000"), None], "x": True}, "a": at, "ü": dt.date(2026, 12, 1)}
    text = '{"a":"2026-11-20T02:42:07.000123Z","b":{"x":true,"y":["40",null]},"ü":"2026-12-01"}'
    assert canonical(body) == canonical(dict(reversed(body.items()))) == text


@pytest.mark.parametrize("value", [1.5, object(), b"x"])
def test_what_has_no_single_spelling_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        plain(value)


@pytest.mark.parametrize(("value", "text"), [("100", "100"), ("0", "0"), ("1E+3", "1000"), ("0.500", "0.5"), ("-2.50", "-2.5")])
def test_an_amount_has_one_spelling(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


def test_an_entry_holds_who_what_when_and_follows_the_one_before(house: House) -> None:
    complaint = received(house)
    act("chase", complaint, house.assistant, words="又来问了", means="telephone")
    first, second = Event.objects.filter(complaint=complaint)
    said = json.loads(second.body)
    passage = Passage.objects.get(complaint=complaint, text="又来问了")
    assert (second.seq, second.previous, second.actor) == (2, first.digest, house.assistant)
    assert said["actor"] == house.assistant.pk
    assert said["recorded_at"] == stamp(second.recorded_at)
    assert said["inputs"] == {"means": "telephone"}
    assert said["texts"] == {"words": [passage.pk, passage_digest(passage.salt, "又来问了")]}
    assert said["changed"] == {"chased": [0, 1], "chased_at": [None, stamp(second.at)]}
    assert second.digest == digest_of(first.digest, str(complaint.pk), 2, "chase", second.at, second.body)
    assert list(Complaint.objects.filter(pk=complaint.pk).values_list("history_seq", "history_head")) == [(2, second.digest)]


def test_when_it_was_written_is_true_even_where_the_clock_is_moved(house: House) -> None:
    TestClock.objects.create(offset=dt.timedelta(days=10))
    event = Event.objects.get(complaint=received(house))
    assert dt.timedelta(days=10) - (event.at - event.recorded_at) < dt.timedelta(seconds=5)


def test_a_quantity_given_as_a_number_is_the_quantity_that_is_stored(house: House) -> None:
    complaint = received(house, quantity_affected=7, quantity_delivered="40")
    assert verify(complaint).bad == []


def test_a_signature_names_its_entry_and_the_last_proposal(house: House) -> None:
    complaint = at_state("approval", house)
    proposal = Event.objects.get(complaint=complaint, kind="propose")
    review = Event.objects.get(complaint=complaint, kind="review_ok")
    said = json.loads(Signature.objects.get(event=review).body)
    assert said["event"] == review.digest
    assert said["content"] == hashlib.sha256(canonical({"proposal": proposal.digest}).encode()).hexdigest()
    assert json.loads(review.body)["signed"] == said["meaning"] == "reviewed"


def test_entries_of_the_house_have_a_chain_of_their_own(house: House) -> None:
    one = history.append(None, "policy", at=clock.instant(), actor=house.administrator, body={"version": 1})
    two = history.append(None, "policy", at=clock.instant(), actor=None, body={"version": 2}, texts={"note": "改了"})
    assert (one.seq, two.seq, two.previous) == (1, 2, one.digest)
    assert two.digest == digest_of(one.digest, HOUSE, 2, "policy", two.at, two.body)
    assert ChainHead.objects.values_list("seq", "head").get() == (2, two.digest)


def test_a_text_the_move_does_not_declare_is_refused_and_nothing_stored(house: House) -> None:
    complaint = received(house)
    with pytest.raises(TypeError, match="password"), transaction.atomic():
        perform("remark", complaint, actor=house.assistant, seen=None, text="留言", password="four plain words here")
    assert Event.objects.filter(complaint=complaint).count() == 1


# ── no free text, no personal data ───────────────────────────────────────────────────────────────────────────


def marked(name: str) -> str:
    """As much of the mark as the column takes."""
    room = Complaint._meta.get_field(name).max_length
    return MARK if room is None or room >= len(MARK) else SHORT[:room]


def leaks() -> list[str]:
    """Entries and signatures in which any part of the mark stands, plainly or escaped."""
    parts = [NAME, TELEPHONE, SENTENCE, *(json.dumps(part)[1:-1] for part in (NAME, SENTENCE))]
    bodies = [(f"{e.complaint_id} {e.kind}", e.kind + e.body) for e in Event.objects.all()]
    bodies += [(f"signature {s.pk}", s.meaning + s.body) for s in Signature.objects.all()]
    return [what for what, body in bodies if any(part in body for part in parts)]


def texts() -> set[str]:
    return set(Passage.objects.filter(text__contains=TELEPHONE).values_list("name", flat=True))


def test_every_text_of_the_record_is_a_passage_and_in_no_entry(house: House) -> None:
    contact = ContactFactory(customer=house.customer, name=NAME, mobile=TELEPHONE)
    file = Attachment.objects.create(name=f"{SHORT}.jpg", mime="image/jpeg", size=1, sha256="ab" * 32, by=house.assistant, at=clock.now())
    columns = {name: marked(name) for name in TEXT_FIELDS - {"source_key"}}
    complaint = received(house, contact=contact, files=[file], **columns)
    assert texts() == {*columns, f"file:{file.pk}"}
    changed = {name: value[::-1][: len(value)] for name, value in columns.items()}
    act("correct", complaint, house.assistant, changes=changed, reason=MARK)
    assert texts() >= {"reason", *(f"old:{name}" for name in columns)}
    assert leaks() == []
    assert verify(complaint).bad == []


def test_every_text_of_a_plan_is_a_passage_and_in_no_entry(house: House) -> None:
    complaint = at_state("action", house)
    measures = [MeasureDraft("corrective", MARK, house.owner, DUE), MeasureDraft("preventive", MARK, house.handler, DUE)]
    act("propose", complaint, house.handler, plan=whole_plan(house, MARK, measures, no_measure_reason=MARK, no_measure_by=house.head))
    present = Round.objects.get(complaint=complaint)
    rows = {
        "found:0:text", "whys:0:text", "whys:1:text", "escape_whys:0:text", "across:0:what", "across:0:result",
        *(f"ledger:{place}:{key}" for place in (0, 1) for key in ("where", "disposition")), "ledger:0:evidence", "ledger:1:source",
    }  # fmt: skip
    columns = {"investigation", "cause", "escape", "no_measure_reason", "remedy_text", "remedy_how"}
    wanted = {*rows, *columns, *(f"measure:{m.pk}" for m in present.measures.all())}
    assert texts() == wanted
    assert leaks() == []


@pytest.mark.parametrize("state", list(State))
def test_every_text_of_every_move_is_a_passage_and_in_no_entry(state: str) -> None:
    world = World(state)
    for move in (name for name, (states, _, _) in rows().items() if state in states and MOVES[name].texts):
        with transaction.atomic():
            world.inputs = marking(world.inputs)  # type: ignore[method-assign]  # the same inputs, every text of them marked
            role = next(role for role in sorted(rows()[move][1]) if try_it(world, move, role) == "done")
            assert texts() >= MOVES[move].texts, (move, role)
            assert leaks() == [], (move, role)
            transaction.set_rollback(True)
        del world.inputs


def marking(inputs: Callable[[str], dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    return lambda move: {**inputs(move), **dict.fromkeys(MOVES[move].texts, MARK)} | ({"done": True} if move == "contain" else {})


def try_it(world: World, move: str, role: str) -> str:
    """Makes the move as `World.outcome` would, but leaves what it did."""
    Complaint.objects.filter(pk=world.complaint.pk).update(**world.favourable(move))
    if move.startswith("close"):
        world.complaint.measures.update(done_at=world.now, effective=True)
        world.complaint.promises.update(kept_at=world.now)
    return "done" if world._try(move, role) in State.values else "refused"


# ── nobody changes it ────────────────────────────────────────────────────────────────────────────────────────


HISTORY = sorted(name for name in NO_TRUNCATE if name.startswith("complaints_"))


@pytest.mark.parametrize("table", HISTORY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_it_even_to_the_owner(table: str, statement: str, house: House) -> None:
    at_state("review", house)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name, trigger in NO_TRUNCATE.items():
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER {trigger}")
        with pytest.raises(DatabaseError, match="history is append-only"), transaction.atomic():
            cursor.execute(statement.format(table))


@pytest.mark.skipif("TEST_TEMPLATE" not in os.environ, reason="a server of DATABASE_URL need not have the two roles")
@pytest.mark.parametrize("table", HISTORY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE TRIGGER USER"])
def test_the_application_lacks_the_right(table: str, statement: str) -> None:
    refused = "must be owner" if statement.startswith("ALTER") else "permission denied"
    opened = psycopg2.connect(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    try:
        with opened.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege, match=refused):
            cursor.execute(statement.format(table))
    finally:
        opened.close()


# ── taken away for good ──────────────────────────────────────────────────────────────────────────────────────


def test_erasing_takes_text_and_salt_and_the_chain_goes_on_verifying(house: House) -> None:
    complaint = at_state("approval", house)
    at = clock.instant()
    event = history.erase(Passage.objects.filter(complaint=complaint), actor=house.administrator, at=at)
    assert set(Passage.objects.values_list("text", "salt", "erased_at")) == {("", None, at)}
    assert json.loads(event.body)["passages"] == sorted(Passage.objects.values_list("pk", flat=True))
    report = verify_all()
    assert report.bad == []
    assert f"{complaint.number} entry 1: “words” erased on {at:%Y-%m-%d}" in map(str, report.erased)
    assert len(report.erased) == Passage.objects.count()


def test_what_is_erased_already_is_not_erased_again(house: House) -> None:
    complaint = received(house)
    mine = Passage.objects.filter(complaint=complaint)
    history.erase(mine.filter(name="words"), actor=None, at=clock.instant())
    before = Passage.objects.get(complaint=complaint, name="words").erased_at
    event = history.erase(mine, actor=None, at=clock.instant())
    assert Passage.objects.get(complaint=complaint, name="words").erased_at == before
    assert len(json.loads(event.body)["passages"]) == mine.count() - 1
    assert verify_all().bad == []
