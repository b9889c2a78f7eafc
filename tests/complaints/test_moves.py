"""Moves over HTTP: who may see the form, what is answered when it can't go, and that nothing typed is lost or done twice."""

import html
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from complaints.forms import FORMS
from complaints.models import Attachment, Complaint, Event, Measure, Part, Round, Signature, Word
from complaints.moves import MOVES
from complaints.ticket.meeting import ACTS as MEETING_ACTS
from escalation import clock
from organisation.models import Deputy, SignInFailure
from tests.factories import PASSWORD

from .factories import DUE, House, LotFactory, TypeFactory, act, at_state, meeting_agreed, meeting_resolved, plan_of, received

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def house(db):
    return House()


def url_of(complaint, name):
    return reverse("move", args=[complaint.number, MOVES[name].slug])


def current(complaint):
    return Complaint.objects.get(pk=complaint.pk)


def send(client, who, complaint, name, /, *, seen=None, htmx=False, **fields):
    """What a form sends that was shown when the complaint had version `seen`, by default as it is now."""
    client.force_login(who)
    version = current(complaint).version if seen is None else seen
    data = {"version": version, "once": uuid.uuid4(), **fields}
    return client.post(url_of(complaint, name), data, **(HTMX if htmx else {}))


# ── done ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_move_leads_back_to_the_complaint(client, house):
    complaint = at_state("received", house)
    answer = send(client, house.assistant, complaint, "submit", note="请先看")
    assert (answer.status_code, answer.url) == (303, f"/complaints/{complaint.number}/")
    assert current(complaint).state == "triage"


def test_htmx_is_told_where_to_go(client, house):
    complaint = at_state("received", house)
    answer = send(client, house.assistant, complaint, "submit", htmx=True)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, f"/complaints/{complaint.number}/")


def test_whoever_does_not_see_it_any_more_goes_to_his_own_work(client, house):
    complaint = at_state("received", house)
    secret = TypeFactory(branch=house.branch, confidential=True)
    answer = send(client, house.assistant, complaint, "change_type", type=secret.pk, reason="举报")
    assert (answer.status_code, answer.url) == (303, reverse("my_work"))


def inputs(name, house, complaint):
    """What somebody enters into the form of that move."""
    measures = Measure.objects.filter(complaint=complaint, owner=house.owner).values_list("pk", flat=True)
    given = {
        "judge": {"type": house.type.pk, "nature": "major", "criteria": ["a", "f"], "grade": "2", "grade_reason": "媒体"},
        "assign": {"department": house.production.pk},
        "confirm": {"handler": house.handler.pk, "note": "属实"},
        "contest": {"reason": "仓库的事", "proposed": house.warehouse.pk},
        "review_ng": {"reason": "原因没到根上"},
        "send_reply": {"text": "已查明", "means": "email"},
        "record_visit": {"means": "telephone", "satisfied": "yes", "score": "5"},
        "promise": {"text": "周五前", "due_on": DUE.isoformat()},
        "chase": {"words": "又打来", "means": "telephone"},
        "link": {"other": received(house).number, "kind": "cause"},
        "contain": {"text": "隔离", "owner": house.owner.pk, "due_on": DUE.isoformat()},
        "measure_done": {"measure": measures.first() or "", "evidence": "单据"},
        "correct": {**record_of(complaint), "lot_number": "L2610-1147", "reason": "客户更正"},
        "withdraw": {"words": "不追究了", "password": PASSWORD},
        "name_acting_head": {"person": house.staff.pk, "reason": "林晓峰被投诉"},
    }
    return given[name]


def record_of(complaint):
    """The record as its form sends it."""
    names = ("customer", "contact", "product", "channel", "subject", "about", "title", "words", "effect", "complainants", "received_by")
    values = {name: getattr(complaint, f"{name}_id", None) or getattr(complaint, name) for name in names}
    received_at = complaint.received_at.astimezone(complaint.branch.tz).strftime("%Y-%m-%dT%H:%M")
    return {**{name: getattr(value, "pk", value) for name, value in values.items()}, "received_at": received_at}


