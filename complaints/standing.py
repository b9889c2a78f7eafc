"""How a person stands to one complaint: in which roles he may act on it, for himself or as a deputy (R2, R3, R16, R19).

`standings()` is asked by the door (`actions`) and by the screens, so they cannot disagree. Not here: which role may do what
(`workflow`), and who sees a complaint at all (`models.querysets`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from django.db import connection
from django.utils.translation import gettext_lazy as _

from organisation.models import Person
from organisation.roles import Role

from .models import Complaint, Measure
from .models.reach import Reach, reach_of
from .moves import Move, Text
from .roster import Roster, in_charge_id
from .states import PartKind, State
from .workflow import AFTER_APPROVAL

OFFICES = (Role.ASSISTANT, Role.MANAGER, Role.MANAGEMENT_REP, Role.AUDITOR)
VERIFIED_IN = (*AFTER_APPROVAL, State.CLOSED)
ABOUT_THE_PLAN = {State.REVIEW: Role.HEAD, State.APPROVAL: Role.GM, State.GROUP_APPROVAL: Role.GROUP_APPROVER}


@dataclass(frozen=True)
class Standing:
    role: Role
    on_behalf: Person | None = None
    """For whom, when as a deputy."""
    why: Text = ""
    """Why he stands in for the one whose turn it would be, '' when it is his own turn."""
    exception: bool = False
    """True when four eyes cannot be kept: he must give a reason, and the form is marked (R19)."""


@dataclass(frozen=True)
class Decider:
    """Somebody who may decide on the plan now, and as what."""

    person: Person
    standing: Standing


def standings(person: Person, complaint: Complaint, roster: Roster | None = None) -> list[Standing]:
    """Everything the person is on this complaint today; empty for the one it is about, except a statement asked of him (R3).

    Four queries at most, one with a `roster`. In review and approval the role that decides is given only to those who may still sign
    this round.
    """
    reach = reach_of(person)
    found = list(chain(_by_office(reach, person, complaint), _by_part(reach, person, complaint)))
    if complaint.against_id == person.pk:
        return [s for s in found if s.role == Role.ASKED]
    found += _standing_in(person, complaint, found, roster)
    deciding = ABOUT_THE_PLAN.get(complaint.state)
    if deciding:
        found = [s for s in found if s.role != deciding] + [c.standing for c in deciders(complaint, roster) if c.person == person]
    if complaint.recorded_by_id in reach.ids:
        found.append(Standing(Role.EMPLOYEE))
    if person.has_role(Role.ADMINISTRATOR):
        found.append(Standing(Role.ADMINISTRATOR))  # hands over what somebody has in hand (R2), without seeing it
    return found


def _by_office(reach: Reach, person: Person, complaint: Complaint) -> list[Standing]:
    found = []
    for one in reach.people:
        if one.pk == complaint.against_id:
            continue
        behalf = None if one.pk == person.pk else one
        found += [Standing(role, behalf) for role in OFFICES if one.branch_id == complaint.branch_id and one.has_role(role)]
        if complaint.branch.gm_id == one.pk:
            found.append(Standing(Role.GM, behalf))
        if one.has_role(Role.GROUP_APPROVER) and complaint.branch.in_group:
            found.append(Standing(Role.GROUP_APPROVER, behalf))
        if complaint.in_charge and complaint.in_charge.pk == one.pk:
            found.append(Standing(Role.HEAD, behalf))
        if complaint.type and complaint.type.lead_id and one.has_role(Role.VERIFIER) and one.department_id == complaint.type.lead_id:
            found.append(Standing(Role.VERIFIER, behalf))
    return found


def _by_part(reach: Reach, person: Person, complaint: Complaint) -> list[Standing]:
    """Handler, owner of a measure, invited to the meeting, asked for a statement, member of the responsible department."""
    found = []
    names = {one.pk: None if one.pk == person.pk else one for one in reach.people if one.pk != complaint.against_id}
    if complaint.handler_id in names:
        found.append(Standing(Role.HANDLER, names[complaint.handler_id]))
    for part, key in _parts_of(complaint, person, list(names)):
        found.append(Standing(Role.ASKED) if part == PartKind.STATEMENT else Standing(ROLE_OF[part], names[key]))
    if complaint.department_id in reach.departments:
        found.append(Standing(Role.EMPLOYEE))
    return found


def _standing_in(person: Person, complaint: Complaint, found: list[Standing], roster: Roster | None) -> list[Standing]:
    """Offices that are empty on this complaint, or held by the one it is about, and fall to him (R3, R19, R29).

    Asked only of those to whom one may fall: managers, the general manager, group approvers.
    """
    mine = {standing.role for standing in found if standing.on_behalf is None}
    if not mine & {Role.MANAGER, Role.GM, Role.GROUP_APPROVER}:
        return []
    roster = roster or Roster.of([complaint])
    more = []
    for role, line in ((Role.MANAGER, managing), (Role.GM, governing)):
        who, why = line(complaint, roster)
        if why and role not in mine and person in who:
            more.append(Standing(role, None, why))
    return more + [one.standing for one in _verifying(complaint, roster) if one.person == person and one.standing.why]


Asked = tuple[list[Person], Text]
"""Who fills an office, and why it is not the one whose it is, '' when it is."""


def managing(complaint: Complaint, roster: Roster) -> Asked:
    """Who is the business manager for this complaint: the managers it is not about, else the general manager, else the group."""
    managers = _free(complaint, roster.holding(Role.MANAGER, complaint.branch_id))
    if managers:
        return managers, ""
    gm = roster.gm(complaint)
    return _free(complaint, [gm] if gm else []) or _group(complaint, roster), _("There is no other business manager on this complaint.")


def governing(complaint: Complaint, roster: Roster) -> Asked:
    """Who is the general manager for this complaint: he, else the group approver, else the business manager (R19, R29)."""
    gm = roster.gm(complaint)
    if gm and _free(complaint, [gm]):
        return [gm], ""
    managers = _free(complaint, roster.holding(Role.MANAGER, complaint.branch_id))
    return _group(complaint, roster) or managers, _("There is no general manager, or the complaint is about him.")


def _group(complaint: Complaint, roster: Roster) -> list[Person]:
    return _free(complaint, roster.holding(Role.GROUP_APPROVER)) if complaint.branch.in_group else []


def about_the_head(complaint: Complaint) -> bool:
    """Whether whoever heads the responsible department is the one complained about: another has to be named (R3)."""
    return complaint.against_id is not None and complaint.against_id == in_charge_id(complaint)


def _free(complaint: Complaint, people: Iterable[Person]) -> list[Person]:
    """Of those there, whom it is not about."""
    return [person for person in people if person.is_active and person.pk != complaint.against_id]


def verifiers(complaint: Complaint, owner_id: int, roster: Roster) -> list[Decider]:
    """Who may verify a measure of that owner (R26): the lead department's verifiers, else the manager, else the general manager; never
    the owner. If nobody else is left, each of them with a reason, marked as an exception."""
    lead = complaint.type.lead_id if complaint.type else None
    gm = roster.gm(complaint)
    lines: list[tuple[Text, list[Person]]] = [
        ("", [p for p in roster.holding(Role.VERIFIER) if p.department_id == lead]),
        (
            _("Nobody else of the lead department verifies it: the business manager does."),
            roster.holding(Role.MANAGER, complaint.branch_id),
        ),
        (_("Nobody else is left to verify it: the general manager does."), [gm] if gm else []),
    ]
    everybody: dict[int, Person] = {}
    for why, people in lines:
        line = _free(complaint, people)
        others = [Decider(p, Standing(Role.VERIFIER, None, why)) for p in line if p.pk != owner_id]
        if others:
            return others
        everybody |= {p.pk: p for p in line}
    alone = Standing(Role.VERIFIER, None, _("Nobody but the owner is there to verify it."), exception=True)
    return [Decider(p, alone) for p in everybody.values()]


def _verifying(complaint: Complaint, roster: Roster) -> list[Decider]:
    """Of all measures that wait to be verified."""
    waiting = {"round__number": complaint.round, "done_at__isnull": False, "effective": None}
    owners = Measure.objects.filter(complaint=complaint.pk, **waiting).order_by().values_list("owner", flat=True).distinct()
    if complaint.state not in VERIFIED_IN:
        return []
    return [one for owner in owners for one in verifiers(complaint, owner, roster)]


OWNER = "owner"
ROLE_OF: dict[str, Role] = {OWNER: Role.OWNER, PartKind.INVITED: Role.INVITED}
PARTS = f"""
SELECT DISTINCT '{OWNER}', owner_id FROM complaints_measure WHERE complaint_id = %s AND owner_id = ANY(%s)
UNION ALL
SELECT kind, person_id FROM complaints_part WHERE complaint_id = %s AND person_id = %s AND kind = '{PartKind.STATEMENT}' AND until IS NULL
UNION ALL
SELECT kind, person_id FROM complaints_part
 WHERE complaint_id = %s AND person_id = ANY(%s) AND kind = '{PartKind.INVITED}' AND until IS NULL
