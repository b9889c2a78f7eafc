"""What is said of a grade and its rules (R15), in the language of the moment: pure, from numbers that somebody has counted.

Not here: which complaints a reader may open (`gradebox`), the rules (`grading`).
"""

import datetime as dt
from collections.abc import Callable

from django.utils.dateformat import format as date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .grading import Facts, Finding, Limits
from .states import Grade, GradeRule, Threat

DAY = {"zh": "m-d", "en": "j M"}
Title = Callable[[Limits], str]
TITLES: dict[GradeRule, Title] = {
    GradeRule.CRISIS: lambda limits: (
        _("Media exposure that harms the company's name, or %(number)s complainants or more acting together") % {"number": limits.suit_from}
    ),
    GradeRule.CUSTOMERS: lambda limits: (
        _("%(number)s different customers or more with the same problem within %(days)s days")
        % {"number": limits.customers, "days": limits.month_days}
    ),
    GradeRule.THREAT: lambda limits: (
        _("A lawsuit or exposure possible; %(least)s to %(most)s complainants acting together")
        % {"least": limits.together_from, "most": limits.suit_from - 1}
    ),
    GradeRule.UNSOLVED: lambda limits: _("Unsolved after %(days)s days for reasons on our side") % {"days": limits.unsolved_days},
    GradeRule.REPEATED: lambda limits: (
        _("The same problem %(number)s times after it had been handled, within %(days)s days")
        % {"number": limits.repeats, "days": limits.handled_days}
    ),
    GradeRule.HELP: lambda _limits: _("The responsible department needs the help of another one"),
}


def title(finding: Finding, limits: Limits) -> str:
    """The rule, and how many were counted where it counts."""
    said = TITLES[finding.rule](limits)
    if finding.rule not in (GradeRule.CUSTOMERS, GradeRule.REPEATED):
        return said
    return _("%(rule)s: %(count)s") % {"rule": said, "count": len(finding.counted)}


def sentence(rule: GradeRule, count: int) -> str:
    """Why a complaint has its grade, in one sentence."""
    if rule == GradeRule.CUSTOMERS:
        return ngettext(
            "%(count)s customer has this problem within a month.",
            "%(count)s different customers have the same problem within a month.",
            count,
        ) % {"count": count}
    if rule == GradeRule.REPEATED:
        return ngettext(
            "The same problem came %(count)s time after it had been handled.",
            "The same problem came %(count)s times after it had been handled.",
            count,
        ) % {"count": count}
    return {
        GradeRule.CRISIS: _("Exposure that harms the name or a group suit has happened or is possible."),
        GradeRule.THREAT: _("A lawsuit or exposure is possible, or several complainants act together."),
        GradeRule.UNSOLVED: _("It has been unsolved for a month for reasons on our side."),
        GradeRule.HELP: _("The responsible department needs the help of another one."),
    }.get(rule, _("No rule for a more severe grade holds."))


def note(finding: Finding, facts: Facts, unsolved_on: dt.datetime | None, zone: dt.tzinfo, helper: str) -> str:
    """What the record shows of a rule, or why it does not hold."""
    return NOTES[finding.rule](finding, facts, _day(unsolved_on, zone), _day(facts.received, zone), helper)


def _day(at: dt.datetime | None, zone: dt.tzinfo) -> str:
    return date_format(at.astimezone(zone), DAY[(get_language() or "en")[:2]]) if at else ""


def _recorded(finding: Finding, facts: Facts, *_more: str) -> str:
    """Of the two rules that a tick may make true."""
    said = []
    for mark in finding.marks:
        what, _colon, value = mark.partition(":")
        if what in ("lawsuit", "exposure"):
            name = _("lawsuit") if what == "lawsuit" else _("media or online exposure")
            said.append(_("%(what)s: %(how)s") % {"what": name, "how": Threat(value).label})
        elif what == "together":
            said.append(_("%(number)s complainants act together") % {"number": value})
    return _("Recorded: %(what)s.") % {"what": " · ".join(said)} if said else ""


def _customers(finding: Finding, facts: Facts, *_more: str) -> str:
    if len(facts.cases) <= 1:
        return _("Does not hold: no other complaint on the same problem.")
    return ""


def _unsolved(finding: Finding, facts: Facts, until: str, received: str, _helper: str) -> str:
    if finding.holds:
        return _("Received on %(day)s and still open.") % {"day": received}
    if not until:
        return _("Does not hold: no such time runs.")
    return _("Does not hold: received on %(day)s. If it is still open on %(until)s, the grade rises by itself.") % {
        "day": received, "until": until,
    }  # fmt: skip


def _repeated(finding: Finding, facts: Facts, *_more: str) -> str:
    handled = any(case.resolved and case.resolved < facts.received for case in facts.cases)
    return "" if handled else _("Does not hold: none on the same problem was closed as resolved before.")


def _help(finding: Finding, facts: Facts, _until: str, _received: str, helper: str) -> str:
    if finding.holds:
        return _("Named: %(department)s.") % {"department": helper}
    return _("The responsible department itself does not count.") if facts.helper else ""


NOTES: dict[GradeRule, Callable[..., str]] = {
    GradeRule.CRISIS: _recorded,
    GradeRule.CUSTOMERS: _customers,
    GradeRule.THREAT: _recorded,
    GradeRule.UNSOLVED: _unsolved,
    GradeRule.REPEATED: _repeated,
    GradeRule.HELP: _help,
}


def overruled(grade: int, worked_out: int) -> str:
    """Of a grade that a manager has set otherwise."""
    how = _("Lowered by the business manager") if grade > worked_out else _("Raised by the business manager")
    return _("%(how)s; worked out is %(grade)s.") % {"how": how, "grade": Grade(worked_out).label}
