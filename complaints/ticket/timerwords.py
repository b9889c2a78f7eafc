"""What events say about timers, in words: reminders and what ran out, and which timers a move started, stopped or moved.

Not here: reading the history (`timeline`), clocks (`complaints.clockface`).
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from complaints.models import Complaint
from complaints.moves import Text
from escalation.models import Timer
from escalation.policies import SILENT, Code, Rung
from organisation.models import Person
from organisation.templatetags.ui import localtime_in

LABELS: dict[str, Text] = {
    "warned": gettext_lazy("Reminder: time is running out"),
    "ran_out": gettext_lazy("Run out"),
    "escalated": gettext_lazy("Still run out: second level"),
}
LOOKS = {"warned": "sys", "ran_out": "late", "escalated": "late"}
Named = Callable[[type[Person], int | None], str]


def name_of(code: str) -> str:
    return str(Code(code).label) if code in Code.values else code


def raised(kind: str, body: dict[str, Any], names: Named, complaint: Complaint) -> Iterable[str]:
    """The timer, how much was used up or when it was due, to whom it was raised; an outage or a changed rule says so."""
    yield name_of(body["timer"][0])
    due = localtime_in(_instant(body["due"]), complaint.branch)
    if body["rung"] < Rung.OUT:
        yield _("%(percent)s %% used") % {"percent": body["rung"]}
        yield format_html(_("due {time}"), time=due)
        return
    yield format_html(_("was due {time}"), time=due)
    people = [name for name in (names(Person, pk) for pk in body.get("to", ())) if name]
    if people:
        yield _("raised to %(people)s") % {"people": ", ".join(people)}
    if body.get("found_late"):
        yield _("found late: the product was not running")
    if body.get("by_rule"):
        yield _("because the rule was changed")


def answered(body: dict[str, Any], complaint: Complaint) -> Iterable[str]:
    wanted = body.get("inputs", {}).get("wanted_by")
    if wanted:
        yield format_html(_("by {day}"), day=localtime_in(_instant(wanted), complaint.branch))


def followed(body: dict[str, Any], complaint: Complaint, at: dt.datetime, only: Timer | None = None) -> list[str]:
    """What a move did to the timers; `only` leaves out the others."""
    key = [only.code, only.subject, only.ordinal] if only else None
    rows = [row for row in body.get("timers", ()) if row[0] not in SILENT and (key is None or row[:3] == key)]
    return [_said(row, complaint, at) for row in rows if row[3] in SAID]


def _said(row: list[Any], complaint: Complaint, at: dt.datetime) -> str:
    code, _subject, _ordinal, what, due = row
    when = _instant(due)
    word = SAID[what]
    if what == "stopped":
        word = pgettext("timer", "stopped in time") if at <= when else pgettext("timer", "stopped late")
    if what in ("stopped", "void", "paused"):
        return format_html("{}: {}", name_of(code), word)
    return format_html("{}: {}, {}", name_of(code), word, format_html(_("due {time}"), time=localtime_in(when, complaint.branch)))


SAID: dict[str, Text] = {
    "started": gettext_lazy("started"),
    "stopped": "",
    "void": gettext_lazy("no longer asked for"),
    "retimed": gettext_lazy("another due time"),
    "taken_back": gettext_lazy("runs on"),
    "paused": gettext_lazy("stands still"),
    "resumed": gettext_lazy("runs again"),
}


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
