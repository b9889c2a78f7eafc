"""Anchors outlive what is done to the database, and tell when they themselves were touched."""

import datetime as dt
import io
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from complaints import anchors, history
from complaints.anchors import FIRST, Anchor, Broken, read, take
from complaints.chains import HOUSE, Anchored
from complaints.models import Complaint, Event
from complaints.verification import verify_all
from escalation import clock
from escalation.models import TestClock

from .factories import House, act, at_state, received
from .tampering import disarm, gone

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


def end_of(complaint: Complaint) -> tuple[int, str]:
    return Complaint.objects.values_list("history_seq", "history_head").get(pk=complaint.pk)


def lines(folder: Path) -> list[str]:
    return [line for log in sorted(folder.glob("*.log")) for line in log.read_text().splitlines()]


def cut(complaint: Complaint, seq: int) -> None:
    """The chain's end, and the complaint's row made to fit."""
    theirs = Event.objects.filter(complaint=complaint)
    gone(theirs.filter(seq__gt=seq))
    Complaint.objects.filter(pk=complaint.pk).update(history_seq=seq, history_head=theirs.get(seq=seq).digest)


def test_an_empty_house_has_an_anchor_too(tmp_path: Path) -> None:
    anchor, shorter = take(tmp_path)
    assert (anchor.chains, anchor.previous, shorter) == (0, FIRST, [])
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z chains=0 root=\w{64} heads=\w{64} previous=0{64} seal=\w{64}", lines(tmp_path)[0]
    )


def test_an_anchor_knows_the_ends_of_all_chains(house: House, tmp_path: Path) -> None:
    first, second = received(house), received(house)
    history.append(None, "policy", at=clock.instant(), actor=None, body={})
    anchor, _ = take(tmp_path)
    found = read(tmp_path)
    assert found.last == anchor
    assert anchor.chains == 3
    assert {name: (one.seq, one.head) for name, one in found.present.items()} == {
        first.number: end_of(first),
        second.number: end_of(second),
        HOUSE: (1, Event.objects.get(complaint=None).digest),
    }


def test_lines_are_chained_and_only_what_grew_is_written_again(house: House, tmp_path: Path) -> None:
    first = received(house)
    received(house)
    one, _ = take(tmp_path)
    act("acknowledge", first, house.assistant, means="telephone", text="")
    two, _ = take(tmp_path)
    assert two.previous == one.seal
    assert two.root != one.root
    written = "".join(path.read_text() for path in tmp_path.glob("*.heads")).split("= ")
    assert [block.count("\n") - 1 for block in written[1:]] == [2, 1]


def test_the_same_history_has_the_same_root(house: House, tmp_path: Path) -> None:
    received(house)
    assert take(tmp_path)[0].root == take(tmp_path)[0].root


def test_a_cut_end_is_found_only_with_the_anchor(house: House, tmp_path: Path) -> None:
    complaint = at_state("received", house)
    act("chase", complaint, house.assistant, words="又来问了", means="telephone")
    act("remark", complaint, house.assistant, text="问过车间")
    take(tmp_path)
    disarm()
    cut(complaint, 2)
    gone(complaint.passages.filter(name="text"))
    Complaint.objects.filter(pk=complaint.pk).update(version=2)
    assert verify_all().bad == []
    (found,) = verify_all(read(tmp_path).furthest).bad
    assert (found.chain, found.seq) == (complaint.number, 3)


def test_the_next_anchor_says_that_a_chain_was_cut_and_remembers_it(house: House, tmp_path: Path) -> None:
    complaint = received(house)
    act("remark", complaint, house.assistant, text="问过车间")
    take(tmp_path)
    disarm()
    cut(complaint, 1)
    _, shorter = take(tmp_path)
    assert [(one.chain, one.seq) for one in shorter] == [(complaint.number, 2)]
    assert take(tmp_path)[1] == []
    found = read(tmp_path)
    assert [(one.chain, one.seq) for one in found.fallen] == [(complaint.number, 2)]
    assert found.furthest[complaint.number].seq == 2
    assert found.present[complaint.number].seq == 1


