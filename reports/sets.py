"""Which complaints a number of the month counts: every count is the size of one of these sets, and its list shows just them (R39, R41).

A set's name stands in addresses: `valid`, `type.12`, `late.plan`. Not here: what is worked out from sizes (`figures`), who may open
which of them (R4, `views`).
"""

import base64
import binascii
import datetime as dt
from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from complaints.models import Complaint, Event, Measure, Recurrence, Round
from complaints.models.history import REOPENING, SENT_BACK
from complaints.models.querysets import ComplaintQuerySet
from complaints.moves import MOVES
from complaints.states import MeetingStage, Nature, Outcome, State
from escalation.models import Timer, TimerState, Verdict
from escalation.policies import SILENT, Code

from .period import Period

CLOSING = sorted(name for name, move in MOVES.items() if move.target == State.CLOSED)
OPEN = ~Q(state=State.CLOSED)


class Halves(NamedTuple):
    """A set that holds open and closed complaints: which of the open, which of the closed."""

    open: Q
    closed: Q


def _received(period: Period) -> Q:
    return Q(received_at__gte=period.start, received_at__lt=period.until)


def closed(period: Period) -> Q:
    """Closed in the month, and not reopened since."""
    return Q(state=State.CLOSED, closed_at__gte=period.start, closed_at__lt=period.until)


def open_at(instant: dt.datetime) -> Halves:
    """Received before and not closed then. What is open now or was closed later was closed then, if it was reopened next."""
    later = Event.objects.filter(kind__in=REOPENING, at__gte=instant, complaint__isnull=False)
    before = Event.objects.filter(
        complaint=OuterRef("complaint"), kind__in=[*CLOSING, *REOPENING], at__gte=instant, seq__lt=OuterRef("seq")
    )
    came, next_reopened = Q(received_at__lt=instant), Q(pk__in=later.filter(~Exists(before)).values("complaint"))
    return Halves(came & ~next_reopened, came & Q(closed_at__gte=instant) & ~next_reopened)


def _was_open(instant: dt.datetime) -> Q:
    halves = open_at(instant)
    return (OPEN & halves.open) | (~OPEN & halves.closed)


FACTUAL = ~Q(valid=False) & ~Q(outcome=Outcome.WITHDRAWN)
HOLDS = Q(round__number=F("complaint__round"), round__approved_at__isnull=False)
"""Of a measure: it belongs to the plan that holds, approved, with nothing newer after it."""
CARRIED_OUT = HOLDS & Q(done_at__isnull=False)


def _has(measure: Q) -> Q:
    return Q(Exists(Measure.objects.filter(measure, complaint=OuterRef("pk"))))


# Of what was received in the month, by columns of the complaint.
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
    "scored": Q(score__isnull=False),
}
# And by what was done about it.
DONE: Mapping[str, Callable[[], Q]] = {
    "planned": lambda: Q(Exists(Round.objects.filter(complaint=OuterRef("pk"), proposed_at__isnull=False))),
    "met": lambda: Q(nature=Nature.MAJOR, meeting=MeetingStage.AGREED),
    "recurrences": lambda: FACTUAL & Q(pk__in=Recurrence.objects.values("other")),
    "exceptions": lambda: Q(pk__in=Round.objects.exclude(four_eyes_exception="").values("complaint")),
    "done": lambda: _has(CARRIED_OUT),
    "unverified": lambda: _has(CARRIED_OUT & Q(verified_at__isnull=True)),
    "judged": lambda: _has(Q(effective__isnull=False)),
    "ineffective": lambda: _has(Q(effective=False)),
}
# By their own instants.
OTHERS: Mapping[str, Callable[[Period], Q]] = {
    "closed": closed,
    "opening": lambda period: _was_open(period.start),
    "backlog": lambda period: _was_open(period.until),
    "handled": lambda period: _was_open(period.start) | _received(period),
    "measures": lambda period: Q(pk__in=measures(period).values("complaint")),
    "overdue": lambda period: Q(pk__in=measures(period).filter(overdue(period)).values("complaint")),
}
# What it is counted by: columns of the complaint, and the causes of its last round.
DIMENSIONS = (
    "type",
    "cause",
    "escape",
    "product",
    "lot_number",
    "project",
    "department",
    "customer",
    "channel",
    "nature",
    "grade",
    "recorded_by",
)
BY_KEY = {"type", "product", "department", "customer", "grade", "recorded_by"}
BY_TEXT = {"lot_number", "project"}
OF_THE_PLAN = {"cause": "cause_category", "escape": "escape_category"}
"""What stands in the plan of the last round: why it occurred, why it escaped."""
AGES = (1, 3, 7, 30)  # days
NONE = "none"
LONGEST_KEY = 9
LONGEST_CODE = 3
# Late only because a rule was changed while it ran is nobody's lateness: it is left out of the rate, and its number shown.
VERDICTS: Mapping[str, Q] = {
    "in_time": Q(verdict=Verdict.IN_TIME) & ~Q(state=TimerState.VOID),
    "late": Q(verdict=Verdict.LATE, by_rule=False) & ~Q(state=TimerState.VOID),
    "blank": Q(verdict=Verdict.NONE) | Q(state=TimerState.VOID) | Q(verdict=Verdict.LATE, by_rule=True),
}
# The plan that was there first.
PLANNED = Q(code=Code.PLAN, subject="", ordinal=1, state=TimerState.STOPPED, stopped_at__isnull=False)
TIMED = [str(code) for code in Code if code not in SILENT]


