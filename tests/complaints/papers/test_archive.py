"""The archive file holds form, history, evidence, signatures and a code that can be checked; it is made once for each closing (R27)."""

import hashlib
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from complaints import periodic, tidying
from complaints.models import ArchiveFile, Attachment, Complaint, Event, Signature
from complaints.papers import archive, keeping
from escalation import clock
from tests.complaints.documents.reading import pages, plain, words

from .. import tampering
from ..factories import House, act, at_state, received
from .stories import finished, of, with_pictures

pytestmark = pytest.mark.django_db
CODE = re.compile(r"C\d+-\d{4}-\d+:\d+:[0-9a-f]{64}")


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def withdrawn(house: House) -> Complaint:
    return act("withdraw", at_state("triage", house), house.manager, words="不追究了", means="telephone")


def content_of(row: ArchiveFile) -> bytes:
    with row.file.open("rb") as file:
        return file.read()


def test_it_holds_the_form_every_event_the_evidence_and_every_signature(house):
    complaint = with_pictures(house, finished(house), 2)
    act("remark", complaint, house.manager, text="请归档 <b>保存</b> 五年")
    source = of(complaint)
    with override("zh-hans"):
        paper = archive.archive(source, "zh-hans")
        text = words(paper.pdf())
    assert [row["seq"] for row in paper.data["history"]["rows"]] == list(range(1, source.complaint.history_seq + 1))
    for said in (complaint.words, "再问一个为什么", "审核退回", "林晓峰", "结果直接报我", "请归档 <b>保存</b> 五年", "刷具寿命要计数"):
        assert plain(said) in text
    for file in Attachment.objects.filter(complaint=complaint):
        assert f"{file.number}{plain(file.name)}" in text
        assert file.sha256 in text
    for signature in Signature.objects.filter(complaint=complaint):
        assert signature.digest in text
    assert archive.code(source) in text


def test_times_in_the_history_are_whole_and_do_not_depend_on_today(house):
    paper = archive.archive(of(at_state("triage", house)), "en")
    assert "<time" not in str(paper.data)
    assert re.search(r"due \d{4}-\d\d-\d\d \d\d:\d\d", str(paper.data["history"]["rows"][0]["lines"]))


# ── made after closing ───────────────────────────────────────────────────────────────────────────────────────


def test_a_closing_is_followed_by_a_file_with_its_digest_once(house):
    complaint = withdrawn(house)
    for _ in range(2):
        periodic.archive()
    row = ArchiveFile.objects.get(complaint=complaint)
    content = content_of(row)
    assert (row.sha256, row.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (row.seq, row.head) == (complaint.history_seq, complaint.history_head)
    assert len(pages(content)) >= 2


def test_reopened_and_closed_again_there_is_another_and_the_first_is_kept(house):
    complaint = withdrawn(house)
    keeping.make_wanted()
    first = ArchiveFile.objects.get(complaint=complaint)
    kept = content_of(first)
    act("reopen", complaint, house.manager, reason="客户又来电")
    assert keeping.make_wanted() == 0
    complaint = act("withdraw", complaint, house.manager, words="还是算了", means="telephone")
    assert keeping.make_wanted() == 1
    again, second = ArchiveFile.objects.filter(complaint=complaint)
    assert (again.pk, content_of(again)) == (first.pk, kept)
    assert second.seq == complaint.history_seq
    assert "还是算了" in words(content_of(second))


def test_reopened_before_it_was_made_nothing_is_made_until_the_next_closing(house):
    complaint = withdrawn(house)
    act("reopen", complaint, house.manager, reason="客户又来电")
    keeping.make_wanted()
    assert list(ArchiveFile.objects.filter(complaint=complaint)) == []


def test_what_waits_for_a_countersign_waits_for_the_manager(house):
    complaint = received(house, effect="none")
    told = {"means": "telephone", "told_at": complaint.received_at}
    complaint = act("answer_on_the_spot", complaint, house.assistant, explained="已当面说明", **told)
    assert keeping.make_wanted() == 0
    complaint = act("countersign_ok", complaint, house.manager)
    assert keeping.make_wanted() == 1
    assert ArchiveFile.objects.get(complaint=complaint).seq == complaint.history_seq


def test_imported_history_gets_none_by_itself(house):
    complaint = at_state("triage", house)
    Complaint.objects.filter(pk=complaint.pk).update(imported=True, state="closed", outcome="resolved", closed_at=clock.now())
    assert keeping.make_wanted() == 0


def test_one_that_cannot_be_made_keeps_no_other_from_being_made(house, monkeypatch, caplog):
    bad, good = (withdrawn(house) for _ in range(2))
    made = keeping.make
    monkeypatch.setattr(keeping, "make", lambda row: made(row) if row.complaint_id == good.pk else 1 / 0)
    assert [keeping.make_wanted() for _ in range(keeping.TRIED + 1)] == [1, *[0] * keeping.TRIED]
    assert ArchiveFile.objects.get(complaint=bad).tries == keeping.TRIED
    assert caplog.text.count(f"the archive file of complaint {bad.pk} could not be made") == keeping.TRIED


def test_two_workers_at_the_same_file_leave_one(house, folder):
    complaint = withdrawn(house)
    row = ArchiveFile.objects.get(complaint=complaint)
    assert [keeping.make(row) is not None, keeping.make(row) is not None] == [True, False]
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_a_kept_file_is_not_tidied_away(house, folder):
    withdrawn(house)
    keeping.make_wanted()
    assert tidying.files_without_a_row(clock.now() + 2 * tidying.UPLOADS_KEPT) == 0


# ── the code ─────────────────────────────────────────────────────────────────────────────────────────────────


def check(code: str) -> str:
    out = StringIO()
    call_command("verify_history", code=code, stdout=out)
    return out.getvalue()


def test_the_printed_code_holds_as_long_as_the_history_does(house):
    complaint = withdrawn(house)
    keeping.make_wanted()
    printed = CODE.search(words(content_of(ArchiveFile.objects.get())))
    assert printed
    act("remark", complaint, house.manager, text="后来的话")  # what comes later changes nothing
    assert "The code holds" in check(printed[0])
    assert "The code holds" in check(" ".join(printed[0][:45]))  # typed from paper, the digest not to its end


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("{number}:{seq}:" + "0" * 64, "is another one than the code names"),
        ("{number}:{before}:{digest}", "is another one than the code names"),
        ("{number}:{after}:{digest}", "is not there"),
        ("CR-2001-0001:{seq}:{digest}", "There is no complaint"),
        ("{number}:{seq}:{short}", "A code is the complaint's number"),
        ("nonsense", "A code is the complaint's number"),
    ],
)
def test_a_wrong_code_does_not_hold(house, code, said):
    complaint = at_state("triage", house)
    seq, digest = complaint.history_seq, complaint.history_head
    parts = {"number": complaint.number, "seq": seq, "before": seq - 1, "after": seq + 1, "digest": digest, "short": digest[:15]}
    with pytest.raises(CommandError, match=said):
        check(code.format(**parts))


def test_a_code_does_not_hold_once_something_before_it_was_changed(house):
    complaint = at_state("assignment", house)
    code = f"{complaint.number}:{complaint.history_seq}:{complaint.history_head}"
    assert "The code holds" in check(code)
    tampering.disarm()
    Event.objects.filter(complaint=complaint, seq=1).update(kind="imported")
    with pytest.raises(CommandError, match="entry 1: “imported” was changed"):
        check(code)
