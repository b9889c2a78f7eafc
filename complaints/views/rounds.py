"""Two rounds of measures beside each other, only what changed unless all is asked for (R19)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.standing import standings
from complaints.ticket import rounds
from complaints.ticket.clocks import in_head
from complaints.ticket.panel import panel
from complaints.ticket.rows import load

from .ticket import visible


@require_safe
def compare(request: HttpRequest, number: str) -> HttpResponse:
    complaint = visible(request, number)
    rows = load(complaint)
    proposed = [shown for shown in rounds.shown(rows) if shown.round.proposed_at]
    if len(proposed) < 2:
        raise Http404
    new = next((s for s in proposed[1:] if str(s.round.number) == request.GET.get("round")), proposed[-1])
    old = proposed[proposed.index(new) - 1]
    compared = rounds.comparison(old, new)
    context = {
        "complaint": complaint,
        "branch": complaint.branch,
        "old": old,
        "new": new,
        "rows": compared,
        "changed": [row for row in compared if row.changed],
        "all": "all" in request.GET,
        "others": proposed[1:],
        "clocks": in_head(complaint),
        "panel": panel(rounds.look(rows), request.user, standings(request.user, complaint, rows.roster), rows.roster),
    }
    return render(request, "complaints/rounds.html", context)
