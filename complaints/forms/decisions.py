"""Forms of review and approval (R19): OK is a signature with an optional note, NG needs its reason."""

from django.utils.translation import gettext_lazy as _

from . import fields as ask
from .base import MoveForm


class OkForm(MoveForm):
    note = ask.words(_("Instruction"), rows=2, hint=_("The customer does not see it."))


class ReviewOkForm(OkForm):
    heading = _("OK")
    outlook = _("Goes to the general manager.")
    button = _("Sign “reviewed”")


class ApproveForm(OkForm):
    heading = _("OK")
    outlook = _("Goes to the reply; of grade 1 and 2 in a group, to the group first.")
    button = _("Sign and approve")


class GroupApproveForm(OkForm):
    heading = _("OK")
    outlook = _("Goes to the reply.")
    button = _("Sign and approve")


class NgForm(MoveForm):
    heading = _("NG, send back")
    outlook = _("Opens a new round of measures, with your reason on top.")
    button = _("Send back")
    reason_label = _("What is missing")
    reason_hint = _("So that it can be mended: what was asked, what is not answered.")
