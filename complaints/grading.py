"""The grade of a complaint, worked out from counted facts (R15): each rule, whether it holds, what was counted and what was left out.

Pure: no queries, no clock. A rule is one function of `Facts` and `Limits`; the most severe that holds gives the grade. What is said
about a finding stands in `gradewords`; counting itself in `facts`; which complaints are about the same problem in `sameproblem`.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from .states import Grade, GradeRule, Judged, Outcome, Threat, Uncounted


@dataclass(frozen=True)
class Limits:
    """The numbers of R15 as shipped; a branch may have its own. Days are of 24 hours."""

    month_days: int = 30
    customers: int = 3
    together_from: int = 3
    suit_from: int = 10
    repeats: int = 3
    handled_days: int = 365
    unsolved_days: int = 30
    watch_days: int = 90
    all_branches: bool = False

    @property
    def month(self) -> dt.timedelta:
        return dt.timedelta(days=self.month_days)

    @property
    def handled(self) -> dt.timedelta:
        """How long after an earlier one was closed as resolved the problem counts as come back."""
        return dt.timedelta(days=self.handled_days)

    @property
    def watch(self) -> dt.timedelta:
        """How long after closing the same problem says that the measures did not work (R26a)."""
        return dt.timedelta(days=self.watch_days)


SHIPPED = Limits()


@dataclass(frozen=True)
class Case:
    """One complaint on the same problem as it stands now. `complainant` is '' where nobody knows who it was; `closed` only when resolved.

    `chain` is the same for complaints linked as one customer's same complaint; by default its own id.
    """

    id: int
    received: dt.datetime
    complainant: str = ""
    outcome: str = ""
    valid: bool | None = None
    resolved: dt.datetime | None = None
    chain: int = 0

    @property
    def why_not(self) -> Uncounted | None:
        """Invalid and withdrawn ones don't count; answered on the spot do."""
        if self.outcome == Outcome.WITHDRAWN:
            return Uncounted.WITHDRAWN
        return Uncounted.INVALID if self.outcome == Outcome.INVALID or self.valid is False else None

    @property
    def of(self) -> int:
        return self.chain or self.id


@dataclass(frozen=True)
class Facts:
    """What the rules look at; `cases` are all on the same problem, this one among them unless it has nothing in common with any."""

    id: int
    received: dt.datetime
    cases: tuple[Case, ...] = ()
    complainants: int = 1
    together: bool = False
    lawsuit: str = Threat.NONE
    exposure: str = Threat.NONE
    judged: frozenset[str] = frozenset()
    department: int | None = None
    helper: int | None = None
    unsolved: bool = False
    """Open for so long, paused time not counted."""


@dataclass(frozen=True)
class Finding:
    """What a rule found. `marks` name what it rests on: a rule that holds on nothing new does not raise again what somebody has lowered."""

    rule: GradeRule
    grade: Grade
    holds: bool
    marks: tuple[str, ...] = ()
    counted: tuple[int, ...] = ()
    left_out: tuple[tuple[int, Uncounted], ...] = ()


@dataclass(frozen=True)
class Result:
    findings: tuple[Finding, ...]

    @property
    def decisive(self) -> Finding | None:
        """The most severe that holds; of equals the first in the spec's order."""
        return min((one for one in self.findings if one.holds), key=lambda one: one.grade, default=None)

    @property
    def grade(self) -> Grade:
        return self.decisive.grade if self.decisive else Grade.PLAIN

    @property
    def rule(self) -> GradeRule:
        return self.decisive.rule if self.decisive else GradeRule.NONE

    @property
    def marks(self) -> frozenset[str]:
        """Of every rule that holds."""
        return frozenset(mark for one in self.findings if one.holds for mark in one.marks)

    def rises(self, grade: int | None, weighed: Iterable[str]) -> Finding | None:
        """The finding that makes a grade rise by itself: a rule more severe than it, resting on something nobody has weighed yet."""
        known = set(weighed)
        news = (one for one in self.findings if one.holds and one.grade < (grade or Grade.PLAIN) and set(one.marks) - known)
        return min(news, key=lambda one: one.grade, default=None)


def grade_of(facts: Facts, limits: Limits = SHIPPED) -> Result:
    return Result(tuple(rule(facts, limits) for rule in RULES))


# ── the rules, in the spec's order ───────────────────────────────────────────────────────────────────────────


def crisis(facts: Facts, limits: Limits) -> Finding:
    """Exposure that has happened, or so many acting together; of exposure that is only possible the manager says whether it harms the
    name."""
    marks = []
    if facts.exposure == Threat.HAPPENED:
        marks.append("exposure:happened")
    if facts.together and facts.complainants >= limits.suit_from:
        marks.append(f"together:{facts.complainants}")
    if Judged.CRISIS in facts.judged:
        marks.append("judged:crisis")
    return Finding(GradeRule.CRISIS, Grade.CRISIS, bool(marks), tuple(marks))