"""  # noqa: S608 - our own words


def _parts_of(complaint: Complaint, person: Person, people: list[int]) -> list[tuple[str, int]]:
    """Owners of measures and those invited among them, and what he himself is asked for; asked at every move, so in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(PARTS, [complaint.pk, people, complaint.pk, person.pk, complaint.pk, people])
        return list(cursor.fetchall())


def deciders(complaint: Complaint, roster: Roster | None = None) -> list[Decider]:
    """Who may review or approve the present round, the proposed one first (R19). With a `roster` of many complaints it asks nothing.

    Normally the one whose office it is, and his deputy. Whoever drafted or signed this round already, and whoever the complaint is
    about, falls out; then the next in the spec's order takes over, with the reason why. If nobody is left, all of them may act with a
    reason, marked as an exception.
    """
    role = ABOUT_THE_PLAN[State(complaint.state)]
    roster = roster or Roster.of([complaint])
    signed = roster.signed.get(complaint.pk, frozenset())
    lines = _lines(complaint, role, roster)
    everybody: list[Decider] = []
    for why, people in lines:
        line = [Decider(p, Standing(role, behalf, why)) for p, behalf in people if not _kept_out(complaint, p, behalf)]
        free = [d for d in line if d.person.pk not in signed]
        if free:
            return free
        everybody += line
    reason = _("Everybody who could decide has signed this round already.")
    once = {d.person.pk: d for d in reversed(everybody)}.values()
    return [Decider(d.person, Standing(role, d.standing.on_behalf, reason, exception=True)) for d in reversed(once)]


