"""The bell's page: what somebody was told, what he has not seen first; and the pulse that keeps an open page up to date.

Notices of complaints that he may no longer see are not shown. Not here: what a notice says (`noticewords`), mail (`escalation.mailing`).
"""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from complaints import bell
from complaints.models import Complaint
from complaints.noticewords import Said, in_words
from escalation import clock
from escalation.models import Notice
from escalation.models.notices import Channel
from organisation.models import Person

PAGE = 50
LONGEST = 18  # digits of a number in an address


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Unseen ones, then seen ones; each newest first and a page at a time (`?before=` a notice's number, `?seen=1`)."""
    before, seen = _number(request, "before"), request.GET.get("seen") == "1"
    new, more_new = ([], None) if seen else _page(_mine(request.user).filter(seen_at=None), request.user, before)
    old, more_old = ([], None) if before and not seen else _page(_mine(request.user).exclude(seen_at=None), request.user, before)
    shown = {"new": new, "more_new": more_new, "old": old, "more_old": more_old, "later": bool(before)}
    return render(request, "complaints/notices.html", shown)


@require_POST
def notices_seen(request: HttpRequest) -> HttpResponse:
    """All that the page showed or counted, up to `until`."""
    _mine(request.user).filter(seen_at=None, pk__lte=_number(request, "until")).update(seen_at=clock.now())
    return redirect("notices")


@require_POST
def notice_seen(request: HttpRequest, pk: int) -> HttpResponse:
    if not _mine(request.user).filter(pk=pk).exists():
        raise Http404
    _mine(request.user).filter(pk=pk, seen_at=None).update(seen_at=clock.now())
    return redirect("notices")


@require_safe
def pulse(request: HttpRequest) -> HttpResponse:
    """What is new to a page that knows `known` and was opened when `since` was the newest notice; 204 when nothing is."""
    now = bell.look(request.user.pk, _number(request, "since"))
    if request.GET.get("known") == now.state:
        return HttpResponse(status=204)
    return render(request, "complaints/pulse.html", {"bell": now})


def _mine(person: Person) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient=person, channel=Channel.DESK)


def _page(found: QuerySet[Notice], person: Person, before: int) -> tuple[list[Said], int | None]:
    """The visible ones of a page, and where the next page begins."""
    earlier = found.filter(pk__lt=before) if before else found
    rows = list(earlier.select_related("event__actor", "complaint__branch").order_by("-pk")[: PAGE + 1])
    page = rows[:PAGE]
    return in_words(_visible(page, person)), page[-1].pk if len(rows) > PAGE else None


def _visible(rows: Sequence[Notice], person: Person) -> list[Notice]:
    asked = {row.complaint_id for row in rows if row.complaint_id}
    seen = set(Complaint.objects.visible_to(person).filter(pk__in=asked).order_by().values_list("pk", flat=True)) if asked else set()
    return [row for row in rows if row.complaint_id is None or row.complaint_id in seen]


def _number(request: HttpRequest, name: str) -> int:
    asked = (request.POST if request.method == "POST" else request.GET).get(name, "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= LONGEST else 0