def threat(facts: Facts, limits: Limits) -> Finding:
    marks = [f"{name}:{said}" for name, said in (("lawsuit", facts.lawsuit), ("exposure", facts.exposure)) if said]
    if facts.together and limits.together_from <= facts.complainants < limits.suit_from:
        marks.append(f"together:{facts.complainants}")
    if Judged.THREAT in facts.judged:
        marks.append("judged:threat")
    return Finding(GradeRule.THREAT, Grade.SERIOUS, bool(marks), tuple(marks))


def customers(facts: Facts, limits: Limits) -> Finding:
    """So many complainants within a month, counted back from the receipt of the newest; this complaint is one of that month.

    Of all such months the latest that holds, else the one with the most complainants.
    """
    cases = sorted(facts.cases, key=_age)
    newest = [case for case in cases if facts.received <= case.received <= facts.received + limits.month and case.why_not is None]
    found = Tally()
    for last in reversed(newest):
        tally = _different([case for case in cases if last.received - limits.month <= case.received <= last.received], facts.id)
        if len(tally.counted) > len(found.counted):
            found = tally
        if len(found.counted) >= limits.customers:
            break
    marks = tuple(f"customer:{who}" for who in found.names)
    return _of(GradeRule.CUSTOMERS, Grade.SERIOUS, len(found.counted) >= limits.customers, marks, found)


def unsolved(facts: Facts, limits: Limits) -> Finding:
    return Finding(GradeRule.UNSOLVED, Grade.SERIOUS, facts.unsolved, ("unsolved",) if facts.unsolved else ())


def repeated(facts: Facts, limits: Limits) -> Finding:
    """So many, whoever complains, received after an earlier one was closed as resolved and within a year of that; this is one of them."""
    handled = sorted(
        case.resolved for case in facts.cases if case.resolved and facts.received - limits.handled <= case.resolved < facts.received
    )
    found = Tally()
    for since in handled:
        tally = _once([case for case in sorted(facts.cases, key=_age) if since < case.received <= since + limits.handled], facts.id)
        if len(tally.counted) > len(found.counted):
            found = tally
        if len(found.counted) >= limits.repeats:
            break
    marks = tuple(f"again:{case.of}" for case in found.counted)
    return _of(GradeRule.REPEATED, Grade.RAISED, len(found.counted) >= limits.repeats, marks, found)


def help_needed(facts: Facts, limits: Limits) -> Finding:
    """The responsible department itself never counts."""
    holds = facts.helper is not None and facts.helper != facts.department
    return Finding(GradeRule.HELP, Grade.RAISED, holds, (f"help:{facts.helper}",) if holds else ())


RULES: tuple[Callable[[Facts, Limits], Finding], ...] = (crisis, customers, threat, unsolved, repeated, help_needed)


# ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Tally:
    counted: list[Case] = field(default_factory=list)
    left_out: list[tuple[int, Uncounted]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Of the complainants counted, whoever complained first where several are one by their links."""


def _of(rule: GradeRule, grade: Grade, holds: bool, marks: tuple[str, ...], found: Tally) -> Finding:
    return Finding(rule, grade, holds, marks, tuple(case.id for case in found.counted), tuple(found.left_out))


def _age(case: Case) -> tuple[dt.datetime, int]:
    return case.received, case.id


def _different(cases: Sequence[Case], own: int) -> Tally:
    """Each complainant once; those whose complaints are linked as one customer's are one. `cases` oldest first, as is what is counted."""
    who = {case.id: case.complainant for case in cases if case.why_not is None and case.complainant}
    groups = _joined([case for case in cases if case.id in who])
    shown = {groups[case.id]: case for case in reversed(cases) if case.id in groups}
    if own in groups:
        shown[groups[own]] = next(case for case in cases if case.id == own)
    found = Tally(names=sorted({who[group] for group in groups.values()}))
    for case in cases:
        kept = shown.get(groups.get(case.id, 0))
        if kept is case:
            found.counted.append(case)
        else:
            found.left_out.append((case.id, case.why_not or _why_one(case, kept)))
    return found


def _why_one(case: Case, kept: Case | None) -> Uncounted:
    if kept is None:
        return Uncounted.UNKNOWN
    return Uncounted.SAME_CUSTOMER if kept.complainant == case.complainant else Uncounted.LINKED


def _joined(cases: Sequence[Case]) -> dict[int, int]:
    """For each case the id of the oldest one that is of the same complainant, by name or by links."""
    above: dict[str | int, str | int] = {}

    def top(of: str | int) -> str | int:
        while (higher := above.setdefault(of, of)) != of:
            of = higher
        return of

    for case in cases:
        above[top(case.of)] = top(case.complainant)
    oldest: dict[str | int, int] = {}
    for case in cases:
        oldest.setdefault(top(case.complainant), case.id)
    return {case.id: oldest[top(case.complainant)] for case in cases}


def _once(cases: Sequence[Case], own: int) -> Tally:
    """Each chain of links once, whoever complains; the complaint itself before the others of its chain. Oldest first."""
    shown = {case.of: case for case in reversed(cases) if case.why_not is None}
    shown |= {case.of: case for case in cases if case.id == own and case.why_not is None}
    found = Tally()
    for case in cases:
        if shown.get(case.of) is case:
            found.counted.append(case)
        else:
            found.left_out.append((case.id, case.why_not or Uncounted.LINKED))
    return found