@pytest.mark.parametrize(
    ("state", "name", "office"),
    [
        ("triage", "judge", "manager"),
        ("assignment", "assign", "manager"),
        ("confirmation", "confirm", "head"),
        ("confirmation", "contest", "head"),
        ("review", "review_ng", "head"),
        ("reply", "send_reply", "assistant"),
        ("follow_up", "record_visit", "assistant"),
        ("action", "promise", "handler"),
        ("action", "chase", "employee"),
        ("action", "link", "assistant"),
        ("action", "contain", "head"),
        ("reply", "measure_done", "owner"),
        ("action", "correct", "assistant"),
        ("reply", "withdraw", "manager"),
        ("confirmation", "name_acting_head", "gm"),
    ],
)
def test_what_a_form_sends_is_what_the_move_takes(client, house, state, name, office):
    complaint = at_state(state, house, **({"actor": house.employee} if office == "employee" else {}))
    answer = send(client, house.person(office), complaint, name, **inputs(name, house, complaint))
    assert answer.status_code == 303, answer.context["form"].errors
    event = Event.objects.filter(complaint=complaint).order_by("-seq").first()
    assert (event.kind, event.actor) == (name, house.person(office))


def test_a_deputy_signs_as_deputy(client, house):
    Deputy.objects.create(absent=house.gm, deputy=house.owner, starts_on="2000-01-01", ends_on="2099-12-31", named_by=house.gm)
    complaint = at_state("approval", house)
    assert send(client, house.owner, complaint, "approve", password=PASSWORD).status_code == 303
    signature = Signature.objects.order_by("-pk").first()
    assert (signature.person, signature.on_behalf, signature.meaning) == (house.owner, house.gm, "approved")


def test_the_deputy_of_an_owner_finishes_his_measure(client, house):
    Deputy.objects.create(absent=house.owner, deputy=house.staff, starts_on="2000-01-01", ends_on="2099-12-31", named_by=house.gm)
    complaint = at_state("reply", house)
    mine, other = (Measure.objects.get(complaint=complaint, owner=owner) for owner in (house.owner, house.handler))
    assert send(client, house.staff, complaint, "measure_done", measure=other.pk, evidence="单据").status_code == 422
    assert send(client, house.staff, complaint, "measure_done", measure=mine.pk, evidence="单据").status_code == 303
    event = Event.objects.filter(complaint=complaint).order_by("-seq").first()
    assert (event.actor, event.on_behalf) == (house.staff, house.owner)


def test_a_file_added_beside_the_plan_leads_back_to_the_plan(client, house):
    complaint = at_state("action", house)
    file = Attachment.objects.create(
        name="照片.jpg", mime="image/jpeg", size=10, sha256="0" * 64, file="aa/bb", by=house.handler, at=clock.now()
    )
    answer = send(client, house.handler, complaint, "add_file", files=["", file.pk], back="plan")  # an empty file control
    assert (answer.status_code, answer.url) == (303, f"/complaints/{complaint.number}/plan/")
    assert list(complaint.attachments.values_list("number", "name")) == [(1, "照片.jpg")]


def test_somebody_elses_upload_cannot_be_taken(client, house):
    complaint = at_state("action", house)
    file = Attachment.objects.create(
        name="x.jpg", mime="image/jpeg", size=10, sha256="0" * 64, file="aa/bb", by=house.owner, at=clock.now()
    )
    answer = send(client, house.handler, complaint, "add_file", files=[file.pk])
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["files"])


