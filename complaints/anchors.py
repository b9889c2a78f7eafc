"""Anchors: what the history's ends were, hour by hour, kept outside the database, so that a chain cut short there is found here.

In a folder, by month: `2026-11.log` has one line an anchor: its time, how many chains, a root over (number, seq, head) of all of them,
the digest of what changed, and a seal over all that and the seal before. `2026-11.heads` has what changed: the ends of the chains that
have grown since the anchor before, so that the bad chain can be named. Both only grow. Not here: proving chains (`verification`).
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from escalation import clock

from .chains import HOUSE, Anchored, Finding
from .history import keyed, stamp
from .models import ChainHead, Complaint

FIRST = "0" * 64
MARK = "= "
LONGEST = 4096  # bytes; no line is longer


class Broken(Exception):
    """The anchors themselves are not as they were written; the message says where."""


class Anchor(NamedTuple):
    """One line of a log; `previous` is the seal before."""

    at: str
    chains: int
    root: str
    heads: str
    previous: str

    @property
    def seal(self) -> str:
        return keyed(self._text())

    def _text(self) -> str:
        return f"{self.at} chains={self.chains} root={self.root} heads={self.heads} previous={self.previous}"

    def __str__(self) -> str:
        return f"{self._text()} seal={self.seal}"


@dataclass
class Anchors:
    """What a folder says: the last anchor, the ends of all chains at it, and the furthest each chain ever came."""

    last: Anchor | None = None
    present: dict[str, Anchored] = field(default_factory=dict)
    furthest: dict[str, Anchored] = field(default_factory=dict)
    fallen: list[Finding] = field(default_factory=list)

    def take_in(self, anchor: Anchor, heads: Mapping[str, tuple[int, str]]) -> None:
        """Go on by one anchor. A chain that was shorter then than before had been cut; the longer end stays known."""
        for name, (seq, head) in heads.items():
            before = self.furthest.get(name)
            if before and seq <= before.seq:
                self.fallen.append(
                    Finding(name, seq + 1, f"had been cut or changed by {anchor.at}: at the anchor of {before.at} it was there")
                )
            else:
                self.furthest[name] = Anchored(seq, head, anchor.at)
            self.present[name] = Anchored(seq, head, anchor.at)
        self.last = anchor


def folder() -> Path:
    return Path(settings.DATA_DIR) / "anchors"


def take(where: Path) -> tuple[Anchor, list[Finding]]:
    """Add one anchor to the folder; returns it, and the chains that have become shorter since the one before. Raises Broken."""
    with _alone(where):
        known = read(where)
        at, ends = stamp(clock.instant()), _ends()
        gone = {name: (0, "") for name, one in known.present.items() if one.seq and name not in ends}
        grown = {name: end for name, end in (ends | gone).items() if end != _end(known.present.get(name))}
        heads = _block(at, grown)
        anchor = Anchor(at, len(ends), _root(ends), _digest(heads), known.last.seal if known.last else FIRST)
        month = max(at[:7], known.last.at[:7] if known.last else "")
        _add(where / f"{month}.heads", heads)
        _add(where / f"{month}.log", f"{anchor}\n")
        before = len(known.fallen)
        known.take_in(anchor, grown)
        return anchor, known.fallen[before:]


def read(where: Path) -> Anchors:
    """Everything the folder's anchors say, from the first on. Raises Broken where a line or block is not what was sealed."""
    found = Anchors()
    for log in sorted(where.glob("*.log")):
        blocks = _blocks(log.with_suffix(".heads"))
        for number, line in enumerate(_whole_lines(log), 1):
            anchor = _parsed(line)
            if anchor is None or str(anchor) != line or anchor.previous != (found.last.seal if found.last else FIRST):
                raise Broken(f"{log.name}, line {number}: not what was written, or a line before it is gone")
            heads = blocks.get(anchor.at, "")
            if _digest(heads) != anchor.heads:
                raise Broken(f"{log.stem}.heads: not what was written for the anchor of {anchor.at}")
            found.take_in(anchor, _heads(heads))
    if found.last and found.last.root != _root({name: _end(one) for name, one in found.present.items() if one.seq}):
        raise Broken(f"the root of {found.last.at} is not that of the heads")
    return found


# ── the ends of the chains ───────────────────────────────────────────────────────────────────────────────────


def _ends() -> dict[str, tuple[int, str]]:
    """Of all chains now, in one query's view; a house without entries has none."""
    rows = Complaint.objects.order_by().values_list("number", "history_seq", "history_head")
    house = [(HOUSE, one.seq, one.head) for one in ChainHead.objects.filter(seq__gt=0)]
    return {name: (seq, head) for name, seq, head in [*rows.iterator(), *house]}


def _end(one: Anchored | None) -> tuple[int, str]:
    return (one.seq, one.head) if one else (0, "")


def _root(ends: Mapping[str, tuple[int, str]]) -> str:
    return _digest("".join(f"{name} {seq} {head}\n" for name, (seq, head) in sorted(ends.items())))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ── the files ────────────────────────────────────────────────────────────────────────────────────────────────


def _block(at: str, ends: Mapping[str, tuple[int, str]]) -> str:
    return f"{MARK}{at}\n" + "".join(f"{name} {seq} {head}\n" for name, (seq, head) in sorted(ends.items()))


def _heads(block: str) -> dict[str, tuple[int, str]]:
    parts = (line.split(" ") for line in block.splitlines()[1:])
    return {name: (int(seq), head) for name, seq, head in parts}


def _blocks(path: Path) -> dict[str, str]:
    """The blocks of a file of heads by their anchor's time. One without its line in the log was cut short by a crash and not used."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    pieces = [MARK + piece for piece in f"\n{text}".split(f"\n{MARK}")[1:]]
    return {piece[len(MARK) :].partition("\n")[0]: piece if piece.endswith("\n") else piece + "\n" for piece in pieces}


def _parsed(line: str) -> Anchor | None:
    at, *pairs = line.split(" ")
    values = dict(pair.partition("=")[::2] for pair in pairs)
    try:
        return Anchor(at, int(values["chains"]), values["root"], values["heads"], values["previous"])
    except (KeyError, ValueError):
        return None


def _whole_lines(path: Path) -> Iterator[str]:
    """Without what a crash left of a last line: it was never told to anybody."""
    yield from (line.removesuffix("\n") for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n"))


def _add(path: Path, text: str) -> None:
    """Append and make sure that it is on the disk; what a crash left of an unfinished line goes first."""
    with path.open("a+b") as file:
        start = max(0, file.seek(0, os.SEEK_END) - LONGEST)
        file.seek(start)
        file.truncate(start + file.read().rfind(b"\n") + 1)
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _alone(where: Path) -> Iterator[None]:
    """Two who anchor at once do it one after the other."""
    where.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle = os.open(where, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        os.fsync(handle)
    finally:
        os.close(handle)
