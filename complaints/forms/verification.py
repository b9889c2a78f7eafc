"""The verifier's page (R26): of each measure that is reported done whether it is, whether it works, what was seen and files that show it.

One sending for all of them, or one by one: what cannot be judged yet is left for later. One that does not work makes it an NG. Not here:
who verifies (`standing.verifiers`), the act (`actions`).
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import filing
from complaints.models import Attachment, Measure
from complaints.models.grading import limits_of
from complaints.moves import MOVES, Move, Text
from complaints.roster import Roster
from complaints.standing import Decider, verifiers
from complaints.states import State, Verdict
from complaints.verdicts import Found

from . import fields as ask
from .base import MoveForm

LATER = "later"
DONE = [("yes", _("Carried out")), ("no", pgettext_lazy("verdict", "Not carried out"))]
WORKS = [
    (Verdict.WORKS.value, pgettext_lazy("verdict", "Works")),
    (Verdict.FAILS.value, pgettext_lazy("verdict", "Does not work")),
    (LATER, _("Cannot be told yet")),
]


@dataclass(frozen=True)
class Row:
    """A measure with its fields, as the template shows them."""

    measure: Measure
    place: int
    evidence: list[Attachment]
    chosen: list[Attachment]
    fields: dict[str, forms.BoundField]


class VerificationForm(MoveForm):
    template = "complaints/verification/form.html"
    page = "complaints/verification.html"
    fragment = "complaints/verification/form.html"
    takes_files = True
    heading = _("Verify measures")
    button = _("Record the verdicts")

    def fill(self) -> None:
        """Fields for each measure that waits for this person; `to_come` are those not carried out yet, `others` somebody else's."""
        rows = list(ask.measures_of(self.complaint).order_by("position", "id"))
        self.to_come = [m for m in rows if m.done_at is None]
        waiting = [m for m in rows if m.done_at is not None and m.effective is None]
        roster = Roster.of([self.complaint])
        self.asked: dict[int, list[Decider]] = {m.pk: verifiers(self.complaint, m.owner_id, roster) for m in waiting}
        self.mine = [m for m in waiting if self._is_mine(m)]
        self.others = [(m, [one.person for one in self.asked[m.pk]]) for m in waiting if m not in self.mine]
        for measure in self.mine:
            self._ask(measure.pk)
        if self.needs_exception and "exception" not in self.fields:
            self.fields["exception"] = ask.words(_("Why you verify your own measure"), required=True, rows=2)

    def _is_mine(self, measure: Measure) -> bool:
        who = self.standing.on_behalf if self.standing and self.standing.on_behalf else self.person
        own = measure.owner_id == self.person.pk
        return any(one.person == who and (one.standing.exception or not own) for one in self.asked[measure.pk])

    def _ask(self, pk: int) -> None:
        radio = {"required": False, "widget": forms.RadioSelect}
        self.fields[f"done_{pk}"] = forms.ChoiceField(label=_("Carried out?"), choices=DONE, **radio)
        self.fields[f"works_{pk}"] = forms.ChoiceField(label=_("Does it work?"), choices=WORKS, **radio)
        self.fields[f"words_{pk}"] = ask.words(_("What was seen"), rows=2, hint=_("Where it does not work: why, and what has to be added."))
        self.fields[f"files_{pk}"] = forms.ModelMultipleChoiceField(
            filing.loose(self.person), label=_("Files that show it"), widget=ask.UploadedFiles, required=False
        )
        self.initial.update({f"done_{pk}": "yes", f"works_{pk}": LATER})

    @property
    def needs_exception(self) -> bool:
        """Where nobody but the owner is there to verify his measure."""
        return any(one.standing.exception for m in getattr(self, "mine", []) for one in self.asked[m.pk])

    @property
    def url(self) -> str:
        return ask.address("verification", self.complaint)

    @property
    def why(self) -> list[Text]:
        """Why it falls to this person, where it is not his office."""
        return list({str(one.standing.why): one.standing.why for m in self.mine for one in self.asked[m.pk] if one.standing.why}.values())

    @property
    def watch_days(self) -> int:
        return limits_of(self.complaint.branch_id).watch_days

    def rows(self) -> list[Row]:
        kept: dict[int, list[Attachment]] = {}
        for file in Attachment.objects.filter(complaint=self.complaint.pk, measure__in=[m.pk for m in self.mine]).order_by("number"):
            kept.setdefault(file.measure_id or 0, []).append(file)
        return [
            Row(m, place, kept.get(m.pk, []), self._chosen(m.pk), {name: self[f"{name}_{m.pk}"] for name in ("done", "works", "words")})
            for place, m in enumerate(self.mine, 1)
        ]

    def _chosen(self, pk: int) -> list[Attachment]:
        wanted = [value for value in self[f"files_{pk}"].value() or [] if str(value).isdecimal()] if self.is_bound else []
        return list(filing.loose(self.person).filter(pk__in=wanted)) if wanted else []

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        self.found = [found for measure in self.mine if (found := self._found(measure, given))]
        for found in self.found:
            if not found.words.strip():
                self.add_error(f"words_{found.measure.pk}", _("Write what was seen."))
        for fault in self.faults:
            self.add_error(None, fault)
        if not self.found and not self.errors:
            self.add_error(f"works_{self.mine[0].pk}" if self.mine else None, _("Say of at least one measure whether it works."))
        return given

    def _found(self, measure: Measure, given: dict[str, Any]) -> Found | None:
        """None for one that is left for later."""
        verdict = Verdict.UNDONE.value if given.get(f"done_{measure.pk}") == "no" else given.get(f"works_{measure.pk}")
        if verdict in ("", None, LATER):
            return None
        return Found(measure, verdict, given.get(f"words_{measure.pk}") or "", tuple(given.get(f"files_{measure.pk}") or ()))

    @property
    def decided(self) -> Move:
        """Which move the verdicts make; read after `is_valid()`."""
        if all(found.verdict != Verdict.FAILS for found in self.found):
            return MOVES["verify"]
        return MOVES["fail_after_closing" if self.complaint.state == State.CLOSED else "not_effective"]

    def inputs(self) -> dict[str, Any]:
        """The reason of an NG is what is said of each measure that does not work."""
        given: dict[str, Any] = {"verdicts": self.found}
        if self.cleaned_data.get("exception"):
            given["exception"] = self.cleaned_data["exception"]
        if self.decided.reason:
            failed = [found for found in self.found if found.verdict == Verdict.FAILS]
            given["reason"] = "\n".join(f"{found.measure.text}: {found.words}" for found in failed)
        return given
