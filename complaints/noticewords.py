"""What a notice says, in one sentence: “CR-2611-0087 ran out: Plan, due 20:05 — Luo Shan has it in hand”.

In the language of the moment, for page and mail alike; times in the branch's zone. Nothing a customer is known by stands in a sentence,
only the complaint's number; a month's report is called by its month. Not here: who is told (`notices`), the complaint's title, which
whoever shows the sentence adds or leaves out.
"""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from escalation.models import Escalation, Notice
from escalation.policies import Code
from organisation.models import Branch, Person

from .closing import LABELS
from .models import Complaint
from .notices import URGENT, Kind
from .states import GradeRule, Nature, State

DATE = {"zh": "m-d H:i", "en": "j M H:i"}


@dataclass(frozen=True)
class Said:
    """One notice in words. `urgent` is what ran out or cannot wait."""

    notice: Notice
    complaint: Complaint | None
    """None where it is about a month's report, or a file."""
    sentence: str
    urgent: bool

    @property
    def url(self) -> str:
        """Of what it is about, without the host."""
        if self.complaint:
            return reverse("complaint", args=[self.complaint.number])
        if self.notice.kind == Kind.FILE_READY:
            return reverse("ordered_files")
        body = json.loads(self.notice.event.body)
        return f"{reverse('month', args=[body['month']])}?branch={body['code']}"

    @property
    def title(self) -> str:
        return self.complaint.title if self.complaint else ""

    @property
    def branch(self) -> Branch | str:
        """Whose local times it is told in; '' for the reader's own."""
        return self.complaint.branch if self.complaint else ""


def in_words(notices: Sequence[Notice]) -> list[Said]:
    """For notices loaded with event, its actor, complaint and branch; one query more. In the order given."""
    rows = Escalation.objects.filter(event__in=[notice.event_id for notice in notices]).select_related("owner")
    owners = {row.event_id: row.owner for row in rows}
    return [Said(one, one.complaint, _sentence(one, owners.get(one.event_id)), Kind(one.kind) in URGENT) for one in notices]


@dataclass(frozen=True)
class _Facts:
    notice: Notice
    complaint: Complaint
    body: dict[str, Any]
    owner: Person | None

    @property
    def number(self) -> str:
        return self.complaint.number

    @property
    def timer(self) -> str:
        return str(Code(self.body["timer"][0]).label)

    @property
    def due(self) -> str:
        """The hour, with the date when that is not the day on which it is told."""
        zone = self.complaint.branch.tz
        due, told = dt.datetime.fromisoformat(self.body["due"]).astimezone(zone), self.notice.at.astimezone(zone)
        return format_date(due, "H:i" if due.date() == told.date() else DATE["zh" if (get_language() or "en").startswith("zh") else "en"])

    @property
    def in_hand(self) -> str:
        return _(" — %(name)s has it in hand") % {"name": self.owner} if self.owner else ""


def _sentence(notice: Notice, owner: Person | None) -> str:
    body = json.loads(notice.event.body)
    if notice.complaint is None:
        return _("The file %(name)s is ready") % {"name": body["name"]} if notice.kind == Kind.FILE_READY else _of_month(notice, body)
    return SENTENCES[Kind(notice.kind)](_Facts(notice, notice.complaint, body, owner))


def _of_month(notice: Notice, body: dict[str, Any]) -> str:
    """Of the report of a month; who sent it back is named, for he can be asked."""
    said = {
        Kind.MONTH_TURN: _("The month report %(month)s waits for you"),
        Kind.MONTH_BACK: _("The month report %(month)s was sent back by %(name)s"),
        Kind.MONTH_PUBLISHED: _("The month report %(month)s is published"),
    }
    return said[Kind(notice.kind)] % {"month": body["month"], "name": notice.event.actor or ""}


def _turn(facts: _Facts) -> str:
    """The stage it came to; its present one where the event changed none."""
    stage = facts.body.get("changed", {}).get("state", [facts.complaint.state])[-1]
    if stage == State.CLOSED:
        return _("%(number)s is closed and waits for your countersign") % {"number": facts.number}
    return _("%(number)s waits for you: %(stage)s") % {"number": facts.number, "stage": State(stage).label}


