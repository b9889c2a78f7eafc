"""Who is told what: by a timer's rung, and by a move (R2, R3, R28, R29, R29b).

`Audience` knows the offices of many complaints at once, with their deputies. A confidential complaint is told to nobody who may not see
it, and nothing is ever told to the one it is about. Not here: mail going out (`escalation.mailing`), when a timer runs out
(`escalation.sweep`).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, TextChoices
from django.utils.translation import gettext_lazy as _

from escalation.calendars import calendar_of
from escalation.doorbell import ring_after_commit
from escalation.following import Was
from escalation.models import Notice, Timer
from escalation.models.notices import Channel
from escalation.policies import Code, Policy, Rung, Then, Told
from organisation.models import Branch, Deputy, LocalToday, Person
from organisation.models.known import known
from organisation.roles import Role

from .copying import copy
from .deed import Deed
from .models import Complaint, Measure, Promise
from .states import Outcome, State, TypeGroup
from .turns import Turns

BY_THE_DESK = frozenset({Code.REPORT, Code.ACKNOWLEDGE, Code.UPDATE, Code.VISIT, Code.UNREACHABLE, Code.CUSTOMER_DATE})


class Kind(TextChoices):
    """Why somebody is told."""

    TURN = "turn", _("It waits for you")
    WARNED = "warned", _("Time is running out")
    RAN_OUT = "ran_out", _("Run out")
    ESCALATED = "escalated", _("Still run out: second level")
    REPORTED = "reported", _("Major or grade 1-2")
    REGRADED = "regraded", _("The grade has changed")
    CHASED = "chased", _("The customer chases")
    INSTRUCTED = "instructed", _("Instruction of the general manager")
    ASKED = "asked", _("You are asked for a statement")
    MEASURE = "measure", _("A measure for you")
    MEMO = "memo", _("Internal memo on a major complaint")
    INVITED = "invited", _("You are invited to the analysis meeting")
    TO_AGREE = "to_agree", _("The resolution waits for your agreement")
    AGREED = "agreed", _("The resolution is agreed")
    REMINDED = "reminded", _("You are reminded")
    REOPEN = "reopen", _("Reopen it? A measure did not work")
    QUALITY = "quality", _("A quality complaint")
    CLOSED = "closed", _("Closed")
    FREE_TO_CLOSE = "free_to_close", _("May be closed as not reachable")
    MONTH_TURN = "month_turn", _("A month's report waits for you")
    MONTH_BACK = "month_back", _("A month's report was sent back")
    MONTH_PUBLISHED = "month_published", _("A month's report is published")
    FILE_READY = "file_ready", _("A file you ordered is ready")


# What comes by mail to those who want only what is late or urgent.
URGENT = frozenset({Kind.RAN_OUT, Kind.ESCALATED, Kind.REOPEN, Kind.REPORTED, Kind.INSTRUCTED, Kind.MEMO, Kind.INVITED, Kind.TO_AGREE})
# What is never worth a mail of its own.
AT_THE_DESK_ONLY = frozenset({Kind.WARNED, Kind.CLOSED, Kind.QUALITY, Kind.FILE_READY})


@dataclass(frozen=True)
class Rungs:
    """Whom a step of a timer concerns: who has to answer it, who has it in hand, and everybody told."""

    to: tuple[Person, ...]
    owner: Person | None
    told: tuple[Person, ...]


class Audience:
    """For complaints loaded with branch, department and type."""

    def __init__(self, complaints: Iterable[Complaint], timers: Iterable[Timer] = ()) -> None:
        self.complaints = {complaint.pk: complaint for complaint in complaints}
        self.turns = Turns(self.complaints.values())
        self.roster = self.turns.roster
        self._subjects = _owners_of_subjects(timers)

    @cached_property
    def deputies(self) -> dict[int, list[Person]]:
        """Who stands in today, by the one who is away; of the branches concerned."""
        return _deputies(frozenset(complaint.branch_id for complaint in self.complaints.values()))

    def owners(self, complaint: Complaint, timer: Timer) -> tuple[Person, ...]:
        """Who has it in hand: whose turn it is, or for what a timer belongs to somebody, that one."""
        if timer.subject:
            return self._subjects.get((timer.code, timer.subject), ())
        if timer.code in BY_THE_DESK:
            return self.turns.desk(complaint).people
        if timer.code == Code.COUNTERSIGN:
            return self.turns.manager(complaint).people
        return self.turns.of(complaint).people or self.turns.manager(complaint).people

    def rung(self, complaint: Complaint, timer: Timer, policy: Policy, rung: int) -> Rungs:
        """Who answers a step, and everybody who is told of it with their deputies."""
        owners = self.owners(complaint, timer)
        mine = owners if timer.subject else ()
        if rung < Rung.OUT:
            return Rungs((), owners[0] if owners else None, self.may_know(complaint, owners, mine))
        if policy.then != Then.ESCALATE:
            return Rungs((), None, self._told_quietly(complaint, policy))
        named = policy.first if rung == Rung.OUT else policy.second
        to = [person for told in named for person in self._on_rung(complaint, told, owners)]
        also = self._also(complaint, policy, owners) if rung == Rung.OUT else []
        everybody = self.may_know(complaint, [*to, *also], mine)
        return Rungs(self.may_know(complaint, to, mine), owners[0] if owners else None, everybody)

    def _told_quietly(self, complaint: Complaint, policy: Policy) -> tuple[Person, ...]:
        """Of what is no lateness of ours only that the customer cannot be reached is told: the manager may close (R25)."""
        return self.may_know(complaint, self.turns.manager(complaint).people) if policy.code == Code.UNREACHABLE else ()

    def _also(self, complaint: Complaint, policy: Policy, owners: tuple[Person, ...]) -> list[Person]:
        """Owner, head and manager hear of everything that ran out (R29); of a stage only owner and head."""
        head = self.turns.head(complaint).people
        return [*owners, *head, *(() if Told.OWNER in policy.first else self.turns.manager(complaint).people)]

    def _on_rung(self, complaint: Complaint, told: Told, owners: tuple[Person, ...]) -> list[Person]:
        roster = self.roster
        if told == Told.GM:
            gm = roster.gm(complaint)
            fit = gm and gm.is_active and gm not in owners and gm.pk != complaint.against_id
            return [gm] if gm and fit else self._above(complaint)
        if told == Told.GROUP:
            return self._above(complaint)
        if told == Told.HEAD:
            head = roster.in_charge(complaint)
            return [head] if head else []
        return list(owners) if told == Told.OWNER else list(self.turns.manager(complaint).people)

    def _above(self, complaint: Complaint) -> list[Person]:
        """In the general manager's place, and above him: the group, else manager and auditor (R29)."""
        group = self.roster.holding(Role.GROUP_APPROVER) if complaint.branch.in_group else []
        return group or [*self.turns.manager(complaint).people, *self.roster.holding(Role.AUDITOR, complaint.branch_id)]

    def may_know(self, complaint: Complaint, people: Iterable[Person], parts: tuple[Person, ...] = ()) -> tuple[Person, ...]:
        """Each once, with deputies; without the one it is about, the inactive and those who may not see it. `parts` have a part in it."""
        found = {}
        for person in people:
            if person.pk != complaint.against_id and (person in parts or self._sees(complaint, person)):
                for one in (person, *self.deputies.get(person.pk, ())):
                    if one.is_active and one.pk != complaint.against_id:
                        found[one.pk] = one
        return tuple(found.values())

    def _sees(self, complaint: Complaint, person: Person) -> bool:
        """Of a confidential one: managers, the general manager, auditors, who is in charge, and whoever has a part (R4)."""
        if not complaint.confidential or person.has_role(Role.MANAGER, Role.AUDITOR) or person.pk == complaint.branch.gm_id:
            return True
        in_charge = self.roster.in_charge(complaint)
        return person.pk == complaint.handler_id or (in_charge is not None and person.pk == in_charge.pk)


