"""The page of one complaint."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from complaints.models import Complaint
from complaints.models.reach import reach_of
from complaints.prepared import Prepared
from complaints.receipts import is_opened, mark_seen, notices_seen
from complaints.ticket import statement, timeline
from complaints.ticket.page import page
from organisation.models import Person

# What the pages of one complaint name; its people are loaded with those of its rows (`ticket.rows`).
RELATED = ("branch", "customer", "contact", "product", "type", "department")


def visible(request: HttpRequest, number: str, *, asked: bool = False) -> Complaint:
    """The complaint of that number, or 404: also when there is one that this person may not see (R4). `asked`: the one it is about gets it
    too while his statement is asked for; that is looked for only where he may not see it anyway, for the question is a long one."""
    for complaint in _seen_by(request.user).rows(number):
        return complaint
    if asked:
        return get_object_or_404(_rows(request.user, asked=True), number=number)
    raise Http404


MOST = 200
NO_NUMBER = "-"
_kept: dict[str, Prepared[Complaint]] = {}


def _seen_by(person: Person) -> Prepared[Complaint]:
    """The question for a number, put together once for each who somebody is."""
    who = f"{person.pk} {reach_of(person).who}"
    found = _kept.get(who)
    if found is None:
        found = _kept[who] = Prepared(_rows(person).filter(number=NO_NUMBER), NO_NUMBER)
        if len(_kept) > MOST:
            _kept.clear()
    return found


def _rows(person: Person, *, asked: bool = False) -> QuerySet[Complaint]:
    return Complaint.objects.visible_to(person, asked=asked).select_related(*RELATED).defer("search", "haystack")


def chosen_page(request: HttpRequest) -> tuple[str, int | None]:
    """Which entries of the timeline are asked for; what makes no sense is left aside."""
    show, before = request.GET.get("show", "all"), request.GET.get("before", "")
    return show if show in timeline.FILTERS else "all", int(before) if before.isdecimal() and len(before) < 10 else None


@require_safe
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    complaint = visible(request, number, asked=True)
    told = {"bell": notices_seen(complaint, request.user)} if is_opened(request) else {}
    if complaint.against_id == request.user.pk:
        return render(request, "complaints/statement.html", statement.page(complaint, request.user) | told)
    if told:
        mark_seen(complaint, request.user)
    return render(request, "complaints/ticket.html", page(complaint, request.user, *chosen_page(request)) | told)
