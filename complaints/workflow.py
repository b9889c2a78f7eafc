"""The life of a complaint on one page (spec section 3): every move and act, from where to where, by whom.

Bodies take what the form gave (`at` is the instant, UTC; `actor` the person) and set fields; they never save, query, mail or
read the clock. What a move writes beside the complaint is in `effects`; who is who in `standing`; the door in `actions`.
`docs/lifecycle.md` is made from this page.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin

from organisation.roles import Role

from . import rules
from .moves import Choice, act, move
from .states import OPEN, Countersign, Grade, MeetingStage, Outcome, State

DESK = (Role.ASSISTANT, Role.MANAGER)
ANYBODY = (
    Role.EMPLOYEE,
    *DESK,
    Role.HEAD,
    Role.HANDLER,
    Role.OWNER,
    Role.VERIFIER,
    Role.GM,
    Role.GROUP_APPROVER,
    Role.MANAGEMENT_REP,
)
# To whom something that ran out may be escalated (R29).
ANSWERING = (*DESK, Role.HEAD, Role.HANDLER, Role.OWNER, Role.GM, Role.GROUP_APPROVER, Role.AUDITOR)
PLANNED = (State.CONFIRMATION, State.ACTION, State.REVIEW, State.APPROVAL, State.GROUP_APPROVAL, State.REPLY, State.FOLLOW_UP)
JUDGED = (State.ASSIGNMENT, *PLANNED)
WORKED_ON = (State.ACTION, State.REVIEW, State.APPROVAL, State.GROUP_APPROVAL, State.REPLY, State.FOLLOW_UP)
AFTER_APPROVAL = (State.REPLY, State.FOLLOW_UP)
Body = Any

AFTER_GM = Choice(rules.after_gm, (State.REPLY, State.GROUP_APPROVAL))


class Lifecycle(FSMModelMixin, models.Model):
    refused_at: Body
    state = FSMField(_("stage"), choices=State.choices, default=State.RECEIVED, protected=True)

    class Meta:
        abstract = True

    # ── intake (R12, R13) ────────────────────────────────────────────────────────────────────────────────────
    @move(_("Submit to manager"), State.RECEIVED, State.TRIAGE, by=DESK, texts=["note"], rules=[rules.COMPLETE])
    def submit(self, *, at: Body, **_: Body) -> None:
        self.submitted_at = at

    @move(_("Answered on the spot"), State.RECEIVED, State.CLOSED, by=DESK, texts=["explained"], rules=[rules.COMPLETE, rules.HARMLESS])
    def answer_on_the_spot(self, *, at: Body, actor: Body, **_: Body) -> None:
        self._close(Outcome.ON_SPOT, at)
        self.countersign = rules.countersign_for(actor)
        self.acknowledged_at = self.acknowledged_at or at

    @move(
        _("Not factual"), State.RECEIVED, State.CLOSED, by=DESK, texts=["explained"], rules=[rules.COMPLETE, rules.HARMLESS], negative=True
    )
    def reject_as_not_factual(self, *, at: Body, actor: Body, **_: Body) -> None:
        self._close(Outcome.INVALID, at)
        self.valid = False
        self.countersign = rules.countersign_for(actor)

    # ── triage (R14, R15) ────────────────────────────────────────────────────────────────────────────────────
    @move(_("Judge: valid"), State.TRIAGE, State.ASSIGNMENT, by=Role.MANAGER, texts=["grade_reason", "nature_reason", "asks"])
    def judge(self, *, type: Body, nature: Body, criteria: Body, grade: Body, grade_reason: Body = "", **given: Body) -> None:
        self.valid, self.nature, self.criteria = True, nature, criteria
        self.meeting = rules.meeting_after(self.meeting, nature)
        self.grade, self.grade_reason = grade, grade_reason
        self.judged, self.helper = list(given.get("judged") or ()), given.get("helper")
        self._set_type(type)

    @move(_("Judge: not valid"), State.TRIAGE, State.CLOSED, by=Role.MANAGER, reason=True, texts=["explained"], negative=True)
    def judge_invalid(self, *, at: Body, **_: Body) -> None:
        self._close(Outcome.INVALID, at)
        self.valid = False

    @move(_("Ask back"), State.TRIAGE, State.RECEIVED, by=Role.MANAGER, reason=True, negative=True)
    def ask_back(self, **_: Body) -> None:
        self.submitted_at = None

    # ── responsibility (R16) ─────────────────────────────────────────────────────────────────────────────────
    @move(_("Assign"), State.ASSIGNMENT, State.CONFIRMATION, by=[Role.MANAGER, Role.GM], texts=["note"], narrow=rules.contested_twice)
    def assign(self, *, department: Body, **_: Body) -> None:
        self.department, self.proposed_department = department, None

    @move(_("Judge again"), State.ASSIGNMENT, State.TRIAGE, by=Role.MANAGER, reason=True, negative=True)
    def judge_again(self, **_: Body) -> None:
        self.valid = None

    # ── confirmation by the department ───────────────────────────────────────────────────────────────────────
    @move(_("Confirm the facts"), State.CONFIRMATION, State.ACTION, by=Role.HEAD, texts=["note"])
    def confirm(self, *, handler: Body, **_: Body) -> None:
        self.handler = handler

    @move(_("Not ours"), State.CONFIRMATION, State.ASSIGNMENT, by=Role.HEAD, reason=True, negative=True)
    def contest(self, *, proposed: Body = None, **_: Body) -> None:
        self.contested += 1
        self.department, self.proposed_department = None, proposed

    @move(_("Facts not as told"), State.CONFIRMATION, State.TRIAGE, by=Role.HEAD, reason=True, negative=True)
    def dispute_facts(self, **_: Body) -> None:
        self.department, self.proposed_department = None, self.department

    # ── measures, review, approval (R18-R20, R22) ────────────────────────────────────────────────────────────
    @move(_("Propose measures"), State.ACTION, State.REVIEW, by=Role.HANDLER, sign="drafted", rules=[rules.MEETING_AGREED])
    def propose(self, **_: Body) -> None: ...

    @move(_("Reviewed: OK"), State.REVIEW, State.APPROVAL, by=Role.HEAD, sign="reviewed", texts=["note", "exception"])
    def review_ok(self, **_: Body) -> None: ...

    @move(_("Reviewed: NG"), State.REVIEW, State.ACTION, by=Role.HEAD, reason=True, texts=["exception"], negative=True)
    def review_ng(self, **_: Body) -> None:
        self.round += 1

    @move(_("Approve"), State.APPROVAL, AFTER_GM, by=Role.GM, sign="approved", texts=["note", "exception"])
    def approve(self, **_: Body) -> None: ...

    @move(_("Send back: NG"), State.APPROVAL, State.ACTION, by=Role.GM, reason=True, texts=["exception"], negative=True)
    def approve_ng(self, **_: Body) -> None:
        self.round += 1

    @move(
        _("Approve for the group"),
        State.GROUP_APPROVAL,
        State.REPLY,
        by=Role.GROUP_APPROVER,
        sign="group_approved",
        texts=["note", "exception"],
    )
    def group_approve(self, **_: Body) -> None: ...

    @move(_("Group: NG"), State.GROUP_APPROVAL, State.ACTION, by=Role.GROUP_APPROVER, reason=True, texts=["exception"], negative=True)
    def group_ng(self, **_: Body) -> None:
        self.round += 1

    # ── reply and the customer's answer (R23) ────────────────────────────────────────────────────────────────
    @act(
        _("Reply to the customer"), State.REPLY, by=DESK,
        texts=["text", "closing", "text_other", "closing_other", "subject", "recipient", "copies"],
    )  # fmt: skip
    def send_reply(self, *, at: Body, **_: Body) -> None:
        self.replied_at, self.refused_at, self.last_word_at = at, None, at

    @move(_("Customer agrees"), State.REPLY, State.FOLLOW_UP, by=DESK, texts=["words"], rules=[rules.REPLIED])
    def customer_agrees(self, *, at: Body, **_: Body) -> None:
        self.refused_at = None

    @move(_("No answer"), State.REPLY, State.FOLLOW_UP, by=[*DESK, Role.SYSTEM], rules=[rules.REPLIED, rules.NOT_REFUSED])
    def no_answer(self, **_: Body) -> None: ...

    @act(_("Customer refuses"), State.REPLY, by=DESK, texts=["words"], rules=[rules.REPLIED, rules.NOT_REFUSED], negative=True)
    def customer_refuses(self, *, at: Body, **_: Body) -> None:
        self.refused_at = at

    @move(_("Redo"), AFTER_APPROVAL, State.ACTION, by=Role.MANAGER, reason=True, rules=[rules.REDO], negative=True)
    def redo(self, **_: Body) -> None:
        self._start_over()

    @move(
        pgettext_lazy("move", "Crisis"), AFTER_APPROVAL, State.ACTION,
        by=Role.MANAGER, reason=True, rules=[rules.REDO, rules.NO_CRISIS_YET], negative=True,
    )  # fmt: skip
    def crisis(self, *, reason: Body, **_: Body) -> None:
        self.grade, self.grade_reason = Grade.CRISIS, reason
        self._start_over()

    # ── follow-up and closing (R25-R27) ──────────────────────────────────────────────────────────────────────
    @act(_("Record the visit"), State.FOLLOW_UP, by=[*DESK, Role.HANDLER, Role.VERIFIER], texts=["words", "suggestion"])
    def record_visit(self, *, at: Body, satisfied: Body, score: Body, **_: Body) -> None:
        self.satisfied, self.score, self.visited_at, self.last_word_at = satisfied, score, at, at

    @act(_("Customer not reached"), State.FOLLOW_UP, by=[*DESK, Role.HANDLER, Role.VERIFIER], texts=["words", "message"])
    def not_reached(self, *, at: Body, only_tried: Body = False, message: Body = "", **_: Body) -> None:
        self.unreached_at = self.unreached_at if only_tried else at
        self.last_word_at = at if message else self.last_word_at

    @act(_("Department's word on the file"), AFTER_APPROVAL, by=Role.HEAD, texts=["words"], rules=[rules.AT_THE_END])
    def sign_off(self, *, at: Body, **_: Body) -> None:
        self.head_word_at = at

    @act(_("Remind a colleague"), State.FOLLOW_UP, by=DESK)
    def remind(self, **_: Body) -> None: ...

    @act(_("Verify measures"), [*AFTER_APPROVAL, State.CLOSED], by=Role.VERIFIER, texts=["evidence", "exception"])
    def verify(self, **_: Body) -> None: ...

    @move(_("Measure not effective"), AFTER_APPROVAL, State.ACTION, by=Role.VERIFIER, reason=True, texts=["exception"], negative=True)
    def not_effective(self, **_: Body) -> None:
        self._start_over()

    @move(_("Close: resolved"), State.FOLLOW_UP, State.CLOSED, by=Role.MANAGER, sign="closed", texts=["lessons"], rules=[rules.SATISFIED])
    def close(self, *, at: Body, lessons: Body = "", **_: Body) -> None:
        self._close(Outcome.RESOLVED, at)
        self.lessons = lessons

    @move(
        _("Close against the customer's will"), AFTER_APPROVAL, State.CLOSED,
        by=Role.MANAGER, reason=True, sign="closed", texts=["lessons"], rules=[rules.DISSATISFIED], negative=True,
    )  # fmt: skip
    def close_dissatisfied(self, *, at: Body, lessons: Body = "", **_: Body) -> None:
        self._close(Outcome.DISSATISFIED, at)
        self.lessons = lessons

    @move(
        _("Close: not reachable"), State.FOLLOW_UP, State.CLOSED, by=Role.MANAGER, sign="closed", texts=["lessons"], rules=[rules.UNREACHED]
    )
    def close_unreachable(self, *, at: Body, lessons: Body = "", **_: Body) -> None:
        self._close(Outcome.UNREACHABLE, at)
        self.lessons = lessons

    @move(_("Withdrawn by the customer"), OPEN, State.CLOSED, by=Role.MANAGER, sign="withdrawn", texts=["words"])
    def withdraw(self, *, at: Body, **_: Body) -> None:
        self._close(Outcome.WITHDRAWN, at)

    @move(_("Reopen"), State.CLOSED, State.TRIAGE, by=DESK, reason=True, rules=[rules.NOT_WAITING], narrow=rules.who_reopens, negative=True)
    def reopen(self, *, at: Body, **_: Body) -> None:
        self.reopened += 1
        self._open_again(at)

    @act(_("Countersign"), State.CLOSED, by=Role.MANAGER, rules=[rules.WAITING])
    def countersign_ok(self, **_: Body) -> None:
        self.countersign = Countersign.SIGNED

    @move(_("Do not countersign"), State.CLOSED, State.TRIAGE, by=Role.MANAGER, reason=True, rules=[rules.WAITING], negative=True)
    def countersign_ng(self, *, at: Body, **_: Body) -> None:
        self._open_again(at)
        self.countersign = Countersign.REFUSED

    # ── watched after closing (R26a, R27) ────────────────────────────────────────────────────────────────────
    @act(
        _("Measure failed after closing"), State.CLOSED, by=Role.VERIFIER, reason=True, texts=["exception"], rules=[rules.CARRIED_OUT],
        negative=True,
    )  # fmt: skip
    def fail_after_closing(self, *, at: Body, **_: Body) -> None:
        self.reopen_asked_at = self.reopen_asked_at or at

    @act(_("The same problem again"), State.CLOSED, by=Role.SYSTEM, rules=[rules.CARRIED_OUT])
    def recurred(self, *, at: Body, **_: Body) -> None:
        self.reopen_asked_at = self.reopen_asked_at or at

    @act(_("Leave it closed"), State.CLOSED, by=Role.MANAGER, reason=True, rules=[rules.REOPEN_ASKED])
    def leave_closed(self, **_: Body) -> None:
        self.reopen_asked_at = None

    # ── acts on the judgement and on who works ───────────────────────────────────────────────────────────────
    @act(_("Change the grade"), JUDGED, by=[Role.MANAGER, Role.SYSTEM], texts=["reason"])
    def regrade(self, *, grade: Body, reason: Body = "", **given: Body) -> None:
        self.grade, self.grade_reason = grade, reason
        self.judged = list(given.get("judged", self.judged))
        self.helper = given.get("helper", self.helper)

    @act(_("Another department helps"), PLANNED, by=[Role.MANAGER, Role.HEAD, Role.HANDLER], texts=["note"])
    def name_helper(self, *, helper: Body, **_: Body) -> None:
        self.helper = helper

    @act(_("Change the nature"), JUDGED, by=Role.MANAGER, reason=True, texts=["asks"])
    def change_nature(self, *, nature: Body, criteria: Body, **_: Body) -> None:
        if nature != self.nature:
            self.meeting = rules.meeting_after(self.meeting, nature)
        self.nature, self.criteria = nature, criteria

    @act(_("Change the type"), OPEN, by=DESK, texts=["reason"])
    def change_type(self, *, type: Body, **_: Body) -> None:
        self._set_type(type)

    @act(_("Assign another department"), PLANNED, by=Role.GM, reason=True)
    def reassign_department(self, *, department: Body, handler: Body = None, **_: Body) -> None:
        self.department = department
        if self.state != State.CONFIRMATION:
            self.handler = handler

    @act(_("Name another handler"), WORKED_ON, by=[Role.HEAD, Role.MANAGER, Role.GM], reason=True)
    def reassign_handler(self, *, handler: Body, **_: Body) -> None:
        self.handler = handler

    @act(_("Name somebody in the head's place"), PLANNED, by=Role.GM, reason=True)
    def name_acting_head(self, *, person: Body, **_: Body) -> None:
        self.acting_head = person

    @act(_("Hand over"), State, by=[Role.ADMINISTRATOR, Role.GM])
    def hand_over(self, *, leaving: Body, successor: Body, **_: Body) -> None:
        if self.state != State.CLOSED and self.handler_id == leaving.pk:
            self.handler = successor
        if self.state != State.CLOSED and self.acting_head_id == leaving.pk:
            self.acting_head = successor

    # ── acts on the record ───────────────────────────────────────────────────────────────────────────────────
    @act(_("Complete the record"), State.RECEIVED, by=[*DESK, Role.EMPLOYEE])
    def complete(self, *, changes: Body, **_: Body) -> None:
        self._set(changes)

    @act(_("Correct a fact"), OPEN, by=DESK, reason=True)
    def correct(self, *, changes: Body, **_: Body) -> None:
        self._set(changes)

    @act(_("Remark"), State, by=ANYBODY, texts=["text"])
    def remark(self, **_: Body) -> None: ...

    @act(_("Add a file"), State, by=ANYBODY)
    def add_file(self, **_: Body) -> None: ...

    @act(_("Link"), State, by=[*DESK, Role.HEAD, Role.HANDLER])
    def link(self, **_: Body) -> None: ...

    @act(_("Ask for a statement"), OPEN, by=[Role.MANAGER, Role.HEAD, Role.HANDLER, Role.GM], texts=["question"])
    def ask_statement(self, **_: Body) -> None: ...

    @act(_("Give a statement"), OPEN, by=Role.ASKED, texts=["statement"])
    def give_statement(self, **_: Body) -> None: ...

    # ── words with the customer (R21, R24) ───────────────────────────────────────────────────────────────────
    @act(_("Acknowledge"), State, by=DESK, texts=["text"], rules=[rules.NOT_ACKNOWLEDGED])
    def acknowledge(self, *, at: Body, **_: Body) -> None:
        self.acknowledged_at = self.last_word_at = at

    @act(_("Told the customer"), OPEN, by=DESK, texts=["text"])
    def tell(self, *, at: Body, **_: Body) -> None:
        self.last_word_at = at

    @act(pgettext_lazy("move", "Customer chased"), OPEN, by=ANYBODY, texts=["words"])
    def chase(self, *, at: Body, **_: Body) -> None:
        self.chased += 1
        self.chased_at, self.unreached_at = at, None

    @act(_("Promise"), OPEN, by=[*DESK, Role.HANDLER, Role.HEAD], texts=["text"])
    def promise(self, **_: Body) -> None: ...

    @act(_("Promise kept"), OPEN, by=[*DESK, Role.HANDLER, Role.HEAD], texts=["text"])
    def keep_promise(self, **_: Body) -> None: ...

    @act(_("Pause"), [s for s in OPEN if s != State.RECEIVED], by=Role.MANAGER, reason=True, rules=[rules.RUNNING], texts=["asked"])
    def pause(self, *, at: Body, **_: Body) -> None:
        self.paused_at = at

    @act(_("Resume"), OPEN, by=Role.MANAGER, rules=[rules.PAUSED], texts=["note"])
    def resume(self, **_: Body) -> None:
        self.paused_at = None

    @act(_("Acknowledge what ran out"), State, by=ANSWERING, texts=["instruction"])
    def acknowledge_escalation(self, **_: Body) -> None: ...

    # ── the meeting of a major complaint (R17) ───────────────────────────────────────────────────────────────
    @act(_("Record a call about the memo"), JUDGED, by=DESK, rules=[rules.HAS_MEMO], texts=["note"])
    def record_call(self, **_: Body) -> None: ...

    @act(_("Call the meeting"), JUDGED, by=Role.MANAGER, rules=[rules.TO_BE_HELD], texts=["place", "agenda"])
    def call_meeting(self, **_: Body) -> None:
        if self.meeting == MeetingStage.OWED:
            self.meeting = MeetingStage.CALLED

    @act(_("Answer the invitation"), JUDGED, by=[Role.INVITED, Role.MANAGER], rules=[rules.MEETING_GOES_ON])
    def answer_invitation(self, **_: Body) -> None: ...

    @act(_("Record who came"), JUDGED, by=DESK, rules=[rules.MEETING_GOES_ON])
    def record_attendance(self, **_: Body) -> None: ...

    @act(_("Raise an objection"), JUDGED, by=Role.INVITED, rules=[rules.MEETING_GOES_ON], texts=["text"])
    def raise_objection(self, **_: Body) -> None: ...

    @act(_("Settle an objection"), JUDGED, by=Role.MANAGER, rules=[rules.MEETING_GOES_ON], texts=["result"])
    def settle_objection(self, **_: Body) -> None: ...

    @act(_("Write the resolution"), JUDGED, by=Role.MANAGER, rules=[rules.MEETING_CALLED], texts=["resolution"])
    def resolve_meeting(self, **_: Body) -> None:
        self.meeting = MeetingStage.RESOLVED

    @act(_("Agree to the resolution"), JUDGED, by=[Role.INVITED, Role.GM], rules=[rules.RESOLUTION_WAITS])
    def agree_resolution(self, **_: Body) -> None: ...

    @act(_("Take the resolution over into the plan"), State.ACTION, by=Role.HANDLER, rules=[rules.RESOLUTION_AGREED])
    def take_over(self, **_: Body) -> None: ...

    # ── measures on their way ────────────────────────────────────────────────────────────────────────────────
    @act(_("Containment"), [State.CONFIRMATION, State.ACTION], by=[Role.HANDLER, Role.HEAD], texts=["text", "done_note"])
    def contain(self, **_: Body) -> None: ...

    @act(_("Measure done"), [*WORKED_ON, State.CLOSED], by=[Role.OWNER, Role.HANDLER], texts=["evidence"])
    def measure_done(self, **_: Body) -> None: ...

    @act(_("Fix the implementation dates"), AFTER_APPROVAL, by=[Role.HEAD, Role.HANDLER], texts=["note"], rules=[rules.DATES_OPEN])
    def fix_dates(self, *, at: Body, **_: Body) -> None:
        self.dates_fixed_at = at

    @act(_("Agree another date for a measure"), [*WORKED_ON, State.CLOSED], by=[Role.HEAD, Role.MANAGER], reason=True)
    def redate_measure(self, **_: Body) -> None: ...

    # ── what several of them do ──────────────────────────────────────────────────────────────────────────────
    def _close(self, outcome: Outcome, at: Body) -> None:
        self.outcome, self.closed_at, self.paused_at = outcome, at, None

    def _open_again(self, at: Body) -> None:
        """Back to triage: judged afresh, everything known stays (it keeps its number)."""
        self.outcome, self.closed_at, self.valid, self.countersign = "", None, None, Countersign.NONE
        self.reopen_asked_at = None
        self.department, self.proposed_department = None, self.department
        self.submitted_at = self.submitted_at or at
        if self.meeting in rules.MEETING_GOES_ON_IN:
            self.meeting = MeetingStage.OWED
        self._forget_answers()

    def _start_over(self) -> None:
        self.round += 1
        self._forget_answers()

    def _forget_answers(self) -> None:
        self.replied_at = self.refused_at = self.satisfied = self.score = self.visited_at = self.unreached_at = None
        self.head_word_at = self.dates_fixed_at = None

    def _set_type(self, type: Body) -> None:
        self.type = type
        self.confidential = self.confidential or bool(type and type.confidential)

    def _set(self, changes: Body) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