@known
def _deputies(branches: frozenset[int]) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = defaultdict(list)
    today = Deputy.objects.on(LocalToday(F("absent__branch__zone"))).filter(absent__branch__in=branches)
    for period in today.select_related("deputy").order_by("pk"):
        found[period.absent_id].append(period.deputy)
    return found


def _owners_of_subjects(timers: Iterable[Timer]) -> dict[tuple[str, str], tuple[Person, ...]]:
    measures = [int(t.subject) for t in timers if t.code == Code.MEASURE]
    promises = [int(t.subject) for t in timers if t.code == Code.PROMISE]
    found: dict[tuple[str, str], tuple[Person, ...]] = {}
    if measures:
        for measure in Measure.objects.filter(pk__in=measures).select_related("owner"):
            found[Code.MEASURE, str(measure.pk)] = (measure.owner,)
    if promises:
        for promise in Promise.objects.filter(pk__in=promises).select_related("made_by", "owner"):
            found[Code.PROMISE, str(promise.pk)] = (promise.responsible,)
    return found


# ── writing notices ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Telling:
    """One event to be told to some people."""

    event_id: int
    complaint: Complaint
    kind: Kind
    people: tuple[Person, ...]


def tell(tellings: Iterable[Telling], *, at: dt.datetime, mail: bool = True) -> None:
    """Write the notices, one of an event to each: the first kind counts.

    At the desk at once; by mail, for those who want it, not before the branch opens unless it is severe (R29b). `at` is the instant of
    the event, UTC. `mail` False while the past is replayed.
    """
    openings: dict[int, dt.datetime] = {}
    now = at.isoformat()
    told: set[tuple[int, int]] = set()
    rows = []
    for telling in tellings:
        for person in telling.people:
            if (telling.event_id, person.pk) in told:
                continue
            told.add((telling.event_id, person.pk))
            common = (telling.event_id, telling.complaint.pk, person.pk)
            rows.append((*common, Channel.DESK.value, telling.kind.value, now, now))
            if mail and wants_mail(person, telling.kind):
                rows.append((*common, Channel.MAIL.value, telling.kind.value, now, _rings(telling.complaint, at, openings).isoformat()))
    if rows:
        copy(Notice._meta.db_table, ("event_id", "complaint_id", "recipient_id", "channel", "kind", "at", "not_before"), rows)
    if any(row[3] == Channel.MAIL for row in rows):
        ring_after_commit()


