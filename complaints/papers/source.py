"""Everything of one complaint that its printed documents tell, in eight queries.

Decisions are read from the history with what was written at them; the plan is the last one proposed, for a draft is nobody's word yet.
Not here: what stands in which document.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.models import Attachment, Complaint, Event, Measure, Passage, Round, Visit, Word
from complaints.moves import MOVES
from complaints.states import MeasureKind, WordKind
from complaints.ticket.planwords import departments_named
from complaints.verification import snapshot

DECISIONS = frozenset(name for name, move in MOVES.items() if not move.is_act) | {"sign_off", "countersign_ok"}
REOPENINGS = ("reopen", "countersign_ng")
RELATED = (
    "branch", "customer", "contact", "on_behalf", "product", "lot", "type", "department__head", "handler", "received_by", "recorded_by",
    "acting_head",
)  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """One decision with the texts written at it, by name."""

    event: Event
    texts: dict[str, str]
    body: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Source:
    complaint: Complaint
    last: Event
    """The newest entry of its history: a document shows the record as of then."""
    decisions: list[Decision]
    rounds: list[Round]
    measures: list[Measure]
    words: list[Word]
    visits: list[Visit]
    files: list[Attachment]

    @cached_property
    def plan(self) -> Round | None:
        """The last proposed round."""
        return next((one for one in reversed(self.rounds) if one.proposed_at), None)

    @cached_property
    def departments(self) -> dict[int, Any]:
        """Those with a share of the responsibility in the plan."""
        return departments_named(self.complaint, [self.plan] if self.plan else [])

    @cached_property
    def planned(self) -> list[Measure]:
        """The measures of the plan, and what is being contained while the next one is drafted."""
        plan, present = self.plan, self.complaint.round
        of_plan = [m for m in self.measures if plan and m.round_id == plan.pk]
        again = {m.text for m in of_plan}
        meanwhile = [m for m in self.measures if m.round.number == present and m.kind == MeasureKind.CONTAINMENT and m.text not in again]
        return of_plan + (meanwhile if plan is None or plan.number != present else [])

    def made(self, *kinds: str) -> list[Decision]:
        return [decision for decision in self.decisions if decision.event.kind in kinds]

    def latest(self, *kinds: str) -> Decision | None:
        return next(iter(reversed(self.made(*kinds))), None)

    def standing(self, *kinds: str) -> Decision | None:
        """The newest that still stands: what was decided before a reopening is decided anew."""
        found, reopened = self.latest(*kinds), self.latest(*REOPENINGS)
        return None if found and reopened and found.event.seq < reopened.event.seq else found

    def word(self, *kinds: WordKind) -> Word | None:
        """The newest word of these kinds."""
        return next((word for word in reversed(self.words) if word.kind in kinds), None)

    def day(self, at: dt.datetime | None) -> str:
        """An instant as the branch's local date and time, to the minute."""
        return at.astimezone(self.complaint.branch.tz).strftime("%Y-%m-%d %H:%M") if at else ""


def load(complaint_id: int) -> Source:
    """As the complaint is at one moment, whatever people do meanwhile."""
    with snapshot():
        return _load(complaint_id)


def _load(complaint_id: int) -> Source:
    complaint = Complaint.objects.select_related(*RELATED, "branch__gm").defer("search", "haystack").get(pk=complaint_id)
    events = list(_events(complaint))
    rows = {"complaint": complaint}
    return Source(
        complaint=complaint,
        last=events[-1],
        decisions=_with_texts(event for event in events if event.kind in DECISIONS),
        rounds=list(Round.objects.filter(**rows).select_related("drafted_by")),
        measures=list(Measure.objects.filter(**rows).select_related("round", "owner__department", "verified_by__department")),
        words=list(Word.objects.filter(**rows).select_related("by")),
        visits=list(Visit.objects.filter(**rows).select_related("by")),
        files=list(Attachment.objects.filter(**rows).select_related("by")),
    )


def _events(complaint: Complaint) -> Iterable[Event]:
    wanted = Q(kind__in=DECISIONS) | Q(seq=complaint.history_seq)
    people = ("actor__department", "on_behalf", "signature__person", "signature__on_behalf")
    return Event.objects.filter(wanted, complaint=complaint).select_related(*people).order_by("seq")


def _with_texts(events: Iterable[Event]) -> list[Decision]:
    bodies = [(event, json.loads(event.body)) for event in events]
    passages = Passage.objects.in_bulk([pk for _event, body in bodies for name, (pk, _digest) in body["texts"].items() if ":" not in name])
    return [Decision(event, dict(_texts(body, passages)), body) for event, body in bodies]


def _texts(body: dict[str, Any], passages: dict[int, Passage]) -> Iterable[tuple[str, str]]:
    for name, (pk, _digest) in body["texts"].items():
        if pk in passages:
            yield name, passages[pk].text if passages[pk].erased_at is None else _("(erased)")
