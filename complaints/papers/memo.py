"""The internal contact memo 内部联络单 (R17): what came in and how it was judged, to all heads and the general manager, to be signed for.

In the reader's language. A confidential complaint is told only to whoever is in charge of it and the general manager (R4).
Not here: the notices that ring at once (`notices`).
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.models import Complaint
from complaints.states import Criterion, Grade, Nature
from organisation.models import Department, Person

from .facts import quantities
from .paper import Paper, as_of, frame
from .source import Source


def ready(complaint: Complaint) -> bool:
    """Once its nature was judged there is something to tell."""
    return bool(complaint.nature)


def memo(source: Source, language: str) -> Paper | None:
    complaint = source.complaint
    if not ready(complaint):
        return None
    judged = source.latest("judge")
    title = _("Internal contact memo")
    sender = judged.event.actor if judged else None
    data = {
        "frame": frame(source, title, _("Internal"), as_of(source, _("As of %(at)s · entry %(seq)s · %(digest)s")), language=language),
        "title": title,
        "urgent": {"on": complaint.is_severe, "label": _("Urgent: also tell by telephone")},
        "facts": _facts(source, source.day(judged.event.at) if judged else "", sender),
        "sections": _sections(complaint),
        "columns": [_("Department"), _("Name"), pgettext("by telephone", "Told by telephone"), _("Received: signature, date")],
        "recipients": [[place, name] for place, name in _recipients(complaint)],
    }
    return Paper("memo.typ", f"{complaint.number} memo", data, source.last.at)


def _facts(source: Source, judged_at: str, sender: Person | None) -> list[dict[str, str]]:
    complaint = source.complaint
    from_whom = " · ".join(filter(None, [str(sender or ""), str(sender.department or "") if sender else ""]))
    return [
        {"label": pgettext("memo", "From"), "value": from_whom},
        {"label": _("Date"), "value": judged_at},
        {"label": _("Customer"), "value": str(complaint.customer or _("Anonymous"))},
        {"label": _("Received"), "value": source.day(complaint.received_at)},
        {"label": _("Product"), "value": str(complaint.product or complaint.about)},
        {"label": _("Lot"), "value": complaint.lot_number},
        {"label": _("Affected / delivered"), "value": quantities(complaint)},
        {"label": _("At the customer"), "value": complaint.get_effect_display() if complaint.effect else ""},
    ]


def _sections(complaint: Complaint) -> list[dict[str, Any]]:
    judged = " · ".join(filter(None, [str(Nature(complaint.nature).label), str(Grade(complaint.grade).label) if complaint.grade else ""]))
    reasons = [str(Criterion(code).label) for code in complaint.criteria] + [complaint.grade_reason]
    sections = [
        {"label": _("What the customer says"), "words": complaint.words},
        {"label": _("Judged as"), "words": "\n".join([judged, *filter(None, reasons)])},
        {"label": _("First handling and fact check"), "words": complaint.first_handling},
        {"label": _("Responsible department"), "words": str(complaint.department or "")},
    ]
    return [section for section in sections if section["words"]]


def _recipients(complaint: Complaint) -> list[tuple[str, str]]:
    """All heads in the order of the departments, then the general manager; nobody whom it is about (R3)."""
    gm, charge = complaint.branch.gm, complaint.in_charge
    if complaint.confidential:
        found = [(str(complaint.department or ""), charge)]
    else:
        places = Department.objects.filter(branch=complaint.branch_id, is_active=True).select_related("head")
        found = [(str(place), place.head) for place in places]
    found.append((_("General manager"), gm))
    return [(place, str(person)) for place, person in found if person and person.pk != complaint.against_id]
