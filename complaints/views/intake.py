"""New complaint: the form, recording it, and the page with the number to be read to the customer (R5, R12, R21).

Not here: what stands beside the form (`views.beside`), drafts and files, and what recording does (`recording`).
"""

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints import drafts, filing, letters, recording
from complaints.actions import perform
from complaints.customers import by_telephone
from complaints.forms.intake import CHANNEL_ICONS, IntakeForm
from complaints.models import Complaint, Customer, Draft
from complaints.refusals import BadInput, NotAllowed, Refusal, Repeated
from complaints.states import Means
from escalation import clock

from .beside import context_of, form_for
from .files import take_in
from .lookups import is_id, key_in, plain
from .moves import see_other

THEN = {"report": "submit", "record": "", "answer": "answer_on_the_spot", "reject": "reject_as_not_factual"}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form's key stands in the address, so that loading the page anew finds the draft."""
    if request.method == "POST":
        return save(request)
    key = key_in(request.GET)
    if key is None or drafts.is_sent(key):
        query = {name: value for name, value in request.GET.items() if name != "draft"} | {"draft": str(uuid.uuid4())}
        return redirect(f"{reverse('new_complaint')}?{urlencode(query)}")
    draft = Draft.objects.filter(key=key, person=request.user).first()
    return page(request, key, with_files(draft) if draft else prefilled(request))


new.several_files = True  # type: ignore[attr-defined]  # read by UploadLimitMiddleware: without script they come with the form


def with_files(draft: Draft) -> drafts.Fields:
    """The form as it was kept, and what was uploaded after it was kept last."""
    uploaded = [str(pk) for pk in draft.attachments.values_list("pk", flat=True)]
    return {**draft.fields, "files": list(dict.fromkeys([*draft.fields.get("files", []), *uploaded]))}


def prefilled(request: HttpRequest) -> drafts.Fields:
    """From `?customer=` (id or number) and `?tel=`: who rings stands there already; from `?words=` what was searched for in vain."""
    number = plain(request.GET.get("customer", ""))
    rows = Customer.objects.filter(branch=request.user.branch_id, is_active=True)
    customer = rows.filter(pk=int(number)).first() if is_id(number) else None
    customer = customer or (rows.filter(number__iexact=number).first() if number else None)
    telephone = plain(request.GET.get("tel", ""))
    caller = by_telephone(request.user.branch, telephone) if telephone and not customer else None
    fields = {"telephone": telephone} if telephone else {}
    if caller:
        customer = caller.customer
        fields = {"contact": str(caller.contact.pk), "contact_text": caller.contact.name}
    if customer:
        fields |= {"customer": str(customer.pk), "customer_text": f"{customer} ({customer.number})"}
    if words := plain(request.GET.get("words", ""), 200):
        fields |= {"words": words}
    return {name: [value] for name, value in fields.items()}


def page(request: HttpRequest, key: uuid.UUID, fields: drafts.Fields) -> HttpResponse:
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return unjudged(request, key, data)


def unjudged(request: HttpRequest, key: uuid.UUID, data: QueryDict) -> HttpResponse:
    """The form filled in so far, without a word about what is missing."""
    now = clock.now()
    initial = {name: data.getlist(name) if name in ("wants", "files") else data.get(name) for name in data}
    form = form_for(request, None, now, key, {**initial, "draft": key})
    return render(request, template_for(request), shown(request, form, context_of(form_for(request, data, now, key), now)))


def template_for(request: HttpRequest) -> str:
    return "complaints/intake/form.html" if request.htmx else "complaints/intake/page.html"


def shown(request: HttpRequest, form: IntakeForm, beside: dict[str, Any]) -> dict[str, Any]:
    return {
        "form": form,
        "draft_key": str(form["draft"].value()),
        "drafts": drafts.mine(request.user).exclude(key=form["draft"].value()).count(),
        "files": filing.loose(request.user).filter(pk__in=form.ids("files")),
        "icons": CHANNEL_ICONS,
        "caller": request.GET.get("tel", ""),
        **beside,
    }


# ── recording ────────────────────────────────────────────────────────────────────────────────────────────────


