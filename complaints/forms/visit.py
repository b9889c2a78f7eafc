"""The visit as a form (R25): promise by promise, measure by measure, then satisfied or not; and a call that nobody took.

Not here: what a broken promise opens (`answers`), how long one waits for an answer (`escalation.following`).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import letters
from complaints.answerchecks import asked_about
from complaints.clockface import Face
from complaints.composing import day_of
from complaints.models import Measure, Promise, Word
from complaints.states import Means, WordKind
from escalation import clock
from escalation.calendars import calendar_of
from escalation.models import Timer
from escalation.policies import Code

from . import fields as ask
from .base import MoveForm
from .record import DayField

VERDICTS = [("yes", _("Satisfied")), ("no", _("Not satisfied"))]
WORDS = (_("very dissatisfied"), _("dissatisfied"), _("so-so"), _("satisfied"), _("very satisfied"))
SCORES = [(score, format_lazy("{} {}", score, word)) for score, word in enumerate(WORDS, 1)]
KEPT = [("yes", pgettext_lazy("promise", "Kept")), ("no", pgettext_lazy("promise", "Not kept"))]
SEEN = [("yes", pgettext_lazy("measure", "Sees it")), ("no", pgettext_lazy("measure", "Does not see it"))]


def _yes(said: str) -> bool:
    return said == "yes"


def _yes_or_no(label: Any, choices: list[tuple[str, Any]], *, required: bool = True) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=choices, coerce=_yes, widget=forms.RadioSelect, required=required, empty_value=None)


@dataclass(frozen=True)
class Asked:
    """A promise or a measure with what is asked about it."""

    row: Promise | Measure
    answer: forms.BoundField
    again: forms.BoundField | None = None


class RecordVisitForm(MoveForm):
    template = "complaints/moves/visit.html"
    page = "complaints/visit.html"
    own_page = True
    heading = _("Record the visit")
    outlook = _("Satisfied: it can be closed. Not satisfied: the manager decides.")
    button = _("Record the visit")
    means = ask.means(_("How the customer was reached"))
    satisfied = _yes_or_no(_("Satisfied on the whole?"), VERDICTS)
    score = forms.TypedChoiceField(label=_("Score"), choices=SCORES, coerce=int, widget=forms.RadioSelect)
    words = ask.words(_("The customer's words"), hint=_("If not satisfied: why."))
    suggestion = ask.words(
        _("Suggestion for improvement"), rows=2, hint=_("What the customer would have us do better; goes into continuous improvement.")
    )

    def fill(self) -> None:
        now = clock.now()
        today = day_of(now, self.complaint)
        self.asked_promises = asked_about(self.complaint.pk, today)
        rows = ask.measures_of(self.complaint).filter(done_at__isnull=False)
        self.asked_measures = list(rows)
        for promise in self.asked_promises:
            self.fields[f"kept_{promise.pk}"] = _yes_or_no(promise.text, KEPT)
            self.fields[f"again_{promise.pk}"] = DayField(label=_("Promised anew, by"), required=False)
            self.initial.setdefault(f"again_{promise.pk}", next_working_day(self.complaint, now))
        for measure in self.asked_measures:
            self.fields[f"seen_{measure.pk}"] = _yes_or_no(measure.text, SEEN)

    def promises(self) -> list[Asked]:
        return [Asked(row, self[f"kept_{row.pk}"], self[f"again_{row.pk}"]) for row in self.asked_promises]

    def measures(self) -> list[Asked]:
        return [Asked(row, self[f"seen_{row.pk}"]) for row in self.asked_measures]

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        kept, again, seen = (_by_id(given, prefix) for prefix in ("kept_", "again_", "seen_"))
        return {**given, "kept": kept, "again": {key: again[key] for key, yes in kept.items() if not yes}, "sees": seen}

    # ── beside the form ──────────────────────────────────────────────────────────────────────────────────────

    def tries(self) -> list[Word]:
        """Calls that nobody took, and the messages, since the reply."""
        kinds = (WordKind.TRIED, WordKind.UPDATE)
        return list(Word.objects.filter(complaint=self.complaint, kind__in=kinds, at__gte=self.complaint.state_since).select_related("by"))

    @property
    def message(self) -> str:
        return letters.visit(self.complaint)


def _by_id(given: dict[str, Any], prefix: str) -> dict[int, Any]:
    return {int(name.removeprefix(prefix)): given.pop(name) for name in tuple(given) if name.startswith(prefix)}


def next_working_day(complaint: Any, now: dt.datetime) -> dt.date:
    """The branch's first day after today on which it works."""
    tomorrow = dt.datetime.combine(day_of(now, complaint) + dt.timedelta(days=1), dt.time.min, complaint.branch.tz)
    return day_of(calendar_of(complaint.branch)[1].next_opening(tomorrow), complaint)


class NotReachedForm(MoveForm):
    """A try; with the message that goes out after tries in vain, the two working days begin."""

    template = "complaints/moves/not_reached.html"
    heading = _("Customer not reached")
    outlook = _("Record each try. Two working days after our message the manager may close it.")
    button = _("Record the try")
    words = ask.words(_("What was tried"), rows=2)
    means = ask.means()
    sent = forms.ChoiceField(
        label=_("Message to the customer"),
        choices=[("no", _("None yet: only a try")), ("yes", _("Sent: two working days begin"))],
        initial="no",
        widget=forms.RadioSelect,
    )
    message_means = ask.means(_("How the message went out"), initial=Means.WECHAT)
    message = ask.words(_("The message"), rows=5)

    def fill(self) -> None:
        self.initial.setdefault("message", letters.unreached(self.complaint))
        waiting = Timer.objects.filter(complaint=self.complaint, code=Code.UNREACHABLE, stopped_at=None).first()
        self.face = Face(waiting, clock.now(), self.complaint.branch.tz) if waiting else None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("sent") == "yes" and not given.get("message"):
            self.add_error("message", _("Write the message first."))
        return given

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        if given.pop("sent") == "yes":
            return given
        return {**given, "message": "", "message_means": "", "only_tried": True}
