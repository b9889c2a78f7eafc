"""Forms around the memo and the analysis meeting of a major complaint (R17): calls, invitation, answers, who came, objections, resolution.

Not here: the memo's own words, which are asked at triage (`triage.MemoMixin`), and the page they stand on (`ticket.meeting`).
"""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.models import Attendance, Objection
from complaints.models.reach import reach_of
from complaints.plans import MeasureDraft
from complaints.seats import present
from complaints.states import Answer, MeasureKind
from escalation import clock
from organisation.models import Person
from organisation.roles import Role

from . import fields as ask
from .base import MoveForm
from .plan import USUAL_TIME
from .record import DayField, LocalMomentField

ANSWERS = [(answer.value, answer.label) for answer in (Answer.COMES, Answer.REPRESENTED, Answer.DECLINES)]


class MeetingForm(MoveForm):
    """Leads back to the meeting's page."""

    def fill(self) -> None:
        self.initial["back"] = "meeting"
        self.meeting = present(self.complaint)
        self.choose()

    def choose(self) -> None:
        """What may be chosen; for subclasses."""

    def people(self, **seats: Any) -> QuerySet[Person]:
        """Those of the meeting for whom that holds."""
        rows = Attendance.objects.filter(meeting=self.meeting, **seats)
        return Person.objects.filter(pk__in=rows.order_by().values("person")).select_related("department").order_by("pk")


class RecordCallForm(MeetingForm):
    heading = _("Record a call")
    button = _("Record the call")
    person = ask.PersonField(_("Who was called"))
    reached = forms.TypedChoiceField(
        label=_("Reached"), choices=[("yes", _("Yes")), ("no", _("No"))], coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        initial="yes", empty_value=None,
    )  # fmt: skip
    note = ask.line(_("In one line"), required=False)

    def choose(self) -> None:
        ask.set_choices(self, person=self.people(told_at__isnull=False))


class CallMeetingForm(MeetingForm):
    """Proposes all heads, the general manager and the handler; whoever is added sees the complaint."""

    outlook = _("Everybody invited sees this complaint and is told at once.")
    button = _("Invite")
    starts_at = LocalMomentField(label=_("Begins"))
    place = ask.line(_("Place"))
    agenda = ask.words(_("Agenda"), rows=3)
    people = ask.PeopleField(_("Who is invited"))

    def choose(self) -> None:
        ask.set_choices(self, people=ask.people_of(self.complaint))
        field: Any = self.fields["starts_at"]
        field.zone = self.complaint.branch.tz
        meeting = self.meeting
        if meeting and meeting.called_at:
            self.initial.setdefault("starts_at", meeting.starts_at)
            self.initial["place"], self.initial["agenda"] = meeting.place, meeting.agenda
        invited = Q(invited_at__isnull=False) if meeting and meeting.called_at else Q(told_at__isnull=False)
        found = Attendance.objects.filter(invited, meeting=meeting).values_list("person", flat=True)
        handler = [self.complaint.handler_id] if self.complaint.handler_id and not (meeting and meeting.called_at) else []
        self.initial.setdefault("people", [*found, *handler])


class AnswerInvitationForm(MeetingForm):
    button = _("Answer")
    person = ask.PersonField(_("Whose invitation"), required=False)
    answer = forms.ChoiceField(label=_("Your answer"), choices=ANSWERS, widget=forms.RadioSelect, initial=Answer.COMES)
    representative = ask.PersonField(
        _("Who comes instead"), required=False, hint=_("Only when somebody else comes; he sees this complaint.")
    )

    def choose(self) -> None:
        reach = reach_of(self.person)
        noting = any(one.has_role(Role.MANAGER) for one in reach.people)
        invited = self.people(invited_at__isnull=False)
        whose = invited if noting else invited.filter(pk__in=reach.ids)
        ask.set_choices(self, person=whose, representative=ask.people_of(self.complaint))
        own = self.standing.on_behalf or self.person if self.standing else self.person
        if "person" not in self.initial:
            self.initial["person"] = own.pk
        if not noting and len(reach.ids) == 1:
            del self.fields["person"]


