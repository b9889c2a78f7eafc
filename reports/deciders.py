"""Who may sign a month's report now, and who may write in it (R19, R40): the office's own people, their deputies, then who stands in.

Of one round each person signs at most once, also as a deputy. If nobody is left, all of them may with a reason, marked. Not here: what
signing does (`publishing`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.models.reach import reach_of
from complaints.moves import Text
from complaints.roster import standing_in_for
from organisation.models import Branch, Person
from organisation.roles import Role

from .models import MonthReport, SignOff
from .states import ReportState, Step

OFFICES = (Role.ASSISTANT, Role.MANAGER)


ASKED: Mapping[Step, Text] = {
    Step.PREPARED: _("The month %(month)s waits to be prepared."),
    Step.REVIEWED: _("The month %(month)s waits for your review."),
    Step.APPROVED: _("The month %(month)s waits for your approval."),
}


@dataclass(frozen=True)
class Decider:
    person: Person
    on_behalf: Person | None = None
    why: Text = ""
    """Why he stands in for the one whose turn it would be; '' when it is his own turn."""
    exception: bool = False


@dataclass(frozen=True)
class _Office:
    """Everybody concerned with a branch's months: three queries."""

    people: list[Person]
    gm: Person | None
    deputies: dict[int, list[Person]]

    @classmethod
    def of(cls, branch: Branch) -> "_Office":
        own = Q(branch=branch, roles__overlap=list(OFFICES), is_active=True) | Q(pk=branch.gm_id)
        group = Q(roles__contains=[Role.GROUP_APPROVER], is_active=True) if branch.in_group else Q(pk=None)
        people = list(Person.objects.filter(own | group).order_by("username"))
        gm = next((one for one in people if one.pk == branch.gm_id), None)
        local = [one.pk for one in people if one.branch_id == branch.pk]
        return cls([one for one in people if one.is_active], gm, standing_in_for(frozenset(local)))

    def holding(self, role: Role, branch: Branch | None = None) -> list[Person]:
        return [one for one in self.people if one.has_role(role) and (branch is None or one.branch_id == branch.pk)]

    def line(self, why: Text, people: Iterable[Person | None]) -> list[Decider]:
        """Each and, behind him, whoever stands in for him today."""
        found = []
        for person in filter(None, people):
            found += [Decider(person, None, why)] if person.is_active else []
            found += [Decider(deputy, person, why) for deputy in self.deputies.get(person.pk, [])]
        return found


def deciders(report: MonthReport) -> list[Decider]:
    """Who may give the next signature, the proposed one first; nobody where it is published. Five queries."""
    if report.step is None:
        return []
    signed = set(SignOff.objects.filter(report=report, round=report.round).values_list("person", flat=True))
    return _in_line(_lines(_Office.of(report.branch), report.branch, report.step), signed)


def _in_line(lines: list[list[Decider]], signed: set[int]) -> list[Decider]:
    everybody: list[Decider] = []
    for line in lines:
        free = [one for one in line if one.person.pk not in signed]
        if free:
            return _once(free)
        everybody += line
    reason = _("Everybody who could sign has signed this month already.")
    return [Decider(one.person, one.on_behalf, reason, exception=True) for one in _once(everybody)]


def _lines(office: _Office, branch: Branch, step: Step) -> list[list[Decider]]:
    """The order of R19: whose office it is with his deputies, then who stands in."""
    managers = office.holding(Role.MANAGER, branch)
    if step == Step.PREPARED:
        return [office.line("", [*office.holding(Role.ASSISTANT, branch), *managers])]
    if step == Step.REVIEWED:
        instead = _("The business managers have signed this month already: the general manager reviews.")
        return [office.line("", managers), office.line(instead, [office.gm])]
    group = office.holding(Role.GROUP_APPROVER) if branch.in_group else []
    return [
        office.line("", [office.gm]),
        office.line(_("The general manager has signed this month already: the group approves."), group),
        office.line(_("The general manager has signed this month already: the business manager approves."), managers),
    ]


def _once(line: list[Decider]) -> list[Decider]:
    """Each person once: for himself before as a deputy."""
    found: dict[int, Decider] = {}
    for one in sorted(line, key=lambda one: one.on_behalf is not None):
        found.setdefault(one.person.pk, one)
    return list(found.values())


def decider(person: Person, report: MonthReport) -> Decider | None:
    return next((one for one in deciders(report) if one.person.pk == person.pk), None)


@dataclass(frozen=True)
class Waiting:
    """A month that waits for somebody's signature."""

    report: MonthReport
    decider: Decider

    @property
    def url(self) -> str:
        return reverse("month", args=[self.report.name]) + suffix_of(self.report.branch, self.decider.person)

    @property
    def asked(self) -> str:
        return str(ASKED[self.report.step or Step.APPROVED]) % {"month": self.report.name}

    @property
    def why(self) -> str:
        """For whom, or why it is not the one's turn whose it would be."""
        behalf = self.decider.on_behalf
        return gettext("deputy for %(person)s") % {"person": behalf} if behalf else str(self.decider.why)


def suffix_of(branch: Branch, person: Person) -> str:
    """Of addresses: nothing for the reader's own branch."""
    return "" if branch.pk == person.branch_id else f"?branch={branch.code}"


def waiting_for(person: Person) -> list[Waiting]:
    """Months of his branches that wait for his signature, oldest first. None asked of who holds no such office; at most eight queries."""
    people = reach_of(person).people
    of_office = {one.branch_id for one in people if one.has_role(*OFFICES) or one.pk == person.branch.gm_id}
    if not of_office:
        return []
    reports = list(MonthReport.objects.exclude(state=ReportState.PUBLISHED).filter(branch__in=of_office).select_related("branch"))
    given = SignOff.objects.filter(report__in=reports, round=F("report__round")).values_list("report", "person") if reports else ()
    offices = {branch.pk: _Office.of(branch) for branch in {one.branch for one in reports}}
    found = []
    for report in sorted(reports, key=lambda one: one.month):
        lines = _lines(offices[report.branch_id], report.branch, report.step) if report.step else []
        line = _in_line(lines, {who for key, who in given if key == report.pk})
        found += [Waiting(report, one) for one in line if one.person.pk == person.pk]
    return found


def may_write(person: Person, report: MonthReport) -> bool:
    """A draft by assistants and managers; once it is prepared the manager who reviews may still put his analysis into it."""
    roles = {ReportState.DRAFT: OFFICES, ReportState.PREPARED: (Role.MANAGER,)}.get(ReportState(report.state))
    return roles is not None and any(one.branch_id == report.branch_id and one.has_role(*roles) for one in reach_of(person).people)
