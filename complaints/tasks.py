"""What an open complaint waits for from somebody: each kind of task with its condition, in the order in which it is looked for.

A task is a question to the complaint's own columns (`when`) and to who one is (`whose`), so that the database answers it for a
hundred thousand at once. A test holds it against `standing` and the lifecycle. Not here: measures and promises with dates, and
countersigning (`worklist`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisation.models import Person
from organisation.roles import Role

from .closing import BEFORE_CLOSING
from .models import Attendance, Measure, Objection, Part, Promise, Round
from .models.reach import Reach, reach_of
from .moves import Text
from .rules import MEETING_GOES_ON_IN
from .states import Answer, Grade, MeetingStage, PartKind, State
from .workflow import JUDGED

Whose = Callable[[Person, Reach], Q | None]
NOBODY = Q(pk__in=[])


@dataclass(frozen=True)
class Task:
    move: str
    """The move that answers it."""
    label: Text
    """What the row says: where it stands and what is wanted."""
    verb: Text
    """What its button says."""
    when: Q
    whose: Whose
    personal: bool = False
    """True when a deputy does not do it."""
    fresh_eyes: bool = False
    """True when it is not for somebody who drafted or signed the present round (R19)."""
    own_case: bool = False
    """True when it is asked of the one it is about as well."""
    unless: str = ""
    """What of `FollowUp` keeps it from being anybody's turn yet."""

    def mine(self, reach: Reach, follow_up: "FollowUp") -> Q | None:
        """Those that are the person's, his own and, while he stands in for somebody, that one's; never about oneself (R3)."""
        people = reach.people[:1] if self.personal else reach.people
        owns = [own if self.own_case else own & ~Q(against=one.pk) for one in people if (own := self.whose(one, reach)) is not None]
        if not owns:
            return None
        found = self.when & any_of(owns)
        if self.fresh_eyes:
            found &= ~Q(signed_by(reach.people[0].pk))
        return found & ~Q(pk__in=getattr(follow_up, self.unless)) if self.unless else found


def any_of(conditions: Iterable[Q]) -> Q:
    found = NOBODY
    for condition in conditions:
        found |= condition
    return found


def signed_by(person: int | OuterRef | F) -> Exists:
    """Whether somebody drafted, reviewed or approved the complaint's present round."""
    hands = Q(drafted_by=person) | Q(reviewed_by=person) | Q(approved_by=person)
    return Exists(Round.objects.filter(hands, complaint=OuterRef("pk"), number=OuterRef("round")))


# ── whose ────────────────────────────────────────────────────────────────────────────────────────────────────


def of_branch(*roles: Role) -> Whose:
    return lambda one, _: Q(branch=one.branch_id) if one.has_role(*roles) else None


def holding(role: Role) -> QuerySet[Person]:
    """Those of the complaint's branch in that office, whom it is not about."""
    rows = Person.objects.active().filter(branch=OuterRef("branch"), roles__contains=[role])
    return rows.exclude(pk=Coalesce(OuterRef("against"), 0))


UNGOVERNED = Q(branch__gm=None) | Q(branch__gm=F("against")) | Q(branch__gm__is_active=False)


def of_manager(one: Person, reach: Reach) -> Q | None:
    """Of his branch; where nobody else is business manager, the general manager's, without one the group's (`standing.managing`)."""
    if one.has_role(Role.MANAGER):
        return Q(branch=one.branch_id)
    if not (reach.governed or one.has_role(Role.GROUP_APPROVER)):
        return None
    theirs = Q(branch__gm=one.pk)
    if one.has_role(Role.GROUP_APPROVER):
        theirs |= Q(branch__in_group=True) & UNGOVERNED
    return theirs & Q(~Exists(holding(Role.MANAGER)))


def of_gm(one: Person, reach: Reach) -> Q | None:
    """The general manager's; where there is none or it is about him, the group's, else the managers' (`standing.governing`)."""
    found = [Q(branch__gm=one.pk)] if reach.governed else []
    if one.has_role(Role.GROUP_APPROVER):
        found.append(Q(branch__in_group=True) & UNGOVERNED)
    if one.has_role(Role.MANAGER):
        group = Person.objects.active().filter(roles__contains=[Role.GROUP_APPROVER]).exclude(pk=Coalesce(OuterRef("against"), 0))
        found.append(Q(branch=one.branch_id) & UNGOVERNED & (Q(branch__in_group=False) | Q(~Exists(group))))
    return any_of(found) if found else None


