"""What changed since a month was published: figure, as published, as it is now (R40). Beside the figures, never in them.

Not here: how the published month is kept (`freezing`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .figures import Month, OnTime, Row, Unit, Value
from .files import DIMENSION_TITLES


@dataclass(frozen=True)
class Difference:
    label: str
    published: str
    now: str
    list: str
    """The set that shows what is counted now."""


def differences(published: Month, now: Month) -> list[Difference]:
    """In the order of the page; a row that is gone counts nothing now, one that is new counted nothing then."""
    return [one for one in (*_values(published, now), *_deadlines(published, now), *_rows(published, now)) if one.published != one.now]


def _values(published: Month, now: Month) -> Iterator[Difference]:
    for name, value in published.values.items():
        yield Difference(str(value.figure.label), _told(value), _told(now.values[name]), value.figure.part or name)


def _told(value: Value) -> str:
    """A rate as what it is made of: 26/33 may be the same per cents as 52/66."""
    return str(value.part) if value.figure.unit == Unit.COUNT else f"{value.part}/{value.whole}"


def _deadlines(published: Month, now: Month) -> Iterator[Difference]:
    then, present = ({one.code: one for one in month.on_time} for month in (published, now))
    for code in {**then, **present}:
        label = str((then.get(code) or present[code]).label)
        told = _("%(deadline)s in time") % {"deadline": label}
        yield Difference(told, _kept(then.get(code)), _kept(present.get(code)), f"in_time.{code}")


def _kept(one: OnTime | None) -> str:
    return f"{one.in_time}/{one.decided}" if one else "–"


def _rows(published: Month, now: Month) -> Iterator[Difference]:
    for dimension, title in DIMENSION_TITLES.items():
        then, present = ({row.set: row for row in month.by.get(dimension, [])} for month in (published, now))
        for name in {**then, **present}:
            row = then.get(name) or present[name]
            yield Difference(f"{title}: {row.label}", _counted(then.get(name)), _counted(present.get(name)), name)


def _counted(row: Row | None) -> str:
    return str(row.count) if row else "0"


def sizes(month: Month) -> dict[str, int]:
    """How many complaints each list behind a number held, by the list's name."""
    found = {row.set: row.count for rows in month.by.values() for row in rows}
    for name, value in month.values.items():
        if value.figure.unit == Unit.COUNT:
            found[name] = value.part
        elif value.figure.unit == Unit.RATE:
            found |= {value.figure.part: value.part, value.figure.whole: value.whole or 0}
    return found
