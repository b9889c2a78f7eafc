"""The closing page (R27): the list of what must be there, and for the manager the form that closes. Closing itself is a move (`moves`)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.actions import wrong_stage
from complaints.forms import FORMS
from complaints.moves import MOVES
from complaints.refusals import NotPossible
from complaints.states import State
from complaints.ticket.clocks import in_head
from complaints.ticket.closing import sheet
from complaints.ticket.panel import form_for

from .ticket import visible


@require_safe
def closing(request: HttpRequest, number: str) -> HttpResponse:
    """409 where it is not in follow-up."""
    complaint = visible(request, number)
    if complaint.state != State.FOLLOW_UP:
        why = NotPossible(wrong_stage(MOVES["close"], complaint))
        return render(request, "complaints/refused.html", {"complaint": complaint, "why": why}, status=why.status)
    shown = sheet(complaint, request.user)
    form = form_for(shown.able[shown.closing], complaint, request.user) if shown.closing in FORMS else None
    context = {"complaint": complaint, "branch": complaint.branch, "sheet": shown, "form": form, "clocks": in_head(complaint)}
    return render(request, "complaints/closing.html", context)
