"""Everything the page of one complaint needs, in a number of queries that does not grow with events, measures, files or links.

Not here: markup, and the parts' own rules (`panel`, `steps`, `timeline`, `rounds`, `facts`).
"""

import datetime as dt
import re
from dataclasses import replace
from typing import Any

from complaints import letters
from complaints.holding import Hands, shares
from complaints.models import Attachment, Complaint, Link
from complaints.papers.shelf import shelf
from complaints.standing import standings
from complaints.states import MeasureKind, State
from complaints.turns import Turns
from complaints.wording import CJK
from escalation import clock
from escalation.calendars import calendar_by_id
from organisation.models import Person

from . import escalated, gradebox, rounds, timeline
from .again import again
from .clocks import Clocks, clocks, sentence, timers_of, verdict
from .facts import main_facts, more_facts
from .meeting import on_ticket
from .panel import panel
from .rows import Rows, load
from .steps import steps

EARLY = (State.RECEIVED, State.TRIAGE)
LINKS = "SELECT * FROM complaints_link WHERE complaint_id = %s OR other_id = %s ORDER BY at DESC"
_CJK = re.compile(f"[{CJK}]")


def page(complaint: Complaint, person: Person, show: str, before: int | None) -> dict[str, Any]:
    """The context of the ticket's template; `show` and `before` choose the timeline's page."""
    rows = load(complaint)
    shown = rounds.shown(rows)
    now = clock.now()
    raised = escalated.on_ticket(complaint, person, now)
    asked = panel(rounds.look(rows), person, standings(person, complaint, rows.roster), rows.roster, raised=bool(raised))
    holders = [holder.person for question in asked.questions[:1] for holder in question.holders if not holder.behalf]
    first_page = rows.newest if show == "all" and before is None else None
    shown_clocks = clocks(complaint, timers_of(complaint), now, rows.measures, rows.promises)
    return {
        "complaint": complaint,
        "branch": complaint.branch,
        "panel": asked,
        "wide": complaint.state == State.TRIAGE and bool(asked.mine),
        "steps": steps(complaint, rows.transitions, holders),
        "timeline": timeline.timeline(complaint, show, before, first_page, person),
        "filters": filters(complaint, show),
        "links": links(complaint, person),
        "shelf": shelf(complaint, rows.words),
        "alike": complaint.state in EARLY and "link" in asked.may,
        "grade_why": gradebox.why(complaint, person),
        "help_elsewhere": "name_helper" in asked.may and complaint.helper_id is None and _owned_elsewhere(rows),
        "clocks": shown_clocks,
        "lateness": lateness(rows, shown_clocks, now),
        "raised": raised,
        "again": again(complaint, person),
        "meeting": on_ticket(complaint),
        **_record(complaint, rows.files),
        **_plan(complaint, shown),
        **_customer(rows, asked.may),
    }


def _owned_elsewhere(rows: Rows) -> bool:
    """Whether a measure of the present round belongs to another department, which proposes to name it as helping (R15)."""
    responsible = rows.complaint.department_id
    owners = [
        measure.owner for measure in rows.measures if measure.round_id in {r.pk for r in rows.rounds if r.number == rows.complaint.round}
    ]
    return any(owner.department_id not in (None, responsible) for owner in owners)


def lateness(rows: Rows, found: Clocks, now: dt.datetime) -> dict[str, Any] | None:
    """Of a late complaint in one sentence who held it how long (R29a); nothing is asked for one that is in time."""
    late = found.late
    if late is None:
        return None
    complaint, timer = rows.complaint, late.face.timer
    calendar = calendar_by_id(timer.calendar_id, complaint.branch.zone)
    held = shares(Hands([complaint], Turns([complaint], rows.roster)).of(complaint), timer, calendar, now)
    return {"clock": late, "verdict": verdict(late.face, held, calendar), "sentence": sentence(late.face, held, calendar)}


def filters(complaint: Complaint, show: str) -> list[dict[str, Any]]:
    """The choices above the timeline; how many there are in all is known without counting."""
    return [
        {"name": name, "label": label, "on": name == show, "count": complaint.history_seq if name == "all" else None}
        for name, (label, _kinds) in timeline.FILTERS.items()
    ]


def _record(complaint: Complaint, files: list[Attachment]) -> dict[str, Any]:
    return {
        "facts": main_facts(complaint),
        "more_facts": more_facts(complaint),
        "words_lang": "zh-CN" if _CJK.search(complaint.words) else "en",
        "files": files,
        "photos": [file for file in files if file.thumbnail],
    }


def _plan(complaint: Complaint, all_rounds: list[rounds.Shown]) -> dict[str, Any]:
    """The last proposed round; while the next is being written, its containment as it stands now instead of the old one's."""
    now, shown = rounds.present(all_rounds, complaint), rounds.last_proposed(all_rounds)
    writing = now if now and not now.round.proposed_at else None
    if writing:
        writing = replace(writing, measures=[m for m in writing.measures if m.kind == MeasureKind.CONTAINMENT])
    if writing and shown:
        again = {measure.text for measure in writing.measures}
        shown = replace(shown, measures=[m for m in shown.measures if m.text not in again])
    return {"plan": shown, "writing": writing, "several_rounds": sum(s.round.proposed_at is not None for s in all_rounds) > 1}


def _customer(rows: Rows, may: frozenset[str]) -> dict[str, Any]:
    """Words, promises, visits; and for those who talk to the customer the texts to do it with."""
    complaint = rows.complaint
    told: dict[str, Any] = {"words": rows.words, "promises": rows.promises, "visits": rows.visits}
    if "tell" not in may:
        return told
    first = "acknowledge" in may and complaint.last_word_at is None
    told["prepared"] = letters.acknowledgement(complaint) if first else letters.update(complaint)
    told["prepared_move"] = "acknowledge" if first else "tell"
    if complaint.state in EARLY:
        told["missing"] = letters.missing(complaint, len(rows.files))
        told["request_text"] = letters.request_for_missing(complaint, len(rows.files))
    return told


def links(complaint: Complaint, person: Person) -> list[tuple[Link, Complaint]]:
    """Both directions, newest first, without those this person may not see (R4)."""
    found = list(Link.objects.raw(LINKS, [complaint.pk, complaint.pk]))
    others = {row.other_id if row.complaint_id == complaint.pk else row.complaint_id: row for row in found}
    seen = Complaint.objects.visible_to(person).filter(pk__in=others).select_related("customer") if others else []
    by_id = {other.pk: other for other in seen}
    return [(row, by_id[pk]) for pk, row in others.items() if pk in by_id]
