"""Replaying a complaint's history and comparing what comes out with what stands there now: the record, its rounds of measures, its files.

Pure: works on entries that `chains` has found sound. A difference means that a row was changed past the door, by whoever owns the
database; signatures given on it do not match any more. Not here: parts, links, words with the customer (passages keep those).
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .chains import Entry, Finding, Text
from .content import FIELDS
from .history import plain
from .models import Attachment, Complaint, Measure, Round
from .models.record import TEXT_FIELDS
from .planrows import SHAPES, coded, texts
from .plans import CODED_COLUMNS, WORDED_COLUMNS
from .states import Verdict

# What a column says that no entry ever named: its default, for the column may be younger than the complaint.
ABSENT = {name: plain(column.get_default()) for name, column in FIELDS.items()}
WORDED = tuple(sorted(TEXT_FIELDS - {"source_key"}))
# Of a round, by column: what it says that its proposal did not name, because the column is younger.
PLANNED = {column.attname: column.name for column in Round._meta.concrete_fields if column.name in CODED_COLUMNS}
NOT_SAID = {column.attname: plain(column.get_default()) for column in Round._meta.concrete_fields if column.name in CODED_COLUMNS}
SLOTS = {
    "propose": ("drafted_by_id", "proposed_at"),
    "review_ok": ("reviewed_by_id", "reviewed_at"),
    "approve": ("approved_by_id", "approved_at"),
    "group_approve": ("group_approved_by_id", "group_approved_at"),
}
SLOT_COLUMNS = tuple(name for pair in SLOTS.values() for name in pair)
VERIFYING = frozenset({"verify", "not_effective", "fail_after_closing"})
OPENING = frozenset({"review_ng", "approve_ng", "group_ng", "redo", "crisis", "not_effective"})

Key = int | None
"""Of a passage; None where nothing was written."""


@dataclass
class Plan:
    """A round as its proposal and the decisions on it left it; `seq` of the proposal, 0 while it is a draft."""

    seq: int = 0
    columns: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, Key] = field(default_factory=dict)
    measures: dict[int, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    row_texts: dict[str, int] = field(default_factory=dict)


@dataclass
class Replayed:
    """A complaint as its history has it. Texts are keys of passages; `since` is the entry that set a column last."""

    columns: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, Key] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    state_since: dt.datetime | None = None
    version: int = 1
    plans: dict[int, Plan] = field(default_factory=dict)
    done: dict[int, tuple[dt.datetime, Key]] = field(default_factory=dict)
    verified: dict[int, tuple[int | None, dt.datetime | None, bool | None, Key]] = field(default_factory=dict)
    files: dict[int, str] = field(default_factory=dict)
    slips: list[tuple[int, str]] = field(default_factory=list)

    @property
    def plan(self) -> Plan:
        """Of the present round."""
        return self.plans.setdefault(self.columns.get("round", 1), Plan())


def replay(entries: list[Entry]) -> Replayed:
    found = Replayed()
    for entry in entries:
        given = {name: key for name, (key, _) in entry.said["texts"].items()}
        _take_columns(found, entry)
        _take_texts(found, entry, given)
        _take_plan(found, entry, given)
        _take_progress(found, entry, given)
        found.files |= dict(entry.said.get("files", []))
    return found


def differences(
    complaint: Complaint, entries: list[Entry], texts: Mapping[int, Text], rounds: list[Round], files: list[Attachment]
) -> Iterator[Finding]:
    """What is not as the history says; first what it says of itself, then the record, the rounds and the files."""
    told = replay(entries)
    yield from (Finding(complaint.number, seq, what) for seq, what in told.slips)
    for since, what in (*_record(complaint, told, texts), *_rounds(rounds, told, texts), *_files(files, told)):
        yield Finding(complaint.number, 0, f"{what} is not what its history says{_unsealed(entries, since)}")


def _unsealed(entries: list[Entry], since: int) -> str:
    """The last signature given on what was changed."""
    signed = [entry for entry in entries if entry.seq >= since and "signed" in entry.said]
    return f": signature does not match (entry {signed[-1].seq}, “{signed[-1].said['signed']}”)" if signed else ""


# ── taking up an entry ───────────────────────────────────────────────────────────────────────────────────────


def _take_columns(found: Replayed, entry: Entry) -> None:
    changed = entry.said.get("changed", {})
    for name, (before, after) in changed.items():
        if entry.seq > 1 and name in FIELDS and found.columns.get(name, ABSENT[name]) != before:
            found.slips.append((entry.seq, f"“{name}” had been changed past the history before “{entry.kind}”"))
        found.columns[name], found.since[name] = after, entry.seq
    if "state" in changed:
        found.state_since = entry.at
    found.version = entry.said.get("version", found.version)


def _take_texts(found: Replayed, entry: Entry, given: dict[str, int]) -> None:
    """The first entry has the record's texts by name; later ones what was reworded, nothing where the new wording is empty."""
    if entry.seq == 1:
        found.texts = {name: key for name, key in given.items() if name in WORDED}
    for name in given:
        when, _, column = name.partition(":")
        if when in {"old", "new"}:
            found.texts[column] = given.get(f"new:{column}")
            found.since[column] = entry.seq