def test_without_script_files_come_with_the_form(client, house, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    complaint = at_state("action", house)
    picture = SimpleUploadedFile("记录.txt", "试压 16 MPa".encode(), content_type="text/plain")
    answer = send(client, house.handler, complaint, "add_file", files=picture)
    assert answer.status_code == 303, answer.context["form"].errors
    assert list(complaint.attachments.values_list("number", "name")) == [(1, "记录.txt")]


def test_a_file_that_is_refused_is_told_at_the_field(client, house, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    complaint = at_state("action", house)
    answer = send(client, house.handler, complaint, "add_file", files=SimpleUploadedFile("x.exe", b"MZ"))
    assert answer.status_code == 422
    assert [error.partition(":")[0] for error in answer.context["form"].errors["files"]][:1] == ["x.exe"]
    assert complaint.attachments.count() == 0


def test_who_signed_the_round_already_and_is_the_last_gives_a_reason(client, house):
    """One person is head, manager and general manager: four eyes cannot be kept, and the form says so (R19)."""
    complaint = at_state("action", house)
    house.production.head = house.branch.gm = house.manager
    house.production.save()
    house.branch.save()
    complaint = act("reassign_handler", complaint, house.manager, handler=house.manager, reason="缺人")
    complaint = act("propose", complaint, house.manager, plan=plan_of(house, complaint))
    client.force_login(house.manager)
    page = client.get(url_of(complaint, "review_ok")).content.decode()
    assert "Everybody who could decide has signed this round already." in html.unescape(page)
    answer = send(client, house.manager, complaint, "review_ok", password=PASSWORD)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["exception"])
    assert send(client, house.manager, complaint, "review_ok", password=PASSWORD, exception="只有一人").status_code == 303
    assert Round.objects.get(complaint=complaint).four_eyes_exception == "只有一人"


# ── refused: 404, 409, 403, 422 in that order ────────────────────────────────────────────────────────────────


def test_what_one_may_not_see_is_not_there(client, house):
    complaint = at_state("review", house)
    assert send(client, house.stranger, complaint, "review_ok", password=PASSWORD).status_code == 404
    client.force_login(house.stranger)
    assert client.get(url_of(complaint, "review_ok")).status_code == 404
    assert client.get(f"/complaints/{complaint.number}/").status_code == 404


@pytest.mark.parametrize("slug", ["fly", "review_ok", "hand-over", "save-plan"])
def test_what_is_no_move_is_not_there(client, house, slug):
    complaint = at_state("review", house)
    client.force_login(house.head)
    assert client.post(f"/complaints/{complaint.number}/{slug}/", {"version": complaint.version}).status_code == 404


def test_getting_the_form_changes_nothing_and_other_methods_are_not_allowed(client, house):
    complaint = at_state("received", house)
    client.force_login(house.assistant)
    assert client.get(url_of(complaint, "submit")).status_code == 200
    assert client.head(url_of(complaint, "submit")).status_code == 200
    assert client.put(url_of(complaint, "submit")).status_code == 405
    assert current(complaint).version == complaint.version


@pytest.mark.parametrize("fields", [{}, {"reason": "不行"}, {"nonsense": "x"}])
def test_at_the_wrong_stage_it_is_409_whoever_asks_and_whatever_is_sent(client, house, fields):
    complaint = at_state("action", house)
    for person in (house.head, house.gm, house.handler):
        assert send(client, person, complaint, "approve_ng", **fields).status_code == 409


def test_not_his_to_decide_is_403_whatever_is_sent(client, house):
    complaint = at_state("approval", house)
    for fields in ({}, {"password": "wrong"}, {"password": PASSWORD}):
        assert send(client, house.head, complaint, "approve", **fields).status_code == 403
    assert current(complaint).state == "approval"
    assert SignInFailure.objects.count() == 0


def test_an_obstacle_is_409_in_words(client, house):
    complaint = at_state("received", house, wants=["compensation"])
    answer = send(client, house.assistant, complaint, "answer_on_the_spot", explained="好", told_at="2020-01-01T10:00")
    assert answer.status_code == 409
    assert "the manager decides" in answer.content.decode()


def test_everyone_elses_form_is_refused_also_on_reading(client, house):
    complaint = at_state("approval", house)
    client.force_login(house.assistant)
    assert client.get(url_of(complaint, "approve")).status_code == 403
    assert client.get(url_of(complaint, "submit")).status_code == 409


def test_a_sheet_that_cannot_be_shown_gives_way_to_the_ticket(client, house):
    complaint = at_state("approval", house)
    client.force_login(house.assistant)
    answer = client.get(url_of(complaint, "submit"), **HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, f"/complaints/{complaint.number}/")


@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_missing_is_told_at_the_field_and_nothing_is_lost(client, house, htmx):
    complaint = at_state("confirmation", house)
    answer = send(client, house.head, complaint, "confirm", htmx=htmx, note="先把在库封住")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert dict(answer.context["form"].errors) == {"handler": ["This field is required."]}
    assert "先把在库封住" in page
    assert 'aria-invalid="true"' in page
    assert page.lstrip().startswith("<form") == htmx


def test_what_the_door_misses_is_told_at_the_field_too(client, house):
    complaint = at_state("triage", house)
    fields = {"type": house.type.pk, "nature": "major", "grade": "2"}
    answer = send(client, house.manager, complaint, "judge", **fields)
    assert (answer.status_code, dict(answer.context["form"].errors)) == (422, {"criteria": ["Tick what makes it major."]})


def test_an_empty_correction_is_none(client, house):
    complaint = at_state("action", house)
    answer = send(client, house.assistant, complaint, "correct", **record_of(complaint), reason="再看")
    assert (answer.status_code, answer.context["form"].non_field_errors()) == (422, ["Nothing has been changed."])


def test_the_type_is_not_corrected_by_the_way(client, house):
    """Changing it decides who may see the complaint, and has an act of its own."""
    complaint = at_state("action", house)
    secret = TypeFactory(branch=house.branch, confidential=True)
    fields = {**record_of(complaint), "type": secret.pk, "lot_number": "L2610-1147"}
    assert send(client, house.assistant, complaint, "correct", **fields, reason="客户更正").status_code == 303
    assert (current(complaint).type, current(complaint).confidential) == (house.type, False)


def test_another_lot_number_is_no_longer_the_known_lot(client, house):
    lot = LotFactory(product=house.product, number="L2610-1147")
    complaint = at_state("action", house, lot=lot, lot_number="L2610-1147")
    answer = send(client, house.assistant, complaint, "correct", **{**record_of(complaint), "lot_number": "L2610-1148"}, reason="看错")
    assert answer.status_code == 303
    assert (current(complaint).lot, current(complaint).lot_number) == (None, "L2610-1148")


def test_a_wrong_field_of_the_record_stands_at_the_record(client, house):
    complaint = at_state("action", house)
    answer = send(client, house.assistant, complaint, "correct", **{**record_of(complaint), "effect": ""}, reason="再看")
    assert answer.status_code == 422
    assert dict(answer.context["form"].record.errors) == {"effect": ["This field is required."]}
    assert "再看" in answer.content.decode()


def test_the_type_of_another_branch_is_no_choice(client, house):
    complaint = at_state("triage", house)
    answer = send(client, house.manager, complaint, "change_type", type=House().type.pk)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["type"])


