"""This morning: per department what ran out and what is due today, for whom it waits, and the last word about it (R27, R29).

Made once a day when the branch opens and kept as it was then; a fresh one is worked out whenever somebody asks. What is kept are keys and
instants (`models.sheet`); titles, names and words are read for the reader, of complaints that he may see. Not here: the page and the PDF.
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.clockface import earliest, name_of, next_due
from complaints.models import Complaint, Passage
from complaints.moves import Text
from complaints.states import State
from complaints.turns import Turns
from escalation.calendars import calendar_of
from escalation.models import Timer
from organisation.models import Branch, Department, Person

from .daily import midnight
from .models import MorningSheet
from .scope import Scope

FITS = 22  # rows on one A4 page
LEAST = 2  # of a department
DAY = dt.timedelta(days=1)
# What people say about a complaint while it is open, and where in the history's texts it stands.
SAID = (
    "submit", "ask_back", "judge_again", "confirm", "contest", "dispute_facts", "review_ok", "review_ng", "approve", "approve_ng",
    "group_approve", "group_ng", "send_reply", "customer_agrees", "customer_refuses", "redo", "record_visit", "not_reached", "sign_off",
    "reopen", "regrade", "reassign_department", "reassign_handler", "remark", "give_statement", "acknowledge", "tell", "chase", "promise",
    "pause", "resume", "acknowledge_escalation", "not_effective",
)  # fmt: skip
TEXTS = ("instruction", "text", "words", "reason", "note")
LAST = """
SELECT DISTINCT ON (complaint_id) complaint_id, at, actor_id, body FROM complaints_event
 WHERE complaint_id = ANY(%s) AND kind = ANY(%s) AND body NOT LIKE '%%"texts":{}%%' ORDER BY complaint_id, seq DESC
"""

Body = dict[str, Any]


# ── making ───────────────────────────────────────────────────────────────────────────────────────────────────


def make_due(now: dt.datetime) -> int:
    """The sheets of all branches that have opened today and have none yet; how many were made. `now` is UTC."""
    made = 0
    for branch in Branch.objects.all():
        day = now.astimezone(branch.tz).date()
        opening = opening_of(branch, day)
        if opening and opening <= now and not MorningSheet.objects.filter(branch=branch, day=day).exists():
            _row, new = MorningSheet.objects.get_or_create(branch=branch, day=day, defaults={"made_at": now, "body": body(branch, now)})
            made += new
    return made


def opening_of(branch: Branch, day: dt.date) -> dt.datetime | None:
    """When it opens on that local day, UTC; None where it is not worked."""
    _pk, calendar = calendar_of(branch)
    spans = calendar.spans(midnight(branch, day), midnight(branch, day + DAY))
    return spans[0][0] if spans else None


def body(branch: Branch, now: dt.datetime) -> Body:
    """All departments, first what has most late; of each as many rows as fit on the page. The number of queries does not grow."""
    end = midnight(branch, now.astimezone(branch.tz).date() + DAY)
    due = Complaint.objects.filter(branch=branch).open().annotate(due=next_due()).filter(due__lt=end)
    found: dict[int | None, list[tuple[int, dt.datetime]]] = defaultdict(list)
    for pk, department, at in due.order_by("due", "pk").values_list("pk", "department", "due"):
        found[department].append((pk, at))
    counts = {key: sum(at < now for _pk, at in rows) for key, rows in found.items()}
    order = sorted(found, key=lambda key: (-counts[key], -len(found[key]), key or 0))
    places = _places([len(found[key]) for key in order])
    fitting = {key: [pk for pk, _at in found[key][:most]] for key, most in zip(order, places, strict=True)}
    rows = _rows([pk for ids in fitting.values() for pk in ids])
    return {
        "departments": [
            {
                "pk": key, "late": counts[key], "today": len(found[key]) - counts[key],
                "rows": [rows[pk] for pk in fitting[key] if pk in rows],
            } for key in order
        ]
    }  # fmt: skip


def _places(wanted: Sequence[int]) -> list[int]:
    """How many rows each gets: a few in any case, then one after another while there is room, the first first."""
    given = [min(LEAST, number) for number in wanted]
    while sum(given) < FITS and given != list(wanted):
        for place, number in enumerate(wanted):
            if given[place] < number and sum(given) < FITS:
                given[place] += 1
    return given


def _rows(ids: Sequence[int]) -> dict[int, Body]:
    known = {row.pk: row for row in Complaint.objects.filter(pk__in=ids).order_by().for_rows()}
    turns, timers, said = Turns(known.values()), earliest(ids), _last_words(ids)
    with translation.override("en"):  # an office is kept as it is called in the source
        waits = {pk: turns.of(row) for pk, row in known.items()}
        return {
            pk: {
                "pk": pk, "state": row.state, "code": timers[pk].code, "policy": timers[pk].policy, "due": timers[pk].due.isoformat(),
                "people": [one.pk for one in waits[pk].people], "office": str(waits[pk].office), **said.get(pk, {}),
            }
            for pk, row in known.items() if pk in timers
        }  # fmt: skip


def _last_words(ids: Sequence[int]) -> dict[int, Body]:
    with connection.cursor() as cursor:
        cursor.execute(LAST, [list(ids), list(SAID)])
        rows = cursor.fetchall()
    return {
        complaint: {"passage": passage, "at": at.isoformat(), "by": actor}
        for complaint, at, actor, text in rows
        if (passage := _text(text))
    }


def _text(written: str) -> int | None:
    """The passage of an event that is somebody's word."""
    texts = json.loads(written)["texts"]
    return next((texts[name][0] for name in TEXTS if name in texts), None)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Row:
    complaint: Complaint
    late: bool
    due: dt.datetime
    clock: Text
    stage: Text
    waits: str
    word: str
    said_by: str
    said_at: dt.datetime | None


