"""The list and my work as files, in one click: what is filtered, or the rows that are ticked.

Not here: what stands in the files (`complaints.export`).
"""

from typing import IO

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints import export
from complaints.forms.filters import FilterForm
from complaints.listing.criteria import fitting, visible
from complaints.listing.finding import Query
from complaints.listing.pages import Order, ids_in_order
from complaints.tasks import TASKS
from complaints.worklist import WorkList
from escalation import clock

TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


@require_safe
def complaint_export(request: HttpRequest, kind: str) -> HttpResponse:
    """`?n=` names chosen complaints; without, all that the list's address filters, up to 10,000."""
    if kind not in TYPES:
        raise Http404
    form = FilterForm(request.GET, request.user)
    form.is_valid()
    ids = _chosen(request, form)
    if len(ids) > export.MOST:
        messages.error(request, _("These are more than 10,000 complaints. Narrow the list with a filter, then export it."))
        return redirect(reverse("complaint_list") + form.address())
    file = export.xlsx(ids, _("Complaints")) if kind == "xlsx" else export.csv_file(ids)
    return _answer(request, file, "complaints", kind)


@require_safe
def my_work_export(request: HttpRequest) -> HttpResponse:
    waiting = list(WorkList(request.user).places.items())[: export.MOST]
    todo = {pk: TASKS[place].label for pk, place in waiting}
    return _answer(request, export.xlsx(list(todo), _("My work"), export.WORK, todo), "my-work", "xlsx")


def _chosen(request: HttpRequest, form: FilterForm) -> list[int]:
    person, order = request.user, Order.of(form.cleaned_data.get("sort", ""))
    if numbers := request.GET.getlist("n"):
        return ids_in_order(visible(person).filter(number__in=numbers[: export.MOST]), Query(""), order, export.MOST)
    return ids_in_order(fitting(person, form.criteria), Query(form.cleaned_data.get("q", "")), order, export.MOST)


def _answer(request: HttpRequest, file: IO[bytes], name: str, kind: str) -> HttpResponse:
    today = clock.now().astimezone(request.user.branch.tz)
    return FileResponse(file, as_attachment=True, filename=f"{name}-{today:%Y-%m-%d}.{kind}", content_type=TYPES[kind])
