"""The conditions the lifecycle names: pure questions to one complaint's own fields, each with the sentence shown when it fails.

Not here: conditions that need other rows (measures, promises): `closing` and `effects` ask those.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from organisation.roles import Role

from .moves import Rule
from .states import Authority, Countersign, Effect, Grade, MeetingStage, Nature, Outcome, State, Want

HEAVY_WANTS = {Want.COMPENSATION, Want.RETURN, Want.DISCOUNT}
HEAVY_EFFECTS = {Effect.LINE, Effect.SAFETY}
ASSISTANT_REOPENS = {Outcome.ON_SPOT, Outcome.INVALID, Outcome.UNREACHABLE, Outcome.WITHDRAWN}
# Closed after follow-up: only these have measures that were carried out, and are watched (R26a).
WATCHED = frozenset({Outcome.RESOLVED, Outcome.DISSATISFIED, Outcome.UNREACHABLE})


def is_complete(complaint: Any) -> bool:
    """What has to be on record before the manager gets it: who, about what, the words, the effect (R9)."""
    known = complaint.anonymous or complaint.customer_id
    return bool(known and complaint.about and complaint.words and complaint.effect)


def is_harmless(complaint: Any) -> bool:
    """Whether an assistant may close it at once (R13): no money, no return, no line, no danger, no press, no court, not confidential."""
    threats = (complaint.lawsuit, complaint.exposure, complaint.authority)
    heavy = HEAVY_WANTS & set(complaint.wants) or complaint.effect in HEAVY_EFFECTS or any(threats)
    return not (heavy or complaint.confidential)


def after_gm(complaint: Any) -> State:
    """Of a branch that belongs to a group, grade 1-2 goes to the group (R22), and what the customer gets above the GM's limit (R20)."""
    severe = complaint.grade is not None and complaint.grade <= 2
    to_group = complaint.branch.in_group and (severe or complaint.remedy_level == Authority.GROUP)
    return State.GROUP_APPROVAL if to_group else State.REPLY


def contested_twice(complaint: Any, roles: frozenset[Role]) -> frozenset[Role]:
    """Contested twice, the general manager assigns (R16)."""
    return frozenset({Role.GM}) if complaint.contested >= 2 else roles


def who_reopens(complaint: Any, roles: frozenset[Role]) -> frozenset[Role]:
    """What never went its whole road may be reopened by an assistant, too (spec section 3)."""
    return roles if complaint.outcome in ASSISTANT_REOPENS else frozenset({Role.MANAGER})


def countersign_for(actor: Any) -> Countersign:
    """A manager's own closing needs no countersign; an assistant's does (R13)."""
    return Countersign.NONE if Role.MANAGER in actor.roles else Countersign.WAITING


MEETING_GOES_ON_IN = frozenset({MeetingStage.CALLED, MeetingStage.RESOLVED})
MEETING_OPEN = frozenset({MeetingStage.OWED, MeetingStage.CALLED, MeetingStage.RESOLVED})


def meeting_after(before: str, nature: str) -> str:
    """Where the meeting stands once it was judged (R17): an unfinished one goes on, after an agreed one a new one is owed."""
    if nature != Nature.MAJOR:
        return MeetingStage.NONE
    return before if before in MEETING_GOES_ON_IN else MeetingStage.OWED


COMPLETE = Rule(is_complete, _("The record lacks the customer, what it is about, the customer's words or the effect."))
HARMLESS = Rule(is_harmless, _("With money, a return, a stopped line, danger, press, court or confidential matters the manager decides."))
REPLIED = Rule(lambda c: c.replied_at is not None, _("The reply has not been sent yet."))
NOT_REFUSED = Rule(lambda c: c.refused_at is None, _("The customer has refused; the manager decides."))
REDO = Rule(
    lambda c: c.refused_at is not None or c.satisfied is False,
    _("Only after the customer refused the reply or was not satisfied at the visit."),
)
SATISFIED = Rule(lambda c: c.satisfied is True, _("No visit with a satisfied customer is on record."))
DISSATISFIED = Rule(
    lambda c: c.satisfied is False or c.refused_at is not None, _("No refusal and no visit with a dissatisfied customer is on record.")
)
AT_THE_END = Rule(
    lambda c: c.state != State.REPLY or c.refused_at is not None, _("The department's word comes after the visit, or after a refusal.")
)
NO_CRISIS_YET = Rule(lambda c: c.grade != Grade.CRISIS, _("It is a crisis already: have it done again."))
DATES_OPEN = Rule(lambda c: c.dates_fixed_at is None, _("The implementation plan stands: a date is agreed anew by its own act."))
UNREACHED = Rule(lambda c: c.unreached_at is not None and c.satisfied is None, _("No failed attempt to reach the customer is on record."))
WAITING = Rule(lambda c: c.countersign == Countersign.WAITING, _("Nothing waits for a countersignature."))
NOT_WAITING = Rule(lambda c: c.countersign != Countersign.WAITING, _("It waits for the manager's countersignature: decide that first."))
CARRIED_OUT = Rule(lambda c: c.outcome in WATCHED, _("It was closed without measures that could be watched."))
REOPEN_ASKED = Rule(lambda c: c.reopen_asked_at is not None, _("Nobody asks for it to be reopened."))
NOT_ACKNOWLEDGED = Rule(lambda c: c.acknowledged_at is None, _("The customer has been told already."))
RUNNING = Rule(lambda c: c.paused_at is None, _("It is paused already."))
PAUSED = Rule(lambda c: c.paused_at is not None, _("It is not paused."))
MEETING_AGREED = Rule(
    lambda c: c.meeting not in MEETING_OPEN,
    _("Major: measures can be proposed once the analysis meeting's resolution is agreed by everybody."),
)
HAS_MEMO = Rule(lambda c: c.meeting != MeetingStage.NONE, _("No internal memo has gone out on this complaint."))
TO_BE_HELD = Rule(lambda c: c.meeting in MEETING_OPEN, _("No meeting is waiting to be held."))
MEETING_CALLED = Rule(lambda c: c.meeting not in {MeetingStage.NONE, MeetingStage.OWED}, _("The meeting has not been called yet."))
MEETING_GOES_ON = Rule(lambda c: c.meeting in MEETING_GOES_ON_IN, _("The meeting is not called yet, or its resolution is agreed."))
RESOLUTION_WAITS = Rule(lambda c: c.meeting == MeetingStage.RESOLVED, _("No resolution is waiting for agreement."))
RESOLUTION_AGREED = Rule(lambda c: c.meeting == MeetingStage.AGREED, _("There is no agreed resolution."))