def _warned(facts: _Facts) -> str:
    said = _("%(number)s: %(timer)s, due %(due)s; %(part)s%% of the time is used")
    return said % {"number": facts.number, "timer": facts.timer, "due": facts.due, "part": facts.body["rung"]}


def _ran_out(facts: _Facts) -> str:
    return _("%(number)s ran out: %(timer)s, due %(due)s") % _named(facts) + facts.in_hand


def _escalated(facts: _Facts) -> str:
    return _("%(number)s, second level: %(timer)s, due %(due)s") % _named(facts) + facts.in_hand


def _named(facts: _Facts) -> dict[str, str]:
    return {"number": facts.number, "timer": facts.timer, "due": facts.due}


def _reported(facts: _Facts) -> str:
    complaint = facts.complaint
    what = [_("major")] if complaint.nature == Nature.MAJOR else []
    what += [_("grade %(grade)s") % {"grade": complaint.grade}] if complaint.grade else []
    return _("%(number)s is reported to you: %(what)s") % {"number": facts.number, "what": ", ".join(what)}


def _regraded(facts: _Facts) -> str:
    """From which to which, and the rule where it rose by itself."""
    old, new = facts.body.get("changed", {}).get("grade", [None, facts.complaint.grade])
    said = {"number": facts.number, "old": old or "–", "new": new, "why": GradeRule(facts.body.get("inputs", {}).get("rule", "")).label}
    if facts.notice.event.kind == "judge":
        said["old"] = facts.body.get("worked_out", [old])[0]
        return _("%(number)s is judged grade %(new)s; worked out is grade %(old)s") % said
    if facts.notice.event.actor_id is None:
        return _("%(number)s rises from grade %(old)s to grade %(new)s by itself: %(why)s") % said
    return _("%(number)s: the grade is changed from %(old)s to %(new)s") % said


def _chased(facts: _Facts) -> str:
    times = facts.complaint.chased
    return ngettext("%(number)s: the customer asks", "%(number)s: the customer asks, %(times)s times by now", times) % {
        "number": facts.number, "times": times,
    }  # fmt: skip


def _instructed(facts: _Facts) -> str:
    return _("%(number)s: %(name)s says what is to be done") % {"number": facts.number, "name": facts.notice.event.actor or ""}


def _reminded(facts: _Facts) -> str:
    """Of what is missing before closing."""
    what = LABELS.get(facts.body.get("inputs", {}).get("kind", ""), "")
    return _("%(number)s waits for you before it can be closed: %(what)s") % {"number": facts.number, "what": what}


def _plain(text: Callable[[], str]) -> Callable[[_Facts], str]:
    return lambda facts: text() % {"number": facts.number}


SENTENCES: dict[Kind, Callable[[_Facts], str]] = {
    Kind.TURN: _turn,
    Kind.WARNED: _warned,
    Kind.RAN_OUT: _ran_out,
    Kind.ESCALATED: _escalated,
    Kind.REPORTED: _reported,
    Kind.REGRADED: _regraded,
    Kind.CHASED: _chased,
    Kind.INSTRUCTED: _instructed,
    Kind.ASKED: _plain(lambda: _("%(number)s: you are asked for a statement")),
    Kind.MEASURE: _plain(lambda: _("%(number)s: a measure is yours to carry out")),
    Kind.MEMO: _plain(lambda: _("%(number)s is major: internal memo for you")),
    Kind.INVITED: _plain(lambda: _("%(number)s: you are invited to the analysis meeting")),
    Kind.TO_AGREE: _plain(lambda: _("%(number)s: the resolution waits for your agreement")),
    Kind.AGREED: _plain(lambda: _("%(number)s: the resolution is agreed, measures can be proposed")),
    Kind.REMINDED: _reminded,
    Kind.REOPEN: _plain(lambda: _("%(number)s is closed, and a measure did not work: reopen it?")),
    Kind.QUALITY: _plain(lambda: _("%(number)s is a quality complaint")),
    Kind.CLOSED: _plain(lambda: _("%(number)s is closed")),
    Kind.FREE_TO_CLOSE: _plain(lambda: _("%(number)s: the customer was not reached; it may be closed")),
}
