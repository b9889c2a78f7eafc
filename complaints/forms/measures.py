"""Forms of measures on their way (R18, R22, R26): containment, done, verified, not effective, dates for carrying out."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.clockface import Face
from complaints.models import Measure
from complaints.states import MeasureKind
from escalation import clock
from escalation.models import Timer
from escalation.policies import Code
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


class FailAfterClosingForm(NotEffectiveForm):
    heading = _("Failed after closing")
    outlook = _("The manager is asked to reopen the complaint.")
    button = _("Does not work, ask to reopen")

    def fill(self) -> None:
        super().fill()
        rows = ask.measures_of(self.complaint).filter(done_at__isnull=False).exclude(effective=False)
        ask.set_choices(self, measure=rows.exclude(owner=self.person))


class FixDatesForm(MoveForm):
    """Who carries out each measure that is not done, and by when; the names of the fields carry its id (R22)."""

    template = "complaints/moves/fix_dates.html"
    own_page = True
    heading = _("Implementation plan")
    outlook = _("The implementation plan stands then: later a date is agreed anew only with a reason.")
    button = _("Fix these dates")
    note = ask.words(_("Note"), rows=2)

    def fill(self) -> None:
        self.measures = list(ask.measures_of(self.complaint).filter(done_at=None))
        people = ask.people_of(self.complaint, self.complaint.department_id)
        choices = [(row.pk, str(row)) for row in people]
        for measure in self.measures:
            owner = ask.PersonField(_("Who carries it out"))
            self.fields[f"owner_{measure.pk}"] = owner
            owner.queryset, owner.choices = people, choices
            self.fields[f"date_{measure.pk}"] = DayField(label=_("By when"))
            self.initial.setdefault(f"owner_{measure.pk}", measure.owner_id)
            self.initial.setdefault(f"date_{measure.pk}", measure.due_on)
        waiting = Timer.objects.filter(complaint=self.complaint, code=Code.GROUP_PLAN).order_by("-ordinal").first()
        self.face = Face(waiting, clock.now(), self.complaint.branch.tz) if waiting else None

    def rows(self) -> list[tuple[Measure, forms.BoundField, forms.BoundField]]:
        return [(measure, self[f"owner_{measure.pk}"], self[f"date_{measure.pk}"]) for measure in self.measures]

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        dates = {int(name.removeprefix("date_")): given.pop(name) for name in tuple(given) if name.startswith("date_")}
        owners = {int(name.removeprefix("owner_")): given.pop(name) for name in tuple(given) if name.startswith("owner_")}
        return {**given, "dates": dates, "owners": owners}


class RedateMeasureForm(MoveForm):
    """Another day for one measure; the reason stays in the history."""

    heading = _("Agree another date for a measure")
    outlook = _("Its deadline follows; the date before stays in the history.")
    button = _("Agree the new date")
    reason_label = _("Why it takes another date, and with whom it was agreed")
    measure = ask.MeasureField()
    due_on = DayField(label=_("New date"))

    def fill(self) -> None:
        running = Q(kind=MeasureKind.CONTAINMENT) | Q(round__approved_at__isnull=False)
        ask.set_choices(self, measure=ask.measures_of(self.complaint).filter(running, done_at=None).select_related("owner", "round"))
        self.fields["measure"].label_from_instance = _with_its_date  # type: ignore[attr-defined]  # a choice field


def _with_its_date(measure: Measure) -> str:
    return f"{measure.get_kind_display()} · {measure.text} · {measure.owner} · {measure.due_on}"
