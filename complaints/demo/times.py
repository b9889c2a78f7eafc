"""The demonstration's working time: moments of past working days, always the same ones for the same day.

The days are those of the calendar that is shipped, holidays and make-up days included; hours 08:30-12:00 and 13:30-17:30. Not here: what
deadlines are counted by, which is the branch's own calendar.
"""

import datetime as dt
import zoneinfo
from bisect import bisect_right

from escalation.calendars import shipped

ZONE = "Asia/Shanghai"
SPANS = ((dt.time(8, 30), dt.time(12)), (dt.time(13, 30), dt.time(17, 30)))
BACK = 160  # days
SETTLED = dt.time(10, 45)  # local; a day whose morning is not over yet is not told of


class Times:
    """Working days up to the last one whose stories lie in the past; `now` and `zone` are the branch's."""

    def __init__(self, now: dt.datetime, zone: str) -> None:
        self.now, self.zone = now, zoneinfo.ZoneInfo(zone)
        today = now.astimezone(self.zone)
        last = today.date() if today.time() >= SETTLED else today.date() - dt.timedelta(days=1)
        days = (last - dt.timedelta(days=back) for back in range(BACK, -1, -1))
        self.days = [day for day in days if works(day)]
        self.starts = [self._local(day, span[0]) for day in self.days for span in SPANS]
        self.ends = [self._local(day, span[1]) for day in self.days for span in SPANS]
        self.sums = [0.0]
        for start, end in zip(self.starts, self.ends, strict=True):
            self.sums.append(self.sums[-1] + (end - start).total_seconds())

    def _local(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC)

    def day(self, back: int) -> dt.date:
        """A working day counted from the last: 0, -1, … or, later, 1, 2, …"""
        if back <= 0:
            return self.days[back - 1]
        day = self.days[-1]
        while back:
            day += dt.timedelta(days=1)
            back -= works(day)
        return day

    def moment(self, text: str) -> dt.datetime:
        """`-3 14:06`, three working days before the last, in UTC."""
        back, time = text.split(" ")
        return self._local(self.day(int(back)), dt.time.fromisoformat(time))

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(self.zone).date()

    def morning(self, moment: dt.datetime) -> dt.datetime:
        """When work began on that day."""
        return self._local(moment.astimezone(self.zone).date(), SPANS[0][0])

    def in_the_day(self, day: dt.date, minutes: float) -> dt.datetime:
        """So many working minutes after that day's 16:00, earlier when negative; within working time."""
        return self.after(self._local(day, dt.time(16)), minutes)

    def after(self, moment: dt.datetime, minutes: float) -> dt.datetime:
        """So many working minutes later (earlier when negative), within working time."""
        span = max(bisect_right(self.starts, moment) - 1, 0)
        into = (min(moment, self.ends[span]) - self.starts[span]).total_seconds()
        total = min(max(self.sums[span] + into + minutes * 60, 1), self.sums[-1] - 1)
        span = bisect_right(self.sums, total) - 1
        return self.starts[span] + dt.timedelta(seconds=total - self.sums[span])

    @property
    def latest(self) -> dt.datetime:
        """The last moment of the stories: the end of the last span that has begun, or just now."""
        return min(self.now - dt.timedelta(minutes=4), self.ends[-1])


def works(day: dt.date) -> bool:
    return shipped(ZONE).is_workday(day)
