"""The rounds of measures as a reader sees them: one with its measures and signatures, or two beside each other (R19).

Not here: writing rounds (`effects`) and the form of the plan (`forms.plan`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from complaints.forms.base import MEANINGS
from complaints.models import Attachment, Complaint, Event, Measure, Round
from complaints.planrows import Answer, Spot, answered, read, total
from complaints.states import MeasureKind

from . import planwords
from .differences import Piece, marked
from .rows import Rows
from .turns import Look

SIGNED_ON_PLAN = {"propose", "review_ok", "approve", "group_approve"}


@dataclass(frozen=True)
class Signed:
    """A signed block: who, meaning what, when."""

    event: Event
    meaning: str


def signed_by_round(transitions: Iterable[Event]) -> dict[int, list[Signed]]:
    """The signatures of the plan, from events loaded with theirs; closing is not among them."""
    found: dict[int, list[Signed]] = {}
    for event in transitions:
        signature = getattr(event, "signature", None)
        if signature and event.kind in SIGNED_ON_PLAN:
            found.setdefault(signature.round, []).append(Signed(event, meaning(event, signature.meaning)))
    return found


def meaning(event: Event, code: str) -> str:
    """“reviewed”, or “reviewed, deputy for Lin Xiaofeng”."""
    word = str(MEANINGS.get(code, code))
    return _("%(word)s, deputy for %(person)s") % {"word": word, "person": event.on_behalf} if event.on_behalf else word


@dataclass
class Shown:
    """One round with everything that belongs to it."""

    round: Round
    measures: list[Measure]
    signatures: list[Signed]
    files: dict[int, list[Attachment]] = field(default_factory=dict)
    sent_back: str = ""
    """Why it was sent back: the reason the next round was opened with."""

    departments: Mapping[int, Any] = field(default_factory=dict)
    evidence: Mapping[int, Attachment] = field(default_factory=dict)
    """Files of the complaint by their number."""

    @property
    def found(self) -> list[str]:
        return planwords.found(self.round)

    @property
    def shares(self) -> list[str]:
        return planwords.shares(self.round, self.departments)

    @property
    def ledger(self) -> list[Spot]:
        return read("ledger", self.round.ledger)

    @property
    def ledger_rows(self) -> list[tuple[Spot, list[str], list[Attachment]]]:
        """Each place with what the stock system says in words, and the files that prove it."""
        return [(spot, planwords.stock(spot), [self.evidence[n] for n in spot.files if n in self.evidence]) for spot in self.ledger]

    @property
    def sums(self) -> Mapping[str, Any]:
        return total(self.ledger)

    @property
    def whys(self) -> list[str]:
        """All links; the last one is the cause."""
        return [row.text for row in read("whys", self.round.whys)]

    @property
    def escape_whys(self) -> list[str]:
        return [row.text for row in read("escape_whys", self.round.escape_whys)]

    @property
    def across(self) -> list[str]:
        return planwords.across(self.round)

    @property
    def remedy(self) -> list[str]:
        return planwords.remedy(self.round)

    @property
    def answers(self) -> list[tuple[str, Answer]]:
        """Each point of why the round before came back, with what this one says to it."""
        return answered(self.round.opened_because, self.round.answers)

    @property
    def none_needed(self) -> str:
        return planwords.none_needed(self.round)

    def rows(self) -> list[tuple[Measure, list[Attachment]]]:
        return [(measure, self.files.get(measure.pk, [])) for measure in self.measures]


def shown(rows: Rows) -> list[Shown]:
    """All rounds in order."""
    files, measures, signed = _by_measure(rows.files), _by_round(rows.measures), signed_by_round(rows.transitions)
    because = {later.number - 1: later.opened_because for later in rows.rounds}
    named = planwords.departments_named(rows.complaint, rows.rounds)
    evidence = {file.number: file for file in rows.files if file.number is not None}
    return [
        Shown(r, measures.get(r.pk, []), signed.get(r.number, []), files, because.get(r.number, ""), named, evidence) for r in rows.rounds
    ]


def _by_measure(files: Iterable[Attachment]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = {}
    for file in files:
        if file.measure_id:
            found.setdefault(file.measure_id, []).append(file)
    return found


def _by_round(measures: Iterable[Measure]) -> dict[int, list[Measure]]:
    found: dict[int, list[Measure]] = {}
    for measure in measures:
        found.setdefault(measure.round_id, []).append(measure)
    return found


def look(rows: Rows) -> Look:
    """What the turns depend on."""
    now = next((r for r in rows.rounds if r.number == rows.complaint.round), None)
    measures = [m for m in rows.measures if now and m.round_id == now.pk]
    return Look(rows.complaint, measures, rows.promises, approved=now is not None and now.approved_at is not None)


def present(rounds: list[Shown], complaint: Complaint) -> Shown | None:
    return next((one for one in rounds if one.round.number == complaint.round), None)


def last_proposed(rounds: list[Shown]) -> Shown | None:
    return next((one for one in reversed(rounds) if one.round.proposed_at), None)


@dataclass(frozen=True)
class Row:
    """One part of the plan in both rounds."""

    label: str
    old: list[Piece]
    new: list[Piece]

    @property
    def changed(self) -> bool:
        return any(piece.changed for piece in (*self.old, *self.new))


def comparison(old: Shown, new: Shown) -> list[Row]:
    """Every part of the plan, changed or not, in the order of the form."""
    return [Row(label, *marked(before, after)) for label, before, after in _parts(old, new)]


def _parts(old: Shown, new: Shown) -> Iterator[tuple[str, str, str]]:
    yield from _value(old, new, "investigation", "finding")
    yield from _lines(_("Investigation"), old.found, new.found)
    yield from _lines(_("Shares of responsibility"), ["\n".join(old.shares)], ["\n".join(new.shares)])
    yield from _lines(_("Where the goods are"), planwords.ledger(old.round), planwords.ledger(new.round))
    yield from _lines(_("Why it occurred"), old.whys[:-1], new.whys[:-1])
    yield from _value(old, new, "cause", "cause_category")
    yield from _lines(_("Why it escaped"), old.escape_whys[:-1], new.escape_whys[:-1])
    yield from _value(old, new, "escape", "escape_category")
    yield from _lines(_("No measure needed"), [old.none_needed], [new.none_needed])
    yield from _measures(old.measures, new.measures)
    yield from _lines(_("Read across"), old.across, new.across)
    yield from _lines(_("Remedy for the customer"), ["\n".join(old.remedy)], ["\n".join(new.remedy)])


def _value(old: Shown, new: Shown, *names: str) -> Iterator[tuple[str, str, str]]:
    for name in names:
        before, after = (_said(one.round, name) for one in (old, new))
        if before or after:
            yield str(getattr(Round._meta.get_field(name), "verbose_name", name)).capitalize(), before, after


def _said(round_: Round, name: str) -> str:
    shown = getattr(round_, f"get_{name}_display", None)
    return str(shown()) if shown else getattr(round_, name)


def _lines(label: str, old: list[str], new: list[str]) -> Iterator[tuple[str, str, str]]:
    """Line against line, for rounds begin as copies; a part of several lines says which."""
    most = max(len(old), len(new))
    for place in range(most):
        before, after = (lines[place] if place < len(lines) else "" for lines in (old, new))
        if before or after:
            yield f"{label} {place + 1}" if most > 1 else label, before, after


def _measures(old: list[Measure], new: list[Measure]) -> Iterator[tuple[str, str, str]]:
    """A measure is the same when it stands at the same place among those of its kind: rounds begin as copies."""
    for kind in MeasureKind:
        before, after = ([_measure(m) for m in measures if m.kind == kind] for measures in (old, new))
        for place in range(max(len(before), len(after))):
            label = f"{kind.label} {place + 1}"
            yield label, before[place] if place < len(before) else "", after[place] if place < len(after) else ""


def _measure(measure: Measure) -> str:
    return f"{measure.text} · {measure.owner} · {measure.due_on}"
