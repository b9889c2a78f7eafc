"""How much has been worked by a moment of the wall clock, and back, by prefix sums: a week that repeats, and days that differ.

A `Line` takes the same time for a day and for a century. Its unit is free: microseconds with days of 86,400,000,000 for working time, days
of length 1 to count working days. Wall times count from 1970-01-01 00:00. Not here: zones and daylight saving (`worktime`, `offsets`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

Pieces = tuple[tuple[int, int], ...]  # [start, end) in order, none touching the next
THURSDAY = 3  # the weekday of day 0


def unite(pieces: Iterable[tuple[int, int]]) -> Pieces:
    """In order, with overlapping and touching ones made one, and empty ones left out."""
    done: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if done and start <= done[-1][1]:
            done[-1] = (done[-1][0], max(end, done[-1][1]))
        elif start < end:
            done.append((start, end))
    return tuple(done)


class Stretch:
    """The pieces worked within one stretch of time (a day, a week), with their prefix sums."""

    def __init__(self, pieces: Pieces) -> None:
        self.pieces = pieces
        self.starts = [start for start, _ in pieces]
        self.sums = [0, *accumulate(end - start for start, end in pieces)]
        self.total = self.sums[-1]

    def upto(self, at: int) -> int:
        """What is worked before `at`."""
        i = bisect_right(self.starts, at)
        return self.sums[i - 1] + min(at, self.pieces[i - 1][1]) - self.starts[i - 1] if i else 0

    def first(self, amount: int) -> int:
        """The earliest time by which `amount` is worked, 0 < amount <= total: an end belongs to the piece before it."""
        i = bisect_left(self.sums, amount) - 1
        return self.starts[i] + amount - self.sums[i]

    def last(self, amount: int) -> int:
        """The latest time by which no more than `amount` is worked, 0 <= amount < total: a start belongs to its piece."""
        i = bisect_right(self.sums, amount) - 1
        return self.starts[i] + amount - self.sums[i]


class Line:
    """Seven weekdays (Monday first) that repeat for ever, but for special days by number (0 is 1970-01-01)."""

    def __init__(self, day: int, week: Sequence[Pieces], special: Mapping[int, Pieces]) -> None:
        self.day, self.shift = day, THURSDAY * day
        self.days = [Stretch(pieces) for pieces in week]
        self.week = Stretch(unite((i * day + start, i * day + end) for i, pieces in enumerate(week) for start, end in pieces))
        self.phase = self.week.upto(self.shift)  # what a week has worked by Thursday 00:00, as day 0 is a Thursday
        self.numbers = sorted(special)
        self.special = {number: Stretch(special[number]) for number in self.numbers}
        self.extra = [0, *accumulate(self.special[n].total - self.days[(n + THURSDAY) % 7].total for n in self.numbers)]
        self.before = [self._regular(n * day) + extra for n, extra in zip(self.numbers, self.extra, strict=False)]

    def on(self, number: int) -> Stretch:
        """What is worked on that day."""
        return self.special.get(number) or self.days[(number + THURSDAY) % 7]

    def upto(self, at: int) -> int:
        """What is worked before that wall time, counted from day 0 (before day 0: negative)."""
        number = at // self.day
        i = bisect_left(self.numbers, number)
        if number in self.special:
            return self.before[i] + self.special[number].upto(at - number * self.day)
        return self._regular(at) + self.extra[i]

    def first(self, amount: int) -> int | None:
        """The earliest wall time by which `upto` has reached `amount`; None if it never does."""
        i = bisect_left(self.before, amount)
        if i and amount <= self.before[i - 1] + self.special[self.numbers[i - 1]].total:
            number = self.numbers[i - 1]
            return number * self.day + self.special[number].first(amount - self.before[i - 1])
        if not self.week.total:
            return None
        weeks, rest = divmod(amount - self.extra[i] + self.phase - 1, self.week.total)
        return weeks * 7 * self.day + self.week.first(rest + 1) - self.shift

    def last(self, amount: int) -> int | None:
        """The latest wall time by which `upto` is no more than `amount`; None if that is so for ever."""
        i = bisect_right(self.before, amount)
        if i and amount < self.before[i - 1] + self.special[self.numbers[i - 1]].total:
            number = self.numbers[i - 1]
            return number * self.day + self.special[number].last(amount - self.before[i - 1])
        if not self.week.total:
            return None
        weeks, rest = divmod(amount - self.extra[i] + self.phase, self.week.total)
        return weeks * 7 * self.day + self.week.last(rest) - self.shift

    def within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The pieces worked from `start` to `end`, day by day, cut off there."""
        for number in range(start // self.day, -(-end // self.day)):
            base = number * self.day
            for opens, closes in self.on(number).pieces:
                if base + closes > start and base + opens < end:
                    yield max(base + opens, start), min(base + closes, end)

    def _regular(self, at: int) -> int:
        weeks, rest = divmod(at + self.shift, 7 * self.day)
        return weeks * self.week.total + self.week.upto(rest) - self.phase
