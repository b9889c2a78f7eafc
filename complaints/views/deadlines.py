"""The deadlines of a complaint, and one of them explained (R29a).

Not here: what counted (`ticket.days`, `ticket.explained`) and clocks in rows (`complaints.clockface`).
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.models import Measure, Promise
from complaints.ticket.clocks import clocks, timers_of
from complaints.ticket.explained import explained, find
from escalation import clock

from .ticket import visible


@require_safe
def deadlines(request: HttpRequest, number: str) -> HttpResponse:
    """All of them: those that run, soonest first, and those that are over."""
    complaint = visible(request, number)
    measures, promises = Measure.objects.filter(complaint=complaint), Promise.objects.filter(complaint=complaint)
    found = clocks(complaint, timers_of(complaint), clock.now(), measures, promises)
    return render(request, "complaints/deadlines/list.html", {"complaint": complaint, "branch": complaint.branch, "clocks": found})


@require_safe
def deadline(request: HttpRequest, number: str, which: str) -> HttpResponse:
    complaint = visible(request, number)
    timer = find(complaint, which)
    if timer is None:
        raise Http404
    return render(request, "complaints/deadlines/page.html", explained(complaint, timer, clock.now()).context())
