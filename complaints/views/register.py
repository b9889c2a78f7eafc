"""The measure register as a page and as XLSX. Not here: which measures (`complaints.register`)."""

import datetime as dt
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints import register as measures
from complaints.context import MANY, bounded
from complaints.forms.register import TABS, RegisterForm
from complaints.models import Measure
from complaints.models.reach import reach_of
from escalation import clock
from organisation.models import Person

from .paging import pages_of, start_of

PAGE = 50
LOOKS = {measures.OVERDUE: "tag-ng", measures.FAILED: "tag-ng", measures.VERIFIED: "tag-ok"}


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """`?from=50` goes on where 50 rows end."""
    form = _form(request)
    rows = measures.measures(request.user, form.wanted)
    total = rows.order_by()[: MANY + 1].count()
    pages = pages_of(start_of(request), total, PAGE)
    start, here = pages["first"] - 1, form.address()
    shown = list(rows[start : start + PAGE])
    today = _today(request.user)
    for name in ("previous", "next"):
        pages[name] = pages[name] and here + pages[name].replace("?", "&" if len(here) > 1 else "", 1)
    context = {
        "form": form,
        "rows": [_row(measure, request.user, today) for measure in shown],
        "total": bounded(total),
        "number": total,
        "pages": pages,
        "tabs": [{"label": label, "url": form.address(stand=name), "current": form.wanted.stand == name} for name, label in TABS],
        "here": here,
    }
    return render(request, "complaints/register.html", context)


@require_safe
def register_export(request: HttpRequest) -> HttpResponse:
    """All that the page shows on all its pages."""
    form, today = _form(request), _today(request.user)
    file = measures.xlsx(measures.measures(request.user, form.wanted), _("Measures"), today)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, as_attachment=True, filename=f"measures-{today}.xlsx", content_type=kind)


def _form(request: HttpRequest) -> RegisterForm:
    form = RegisterForm(request.GET)
    form.is_valid()
    return form


def _today(person: Person) -> dt.date:
    return clock.now().astimezone(person.branch.tz).date()


def _row(measure: Measure, person: Person, today: dt.date) -> dict[str, Any]:
    """With the next thing to do for whom it is: done by its owner, verified by the lead department's verifier."""
    stand, number = measures.stand_of(measure, today), measure.complaint.number
    url, verb = "", ""
    if stand in (measures.OPEN, measures.OVERDUE) and measure.owner_id in reach_of(person).ids:
        url, verb = f"{reverse('move', args=[number, 'measure-done'])}?measure={measure.pk}", _("Record it done")
    elif stand == measures.DONE and measure.complaint.type_id and _verifies(measure, person):
        url, verb = reverse("verification", args=[number]), _("Verify")
    return {
        "measure": measure,
        "complaint": measure.complaint,
        "stand": measures.STANDS[stand],
        "look": LOOKS.get(stand, ""),
        "url": reverse("complaint", args=[number]),
        "act": url,
        "verb": verb,
    }


def _verifies(measure: Measure, person: Person) -> bool:
    return measure.owner_id != person.pk and measure.complaint.type.lead_id in reach_of(person).verifying
