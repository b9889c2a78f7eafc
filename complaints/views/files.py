"""Files over HTTP: taking uploads in, and giving files to whoever may see the complaint they belong to.

What is sent out can do nothing in a browser: pictures we have drawn ourselves are shown, everything else is only ever downloaded. Not
here: what may be attached and where it is kept (`uploads`, `filing`).
"""

import logging
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from complaints import drafts, filing
from complaints.filing import NotStored, Refused
from complaints.models import Attachment, Complaint, Draft
from complaints.uploads import clean, disposition
from organisation import securitylog, visitor

from .lookups import key_in, plain

DRAWN_BY_US = {"image/jpeg", "image/png"}
SEALED_OFF = "sandbox; default-src 'none'"
MOST_AT_ONCE = 20


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """One file, for a draft (`?draft=`), for what will be added to a complaint (`?complaint=`), or for neither; answers its row."""
    file = request.FILES.get("file")
    if file is None:
        return HttpResponse(status=400)
    draft = draft_of(request)
    try:
        stored = keep(request, file, draft, beside(request, draft))
    except (Refused, NotStored) as why:
        return HttpResponse(str(why), status=getattr(why, "status", 422), content_type="text/plain; charset=utf-8")
    return render(request, "complaints/files/uploaded.html", {"file": stored, "removable": draft is not None}, status=201)


def draft_of(request: HttpRequest) -> Draft | None:
    key = key_in(request.GET)
    if key is None:
        return None
    draft = drafts.begin(request.user, key)
    if draft is None:
        raise Http404
    return draft


def beside(request: HttpRequest, draft: Draft | None) -> QuerySet[Attachment]:
    """What counts towards the same quota: the complaint's files with what the person has uploaded and not used yet."""
    mine = filing.loose(request.user)
    if draft:
        return mine.filter(draft=draft)
    number = plain(request.GET.get("complaint", ""))
    if not number:
        return mine.filter(draft=None)
    complaint = get_object_or_404(Complaint.objects.visible_to(request.user), number=number)
    return filing.of_complaint(complaint) | mine.filter(draft=None)


def keep(request: HttpRequest, file: UploadedFile, draft: Draft | None, others: QuerySet[Attachment]) -> Attachment:
    """Raises Refused, NotStored; a refusal is noted in the security log by its code."""
    try:
        return filing.store(file.file, file.name or "", by=request.user, draft=draft, beside=others)
    except Refused as why:
        securitylog.note("upload.rejected", actor=request.user, address=visitor.address(request), level=logging.WARNING, code=why.code)
        raise


def take_in(request: HttpRequest, data: QueryDict, name: str = "files") -> list[str]:
    """Files sent with a whole form, as browsers without script do: stored, named in `data` as `name`. Returns what was refused."""
    faults = []
    key = key_in(data)
    draft = Draft.objects.filter(key=key, person=request.user).first() if key and request.FILES else None
    for file in request.FILES.getlist(name)[:MOST_AT_ONCE]:
        try:
            stored = keep(request, file, draft, filing.loose(request.user))
            data.appendlist(name, str(stored.pk))
        except (Refused, NotStored) as why:
            faults.append(f"{clean(file.name or '')}: {why}")
    return faults


# ── giving out ───────────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    file = visible(request, pk)
    shown = file.mime in DRAWN_BY_US
    return sent(file.file, file.mime, content_disposition_header(False, clean(file.name)) if shown else disposition(file.name))


@require_safe
def attachment_small(request: HttpRequest, pk: int) -> FileResponse:
    file = visible(request, pk)
    if not file.thumbnail:
        raise Http404
    return sent(file.thumbnail, "image/jpeg", "inline")


def visible(request: HttpRequest, pk: int) -> Attachment:
    """Whoever sees the complaint; before there is one, whoever uploaded it. Erased files are gone."""
    file = get_object_or_404(Attachment, pk=pk)
    if file.complaint_id:
        mine = Complaint.objects.visible_to(request.user).filter(pk=file.complaint_id).exists()
    else:
        mine = file.by_id == request.user.pk
    if not mine or not file.file:
        raise Http404
    return file


def sent(file: Any, mime: str, header: str | None) -> FileResponse:
    try:
        response = FileResponse(file.open("rb"), content_type=mime)
    except FileNotFoundError:
        raise Http404 from None
    response["Content-Disposition"] = header or "attachment"
    response["Content-Security-Policy"] = SEALED_OFF
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