def _take_plan(found: Replayed, entry: Entry, given: dict[str, int]) -> None:
    plan = found.plan
    if entry.kind in OPENING:
        plan.texts["opened_because"] = given.get("reason")
    if entry.kind in SLOTS:
        plan.columns |= dict(zip(SLOTS[entry.kind], (entry.actor_id, entry.at), strict=True))
    if entry.said.get("four_eyes_exception"):
        plan.texts["four_eyes_exception"] = given.get("exception")
    if entry.kind == "propose":
        _take_proposal(plan, entry, given)
    if entry.kind == "hand_over":
        for key in entry.said["measures"]:
            plan.measures.get(key, {})["owner"] = entry.said["inputs"]["successor"]
    if entry.kind == "fix_dates":
        for key, date in (entry.said["inputs"].get("dates") or {}).items():
            plan.measures.get(int(key), {})["due_on"] = date
        for key, owner in (entry.said["inputs"].get("owners") or {}).items():
            plan.measures.get(int(key), {})["owner"] = owner
    if entry.kind == "redate_measure":
        plan.measures.get(entry.said["inputs"]["measure"], {})["due_on"] = entry.said["inputs"]["due_on"]


def _take_proposal(plan: Plan, entry: Entry, given: dict[str, int]) -> None:
    proposal = entry.said["plan"]
    plan.seq = entry.seq
    plan.columns |= {column: proposal.get(name, NOT_SAID[column]) for column, name in PLANNED.items()}
    plan.texts |= {name: given.get(name) for name in WORDED_COLUMNS}
    plan.rows = proposal.get("rows", {})
    plan.row_texts = {name: key for name, key in given.items() if name.partition(":")[0] in SHAPES}
    plan.measures = {m["id"]: {**m, "text": given.get(f"measure:{m['id']}")} for m in proposal["measures"]}


def _take_progress(found: Replayed, entry: Entry, given: dict[str, int]) -> None:
    inputs = entry.said.get("inputs", {})
    if entry.kind == "contain" and inputs.get("done"):
        found.done[entry.said["measure"]] = (entry.at, given.get("done_note"))
    elif entry.kind == "measure_done":
        found.done[inputs["measure"]] = (entry.at, given.get("evidence"))
    elif entry.kind in VERIFYING and "found" in entry.said:
        _take_verdicts(found, entry, given)
    elif entry.kind in VERIFYING:
        works = entry.kind == "verify"
        found.verified[inputs["measure"]] = (entry.actor_id, entry.at, works, given.get("evidence" if works else "reason"))
    elif entry.kind == "recurred":
        for key in entry.said["failed"]:
            by, at, _works, words = found.verified.get(key, (None, None, None, None))
            found.verified[key] = (by, at, False, words)


def _take_verdicts(found: Replayed, entry: Entry, given: dict[str, int]) -> None:
    """Several measures in one entry; one that was not carried out is as if it had never been reported done."""
    for key, verdict in entry.said["found"]:
        if verdict == Verdict.UNDONE:
            found.done.pop(key, None)
        else:
            found.verified[key] = (entry.actor_id, entry.at, verdict == Verdict.WORKS, given.get(f"verdict:{key}"))


# ── comparing ────────────────────────────────────────────────────────────────────────────────────────────────

