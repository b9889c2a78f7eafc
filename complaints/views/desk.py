"""My work: the page one starts the day with, and the one key with which a manager countersigns.

Not here: what waits for whom and in which order (`worklist`) and what the rows say (`desk_rows`).
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Count, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from complaints import clockface, context
from complaints.actions import perform
from complaints.models import Complaint
from complaints.models.reach import reach_of
from complaints.refusals import Refusal
from complaints.turns import Turns
from complaints.worklist import PAGE, WorkList, measures_due, measures_to_verify, promises_due, to_countersign, to_reopen, verifies
from escalation import clock
from organisation.models import Person
from organisation.roles import Role
from reports.deciders import waiting_for

from . import dayline
from . import desk_rows as rows
from .paging import pages_of, start_of

FOLLOWED = 8
LISTED = 50


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """Everything that is asked of the reader, on one page; `?from=50` goes on where 50 rows end."""
    person, now = request.user, clock.now()
    today = now.astimezone(person.branch.tz).date()
    start = start_of(request)
    work = WorkList(person)
    waiting = work.page(start)
    closed = _to_countersign(person, now)
    reopen = _to_reopen(person)
    dated = _dated(person, today)
    followed = list(work.followed().annotate(total=Window(Count("pk")))[:FOLLOWED])
    faces = clockface.faces([*waiting.rows, *followed], now)
    months, to_verify = waiting_for(person), sum(row.due_on is None for row in dated)
    late = {"run_out": sum(place.due is not None and place.due < now for place in work.order), "late_dated": sum(row.late for row in dated)}
    shown = {
        "greeting": greeting(now.astimezone(person.branch.tz).hour),
        "today": today,
        "groups": rows.groups([rows.WorkRow.of(row, now, faces.get(row.pk)) for row in waiting.rows], today),
        "dayline": dayline.dayline(work.order, person.branch, now),
        "total": waiting.total,
        "pages": pages_of(start, waiting.total, PAGE),
        "countersign": closed,
        "reopen": reopen,
        "dated": dated,
        "months": months,
        "followed": _followed(followed, faces, now),
        **late,
    }
    asked = waiting.total + len(closed) + len(reopen) + late["late_dated"] + to_verify + len(months)
    context.keep(person, my_work=asked, late=sum(late.values()))
    return render(request, "complaints/my_work.html", shown)


@require_POST
def countersign(request: HttpRequest, number: str) -> HttpResponse:
    """OK to what an assistant closed, decided in its row (R13) on the version shown there; answers with the rows that are left."""
    complaint = get_object_or_404(Complaint.objects.visible_to(request.user), number=number)
    version = request.POST.get("version", "")
    refused: Refusal | None = None
    try:
        perform("countersign_ok", complaint, actor=request.user, seen=int(version) if version.isdecimal() else None)
    except Refusal as why:
        refused = why
    said = refused.message if refused else _("%(number)s is countersigned.") % {"number": number}
    if not request.htmx:
        messages.add_message(request, messages.ERROR if refused else messages.SUCCESS, str(said))
        return redirect("my_work")
    shown = {"countersign": _to_countersign(request.user, clock.now()), "said": said, "refused": refused}
    return render(request, "complaints/my_work/countersign.html", shown, status=refused.status if refused else 200)


def greeting(hour: int) -> str:
    """By the clock of the branch."""
    if hour < 11:
        return pgettext("greeting", "Good morning")
    return pgettext("greeting", "Good afternoon") if hour < 18 else pgettext("greeting", "Good evening")


def _to_countersign(person: Person, now: dt.datetime) -> list[rows.ClosedRow]:
    if not any(one.has_role(Role.MANAGER) for one in reach_of(person).people):
        return []
    return rows.countersigned(to_countersign(person)[:LISTED], now)


def _to_reopen(person: Person) -> list[rows.ReopenRow]:
    """Of which it is asked whether they are opened again (R26a, R27)."""
    return rows.asked_to_reopen(to_reopen(person)[:LISTED], person) if verifies(person) or reach_of(person).of_group else []


def _dated(person: Person, today: dt.date) -> list[rows.DatedRow]:
    """Measures and promises with a date, soonest first; then measures to verify, those waiting longest first."""
    found = [rows.DatedRow.to_do(measure, today) for measure in measures_due(person)[:LISTED]]
    found += [rows.DatedRow.promised(promise, today) for promise in promises_due(person)[:LISTED]]
    found.sort(key=lambda row: row.days)
    if verifies(person):
        found += [rows.DatedRow.to_verify(measure) for measure in measures_to_verify(person)[:LISTED]]
    return found


def _followed(found: list[Any], faces: Mapping[int, clockface.Face], now: dt.datetime) -> dict[str, Any]:
    """The first few in others' hands, with the one they wait for, and how many there are."""
    turns = Turns(found)
    shown = [rows.FollowedRow(row, rows.address(row), turns.of(row), rows.age(row.state_since, now), faces.get(row.pk)) for row in found]
    return {"rows": shown, "total": found[0].total if found else 0}
