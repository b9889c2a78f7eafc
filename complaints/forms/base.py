"""What the forms of all moves have in common: the version they decide on, the key against a second sending, reason and password.

A form knows one complaint and how the person stands to it; it says what is asked and in which words. Its `inputs()` go to
`actions.perform` as they are. Not here: whether the move may be made at all (`actions`, `standing`).
"""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.moves import Move, Text
from complaints.standing import Standing
from organisation.models import Person

from . import fields

# Pages a form may lead back to, beside the ticket.
OF_THE_FORM = {"version", "once", "sheet", "back", "password"}
# What a signature means, as it stands beside the name seal (R19).
MEANINGS: dict[str, Text] = {
    "drafted": _("drafted"),
    "reviewed": _("reviewed"),
    "approved": _("approved"),
    "group_approved": _("approved for the group"),
    "closed": _("closed"),
    "withdrawn": _("closed as withdrawn"),
}


# Pages from which a form is opened beside, and to which one comes back.
BACK = ("plan", "meeting", "closing", "escalations", "dashboard")


class MoveForm(forms.Form):
    """The form of one move. Subclasses add fields and words; `reason`, `exception` and `password` come by themselves where needed."""

    template: ClassVar[str] = "complaints/moves/fields.html"
    page: ClassVar[str] = "complaints/move.html"
    fragment: ClassVar[str] = "complaints/moves/form.html"
    heading: ClassVar[Text] = ""
    """The question as a heading of its page or sheet; by default the move's own label."""
    outlook: ClassVar[Text] = ""
    """What happens next, below the choice."""
    button: ClassVar[Text] = ""
    verb_template: ClassVar[str] = ""
    """Where the button repeats what is decided."""
    thumb: ClassVar[Text] = ""
    own_page: ClassVar[bool] = False
    """True for forms too long for a sheet: asked for as one, they lead to their page."""
    takes_files: ClassVar[bool] = False
    """True for forms that are sent with files in them; what was refused of these stands in `faults`."""
    faults: Sequence[str] = ()
    reason_label: ClassVar[Text] = _("Reason")
    reason_hint: ClassVar[Text] = ""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    sheet = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1)
    back = forms.ChoiceField(widget=forms.HiddenInput, required=False, choices=[("", ""), *((name, name) for name in BACK)])

    def __init__(
        self,
        data: Any = None,
        *,
        move: Move,
        complaint: Complaint,
        person: Person,
        standing: Standing | None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.move, self.complaint, self.person, self.standing = move, complaint, person, standing
        given = {"version": complaint.version, "once": uuid.uuid4(), **(initial or {})}
        place = (data or given).get("sheet") or ""
        super().__init__(data, auto_id=f"{move.name}{place}-%s", initial=given)
        self._add_common()
        self.fill()

    def _add_common(self) -> None:
        if self.move.reason and "reason" not in self.fields:
            self.fields["reason"] = fields.words(self.reason_label, required=True, hint=self.reason_hint)
        if self.needs_exception:
            self.fields["exception"] = fields.words(_("Why you decide although you signed this round already"), required=True, rows=2)
        if self.move.sign:
            self.fields["password"] = fields.password()

    def fill(self) -> None:
        """What may be chosen and what stands in the fields at first; for subclasses."""

    @property
    def needs_exception(self) -> bool:
        """True when four eyes cannot be kept and the move takes a reason for it (R19)."""
        return bool(self.standing and self.standing.exception and "exception" in self.move.texts)

    @property
    def url(self) -> str:
        return reverse("move", args=[self.complaint.number, self.move.slug])

    @property
    def page_url(self) -> str:
        """Where it is filled in when it has a page of its own."""
        return self.url

    @property
    def afterwards(self) -> str:
        """Where it leads when it is done: back to the page it was sent from."""
        back = self["back"].value()
        if back in ("escalations", "dashboard"):
            return reverse(back)
        return reverse(back if back in BACK else "complaint", args=[self.complaint.number])

    @property
    def title(self) -> Text:
        return self.heading or self.move.label

    @property
    def verb(self) -> Text:
        return self.button or self.move.label

    @property
    def short(self) -> Text:
        """The verb on a small button."""
        return self.thumb or self.title

    @property
    def meaning(self) -> Text:
        """What the signature says."""
        return MEANINGS.get(self.move.sign, self.move.sign)

    @property
    def id(self) -> str:
        return str(self.auto_id).replace("-%s", "")

    def shown(self) -> list[forms.BoundField]:
        """The fields to show, in order; the signature's password has a place of its own."""
        return [bound for bound in self if bound.name not in OF_THE_FORM]

    def hidden(self) -> list[forms.BoundField]:
        return [self[name] for name in ("version", "once", "sheet", "back")]

    def refuse(self, errors: dict[str, Text]) -> None:
        """Show what the door found missing: at the field, or above the form where it has none. Read after `is_valid()`."""
        for name, message in errors.items():
            self.add_error(name if name in self.fields else None, str(message))

    @property
    def decided(self) -> Move:
        """The move it makes, where that follows from what is filled in another than it was opened for; read after `is_valid()`."""
        return self.move

    def then(self) -> list[tuple[str, dict[str, Any]]]:
        """Moves decided in the same sending, by name with what they are given; read after `is_valid()`."""
        return []

    def inputs(self) -> dict[str, Any]:
        """What the move is given; read after `is_valid()`."""
        return {name: value for name, value in self.cleaned_data.items() if name not in OF_THE_FORM}
