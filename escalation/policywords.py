"""Time limits in words: when each starts and stops, for what it holds, how long, by which clock, who is told.

Pure texts beside `policies`; templates and forms show them. Not here: what starts and stops a timer (`following`).
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .policies import HOUR, Clock, Policy, Then, Told

MINUTE = 60
ALL, OPEN, VALID = pgettext_lazy("complaints", "all"), _("open ones"), _("valid ones")


@dataclass(frozen=True)
class Course:
    """From what to what a timer runs, and for which complaints."""

    starts: str | Promise
    stops: str | Promise
    holds_for: str | Promise = ALL


ENTERED, LEFT = _("the stage is entered"), _("the stage is left")
COURSES: dict[str, Course] = {
    "report": Course(_("received"), _("reported, answered on the spot or not factual")),
    "acknowledge": Course(_("received"), _("acknowledged, or closed on the spot")),
    "plan": Course(_("received"), _("plan at the general manager"), _("grade 3-4, valid ones")),
    "plan_severe": Course(_("received"), _("approved by the general manager"), _("grade 1-2, valid ones")),
    "group_plan": Course(_("approved by the group"), _("dates fixed"), _("grade 1-2 in a group")),
    "stage:triage": Course(ENTERED, LEFT),
    "stage:assignment": Course(ENTERED, LEFT),
    "stage:confirmation": Course(ENTERED, LEFT),
    "stage:review": Course(ENTERED, LEFT),
    "stage:approval": Course(ENTERED, LEFT),
    "stage:reply": Course(ENTERED, _("reply sent, or the stage is left")),
    "answer": Course(_("reply sent"), _("any answer")),
    "update": Course(_("last word to the customer"), _("next word"), OPEN),
    "promise": Course(_("promised"), pgettext_lazy("timer", "kept"), _("each promise")),
    "measure": Course(_("agreed"), pgettext_lazy("timer", "done"), _("each measure")),
    "site_visit": Course(_("submitted"), _("finding on the facts"), _("quality ones")),
    "visit": Course(_("measures done"), _("visit recorded"), VALID),
    "unreachable": Course(_("message after failed calls"), _("any answer"), _("follow-up")),
    "countersign": Course(_("closed by an assistant"), _("countersigned"), _("closed on the spot or not factual")),
    "customer_date": Course(_("date given"), pgettext_lazy("timer", "closed"), _("where the customer gave one")),
}
# Who is told when nothing is escalated.
INSTEAD = {Then.NO_ANSWER: _("nobody: it moves on as “no answer”"), Then.NOTHING: _("nobody: it may then be closed")}


def length(policy: Policy) -> str:
    """“12 hours”, “1 hour 30 minutes”, “5 working days”, “its own date”."""
    if policy.clock == Clock.DATE:
        return gettext("its own date")
    if policy.clock == Clock.WORKING_DAYS:
        return ngettext("%d working day", "%d working days", policy.amount) % policy.amount
    if policy.clock == Clock.CALENDAR_DAYS:
        return ngettext("%d day", "%d days", policy.amount) % policy.amount
    return span(policy.amount)


def span(seconds: int) -> str:
    """Hours and minutes in words, the part that is nothing left out."""
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    parts = [ngettext("%d hour", "%d hours", hours) % hours] if hours else []
    if minutes or not hours:
        parts.append(ngettext("%d minute", "%d minutes", minutes) % minutes)
    return " ".join(parts)


def clock_of(policy: Policy) -> str | Promise:
    return policy.clock.label


def reminders(policy: Policy) -> str:
    return gettext(", ").join(f"{percent} %" for percent in policy.warn_at) or "–"


def told(policy: Policy) -> str | Promise:
    """Who hears of it first."""
    return people(policy.first) if policy.first else INSTEAD.get(policy.then, "–")


def people(several: tuple[Told, ...]) -> str:
    return gettext(", ").join(str(one.label) for one in several)


def about(time: dt.timedelta) -> str:
    """A length of time for a table: days and hours, or hours and minutes."""
    seconds = max(int(time.total_seconds()), 0)
    days, rest = divmod(seconds, 24 * HOUR)
    if days < 2:
        return span(seconds)
    told = ngettext("%d day", "%d days", days) % days
    return f"{told} {span(rest // HOUR * HOUR)}" if rest >= HOUR else told
