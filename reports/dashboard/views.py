"""The dashboard, whole or a section of it, its answers to what ran out, and the lists behind its numbers.

Totals are the scope's, alike for all who may open it; lists hold what the reader may see and say how many he may not open (R4, R41).
Not here: what is counted (`reports.board`), how numbers are worded (`shown`).
"""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from complaints import escalated
from complaints.forms.escalations import ManyForm
from complaints.listing.finding import Query
from complaints.models import Complaint
from complaints.views.escalations import answer, card
from complaints.views.list_rows import rows_of
from complaints.views.moves import see_other
from complaints.views.paging import pages_of, start_of
from escalation import clock
from organisation.models import Person
from reports import standing_sets
from reports.board import Board
from reports.repeats import again
from reports.scope import Scope, scopes_of

from . import months, shown
from .names import title
from .waiting import decisions

SIZE = 50
RAISED, DECISIONS = 5, 5
GROUPS, EVERY_GROUP = 6, 100


@require_http_methods(["GET", "HEAD", "POST"])
def dashboard(request: HttpRequest) -> HttpResponse:
    """GET shows the page, with `?section=` one section of it for htmx; POST answers the ticked complaints with one instruction."""
    now = clock.now()
    scopes = scopes_of(request.user)
    scope = _chosen(request, scopes)
    if request.method == "POST":
        return _answered(request, scopes, scope, now)
    section = request.GET.get("section", "")
    if not section:
        return render(request, "reports/dashboard/page.html", _page(request, scopes, scope, now, ManyForm(**_asked(request.user, []))))
    if section not in SECTIONS:
        raise Http404
    return render(request, f"reports/dashboard/{section}.html", {**_frame(scope, now), **_section(request, section, scope, now)})


def _answered(request: HttpRequest, scopes: list[Scope], scope: Scope, now: dt.datetime) -> HttpResponse:
    waiting = escalated.waiting(request.user, numbers=request.POST.getlist("n"))
    form = ManyForm(request.POST, **_asked(request.user, [one.number for one in waiting]))
    if form.is_valid():
        answer(request, [one for one in waiting if one.number in form.cleaned_data["n"]], form.cleaned_data)
        return see_other(request, request.get_full_path())
    return render(request, "reports/dashboard/page.html", _page(request, scopes, scope, now, form), status=422)


def _asked(person: Person, numbers: list[str]) -> dict[str, Any]:
    return {"branch": person.branch, "numbers": numbers}


def _chosen(request: HttpRequest, scopes: list[Scope]) -> Scope:
    """404 for whoever oversees nothing, and for a scope that is not his."""
    asked = request.GET.get("of", "")
    found = next((scope for scope in scopes if asked in ("", scope.key)), None)
    if found is None:
        raise Http404
    return found


# ── what each section shows ──────────────────────────────────────────────────────────────────────────────────


def _page(request: HttpRequest, scopes: list[Scope], scope: Scope, now: dt.datetime, form: ManyForm) -> dict[str, Any]:
    board = Board(scope, now)
    tabs = [{"scope": one, "url": f"?of={one.key}", "current": one.key == scope.key} for one in scopes] if len(scopes) > 1 else []
    counted = {key: value for section in (_figures, _piles, _trend, _heat) for key, value in section(board).items()}
    month = {"name": board.name, "url": reverse("month", args=[board.name])}
    counted |= _repeats(request, scope, now)
    return {**_frame(scope, now), **_waiting(request, now, form), **counted, "scopes": tabs, "month": month}


def _frame(scope: Scope, now: dt.datetime) -> dict[str, Any]:
    return {"scope": scope, "now": now}


def _section(request: HttpRequest, name: str, scope: Scope, now: dt.datetime) -> dict[str, Any]:
    if name == "waiting":
        return _waiting(request, now, ManyForm(**_asked(request.user, [])))
    if name == "repeats":
        return _repeats(request, scope, now)
    return SECTIONS[name](Board(scope, now))


def _waiting(request: HttpRequest, now: dt.datetime, form: ManyForm) -> dict[str, Any]:
    """What ran out and waits for his word, longest first; what waits for his decision."""
    person = request.user
    first = escalated.waiting(person, most=RAISED)
    known = escalated.raised(person, [one.pk for one in first], now) if first else {}
    counted = escalated.counted(person)["escalations"] if len(first) == RAISED else len(first)
    to_decide = decisions(person, DECISIONS, now)
    rows = to_decide.rows
    return {
        "form": form, "ticked": request.POST.getlist("n"), "cards": [card(known[one.pk]) for one in first if one.pk in known],
        "raised": counted, "more_raised": counted - len(first), "decisions": [shown.decision(row) for row in rows],
        "more_decisions": to_decide.total - len(rows), "says": shown.greeting(counted, to_decide.total),
    }  # fmt: skip


def _figures(board: Board) -> dict[str, Any]:
    return {"kpis": [shown.kpi(one, board.scope) for one in board.kpis()]}


def _piles(board: Board) -> dict[str, Any]:
    return shown.piles(board.stages, board.scope)


def _trend(board: Board) -> dict[str, Any]:
    return months.trend(board)


def _heat(board: Board) -> dict[str, Any]:
    return months.heat(board)


def _repeats(request: HttpRequest, scope: Scope, now: dt.datetime) -> dict[str, Any]:
    """The largest groups, with `?groups=all` many more."""
    every = request.GET.get("groups") == "all"
    found = again(scope, request.user, now, EVERY_GROUP if every else GROUPS)
    return {
        "groups": [shown.group(one, scope) for one in found.groups], "groups_total": found.total, "groups_at": found.at,
        "more_groups": f"?of={scope.key}&groups=all#b-repeats" if found.total > len(found.groups) and not every else "",
    }  # fmt: skip


SECTIONS: dict[str, Any] = {"waiting": None, "figures": _figures, "piles": _piles, "trend": _trend, "heat": _heat, "repeats": None}


# ── the lists ────────────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def dashboard_list(request: HttpRequest, name: str) -> HttpResponse:
    now = clock.now()
    scope = _chosen(request, scopes_of(request.user))
    try:
        counted, called = standing_sets.of(scope, name, now), title(name)
    except ValueError:
        raise Http404 from None
    seen = Complaint.objects.visible_to(request.user).filter(pk__in=counted.values("pk"))
    total, visible = counted.count(), seen.count()
    pages = pages_of(start_of(request), visible, SIZE)
    for way in ("previous", "next"):
        pages[way] = pages[way] and f"{pages[way]}&of={scope.key}"
    ids = list(seen.order_by("-received_at", "-pk").values_list("pk", flat=True)[pages["first"] - 1 : pages["last"]])
    context = {
        "title": called, "scope": scope, "total": total, "hidden": total - visible, "visible": visible, "pages": pages,
        "rows": rows_of(ids, Query(""), now), "back": f"{reverse('dashboard')}?of={scope.key}",
    }  # fmt: skip
    return render(request, "reports/dashboard/list.html", context)