def tell_house(event_id: int, kind: Kind, people: Iterable[Person], *, branch: Branch, at: dt.datetime, mail: bool = True) -> None:
    """As `tell`, of an event in the house's chain: it is about no complaint. Mail waits for the branch's next opening."""
    rings = calendar_of(branch)[1].next_opening(at).astimezone(dt.UTC)
    rows = []
    for person in {one.pk: one for one in people if one.is_active}.values():
        common = {"event_id": event_id, "recipient": person, "kind": kind.value, "at": at}
        rows.append(Notice(**common, channel=Channel.DESK, not_before=at))
        if mail and wants_mail(person, kind):
            rows.append(Notice(**common, channel=Channel.MAIL, not_before=rings))
    Notice.objects.bulk_create(rows)
    if any(row.channel == Channel.MAIL for row in rows):
        ring_after_commit()


def wants_mail(person: Person, kind: Kind) -> bool:
    if not person.email or kind in AT_THE_DESK_ONLY or person.mail == Person.Mail.NONE:
        return False
    return person.mail == Person.Mail.ALL or kind in URGENT


def _rings(complaint: Complaint, at: dt.datetime, openings: dict[int, dt.datetime]) -> dt.datetime:
    if complaint.is_severe:
        return at
    if complaint.branch_id not in openings:
        openings[complaint.branch_id] = calendar_of(complaint.branch)[1].next_opening(at).astimezone(dt.UTC)
    return openings[complaint.branch_id]


# ── by a move ────────────────────────────────────────────────────────────────────────────────────────────────

NEW_TURN = frozenset({"customer_refuses", "reassign_handler", "reassign_department", "name_acting_head"})


def tellings_of(deed: Deed, event_id: int, was: Was) -> list[Telling]:
    """What a move tells: whose turn it is now, and what its kind asks for beside that. Nobody is told what he did himself."""
    kinds = _kinds(deed, was)
    if not kinds:
        return []
    audience, found = Audience([deed.complaint]), []
    for kind in kinds:
        others = [person for person in CONCERNED[kind](audience, deed) if person and person != deed.actor]
        parts = tuple(others) if kind in WITH_A_PART else ()
        found.append(Telling(event_id, deed.complaint, kind, audience.may_know(deed.complaint, others, parts)))
    return found


def _kinds(deed: Deed, was: Was) -> list[Kind]:
    """The first of them that concerns somebody is what he reads."""
    complaint = deed.complaint
    found = [Kind.REPORTED] if complaint.is_severe and not was.severe else []
    found += [kind for name, kind in NOTED if deed.noted.get(name)]
    if deed.move.name == "judge" and _is_quality(complaint):
        found.append(Kind.QUALITY)
    if deed.move.name in OF_MOVES:
        found.append(OF_MOVES[deed.move.name])
    if deed.move.name == "judge" and _lowered(deed):
        found.append(Kind.REGRADED)
    if complaint.state == State.CLOSED != was.state:
        found.append(Kind.CLOSED)
    if complaint.state != was.state or deed.move.name in NEW_TURN:
        found.append(Kind.TURN)
    return found


