"""A form for every move and act of the lifecycle, by its name (`workflow`).

Not here: `hand_over`, which is made for many complaints at once from a person's page (`views.handover`).
"""

from . import closing, customer, decisions, escalations, measures, meeting, plan, remarks, reply, responsibility, triage, visit
from .base import MoveForm
from .files import AddFileForm

FORMS: dict[str, type[MoveForm]] = {
    # intake and triage
    "submit": triage.SubmitForm,
    "answer_on_the_spot": triage.AnswerOnTheSpotForm,
    "reject_as_not_factual": triage.RejectForm,
    "judge": triage.JudgeForm,
    "judge_invalid": triage.JudgeInvalidForm,
    "ask_back": triage.AskBackForm,
    "regrade": triage.RegradeForm,
    "name_helper": triage.NameHelperForm,
    "change_nature": triage.ChangeNatureForm,
    "change_type": triage.ChangeTypeForm,
    # who has it in hand
    "assign": responsibility.AssignForm,
    "judge_again": responsibility.JudgeAgainForm,
    "confirm": responsibility.ConfirmForm,
    "contest": responsibility.ContestForm,
    "dispute_facts": responsibility.DisputeFactsForm,
    "reassign_department": responsibility.ReassignDepartmentForm,
    "reassign_handler": responsibility.ReassignHandlerForm,
    "name_acting_head": responsibility.NameActingHeadForm,
    "ask_statement": responsibility.AskStatementForm,
    "give_statement": responsibility.GiveStatementForm,
    # the meeting of a major complaint
    "record_call": meeting.RecordCallForm,
    "call_meeting": meeting.CallMeetingForm,
    "answer_invitation": meeting.AnswerInvitationForm,
    "record_attendance": meeting.RecordAttendanceForm,
    "raise_objection": meeting.RaiseObjectionForm,
    "settle_objection": meeting.SettleObjectionForm,
    "resolve_meeting": meeting.ResolveMeetingForm,
    "agree_resolution": meeting.AgreeResolutionForm,
    "take_over": meeting.TakeOverForm,
    # plan, review, approval
    "propose": plan.ProposeForm,
    "review_ok": decisions.ReviewOkForm,
    "review_ng": decisions.NgForm,
    "approve": decisions.ApproveForm,
    "approve_ng": decisions.NgForm,
    "group_approve": decisions.GroupApproveForm,
    "group_ng": decisions.NgForm,
    # measures on their way
    "contain": measures.ContainForm,
    "measure_done": measures.MeasureDoneForm,
    "verify": measures.VerifyForm,
    "not_effective": measures.NotEffectiveForm,
    "fix_dates": measures.FixDatesForm,
    "redate_measure": measures.RedateMeasureForm,
    "fail_after_closing": measures.FailAfterClosingForm,
    # the customer
    "acknowledge": customer.AcknowledgeForm,
    "tell": customer.TellForm,
    "send_reply": reply.SendReplyForm,
    "customer_agrees": customer.CustomerAgreesForm,
    "customer_refuses": customer.CustomerRefusesForm,
    "no_answer": customer.NoAnswerForm,
    "redo": customer.RedoForm,
    "crisis": customer.CrisisForm,
    "record_visit": visit.RecordVisitForm,
    "not_reached": visit.NotReachedForm,
    "chase": customer.ChaseForm,
    "promise": customer.PromiseForm,
    "keep_promise": customer.KeepPromiseForm,
    "pause": customer.PauseForm,
    "resume": customer.ResumeForm,
    # what ran out
    "acknowledge_escalation": escalations.AcknowledgeEscalationForm,
    # the end
    "sign_off": closing.SignOffForm,
    "remind": closing.RemindForm,
    "close": closing.CloseForm,
    "close_dissatisfied": closing.CloseDissatisfiedForm,
    "close_unreachable": closing.CloseUnreachableForm,
    "withdraw": closing.WithdrawForm,
    "reopen": closing.ReopenForm,
    "leave_closed": closing.LeaveClosedForm,
    "countersign_ok": closing.CountersignForm,
    "countersign_ng": closing.CountersignNgForm,
    # the record
    "complete": remarks.CompleteForm,
    "correct": remarks.CorrectForm,
    "remark": remarks.RemarkForm,
    "link": remarks.LinkForm,
    "add_file": AddFileForm,
}