def of(period: Period, name: str) -> ComplaintQuerySet:
    """The complaints of that set, whoever may see them. ValueError when there is no such set."""
    rows = Complaint.objects.filter(branch=period.branch).order_by()
    if name in PARTS:
        return rows.filter(_received(period) & PARTS[name])
    if name in DONE:
        return rows.filter(_received(period) & DONE[name]())
    if name in OTHERS:
        return rows.filter(OTHERS[name](period))
    kind, _dot, key = name.partition(".")
    if kind in DIMENSIONS:
        return rows.filter(_received(period) & _by(kind, key))
    if kind in VERDICTS and key in TIMED:
        return rows.filter(_received(period) & Q(Exists(Timer.objects.filter(VERDICTS[kind], complaint=OuterRef("pk"), code=key))))
    if kind == "sent_back" and key in SENT_BACK:
        return rows.filter(_received(period) & Q(pk__in=sent_back(period).filter(kind=key).values("complaint")))
    if kind == "money" and key.isalpha() and len(key) <= LONGEST_CODE:
        return rows.filter(Q(pk__in=compensated(period).filter(remedy_currency=key).values("complaint")))
    if kind == "round" and key.isdecimal() and len(key) <= LONGEST_KEY:
        return rows.filter(_received(period) & DONE["planned"]() & Q(round=int(key)))
    raise ValueError(name)


def received(period: Period) -> ComplaintQuerySet:
    return of(period, "received")


def timers(period: Period) -> QuerySet[Timer]:
    """Of the complaints received in the month, without those of rules that no one is timed by."""
    return Timer.objects.filter(complaint__in=received(period).values("pk")).exclude(code__in=SILENT).order_by()


def sent_back(period: Period) -> QuerySet[Event]:
    """Each time something about the complaints received in the month was sent back, until now."""
    return Event.objects.filter(complaint__in=received(period).values("pk"), kind__in=SENT_BACK).order_by()


def measures(period: Period) -> QuerySet[Measure]:
    """Agreed before the end of the month or the cut-off, in the plan that holds, and not done then, whenever the complaint came."""
    agreed = Q(complaint__branch=period.branch, round__number=F("complaint__round"), round__approved_at__lt=period.until)
    return Measure.objects.filter(agreed & (Q(done_at=None) | Q(done_at__gte=period.until))).order_by()


def compensated(period: Period) -> QuerySet[Round]:
    """Plans with an amount that hold, of complaints received in the month."""
    held = Q(number=F("complaint__round"), approved_at__isnull=False, remedy_amount__gt=0)
    return Round.objects.filter(held, complaint__in=received(period).values("pk")).order_by()


def overdue(period: Period) -> Q:
    """Of these, the ones whose day was over then, by the branch's date."""
    return Q(due_on__lt=period.day_after)


def _by(dimension: str, key: str) -> Q:
    if dimension in OF_THE_PLAN:
        found, column = Round.objects.filter(complaint=OuterRef("pk"), number=OuterRef("round")), OF_THE_PLAN[dimension]
        return ~Q(Exists(found.exclude(**{column: ""}))) if key == NONE else Q(Exists(found.filter(**{column: key})))
    if dimension in BY_TEXT:
        return Q(**{dimension: "" if key == NONE else text_of(key)})
    if dimension not in BY_KEY:
        return Q(**{dimension: "" if key == NONE else key})
    if key == NONE:
        return Q(**{f"{dimension}__isnull": True})
    if not key.isdecimal() or len(key) > LONGEST_KEY:
        raise ValueError(key)
    return Q(**{dimension: int(key)})


def name_of(dimension: str, key: object) -> str:
    if key in (None, ""):
        return f"{dimension}.{NONE}"
    return f"{dimension}.{base64.urlsafe_b64encode(str(key).encode()).decode().rstrip('=') if dimension in BY_TEXT else key}"


def text_of(key: str) -> str:
    """What people wrote, from a set's name. ValueError where it is none."""
    try:
        return base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise ValueError(key) from None
