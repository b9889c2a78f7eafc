"""The reply (R20, R23, R24): locked parts, templates, names and dates in one's own words, promises with their clocks, the draft."""

import datetime as dt
import json
import uuid

import pytest
from django.urls import reverse

from complaints import letters
from complaints.models import Complaint, Draft, Event, Measure, Passage, Promise, ReplyTemplate, Round, Word
from complaints.papers import letter
from complaints.refusals import BadInput, NotPossible
from complaints.replies import Approved, PromiseDraft
from complaints.verification import verify
from escalation import clock
from escalation.models import Timer

from .documents.reading import plain, words
from .factories import CustomerFactory, House, act, at_state
from .papers.stories import of

SOON = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=20)


@pytest.fixture
def house(db):
    return House()


def sent(complaint) -> Word:
    return Word.objects.filter(complaint=complaint, kind="reply").latest("at")


def form_data(complaint, **more):
    return {"version": complaint.version, "once": str(uuid.uuid4()), "means": "email", "language": "zh-hans", "text": "开头", **more}


def post(client, person, complaint, page, **data):
    client.force_login(person)
    args = [complaint.number, "send-reply"] if page == "move" else [complaint.number]
    return client.post(reverse(page, args=args), data)


# ── what is locked ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_letter_is_put_together_from_the_record_and_the_approved_plan(house):
    complaint = at_state("reply", house, lot_number="L2610-1147", quantity_affected=7, quantity_delivered=40, unit="件")
    act("send_reply", complaint, house.assistant, text="开头的话", closing="结尾的话", means="email")
    day = letters.date(complaint.received_at.astimezone(complaint.branch.tz).date())
    assert sent(complaint).text.split("\n\n")[:1] == ["采购部，您好："]
    text = sent(complaint).text
    for said in (
        "开头的话",
        complaint.number,
        "HX-32 液压直通接头，批次 L2610-1147",
        "40 件中的 7 件",
        "原因：毛刺",
        "换货 40 件",
        "结尾的话",
    ):
        assert said in text, said
    assert text.index("开头的话") < text.index("原因：毛刺") < text.index("结尾的话")
    assert "罗珊" not in text
    assert day  # the local day, as letters write it


def test_a_tampered_post_changes_nothing_of_what_is_locked(client, house):
    complaint = at_state("reply", house)
    forged = {"letter": "全是我写的", "cause": "客户操作不当", "greeting": "喂", "lines": "无", "locked": Approved.of(complaint).digest}
    assert post(client, house.assistant, complaint, "move", **form_data(complaint, **forged)).status_code == 303
    assert "原因：毛刺" in sent(complaint).text
    assert not {"全是我写的", "客户操作不当", "喂"} & set(sent(complaint).text.split("\n\n"))


def test_a_letter_read_before_the_record_changed_is_not_sent(client, house):
    complaint = at_state("reply", house)
    answer = post(client, house.assistant, complaint, "move", **form_data(complaint, locked="0" * 16))
    assert answer.status_code == 422
    assert not Word.objects.filter(kind="reply").exists()


def test_a_plan_that_is_not_the_approved_one_any_more_is_not_sent(house):
    complaint = at_state("reply", house)
    Round.objects.filter(complaint=complaint).update(cause="别的原因")
    with pytest.raises(NotPossible, match="not what was approved"):
        act("send_reply", complaint, house.assistant, text="开头", means="email")


# ── to whom else ─────────────────────────────────────────────────────────────────────────────────────────────


def test_copies_are_kept_with_the_letter_and_stand_in_no_entry(client, house):
    complaint = at_state("reply", house)
    given = form_data(complaint, recipient="Tom", copies="zhao@lanchuan.example； Tom Ashdown, zhao@lanchuan.example")
    assert post(client, house.assistant, complaint, "move", **given).status_code == 303
    assert sent(complaint).copies == "zhao@lanchuan.example, Tom Ashdown"
    entry = Event.objects.get(complaint=complaint, kind="send_reply")
    assert '"copies"' in entry.body
    assert "Ashdown" not in entry.body
    page = client.get(f"/complaints/{complaint.number}/").content.decode()
    assert "copy to zhao@lanchuan.example, Tom Ashdown" in page


