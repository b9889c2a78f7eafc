"""Walking along one chain of history, from its first entry to the first that is not what was written.

Pure: works on rows that `verification` has read. Every entry must follow the one before, fit its keyed digest, say in its columns what
its hashed body says, and have the texts and the signature it names. Not here: what the record should be after it (`replay`).
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from .history import canonical, digest_of, keyed, passage_digest, stamp, word_of

HOUSE = "house"


class Row(NamedTuple):
    """An event as it stands in the database."""

    seq: int
    kind: str
    actor_id: int | None
    on_behalf_id: int | None
    at: dt.datetime
    recorded_at: dt.datetime
    body: str
    previous: str
    digest: str
    id: int


class Text(NamedTuple):
    name: str
    text: str
    salt: bytes | memoryview | None
    erased_at: dt.datetime | None


class Sealed(NamedTuple):
    """A signature as it stands in the database."""

    person_id: int
    on_behalf_id: int | None
    meaning: str
    round: int
    at: dt.datetime
    body: str
    digest: str


class Entry(NamedTuple):
    """An event that was found to be what was written, its body read."""

    seq: int
    kind: str
    actor_id: int | None
    at: dt.datetime
    digest: str
    said: dict[str, Any]


class Finding(NamedTuple):
    """What is wrong, and where: the entry's number, 0 for the row of the complaint itself or what belongs to it."""

    chain: str
    seq: int
    what: str

    def __str__(self) -> str:
        return f"{self.chain} {f'entry {self.seq}' if self.seq else 'record'}: {self.what}"


class Anchored(NamedTuple):
    """How far a chain had come when an anchor was taken."""

    seq: int
    head: str
    at: str


@dataclass
class Chain:
    """One chain's rows; `name` is the complaint's number or HOUSE, `key` what stands for it in the hash, `seq` and `head` its row's."""

    name: str
    key: str
    seq: int
    head: str
    rows: list[Row]
    texts: dict[int, Text]
    signatures: dict[int, Sealed]
    erasures: Mapping[int, dt.datetime]
    entries: list[Entry] = field(default_factory=list)
    erased: list[Finding] = field(default_factory=list)


def first_bad(chain: Chain, anchored: Anchored | None = None) -> Finding | None:
    """The first row that is bad, or None; `chain.entries` are those before it, `chain.erased` the texts that were erased with a record."""
    return next(_walk(chain), None) or next(_ends(chain, anchored), None) or next(_left_over(chain), None)


def first_bad_up_to(chain: Chain, seq: int) -> Finding | None:
    """The same for the chain as it was when entry `seq` was its last; what came later is not looked at."""
    then = replace(chain, rows=chain.rows[:seq], entries=[], erased=[])
    return next(_walk(then), None)


def _walk(chain: Chain) -> Iterator[Finding]:
    previous, proposal = "", None
    for seq, row in enumerate(chain.rows, 1):
        wrong = _entry_wrong(chain, seq, previous, row)
        if wrong:
            yield Finding(chain.name, seq, wrong)
            return
        entry = Entry(row.seq, row.kind, row.actor_id, row.at, row.digest, json.loads(row.body))
        previous, proposal = row.digest, row.digest if row.kind == "propose" else proposal
        wrong = _columns_wrong(row, entry.said) or _texts_wrong(chain, entry) or _signature_wrong(chain, row, entry.said, proposal)
        if wrong:
            yield Finding(chain.name, seq, wrong)
            return
        chain.entries.append(entry)


def _entry_wrong(chain: Chain, seq: int, previous: str, row: Row) -> str:
    if row.seq != seq:
        return "is missing" if row.seq > seq else f"another entry {row.seq} stands in its place"
    if row.previous != previous:
        return f"“{row.kind}” does not continue the entry before it"
    if row.digest != digest_of(previous, chain.key, seq, row.kind, row.at, row.body):
        return f"“{row.kind}” was changed: its digest does not fit"
    return ""


def _columns_wrong(row: Row, said: dict[str, Any]) -> str:
    if (said["actor"], said["on_behalf"], said["recorded_at"]) != (row.actor_id, row.on_behalf_id, stamp(row.recorded_at)):
        return f"“{row.kind}” was changed: its columns are not what was hashed"
    return ""


def _texts_wrong(chain: Chain, entry: Entry) -> str:
    for name, (key, digest) in entry.said["texts"].items():
        text = chain.texts.get(key)
        if text is None:
            return f"“{entry.kind}” lacks its text “{name}”"
        if text.erased_at is not None:
            if chain.erasures.get(key) != text.erased_at or text.text or text.salt:
                return f"“{entry.kind}”: the text “{name}” was erased without a record"
            chain.erased.append(Finding(chain.name, entry.seq, f"“{name}” erased on {text.erased_at:%Y-%m-%d}"))
        elif text.salt is None or text.name != name or passage_digest(text.salt, text.text) != digest:
            return f"“{entry.kind}”: the text “{name}” was changed"
    return ""


def _signature_wrong(chain: Chain, row: Row, said: dict[str, Any], proposal: str | None) -> str:
    meaning, sealed = said.get("signed"), chain.signatures.get(row.id)
    if meaning is None and sealed is None:
        return ""
    if sealed is None:
        return f"“{row.kind}” lacks its signature “{meaning}”"
    columns = (sealed.person_id, sealed.on_behalf_id, sealed.meaning, sealed.at)
    content = {"proposal": proposal}
    word = word_of(int(chain.key), row.digest, sealed.meaning, sealed.person_id, sealed.on_behalf_id, sealed.round, sealed.at, content)
    if (
        columns != (row.actor_id, row.on_behalf_id, meaning, row.at)
        or sealed.body != canonical(word)
        or keyed(sealed.body) != sealed.digest
    ):
        return f"“{row.kind}”: the signature “{sealed.meaning}” does not match"
    return ""


def _ends(chain: Chain, anchored: Anchored | None) -> Iterator[Finding]:
    """Whether the chain ends where its complaint says, and reaches at least as far as it was anchored."""
    length = len(chain.rows)
    if length < chain.seq or (not length and chain.name != HOUSE):
        yield Finding(chain.name, length + 1, f"is missing: the chain was {max(chain.seq, 1)} long")
    if anchored and length < anchored.seq:
        yield Finding(chain.name, length + 1, f"is missing: the chain was {anchored.seq} long at the anchor of {anchored.at}")
    if anchored and length >= anchored.seq > 0 and chain.rows[anchored.seq - 1].digest != anchored.head:
        yield Finding(chain.name, anchored.seq, f"is not the one that stood there at the anchor of {anchored.at}")
    if (chain.seq, chain.head) != (length, chain.rows[-1].digest if length else ""):
        yield Finding(chain.name, 0, f"it counts {chain.seq} entries and does not end with the last of its {length}")


def _left_over(chain: Chain) -> Iterator[Finding]:
    """Texts and signatures that no entry names: somebody has put them there."""
    named = {key for entry in chain.entries for key, _ in entry.said["texts"].values()}
    if added := sorted(chain.texts.keys() - named):
        yield Finding(chain.name, 0, f"text {added[0]} belongs to no entry")
    signed = {row.id for row in chain.rows}
    if chain.signatures.keys() - signed:
        yield Finding(chain.name, 0, "a signature belongs to no entry of it")