def _kept_out(complaint: Complaint, person: Person, behalf: Person | None) -> bool:
    """Who has left, and the one it is about, himself or by a deputy in his name (R3)."""
    return not person.is_active or complaint.against_id in {person.pk, behalf.pk if behalf else 0}


Heads = list[tuple[Person, Person | None]]
Line = tuple[Text, Heads]


def _lines(complaint: Complaint, role: Role, roster: Roster) -> list[Line]:
    """The order of R19: first whose office it is with his deputies, then who stands in."""
    gm = roster.gm(complaint)
    managers: Heads = [(p, None) for p in roster.holding(Role.MANAGER, complaint.branch_id)]
    group: Heads = [(p, None) for p in roster.holding(Role.GROUP_APPROVER)] if complaint.branch.in_group else []
    if role == Role.HEAD:
        return [
            ("", roster.with_deputies(roster.in_charge(complaint))),
            (
                _("The department's head has drafted or signed this round, or is the one complained about: the business manager reviews."),
                managers,
            ),
            (_("Head and managers have signed this round already: the general manager reviews."), [(gm, None)] if gm else []),
        ]
    there, absent = gm is not None and not _kept_out(complaint, gm, None), _("There is no general manager, or the complaint is about him.")
    if role == Role.GM:
        return [
            ("", roster.with_deputies(gm)),
            (_("The general manager has signed this round already: the group approves.") if there else absent, group),
            (_("The general manager has signed this round already: the business manager approves.") if there else absent, managers),
        ]
    return [("", group), (_("Nobody of the group is there: the business manager approves for it."), managers)]


def standing_for(move: Move, complaint: Complaint, mine: list[Standing]) -> Standing | None:
    """As what one may make a move: own right before a deputy's, an exception last; None when one may not."""
    roles = move.roles(complaint)
    able = [s for s in mine if s.role in roles]
    return min(able, key=lambda s: (s.exception, s.on_behalf is not None), default=None)


def missing_office(complaint: Complaint) -> Text | None:
    """What keeps a complaint from going on because a post is empty, in words for the screen; None when all is manned."""
    if complaint.state in ABOUT_THE_PLAN and not deciders(complaint):
        return _("Nobody is there to decide: an administrator has to fill the post.")
    return None
