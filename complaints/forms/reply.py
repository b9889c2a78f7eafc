"""The reply to the customer as a form (R23, R24): to whom, how, in which language, two texts of one's own, promises, files.

Two strictnesses over the same fields: a draft takes what is there, what is sent needs every promise complete. What stands between opening
and closing is no field at all. Not here: putting the letter together (`composing`), what is refused (`answerchecks`).
"""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints import composing, letters
from complaints.answerchecks import free_fields
from complaints.answers import letter_of
from complaints.composing import Locked, day_of
from complaints.datesaid import dates_in
from complaints.models import Attachment, ReplyTemplate
from complaints.replies import Approved, PromiseDraft, dated_already, house_names, proposed_kind, template_for, templates_of
from complaints.states import Language, Means
from escalation import clock
from organisation.models import Person
from organisation.templatetags.ui import localtime_in

from . import fields as ask
from .base import MoveForm
from .record import DayField

MOST_PROMISES = 20
COMMAS = re.compile(r"[,;，；、\n]+")
CHOOSE = [("", _("Please choose"))]
PREFIX = "promises"


class PromiseRow(forms.Form):
    """One promise. Without a text it does not count."""

    text = forms.CharField(label=_("What is promised"), required=False, max_length=300)
    owner = ask.PersonField(_("Who does it"), required=False)
    due_on = DayField(label=_("By when"), required=False)

    def __init__(self, *args: Any, people: QuerySet[Person], person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_permitted = False
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]  # a choice among rows
        self.fields["owner"].choices = [*CHOOSE, *((row.pk, str(row)) for row in people)]  # type: ignore[attr-defined]  # loaded once
        self.fields["owner"].initial = person.pk

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("text"):
            for name, message in (("owner", _("Who does it?")), ("due_on", _("By when?"))):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, message)
        return given


class BasePromises(forms.BaseFormSet):
    def drafts(self) -> list[PromiseDraft]:
        """The rows that count; call after `is_valid()`."""
        rows = [row.cleaned_data for row in self.forms if row.cleaned_data.get("text") and not row.cleaned_data.get("DELETE")]
        return [PromiseDraft(row["text"], row["owner"], row["due_on"]) for row in rows]


PromiseSet = forms.formset_factory(
    PromiseRow, formset=BasePromises, extra=1, can_delete=True, max_num=MOST_PROMISES, absolute_max=MOST_PROMISES, validate_max=True
)


@dataclass(frozen=True)
class Check:
    """One line of what is looked at before sending."""

    ok: bool
    text: str


@dataclass(frozen=True)
class Column:
    """The letter in one language, as the page shows it: its fields between what is locked."""

    language: str
    label: str
    locked: Locked
    opening: forms.BoundField
    closing: forms.BoundField

    @property
    def about(self) -> SafeString:
        """The sentence as it will be sent, its facts marked as locked."""
        with override(self.language):
            return SafeString(composing.about(self.locked, lambda fact: format_html('<span class="lock">{}</span>', fact)))