# ── somebody was faster ──────────────────────────────────────────────────────────────────────────────────────


def test_somebody_was_faster_says_who_and_keeps_the_text(client, house):
    complaint = at_state("action", house)
    seen = complaint.version
    act("pause", complaint, house.manager, reason="等客户")
    text = "先隔离在库 310 件"
    answer = send(client, house.handler, complaint, "contain", seen=seen, text=text, owner=house.owner.pk, due_on=DUE.isoformat())
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "Zhao Qiming was faster: “Pause”" in page
    assert text in page
    assert Measure.objects.filter(text=text).count() == 0


def test_after_a_conflict_the_same_form_can_be_sent_knowingly(client, house):
    complaint = at_state("action", house)
    seen = complaint.version
    act("pause", complaint, house.manager, reason="等客户")
    fields = {"text": "隔离", "owner": house.owner.pk, "due_on": DUE.isoformat()}
    form = send(client, house.handler, complaint, "contain", seen=seen, htmx=True, **fields).content.decode()
    offered = dict(re.findall(r'<input type="hidden" name="(version|once)" value="([^"]+)"', form))
    assert offered["version"] == str(seen + 1)
    answer = client.post(url_of(complaint, "contain"), {**offered, **fields})
    assert answer.status_code == 303


def test_a_decision_that_is_over_keeps_the_text_and_cannot_be_sent(client, house):
    complaint = at_state("review", house)
    seen = complaint.version
    act("review_ok", complaint, house.head, note="")
    answer = send(client, house.head, complaint, "review_ng", seen=seen, reason="原因没到根上")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "原因没到根上" in page
    assert 'aria-disabled="true"' in page