@dataclass(frozen=True)
class Part:
    department: Department | None
    late: int
    today: int
    rows: Sequence[Row]
    hidden: int
    """Rows of it that the reader may not open."""

    @property
    def more(self) -> int:
        return self.late + self.today - len(self.rows) - self.hidden


@dataclass(frozen=True)
class Sheet:
    made_at: dt.datetime
    frozen: bool
    parts: Sequence[Part]

    @property
    def late(self) -> int:
        return sum(part.late for part in self.parts)

    @property
    def today(self) -> int:
        return sum(part.today for part in self.parts)


def sheet(scope: Scope, person: Person, now: dt.datetime, *, fresh: bool = False) -> Sheet:
    """The newest one that is kept, or one as of now where it is asked for or none is there. A department sees its part."""
    kept = None if fresh else MorningSheet.objects.filter(branch=scope.branch).order_by("-day").first()
    made_at, found = (kept.made_at, kept.body) if kept else (now, body(scope.branch, now))
    parts = [one for one in found["departments"] if scope.department is None or one["pk"] == scope.department.pk]
    return Sheet(made_at, kept is not None, _shown(parts, person, made_at))


def _shown(parts: list[Body], person: Person, made_at: dt.datetime) -> list[Part]:
    rows = [row for part in parts for row in part["rows"]]
    seen = Complaint.objects.visible_to(person).filter(pk__in=[row["pk"] for row in rows]).order_by()
    known = {one.pk: one for one in seen.select_related("customer", "branch").defer("search", "haystack")}
    mine = [row for row in rows if row["pk"] in known]
    people = Person.objects.in_bulk({pk for row in mine for pk in [*row["people"], row.get("by")] if pk})
    words = dict(Passage.objects.filter(pk__in=[row["passage"] for row in mine if "passage" in row]).values_list("pk", "text"))
    named = Department.objects.in_bulk([part["pk"] for part in parts if part["pk"]])
    found = []
    for part in parts:
        shown = [_row(row, known[row["pk"]], people, words, made_at) for row in part["rows"] if row["pk"] in known]
        department = named.get(part["pk"]) if part["pk"] else None
        found.append(Part(department, part["late"], part["today"], shown, len(part["rows"]) - len(shown)))
    return found


def _row(row: Body, complaint: Complaint, people: dict[int, Person], words: dict[int, str], made_at: dt.datetime) -> Row:
    due = dt.datetime.fromisoformat(row["due"])
    return Row(
        complaint=complaint, late=due < made_at, due=due, clock=name_of(Timer(code=row["code"], policy=row["policy"])),
        stage=State(row["state"]).label, waits=", ".join(str(people[pk]) for pk in row["people"] if pk in people) or _office(row["office"]),
        word=words.get(row.get("passage", 0), ""), said_by=str(people.get(row.get("by") or 0) or ""),
        said_at=dt.datetime.fromisoformat(row["at"]) if "at" in row else None,
    )  # fmt: skip


def _office(name: str) -> str:
    return _(name) if name else ""