def of_head(one: Person, reach: Reach) -> Q:
    """In charge of the responsible department: named for this complaint, else its head (R3)."""
    named = Q(acting_head=one.pk)
    return named | Q(acting_head=None, department__head=one.pk) if reach.headed else named


def of_handler(one: Person, reach: Reach) -> Q:
    return Q(handler=one.pk)


def of_desk(one: Person, reach: Reach) -> Q | None:
    """The assistants have it all; a manager what he took himself, or what nobody of the desk took (R23)."""
    if one.has_role(Role.ASSISTANT):
        return Q(branch=one.branch_id)
    if not one.has_role(Role.MANAGER):
        return None
    return Q(branch=one.branch_id) & (Q(received_by=one.pk) | Q(~Exists(holding(Role.ASSISTANT))))


def of_asked(one: Person, reach: Reach) -> Q:
    asked = Part.objects.filter(person=one.pk, kind=PartKind.STATEMENT, until=None)
    return Q(pk__in=asked.order_by().values("complaint"))


def of_invited(one: Person, reach: Reach) -> Q:
    """Who has not answered yet."""
    asked = Attendance.objects.filter(person=one.pk, invited_at__isnull=False, answer=Answer.NONE, agreed_at=None, meeting__agreed_at=None)
    return Q(pk__in=asked.order_by().values("meeting__complaint"))


def of_unmarked(one: Person, reach: Reach) -> Q:
    """Whose mark the resolution lacks: he came or is the general manager; or he came for somebody else (R17)."""
    seats = Attendance.objects.filter(invited_at__isnull=False, agreed_at=None, meeting__agreed_at=None, meeting__wording__gt=0)
    own = Q(person=one.pk) & (Q(came=True) | Q(meeting__complaint__branch__gm=one.pk))
    found = seats.filter(own | Q(representative=one.pk, came=True))
    return Q(pk__in=found.order_by().values("meeting__complaint"))


def of_group(one: Person, reach: Reach) -> Q | None:
    return Q(branch__in_group=True) if one.has_role(Role.GROUP_APPROVER) else None


# ── when ─────────────────────────────────────────────────────────────────────────────────────────────────────

VISITED = Q(visited_at__isnull=False) | Q(unreached_at__isnull=False)
FOLLOWED = Q(state=State.FOLLOW_UP) & ~Q(satisfied=False)
DISAPPOINTED = Q(state=State.REPLY, refused_at__isnull=False) | Q(state=State.FOLLOW_UP, satisfied=False)
DATES_OPEN = Q(state=State.REPLY, dates_fixed_at=None, grade__lte=Grade.SERIOUS, branch__in_group=True)


def _in(state: State, **more: object) -> Q:
    return Q(state=state, **more)


# Only what was imported can have nobody responsible at such a stage.
LEFT_ALONE = Q(department=None, acting_head=None) & (
    _in(State.CONFIRMATION) | _in(State.ACTION, handler=None) | (FOLLOWED & VISITED & Q(head_word_at=None))
)
HEADED_BY_ACCUSED = Q(acting_head=F("against")) | Q(acting_head=None, department__head=F("against"))
UNHANDLED = _in(State.ACTION) & (Q(handler=None) | Q(handler=F("against"))) & (Q(department__isnull=False) | Q(acting_head__isnull=False))
HEAD_WANTED = HEADED_BY_ACCUSED & (_in(State.CONFIRMATION) | UNHANDLED | (FOLLOWED & VISITED & Q(head_word_at=None)))

MANAGER: Whose = of_manager
MEETING_TO_CALL = Q(state__in=JUDGED, meeting=MeetingStage.OWED)
MEETING_GOES_ON = Q(state__in=JUDGED, meeting__in=MEETING_GOES_ON_IN)
OBJECTED = MEETING_GOES_ON & Q(pk__in=Objection.objects.filter(settled_at=None, meeting__agreed_at=None).order_by().values("complaint"))
TO_AGREE = Q(state__in=JUDGED, meeting=MeetingStage.RESOLVED)
TRIAGE = pgettext_lazy("verb", "Triage")
APPROVE = pgettext_lazy("verb", "Approve")
CLOSEABLE = FOLLOWED & VISITED & Q(head_word_at__isnull=False)

