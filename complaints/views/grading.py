"""The grade box of a form while it is filled in: worked out for what is ticked now, nothing stored."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from complaints.forms import FORMS
from complaints.forms.triage import GradeMixin
from complaints.moves import MOVES
from complaints.standing import standing_for, standings

from .refused import refusal
from .ticket import visible

FILLED_IN = ("type", "helper", "grade", "grade_reason", "reason", "sheet", "department", "usual")


@require_POST
def grade_box(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """Only for who may make that judgement now; for others there is nothing here (404)."""
    complaint, kind = visible(request, number), FORMS.get(slug)
    if kind is None or not issubclass(kind, GradeMixin):
        raise Http404
    move = MOVES[slug]
    filled: dict[str, object] = {name: request.POST[name] for name in FILLED_IN if name in request.POST}
    filled["judged"] = request.POST.getlist("judged")
    if filled.get("grade") == request.POST.get("worked_out"):
        filled["grade"] = ""  # what was worked out had been left as it was: it goes on being so
    standing = standing_for(move, complaint, standings(request.user, complaint))
    form = kind(move=move, complaint=complaint, person=request.user, standing=standing, initial=filled)
    if refusal(form):
        raise Http404
    return render(request, "complaints/moves/grade_box.html", {"form": form, "complaint": complaint, "branch": complaint.branch})
