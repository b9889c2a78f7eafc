"""One view for every move: its form as a page or a sheet, and carrying it out through the door.

Order of refusals: not visible 404 → can't proceed 409 → may not 403 → missing or wrong 422 at the field; nothing typed is lost.
Not here: what a move asks (`complaints.forms`) and does (`complaints.actions`).
"""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from complaints.actions import perform
from complaints.forms import FORMS, MoveForm
from complaints.forms.closing import CloseForm
from complaints.models import Complaint
from complaints.moves import MOVES, Move
from complaints.refusals import BadInput, NotAllowed, Refusal, Repeated
from complaints.standing import standing_for, standings
from complaints.ticket import closing, statement
from complaints.ticket.clocks import in_head
from complaints.ticket.facts import main_facts

from .files import take_in
from .refused import raise_if_repeated, refusal
from .signing import proof
from .ticket import visible

BY_SLUG = {MOVES[name].slug: MOVES[name] for name in FORMS}
STATEMENT = MOVES["give_statement"].slug
CHOSEN_BY_LINK = {"measure", "promise", "person", "back"}


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    form = form_of(request, visible(request, number, asked=slug == STATEMENT), slug)
    return answered(request, form) if request.method == "POST" else asked(request, form)


move.several_files = True  # type: ignore[attr-defined]  # read by UploadLimitMiddleware: without script files come with the form


def answered(request: HttpRequest, form: MoveForm) -> HttpResponse:
    """The answer to a form that was sent: carried out, or refused with what is wrong."""
    try:
        _carry_out(request, form)
    except Refusal as why:
        return refused(request, form, why)
    except Repeated:
        return done(request, form)
    messages.success(request, _("%(move)s: recorded.") % {"move": form.decided.label})
    return done(request, form)


def _carry_out(request: HttpRequest, form: MoveForm) -> None:
    """Raises what the door raises. What can't proceed is refused before the input is judged, a second sending before that."""
    why = refusal(form)
    if why:
        raise_if_repeated(form)
        raise why
    if not form.is_valid():
        raise BadInput({})
    given = form.cleaned_data
    signed = proof(request, form, given["version"]) if form.move.sign else None
    perform(
        form.decided.name, form.complaint, actor=request.user, seen=given["version"], once=given["once"], proof=signed, then=form.then(),
        **form.inputs(),
    )  # fmt: skip


def form_of(request: HttpRequest, complaint: Complaint, slug: str) -> MoveForm:
    move = BY_SLUG.get(slug)
    if move is None:
        raise Http404
    make = sent_form if request.method == "POST" else blank_form
    return make(request, complaint, FORMS[move.name], move)


def blank_form(request: HttpRequest, complaint: Complaint, kind: type[MoveForm], move: Move) -> MoveForm:
    """The form as it begins, with what the link has chosen."""
    chosen = {name: value for name, value in request.GET.items() if name in CHOSEN_BY_LINK}
    return kind(**_about(request, complaint, move), initial={"sheet": "2" if request.htmx else "", **chosen})


def sent_form(request: HttpRequest, complaint: Complaint, kind: type[MoveForm], move: Move, **instead: str) -> MoveForm:
    """The form as it was sent, but for what stands `instead` of some fields."""
    data = request.POST.copy()
    for name, value in instead.items():
        data[name] = value
    about = _about(request, complaint, move)
    faults = take_in(request, data) if kind.takes_files and about["standing"] else []
    form = kind(data, **about)
    form.faults = faults
    return form


def _about(request: HttpRequest, complaint: Complaint, move: Move) -> dict[str, Any]:
    standing = standing_for(move, complaint, standings(request.user, complaint))
    return {"move": move, "complaint": complaint, "person": request.user, "standing": standing}


def asked(request: HttpRequest, form: MoveForm) -> HttpResponse:
    """The form on a page of its own, or as a sheet over the ticket."""
    why = refusal(form)
    if why:
        return _stopped(request, form.complaint, why)
    if request.htmx and form.own_page:
        return see_other(request, form.page_url)
    return render(request, "complaints/moves/sheet.html" if request.htmx else page_of(form), context_of(form))


def page_of(form: MoveForm) -> str:
    """Of the one it is about a page that shows him only what he is asked (R3)."""
    return "complaints/statement.html" if form.complaint.against_id == form.person.pk else form.page


def context_of(form: MoveForm, **more: Any) -> dict[str, Any]:
    complaint = form.complaint
    if isinstance(form, CloseForm):
        more["sheet"] = closing.sheet(complaint, form.person)
    if complaint.against_id == form.person.pk:
        return {"form": form, **statement.page(complaint, form.person), **more}
    about = {"complaint": complaint, "branch": complaint.branch, "facts": main_facts(complaint), "clocks": in_head(complaint)}
    return {"form": form, **about, **more}


def done(request: HttpRequest, form: MoveForm) -> HttpResponse:
    """Back to where it was sent from, or to one's own work where the move has taken the complaint out of sight."""
    still = Complaint.objects.visible_to(request.user).filter(pk=form.complaint.pk).exists()
    return see_other(request, form.afterwards if still else reverse("my_work"))


def see_other(request: HttpRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url, status=303)


def refused(request: HttpRequest, form: MoveForm, why: Refusal) -> HttpResponse:
    """The same form again with what is wrong (422), or with who was faster and the version to decide on anew (409)."""
    if isinstance(why, NotAllowed):
        return _stopped(request, form.complaint, why)
    if isinstance(why, BadInput):
        form.refuse(why.errors)
        return _again(request, form, 422)
    now = visible(request, form.complaint.number, asked=form.move.slug == STATEMENT)
    fresh = sent_form(request, now, type(form), form.move, version=str(now.version), once=str(uuid.uuid4()))
    return _again(request, fresh, why.status, conflict=why.message, over=refusal(fresh))


def _again(request: HttpRequest, form: MoveForm, status: int, **more: Any) -> HttpResponse:
    return render(request, form.fragment if request.htmx else page_of(form), context_of(form, **more), status=status)


def _stopped(request: HttpRequest, complaint: Complaint, why: Refusal) -> HttpResponse:
    """A page that says why it can't proceed (409) or is not this person's (403); a sheet gives way to the ticket as it is now."""
    if request.htmx and request.method == "GET":
        messages.warning(request, why.message)
        return see_other(request, reverse("complaint", args=[complaint.number]))
    return render(request, "complaints/refused.html", {"complaint": complaint, "why": why}, status=why.status)