def test_what_looks_like_an_address_and_is_none_is_told_at_its_field(client, house):
    complaint = at_state("reply", house)
    answer = post(client, house.assistant, complaint, "move", **form_data(complaint, copies="zhao@"))
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"copies"}


@pytest.mark.parametrize(("state", "page", "code"), [("reply", "reply", "stage:reply"), ("follow_up", "record-visit", "update")])
def test_the_pages_of_reply_and_visit_show_the_clock_that_runs_first(client, house, state, page, code):
    complaint = act("acknowledge", at_state(state, house), house.assistant, text="已收到", means="telephone")
    client.force_login(house.assistant)
    answer = client.get(f"/complaints/{complaint.number}/{page}/")
    first = answer.context["clocks"].first
    assert first.face.timer.code in {code, "measure"}
    assert "clock-list" in answer.content.decode()
    assert first.face.text in answer.content.decode()


# ── languages ────────────────────────────────────────────────────────────────────────────────────────────────


def test_both_languages_stand_side_by_side_and_on_paper(house):
    complaint = at_state("reply", house)
    act(
        "send_reply", complaint, house.assistant, text="开头", text_other="To begin with", language="both", means="letter", subject="主题一"
    )
    word = sent(complaint)
    assert "原因：毛刺" in word.text
    assert "Cause: 毛刺" in word.text_other
    text = words(letter.letter(of(complaint)).pdf())
    for said in ("开头", "To begin with", "主题一", "Cause: 毛刺"):
        assert plain(said) in text


def test_each_language_that_is_used_needs_its_opening(house):
    complaint = at_state("reply", house)
    with pytest.raises(BadInput) as refused:
        act("send_reply", complaint, house.assistant, text="开头", language="both", means="email")
    assert set(refused.value.errors) == {"text_other"}


# ── one's own words ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("field", "text"), [("text", "高原已经看过"), ("closing", "ask Gao Yuan"), ("subject", "生产二部的答复")])
def test_names_of_the_house_are_found_at_their_field(house, field, text):
    complaint = at_state("reply", house)
    given = {"text": "开头", "means": "email", field: text}
    with pytest.raises(BadInput) as refused:
        act("send_reply", complaint, house.assistant, **given)
    assert set(refused.value.errors) == {field}
    act("send_reply", complaint, house.assistant, **given, names_checked=True)
    assert json.loads(Event.objects.filter(kind="send_reply").get().body)["names_checked"] is True


def test_the_contacts_own_name_is_no_name_of_the_house(house):
    house.contact.name = "高原"
    house.contact.save()
    complaint = at_state("reply", house)
    act("send_reply", complaint, house.assistant, text="高原您好", means="email")


def test_a_date_without_a_promise_is_found_at_its_field(house):
    complaint = at_state("reply", house)
    said = f"{SOON.month}月{SOON.day}日取回旧件"
    with pytest.raises(BadInput) as refused:
        act("send_reply", complaint, house.assistant, text="开头", closing=said, means="email")
    assert set(refused.value.errors) == {"closing"}
    assert Promise.objects.count() == 0
    act("send_reply", complaint, house.assistant, text="开头", closing=said, means="email", no_promise=True)


def test_a_date_that_is_promised_or_a_measures_own_passes(house):
    complaint = at_state("reply", house)
    promise = PromiseDraft("取回旧件", house.owner, SOON)
    act("send_reply", complaint, house.assistant, text=f"{SOON} 和 2099-12-01", means="email", promises=[promise])
    assert Promise.objects.get().due_on == SOON


# ── promises ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_promise_runs_from_the_reply_on_and_belongs_to_whoever_does_it(house):
    complaint = at_state("reply", house)
    drafts = [PromiseDraft("取回旧件", house.owner, SOON), PromiseDraft("发照片", house.handler, SOON)]
    act("send_reply", complaint, house.assistant, text="开头", means="email", promises=drafts)
    rows = list(Promise.objects.order_by("pk"))
    assert [(row.text, row.responsible, row.made_by) for row in rows] == [
        ("取回旧件", house.owner, house.assistant),
        ("发照片", house.handler, house.assistant),
    ]
    timers = Timer.objects.filter(complaint=complaint, code="promise")
    assert {timer.subject for timer in timers} == {str(row.pk) for row in rows}
    assert verify(Complaint.objects.get(pk=complaint.pk)).bad == []


