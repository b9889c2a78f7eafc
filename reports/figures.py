"""The figures of a month (R39), each defined once: name, unit, what it means in words, and how it is worked out.

Page, files and lists all take them from here. A rate carries its n, and nothing blank stands in a denominator (R41a). Medians and
percentiles are worked out by the database. Not here: which complaints a count counts (`sets`), how figures are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Count
from django.db.models import Value as Literal
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.models import ComplaintType, Customer, Product
from complaints.models.querysets import among
from complaints.moves import MOVES, Text
from complaints.states import CauseCategory, Channel, Grade, Nature, TypeGroup
from escalation.policies import Code
from organisation.models import Department, Person

from . import counting, edges, kept, sets
from .asking import ask, ask_each
from .outcome import Carried, Money, outcome
from .period import Period, preceding, year_before
from .trend import Trend, trend


class Unit(StrEnum):
    COUNT = "count"
    RATE = "rate"
    """A share of one, shown as per cent."""
    MEAN = "mean"
    """The sum of what was given, by how many gave it."""


@dataclass(frozen=True)
class Figure:
    """A count is the size of the set of its own name; a rate is one set as a share of another; behind a mean stands `part`."""

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
    Figure(
        "score", _("Score"), _("Received in the month and visited: the mean of the last scores, from 1 to 5."), Unit.MEAN, "scored"
    ),
    Figure("exceptions", _("Four-eyes exceptions"), _("Received in the month and decided by somebody who had signed the round already.")),
    Figure(
        "recurrences", _("Recurrences"),
        _("Received in the month, on the same problem as one closed shortly before, whose measures were still watched."),
    ),
    Figure(
        "meetings", _("Major with a resolution"), _("Received in the month and major: the analysis meeting's resolution is agreed by all."),
        Unit.RATE, "met", "major",
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Figure] = {figure.name: figure for figure in FIGURES}


@dataclass(frozen=True)
class Value:
    """A count, or a rate or mean with what it is made of: `part` of `whole`; none where there is nothing to divide by."""

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
    on_spot: int
    invalid: int

    @property
    def closure_rate(self) -> float | None:
        return self.closed / self.valid if self.valid else None


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
    rest: Mapping[str, tuple[int, int]]
    """How many rows of a dimension are left out, and what they count together."""
    rounds: Sequence[tuple[int, int]]
    """Received in the month with a plan: how many are in which round."""
    sent_back: Sequence[tuple[str, Text, int]]
    """What was sent back since, about complaints received in the month: kind, in words, how often."""
    measures: tuple[int, int]
    """Agreed and not done at the end, and how many of them were overdue; whenever the complaint came."""
    trend: Trend
    """Twelve months, this one the last."""
    carried: Carried | None = None
    """None in a month that was published before these were counted; of `money` the same."""
    money: Sequence[Money] | None = None


def month(period: Period, *, top: int | None = None) -> Month:
    """All figures of a month, in a number of queries that does not grow. With `top`, of what there may be hundreds of (`LONG`) only so
    many and whatever counts as much as the last of them; the others are in `rest`."""
    planned = outcome(period)
    counted = counting.by(period, planned.given)
    by = {dimension: rows(dimension, found, top if dimension in LONG else None) for dimension, found in counted.items()}
    before, last_year = period.other(preceding(period.first)), period.other(year_before(period.first))
    three = [period, before, last_year]
    spans, sizes = kept.spans(three), edges.sizes(three)
    now, previous, then = (_values(*known) for known in zip(sizes, kept.parts(spans), rare(three), strict=True))
    return Month(
        period=period,
        values=now,
        previous=previous,
        last_year=then,
        on_time=_on_time(spans[0]),
        times=_times(spans[0]),
        ages=ages(sizes[0]),
        by=by,
        rest={dimension: _rest(counted[dimension], found) for dimension, found in by.items()},
        rounds=planned.rounds,
        sent_back=sent_back(period),
        measures=measures(period),
        trend=trend(period),
        carried=planned.carried,
        money=planned.money,
    )


def values(period: Period) -> dict[str, Value]:
    """Four queries: which days are believed, what was received in the month, its rare parts, what of all was open then and what closed."""
    return _values(edges.sizes([period])[0], kept.parts(kept.spans([period]))[0], rare([period])[0])


def _values(size: Mapping[str, int], parts: Mapping[str, int], few: Mapping[str, int]) -> dict[str, Value]:
    """`parts` and `few` of what was received in the month, `size` of the other sets."""
    known = {**size, **parts, **few}
    known["handled"] = known["opening"] + known["received"]
    return {figure.name: _value(figure, known, parts["scores"]) for figure in FIGURES}


RARE = ("exceptions", "met", "recurrences")


def rare(periods: Sequence[Period]) -> list[dict[str, int]]:
    """How many of what was received in each month there are of which there are few. One query."""
    return [dict(found) for found in ask_each(_rare, periods)]


def _rare(period: Period) -> Any:
    """Every one is asked of its own, in one statement."""
    counted = (sets.of(period, name).annotate(which=Literal(name)).values_list("which").annotate(n=Count(Literal(1))) for name in RARE)
    one, *more = counted
    return one.union(*more, all=True)


def _value(figure: Figure, size: Mapping[str, int], scores: int) -> Value:
    if figure.unit == Unit.RATE:
        return Value(figure, size[figure.part], size[figure.whole])
    if figure.unit == Unit.MEAN:
        return Value(figure, scores, size[figure.part])
    return Value(figure, size[figure.name])


# ── by what ──────────────────────────────────────────────────────────────────────────────────────────────────


LONG = {"customer", "product", "lot_number", "project"}


def rows(dimension: str, counted: Sequence[counting.Counts], top: int | None = None) -> list[Row]:
    """What was received, counted by one thing: most first, then by label; one query at most, for the names."""
    total, kept = sum(row[1] for row in counted), counted
    if top and len(counted) > top:
        least = sorted((row[1] for row in counted), reverse=True)[top - 1]
        kept = [row for row in counted if row[1] >= least]
    labels = _labels(dimension, [key for key, *_counts in kept])
    found = sorted(kept, key=lambda row: (-row[1], labels[row[0]]))
    running, result = 0, []
    for key, n, valid_n, closed_n, spot_n, invalid_n in found:
        running += n
        shares = n / total, running / total
        result.append(Row(labels[key], sets.name_of(dimension, key), n, valid_n, closed_n, *shares, spot_n, invalid_n))
    return result


def _rest(counted: Sequence[counting.Counts], kept: Sequence[Row]) -> tuple[int, int]:
    return len(counted) - len(kept), sum(row[1] for row in counted) - sum(row.count for row in kept)


def label_of(dimension: str, key: str) -> str:
    """Of a row, by the key in the name of its set. ValueError where nothing has that key."""
    known: Any = key
    if key == sets.NONE:
        known = None
    elif dimension in sets.BY_KEY:
        known = int(key)
    elif dimension in sets.BY_TEXT:
        known = sets.text_of(key)
    try:
        return _labels(dimension, [known])[known]
    except KeyError:
        raise ValueError(key) from None


# By what is named in a table of its own: the table, and the columns that the name is made of.
NAMED: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "type": (ComplaintType, ("group",)), "product": (Product, ("code",)), "department": (Department, ()), "customer": (Customer, ()),
    "recorded_by": (Person, ()),
}  # fmt: skip
CHOICES: Mapping[str, Any] = {"channel": Channel, "nature": Nature, "grade": Grade, "cause": CauseCategory, "escape": CauseCategory}


def _labels(dimension: str, keys: list[Any]) -> dict[Any, str]:
    known = [key for key in keys if key is not None]
    nothing = {None: str(_("Anonymous") if dimension == "customer" else _("Not given"))}
    if dimension in NAMED:
        return _names(dimension, known) | nothing
    if dimension in CHOICES:
        return {key: str(CHOICES[dimension](key).label) for key in known} | nothing
    return {key: key for key in known} | nothing


def _names(dimension: str, keys: list[int]) -> dict[int, str]:
    """In the language of the moment, without making a whole row of each."""
    table, more = NAMED[dimension]
    english = (get_language() or "en").startswith("en")
    named = table.objects.filter(among("id", keys)).order_by()
    found = {}
    for pk, name, name_en, *rest in named.values_list("pk", "name", "name_en", *more):
        shown = (name_en or name) if english else name
        found[pk] = " ".join([*(_before(dimension, one) for one in rest if one != shown), shown])
    return found


def _before(dimension: str, code: str) -> str:
    return f"{TypeGroup(code).label} ·" if dimension == "type" else code


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────


def on_time(period: Period) -> list[OnTime]:
    """By code, in the order of the policies; codes of which there is no timer are left out. Two queries."""
    return _on_time(kept.spans([period])[0])


def _on_time(span: kept.Span) -> list[OnTime]:
    found = kept.verdicts(span)
    return [OnTime(code, Code(code).label, *found[code]) for code in sets.TIMED if code in found]


def _times(span: kept.Span) -> list[Time]:
    """Of what was received in the month: until acknowledged, until the plan was there, until closed. One query."""
    told = kept.taken(span)
    labels = {"acknowledge": _("Until acknowledged"), "plan": _("Until the plan was there"), "close": _("Until closed")}
    return [_time(name, label, *told.get(name, (0, None))) for name, label in labels.items()]


def _time(name: str, label: Text, n: int, marks: Sequence[float] | None) -> Time:
    return Time(name, label, n, *marks) if n and marks else Time(name, label, 0, None, None)


def ages(size: Mapping[str, int]) -> list[tuple[int | None, int]]:
    """The backlog by how long ago it was received, counted from the end of the month or the cut-off (`edges.sizes`)."""
    bounds = [0, *(size[f"younger_{days}"] for days in sets.AGES), size["backlog"]]
    return [(days, bounds[place + 1] - bounds[place]) for place, days in enumerate([*sets.AGES, None])]


def measures(period: Period) -> tuple[int, int]:
    """Open at the end, and overdue. One query."""
    count, overdue = ask(_measures, period)[0]
    return count, overdue


def _measures(period: Period) -> Any:
    return sets.measures(period).aggregate(open=Count(Literal(1)), overdue=Count(Literal(1), filter=sets.overdue(period)))


def sent_back(period: Period) -> list[tuple[str, Text, int]]:
    """By kind, the most frequent first. One query."""
    return [(kind, MOVES[kind].label, n) for kind, n in sorted(ask(_sent_back, period), key=lambda one: (-one[1], one[0]))]


def _sent_back(period: Period) -> Any:
    return sets.sent_back(period).values_list("kind").annotate(n=Count(Literal(1)))
