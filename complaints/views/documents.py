"""Printed documents over HTTP: made when they are asked for; archive files as they were kept, or made on demand.

Whoever sees the complaint may have them, all others get 404. Not here: what stands in them (`complaints.papers`).
"""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from complaints.effects import want_archive
from complaints.models import ArchiveFile, Complaint
from complaints.moves import MOVES
from complaints.papers import keeping, source
from complaints.papers.shelf import KINDS
from complaints.refusals import NotAllowed, NotPossible, Refusal
from complaints.standing import standing_for, standings
from complaints.states import State
from escalation import clock
from organisation.models import Person

from .ticket import visible

PDF = "application/pdf"
# No sandbox, which a browser's own viewer would not start in; the file has nothing that acts.
IN_NO_FRAME = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@require_safe
def document(request: HttpRequest, number: str, which: str) -> FileResponse:
    """In the reader's language, but for the form, which has both, and the letter, which has the customer's."""
    complaint, kind = visible(request, number), KINDS.get(which)
    paper = kind.written(source.load(complaint.pk), language()) if kind else None
    if paper is None:
        raise Http404
    return sent(BytesIO(paper.pdf()), paper.name)


@require_safe
def archive_file(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """As it was made. An erased one is gone."""
    complaint = visible(request, number)
    row = get_object_or_404(ArchiveFile, pk=pk, complaint=complaint)
    if not row.file:
        raise Http404
    try:
        return sent(row.file.open("rb"), f"{complaint.number} archive {row.seq}")
    except FileNotFoundError:
        raise Http404 from None


@require_POST
def make_archive(request: HttpRequest, number: str) -> HttpResponse:
    """The archive file of a closed complaint as it is now, at once; of an open one there is none."""
    complaint = visible(request, number)
    if why := refusal(complaint, request.user):
        return render(request, "complaints/refused.html", {"complaint": complaint, "why": why}, status=why.status)
    if keeping.make(want_archive(complaint, clock.now())):
        messages.success(request, _("The archive file is made."))
    else:
        messages.info(request, _("The archive file is there already."))
    return redirect("complaint", number=number)


def refusal(complaint: Complaint, person: Person) -> Refusal | None:
    """Whoever may add to the record may have it printed and kept; an auditor changes nothing."""
    if complaint.state != State.CLOSED:
        return NotPossible(_("Only a closed complaint has an archive file."))
    if standing_for(MOVES["add_file"], complaint, standings(person, complaint)) is None:
        return NotAllowed(_("This is not yours to decide."))
    return None


def language() -> str:
    return "zh" if (get_language() or "en").startswith("zh") else "en"


def sent(file: BytesIO, name: str) -> FileResponse:
    """Shown in the browser, from where it is printed; saved under the complaint's number."""
    response = FileResponse(file, filename=f"{name}.pdf", content_type=PDF)
    response["Content-Security-Policy"] = IN_NO_FRAME
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
