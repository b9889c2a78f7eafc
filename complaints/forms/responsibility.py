"""Forms about who has it in hand (R16): department, head, handler, and statements asked of people."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.states import State

from . import fields as ask
from .base import MoveForm


class AssignForm(MoveForm):
    """Proposes what the contesting department proposed, else the type's usual department."""

    outlook = _("Its head confirms the facts and names who handles it.")
    button = _("Assign")
    department = ask.DepartmentField(_("Responsible department"))
    note = ask.words(_("Word to the department"), rows=2, hint=_("The customer does not see it."))

    def fill(self) -> None:
        complaint = self.complaint
        ask.set_choices(self, department=ask.departments_of(complaint))
        usual = complaint.type.default_department_id if complaint.type else None
        proposed = complaint.proposed_department_id or usual
        self.initial.setdefault("department", proposed)
        self.fields["department"].help_text = self._why(usual)

    def _why(self, usual: int | None) -> str:
        if self.complaint.proposed_department_id and self.complaint.contested:
            return gettext("Proposed by the department that said it is not theirs.")
        if self.complaint.proposed_department_id:
            return gettext("It had it before.")
        if usual:
            return gettext("Usual for the type “%(type)s”.") % {"type": self.complaint.type}
        return gettext("No usual department for this type: Sales handles what belongs to nobody.")


class JudgeAgainForm(MoveForm):
    outlook = _("Goes back to triage.")
    button = _("Judge again")


class ConfirmForm(MoveForm):
    heading = _("The facts are right, it is ours")
    outlook = _("The handler looks for the cause and proposes measures.")
    button = _("Confirm and hand over")
    handler = ask.PersonField(_("Who handles it"))
    note = ask.words(_("Note"), rows=2, hint=_("The customer does not see it."))

    def fill(self) -> None:
        ask.set_choices(self, handler=ask.people_of(self.complaint, self.complaint.department_id))
        self.initial.setdefault("handler", self.complaint.handler_id)


class ContestForm(MoveForm):
    outlook = _("Goes back to the manager. It counts as contested, and your clock does not stop.")
    button = _("Send back: not ours")
    reason_label = _("Why it is not yours")
    proposed = ask.DepartmentField(_("Whose it is"), required=False, hint=_("May stay open."))

    def fill(self) -> None:
        ask.set_choices(self, proposed=ask.departments_of(self.complaint).exclude(pk=self.complaint.department_id))
        self.order_fields(["reason", "proposed"])


class DisputeFactsForm(MoveForm):
    outlook = _("Goes back to triage with what you found.")
    button = _("Send back: facts not as told")
    reason_label = _("What is different, and what shows it")


class ReassignDepartmentForm(MoveForm):
    button = _("Assign another department")
    department = ask.DepartmentField(_("Responsible department"))
    handler = ask.PersonField(_("Who handles it there"), required=False)

    def fill(self) -> None:
        ask.set_choices(
            self,
            department=ask.departments_of(self.complaint).exclude(pk=self.complaint.department_id),
            handler=ask.people_of(self.complaint),
        )
        if self.complaint.state == State.CONFIRMATION:
            del self.fields["handler"]


class ReassignHandlerForm(MoveForm):
    button = _("Name another handler")
    handler = ask.PersonField(_("Who handles it"))

    def fill(self) -> None:
        people = ask.people_of(self.complaint, self.complaint.department_id)
        ask.set_choices(self, handler=people.exclude(pk=self.complaint.handler_id))


class NameActingHeadForm(MoveForm):
    button = _("Name this person")
    outlook = _("Decides in the head's place on this complaint only.")
    person = ask.PersonField(_("In the head's place"))

    def fill(self) -> None:
        ask.set_choices(self, person=ask.people_of(self.complaint))


class AskStatementForm(MoveForm):
    """The one person it is about may be asked, too (R3)."""

    button = _("Ask")
    outlook = _("From now on this person sees the complaint and may answer.")
    person = ask.PersonField(_("Who is asked"))
    question = ask.words(_("What you want to know"), required=True)

    def fill(self) -> None:
        people = ask.people_of(self.complaint)
        if self.complaint.against_id:
            people = people | people.model.objects.filter(pk=self.complaint.against_id).select_related("department")
        ask.set_choices(self, person=people)


class GiveStatementForm(MoveForm):
    button = _("Give the statement")
    statement = ask.words(_("Your statement"), required=True, rows=6)
