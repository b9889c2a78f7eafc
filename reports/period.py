"""A month of a branch: its local days as instants, and up to when its data go (R41a).

Not here: what is counted in it (`sets`, `figures`).
"""

import datetime as dt
import re
from dataclasses import dataclass

from organisation.models import Branch

WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
FIRST_YEAR = 1970


@dataclass(frozen=True)
class Period:
    """`first` is the month's first local day; `cutoff` the instant of its data, UTC: nothing after it is counted."""

    branch: Branch
    first: dt.date
    cutoff: dt.datetime

    @property
    def name(self) -> str:
        """“2026-10”."""
        return f"{self.first:%Y-%m}"

    @property
    def start(self) -> dt.datetime:
        return self._midnight(self.first)

    @property
    def end(self) -> dt.datetime:
        """The first instant of the next month, in the branch's zone."""
        return self._midnight(following(self.first))

    @property
    def until(self) -> dt.datetime:
        """Where its figures stop: its end, or the cut-off while it is not over."""
        return min(self.end, self.cutoff)

    @property
    def day_after(self) -> dt.date:
        """The local day on which its figures stop: what was due before it is overdue."""
        return self.until.astimezone(self.branch.tz).date()

    @property
    def is_partial(self) -> bool:
        return self.cutoff < self.end

    @property
    def is_ahead(self) -> bool:
        return self.cutoff < self.start

    def other(self, first: dt.date) -> "Period":
        """Another month with the same cut-off."""
        return Period(self.branch, first, self.cutoff)

    def _midnight(self, day: dt.date) -> dt.datetime:
        return midnight(self.branch, day)


def midnight(branch: Branch, day: dt.date) -> dt.datetime:
    """When that local day begins, UTC."""
    return dt.datetime.combine(day, dt.time(), branch.tz).astimezone(dt.UTC)


def month_of(text: str) -> dt.date:
    """The first day of “2026-10”. ValueError when it is none."""
    found = WRITTEN.fullmatch(text)
    if not found or int(found[1]) < FIRST_YEAR:
        raise ValueError(text)
    return dt.date(int(found[1]), int(found[2]), 1)


def following(first: dt.date) -> dt.date:
    return dt.date(first.year + first.month // 12, first.month % 12 + 1, 1)


def preceding(first: dt.date) -> dt.date:
    return dt.date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)


def year_before(first: dt.date) -> dt.date:
    return first.replace(year=first.year - 1)
