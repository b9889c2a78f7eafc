"""Forms of measures on their way (R18, R22, R26): containment, done, verified, not effective, dates for carrying out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisation.roles import Role

from . import fields as ask
from .base import MoveForm
from .record import DayField


class ContainForm(MoveForm):
    heading = _("Containment")
    outlook = _("May be done at once, before the plan is approved.")
    button = _("Record the containment")
    text = ask.words(_("What is done: place, quantity, checked, bad"), required=True, rows=2)
    owner = ask.PersonField(_("Owner"))
    due_on = DayField(label=_("Due on"))
    done = forms.BooleanField(label=_("Done already"), required=False)
    done_note = ask.words(_("What shows that it was done"), rows=2)

    def fill(self) -> None:
        ask.set_choices(self, owner=ask.people_of(self.complaint, self.complaint.department_id))
        self.initial.setdefault("owner", self.complaint.handler_id or self.person.pk)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("done") and not given.get("done_note"):
            self.add_error("done_note", _("Say what shows that it was done."))
        return given


class MeasureDoneForm(MoveForm):
    """Whoever owns a measure finishes his own; the handler any of them."""

    heading = _("Measure done")
    button = _("Record as done")
    measure = ask.MeasureField()
    evidence = ask.words(_("What shows that it was done"), required=True, rows=2)

    def fill(self) -> None:
        rows = ask.measures_of(self.complaint).filter(done_at=None)
        if self.standing and self.standing.role == Role.OWNER:
            rows = rows.filter(owner=self.standing.on_behalf or self.person)
        ask.set_choices(self, measure=rows)


class VerifyForm(MoveForm):
    """Never one's own measure (R26)."""

    heading = _("Works")
    outlook = _("Confirms that it was carried out and works.")
    button = _("Verified: works")
    measure = ask.MeasureField()
    evidence = ask.words(_("How it was verified, what was seen"), required=True, rows=2)

    def fill(self) -> None:
        rows = ask.measures_of(self.complaint).filter(done_at__isnull=False, effective=None)
        ask.set_choices(self, measure=rows.exclude(owner=self.person))


class NotEffectiveForm(VerifyForm):
    heading = _("Not effective")
    outlook = _("Goes back to the handler: a new round of measures.")
    button = _("Not effective, send back")
    reason_label = _("Why it does not work, what has to be added")
    evidence = None

    def fill(self) -> None:
        super().fill()
        self.order_fields(["measure", "reason"])


class FixDatesForm(MoveForm):
    """One date for each measure that is not done; the names of the fields carry its id."""

    outlook = _("The implementation plan stands then.")
    button = _("Fix these dates")
    note = ask.words(_("Note"), rows=2)

    def fill(self) -> None:
        for measure in ask.measures_of(self.complaint).filter(done_at=None):
            label = f"{measure.get_kind_display()} · {measure.text} · {measure.owner}"
            self.fields[f"date_{measure.pk}"] = DayField(label=label)
            self.initial.setdefault(f"date_{measure.pk}", measure.due_on)
        self.order_fields([*(name for name in self.fields if name.startswith("date_")), "note"])

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        dates = {int(name.removeprefix("date_")): given.pop(name) for name in tuple(given) if name.startswith("date_")}
        return {**given, "dates": dates}
