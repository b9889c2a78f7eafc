"""How fast a long history is proved: `python -m tests.bench.history [entries]`, on an empty, migrated database of its own (DATABASE_URL).

Complaints are planted in bulk as the door would leave them: 15 entries each, 20 texts, 4 signatures.
"""

import datetime as dt
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from complaints import anchors, content, history  # noqa: E402 - Django has to be set up first
from complaints.models import Complaint, Event, Passage, Signature  # noqa: E402
from complaints.verification import verify_all  # noqa: E402
from organisation.models import Branch, Person  # noqa: E402

START = dt.datetime(2026, 1, 5, 1, tzinfo=dt.UTC)
ENTRIES = 15  # a complaint
FIRST = ("title", "about", "words", "place", "unit", "happened")  # texts of the first entry; the others have one each
SIGNED = {5: "drafted", 6: "reviewed", 7: "approved", 15: "closed"}
SALT = b"0123456789abcdef"
TEXT = "装机 40 台，试压有 7 台渗油"
DIGEST = history.passage_digest(SALT, TEXT)
BATCH = 1000


def plant(entries: int) -> None:
    branch = Branch.objects.create(code="bench", prefix="B", name="岚川精密制造")
    person = Person.objects.create_user("bench", None, name="高原", branch=branch)
    for first in range(0, entries // ENTRIES, BATCH):
        complaints = Complaint.objects.bulk_create(_complaint(branch, person, first + n) for n in range(BATCH))
        names = [*FIRST, *["text"] * (ENTRIES - 1)]
        texts = iter(Passage.objects.bulk_create(Passage(complaint=c, name=n, text=TEXT, salt=SALT) for c in complaints for n in names))
        events = Event.objects.bulk_create(event for c in complaints for event in _chain(c, person, texts))
        Signature.objects.bulk_create(_signature(event, person) for event in events if event.seq in SIGNED)
        Complaint.objects.bulk_update(complaints, ["history_seq", "history_head"])


def _complaint(branch: Branch, person: Person, number: int) -> Complaint:
    return Complaint(
        branch=branch, number=f"B-{number:07}", number_key=number, access_code="0", recorded_at=START, recorded_by=person, version=ENTRIES,
        received_at=START, received_by=person, state_since=START, **dict.fromkeys(FIRST, TEXT),
    )  # fmt: skip


def _chain(complaint: Complaint, person: Person, texts: Any) -> list[Event]:
    found: list[Event] = []
    changed = content.changes(dict.fromkeys(content.CODED), content.coded(complaint))
    for seq in range(1, ENTRIES + 1):
        said = {name: [next(texts).pk, DIGEST] for name in (FIRST if seq == 1 else ["text"])}
        body: dict[str, Any] = {"actor": person, "on_behalf": None, "recorded_at": START, "role": "manager", "texts": said, "version": seq}
        body |= {"changed": changed} if seq == 1 else {"changed": {"grade": [None, None]}, "inputs": {"department": 3, "grade": 4}}
        body |= {"signed": SIGNED[seq]} if seq in SIGNED else {}
        previous, text = complaint.history_head, history.canonical(body)
        digest = history.digest_of(previous, str(complaint.pk), seq, "remark", START, text)
        common = {"kind": "remark", "actor": person, "at": START, "recorded_at": START}
        found.append(Event(complaint=complaint, seq=seq, body=text, previous=previous, digest=digest, **common))
        complaint.history_seq, complaint.history_head = seq, digest
    return found


def _signature(event: Event, person: Person) -> Signature:
    meaning = SIGNED[event.seq]
    word = history.word_of(event.complaint_id, event.digest, meaning, person.pk, None, 1, START, {"proposal": None})
    body = history.canonical(word)
    common = {"round": 1, "person": person, "meaning": meaning, "at": START}
    return Signature(complaint_id=event.complaint_id, event=event, body=body, digest=history.keyed(body), **common)


def main(entries: int) -> None:
    if not Event.objects.exists():
        plant(entries)
    with tempfile.TemporaryDirectory() as folder:
        before = time.perf_counter()
        anchors.take(Path(folder))
        print(f"anchor of {Complaint.objects.count()} chains: {time.perf_counter() - before:.1f} s")
        before, busy = time.perf_counter(), time.process_time()
        report = verify_all(anchors.read(Path(folder)).furthest)
        seconds, busy = time.perf_counter() - before, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{report.entries} entries, {report.texts} texts, {report.signatures} signatures: {peak:.0f} MiB")
    print(f"proved in {seconds:.1f} s, busy for {busy:.1f} s of these")
    print(f"a million entries: {seconds / report.entries * 1e6:.1f} s (promised: 60)")
    sys.exit(bool(report.bad))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
