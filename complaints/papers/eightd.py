"""The 8D report, from the complaint's rounds and measures as they stand; a step of which nothing is recorded says so.

In the reader's language, for the house: it names owners and verifiers. Not here: what the customer gets (`form`, `letter`).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.models import Complaint, Measure
from complaints.states import CauseCategory, Finding, MeasureKind, Outcome, State
from complaints.ticket import planwords
from complaints.ticket.rounds import meaning
from organisation.models import Person

from .answer import CLOSINGS, SIGNED
from .bilingual import seal_of
from .facts import quantities
from .paper import Paper, as_of, frame, pictures
from .source import Source

STARTED = (State.ACTION, State.REVIEW, State.APPROVAL, State.GROUP_APPROVAL, State.REPLY, State.FOLLOW_UP, State.CLOSED)
Part = dict[str, Any]


def ready(complaint: Complaint) -> bool:
    """Once the department has confirmed it; of a closed one only when somebody had worked on it."""
    return complaint.state in STARTED and complaint.handler_id is not None


def report(source: Source, language: str) -> Paper | None:
    complaint = source.complaint
    if not ready(complaint):
        return None
    photos, captions, more = pictures(source.files)
    title = _("8D report")
    data = {
        "frame": frame(source, title, _("Internal"), as_of(source, _("As of %(at)s · entry %(seq)s · %(digest)s")), language=language),
        "title": title,
        "facts": _facts(source),
        "steps": list(_steps(source)),
        "columns": [_("Measure"), _("Owner"), _("Due"), _("Done"), _("Verified")],
        "nothing": _("Nothing is recorded."),
        "signatures": _signatures(source),
        "photos_title": _("Photographs"),
        "photos": captions,
        "more": str(more),
    }
    return Paper("eightd.typ", f"{complaint.number} 8D", data, source.last.at, photos)


def _facts(source: Source) -> list[dict[str, str]]:
    complaint = source.complaint
    return [
        {"label": _("Number"), "value": complaint.number},
        {"label": _("Received"), "value": source.day(complaint.received_at)},
        {"label": _("Customer"), "value": str(complaint.customer or _("Anonymous"))},
        {"label": _("Customer's number"), "value": complaint.customer_reference},
        {"label": _("Product"), "value": str(complaint.product or complaint.about)},
        {"label": _("Lot"), "value": complaint.lot_number},
        {"label": _("Affected / delivered"), "value": quantities(complaint)},
        {"label": _("Responsible department"), "value": str(complaint.department or "")},
    ]


def _steps(source: Source) -> Iterator[Part]:
    complaint, plan = source.complaint, source.plan
    yield _step("D1", _("Team"), lines=_team(source))
    yield _step("D2", _("Problem"), lines=[_labelled(_("Type"), str(complaint.type or "")), complaint.words, *_effects(complaint)])
    yield _step("D3", _("Containment"), lines=planwords.ledger(plan) if plan else [], measures=_measures(source, MeasureKind.CONTAINMENT))
    yield _step("D4", _("Root cause"), lines=_causes(source))
    yield _step("D5", _("Corrective measures"), lines=_none_needed(source), measures=_measures(source, MeasureKind.CORRECTIVE))
    verified = [m for m in source.planned if m.kind in (MeasureKind.CONTAINMENT, MeasureKind.CORRECTIVE, MeasureKind.REMEDY)]
    yield _step("D6", _("Carried out and verified"), lines=[_proof(source, m) for m in verified if m.done_at or m.verified_at])
    yield _step("D7", _("Prevention"), lines=planwords.across(plan) if plan else [], measures=_measures(source, MeasureKind.PREVENTIVE))
    remedies = _measures(source, MeasureKind.REMEDY)
    remedy = [_labelled(_("Remedy for the customer"), " · ".join(planwords.remedy(plan)))] if plan else []
    yield _step("D8", _("Closing"), lines=[*remedy, *_closing(source)], measures=remedies if plan else [])


def _step(code: str, label: str, lines: Iterable[str] = (), measures: Iterable[list[str]] = ()) -> Part:
    return {"code": code, "label": label, "lines": [line for line in lines if line], "measures": list(measures)}


def _labelled(label: str, value: str) -> str:
    return _("%(label)s: %(value)s") % {"label": label, "value": value} if value else ""


def _team(source: Source) -> list[str]:
    """Head, handler, owners and verifiers, each once, with the department."""
    complaint = source.complaint
    people: dict[int, tuple[str, Person | None]] = {}
    named = [(_("Head"), complaint.in_charge), (_("Handler"), complaint.handler)]
    named += [(_("Owner of a measure"), m.owner) for m in source.planned]
    named += [(_("Verifier"), m.verified_by) for m in source.planned]
    for role, person in named:
        if person:
            people.setdefault(person.pk, (role, person))
    return [_labelled(role, " · ".join(filter(None, [str(one), str(one.department or "")]))) for role, one in people.values() if one]


def _effects(complaint: Complaint) -> list[str]:
    happened = " · ".join(filter(None, [complaint.happened, str(complaint.happened_on or "")]))
    effect = complaint.get_effect_display() if complaint.effect else ""
    return [_labelled(_("At the customer"), effect), _labelled(_("When it happened"), happened)]


def _causes(source: Source) -> list[str]:
    plan = source.plan
    if plan is None:
        return []
    return [
        _labelled(_("Investigation"), plan.investigation),
        *planwords.found(plan),
        _labelled(_("Finding"), str(Finding(plan.finding).label) if plan.finding else ""),
        _labelled(_("Shares of responsibility"), " · ".join(planwords.shares(plan, source.departments))),
        _labelled(_("Why it occurred"), _cause(plan.cause, planwords.whys(plan, "whys"), plan.cause_category)),
        _labelled(_("Why it escaped"), _cause(plan.escape, planwords.whys(plan, "escape_whys"), plan.escape_category)),
    ]


def _cause(cause: str, chain: list[str], category: str) -> str:
    """The chain where there is one, and the category."""
    said = "\n".join(["", *chain]) if len(chain) > 1 else cause
    return " · ".join(filter(None, [said, str(CauseCategory(category).label) if category else ""]))


def _none_needed(source: Source) -> list[str]:
    return [_labelled(_("No measure needed"), planwords.none_needed(source.plan))] if source.plan else []


def _measures(source: Source, kind: MeasureKind) -> list[list[str]]:
    return [_row(source, m) for m in source.planned if m.kind == kind]


def _row(source: Source, measure: Measure) -> list[str]:
    verdict = {True: pgettext("measure", "effective"), False: pgettext("measure", "not effective"), None: ""}[measure.effective]
    verified = " · ".join(filter(None, [verdict, str(measure.verified_by or ""), source.day(measure.verified_at)[:10]]))
    return [measure.text, str(measure.owner), str(measure.due_on), source.day(measure.done_at)[:10], verified]


def _proof(source: Source, measure: Measure) -> str:
    """What shows that it was done and works."""
    found = [measure.text, _labelled(_("Evidence"), measure.evidence), _labelled(_("Verification"), measure.verification)]
    return "\n".join(filter(None, found))


def _closing(source: Source) -> list[str]:
    complaint = source.complaint
    if complaint.state != State.CLOSED:
        return []
    return [
        _labelled(str(Outcome(complaint.outcome).label), source.day(complaint.closed_at)),
        _labelled(_("Lessons"), complaint.lessons),
    ]


def _signatures(source: Source) -> list[dict[str, Any]]:
    kinds = (*SIGNED, *(CLOSINGS if source.complaint.state == State.CLOSED else ()))
    found = [decision.event for kind in kinds if (decision := source.latest(kind)) and hasattr(decision.event, "signature")]
    return [
        {"meaning": meaning(e, e.signature.meaning), "name": str(e.actor), "at": source.day(e.at), **seal_of(e.signature.person)}
        for e in found
    ]
