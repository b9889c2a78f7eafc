"""A page of the timeline, for htmx; without script the links lead to the ticket itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.ticket import timeline
from complaints.ticket.page import filters

from .ticket import chosen_page, visible


@require_safe
def entries(request: HttpRequest, number: str) -> HttpResponse:
    complaint = visible(request, number)
    show, before = chosen_page(request)
    context = {
        "complaint": complaint,
        "branch": complaint.branch,
        "timeline": timeline.timeline(complaint, show, before, person=request.user),
        "filters": filters(complaint, show),
    }
    return render(request, "complaints/ticket/timeline.html" if before is None else "complaints/ticket/entries.html", context)