OF_MOVES = {
    "crisis": Kind.REPORTED,
    "regrade": Kind.REGRADED,
    "chase": Kind.CHASED,
    "acknowledge_escalation": Kind.INSTRUCTED,
    "approve": Kind.MEASURE,
    "contain": Kind.MEASURE,
    "ask_statement": Kind.ASKED,
    "call_meeting": Kind.INVITED,
    "resolve_meeting": Kind.TO_AGREE,
    "recurred": Kind.REOPEN,
    "fail_after_closing": Kind.REOPEN,
}
# What an effect has noted and is told for that.
NOTED = (("memo", Kind.MEMO), ("concluded", Kind.AGREED), ("undone", Kind.MEASURE), ("reminded", Kind.REMINDED))
# Told to those of whom the act itself knows that they have a part, confidential or not (R4).
WITH_A_PART = frozenset({Kind.MEMO, Kind.INVITED, Kind.TO_AGREE, Kind.REMINDED})
Named = Iterable[Person | None]


def _turn(audience: Audience, deed: Deed) -> Named:
    return audience.turns.of(deed.complaint).people


def _instructed(audience: Audience, deed: Deed) -> Named:
    turns = audience.turns
    return [*turns.of(deed.complaint).people, *turns.head(deed.complaint).people, *turns.manager(deed.complaint).people]


def _owners(audience: Audience, deed: Deed) -> Named:
    rows = Measure.objects.filter(complaint=deed.complaint, round__number=deed.complaint.round, done_at=None).select_related("owner")
    return [measure.owner for measure in rows]


def _regraded(audience: Audience, deed: Deed) -> Named:
    """Who has it in hand, who answers for it, who judged it; of what was lowered the general manager too, who reads the reason (R15)."""
    turns, complaint = audience.turns, deed.complaint
    gm = [audience.roster.gm(complaint)] if _lowered(deed) else []
    return [*turns.of(complaint).people, complaint.handler, *turns.head(complaint).people, *turns.manager(complaint).people, *gm]


def _lowered(deed: Deed) -> bool:
    """Whether somebody judged it less severe than it was worked out; his reason is read above (R15)."""
    complaint = deed.complaint
    judged = deed.actor is not None and deed.move.name in {"judge", "regrade"}
    return judged and complaint.worked_out is not None and (complaint.grade or 0) > complaint.worked_out


def _takers(audience: Audience, deed: Deed) -> Named:
    """And of a resolved quality complaint, whose measures are carried out, the management representative."""
    complaint = deed.complaint
    done = _is_quality(complaint) and complaint.outcome == Outcome.RESOLVED
    return [complaint.received_by, complaint.handler, *(_representatives(audience, deed) if done else [])]


def _managers(audience: Audience, deed: Deed) -> Named:
    return audience.turns.manager(deed.complaint).people


def _asked(audience: Audience, deed: Deed) -> Named:
    return [deed.inputs["person"]]


def _reported_to(audience: Audience, deed: Deed) -> Named:
    """The general manager at once; of quality complaints the management representative too (R28)."""
    complaint = deed.complaint
    return [audience.roster.gm(complaint), *(_representatives(audience, deed) if _is_quality(complaint) else [])]


def _is_quality(complaint: Complaint) -> bool:
    return complaint.type is not None and complaint.type.group == TypeGroup.QUALITY


def _representatives(audience: Audience, deed: Deed) -> list[Person]:
    return audience.roster.holding(Role.MANAGEMENT_REP, deed.complaint.branch_id)


def _by_ids(name: str) -> Callable[[Audience, Deed], Named]:
    """Those whom the effect has noted."""
    return lambda _, deed: Person.objects.filter(pk__in=deed.noted.get(name) or []).order_by("pk")


def _handler(audience: Audience, deed: Deed) -> Named:
    return [deed.complaint.handler]


CONCERNED: dict[Kind, Callable[[Audience, Deed], Named]] = {
    Kind.REPORTED: _reported_to,
    Kind.REGRADED: _regraded,
    Kind.CHASED: _turn,
    Kind.INSTRUCTED: _instructed,
    Kind.MEASURE: _owners,
    Kind.ASKED: _asked,
    Kind.MEMO: _by_ids("memo"),
    Kind.INVITED: _by_ids("asked"),
    Kind.TO_AGREE: _by_ids("asked"),
    Kind.AGREED: _handler,
    Kind.REMINDED: _by_ids("reminded"),
    Kind.REOPEN: _managers,
    Kind.QUALITY: _representatives,
    Kind.CLOSED: _takers,
    Kind.TURN: _turn,
}
