"""A page of a list in order, with the way to the next and the previous one, and how many there are in all, counted to 1000.

Up to 1000 rows, their sort keys are fetched and put in order here: exact, and quick whatever the words are. Beyond that the database
walks an index of the order, which finds a page soon because so many fit. Pages are cut by the values of their rows, never by
offset, so that what comes in meanwhile moves nothing. Not here: what the rows show.
"""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Count, DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value, Window
from django.db.models.functions import Coalesce

from complaints.clockface import next_due
from complaints.models import Complaint
from complaints.models.querysets import among
from complaints.search import telling_keys

from .finding import Query

MANY = 1000
FREQUENT = 10 * MANY
SIZE = 50
STRIDE, FARTHEST = 500, 6000  # rows walked at a time, and at most, for a page of words
TRIES = 40  # pages of candidates that are looked at for one page of true ones


@dataclass(frozen=True)
class Sort:
    """An order by one value, then by id in the same direction."""

    name: str
    value: Any
    read: Callable[[str], Any]
    """The value as it stands in an address."""
    write: Callable[[Any], str] = str
    indexed: bool = False
    """Whether an index stands in this order, so that the nearest rows are read quickly."""


def _ungraded_last() -> Coalesce:
    return Coalesce("grade", Value(9))


NO_DUE = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
"""Where no clock runs: after all that have one."""


def _due() -> Coalesce:
    return Coalesce(next_due(), Value(NO_DUE), output_field=DateTimeField())


SORTS = {
    sort.name: sort
    for sort in (
        Sort("received", F("received_at"), dt.datetime.fromisoformat, lambda value: value.isoformat(), indexed=True),
        Sort("number", F("number_key"), int, indexed=True),
        Sort("stage", F("state_since"), dt.datetime.fromisoformat, lambda value: value.isoformat()),
        Sort("grade", _ungraded_last(), int),
        Sort("due", _due(), dt.datetime.fromisoformat, lambda value: value.isoformat()),
    )
}
DEFAULT = "-received"
Key = tuple[Any, int]
STRETCH = """
WITH near (sort_key, id, says) AS MATERIALIZED ({}), numbered AS (SELECT *, row_number() OVER () AS place FROM near)
SELECT sort_key, id, says, place FROM numbered WHERE says OR place = (SELECT max(place) FROM numbered) ORDER BY place"""
Found = QuerySet[Complaint]


@dataclass(frozen=True)
class Order:
    sort: Sort
    descending: bool

    @classmethod
    def of(cls, name: str) -> "Order":
        """`received` is ascending, `-received` descending; unknown ones are the usual one."""
        known = name if name.removeprefix("-") in SORTS else DEFAULT
        return cls(SORTS[known.removeprefix("-")], known.startswith("-"))

    def __str__(self) -> str:
        return f"{'-' if self.descending else ''}{self.sort.name}"


@dataclass(frozen=True)
class Cursor:
    """Where a page begins (`after` the row) or ends (`before` it); `place` is how many rows stand before the page."""

    backwards: bool
    key: Key
    place: int


def read_cursor(order: Order, after: str, before: str) -> Cursor | None:
    """From an address; None when there is none or it makes no sense."""
    try:
        value, pk, place = (before or after).rsplit("~", 2)
        return Cursor(bool(before), (order.sort.read(value), int(pk)), max(int(place), 0))
    except (ValueError, OverflowError):
        return None


def write_cursor(order: Order, key: Key, place: int) -> str:
    return f"{order.sort.write(key[0])}~{key[1]}~{place}"


@dataclass(frozen=True)
class Page:
    ids: list[int]
    total: int
    """Counted to 1001."""
    first: int
    """The place of its first row, from 1."""
    previous: str
    """A `before`, '' on the first page."""
    next: str
    """An `after`, '' on the last."""