def test_a_promise_that_cannot_be_kept_stores_nothing(house):
    complaint = at_state("reply", house)
    past = PromiseDraft("取回旧件", house.owner, dt.date(2020, 1, 1))
    with pytest.raises(BadInput):
        act("send_reply", complaint, house.assistant, text="开头", means="email", promises=[past])
    assert (Word.objects.filter(kind="reply").count(), Promise.objects.count()) == (0, 0)


# ── templates ────────────────────────────────────────────────────────────────────────────────────────────────


def template(house, **more):
    given = {"branch": house.branch, "code": "quality", "name": "质量", "kind": "quality", "language": "zh-hans"}
    return ReplyTemplate.objects.create(**given, **{"opening": "本厂开头", "closing": "本厂结尾", **more})


def test_the_page_begins_with_the_template_in_force(client, house):
    template(house, opening="旧的", version=1, is_current=False)
    template(house, version=2)
    complaint = at_state("reply", house)
    client.force_login(house.assistant)
    page = client.get(reverse("reply", args=[complaint.number]))
    assert page.context["form"]["text"].value() == "本厂开头"
    assert "version 2" in page.content.decode()


def test_without_a_row_the_shipped_words_stand_there_in_the_customers_language(client, house):
    complaint = at_state("reply", house, customer=CustomerFactory(branch=house.branch, language="en"))
    client.force_login(house.assistant)
    form = client.get(reverse("reply", args=[complaint.number])).context["form"]
    assert form["text"].value().startswith("Thank you for your patience. We have looked into the fault")
    assert form["text_other"].value().startswith("感谢您的耐心等待")


def test_what_was_sent_names_the_version_and_stays_as_it_was(client, house):
    first = template(house)
    complaint = at_state("reply", house)
    post(client, house.assistant, complaint, "move", **form_data(complaint, text="本厂开头", words="quality"))
    ReplyTemplate.objects.filter(pk=first.pk).update(is_current=False)
    template(house, opening="新的开头", version=2)
    assert list(sent(complaint).templates.all()) == [first]
    assert "本厂开头" in sent(complaint).text
    body = json.loads(Event.objects.get(kind="send_reply").body)
    assert body["templates"] == [[first.pk, 1]]
    assert Passage.objects.get(pk=body["texts"]["letter"][0]).text == sent(complaint).text


def test_an_edit_in_the_administration_is_a_new_version(client, house):
    row = template(house)
    client.force_login(house.administrator)
    url = reverse("admin:complaints_replytemplate_change", args=[row.pk])
    given = {"name": "质量", "kind": "quality", "opening": "改过的", "closing": "本厂结尾", "is_current": "on"}
    assert client.post(url, given).status_code == 302
    rows = ReplyTemplate.objects.order_by("version").values_list("version", "opening", "is_current", "written_by")
    assert list(rows) == [(1, "本厂开头", False, None), (2, "改过的", True, house.administrator.pk)]
    assert client.post(url, {**given, "opening": "又改"}).status_code == 403


# ── the page and its draft ───────────────────────────────────────────────────────────────────────────────────


def test_the_draft_is_kept_and_taken_up_again_and_gone_once_it_is_sent(client, house):
    complaint = at_state("reply", house)
    rows = {"promises-TOTAL_FORMS": "1", "promises-INITIAL_FORMS": "0", "promises-0-text": "取件", "promises-0-due_on": ""}
    data = form_data(complaint, text="写了一半", **rows)
    assert post(client, house.assistant, complaint, "reply", **data).status_code == 303
    form = client.get(reverse("reply", args=[complaint.number])).context["form"]
    assert (form["text"].value(), form.promises[0]["text"].value(), str(form["once"].value())) == ("写了一半", "取件", data["once"])
    client.force_login(house.manager)
    assert client.get(reverse("reply", args=[complaint.number])).context["form"]["text"].value() != "写了一半"
    assert post(client, house.assistant, complaint, "move", **{**data, "promises-0-text": ""}).status_code == 303
    assert Draft.objects.filter(purpose__startswith="reply:").count() == 1
    assert client.post(reverse("reply", args=[complaint.number]), {**data}, headers={"X-Requested-With": "fetch"}).status_code == 410


