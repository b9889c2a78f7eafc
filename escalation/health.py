"""How the part of the product that keeps time is doing: what the administrator's page of operations shows, and what he has to do (R33).

Reading only. Amber wants attention, red is at stake now. Not here: the health page for machines (`config.health`) and the banner that
everybody sees.
"""

import datetime as dt
import platform
import shutil
from dataclasses import dataclass
from typing import Any

import django
import redis
from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet
from redis.backoff import NoBackoff
from redis.retry import Retry

from complaints.bell import SILENT
from organisation.models import Branch, WorkCalendar

from . import clock, preview
from .calendars import calendar_by_id
from .models import Message, Notice, SweepPulse, TestClock, Timer, TimerState
from .models.notices import Channel, MessageState
from .preview import Gap
from .worktime import Calendar

SLOW = dt.timedelta(seconds=10)
DRIFT = dt.timedelta(seconds=2)
FULL = 90  # per cent of a disk
QUEUES = ("clock", "work")
PATIENCE = 0.8  # seconds for each step of asking the queue
LISTED = 50


@dataclass(frozen=True)
class Sweep:
    """The last look: how long ago, by which worker, how late its latest step was found; what is due and not raised yet, and since when."""

    ago: dt.timedelta | None
    worker: str
    slowest: dt.timedelta | None
    waiting: int
    longest: dt.timedelta

    @property
    def silent(self) -> bool:
        return self.ago is None or self.ago > SILENT

    @property
    def slow(self) -> bool:
        return self.longest > SLOW


def sweep(now: dt.datetime) -> Sweep:
    pulse = SweepPulse.objects.first()
    due = Timer.objects.filter(state=TimerState.RUNNING, next_at__lt=now, fault="").order_by("next_at")
    waiting = [at for at in due.values_list("next_at", flat=True)[:1000] if at]
    longest = now - waiting[0] if waiting else dt.timedelta(0)
    ago = max(clock.unmoved() - pulse.at, dt.timedelta(0)) if pulse else None
    return Sweep(ago, pulse.worker if pulse else "", pulse.slowest if pulse else None, len(waiting), longest)


def queued() -> dict[str, int] | None:
    """How many tasks wait in each queue; None when its server does not answer. Nobody's deadline depends on it."""
    url = settings.REDIS_URL
    if url.startswith("redis+socket://"):
        url = "unix" + url.removeprefix("redis+socket").replace("virtual_host=", "db=")
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)) as client:
            return {name: int(client.llen(name)) for name in QUEUES}
    except redis.RedisError:
        return None


@dataclass(frozen=True)
class Mail:
    """`waiting`: messages and notices that are due to go out; `given_up`: messages that nobody tries any more."""

    on: bool
    waiting: int
    given_up: int


def mail(now: dt.datetime) -> Mail:
    states = list(Message.objects.exclude(state=MessageState.SENT).values_list("state", flat=True)[:10_000])
    notices = Notice.objects.filter(channel=Channel.MAIL, message=None, not_before__lte=now).count() if settings.MAIL_ON else 0
    given_up = sum(state == MessageState.GIVEN_UP for state in states)
    return Mail(settings.MAIL_ON, len(states) - given_up + notices, given_up)


def set_aside() -> QuerySet[Timer]:
    """Timers whose step could not be raised; they are tried again every minute, and hold up no other."""
    found = Timer.objects.exclude(fault="").filter(state=TimerState.RUNNING).order_by("due", "id")
    return found.annotate(number=F("complaint__number"))


@dataclass(frozen=True)
class Clocks:
    """The database's clock against this machine's, and how far the test clock is moved (never in use)."""

    drift: dt.timedelta
    moved: dt.timedelta | None

    @property
    def apart(self) -> bool:
        return abs(self.drift) > DRIFT


def clocks() -> Clocks:
    """The middle of asking is compared, so that a slow answer is no drift."""
    before = dt.datetime.now(dt.UTC)
    there = clock.unmoved()
    here = before + (dt.datetime.now(dt.UTC) - before) / 2
    moved = TestClock.objects.values_list("offset", flat=True).first()
    return Clocks(there - here, moved)


@dataclass(frozen=True)
class Disk:
    used: int
    free: int

    @property
    def full(self) -> bool:
        return self.used > FULL


def disk() -> Disk:
    """Per cent used and bytes free, where the files and, on one machine, the database lie."""
    usage = shutil.disk_usage(settings.DATA_DIR)
    return Disk(round(100 * usage.used / usage.total), usage.free)


def versions() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    return {"PostgreSQL": server.split()[0], "Django": django.get_version(), "Python": platform.python_version()}


def calendars() -> list[tuple[Branch, Calendar]]:
    """Each branch with the calendar that counts for new timers."""
    newest = {row["branch"]: row["pk"] for row in WorkCalendar.objects.order_by("branch", "version").values("branch", "pk")}
    return [(branch, calendar_by_id(newest.get(branch.pk), branch.zone)) for branch in Branch.objects.all()]


def years(found: list[tuple[Branch, Calendar]], gaps: list[Gap], now: dt.datetime) -> list[dict[str, Any]]:
    """A line for this year and the next of each branch, and for any other year that deadlines reach without its holidays."""
    missing = {(gap.branch.pk, gap.year): gap for gap in gaps}
    lines = []
    for branch, calendar in found:
        this = now.astimezone(branch.tz).year
        for year in sorted({this, this + 1} | {gap.year for gap in gaps if gap.branch.pk == branch.pk}):
            loaded = calendar.loaded is None or year in calendar.loaded
            gap = missing.get((branch.pk, year))
            lines.append({"branch": branch, "year": year, "loaded": loaded, "gap": gap, "complete": calendar.loaded is None})
    return lines


def tasks(now: dt.datetime) -> list[Gap]:
    """What the administrator has to do about holidays (R32)."""
    return preview.gaps(calendars(), now)
