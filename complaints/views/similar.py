"""Similar complaints of one that is recorded (R38): a card of the ticket, and a page of its own; each is linked by one press.

Not here: which are alike (`resemblance`), linking (`views.moves`).
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints import resemblance
from complaints.models import Complaint, Link
from complaints.moves import MOVES
from complaints.standing import standing_for, standings
from complaints.states import LinkKind
from escalation import clock

from .beside import SAID
from .ticket import visible


@require_safe
def similar(request: HttpRequest, number: str) -> HttpResponse:
    complaint = visible(request, number)
    now = clock.now()
    found = resemblance.similar(resemblance.sketch_of(complaint), request.user, now, linked(complaint) | {complaint.pk})
    rows = [
        {
            "row": one,
            "said": [SAID[reason] for reason in one.reasons],
            "age": _("%(time)s ago") % {"time": timesince(one.complaint.received_at, now, depth=1)},
        }
        for one in found
    ]
    may = standing_for(MOVES["link"], complaint, standings(request.user, complaint)) is not None
    template = "complaints/ticket/similar.html" if request.htmx else "complaints/similar.html"
    context = {"complaint": complaint, "branch": complaint.branch, "similar": rows, "kinds": LinkKind.choices, "may_link": may}
    return render(request, template, context)


def linked(complaint: Complaint) -> frozenset[int]:
    """Ids of those it is linked to already, from either side."""
    from_here = Link.objects.filter(complaint=complaint).values_list("other_id", flat=True)
    return frozenset(from_here.union(Link.objects.filter(other=complaint).values_list("complaint_id", flat=True)))
