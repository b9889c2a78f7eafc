"""The timers of a complaint as its history has them, and whether the rows say the same (invariant I6).

Moves and changes of policy note what they did to timers; running out, warnings and words on what is to be done are entries of their own.
Pure: works on entries that `chains` has found sound. Not here: the record itself (`replay`), working time, which nobody works out again.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from escalation.models import TimerState, Verdict
from escalation.policies import Code, Rung

from .chains import Chain, Entry, Finding, Text
from .history import stamp

Key = tuple[str, str, int]
"""Code, subject, ordinal."""
IMPORTED = "import"
STEPS = frozenset({"warned", "ran_out", "escalated"})


class TimerRow(NamedTuple):
    """A timer as it stands in the database."""

    id: int
    code: str
    subject: str
    ordinal: int
    due: dt.datetime
    state: str
    verdict: str
    stopped_at: dt.datetime | None
    ran_out_at: dt.datetime | None
    source: str

    @property
    def key(self) -> Key:
        return self.code, self.subject, self.ordinal


class EscalationRow(NamedTuple):
    id: int
    timer_id: int
    event_id: int
    code: str
    rung: int
    due: dt.datetime
    to: list[int]
    acknowledged_at: dt.datetime | None
    acknowledged_by_id: int | None
    instruction: str
    wanted_by: dt.datetime | None


@dataclass
class Told:
    """One timer as the history has it; `due` as it is hashed."""

    due: str
    state: str = TimerState.RUNNING
    verdict: str = Verdict.NONE
    stopped_at: dt.datetime | None = None
    ran_out_at: dt.datetime | None = None


@dataclass
class Raised:
    """One step that was raised; `must` is whether it was raised to somebody, so that its row has to be there."""

    key: Key
    rung: int
    due: str
    to: list[int]
    seq: int
    must: bool


@dataclass
class Answer:
    """A word on what is to be done."""

    at: dt.datetime
    by: int | None
    wanted_by: str | None
    text: int | None


@dataclass
class Times:
    """All that a history says of time; steps by the instant they were raised at, answers by escalation."""

    timers: dict[Key, Told] = field(default_factory=dict)
    raised: list[Raised] = field(default_factory=list)
    answers: dict[int, Answer] = field(default_factory=dict)


def times_of(entries: list[Entry]) -> Times:
    found = Times()
    for entry in entries:
        said = entry.said
        if entry.kind in STEPS:
            _take_step(found, entry)
        for code, subject, ordinal, what, due in said.get("timers", ()):
            _take(found, (code, subject, ordinal), what, due, entry.at)
        for code, verdict in said.get("verdicts", {}).items():
            if (code, "", 1) in found.timers:
                found.timers[code, "", 1].verdict = verdict
        if entry.kind == "acknowledge_escalation":
            answer = Answer(entry.at, entry.actor_id, said["inputs"].get("wanted_by"), said["texts"].get("instruction", [None])[0])
            found.answers |= dict.fromkeys(said["escalations"], answer)
    return found


def _take(found: Times, key: Key, what: str, due: str, at: dt.datetime) -> None:
    timer = found.timers.setdefault(key, Told(due))
    timer.due = due
    if what in ENDS:
        timer.state, timer.stopped_at = ENDS[what], at
        if what == "stopped" and timer.verdict != Verdict.LATE:
            timer.verdict = Verdict.LATE if stamp(at) > due else Verdict.IN_TIME
    elif what == "taken_back":
        timer.state, timer.stopped_at, timer.verdict = TimerState.RUNNING, None, Verdict.NONE
    elif what in GOES_ON:
        timer.state = GOES_ON[what]


ENDS = {"stopped": TimerState.STOPPED, "void": TimerState.VOID}
GOES_ON = {"paused": TimerState.PAUSED, "resumed": TimerState.RUNNING}


def _take_step(found: Times, entry: Entry) -> None:
    said = entry.said
    code, subject, ordinal = said["timer"]
    key, to, rung = (code, subject, ordinal), said["to"], said["rung"]
    found.raised.append(Raised(key, rung, said["due"], to, entry.seq, bool(to) or rung < Rung.OUT))
    if rung == Rung.OUT and key in found.timers:
        found.timers[key].verdict, found.timers[key].ran_out_at = Verdict.LATE, entry.at


# ── comparing ────────────────────────────────────────────────────────────────────────────────────────────────


def timer_differences(chain: Chain, timers: list[TimerRow], escalations: list[EscalationRow]) -> Iterator[Finding]:
    """What is not as the history of a sound chain says."""
    told = times_of(chain.entries)
    for what in (*_timers(told, timers), *_escalations(told, timers, escalations, chain)):
        yield Finding(chain.name, 0, f"{what} is not what its history says")


def _timers(told: Times, timers: list[TimerRow]) -> Iterator[str]:
    rows = {timer.key: timer for timer in timers if timer.code != Code.REGRADE}  # notes to the sweep, no duties: no history has them
    for key in sorted(rows.keys() | told.timers.keys()):
        one, row = told.timers.get(key), rows.get(key)
        if one is None or row is None:
            yield f"timer “{_name(key)}”: whether it is there"
        elif wrong := _wrong(one, row):
            yield f"timer “{_name(key)}”: “{wrong}”"


def _wrong(told: Told, row: TimerRow) -> str:
    """The first column that says something else."""
    if stamp(row.due) != told.due:
        return "due"
    stopped_same = row.stopped_at == told.stopped_at or row.source == IMPORTED
    same = {
        "state": row.state == told.state, "verdict": row.verdict == told.verdict, "stopped_at": stopped_same,
        "ran_out_at": row.ran_out_at == told.ran_out_at,
    }  # fmt: skip
    return next((name for name, is_same in same.items() if not is_same), "")


def _name(key: Key) -> str:
    code, subject, ordinal = key
    return f"{code} {subject}".strip() + (f" ({ordinal})" if ordinal > 1 else "")


def _escalations(told: Times, timers: list[TimerRow], rows: list[EscalationRow], chain: Chain) -> Iterator[str]:
    keys, seqs = {timer.id: timer.key for timer in timers}, {row.id: row.seq for row in chain.rows}
    by_entry = {seqs.get(row.event_id, -row.id): row for row in rows}
    for one in told.raised:
        row = by_entry.pop(one.seq, None)
        if (row is None and one.must) or (row and not _raised_same(one, row, keys)):
            yield f"what was raised of timer “{_name(one.key)}” (entry {one.seq})"
        elif row and not _answered_same(told.answers.get(row.id), row, chain.texts):
            yield f"the word on timer “{_name(one.key)}” (entry {one.seq})"
    yield from (f"escalation {row.id}, which no entry raised," for row in by_entry.values())


def _raised_same(one: Raised, row: EscalationRow, keys: Mapping[int, Key]) -> bool:
    return (keys.get(row.timer_id), row.code, row.rung, stamp(row.due), row.to) == (one.key, one.key[0], one.rung, one.due, one.to)


def _answered_same(answer: Answer | None, row: EscalationRow, texts: Mapping[int, Text]) -> bool:
    if answer is None:
        return (row.acknowledged_at, row.acknowledged_by_id, row.instruction, row.wanted_by) == (None, None, "", None)
    wanted = stamp(row.wanted_by) if row.wanted_by else None
    text = texts.get(answer.text) if answer.text else None
    worded = row.instruction == (text.text if text else "") or bool(text and text.erased_at)
    return (row.acknowledged_at, row.acknowledged_by_id, wanted) == (answer.at, answer.by, answer.wanted_by) and worded