class ReplyForm(MoveForm):
    """A draft: what is missing may be missing."""

    template = "complaints/reply/form.html"
    page = "complaints/reply.html"
    fragment = "complaints/reply/form.html"
    strict = False
    own_page = True
    heading = _("Reply to the customer")
    outlook = _("Then we wait for the customer's answer.")
    button = _("Record the reply as sent")

    recipient = ask.line(_("To"), required=False, most=200)
    copies = ask.line(_("Copy to"), required=False, most=500, hint=_("Names or addresses, by commas."))
    means = ask.means(_("How it is sent"), initial=Means.EMAIL)
    subject = ask.line(_("Subject"), required=False, most=200)
    language = forms.ChoiceField(label=_("Language"), required=False, widget=forms.RadioSelect)
    words = forms.ChoiceField(label=_("Template"), required=False)
    text = ask.words(pgettext_lazy("of a letter", "Opening"), rows=3)
    closing = ask.words(pgettext_lazy("of a letter", "Closing"), rows=3)
    text_other = ask.words(pgettext_lazy("of a letter", "Opening"), rows=3)
    closing_other = ask.words(pgettext_lazy("of a letter", "Closing"), rows=3)
    files = forms.ModelMultipleChoiceField(
        Attachment.objects.none(), label=_("Files that go with it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    no_promise = forms.BooleanField(label=_("The dates in the letter are no promises"), required=False)
    names_checked = forms.BooleanField(label=_("What looks like a name of the house is none"), required=False)
    locked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def fill(self) -> None:
        complaint = self.complaint
        self.own = letters.language_of(complaint)
        self.other = composing.other_than(self.own)
        self.approved = Approved.of(complaint)
        self.templates = templates_of(complaint, Language.values)
        self.kind = proposed_kind(complaint, self.approved.plan)
        self.fields["language"].choices = self._languages()
        self.fields["words"].choices = list({one.code: (one.code, one.name) for one in self._named()}.values())
        ask.set_choices(self, files=complaint.attachments.exclude(file=""))
        self._start_with()
        today = day_of(clock.now(), complaint)
        people = ask.people_of(complaint, complaint.department_id)
        row = {"people": people, "person": self.person}
        bound = self.data if self.strict and f"{PREFIX}-TOTAL_FORMS" in self.data else None
        self.promises = PromiseSet(bound, prefix=PREFIX, initial=rows_in(self.data), form_kwargs=row)
        self.today = today

    def _languages(self) -> list[tuple[str, Any]]:
        languages = [self.own, composing.other_than(self.own)]
        return [*((one, Language(one).label) for one in languages), (composing.BOTH, _("Both, side by side"))]

    def _named(self) -> list[ReplyTemplate]:
        """One of each code, named in the customer's language where there is one."""
        return sorted(self.templates, key=lambda one: (one.kind != self.kind, one.code, one.language == self.own))

    def _start_with(self) -> None:
        contact = self.complaint.contact
        first = template_for(self.templates, "", self.kind, self.own)
        start = {"language": self.own, "words": first.code if first else "", "subject": composing.default_subject(self.complaint, self.own)}
        if contact:
            start["recipient"] = " · ".join(filter(None, (contact.name, contact.email)))
        for name, value in {**start, **self.wording(start["words"]), "locked": self.approved.digest}.items():
            self.initial.setdefault(name, value)

    def wording(self, code: str) -> dict[str, str]:
        """Opening and closing of a template in both languages, by field."""
        found: dict[str, str] = {}
        for mark, language in (("", self.own), ("_other", self.other)):
            chosen = template_for(self.templates, code, self.kind, language)
            found |= {f"text{mark}": chosen.opening if chosen else "", f"closing{mark}": chosen.closing if chosen else ""}
        return found

    @property
    def page_url(self) -> str:
        return self.draft_url

    @property
    def draft_url(self) -> str:
        return reverse("reply", args=[self.complaint.number])

    # ── what the page shows ──────────────────────────────────────────────────────────────────────────────────

    def columns(self) -> list[Column]:
        found = []
        for mark, language in (("", self.own), ("_other", self.other)):
            part = self.approved.locked(language)
            found.append(Column(language, Language(language).label, part, self[f"text{mark}"], self[f"closing{mark}"]))
        return found

    @property
    def chosen(self) -> str:
        said = self["language"].value()
        return said if said in {value for value, _label in self.fields["language"].choices} else self.own

    @cached_property
    def template_version(self) -> ReplyTemplate | None:
        return template_for(self.templates, self["words"].value() or "", self.kind, self.own)

    @property
    def has_row_errors(self) -> bool:
        return self.promises.is_bound and not self.promises.is_valid()

    def written(self) -> dict[str, str]:
        """The letter by language as it would be sent now."""
        given = {name: self[name].value() or "" for name in ("text", "closing", "text_other", "closing_other")}
        return letter_of(self.approved, self.chosen, given)

    def checklist(self) -> list[Check]:
        """What is looked at before sending, as the record and the words are now."""
        said = [str(self[name].value() or "") for name in free_fields(self.chosen, self.own)]
        names = house_names(self.complaint, self.person, [*said, self["subject"].value() or ""])
        return [
            self._is_approved(),
            self._is_locked(),
            self._is_remedied(),
            self._is_nameless(names),
            self._is_promised(said),
            self._goes_with(),
        ]

    def _is_approved(self) -> Check:
        plan, branch = self.approved.plan, self.complaint.branch
        if plan is None or plan.approved_at is None:
            return Check(False, gettext("No approved plan is on record."))
        who, at = (plan.group_approved_by, plan.group_approved_at) if plan.group_approved_at else (plan.approved_by, plan.approved_at)
        return Check(True, gettext("Plan approved: %(who)s, %(when)s") % {"who": who, "when": _plain(localtime_in(at, branch))})

    def _is_locked(self) -> Check:
        if self.approved.unlike_the_proposal:
            return Check(False, gettext("What stands in the plan is not what was approved."))
        return Check(True, gettext("Locked content is as approved (%(digest)s)") % {"digest": self.approved.digest[:8]})

    def _is_remedied(self) -> Check:
        theirs = self.approved.remedies
        if not theirs:
            return Check(True, gettext("No remedy is promised in the plan."))
        return Check(self.approved.within_authority, gettext("Remedy within authority: %(what)s") % {"what": "; ".join(theirs)})

    def _is_nameless(self, names: list[str]) -> Check:
        if names and not self["names_checked"].value():
            return Check(False, gettext("Names of the house stand in it: %(names)s") % {"names": ", ".join(names)})
        return Check(True, gettext("No names of the house in your own words"))

    def _is_promised(self, said: list[str]) -> Check:
        rows = [row["due_on"] for row in self._rows_now()]
        known = dated_already([], self.approved.measures) | {day for day in map(_day, rows) if day}
        open_days = [one.words for one in dates_in("\n".join(said), self.today) if one.day not in known]
        if open_days and not self["no_promise"].value():
            return Check(False, gettext("Dates without a promise: %(days)s") % {"days": ", ".join(open_days)})
        return Check(True, gettext("Every date in it has a clock"))

    def _goes_with(self) -> Check:
        number = 1 + len(self["files"].value() or [])
        return Check(
            True, ngettext("%(n)s attachment, meant for the customer", "%(n)s attachments, meant for the customer", number) % {"n": number}
        )

    def _rows_now(self) -> list[dict[str, str]]:
        return rows_in(self.data)

    def clean_copies(self) -> str:
        """Names and addresses, each once; what has an @ has to be an address when it is sent."""
        found = list(dict.fromkeys(filter(None, map(str.strip, COMMAS.split(self.cleaned_data["copies"])))))
        if self.strict:
            for one in (one for one in found if "@" in one):
                validate_email(one)
        return ", ".join(found)

    # ── what it sends ────────────────────────────────────────────────────────────────────────────────────────

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.promises.is_valid() if self.promises.is_bound else True])

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        code, languages = given.pop("words"), composing.languages_of(given["language"] or self.own, self.own)
        given["language"] = given["language"] or self.own
        used = set(free_fields(given["language"], self.own))
        for name in {"text", "closing", "text_other", "closing_other"} - used:
            given[name] = ""
        chosen = [template_for(self.templates, code, self.kind, language) for language in languages]
        return {
            **given,
            "files": list(given["files"]),
            "templates": [one for one in chosen if one],
            "promises": self.promises.drafts() if self.promises.is_bound else [],
        }


class SendReplyForm(ReplyForm):
    """The letter as it is sent."""

    strict = True


def rows_in(data: Any) -> list[dict[str, str]]:
    """The promises of a form as they were typed, those taken away left out."""
    if not isinstance(data, QueryDict):
        return []
    total = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    found = []
    for number in range(min(int(total), MOST_PROMISES) if total.isdecimal() and len(total) < 4 else 0):
        row = {name: data.get(f"{PREFIX}-{number}-{name}", "") for name in ("text", "owner", "due_on")}
        if row["text"] and not data.get(f"{PREFIX}-{number}-DELETE"):
            found.append(row)
    return found


def _day(written: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        return None


def _plain(time: Any) -> str:
    """The words of a time element, for a sentence that is not markup."""
    return str(time).partition(">")[2].partition("<")[0]
