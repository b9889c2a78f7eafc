"""What the rows of the list say, worked out before the template sees them: it prints fifty of them and decides nothing.

Rows are dictionaries, and what many rows share (a day, a stage, an age) is put into words once: the list is the page that is opened most.
Not here: which rows (`listing`), on whom a complaint waits (`turns`).
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple, TypedDict

from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from complaints.clockface import Face, faces
from complaints.listing.finding import Query
from complaints.listing.light import light
from complaints.models import Complaint
from complaints.states import Nature, State
from complaints.turns import Turns
from organisation.templatetags.ui import highlight, localtime_in

Text = SafeString | str
NOTHING = "–"


class Row(TypedDict):
    number: str
    url: str
    title: Text
    excerpt: Text
    is_major: bool
    is_confidential: bool
    customer: Text
    grade: int | str
    stage: str
    note: str
    """What is special about it now: paused, chased, reopened."""
    waiting: str
    department: str
    received: Text
    age: str
    clock: Text
    """The earliest running: what is left and when it is due."""
    is_open: bool


def rows_of(ids: list[int], query: Query, now: dt.datetime) -> list[Row]:
    """Rows in the order of `ids`; one query, one for their clocks, and those of `Turns`. With a search also the texts."""
    found = light(ids, "haystack") if query else light(ids)
    words = Wording(query, Turns(found), now, faces(found, now))
    return [words.row(complaint) for complaint in found]


class Wording:
    """Puts the rows of one page into words."""

    def __init__(self, query: Query, turns: Turns, now: dt.datetime, clocks: Mapping[int, Face]) -> None:
        self.query, self.turns, self.now, self.clocks = query, turns, now, clocks
        self.address = reverse("complaint", args=["X-0000-0"])
        self.anonymous = _("Anonymous")
        self.stages = {str(value): escape(str(label)) for value, label in State.choices}
        self.day = cache(localtime_in)
        self.hours = cache(self._hours)

    def row(self, complaint: Complaint) -> Row:
        customer = str(complaint.customer) if complaint.customer else self.anonymous
        known = f"{complaint.number}\n{complaint.title}\n{customer}"
        return {
            "number": complaint.number,
            "url": self.address.replace("X-0000-0", complaint.number),
            "title": self._marked(complaint.title),
            "excerpt": self._marked(self.query.excerpt(complaint.haystack, known)) if self.query else "",
            "is_major": complaint.nature == Nature.MAJOR,
            "is_confidential": complaint.confidential,
            "customer": self._marked(customer),
            "grade": complaint.grade or NOTHING,
            "stage": self.stages[complaint.state],
            "note": ", ".join(notes(complaint)),
            "waiting": str(self.turns.of(complaint)) or NOTHING,
            "department": str(complaint.department or NOTHING),
            "received": self.day(complaint.received_at.astimezone(complaint.branch.tz).date()),
            "age": self._age(complaint.state_since),
            "clock": drawn(self.clocks[complaint.pk]) if complaint.pk in self.clocks else NOTHING,
            "is_open": complaint.state != State.CLOSED,
        }

    def _marked(self, text: str) -> Text:
        return highlight(text, self.query.marked_in(text)) if self.query else text

    def _age(self, since: dt.datetime) -> str:
        """Of the same day or hour the same words; younger ones to the minute."""
        hours = int((self.now - since).total_seconds()) // 3600
        if hours < 1:
            return timesince(since, self.now, depth=1)
        return self.hours(hours if hours < 24 else hours - hours % 24)

    def _hours(self, hours: int) -> str:
        return escape(timesince(self.now - dt.timedelta(hours=hours), self.now, depth=1))


def table_rows(rows: list[Row], chase_icon: SafeString) -> SafeString:
    """The rows of the table, put together by hand: a template takes longer for fifty of them than all else of the page."""
    said = Said(escape(_("Select")), escape(_("Major")), escape(_("Confidential")), escape(_("Customer chased")), chase_icon)
    return SafeString("\n".join(_drawn(row, said) for row in rows))


class Said(NamedTuple):
    """What every row says."""

    select: str
    major: str
    confidential: str
    chased: str
    chase_icon: str


def _drawn(row: Row, said: Said) -> str:
    number, url, note, excerpt = (escape(text) for text in (row["number"], row["url"], row["note"], row["excerpt"]))
    return (
        f'<tr role="row" data-row><td role="cell" class="td-hide"><label class="check"><input type="checkbox" name="n" value="{number}"'
        f' form="export"><span class="vh">{said.select} {number}</span></label></td><td role="cell" class="mono nowrap">{number}</td>'
        f'<td role="cell" class="td-title"><a class="row-link" href="{url}">{escape(row["title"])}</a>'
        + (f' <span class="tag tag-major">{said.major}</span>' if row["is_major"] else "")
        + (f' <span class="tag">{said.confidential}</span>' if row["is_confidential"] else "")
        + (f'<p class="sub">{excerpt}</p>' if excerpt else "")
        + f'</td><td role="cell" class="td-after">{escape(row["customer"])}</td><td role="cell" class="num td-hide">{row["grade"]}</td>'
        f'<td role="cell" class="td-after"><span class="tag tag-stage">{row["stage"]}</span>'
        + (f' <small class="sub">{note}</small>' if note else "")
        + f'</td><td role="cell" class="nowrap td-after">{escape(row["waiting"])}</td>'
        f'<td role="cell" class="nowrap td-hide">{escape(row["department"])}</td>'
        f'<td role="cell" class="num nowrap td-hide">{row["received"]}</td><td role="cell" class="nowrap td-after">{row["clock"]}</td>'
        f'<td role="cell" class="num nowrap td-hide">{escape(row["age"])}</td><td role="cell" class="td-hide">'
        + (
            f'<a class="btn btn-quiet btn-icon btn-sm" href="{url}chase/" hx-get="{url}chase/" hx-target="#sheet" hx-swap="innerHTML"'
            f' data-row-key="c"><span class="vh">{said.chased} {number}</span>{said.chase_icon}</a>'
            if row["is_open"] else ""
        )
        + "</td></tr>"
    )  # fmt: skip


def drawn(face: Face) -> SafeString:
    """A clock small enough for a column: words only, kept fresh like the others. Put together by hand, for a list has fifty."""
    state, told = face.state, escape(face.text)
    look, frozen = f" clock-{state}" if state else "", " data-frozen" if face.frozen else ""
    times = f'data-due="{face.timer.due.isoformat()}" data-total="{face.seconds}" data-now="{face.now.isoformat()}"'
    words = f"<span><b data-clock>{told}</b><small>{escape(face.note)}</small></span>"
    return SafeString(f'<span class="clock clock-sm{look}" {times}{frozen}>{words}</span>')


def notes(complaint: Complaint) -> Iterator[str]:
    if complaint.paused_at and complaint.state != State.CLOSED:
        yield _("paused")
    if complaint.chased:
        yield _("chased %(number)s×") % {"number": complaint.chased}
    if complaint.reopened:
        yield _("reopened")