TASKS: tuple[Task, ...] = (
    Task("redo", _("Customer not satisfied: you decide"), _("Decide"), DISAPPOINTED, MANAGER),
    Task("give_statement", _("You are asked for a statement"), _("Give statement"), Q(), of_asked, personal=True, own_case=True),
    Task("settle_objection", _("Objections at the meeting"), _("Settle them"), OBJECTED, MANAGER),
    Task("agree_resolution", _("The resolution waits for you"), pgettext_lazy("verb", "Agree"), TO_AGREE, of_unmarked),
    Task("answer_invitation", _("You are invited to the meeting"), _("Answer"), MEETING_GOES_ON, of_invited),
    Task("submit", _("Recorded, not submitted yet"), pgettext_lazy("verb", "Submit"), _in(State.RECEIVED), of_desk),
    Task("judge", _("Submitted: waits for your judgement"), TRIAGE, _in(State.TRIAGE), MANAGER),
    Task(
        "call_meeting",
        _("Major: the meeting is to be called"),
        _("Call the meeting"),
        MEETING_TO_CALL & ~Q(state=State.ASSIGNMENT),
        MANAGER,
    ),
    Task("assign", _("Valid: waits for a department"), _("Name department"), _in(State.ASSIGNMENT, contested__lt=2), MANAGER),
    Task("assign", _("Contested twice: you decide"), _("Name department"), _in(State.ASSIGNMENT, contested__gte=2), of_gm),
    Task("reassign_department", _("No department is responsible"), _("Name department"), LEFT_ALONE, of_gm),
    Task("name_acting_head", _("It is about the department's head: another is needed"), _("Name somebody"), HEAD_WANTED, of_gm),
    Task("reassign_handler", _("Nobody handles it"), _("Name handler"), UNHANDLED, of_head),
    Task("confirm", _("Assigned to your department"), pgettext_lazy("verb", "Confirm"), _in(State.CONFIRMATION), of_head),
    Task("propose", _("Confirmed: find the cause"), _("Draft measures"), _in(State.ACTION), of_handler),
    Task("review_ok", _("Measures proposed"), pgettext_lazy("verb", "Review"), _in(State.REVIEW), of_head, fresh_eyes=True),
    Task("approve", _("Measures reviewed"), APPROVE, _in(State.APPROVAL), of_gm, fresh_eyes=True),
    Task("group_approve", _("Approved by the branch"), APPROVE, _in(State.GROUP_APPROVAL), of_group, fresh_eyes=True),
    Task("fix_dates", _("Approved by the group"), _("Fix the dates"), DATES_OPEN, of_handler),
    Task("send_reply", _("Measures approved"), _("Reply to customer"), _in(State.REPLY, replied_at=None), of_desk),
    Task("record_visit", _("Measures carried out"), _("Record the visit"), FOLLOWED & ~VISITED, of_desk, unless="undone"),
    Task("sign_off", _("Customer visited"), _("Sign the file"), FOLLOWED & VISITED & Q(head_word_at=None), of_head),
    Task("close", _("Everything is there"), pgettext_lazy("verb", "Close"), CLOSEABLE, MANAGER, unless="unfinished"),
    Task("acknowledge", _("Not acknowledged yet"), _("Tell the customer"), Q(acknowledged_at=None, anonymous=False), of_desk),
)


@dataclass(frozen=True)
class FollowUp:
    """What stands in the way of the last steps (R27): ids of complaints in follow-up, read directly because they are few."""

    undone: frozenset[int]
    """With a measure that is still to be carried out."""
    unfinished: frozenset[int]
    """With a measure not verified as effective, or a promise not kept."""

    @classmethod
    def of(cls, reach: Reach) -> "FollowUp":
        """Two queries for whoever has follow-ups to do, none for others."""
        branches = {p.branch_id for p in reach.people if p.has_role(Role.ASSISTANT, Role.MANAGER)} | set(reach.governed)
        if not branches:
            return cls(frozenset(), frozenset())
        there = {"complaint__branch__in": branches, "complaint__state": State.FOLLOW_UP}
        measures = Measure.objects.filter(**there, round__number=F("complaint__round"), kind__in=BEFORE_CLOSING).exclude(effective=True)
        rows = list(measures.order_by().values_list("complaint", "done_at"))
        owed = Promise.objects.filter(**there, kept_at=None, broken_at=None).order_by().values_list("complaint", flat=True)
        return cls(frozenset(pk for pk, done in rows if done is None), frozenset(pk for pk, _ in rows).union(owed))


def tasks_of(person: Person) -> list[tuple[int, Q]]:
    """What of each task is this person's today, by its place in `TASKS`. Reviews and approvals by office; `worklist` adds stand-ins."""
    reach = reach_of(person)
    follow_up = FollowUp.of(reach)
    found = ((at, task.mine(reach, follow_up)) for at, task in enumerate(TASKS))
    return [(at, condition) for at, condition in found if condition is not None]
