"""How much was open at the edges of a month and how much was closed in it: what is not a part of what was received in the month.

What is open is little; of what was closed only indexes are read, from the month's first instant to a few weeks after its end, and then of
what took longer than these. Not here: which complaints these are (`sets`), and what is counted of those received in a month (`figures`).
"""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Value

from complaints.models import Complaint
from complaints.models.complaint import SOON, TOOK_LONG
from complaints.states import State

from . import sets
from .asking import ask
from .period import Period


class Wanted(NamedTuple):
    open: Q | None
    closed: Q


def sizes(period: Period) -> dict[str, int]:
    """`opening`, `backlog`, `closed`, and how many of the backlog are `younger_` than so many days. Three queries."""
    wanted = _wanted(period)
    among_open = dict(zip((name for name, one in wanted.items() if one.open is not None), ask(_of_the_open, period)[0], strict=True))
    soon, late = ask(_closed_soon_after, period)[0], ask(_closed_much_later, period)[0]
    return {name: among_open.get(name, 0) + soon[place] + late[place] for place, name in enumerate(wanted)}


def _of_the_open(period: Period) -> Any:
    wanted = {f"n_{name}": Count(Value(1), filter=one.open) for name, one in _wanted(period).items() if one.open is not None}
    return _rows(period).exclude(state=State.CLOSED).aggregate(**wanted)


def _closed_soon_after(period: Period) -> Any:
    rows = _rows(period).filter(state=State.CLOSED, closed_at__gte=period.start, closed_at__lt=period.until + SOON)
    return rows.aggregate(**{f"n_{name}": Count(Value(1), filter=one.closed) for name, one in _wanted(period).items()})


def _closed_much_later(period: Period) -> Any:
    """Open at an edge of the month and closed so much later, it took long."""
    rows = _rows(period).filter(TOOK_LONG, state=State.CLOSED, closed_at__gte=period.until + SOON)
    return rows.aggregate(**{f"n_{name}": Count(Value(1), filter=one.closed) for name, one in _wanted(period).items()})


def _rows(period: Period) -> QuerySet[Complaint]:
    return Complaint.objects.filter(branch=period.branch).order_by()


def _wanted(period: Period) -> dict[str, Wanted]:
    backlog, opening = sets.open_at(period.until), sets.open_at(period.start)
    young = {days: Q(received_at__gt=period.until - dt.timedelta(days=days)) for days in sets.AGES}
    return {
        "opening": Wanted(opening.open, opening.closed),
        "backlog": Wanted(backlog.open, backlog.closed),
        "closed": Wanted(None, sets.closed(period)),
        **{f"younger_{days}": Wanted(one & backlog.open, one & backlog.closed) for days, one in young.items()},
    }