def save(request: HttpRequest) -> HttpResponse:
    act = request.POST.get("act", "report")
    data = request.POST.copy()
    key = key_in(data) or uuid.uuid4()
    data["draft"] = str(key)
    faults = take_in(request, data)
    form = form_for(request, data, clock.now(), key)
    if act == "draft" and kept_as_draft(request, key, data):
        return see_other(request, reverse("drafts"))
    if act.startswith("chase:"):
        return chase(request, form, act.removeprefix("chase:"))
    if act == "look" or act.startswith("drop:"):
        drop(request, data, act.removeprefix("drop:"))
        return unjudged(request, key, data)
    if faults or not form.is_valid() or act not in THEN:
        for fault in faults:
            form.add_error(None, fault)
        return again(request, form, 422)
    return carry_out(request, form, lambda: recording.record(form.recording(THEN[act]), actor=request.user, once=key))


def drop(request: HttpRequest, data: QueryDict, file: str) -> None:
    """Take away a file that was uploaded by mistake."""
    filing.remove(filing.loose(request.user).filter(pk=int(file)) if is_id(file) else ())
    data.setlist("files", [pk for pk in data.getlist("files") if pk != file])


def kept_as_draft(request: HttpRequest, key: uuid.UUID, data: QueryDict) -> bool:
    try:
        return drafts.save(request.user, key, dict(data.lists())) is not None
    except drafts.TooLong:
        return False


def chase(request: HttpRequest, form: IntakeForm, number: str) -> HttpResponse:
    """Instead of recording anew: the words go to the complaint the customer means (R24)."""
    known = get_object_or_404(Complaint.objects.visible_to(request.user), number=plain(number))
    form.is_valid()
    given = form.cleaned_data
    words, files, key = given.get("words") or "", given.get("files") or [], key_in(form.data)
    answer = carry_out(request, form, lambda: recording.chase(known, words, files, actor=request.user, once=key), to="complaint")
    if answer.status_code < 400:
        messages.success(request, _("%(number)s: recorded that the customer rang again.") % {"number": number})
    return answer


def carry_out(request: HttpRequest, form: IntakeForm, act: Callable[[], Complaint], to: str = "recorded") -> HttpResponse:
    """Do it, and answer with the page it leads to; what is refused is told in the form, and nothing typed is lost."""
    try:
        number = act().number
    except Repeated as repeated:
        number = repeated.answer
    except BadInput as wrong:
        form.refuse(wrong.errors)
        return again(request, form, 422)
    except Refusal as refused:
        form.add_error(None, str(refused.message))
        return again(request, form, refused.status)
    remember(request, number)
    return see_other(request, reverse(to, args=[number]))


def again(request: HttpRequest, form: IntakeForm, status: int) -> HttpResponse:
    """The same form with everything typed, and what is wrong."""
    return render(request, template_for(request), shown(request, form, context_of(form, form.now)), status=status)


# ── recorded ─────────────────────────────────────────────────────────────────────────────────────────────────


def remember(request: HttpRequest, number: str) -> None:
    """For a recorder who will not see what he recorded: number and access code, once."""
    recorded = Complaint.objects.filter(number=number, recorded_by=request.user)
    if not recorded.visible_to(request.user).exists():
        request.session["recorded"] = list(recorded.values_list("number", "access_code").first() or ())


@require_http_methods(["GET", "HEAD", "POST"])
def recorded(request: HttpRequest, number: str) -> HttpResponse:
    complaint = Complaint.objects.visible_to(request.user).for_page().filter(number=number).first()
    if complaint is None:
        return number_only(request, number)
    if request.method == "POST":
        return told(request, complaint)
    files = filing.of_complaint(complaint).count()
    known = {
        "complaint": complaint,
        "lines": letters.acknowledgement_lines(complaint),
        "text": letters.acknowledgement(complaint),
        "missing": letters.request_for_missing(complaint, files),
        "once": uuid.uuid4(),
        "desk": form_for(request, None, clock.now(), uuid.uuid4()).desk,
    }
    return render(request, "complaints/intake/recorded.html", known)


def number_only(request: HttpRequest, number: str) -> HttpResponse:
    kept = request.session.pop("recorded", None)
    if not kept or kept[0] != number:
        raise Http404
    return render(request, "complaints/intake/number_only.html", {"number": kept[0], "code": kept[1]})


def told(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """Read to the customer on the line: that counts as acknowledged (R21)."""
    try:
        perform(
            "acknowledge", complaint, actor=request.user, seen=None, once=key_in(request.POST), means=Means.TELEPHONE,
            text=letters.acknowledgement(complaint),
        )  # fmt: skip
        messages.success(request, _("Recorded: the customer has been told."))
    except Repeated:
        pass
    except Refusal as refused:
        status = messages.ERROR if isinstance(refused, NotAllowed) else messages.WARNING
        messages.add_message(request, status, str(refused.message))
    return see_other(request, reverse("recorded", args=[complaint.number]))
