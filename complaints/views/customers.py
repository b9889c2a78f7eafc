"""Customers: the list with its search, one customer with all that happened, and keeping their data (R6).

Open to those who read the whole branch, for everybody else they do not exist; kept by the desk. Not here: how they are found (`customers`).
"""

from typing import Any

from django.contrib import messages
from django.db.models import Avg, Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints import customers
from complaints.forms.parties import ContactForms, CustomerForm
from complaints.models import Complaint, Contact, Customer, Lot, Product, Visit
from complaints.models.reach import reach_of
from complaints.recording import open_customer
from escalation import clock

from .lookups import asked

PAGE = 50
SHOWN = 20
LOTS = 12


@require_safe
def customer_list(request: HttpRequest) -> HttpResponse:
    if not reach_of(request.user).open_branches:
        raise Http404
    query, start = asked(request), start_of(request)
    rows = customers.readable(request.user)
    rows = customers.matching(rows, query) if query else rows
    page = list(rows.select_related("account_manager").order_by("-key_account", "number", "pk")[start : start + PAGE + 1])
    counts = customers.open_of(page)
    known = {
        "rows": [{"customer": row, "open": counts.get(row.pk, 0)} for row in page[:PAGE]],
        "query": query,
        "previous_url": address(query, max(0, start - PAGE)) if start else "",
        "next_url": address(query, start + PAGE) if len(page) > PAGE else "",
        "may_add": bool(customers.desks(request.user)),
    }
    return render(request, "complaints/customers/list.html", known)


def start_of(request: HttpRequest) -> int:
    value = request.GET.get("from", "")
    return int(value) if value.isdecimal() and len(value) < 7 else 0


def address(query: str, start: int) -> str:
    return "?" + urlencode({name: value for name, value in (("q", query), ("from", start)) if value})


@require_safe
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(customers.readable(request.user).select_related("branch", "account_manager"), pk=pk)
    now = clock.now()
    mine = Complaint.objects.filter(customer=shown)
    seen = mine.visible_to(request.user).defer("search", "haystack").order_by("-received_at")
    known = {
        "customer": shown,
        "history": customers.history(shown, request.user, now),
        "contacts": [{"person": one, "ways": ways(one)} for one in shown.contacts.filter(anonymised_at=None)],
        "complaints": seen[:SHOWN],
        "total": mine.count(),
        "satisfaction": satisfaction(seen),
        "products": products(shown),
        "lots": Lot.objects.filter(customer=shown).select_related("product")[:LOTS],
        "may_edit": shown.branch_id in customers.desks(request.user),
    }
    return render(request, "complaints/customers/customer.html", known)


def satisfaction(seen: Any) -> dict[str, Any]:
    """Of the visits the reader may see: how many, how many satisfied, and the mean score."""
    visits = Visit.objects.filter(complaint__in=seen.order_by().values("pk"))
    return visits.aggregate(n=Count("pk"), satisfied=Count("pk", filter=Q(satisfied=True)), score=Avg("score"))


def products(shown: Customer) -> Any:
    """What was delivered, the latest first, with how many lots."""
    rows = Product.objects.filter(lots__customer=shown).annotate(n=Count("lots"), last=Max("lots__delivered_on"))
    return rows.order_by("-last", "code")[:LOTS]


def ways(contact: Contact) -> list[str]:
    """Every way to reach somebody that is on record."""
    return [value for name in ("mobile", "telephone", "email", "wechat", "fax", "address") if (value := getattr(contact, name))]


@require_http_methods(["GET", "HEAD", "POST"])
def edit_customer(request: HttpRequest, pk: int) -> HttpResponse:
    known = get_object_or_404(customers.editable(request.user), pk=pk)
    return edit(request, known)


@require_http_methods(["GET", "HEAD", "POST"])
def new_customer(request: HttpRequest) -> HttpResponse:
    if request.user.branch_id not in customers.desks(request.user):
        raise Http404
    return edit(request, Customer(branch=request.user.branch))


def edit(request: HttpRequest, known: Customer) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = CustomerForm(data, person=request.user, instance=known)
    people = ContactForms(data, instance=known, queryset=known.contacts.filter(anonymised_at=None) if known.pk else None)
    if data is None or not all([form.is_valid(), people.is_valid()]):
        status = 200 if data is None else 422
        return render(request, "complaints/customers/edit.html", {"form": form, "people": people, "customer": known}, status=status)
    open_customer(form.save(commit=False))
    people.save()
    messages.success(request, _("Saved."))
    return redirect("customer", pk=known.pk)
