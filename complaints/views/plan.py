"""The plan of a round: writing it, keeping the draft. Proposing it is the move `propose` (`moves`), on the same page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from complaints import rules
from complaints.actions import save_plan
from complaints.forms import MoveForm
from complaints.forms.plan import PlanForm
from complaints.models import Complaint
from complaints.moves import MOVES
from complaints.planrows import SHAPES
from complaints.refusals import BadInput, Refusal

from .moves import asked, blank_form, context_of, refused, see_other, sent_form
from .refused import refusal
from .ticket import visible

PROPOSE = MOVES["propose"]
ROWS = ("measures", *SHAPES)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, number: str) -> HttpResponse:
    """GET shows the handler's form. POST keeps what is there: by script every few seconds (204), by a button with the page again."""
    complaint = visible(request, number)
    if request.method != "POST":
        return _shown(request, blank_form(request, complaint, PlanForm, PROPOSE))
    form = sent_form(request, complaint, PlanForm, PROPOSE)
    if not form.is_valid():
        return refused(request, form, _stopped(blank_form(request, complaint, PlanForm, PROPOSE)) or BadInput({}))
    try:
        save_plan(complaint.pk, request.user, form.inputs()["plan"])
    except Refusal as why:
        return refused(request, form, why)
    return _kept(request, complaint)


def _stopped(form: MoveForm) -> Refusal | None:
    """Why there is nothing to write on. That the meeting is still owed keeps nobody from drafting, only from proposing (R17)."""
    why = refusal(form)
    return None if why and form.standing and why.message == rules.MEETING_AGREED.why else why


def _shown(request: HttpRequest, form: MoveForm) -> HttpResponse:
    why = refusal(form)
    return render(request, form.page, context_of(form, over=why)) if why and _stopped(form) is None else asked(request, form)


@require_POST
def live(request: HttpRequest, number: str) -> HttpResponse:
    """What the form says of itself for what is written in it now: outline, sums, flags, whose authority; nothing is kept."""
    form = sent_form(request, visible(request, number), PlanForm, PROPOSE)
    if _stopped(form):
        raise Http404
    return render(request, "complaints/plan/live.html", context_of(form))


def _kept(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    rows = _rows_meant(request)
    if request.htmx:
        form = blank_form(request, complaint, PlanForm, PROPOSE)
        form.more(rows)
        return render(request, form.fragment, context_of(form))
    return see_other(request, reverse("plan", args=[complaint.number]) + (f"#{rows}" if rows else ""))


def _rows_meant(request: HttpRequest) -> str:
    """To which rows one was added, from which one was taken, or which took a figure over; the measures where the button does not say."""
    added = request.POST.get("add", "")
    taken = next((name.partition("-")[0] for name in request.POST if name.endswith("-DELETE")), "")
    named = added if added in ROWS else taken or request.POST.get("take", "").partition("-")[0]
    return named if named in ROWS else "measures" if added else ""
