"""The history as people read it: who did what when, for whom, what was written and what changed.

Reads events with their passages; newest first, a page at a time. Not here: writing events (`history`) and proving them.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.closing import LABELS
from complaints.donewords import DONE
from complaints.models import Complaint, Event, Measure, Passage
from complaints.models.querysets import among
from complaints.moves import MOVES, Text
from complaints.prepared import Prepared
from complaints.states import GradeRule, LinkKind, Means, Verdict
from escalation.models import Timer
from organisation.models import Person
from organisation.templatetags.ui import localtime_in

from . import meetingwords, timerwords
from .rows import FIRST_PAGE
from .values import display, label_of, shown_field

PAGE = FIRST_PAGE
REMARKS = ("remark", "ask_statement", "give_statement")
DECISIONS = tuple(
    name for name, move in MOVES.items() if not move.is_act or move.sign or name in {"regrade", "change_nature", "countersign_ok"}
)
FILTERS: dict[str, tuple[Text, tuple[str, ...] | None]] = {
    "all": (gettext_lazy("All"), None),
    "decisions": (gettext_lazy("Decisions"), DECISIONS),
    "remarks": (gettext_lazy("Remarks"), REMARKS),
}
RECORDED = {"received", "imported"}
AT_HAND = ("customer", "contact", "product", "type", "department", "handler", "recorded_by", "acting_head")
PEOPLE = ("person", "leaving", "successor")
WORDS: dict[str, Text] = {**DONE, **timerwords.LABELS}
# Texts that stand on the page already: the record's in the facts, the plan's in the plan.
ELSEWHERE = RECORDED | {"propose"}
OLD_REGISTER = "register"  # what another register said that has no place on the record
CORRECTIONS = {"complete", "correct"}
# What a letter is put together from: the letter itself says it all.
OF_A_LETTER = frozenset({"text", "closing", "text_other", "closing_other"})
# Texts that need a word before them; the others speak for themselves.
PASSAGES = {
    "exception": gettext_lazy("Four eyes, exception"),
    "explained": gettext_lazy("Explained to the customer"),
    "lessons": gettext_lazy("Lessons"),
    "asked": gettext_lazy("Asked"),
    "question": gettext_lazy("Question"),
    "evidence": gettext_lazy("Evidence"),
    "nature_reason": gettext_lazy("Reason of the nature"),
    "grade_reason": gettext_lazy("Reason of the grade"),
    "done_note": gettext_lazy("Evidence"),
    "instruction": gettext_lazy("Instruction"),
    "asks": gettext_lazy("Asked of each"),
    "place": gettext_lazy("Place"),
    "agenda": gettext_lazy("Agenda"),
    "result": gettext_lazy("How it was settled"),
    "resolution": gettext_lazy("Resolution"),
    OLD_REGISTER: gettext_lazy("From the old register"),
}


@dataclass(frozen=True)
class Said:
    label: Text
    text: str
    erased_at: dt.datetime | None


@dataclass(frozen=True)
class Change:
    label: Text
    old: str
    new: str


@dataclass
class Entry:
    event: Event
    label: str
    """What was done, to be read after the name of who did it."""
    look: str
    details: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    timers: list[str] = field(default_factory=list)
    """What it did to the clocks."""

    @property
    def ng(self) -> bool:
        return self.look == "ng"


@dataclass(frozen=True)
class Timeline:
    entries: list[Entry]
    show: str
    earlier: int | None
    """Everything before this number is earlier; None when nothing is left."""
    left: int
    """How many are left, where it is known."""


def events_of(complaint: Complaint, show: str, before: int | None) -> QuerySet[Event]:
    """One more than a page, newest first."""
    kinds = FILTERS[show][1]
    events = Event.objects.filter(complaint=complaint).select_related("actor", "on_behalf").order_by("-seq")
    events = events.filter(kind__in=kinds) if kinds is not None else events
    return (events.filter(seq__lt=before) if before else events)[: PAGE + 1]


def timeline(
    complaint: Complaint,
    show: str = "all",
    before: int | None = None,
    events: list[Event] | None = None,
    person: Person | None = None,
) -> Timeline:
    """`events` may be given when they are loaded already (newest first, one more than a page); `person` reads it."""
    found = list(events_of(complaint, show, before)) if events is None else events
    page = found[:PAGE]
    last = page[-1].seq if len(found) > PAGE else None
    return Timeline(entries(page, complaint, person=person), show, last, last - 1 if last and show == "all" else 0)


def entries(events: Iterable[Event], complaint: Complaint, only: Timer | None = None, person: Person | None = None) -> list[Entry]:
    """Two queries for texts and people, one more for each kind of row that a change names. `only`: nothing said of other timers.

    `person` reads it: without one no other complaint is named."""
    bodies = [(event, json.loads(event.body)) for event in events]
    passages = _passages([pk for _event, body in bodies for pk, _digest in body["texts"].values()])
    names = Names(complaint, [body for event, body in bodies if event.kind not in RECORDED], person)
    found = [_entry(event, body, passages, names, complaint) for event, body in bodies]
    for entry, (event, body) in zip(found, bodies, strict=True):
        entry.timers = timerwords.followed(body, complaint, event.at, only)
    return found


NONE = [0]


def _passages(ids: list[int]) -> dict[int, Passage]:
    return {row.pk: row for row in _passages_of().rows(ids)} if ids else {}


@cache
def _passages_of() -> Prepared[Passage]:
    """Put together once: every page of a timeline asks it."""
    return Prepared(Passage.objects.filter(among("id", NONE)).order_by(), NONE)


class Names:
    """The names of the rows that the changes of a page speak of, by model and id; those of the complaint itself are at hand."""

    def __init__(self, complaint: Complaint, bodies: Iterable[dict[str, Any]], person: Person | None = None) -> None:
        self.rows: dict[type[Model], dict[int, Any]] = {}
        others = {key for body in bodies for key in (*body.get("counted", ()), *_came(body)) if key != complaint.pk}
        if others and person:
            self.rows[Complaint] = {row.pk: row for row in Complaint.objects.visible_to(person).filter(pk__in=others).only("number")}
        for name in AT_HAND:
            row = getattr(complaint, name)
            if row is not None:
                self.rows.setdefault(type(row), {})[row.pk] = row
        wanted: dict[type[Model], set[int]] = {}
        for model, pk in (row for body in bodies for row in _rows_in(body)):
            if pk not in self.rows.get(model, {}):
                wanted.setdefault(model, set()).add(pk)
        for model, ids in wanted.items():
            self.rows.setdefault(model, {}).update(model._default_manager.in_bulk(ids))

    def __call__(self, model: type[Model], pk: int | None) -> str:
        return str(self.rows.get(model, {}).get(pk, "")) if pk else ""

    def measure(self, pk: int | None) -> str:
        row: Any = self.rows.get(Measure, {}).get(pk) if pk else None
        return row.text if row else ""


def _rows_in(body: dict[str, Any]) -> Iterable[tuple[type[Model], int]]:
    for name, values in body.get("changed", {}).items():
        model = shown_field(name) and Complaint._meta.get_field(name.removesuffix("_id")).related_model
        if isinstance(model, type):
            yield from ((model, pk) for pk in values if pk)
    given = body.get("inputs", {})
    if given.get("measure"):
        yield Measure, given["measure"]
    yield from ((Measure, pk) for pk, _verdict in body.get("found", ()))
    yield from ((Person, given[name]) for name in PEOPLE if isinstance(given.get(name), int))
    yield from ((Person, pk) for pk in (*body.get("to", ()), *body.get("reminded", ())))
    yield from ((Person, pk) for pk in meetingwords.people(body))


def _came(body: dict[str, Any]) -> list[int]:
    """Of `recurred` the other complaint."""
    return [body["inputs"]["other"]] if "failed" in body else []


def _verdicts(body: dict[str, Any], texts: dict[str, Passage], names: Names) -> Iterable[Said]:
    """What was found of each measure, where one entry speaks of several."""
    for pk, verdict in body.get("found", ()):
        row = texts.get(f"verdict:{pk}")
        label = f"{names.measure(pk)}: {Verdict(verdict).label}"
        yield Said(label, row.text if row else "", row.erased_at if row else None)


def _entry(event: Event, body: dict[str, Any], passages: dict[int, Passage], names: Names, complaint: Complaint) -> Entry:
    entry = Entry(event, _label(event), _look(event))
    entry.details = list(_details(event.kind, body, names, complaint))
    if event.kind not in RECORDED:
        entry.changes = list(_changes(body, names, complaint))
    texts = {name: passages[pk] for name, (pk, _digest) in body["texts"].items() if pk in passages}
    if event.kind in CORRECTIONS:
        entry.changes += _rewordings(texts)
    told_whole = OF_A_LETTER if "letter" in texts else frozenset()
    shown = {name: row for name, row in texts.items() if ":" not in name and name not in told_whole}
    own = {name: row for name, row in shown.items() if event.kind not in ELSEWHERE or name == OLD_REGISTER}
    if "found" in body:
        own.pop("reason", None)  # put together from the same words
    entry.said = [*_verdicts(body, texts, names)] + [Said(PASSAGES.get(name, ""), row.text, row.erased_at) for name, row in own.items()]
    entry.details += [row.text for name, row in texts.items() if name.startswith("file:")]
    return entry


def _label(event: Event) -> str:
    """What follows the name; what nobody did begins the sentence itself."""
    said = str(WORDS.get(event.kind, event.kind))
    return said if event.actor_id else capfirst(said)


def _look(event: Event) -> str:
    move = MOVES.get(event.kind)
    if event.actor_id is None:
        return timerwords.LOOKS.get(event.kind, "sys")
    if move and move.negative:
        return "ng"
    return "ok" if move and not move.is_act else ""


def _changes(body: dict[str, Any], names: Names, complaint: Complaint) -> Iterable[Change]:
    for name, (old, new) in body.get("changed", {}).items():
        if shown_field(name):
            yield Change(label_of(name), display(name, old, names, complaint), display(name, new, names, complaint))


def _rewordings(texts: dict[str, Passage]) -> list[Change]:
    """Old and new wording of what was corrected; an empty one has no passage."""
    fields = dict.fromkeys(name.partition(":")[2] for name in texts if name.startswith(("old:", "new:")))
    return [Change(label_of(name), _wording(texts.get(f"old:{name}")), _wording(texts.get(f"new:{name}"))) for name in fields]


def _wording(passage: Passage | None) -> str:
    if passage is None:
        return ""
    return passage.text if passage.erased_at is None else _("(erased)")


def _counted(keys: list[int], names: Names, complaint: Complaint) -> SafeString:
    """What a grade was worked out from, as far as this reader may open it (R4)."""
    seen = [names.rows.get(Complaint, {}).get(key) for key in keys if key != complaint.pk]
    links = [format_html('<a class="mono" href="{}">{}</a>', reverse("complaint", args=[row.number]), row.number) for row in seen if row]
    hidden = len(seen) - len(links)
    if hidden:
        links.append(format_html("{}", ngettext("and %(n)s you may not open", "and %(n)s you may not open", hidden) % {"n": hidden}))
    return format_html(_("counted with {}"), format_html_join(" ", "{}", ((link,) for link in links)))


def _details(kind: str, body: dict[str, Any], names: Names, complaint: Complaint) -> Iterable[str]:
    """Coded facts of an event in a few words."""
    given = body.get("inputs", {})
    if kind in timerwords.LABELS:
        yield from timerwords.raised(kind, body, names, complaint)
    if kind == "acknowledge_escalation":
        yield from timerwords.answered(body, complaint)
    if kind == "propose":
        yield _("Round %(number)s") % {"number": body["plan"]["round"]}
    if kind == "record_visit":
        yield _("satisfied") if given["satisfied"] else _("not satisfied")
        yield _("score %(score)s of 5") % {"score": given["score"]}
    if kind == "chase":
        yield ngettext("%(count)d time so far", "%(count)d times so far", body["chased"]) % {"count": body["chased"]}
    if kind == "regrade" and "rule" in given:
        yield str(GradeRule(given["rule"]).label)
    if body.get("counted"):
        yield _counted(body["counted"], names, complaint)
    if kind == "recurred":
        yield _counted(_came(body), names, complaint)
    if kind == "link":
        yield str(LinkKind(given["kind"]).label)
    if kind == "remind":
        yield str(LABELS[given["kind"]])
        yield ", ".join(names(Person, pk) for pk in body["reminded"])
    if kind in meetingwords.ACTS:
        yield from meetingwords.details(kind, body, lambda pk: names(Person, pk))
    if given.get("means"):
        yield str(Means(given["means"]).label)
    if given.get("measure"):
        yield names.measure(given["measure"])
    people = [names(Person, given[name]) for name in PEOPLE if isinstance(given.get(name), int)]
    if people:
        yield " → ".join(people)
    if kind in ("promise", "redate_measure"):
        yield format_html(_("by {day}"), day=localtime_in(dt.date.fromisoformat(given["due_on"])))
