"""The password re-entered to sign, under the same brake as signing in: after five wrong ones nothing is checked for a while (R19).

Wrong and too many are told at the field; failures go into the security log. Not here: what the proof is good for (`actions`).
"""

import logging

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from complaints.actions import Proof, prove
from complaints.forms import MoveForm
from complaints.refusals import BadInput
from organisation import securitylog, signin, visitor
from organisation.forms import pause_in_words
from organisation.models import Person


@sensitive_variables()
def proof(request: HttpRequest, form: MoveForm, seen: int) -> Proof:
    """Raises BadInput at `password` when it is wrong, or when too many were."""
    made: list[Proof] = []

    def check() -> Person | None:
        try:
            made.append(prove(request.user, form.complaint.pk, seen, form.move.name, form.cleaned_data["password"]))
        except BadInput:
            return None
        return request.user

    now = timezone.now()
    try:
        signin.attempt(request.user.username, visitor.place(request), now, check)
    except signin.Paused as pause:
        _note(request, form, "sign.paused", logging.WARNING)
        raise BadInput({"password": pause_in_words(pause.until, now)}) from None
    if not made:
        _note(request, form, "sign.failed", logging.INFO)
        raise BadInput({"password": _("That is not your password.")})
    return made[0]


def _note(request: HttpRequest, form: MoveForm, event: str, level: int) -> None:
    address = visitor.address(request)
    securitylog.note(event, actor=request.user, address=address, level=level, complaint=form.complaint.pk, move=form.move.name)
