"""The page of the reply: writing it, keeping the draft, looking at it as a letter. Sending it is the move `send_reply` (`moves`)."""

from io import BytesIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from complaints import drafts
from complaints.forms import MoveForm
from complaints.forms.reply import ReplyForm
from complaints.models import Complaint
from complaints.moves import MOVES
from complaints.papers import letter, source
from complaints.standing import standing_for, standings

from .documents import sent
from .lookups import key_in
from .moves import asked, blank_form, context_of, refused, see_other, sent_form
from .refused import refusal
from .ticket import visible

SEND = MOVES["send_reply"]


def purpose_of(complaint: Complaint) -> str:
    """Of one round: after a redo another letter is written."""
    return f"reply:{complaint.pk}:{complaint.round}"


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, number: str) -> HttpResponse:
    """GET shows the letter, with the draft where there is one. POST keeps what is there: by script (204), by a button."""
    complaint = visible(request, number)
    if request.method != "POST":
        return asked(request, begun(request, complaint))
    form = sent_form(request, complaint, ReplyForm, SEND, version=str(complaint.version))
    if why := refusal(form):
        return refused(request, form, why)
    return _kept(request, form)


def begun(request: HttpRequest, complaint: Complaint) -> MoveForm:
    """As it was left, or as the templates begin it."""
    draft = drafts.latest(request.user, purpose_of(complaint)) if request.user.is_authenticated else None
    if draft is None:
        return blank_form(request, complaint, ReplyForm, SEND)
    return _form_of(request, complaint, _data(draft.fields, version=str(complaint.version), once=str(draft.key)))


def _data(fields: dict[str, list[str]], **instead: str) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    for name, value in instead.items():
        data[name] = value
    return data


def _form_of(request: HttpRequest, complaint: Complaint, data: QueryDict) -> MoveForm:
    standing = standing_for(SEND, complaint, standings(request.user, complaint))
    return ReplyForm(data, move=SEND, complaint=complaint, person=request.user, standing=standing)


def _kept(request: HttpRequest, form: MoveForm) -> HttpResponse:
    fields, key = dict(form.data.lists()), key_in(request.POST, "once")
    if key is None:
        raise Http404
    if drafts.is_sent(key):
        return HttpResponse(status=410)
    if "use" in form.data:
        fields |= {name: [words] for name, words in form.wording(form["words"].value() or "").items()}
    try:
        if drafts.save(request.user, key, fields, purpose_of(form.complaint)) is None:
            raise Http404
    except drafts.TooLong:
        return HttpResponse(status=413)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    again = _form_of(request, form.complaint, _data(fields))
    if request.htmx:
        return render(request, "complaints/reply/promises.html", context_of(again))
    return see_other(request, reverse("reply", args=[form.complaint.number]) + ("#promises" if "use" not in form.data else "#letter"))


@require_POST
def preview(request: HttpRequest, number: str) -> FileResponse | HttpResponse:
    """The letter as a PDF, as it would be sent now; nothing is kept."""
    complaint = visible(request, number)
    form = sent_form(request, complaint, ReplyForm, SEND, version=str(complaint.version))
    if why := refusal(form):
        return refused(request, form, why)
    names = [
        str(file) for file in form.fields["files"].queryset.filter(pk__in=[pk for pk in form["files"].value() or [] if pk.isdecimal()])
    ]
    paper = letter.preview(source.load(complaint.pk), form.written(), form["subject"].value() or "", names)
    return sent(BytesIO(paper.pdf()), paper.name)
