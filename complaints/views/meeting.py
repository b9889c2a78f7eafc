"""The page of a major complaint's memo and analysis meeting (R17). What is done there are moves (`moves`)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.receipts import is_opened, mark_seen
from complaints.ticket.meeting import meeting_page

from .ticket import visible


@require_safe
def meeting(request: HttpRequest, number: str) -> HttpResponse:
    """404 as well where none was ever owed."""
    complaint = visible(request, number)
    if is_opened(request):
        mark_seen(complaint, request.user)
    context = meeting_page(complaint, request.user)
    if context is None:
        raise Http404
    return render(request, "complaints/meeting.html", context)
