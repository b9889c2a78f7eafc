"""The closing page (R27): each thing that must be there with what supplies it for who may, else with the name of whom it waits for.

Beside it what goes on after closing, what the customer said, how it went. Not here: the list itself (`complaints.closing`), the forms.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.clockface import day, moment
from complaints.closing import BEFORE_CLOSING, Item, closing_list
from complaints.forms.closing import SUPPLIES
from complaints.models import Complaint, Measure
from complaints.models.grading import limits_of
from complaints.moves import MOVES, Text
from complaints.owing import owing, reminded_since
from complaints.standing import standings
from complaints.states import MeasureKind
from complaints.turns import Turns
from escalation import clock
from escalation.models import Timer, Verdict
from organisation.models import Person

from . import rounds
from .panel import Offer, offers
from .rows import Rows, load

PAGES = {"verified": "verification"}
CLOSINGS = ("close", "close_dissatisfied", "close_unreachable")


@dataclass(frozen=True)
class Line:
    """One thing that has to be there; `url` and `verb` for whoever may supply it, `waits` names the others."""

    item: Item
    notes: list[str] = field(default_factory=list)
    url: str = ""
    verb: Text = ""
    waits: str = ""
    may_remind: bool = False
    reminded: str = ""
    """Who of them was reminded in this working day already."""


@dataclass(frozen=True)
class Sheet:
    lines: list[Line]
    after: list[Measure]
    """Preventive measures that go on in the register."""
    visits: list[Any]
    open_for: dt.timedelta
    late: int
    watch_days: int
    able: dict[str, Offer]

    @property
    def missing(self) -> list[Line]:
        return [line for line in self.lines if not line.item.done]

    @property
    def closing(self) -> str:
        """The move that closes it as it stands now, where this person may make it."""
        return next((name for name in CLOSINGS if name in self.able and not self.able[name].obstacle), "")


def sheet(complaint: Complaint, person: Person) -> Sheet:
    rows = load(complaint)
    able = offers(complaint, standings(person, complaint, rows.roster))
    turns, measures = Turns([complaint], rows.roster), rounds.look(rows).measures
    known = reminded_since(complaint, clock.now())
    lines = [_line(item, rows, measures, turns, able, person, known) for item in closing_list(complaint)]
    after = [m for m in measures if m.kind == MeasureKind.PREVENTIVE and not m.effective]
    late = Timer.objects.filter(complaint=complaint.pk, verdict=Verdict.LATE).count()
    return Sheet(
        lines, after, rows.visits, clock.now() - complaint.received_at, late, limits_of(complaint.branch_id).watch_days, able
    )  # fmt: skip


def _line(item: Item, rows: Rows, measures: list[Measure], turns: Turns, able: dict[str, Offer], person: Person, known: set[int]) -> Line:
    if item.done:
        return Line(item, _said(item.code, rows))
    notes = _missing(item.code, rows, measures)
    move = MOVES[SUPPLIES[item.code]]
    offer = able.get(move.name)
    if offer and not offer.obstacle and _supplies(item.code, offer, measures, turns):
        page = PAGES.get(item.code)
        url = reverse(page, args=[rows.complaint.number]) if page else offer.url(rows.complaint)
        return Line(item, notes, url, move.label)
    people = owing(rows.complaint, item.code, measures, rows.promises, turns)
    others = [one for one in people if one != person]
    told = [one for one in others if one.pk in known]
    may = "remind" in able and len(told) < len(others)
    return Line(item, notes, waits=", ".join(map(str, people)), may_remind=may, reminded=", ".join(map(str, told)))


def _supplies(code: str, offer: Offer, measures: list[Measure], turns: Turns) -> bool:
    """What is not done yet cannot be verified, whoever may."""
    return code != "verified" or any(m.done_at and m.effective is None for m in measures if m.kind in BEFORE_CLOSING)


def _missing(code: str, rows: Rows, measures: list[Measure]) -> list[str]:
    """What exactly is missing, with owner and date."""
    wanted = [m for m in measures if m.kind in BEFORE_CLOSING]
    today = clock.now().astimezone(rows.complaint.branch.tz).date()
    if code == "done":
        said = _("%(measure)s: %(owner)s, due %(day)s")
        return [said % {"measure": m.text, "owner": m.owner, "day": day(m.due_on, today)} for m in wanted if m.done_at is None]
    if code == "verified":
        return [m.text for m in wanted if m.done_at and not m.effective]
    if code == "promises":
        return [f"{promise.text} ({day(promise.due_on, today)})" for promise in rows.promises if promise.is_open]
    return []


def _said(code: str, rows: Rows) -> list[str]:
    """Of what is there, who and when."""
    complaint = rows.complaint
    at = {"reply": complaint.replied_at, "visit": complaint.visited_at or complaint.unreached_at, "head": complaint.head_word_at}.get(code)
    if at is None:
        return []
    return [moment(at, complaint.branch.tz, clock.now())]