def test_a_remark_answers_nothing_that_was_seen(client, house):
    complaint = at_state("action", house)
    seen = complaint.version
    act("chase", complaint, house.assistant, words="又打来", means="telephone")
    assert send(client, house.head, complaint, "remark", seen=seen, text="先封住").status_code == 303


@pytest.mark.parametrize("htmx", [False, True])
def test_the_same_form_twice_is_done_once_and_answered_alike(client, house, htmx):
    complaint = at_state("received", house)
    client.force_login(house.assistant)
    data = {"version": complaint.version, "once": uuid.uuid4(), "note": "请先看"}
    answers = [client.post(url_of(complaint, "submit"), data, **(HTMX if htmx else {})) for _ in range(2)]
    assert [answer.status_code for answer in answers] == ([200, 200] if htmx else [303, 303])
    assert answers[0].headers.get("HX-Redirect", answers[0].headers.get("Location")) == f"/complaints/{complaint.number}/"
    assert answers[1].headers.get("HX-Redirect", answers[1].headers.get("Location")) == f"/complaints/{complaint.number}/"
    assert Event.objects.filter(complaint=complaint, kind="submit").count() == 1


def test_the_same_remark_twice_is_one_remark(client, house):
    complaint = at_state("action", house)
    client.force_login(house.head)
    data = {"once": uuid.uuid4(), "text": "先封住"}
    for _ in range(2):
        assert client.post(url_of(complaint, "remark"), data).status_code == 303
    assert Event.objects.filter(complaint=complaint, kind="remark").count() == 1


def test_a_key_of_somebody_else_is_no_answer(client, house):
    complaint = at_state("received", house)
    key = uuid.uuid4()
    send(client, house.assistant, complaint, "submit", once=key)
    assert send(client, house.manager, complaint, "submit", seen=complaint.version, once=key).status_code == 409


# ── signing ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_password_is_told_at_the_field_and_the_note_stays(client, house):
    complaint = at_state("approval", house)
    answer = send(client, house.gm, complaint, "approve", password="not mine", note="12 月 20 日报我")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert dict(answer.context["form"].errors) == {"password": ["That is not your password."]}
    assert "12 月 20 日报我" in page
    assert "not mine" not in page
    assert Signature.objects.filter(meaning="approved").count() == 0


def test_the_right_password_signs_with_the_meaning(client, house):
    complaint = at_state("approval", house)
    assert send(client, house.gm, complaint, "approve", password=PASSWORD).status_code == 303
    signature = Signature.objects.get(meaning="approved")
    assert (signature.person, signature.on_behalf) == (house.gm, None)


def test_after_five_wrong_ones_nothing_is_checked_for_a_while(client, house):
    complaint = at_state("approval", house)
    for _ in range(5):
        send(client, house.gm, complaint, "approve", password="not mine")
    answer = send(client, house.gm, complaint, "approve", password=PASSWORD)
    assert answer.status_code == 422
    assert answer.context["form"].errors["password"] == ["Too many wrong tries. Try again in 1 minute."]
    assert current(complaint).state == "approval"


def test_the_page_says_who_signs_and_meaning_what(client, house):
    complaint = at_state("approval", house)
    client.force_login(house.gm)
    page = html.unescape(client.get(url_of(complaint, "approve")).content.decode())
    assert "Shen Guoliang, “approved”" in page
    assert 'type="password"' in page


# ── every form is drawn ──────────────────────────────────────────────────────────────────────────────────────


