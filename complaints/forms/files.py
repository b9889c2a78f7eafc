"""The form that gives uploaded files to a complaint as numbered evidence. Not here: taking and checking what is uploaded."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints import filing
from complaints.models import Attachment

from . import fields as ask
from .base import MoveForm


class AddFileForm(MoveForm):
    """`files` names attachments this person has uploaded and that belong to nothing yet; `faults` are those that were refused."""

    template = "complaints/moves/files.html"
    takes_files = True
    button = _("Add the files")
    files = forms.ModelMultipleChoiceField(Attachment.objects.none(), label=_("Files"), widget=ask.UploadedFiles, required=False)
    measure = ask.MeasureField(_("Evidence of the measure"), empty=_("Of the complaint itself"))

    def fill(self) -> None:
        ask.set_choices(self, files=filing.loose(self.person), measure=ask.measures_of(self.complaint))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for fault in self.faults:
            self.add_error("files", fault)
        if not given.get("files") and "files" not in self.errors:
            self.add_error("files", _("Choose a file first."))
        return given

    def chosen(self) -> list[Attachment]:
        """Uploaded already and named by the form: shown again when something else was wrong."""
        wanted = [value for value in self["files"].value() or [] if str(value).isdecimal()]
        return list(filing.loose(self.person).filter(pk__in=wanted)) if wanted else []
