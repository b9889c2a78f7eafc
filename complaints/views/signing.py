"""The password re-entered to sign, under the same brake as signing in: after five wrong ones nothing is checked for a while (R19).

Wrong and too many are told at the field; failures go into the security log. Not here: what the proof is good for (`actions`).
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

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

Proved = TypeVar("Proved")


@sensitive_variables()
def proof(request: HttpRequest, form: MoveForm, seen: int) -> Proof:
    """Raises BadInput at `password` when it is wrong, or when too many were."""
    complaint, move, password = form.complaint.pk, form.move.name, form.cleaned_data["password"]
    return braked(request, lambda: prove(request.user, complaint, seen, move, password), complaint=complaint, move=move)


@sensitive_variables()
def braked(request: HttpRequest, check: Callable[[], Proved], **about: Any) -> Proved:
    """What `check` makes of the password, which raises BadInput when it is wrong; `about` is what is signed, for the security log.

    Raises BadInput at `password` when it is wrong, or when too many were.
    """
    made: list[Proved] = []

    def person() -> Person | None:
        try:
            made.append(check())
        except BadInput:
            return None
        return request.user

    now = timezone.now()
    try:
        signin.attempt(request.user.username, visitor.place(request), now, person)
    except signin.Paused as pause:
        _note(request, "sign.paused", logging.WARNING, about)
        raise BadInput({"password": pause_in_words(pause.until, now)}) from None
    if not made:
        _note(request, "sign.failed", logging.INFO, about)
        raise BadInput({"password": _("That is not your password.")})
    return made[0]


def _note(request: HttpRequest, event: str, level: int, about: dict[str, Any]) -> None:
    securitylog.note(event, actor=request.user, address=visitor.address(request), level=level, **about)
