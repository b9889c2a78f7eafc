"""Lists under the text boxes of the form at the desk: customers, contacts, subjects, lots, as one types.

Each answers options of a combobox, never a page. Not here: how they are found (`customers`, `subjects`).
"""

import uuid

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints import customers, subjects
from complaints.models import Contact, Lot
from escalation import clock

LONGEST = 100
SHOWN = 8


@require_safe
def find_customers(request: HttpRequest) -> HttpResponse:
    """The last option is a new customer of the name typed. Telephones only for those who may open the customer."""
    query = asked(request)
    found = customers.find(request.user.branch, query)
    known = {"found": found, "query": query, "full": customers.may_open(request.user)}
    return render(request, "complaints/intake/options/customers.html", known)


@require_safe
def find_contacts(request: HttpRequest) -> HttpResponse:
    """Everybody of the customer chosen, narrowed by what is typed; nobody for those who may not open the customer."""
    rows = Contact.objects.filter(customer=number_in(request, "customer"), anonymised_at=None)
    rows = rows.filter(customer__in=customers.readable(request.user), name__icontains=asked(request)).exclude(name="")
    return render(request, "complaints/intake/options/contacts.html", {"contacts": rows[:SHOWN], "query": asked(request)})


@require_safe
def find_subjects(request: HttpRequest) -> HttpResponse:
    person = request.user
    today = clock.now().astimezone(person.branch.tz).date()
    options = subjects.options(person, asked(request), number_in(request, "customer"), today)
    return render(request, "complaints/intake/options/subjects.html", {"options": options, "query": asked(request)})


@require_safe
def find_lots(request: HttpRequest) -> HttpResponse:
    """Of the product chosen (`about_key`), else whichever begin so."""
    kind, _colon, value = request.GET.get("about_key", "").partition(":")
    product = int(value) if kind == "product" and is_id(value) else None
    lots: list[Lot] = subjects.find_lots(request.user.branch, asked(request), product)
    return render(request, "complaints/intake/options/lots.html", {"lots": lots, "query": asked(request)})


def asked(request: HttpRequest) -> str:
    return plain(request.GET.get("q", ""), LONGEST)


def plain(text: str, most: int = 40) -> str:
    """What an address brought, short and without characters that no database takes."""
    return text.replace("\0", "")[:most].strip()


def number_in(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if is_id(value) else None


def is_id(text: str) -> bool:
    """Whether it may be the id of a row."""
    return text.isdecimal() and len(text) < 19


def key_in(data: QueryDict, name: str = "draft") -> uuid.UUID | None:
    """The key of a form and of its draft."""
    try:
        return uuid.UUID(data.get(name, ""))
    except ValueError:
        return None
