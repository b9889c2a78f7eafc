"""Drafts of the person: saved by the page every few seconds, listed, taken up again, thrown away.

Not here: filling the form from one (`views.intake`).
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from complaints import drafts, filing
from complaints.models import Draft

from .lookups import key_in

SHOWN = 100


@require_POST
def save_draft(request: HttpRequest) -> HttpResponse:
    """204 with the draft's key; 404 for a key that is somebody else's, 410 for a form that was sent already, 413 for a novel."""
    key = key_in(request.POST)
    if key is None:
        raise Http404
    if drafts.is_sent(key):
        return HttpResponse(status=410)
    try:
        draft = drafts.save(request.user, key, dict(request.POST.lists()))
    except drafts.TooLong:
        return HttpResponse(status=413)
    if draft is None:
        raise Http404
    return HttpResponse(status=204, headers={"X-Draft": str(draft.key)})


@require_safe
def drafts_list(request: HttpRequest) -> HttpResponse:
    return render(request, "complaints/intake/drafts.html", {"drafts": [Row(draft) for draft in drafts.mine(request.user)[:SHOWN]]})


class Row:
    """A draft as its line shows it."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.files = len(draft.attachments.all())

    def _said(self, name: str) -> str:
        return next(iter(self.draft.fields.get(name, [])), "").strip()

    @property
    def title(self) -> str:
        return " · ".join(filter(None, (self._said("customer_text"), self._said("about")))) or _("Nothing entered yet")

    @property
    def words(self) -> str:
        return self._said("words")[:200]


@require_POST
def discard_draft(request: HttpRequest, key: str) -> HttpResponse:
    """The draft and the files uploaded for it."""
    draft = get_object_or_404(Draft, key=key, person=request.user)
    filing.remove(list(draft.attachments.all()))
    draft.delete()
    messages.success(request, _("The draft is thrown away."))
    return redirect("drafts")