def test_the_checklist_says_what_is_missing_before_sending(client, house):
    complaint = at_state("reply", house)
    said = f"高原 {SOON.year}-{SOON.month:02}-{SOON.day:02} 取回"
    post(client, house.assistant, complaint, "reply", **form_data(complaint, text=said))
    page = client.get(reverse("reply", args=[complaint.number])).context["form"]
    assert [check.ok for check in page.checklist()] == [True, True, True, False, False, True]


def test_the_preview_is_a_letter_and_keeps_nothing(client, house):
    complaint = at_state("reply", house)
    before = Event.objects.count()
    answer = post(client, house.assistant, complaint, "reply_preview", **form_data(complaint, text="先看看"))
    assert answer["Content-Type"] == "application/pdf"
    assert plain("先看看") in words(b"".join(answer.streaming_content))
    assert (Event.objects.count(), Word.objects.filter(kind="reply").count()) == (before, 0)


def test_files_that_go_with_it_are_of_this_complaint(house):
    complaint, other = at_state("reply", house), at_state("reply", house)
    from_elsewhere = _file(house, other)
    with pytest.raises(BadInput) as refused:
        act("send_reply", complaint, house.assistant, text="开头", means="email", files=[from_elsewhere])
    assert set(refused.value.errors) == {"files"}
    own = _file(house, complaint)
    act("send_reply", complaint, house.assistant, text="开头", means="email", files=[own])
    assert list(sent(complaint).files.all()) == [own]


def _file(house, complaint):
    given = {"name": "检测.pdf", "mime": "application/pdf", "size": 1, "sha256": "0" * 64, "by": house.assistant, "at": clock.now()}
    return complaint.attachments.create(**given)


def test_a_measure_says_when_it_comes_and_when_it_was_done(house):
    complaint = at_state("reply", house)
    measure = Measure.objects.filter(complaint=complaint, kind="corrective").get()
    act("measure_done", complaint, house.owner, measure=measure, evidence="单据")
    lines = [line.label + line.text for line in Approved.of(Complaint.objects.get(pk=complaint.pk)).locked("en").lines]
    assert [line.split(":")[0] for line in lines] == [
        "Cause",
        "Why it was not noticed before delivery",
        "Done",
        "By 1 December 2099",
        "For you",
    ]


@pytest.mark.parametrize(("office", "status"), [("assistant", 409), ("head", 409), ("auditor", 409), ("stranger", 404)])
def test_before_the_approval_nobody_writes_and_whoever_may_not_see_finds_nothing(client, house, office, status):
    complaint = at_state("review", house)
    client.force_login(house.person(office))
    page, preview = (reverse(name, args=[complaint.number]) for name in ("reply", "reply_preview"))
    assert (client.get(page).status_code, client.post(page).status_code, client.post(preview).status_code) == (status, status, status)


def test_who_may_not_reply_is_told_so(client, house):
    complaint = at_state("reply", house)
    client.force_login(house.head)
    assert client.get(reverse("reply", args=[complaint.number])).status_code == 403
    assert client.post(reverse("reply", args=[complaint.number]), form_data(complaint)).status_code == 403


# ── whose decision the remedy is (R20) ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("level", "in_group", "by_gm", "by_group", "within"),
    [
        ("", False, False, False, False), ("gm", False, True, False, True), ("group", True, True, False, False),
        ("group", True, True, True, True), ("group", False, True, False, True),
    ],
)  # fmt: skip
def test_a_remedy_is_approved_by_whose_decision_it_is(house, level, in_group, by_gm, by_group, within):
    house.branch.in_group = in_group
    at = clock.now()
    plan = Round(remedy_kinds=["refund"], approved_at=at if by_gm else None, group_approved_at=at if by_group else None)
    approved = Approved(Complaint(branch=house.branch, remedy_level=level), plan)
    assert approved.within_authority is within
    assert Approved(Complaint(branch=house.branch), Round()).within_authority
