"""Which complaints a number of the month counts: every count is the size of one of these sets, and its list shows just them (R39, R41).

A set's name stands in addresses: `valid`, `type.12`, `late.plan`. Not here: what is worked out from sizes (`figures`), who may open
which of them (R4, `views`).
"""

import datetime as dt
from collections.abc import Callable, Mapping

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

from complaints.models import Complaint, Event
from complaints.moves import MOVES
from complaints.states import Nature, Outcome, State
from escalation.models import Timer, TimerState, Verdict
from escalation.policies import SILENT, Code

from .period import Period

CLOSING = sorted(name for name, move in MOVES.items() if move.target == State.CLOSED)
REOPENING = sorted(name for name, move in MOVES.items() if State.CLOSED in move.sources and move.target not in (None, State.CLOSED))


def _received(period: Period) -> Q:
    return Q(received_at__gte=period.start, received_at__lt=period.until)


def _closed(period: Period) -> Q:
    """Closed in the month, and not reopened since."""
    return Q(state=State.CLOSED, closed_at__gte=period.start, closed_at__lt=period.until)


def _open_at(instant: dt.datetime) -> Q:
    """Received before and not closed then. What is open now or was closed later was closed then, if it was reopened next."""
    there = Q(received_at__lt=instant) & (~Q(state=State.CLOSED) | Q(state=State.CLOSED, closed_at__gte=instant))
    after = Event.objects.filter(complaint=OuterRef("pk"), kind__in=[*CLOSING, *REOPENING], at__gte=instant).order_by("seq")
    first = Coalesce(Subquery(after.values("kind")[:1]), Value(""), output_field=CharField())
    return there & ~Q(In(first, REOPENING))


# Of what was received in the month.
PARTS: Mapping[str, Q] = {
    "received": Q(),
    "valid": Q(valid=True),
    "invalid": Q(valid=False),
    "unjudged": Q(valid=None),
    "on_spot": Q(outcome=Outcome.ON_SPOT),
    "major": Q(nature=Nature.MAJOR),
    "valid_closed": Q(valid=True, state=State.CLOSED),
    "reopened": Q(reopened__gt=0),
    "chased": Q(chased__gt=0),
    "asked": Q(satisfied__isnull=False),
    "satisfied": Q(satisfied=True),
}
# By their own instants.
OTHERS: Mapping[str, Callable[[Period], Q]] = {
    "closed": _closed,
    "opening": lambda period: _open_at(period.start),
    "backlog": lambda period: _open_at(period.until),
    "handled": lambda period: _open_at(period.start) | _received(period),
}
# What it is counted by: columns of the complaint.
DIMENSIONS = ("type", "product", "department", "customer", "channel", "nature", "grade")
BY_KEY = {"type", "product", "department", "customer", "grade"}
NONE = "none"
LONGEST_KEY = 9
VERDICTS: Mapping[str, Q] = {
    "in_time": Q(verdict=Verdict.IN_TIME) & ~Q(state=TimerState.VOID),
    "late": Q(verdict=Verdict.LATE) & ~Q(state=TimerState.VOID),
    "blank": Q(verdict=Verdict.NONE) | Q(state=TimerState.VOID),
}
TIMED = [str(code) for code in Code if code not in SILENT]


def of(period: Period, name: str) -> QuerySet[Complaint]:
    """The complaints of that set, whoever may see them. ValueError when there is no such set."""
    rows = Complaint.objects.filter(branch=period.branch).order_by()
    if name in PARTS:
        return rows.filter(_received(period) & PARTS[name])
    if name in OTHERS:
        return rows.filter(OTHERS[name](period))
    kind, _dot, key = name.partition(".")
    if kind in DIMENSIONS:
        return rows.filter(_received(period) & _by(kind, key))
    if kind in VERDICTS and key in TIMED:
        return rows.filter(_received(period) & Q(Exists(Timer.objects.filter(VERDICTS[kind], complaint=OuterRef("pk"), code=key))))
    raise ValueError(name)


def received(period: Period) -> QuerySet[Complaint]:
    return of(period, "received")


def timers(period: Period) -> QuerySet[Timer]:
    """Of the complaints received in the month, without those of rules that no one is timed by."""
    return Timer.objects.filter(complaint__in=received(period).values("pk"), code__in=TIMED).order_by()


def _by(dimension: str, key: str) -> Q:
    if dimension not in BY_KEY:
        return Q(**{dimension: "" if key == NONE else key})
    if key == NONE:
        return Q(**{f"{dimension}__isnull": True})
    if not key.isdecimal() or len(key) > LONGEST_KEY:
        raise ValueError(key)
    return Q(**{dimension: int(key)})


def name_of(dimension: str, key: object) -> str:
    return f"{dimension}.{NONE if key in (None, '') else key}"