def test_a_complaint_that_vanished_is_noticed(house: House, tmp_path: Path) -> None:
    complaint = received(house)
    take(tmp_path)
    disarm()
    for rows in (complaint.events.all(), complaint.passages.all(), Complaint.objects.filter(pk=complaint.pk)):
        gone(rows)
    anchor, shorter = take(tmp_path)
    assert (anchor.chains, [(one.chain, one.seq) for one in shorter]) == (0, [(complaint.number, 1)])


@pytest.mark.parametrize("which", ["log", "heads"])
@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_anchors_that_were_changed_are_broken(which: str, place: float, house: House, tmp_path: Path) -> None:
    for _ in range(2):
        received(house)
        take(tmp_path)
    (path,) = tmp_path.glob(f"*.{which}")
    text = path.read_text()
    at = int(len(text) * place)
    path.write_text(text[:at] + ("1" if text[at] == "0" else "0") + text[at + 1 :])
    with pytest.raises(Broken):
        read(tmp_path)


def test_a_line_that_is_gone_is_noticed(house: House, tmp_path: Path) -> None:
    for _ in range(3):
        take(tmp_path)
    (path,) = tmp_path.glob("*.log")
    kept = path.read_text().splitlines(keepends=True)
    path.write_text(kept[0] + kept[2])
    with pytest.raises(Broken, match="line 2"):
        read(tmp_path)


def test_a_seal_needs_the_key(house: House, tmp_path: Path, settings: object) -> None:
    take(tmp_path)
    settings.HISTORY_KEY = "somebody-else's-key-0123456789-abcdefghijklmnopqrstuvwxyz"
    with pytest.raises(Broken):
        read(tmp_path)


@pytest.mark.parametrize("which", ["log", "heads"])
def test_what_a_crash_left_half_written_does_no_harm(which: str, house: House, tmp_path: Path) -> None:
    received(house)
    take(tmp_path)
    (path,) = tmp_path.glob(f"*.{which}")
    with path.open("a") as file:
        file.write("= 2026-11-20T01:00:00.000000Z\nCR-2611" if which == "heads" else "2026-11-20T01:00:00.0")
    assert read(tmp_path).last is not None
    received(house)
    take(tmp_path)
    assert len(lines(tmp_path)) == 2
    assert len(read(tmp_path).present) == 2


def test_a_month_has_files_of_its_own_and_a_clock_put_back_does_not_mix_them(tmp_path: Path) -> None:
    take(tmp_path)
    TestClock.objects.create(offset=dt.timedelta(days=40))
    take(tmp_path)
    TestClock.objects.all().delete()
    take(tmp_path)
    assert [len(log.read_text().splitlines()) for log in sorted(tmp_path.glob("*.log"))] == [1, 2]
    assert read(tmp_path).last is not None


def test_the_furthest_end_is_kept() -> None:
    found = anchors.Anchors()
    found.take_in(Anchor("1", 1, "", "", ""), {"A": (5, "x")})
    found.take_in(Anchor("2", 1, "", "", ""), {"A": (5, "y")})
    found.take_in(Anchor("3", 1, "", "", ""), {"A": (7, "z")})
    assert found.furthest == {"A": Anchored(7, "z", "3")}
    assert [one.seq for one in found.fallen] == [6]


def test_the_commands_speak_of_it(house: House, tmp_path: Path) -> None:
    complaint = received(house)
    act("remark", complaint, house.assistant, text="问过车间")
    out = io.StringIO()
    call_command("anchor", anchors=tmp_path, stdout=out)
    assert out.getvalue() == lines(tmp_path)[0] + "\n"
    call_command("verify_history", anchors=tmp_path, stdout=out)
    assert f"anchors up to {read(tmp_path).last.at}" in out.getvalue()
    disarm()
    cut(complaint, 1)
    with pytest.raises(CommandError, match=f"first {complaint.number} entry 2: is missing"):
        call_command("verify_history", anchors=tmp_path, stdout=out)
    with pytest.raises(CommandError, match="has become shorter"):
        call_command("anchor", anchors=tmp_path, stdout=out)
    with pytest.raises(CommandError, match="There are no anchors"):
        call_command("verify_history", anchors=tmp_path / "nowhere", stdout=out)
