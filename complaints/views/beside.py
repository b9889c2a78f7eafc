"""What stands beside and within the form while it is filled in: the customer's card, similar complaints, what to ask before hanging up, a
guess at the type, the lot as delivered. It reads the form as far as it is valid and changes nothing.

Not here: the form (`forms.intake`) and recording (`views.intake`).
"""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from complaints import checklist, customers, resemblance, subjects
from complaints.forms.intake import IntakeForm
from complaints.guess import guess
from complaints.models import Complaint, ComplaintType
from complaints.models.record import Content, SubjectMatter
from complaints.resemblance import Similar, Sketch
from complaints.similar import Reason
from complaints.states import LinkKind
from escalation import clock

OF_THE_RECORD = tuple(field.name for part in (SubjectMatter, Content) for field in part._meta.fields)
REACH = ("telephone", "mobile", "email", "wechat")
SAID = {
    Reason.CUSTOMER: gettext_lazy("same customer"),
    Reason.PRODUCT: gettext_lazy("same product"),
    Reason.LOT: gettext_lazy("same lot"),
    Reason.TYPE: gettext_lazy("same type"),
    Reason.WORDING: gettext_lazy("similar words"),
}


@require_POST
def beside(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    form = form_for(request, request.POST, now, uuid.uuid4())
    return render(request, "complaints/intake/beside.html", {"form": form, **context_of(form, now)})


def form_for(request: HttpRequest, data: Any, now: dt.datetime, key: uuid.UUID, initial: dict[str, Any] | None = None) -> IntakeForm:
    person = request.user
    return IntakeForm(data, person=person, desk=person.branch_id in customers.desks(person), now=now, key=key, initial=initial)


def context_of(form: IntakeForm, now: dt.datetime) -> dict[str, Any]:
    """For a bound form, valid or not."""
    form.is_valid()
    given = form.cleaned_data
    customer = given.get("customer")
    known = customer if customer and customer.pk else None
    items = checklist.items(record_of(form), group_of(given), given.get("effect") or "")
    return {
        "customer": known,
        "new_name": customer.name if customer and not known else "",
        "history": customers.history(known, form.person, now) if known else None,
        "full": customers.may_open(form.person),
        "similar": similar_to(form, now),
        "items": items,
        "missing": [item for item in items if not item.done],
        "message": checklist.message_for_customer(items, customer.language if customer else "zh-hans"),
        "guess": guess_for(form),
        "lot": given.get("lot"),
        "lot_fault": lot_fault(given),
        "kinds": LinkKind.choices,
        "bought": bought(form, now),
    }


def record_of(form: IntakeForm) -> dict[str, Any]:
    """The form as the checklist reads a record."""
    given = form.cleaned_data
    contact = given.get("contact")
    reach = {name: getattr(contact, name, "") for name in REACH}
    record = {name: given.get(name) for name in OF_THE_RECORD if name in given}
    return record | reach | {"files": len(given.get("files") or ()), "anonymous": given.get("anonymous")}


def group_of(given: dict[str, Any]) -> str:
    return given["type"].group if given.get("type") else ""


def similar_to(form: IntakeForm, now: dt.datetime) -> list[dict[str, Any]]:
    """Those ticked to be linked first, then the likeliest others."""
    given, ticked = form.cleaned_data, form.linked()
    words = f"{given.get('about') or ''}\n{given.get('words') or ''}"
    ids = {name: given[name].pk if given.get(name) else None for name in ("customer", "product", "type")}
    sketch = Sketch(words, ids["customer"], ids["product"], given.get("lot_number") or "", ids["type"])
    found = resemblance.similar(sketch, form.person, now) if words.strip() or any(ids.values()) else []
    missing = set(ticked) - {one.complaint.number for one in found}
    rows = Complaint.objects.visible_to(form.person).filter(number__in=missing).select_related("customer")
    kept = [Similar(row, (), [], now - row.received_at) for row in rows]
    return [_line(one, ticked) for one in (*kept, *found)]


def _line(one: Similar, ticked: dict[str, str]) -> dict[str, Any]:
    number = one.complaint.number
    return {
        "row": one,
        "ticked": number in ticked,
        "kind": ticked.get(number, one.kind),
        "said": [SAID[reason] for reason in one.reasons],
        "age": _("%(time)s ago") % {"time": timesince(one.complaint.received_at, one.complaint.received_at + one.age, depth=1)},
        "may_chase": one.same_customer and one.complaint.is_open,
    }


def lot_fault(given: dict[str, Any]) -> str:
    """What of the form does not go with the lot as delivered."""
    lot, affected = given.get("lot"), given.get("quantity_affected")
    if lot is None:
        return ""
    if lot.customer and lot.customer != given.get("customer"):
        return _("This lot was delivered to %(customer)s.") % {"customer": lot.customer}
    if lot.quantity is not None and affected is not None and affected > lot.quantity:
        return _("More pieces affected than this lot had.")
    product = given.get("product")
    return _("This lot is of another product: %(product)s.") % {"product": lot.product} if product and product != lot.product else ""


def guess_for(form: IntakeForm) -> dict[str, Any] | None:
    """The type the words suggest, while none is chosen; and whether the suggestion is taken."""
    given = form.cleaned_data
    if form.data.get("type"):
        return None
    leaves = list(ComplaintType.objects.filter(branch=form.branch, is_active=True))
    found = guess(f"{given.get('about') or ''} {given.get('words') or ''}", leaves)
    if found is None:
        return None
    leaf = next(one for one in leaves if one.pk == found.id)
    return {"type": leaf, "words": found.words, "taken": given.get("guess") == str(leaf.pk)}


def bought(form: IntakeForm, now: dt.datetime) -> int:
    """How many different products the customer bought within a year."""
    customer = form.cleaned_data.get("customer")
    if not customer or not customer.pk:
        return 0
    today = now.astimezone(form.branch.tz).date()
    return subjects.bought_by(customer.pk, today).values("product").distinct().count()