Difference = tuple[int, str]
"""Since which entry it stood, and what it is."""


def _same(present: str, key: Key, texts: Mapping[int, Text]) -> bool:
    """Whether a column has the wording of the passage; of an erased one nobody can say any more."""
    if key is None:
        return not present
    return texts[key].erased_at is not None or texts[key].text == present


def _record(complaint: Complaint, told: Replayed, texts: Mapping[int, Text]) -> Iterator[Difference]:
    for name in FIELDS:
        if plain(getattr(complaint, name)) != told.columns.get(name, ABSENT[name]):
            yield told.since.get(name, 1), f"“{name}”"
    for name in WORDED:
        if not _same(getattr(complaint, name) or "", told.texts.get(name), texts):
            yield told.since.get(name, 1), f"“{name}”"
    if (complaint.version, complaint.state_since) != (told.version, told.state_since):
        yield 1, "“version” or “state_since”"


def _rounds(rounds: list[Round], told: Replayed, texts: Mapping[int, Text]) -> Iterator[Difference]:
    numbers = {round_.number for round_ in rounds}
    yield from ((plan.seq, f"round {number}") for number, plan in told.plans.items() if plan.seq and number not in numbers)
    for round_ in rounds:
        plan = told.plans.get(round_.number, Plan())
        if not (_round_same(round_, plan, texts) and _measures_same(round_, plan, texts)):
            yield plan.seq or 1, f"round {round_.number}"
        for measure in round_.measures.all():
            if not _progress_same(measure, told, texts):
                yield plan.seq or 1, f"what is recorded of measure {measure.pk}"


def _round_same(round_: Round, plan: Plan, passages: Mapping[int, Text]) -> bool:
    worded = ("opened_because", "four_eyes_exception") + (WORDED_COLUMNS if plan.seq else ())
    return (
        all(getattr(round_, name) == plan.columns.get(name) for name in SLOT_COLUMNS)
        and all(_same(getattr(round_, name), plan.texts.get(name), passages) for name in worded)
        and (not plan.seq or _plan_same(round_, plan, passages))
    )


def _plan_same(round_: Round, plan: Plan, passages: Mapping[int, Text]) -> bool:
    """Of a round that was proposed: every coded column and row as it was, every row's words."""
    columns = all(plain(getattr(round_, column)) == plan.columns[column] for column in PLANNED)
    rows = all(coded(name, getattr(round_, name)) == plan.rows.get(name, []) for name in SHAPES)
    written = {key: text for name in SHAPES for key, text in texts(name, getattr(round_, name))}
    return columns and rows and all(_same(written.get(key, ""), plan.row_texts.get(key), passages) for key in {*written, *plan.row_texts})


def _measures_same(round_: Round, plan: Plan, texts: Mapping[int, Text]) -> bool:
    """Of a round that was proposed: the same measures in the same order, word for word."""
    if not plan.seq:
        return True
    rows = list(round_.measures.all())
    return [row.pk for row in rows] == list(plan.measures) and all(_measure_same(row, plan.measures[row.pk], texts) for row in rows)


def _measure_same(row: Measure, said: dict[str, Any], texts: Mapping[int, Text]) -> bool:
    coded_same = (row.kind, row.owner_id, plain(row.due_on)) == (said["kind"], said["owner"], said["due_on"])
    return coded_same and _same(row.text, said["text"], texts)


def _progress_same(row: Measure, told: Replayed, texts: Mapping[int, Text]) -> bool:
    """Done as an entry says, of the measure itself or of the one it was copied from; verified as an entry says."""
    done = told.done.get(row.pk) or next((one for one in told.done.values() if one[0] == row.done_at), (None, None))
    by, at, effective, key = told.verified.get(row.pk, (None, None, None, None))
    return (
        (row.done_at, row.verified_by_id, row.verified_at, row.effective) == (done[0], by, at, effective)
        and _same(row.evidence, done[1], texts)
        and _same(row.verification, key, texts)
    )


def _files(files: list[Attachment], told: Replayed) -> Iterator[Difference]:
    present = {file.pk: file.sha256 for file in files}
    yield from ((1, f"file {key}") for key in sorted(present.keys() | told.files.keys()) if present.get(key) != told.files.get(key))
