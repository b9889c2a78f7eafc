"""The words a reply begins and ends with, as the house keeps them: rows an administrator edits, each edit a new version (R23).

A row is never changed once it was written: what was sent names the version it was made from. Not here: what a letter says between opening
and closing, which comes from the record (`complaints.composing`), and the words that ship (`complaints.replywords`).
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.states import Language, ReplyKind
from organisation.models import Branch, Person


class ReplyTemplate(models.Model):
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="reply_templates", verbose_name=_("branch"))
    code = models.SlugField(_("code"), max_length=40, help_text=_("The same for the same letter in another language."))
    name = models.CharField(_("name"), max_length=80, help_text=_("For the house; the customer does not see it."))
    kind = models.CharField(_("proposed for"), max_length=12, choices=ReplyKind.choices)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices)
    opening = models.TextField(_("opening"), max_length=2000)
    closing = models.TextField(_("closing"), max_length=2000)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    is_current = models.BooleanField(_("in use"), default=True)
    written_at = models.DateTimeField(_("written at"), null=True, editable=False)
    written_by = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("written by"))

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        ordering = ["branch_id", "code", "language", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["branch", "code", "language", "version"], name="reply_template_version_once"),
            models.UniqueConstraint(fields=["branch", "code", "language"], name="reply_template_one_in_use", condition=Q(is_current=True)),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.get_language_display()} · v{self.version}"
