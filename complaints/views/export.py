"""The list and my work as files, in one click: what is filtered, or the rows that are ticked.

Not here: what stands in the files (`complaints.export`).
"""

from typing import IO

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints import export
from complaints.forms.filters import FilterForm
from complaints.listing.criteria import fitting, visible
from complaints.listing.finding import Query
from complaints.listing.pages import Order, ids_in_order
from complaints.models import Complaint
from complaints.ordering import order
from complaints.tasks import TASKS
from complaints.worklist import WorkList
from escalation import clock
from organisation.models import Person

TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


@require_safe
def complaint_export(request: HttpRequest, kind: str) -> HttpResponse:
    """`?n=` names chosen complaints; without, all that the list's address filters. A long file is made in the background."""
    if kind not in TYPES:
        raise Http404
    form = FilterForm(request.GET, request.user)
    form.is_valid()
    ids = _named(request, form) if request.GET.get("n") else chosen(request.user, form, settings.ROWS_AT_ONCE)
    if len(ids) > settings.ROWS_AT_ONCE:
        asked = {"what": "complaints", "query": request.GET.urlencode()}
        order(request.user, _file_name(request, "complaints", kind), kind, len(ids), asked)
        return redirect("ordered_files")
    file = export.xlsx(ids, _("Complaints")) if kind == "xlsx" else export.csv_file(ids)
    return _answer(request, file, "complaints", kind)


@require_safe
def my_work_export(request: HttpRequest) -> HttpResponse:
    waiting = list(WorkList(request.user).places.items())[: settings.ROWS_AT_ONCE]
    about_me = set(Complaint.objects.filter(pk__in=dict(waiting), against=request.user.pk).values_list("pk", flat=True))
    todo = {pk: TASKS[place].label for pk, place in waiting if pk not in about_me}
    return _answer(request, export.xlsx(list(todo), _("My work"), export.WORK, todo), "my-work", "xlsx")


def _named(request: HttpRequest, form: FilterForm) -> list[int]:
    numbers = request.GET.getlist("n")[: settings.ROWS_AT_ONCE]
    ordered = Order.of(form.cleaned_data.get("sort", ""))
    return ids_in_order(visible(request.user).filter(number__in=numbers), Query(""), ordered, settings.ROWS_AT_ONCE)


def chosen(person: Person, form: FilterForm, most: int) -> list[int]:
    """What the list shows to that person, one more than `most` at the utmost."""
    ordered = Order.of(form.cleaned_data.get("sort", ""))
    return ids_in_order(fitting(person, form.criteria), Query(form.cleaned_data.get("q", "")), ordered, most)


def _answer(request: HttpRequest, file: IO[bytes], name: str, kind: str) -> HttpResponse:
    return FileResponse(file, as_attachment=True, filename=_file_name(request, name, kind), content_type=TYPES[kind])


def _file_name(request: HttpRequest, name: str, kind: str) -> str:
    return f"{name}-{clock.now().astimezone(request.user.branch.tz):%Y-%m-%d}.{kind}"