class RecordAttendanceForm(MeetingForm):
    outlook = _("Everybody who came, himself or represented, has to agree to the resolution.")
    button = _("Record who came")
    came = ask.PeopleField(_("Who came, or was represented"))

    def choose(self) -> None:
        ask.set_choices(self, came=self.people(invited_at__isnull=False))
        rows = Attendance.objects.filter(meeting=self.meeting, invited_at__isnull=False)
        known = (
            rows.filter(came=True) if rows.filter(came__isnull=False).exists() else rows.exclude(answer__in=[Answer.DECLINES, Answer.NONE])
        )
        self.initial.setdefault("came", list(known.values_list("person", flat=True)))


class RaiseObjectionForm(MeetingForm):
    outlook = _("It needs a result before the resolution is agreed.")
    button = _("Raise the objection")
    text = ask.words(_("Objection"), required=True, rows=2)


class ObjectionField(forms.ModelChoiceField):
    def __init__(self) -> None:
        super().__init__(Objection.objects.none(), label=_("Objection"), empty_label=None, widget=forms.RadioSelect)

    def label_from_instance(self, objection: Objection) -> str:
        return f"{objection.by}: {objection.text}"


class SettleObjectionForm(MeetingForm):
    button = _("Settled")
    objection = ObjectionField()
    result = ask.words(_("How it was settled"), required=True, rows=2)

    def choose(self) -> None:
        rows = Objection.objects.filter(meeting=self.meeting, settled_at=None).select_related("by")
        ask.set_choices(self, objection=rows)
        first = rows.first()
        if first:
            self.initial.setdefault("objection", first.pk)


class ResolveMeetingForm(MeetingForm):
    button = _("Ask for agreement")
    outlook = _("Changed later, every agreement given before is void.")
    resolution = ask.words(
        _("Resolution"), required=True, rows=6, hint=_("A line for each thing to be done: they can be taken over as measures.")
    )

    def choose(self) -> None:
        self.initial.setdefault("resolution", self.meeting.resolution if self.meeting else "")


class AgreeResolutionForm(MeetingForm):
    """With the wording that is agreed to, for nobody agrees to what he has not before him."""

    template = "complaints/meeting/agree.html"
    button = _("I agree")
    wording = forms.IntegerField(widget=forms.HiddenInput)

    def choose(self) -> None:
        self.initial["wording"] = self.meeting.wording if self.meeting else 0

    def shown(self) -> list[forms.BoundField]:
        return []

    def hidden(self) -> list[forms.BoundField]:
        return [*super().hidden(), self["wording"]]


class TakeOverForm(MeetingForm):
    """A row for each line that is not in the plan yet; the names of the fields carry its place."""

    template = "complaints/meeting/take_over.html"
    outlook = _("Each becomes a measure of the plan, to be worked on there.")
    button = _("Take over into the plan")

    def choose(self) -> None:
        self.lines = self.meeting.left if self.meeting else []
        people = ask.people_of(self.complaint, self.complaint.department_id)
        for place, line in enumerate(self.lines):
            self.fields[f"take_{place}"] = forms.BooleanField(label=line, required=False, initial=True)
            self.fields[f"kind_{place}"] = forms.ChoiceField(label=_("Kind"), choices=MeasureKind.choices, initial=MeasureKind.CORRECTIVE)
            self.fields[f"owner_{place}"] = ask.PersonField(_("Owner"))
            self.fields[f"due_{place}"] = DayField(label=_("Due on"))
            ask.set_choices(self, **{f"owner_{place}": people})
            self.initial.setdefault(f"owner_{place}", self.complaint.handler_id)
            self.initial.setdefault(f"due_{place}", self.usual_day)

    @property
    def usual_day(self) -> Any:
        return (clock.now().astimezone(self.complaint.branch.tz) + USUAL_TIME).date()

    def rows(self) -> list[dict[str, forms.BoundField]]:
        return [{name: self[f"{name}_{place}"] for name in ("take", "kind", "owner", "due")} for place in range(len(self.lines))]

    def inputs(self) -> dict[str, Any]:
        given = self.cleaned_data
        drafts = [
            MeasureDraft(given[f"kind_{place}"], line, given[f"owner_{place}"], given[f"due_{place}"])
            for place, line in enumerate(self.lines)
            if given.get(f"take_{place}")
        ]
        return {"lines": drafts}
