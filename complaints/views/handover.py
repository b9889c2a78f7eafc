"""One person's open duties, for administrators and the general manager, and handing them over; administrators also deactivate.

An administrator sees numbers and stages here, no content of a complaint that is not his to see. Not here: the act (`complaints.duties`).
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from complaints.duties import Duties, deactivate, duties_of, hand_over
from complaints.forms.handover import HandOverForm
from complaints.models import Complaint
from complaints.refusals import BadInput, Refusal
from organisation import securitylog, visitor
from organisation.models import Person


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_page(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    duties = duties_of(person)
    may = _may_deactivate(request.user, person)
    form = HandOverForm(request.POST if request.method == "POST" else None, person=person, any_duties=bool(duties), may_deactivate=may)
    if request.method != "POST" or not form.is_valid():
        return _page(request, person, duties, form, 422 if form.is_bound else 200)
    try:
        _carry_out(request, person, form.cleaned_data)
    except BadInput as why:
        for name, message in why.errors.items():
            form.add_error(name if name in form.fields else None, str(message))
        return _page(request, person, duties_of(person), form, 422)
    except Refusal as why:
        form.add_error(None, str(why.message))
        return _page(request, person, duties_of(person), form, why.status)
    return redirect(_next(request.user, person))


def _person(request: HttpRequest, pk: int) -> Person:
    """An active person, for an administrator; for the GM one of his branch; nobody for others."""
    found = get_object_or_404(Person.objects.active().select_related("branch", "department"), pk=pk)
    if request.user.is_staff or found.branch.gm_id == request.user.pk:
        return found
    raise Http404


def _may_deactivate(user: Person, person: Person) -> bool:
    return user.is_staff and user.pk != person.pk


def _carry_out(request: HttpRequest, person: Person, given: dict[str, Any]) -> None:
    if successor := given.get("successor"):
        number = hand_over(person, successor, request.user)
        text = ngettext("%(n)d duty is now %(name)s's.", "%(n)d duties are now %(name)s's.", number)
        messages.success(request, text % {"n": number, "name": successor})
        _note(request, "duties.handed_over", person=person.pk, successor=successor.pk, number=number)
    if given.get("deactivate"):
        deactivate(person, request.user)
        messages.success(request, _("%(name)s is deactivated.") % {"name": person})
        _note(request, "person.deactivated", person=person.pk)


def _note(request: HttpRequest, event: str, **details: object) -> None:
    securitylog.note(event, actor=request.user, address=visitor.address(request), **details)


def _next(user: Person, person: Person) -> str:
    return reverse("admin:organisation_person_change", args=[person.pk]) if user.is_staff else reverse("my_work")


def _page(request: HttpRequest, person: Person, duties: Duties, form: HandOverForm, status: int) -> HttpResponse:
    seen = set(Complaint.objects.visible_to(request.user).filter(pk__in=duties.touched).values_list("pk", flat=True))
    context = {"person": person, "duties": duties, "form": form, "seen": seen, "back": _next(request.user, person)}
    return render(request, "complaints/handover/page.html", context, status=status)
