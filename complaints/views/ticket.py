"""The page of one complaint."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from complaints.models import Complaint
from complaints.receipts import mark_seen
from complaints.ticket import timeline
from complaints.ticket.page import page

# What the pages of one complaint name; its people are loaded with those of its rows (`ticket.rows`).
RELATED = ("branch", "customer", "contact", "product", "type", "department")


def visible(request: HttpRequest, number: str) -> Complaint:
    """The complaint of that number, or 404: also when there is one that this person may not see (R4)."""
    seen = Complaint.objects.visible_to(request.user).select_related(*RELATED).defer("search", "haystack")
    return get_object_or_404(seen, number=number)


def chosen_page(request: HttpRequest) -> tuple[str, int | None]:
    """Which entries of the timeline are asked for; what makes no sense is left aside."""
    show, before = request.GET.get("show", "all"), request.GET.get("before", "")
    return show if show in timeline.FILTERS else "all", int(before) if before.isdecimal() and len(before) < 10 else None


@require_safe
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    complaint = visible(request, number)
    mark_seen(complaint, request.user)
    return render(request, "complaints/ticket.html", page(complaint, request.user, *chosen_page(request)))
