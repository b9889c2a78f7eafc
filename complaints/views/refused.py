"""Why a move would be refused before its input is looked at, in the door's own order and words.

Not here: the refusals under the lock, which alone count (`actions`).
"""

import uuid

from django.utils.translation import gettext_lazy as _

from complaints.actions import NEEDS_NO_VERSION, who_was_faster, wrong_stage
from complaints.forms import MoveForm
from complaints.models import Once
from complaints.refusals import NotAllowed, NotPossible, Refusal, Repeated, Stale


def refusal(form: MoveForm) -> Refusal | None:
    """Can't proceed (409) before may not (403); None when only the input is left to be judged."""
    complaint, move = form.complaint, form.move
    old = form.is_bound and move.name not in NEEDS_NO_VERSION and form["version"].value() != str(complaint.version)
    if old:
        return Stale(who_was_faster(complaint))
    if complaint.state not in move.sources:
        return NotPossible(wrong_stage(move, complaint))
    obstacle = move.obstacle(complaint)
    if obstacle:
        return NotPossible(obstacle)
    return None if form.standing else NotAllowed(_("This is not yours to decide."))


def raise_if_repeated(form: MoveForm) -> None:
    """Raises Repeated when this very form was carried out already: the second sending is answered like the first."""
    try:
        key = uuid.UUID(str(form["once"].value()))
    except ValueError:
        return
    done = Once.objects.filter(pk=key, person=form.person).exclude(answer="").first()
    if done:
        raise Repeated(done.answer)
