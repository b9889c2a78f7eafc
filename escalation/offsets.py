"""When a zone's clocks are moved: the moments at which its offset from UTC changes, found by asking the zone itself and bisecting.

Moments are whole microseconds since 1970-01-01 UTC, wall times whole microseconds since 1970-01-01 00:00 on the wall. Found once for
each zone and twenty years and kept. Not here: what is worked (`wallclock`), calendars (`worktime`).
"""

import datetime as dt
from functools import lru_cache

DAY = 86_400_000_000
SECOND = 1_000_000
FIRST_YEAR, LAST_YEAR = 1900, 2499  # what is reckoned with; an amount that leads further is refused
BLOCK = 20
BLOCKS = (LAST_YEAR + 1 - FIRST_YEAR) // BLOCK
STEP = 3 * 86_400  # seconds; in the whole of tzdata no two changes are closer than 3.9 days

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


def moment(at: dt.datetime) -> int:
    """An aware time as microseconds since 1970 UTC."""
    return (at - EPOCH) // MICROSECOND


def utc(at: int) -> dt.datetime:
    """Microseconds since 1970 as an aware time in UTC."""
    return EPOCH + dt.timedelta(microseconds=at)


def offset(zone: dt.tzinfo, second: int) -> dt.timedelta:
    """How far the zone's clocks are ahead of UTC at that second since 1970."""
    ahead = dt.datetime.fromtimestamp(second, zone).utcoffset()
    assert ahead is not None  # noqa: S101 - the time is aware
    return ahead


def block_start(number: int) -> int:
    """The moment at which the block of twenty years begins; `BLOCKS` is the end of all."""
    return moment(dt.datetime(FIRST_YEAR + number * BLOCK, 1, 1, tzinfo=dt.UTC))


@lru_cache(maxsize=2048)
def changes(zone: dt.tzinfo, number: int) -> tuple[tuple[int, int], ...]:
    """(moment, offset in microseconds from then on) for the beginning of the block and each change within it, in order."""
    at, end = block_start(number) // SECOND, block_start(number + 1) // SECOND
    ahead = offset(zone, at)
    found = [(at, ahead)]
    while at < end:
        to = min(at + STEP, end)
        if offset(zone, to) != ahead:
            to = _change(zone, at, to, ahead)
            ahead = offset(zone, to)
            found.append((to, ahead))
        at = to
    return tuple((second * SECOND, ahead // MICROSECOND) for second, ahead in found if second < end)


def _change(zone: dt.tzinfo, before: int, after: int, ahead: dt.timedelta) -> int:
    """The first second in (before, after] whose offset is no longer `ahead`: no zone moves its clocks within a second."""
    while after - before > 1:
        middle = (before + after) // 2
        if offset(zone, middle) == ahead:
            before = middle
        else:
            after = middle
    return after
