"""The figures of a month (R39), each defined once: name, unit, what it means in words, and how it is worked out.

Page, files and lists all take them from here. A rate carries its n, and nothing blank stands in a denominator (R41a). Medians and
percentiles are worked out by the database. Not here: which complaints a count counts (`sets`), how figures are shown.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Complaint, ComplaintType, Customer, Product
from complaints.moves import Text
from complaints.states import Channel, Grade, Nature, State, TypeGroup
from escalation.models import TimerState
from escalation.policies import Code
from organisation.models import Department

from . import sets
from .period import Period, preceding, year_before


class Unit(StrEnum):
    COUNT = "count"
    RATE = "rate"
    """A share of one, shown as per cent."""


@dataclass(frozen=True)
class Figure:
    """A count is the size of the set of its own name; a rate is one set as a share of another."""

    name: str
    label: Text
    meaning: Text
    unit: Unit = Unit.COUNT
    part: str = ""
    whole: str = ""


FIGURES = (
    Figure("received", pgettext_lazy("figure", "Received"), _("Received in the month, by local date: valid, invalid and not yet judged.")),
    Figure("valid", _("Valid"), _("Received in the month and judged to be factual.")),
    Figure("invalid", _("Invalid"), _("Received in the month and found not to be factual.")),
    Figure("unjudged", _("Not yet judged"), _("Received in the month; nobody has decided yet whether it is factual.")),
    Figure("on_spot", _("Answered on the spot"), _("Received in the month and closed by the desk at once.")),
    Figure("major", _("Major complaints"), _("Received in the month and judged to be major.")),
    Figure("closed", _("Closed in the month"), _("Closed in the month, whenever received, and not reopened since.")),
    Figure(
        "closure_rate", _("Closure rate"), _("Received in the month and valid: closed by the cut-off, of all of them."),
        Unit.RATE, "valid_closed", "valid",
    ),
    Figure(
        "clearance_rate", _("Cleared"), _("Closed in the month, of those open at its start and those received in it."),
        Unit.RATE, "closed", "handled",
    ),
    Figure("backlog", _("Open at the end"), _("Open at the month's end, or at the cut-off while it is not over, whenever received.")),
    Figure("reopened", pgettext_lazy("figure", "Reopened"), _("Received in the month and reopened at least once since.")),
    Figure("chased", pgettext_lazy("figure", "Chased"), _("Received in the month and chased by the customer at least once.")),
    Figure(
        "satisfaction", pgettext_lazy("figure", "Satisfied"),
        _("Received in the month: satisfied customers, of those who said whether they are."),
        Unit.RATE, "satisfied", "asked",
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Figure] = {figure.name: figure for figure in FIGURES}
AGES = (1, 3, 7, 30)  # days


@dataclass(frozen=True)
class Value:
    """A count, or a rate with what it is made of: `part` of `whole`; no rate where there is nothing to divide by."""

    figure: Figure
    part: int
    whole: int | None = None

    @property
    def number(self) -> float | int | None:
        if self.whole is None:
            return self.part
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Row:
    """One of what is counted by; `set` is the name of its list."""

    label: str
    set: str
    count: int
    valid: int
    closed: int
    """Of the valid ones."""
    share: float
    running: float
    """This one and all above it, as a share of all."""


@dataclass(frozen=True)
class OnTime:
    """How the timers of one code ended; `rate` is in time ÷ all with a verdict, None where there is none."""

    code: str
    label: Text
    in_time: int
    late: int
    blank: int

    @property
    def decided(self) -> int:
        return self.in_time + self.late

    @property
    def rate(self) -> float | None:
        return self.in_time / self.decided if self.decided else None


@dataclass(frozen=True)
class Time:
    """How long something took, in seconds of elapsed time from the receipt; None where it happened to none."""

    name: str
    label: Text
    n: int
    median: float | None
    p90: float | None


@dataclass(frozen=True)
class Month:
    period: Period
    values: Mapping[str, Value]
    previous: Mapping[str, Value]
    """The month before, with the same cut-off."""
    last_year: Mapping[str, Value]
    on_time: Sequence[OnTime]
    times: Sequence[Time]
    ages: Sequence[tuple[int | None, int]]
    """The backlog by age: younger than so many days (None: all the rest), how many."""
    by: Mapping[str, Sequence[Row]]
    rounds: Sequence[tuple[int, int]]
    """Received in the month with a plan: how many are in which round."""


def month(period: Period) -> Month:
    """All figures of a month, in a number of queries that does not grow."""
    return Month(
        period=period,
        values=values(period),
        previous=values(period.other(preceding(period.first))),
        last_year=values(period.other(year_before(period.first))),
        on_time=on_time(period),
        times=times(period),
        ages=ages(period),
        by={dimension: rows(period, dimension) for dimension in sets.DIMENSIONS},
        rounds=rounds(period),
    )


def values(period: Period) -> dict[str, Value]:
    """Four queries: one over what was received in the month, one for each set that is not a part of it."""
    sizes = sets.received(period).aggregate(**{f"n_{name}": Count("pk", filter=part) for name, part in sets.PARTS.items()})
    size = {name: sizes[f"n_{name}"] for name in sets.PARTS} | {
        name: sets.of(period, name).count() for name in ("closed", "backlog", "handled")
    }
    return {figure.name: _value(figure, size) for figure in FIGURES}


def _value(figure: Figure, size: Mapping[str, int]) -> Value:
    if figure.unit == Unit.RATE:
        return Value(figure, size[figure.part], size[figure.whole])
    return Value(figure, size[figure.name])


# ── by what ──────────────────────────────────────────────────────────────────────────────────────────────────


def rows(period: Period, dimension: str) -> list[Row]:
    """What was received, counted: most first, then by label; two queries at most."""
    valid = Q(valid=True)
    counted = sets.received(period).values_list(dimension).annotate(
        n=Count("pk"), valid_n=Count("pk", filter=valid), closed_n=Count("pk", filter=valid & Q(state=State.CLOSED))
    )  # fmt: skip
    found = [(key or None, n, valid_n, closed_n) for key, n, valid_n, closed_n in counted]
    labels = _labels(dimension, [key for key, *_counts in found])
    found.sort(key=lambda row: (-row[1], labels[row[0]]))
    total, running, result = sum(row[1] for row in found), 0, []
    for key, n, valid_n, closed_n in found:
        running += n
        result.append(Row(labels[key], sets.name_of(dimension, key), n, valid_n, closed_n, n / total, running / total))
    return result


def label_of(dimension: str, key: str) -> str:
    """Of a row, by the key in the name of its set. ValueError where nothing has that key."""
    known: Any = None if key == sets.NONE else int(key) if dimension in sets.BY_KEY else key
    try:
        return _labels(dimension, [known])[known]
    except KeyError:
        raise ValueError(key) from None


def _labels(dimension: str, keys: list[Any]) -> dict[Any, str]:
    known = [key for key in keys if key is not None]
    named = NAMED[dimension].objects.in_bulk(known) if dimension in NAMED and known else {}
    found = {key: str(_label(dimension, key, named)) for key in known}
    return found | {None: str(_("Anonymous") if dimension == "customer" else _("Not given"))}


NAMED: Mapping[str, Any] = {"type": ComplaintType, "product": Product, "department": Department, "customer": Customer}


def _label(dimension: str, key: Any, named: Mapping[Any, Any]) -> Text:
    if dimension == "type":
        return f"{TypeGroup(named[key].group).label} · {named[key]}"
    if dimension == "product":
        return f"{named[key].code} {named[key]}"
    if dimension in NAMED:
        return str(named[key])
    return {"channel": Channel, "nature": Nature, "grade": Grade}[dimension](key).label


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────


def on_time(period: Period) -> list[OnTime]:
    """By code, in the order of the policies; codes of which there is no timer are left out. One query."""
    ends = {f"n_{name}": Count("pk", filter=ended) for name, ended in sets.VERDICTS.items()}
    found = {code: numbers for code, *numbers in sets.timers(period).values_list("code").annotate(**ends)}
    return [OnTime(code, Code(code).label, *found[code]) for code in sets.TIMED if code in found]


class Percentile(Aggregate):
    """Between two values the straight line, as `percentile_cont` does."""

    function = "percentile_cont"
    output_field = DurationField()

    def __init__(self, expression: Any, fraction: float, **extra: Any) -> None:
        super().__init__(expression, template=f"%(function)s({fraction}) WITHIN GROUP (ORDER BY %(expressions)s)", **extra)


def times(period: Period) -> list[Time]:
    """Of what was received in the month: until acknowledged, until the plan was there, until closed. Three queries."""
    received = sets.received(period)
    planned = sets.timers(period).filter(code=Code.PLAN, ordinal=1, state=TimerState.STOPPED)
    return [
        _time(
            "acknowledge", _("Until acknowledged"), received.filter(acknowledged_at__isnull=False), F("acknowledged_at") - F("received_at")
        ),
        _time("plan", _("Until the plan was there"), planned, F("stopped_at") - F("complaint__received_at")),
        _time("close", _("Until closed"), received.filter(state=State.CLOSED), F("closed_at") - F("received_at")),
    ]


def _time(name: str, label: Text, found: Any, taken: Any) -> Time:
    got = found.aggregate(n=Count("pk"), median=Percentile(taken, 0.5), p90=Percentile(taken, 0.9))
    return Time(name, label, got["n"], *(got[one].total_seconds() if got[one] is not None else None for one in ("median", "p90")))


def ages(period: Period) -> list[tuple[int | None, int]]:
    """The backlog by how long ago it was received, counted from the end of the month or the cut-off. One query."""
    waited = {days: Q(received_at__gt=period.until - dt.timedelta(days=days)) for days in AGES}
    got = sets.of(period, "backlog").aggregate(
        total=Count("pk"), **{f"n_{days}": Count("pk", filter=young) for days, young in waited.items()}
    )
    bounds = [0, *(got[f"n_{days}"] for days in AGES), got["total"]]
    return [(days, bounds[place + 1] - bounds[place]) for place, days in enumerate([*AGES, None])]


def rounds(period: Period) -> list[tuple[int, int]]:
    planned = sets.received(period).filter(rounds__proposed_at__isnull=False).distinct()
    return list(Complaint.objects.filter(pk__in=planned.values("pk")).order_by("round").values_list("round").annotate(n=Count("pk")))
