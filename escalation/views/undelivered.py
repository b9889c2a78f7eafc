"""What the administrator sees of mail that did not go out: to whom, about which complaint, why, how often it was tried.

Complaints by their numbers only: administrators read none (R4). Not here: trying again by itself (`mailing`).
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from complaints.notices import Kind
from escalation import doorbell, mailing
from escalation.models import Message
from escalation.models.notices import MessageState

from .guard import for_administrators

LISTED = 100
NAMED = 3  # complaints of one message


@require_safe
@for_administrators
def undelivered(request: HttpRequest) -> HttpResponse:
    found = mailing.undelivered().select_related("recipient").prefetch_related("notices__complaint").order_by("-pk")
    rows = [_row(message) for message in found[:LISTED]]
    given_up = mailing.undelivered().filter(state=MessageState.GIVEN_UP).count()
    return render(request, "operations/undelivered.html", {"rows": rows, "given_up": given_up, "mail_on": settings.MAIL_ON})


@require_POST
@for_administrators
def send_again(request: HttpRequest) -> HttpResponse:
    """One message, or all of them."""
    asked = request.POST.get("message", "")
    found = mailing.undelivered().filter(pk=int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0)
    number = mailing.send_again(mailing.undelivered() if asked == "all" else found)
    if not number:
        raise Http404
    doorbell.ring_after_commit()
    messages.success(request, ngettext("It is tried again now.", "%(n)s messages are tried again now.", number) % {"n": number})
    return redirect("undelivered")


def _row(message: Message) -> dict[str, Any]:
    notices = list(message.notices.all())
    kinds = [str(kind.label) for kind in Kind if kind in {notice.kind for notice in notices}]
    numbers = list(dict.fromkeys(notice.complaint.number for notice in notices))
    given_up = message.state == MessageState.GIVEN_UP
    return {
        "message": message,
        "kinds": ", ".join(kinds[:NAMED]),
        "numbers": numbers[:NAMED],
        "more": max(len(numbers) - NAMED, 0),
        "given_up": given_up,
        "why": message.fault or _("not tried yet"),
    }