def stage_of(name):
    """A stage the move starts from, as early as a complaint gets there by the straight road."""
    order = [
        "received",
        "triage",
        "assignment",
        "confirmation",
        "action",
        "review",
        "approval",
        "group_approval",
        "reply",
        "follow_up",
        "closed",
    ]
    return next(state for state in order if state in MOVES[name].sources)


OFFICES = ["assistant", "manager", "head", "handler", "verifier", "owner", "gm", "group_approver", "asked"]


def prepared(name, house):
    """A complaint that the move can proceed on."""
    if name in MEETING_ACTS:
        held = at_state("action", house, grade=2, nature="major", criteria=["a"])
        return meeting_agreed(held, house) if name == "take_over" else meeting_resolved(held, house)
    complaint = at_state({"measure_done": "reply", "keep_promise": "action"}.get(name, stage_of(name)), house, grade=2)
    columns = {
        "customer_agrees": {"replied_at": clock.now()},
        "customer_refuses": {"replied_at": clock.now()},
        "no_answer": {"replied_at": clock.now()},
        "redo": {"refused_at": clock.now(), "replied_at": clock.now()},
        "crisis": {"refused_at": clock.now(), "replied_at": clock.now()},
        "sign_off": {"refused_at": clock.now(), "replied_at": clock.now()},
        "close": {"satisfied": True},
        "close_dissatisfied": {"satisfied": False},
        "close_unreachable": {"unreached_at": clock.now()},
        "countersign_ok": {"countersign": "waiting"},
        "countersign_ng": {"countersign": "waiting"},
        "leave_closed": {"reopen_asked_at": clock.now()},
        "resume": {"paused_at": clock.now()},
    }
    Complaint.objects.filter(pk=complaint.pk).update(**columns.get(name, {"version": complaint.version}))
    Part.objects.create(complaint=complaint, person=house.asked, kind="statement", since=clock.now())
    return current(complaint)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_the_form_of_every_move_is_drawn_as_a_page_and_as_a_sheet(client, house, name):
    house.branch.in_group = True
    house.branch.save()
    complaint = prepared(name, house)
    answers = []
    for office in OFFICES:
        client.force_login(house.person(office))
        answers.append(client.get(url_of(complaint, name)))
        if answers[-1].status_code == 200:
            break
    page, sheet = answers[-1], client.get(url_of(complaint, name), **HTMX)
    assert [page.status_code, sheet.status_code] == [200, 200], [answer.status_code for answer in answers]
    assert (
        f'action="{url_of(complaint, name)}"' in page.content.decode() or f'formaction="{url_of(complaint, name)}"' in page.content.decode()
    )
    assert "<html" in page.content.decode()
    assert "<html" not in sheet.content.decode()
    ids = re.findall(r' id="([^"]+)"', page.content.decode())
    assert [one for one in ids if ids.count(one) > 1] == []


def test_a_link_may_choose_the_measure_and_nothing_else(client, house):
    complaint = at_state("reply", house)
    measure = Measure.objects.get(complaint=complaint, owner=house.owner)
    client.force_login(house.owner)
    form = client.get(f"{url_of(complaint, 'measure_done')}?measure={measure.pk}&evidence=forged&version=1").context["form"]
    assert form["measure"].value() == str(measure.pk)
    assert form["evidence"].value() in (None, "")
    assert form["version"].value() == complaint.version


def test_told_by_telephone_is_one_press(client, house):
    complaint = at_state("received", house)
    client.force_login(house.assistant)
    page = client.get(f"/complaints/{complaint.number}/").content.decode()
    form = re.search(r'<form method="post" action="[^"]+/acknowledge/">(.*?)</form>', page, re.DOTALL)[1]
    data = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
    data.pop("csrfmiddlewaretoken")
    assert client.post(url_of(complaint, "acknowledge"), data).status_code == 303
    word = Word.objects.get()
    assert (word.kind, word.means) == ("acknowledged", "telephone")
    assert complaint.number in word.text