def page(
    rows: Found,
    query: Query,
    order: Order,
    cursor: Cursor | None,
    *,
    size: int = SIZE,
    many: bool = True,
    far: bool = False,
    surely: Found | None = None,
) -> Page:
    """Two queries, one or two more where very many have the words.

    With `many` they are counted before a thousand keys are fetched for nothing; without, one query does for few rows. `far`: what fits
    stands at the other end of the order, so that all of it is gathered and sorted instead of walking there. `surely`: rows simply told
    that are all among them, by which words are known to be frequent without counting.
    """
    value = order.sort.value
    found = rows.annotate(sort_key=Coalesce(value, value) if far else value)
    wanted = query.candidates(found).order_by()
    expected = _expected(query, surely) if query and surely is not None else None
    if _too_many(wanted, expected, many):
        return _walked(found, query, order, cursor, size)
    if expected and MANY < expected <= FREQUENT / 2 and cursor is None and (first := _first_of_some(found, query, order, size)):
        return first
    known, looked_at = _true(wanted, query, MANY + 1)
    if looked_at > MANY:
        return _walked(found, query, order, cursor, size)
    known.sort(reverse=order.descending)
    start = _start(known, order, cursor, size)
    keys = known[start : start + size]
    return _page(keys, len(known), start, order, start > 0, start + size < len(known))


def _too_many(wanted: Found, expected: int | None, many: bool) -> bool:
    """Counted where nothing is known of them, and where they are many at all."""
    if expected is None:
        return many and wanted[: MANY + 1].count() > MANY
    return expected > FREQUENT


