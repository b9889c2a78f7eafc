"""The list of complaints: page, part of a page while one types, and the filters as a page of their own.

An exact number goes straight to its complaint. Not here: which rows (`listing`) and their words (`list_rows`).
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from complaints.context import bounded
from complaints.forms.filters import TABS, FilterForm
from complaints.listing.criteria import CLOSED, fitting, reads_whole_branches, surely_seen
from complaints.listing.finding import Query, by_number
from complaints.listing.pages import Order, Page, page, read_cursor
from escalation import clock
from organisation.models import Person
from organisation.templatetags.ui import icon

from .list_rows import rows_of, table_rows

# Links of the list change only the list, and its address.
BOOST = mark_safe('hx-boost:inherited="true" hx-target:inherited="#results" hx-swap:inherited="outerMorph" hx-push-url:inherited="true"')
COLUMNS = ("number", "grade", "received", "stage", "due")
RISING = frozenset({"due"})  # what expires first on top at the first press


@require_safe
@vary_on_headers("HX-Request")
def complaint_list(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET, request.user)
    valid = form.is_valid()
    query = Query(form.cleaned_data.get("q", ""))
    part = request.htmx and not request.htmx.history_restore_request
    if not part and (known := by_number(request.user, query.text)):
        return redirect("complaint", known.number)
    context = _context(request, form, query)
    template = "complaints/list/results.html" if part else "complaints/list.html"
    return render(request, template, context, status=200 if valid else 422)


def _context(request: HttpRequest, form: FilterForm, query: Query) -> dict[str, Any]:
    order = Order.of(form.cleaned_data.get("sort", ""))
    cursor = read_cursor(order, request.GET.get("after", ""), request.GET.get("before", ""))
    far = form.criteria.tab == CLOSED and not order.descending
    fits, many = fitting(request.user, form.criteria), reads_whole_branches(request.user)
    found = page(fits, query, order, cursor, many=many, far=far, surely=surely_seen(request.user, form.criteria))
    tab = form.criteria.tab
    rows = rows_of(found.ids, query, clock.now())
    return {
        "form": form,
        "query": query,
        "tab": tab,
        "tabs": _tabs(form, tab, request.user),
        "chips": list(form.chips()),
        "views": request.user.saved_views.all(),
        "here": form.address(),
        "sorts": _sorts(form, order),
        "rows": rows,
        "drawn": table_rows(rows, icon("phone-call")),
        "page": found,
        "total": bounded(found.total),
        "pager": _pager(form, found),
        "hidden": _hidden(form, tab),
        "cleared": form.address(*form.narrowed, "q"),
        "boost": BOOST,
    }


def _tabs(form: FilterForm, tab: str, person: Person) -> list[dict[str, Any]]:
    """The tabs that hold anything for this person; a tab keeps the filters."""
    shown = [(name, label) for name, label in TABS if name != "department" or person.department_id or tab == name]
    return [{"label": label, "url": form.address(tab=name), "current": name == tab} for name, label in shown]


def _sorts(form: FilterForm, order: Order) -> dict[str, dict[str, str]]:
    """For each column one can sort by: where a press leads, and how it is sorted now."""
    found = {}
    for name in COLUMNS:
        current = order.sort.name == name
        falling = (current and not order.descending) or (not current and name not in RISING)
        other = f"-{name}" if falling else name
        said = ("descending" if order.descending else "ascending") if current else ""
        found[name] = {"url": form.address(sort=other), "said": said}
    return found


def _pager(form: FilterForm, found: Page) -> dict[str, str]:
    return {
        "first": str(found.first),
        "last": str(found.first + len(found.ids) - 1 if found.ids else 0),
        "previous": form.address(before=found.previous) if found.previous else "",
        "next": form.address(after=found.next) if found.next else "",
    }


def _hidden(form: FilterForm, tab: str) -> list[tuple[str, str]]:
    """What is set beside the words, for the form that searches in what is shown: it stays in its tab."""
    kept = [(name, value) for name in form.fields if name not in ("q", "tab") for value in form.data.getlist(name) if value]
    return [("tab", tab), *kept]


@require_safe
def filters(request: HttpRequest) -> HttpResponse:
    """All filters, for the list they are opened from: a page, or the inside of a dialog."""
    form = FilterForm(request.GET, request.user)
    valid = form.is_valid()
    template = "complaints/list/filters_form.html" if request.htmx else "complaints/list/filters.html"
    context = {"form": form, "list_url": reverse("complaint_list"), "back": reverse("complaint_list") + form.address()}
    return render(request, template, context, status=200 if valid else 422)
