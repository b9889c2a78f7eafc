"""The reply as a letter (R23): greeting, an opening of ours, what comes from the record and the approved plan, a closing of ours.

Only opening and closing are anybody's own words; the rest is `locked`: the same for the page that shows it, the door that sends it and the
paper that prints it. No name but the contact's and the company's. Pure over rows handed in; not here: which rows (`replies`).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from . import letters
from .models import Complaint, Measure, Round
from .states import Language, MeasureKind, Remedy

BOTH = "both"


@dataclass(frozen=True)
class Line:
    """One thing the letter says from the approved plan, with what stands before it, colon included."""

    label: str
    text: str


@dataclass(frozen=True)
class Locked:
    """What a letter says in one language that nobody can change in the letter."""

    greeting: str
    facts: tuple[str, str, str, str]
    """Number, date, subject with lot, quantities: what the complaint concerns; the last may be empty."""
    lines: list[Line] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)


def languages_of(chosen: str, own: str) -> list[str]:
    """The languages of a letter, the customer's first."""
    other = other_than(own)
    return [own, other] if chosen == BOTH else [chosen if chosen in Language.values else own]


def other_than(language: str) -> str:
    return Language.ENGLISH if language == Language.CHINESE else Language.CHINESE


def locked(complaint: Complaint, plan: Round | None, measures: Iterable[Measure], language: str) -> Locked:
    with override(language):
        facts = letters.facts_of(complaint)
        return Locked(
            letters.greeting(complaint),
            (facts["number"], facts["date"], facts["subject"], _quantities(complaint)),
            _lines(plan, list(measures), complaint),
            [str(complaint.branch), facts["number"]],
        )


def digest(parts: Iterable[Locked]) -> str:
    """By which the door knows that whoever sends the letter has read what it says now."""
    return hashlib.sha256(json.dumps([asdict(part) for part in parts], ensure_ascii=False).encode()).hexdigest()[:16]


def composed(part: Locked, opening: str, closing: str, language: str) -> str:
    """The whole letter as text: for the screen, the record, WeChat."""
    with override(language):
        said = [f"{line.label}{line.text}" for line in part.lines]
        paragraphs = [part.greeting, opening.strip(), about(part), "\n".join(said), closing.strip(), "\n".join(part.signature)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def about(part: Locked, mark: Callable[[str], str] = str) -> str:
    """What the complaint concerns, in one sentence of the active language; `mark` is asked how each fact looks."""
    number, date, subject, quantities = (mark(fact) if fact else "" for fact in part.facts)
    sentence = _("Your complaint %(number)s of %(date)s concerns %(subject)s. This is what we found and what we do:")
    with_these = pgettext("subject with quantities in a letter", "%(subject)s, %(quantities)s")
    subject = with_these % {"subject": subject, "quantities": quantities} if quantities else subject
    return sentence % {"number": number, "date": date, "subject": subject}


def _quantities(complaint: Complaint) -> str:
    """“46 of 2,000 pcs”: how many of how many, as the customer told us."""
    bad, of, unit = complaint.quantity_affected, complaint.quantity_delivered, complaint.unit
    if bad is None:
        return ""
    words = {"bad": _number(bad), "of": _number(of) if of is not None else "", "unit": unit}
    return (_("%(bad)s of %(of)s %(unit)s") if of is not None else _("%(bad)s %(unit)s")).replace("  ", " ") % words


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def remedies(measures: Iterable[Measure]) -> list[Measure]:
    """What the customer gets, as approved."""
    return [measure for measure in measures if measure.kind == MeasureKind.REMEDY]


def _lines(plan: Round | None, measures: list[Measure], complaint: Complaint) -> list[Line]:
    found = [_line(_("Cause"), plan.cause)] if plan and plan.cause else []
    found += [_line(_("Why it was not noticed before delivery"), plan.escape)] if plan and plan.escape else []
    theirs = remedies(measures)
    ours = [measure for measure in measures if measure not in theirs]
    found += [_measure(measure, complaint) for measure in sorted(ours, key=_place)]
    given = [_dated(measure, complaint) for measure in theirs] + remedy(plan)
    return found + [_line(pgettext("in a letter", "For you"), words) for words in given]


def remedy(plan: Round | None) -> list[str]:
    """What the approved plan gives the customer, in the active language: kinds, words, amount; never how it was worked out (R23)."""
    if plan is None or not plan.remedy_kinds:
        return []
    kinds = [str(Remedy(kind).label) for kind in plan.remedy_kinds if kind != Remedy.OTHER]
    amount = [f"{plan.remedy_amount:,.2f} {plan.remedy_currency}"] if plan.remedy_amount else []
    return [pgettext("between things the customer gets", ", ").join(filter(None, [*kinds, plan.remedy_text, *amount]))]


def _line(label: str, text: str) -> Line:
    return Line(label + pgettext("after a label in a letter", ": "), text)


def _place(measure: Measure) -> tuple[bool, int]:
    return measure.done_at is None, list(MeasureKind.values).index(measure.kind)


def _measure(measure: Measure, complaint: Complaint) -> Line:
    """Without its owner: names stay in the house."""
    if measure.done_at:
        return _line(pgettext("in a letter", "Done"), _dated(measure, complaint))
    return _line(_("By %(date)s") % {"date": letters.date(measure.due_on)}, measure.text)


def _dated(measure: Measure, complaint: Complaint) -> str:
    if measure.done_at:
        return pgettext("measure with its day", "%(text)s (%(date)s)") % {
            "text": measure.text,
            "date": letters.date_of(measure.done_at, complaint),
        }
    return pgettext("measure with its day", "%(text)s (by %(date)s)") % {"text": measure.text, "date": letters.date(measure.due_on)}


def default_subject(complaint: Complaint, language: str) -> str:
    with override(language):
        facts = letters.facts_of(complaint)
        return _("%(number)s – %(subject)s: what we found and what we do") % facts


def day_of(at: dt.datetime, complaint: Complaint) -> dt.date:
    """The branch's local day of an instant."""
    return at.astimezone(complaint.branch.tz).date()