def _expected(query: Query, rows: Found) -> int:
    """How many have the words, by what the database knows of each key's share. Of simply told rows: R4 would blur its estimate.

    Really to count frequent ones, the index would have to say where all of them are, which grows with the table.
    """
    plan = json.loads(rows.filter(search__contains=telling_keys(query.text)).values("pk").explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def _first_of_some(found: Found, query: Query, order: Order, size: int) -> Page | None:
    """The first page of a few thousand, put in order and counted by the database; None where they are no more than a thousand, or
    some on the page do not truly have the words."""
    rows = _ordered(query.candidates(found), order.descending).annotate(total=Window(Count("pk")))
    told = list(rows.values_list("sort_key", "pk", "total")[: size + 1])
    if not told or told[0][2] <= MANY:
        return None
    keys: list[Key] = [(key, pk) for key, pk, _total in told]
    if len(_true_of(keys, found, query)) < len(keys):
        return None
    return _page(keys[:size], MANY + 1, 0, order, False, len(keys) > size)


def ids_in_order(rows: Found, query: Query, order: Order, most: int) -> list[int]:
    """All of them, one more than `most` at the utmost."""
    found = rows.annotate(sort_key=order.sort.value)
    keys: list[Key] = list(_ordered(query.candidates(found), order.descending).values_list("sort_key", "pk")[: most + 1])
    return [pk for _, pk in sorted(_true_of(keys, found, query), reverse=order.descending)]


def _page(keys: list[Key], total: int, place: int, order: Order, is_previous: bool, is_next: bool) -> Page:
    return Page(
        ids=[pk for _, pk in keys],
        total=total,
        first=place + 1 if keys else 0,
        previous=write_cursor(order, keys[0], place) if keys and is_previous else "",
        next=write_cursor(order, keys[-1], place + len(keys)) if keys and is_next else "",
    )


def _start(known: list[Key], order: Order, cursor: Cursor | None, size: int) -> int:
    """Where in the ordered keys the page begins; the last page when what stood behind is gone."""
    if cursor is None or not known:
        return 0
    ahead = sum(_stands_ahead(key, cursor.key, order.descending) for key in known)
    if cursor.backwards:
        return max(ahead - size, 0)
    start = ahead + (cursor.key in known)
    return start if start < len(known) else max(len(known) - size, 0)


def _stands_ahead(key: Key, other: Key, descending: bool) -> bool:
    return key > other if descending else key < other


# ── more than can be counted: the database walks along the order ─────────────────────────────────────────────


def _walked(found: Found, query: Query, order: Order, cursor: Cursor | None, size: int) -> Page:
    backwards = bool(cursor and cursor.backwards)
    keys = _along(found, query, order, cursor, size + 1)
    more, keys = len(keys) > size, keys[:size]
    if backwards and not more and len(keys) < size:
        return _walked(found, query, order, None, size)
    if cursor is None:
        return _page(keys, MANY + 1 if more else len(keys), 0, order, False, more)
    if backwards:
        return _page(keys[::-1], MANY + 1, max(cursor.place - len(keys), 0), order, more, True)
    return _page(keys, MANY + 1, cursor.place, order, True, more)


def _along(found: Found, query: Query, order: Order, cursor: Cursor | None, wanted: int) -> list[Key]:
    """The next rows from the cursor on, backwards where it points there, in which the words truly stand."""
    down = order.descending != bool(cursor and cursor.backwards)
    place = cursor.key if cursor else None
    if query and order.sort.indexed:
        near = _nearby(found, query, place, down, wanted)
        if len(near) == wanted:
            return near
    keys: list[Key] = []
    for _ in range(TRIES):
        rows = _ordered(_beyond(query.candidates(found), place, down), down)
        chunk: list[Key] = list(rows.values_list("sort_key", "pk")[:wanted])
        keys += sorted(_true_of(chunk, found, query), reverse=down)
        if len(chunk) < wanted or len(keys) >= wanted:
            break
        place = chunk[-1]
    return keys[:wanted]


def _nearby(found: Found, query: Query, place: Key | None, down: bool, wanted: int) -> list[Key]:
    """What of the next few thousand rows has the words: for frequent ones that is a page, and the index of words need not be read.

    Given up as soon as those looked at let expect too few.
    """
    keys: list[Key] = []
    says = ExpressionWrapper(Q(search__contains=query.keys), BooleanField())
    seen, size = 0, STRIDE
    while size:
        rows = _ordered(_beyond(found, place, down), down).annotate(says=says).values_list("sort_key", "pk", "says")[:size]
        hits, place, here = _said(rows)
        keys += sorted(_true_of(hits, found, query), reverse=down)
        seen += here
        size = 0 if here < size else _stride(len(keys), seen, wanted)
    return keys[:wanted]


def _stride(had: int, seen: int, wanted: int) -> int:
    """How many rows to look at next, where so many of those seen had the words; none where a page is full or will not be."""
    if had >= wanted or had * FARTHEST < wanted * seen:
        return 0
    return min(max((wanted - had) * seen * 5 // (had * 4), STRIDE), FARTHEST - seen)


def _said(rows: QuerySet[Complaint, Any]) -> tuple[list[Key], Key | None, int]:
    """Of a stretch of (key, id, whether it says so): those that do, the last of all, how many there were. Only these come back."""
    inner, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(STRETCH.format(inner), params)
        told = cursor.fetchall()
    if not told:
        return [], None, 0
    count = told[-1][3]
    return [(key, pk) for key, pk, says, place in told if says], (told[-1][0], told[-1][1]), count


def _ordered(rows: Found, down: bool) -> Found:
    return rows.order_by(*(("-sort_key", "-pk") if down else ("sort_key", "pk")))


def _beyond(rows: Found, place: Key | None, down: bool) -> Found:
    if place is None:
        return rows
    value, pk = place
    if down:
        return rows.filter(Q(sort_key__lt=value) | Q(sort_key=value, pk__lt=pk), sort_key__lte=value)
    return rows.filter(Q(sort_key__gt=value) | Q(sort_key=value, pk__gt=pk), sort_key__gte=value)


def _true_of(keys: list[Key], found: Found, query: Query) -> list[Key]:
    """Of these candidates, those in whose text the words stand; without order. No query where the keys say it all."""
    if query.is_exact or not keys:
        return keys
    rows = found.filter(among("complaints_complaint.id", [pk for _, pk in keys]))
    return _true(rows, query, len(keys))[0]


def _true(rows: Found, query: Query, most: int) -> tuple[list[Key], int]:
    """Of so many candidates at most, those in whose text the words stand, and how many were looked at; without order. One query."""
    if query.is_exact:
        known: list[Key] = list(rows.order_by().values_list("sort_key", "pk")[:most])
        return known, len(known)
    told = list(rows.order_by().annotate(unproved=query.unproved).values_list("sort_key", "pk", "unproved")[:most])
    return [(key, pk) for key, pk, text in told if text is None or query.is_in(text)], len(told)
