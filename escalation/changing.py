"""Changing time limits and calendars: a new row with its preview, an event in the house's chain and, if asked to, the running timers (R30).

Who was overtaken by somebody else, or would move something else than was shown, is told so and nothing is changed. Running timers are
moved complaint by complaint, each in a transaction of its own. Not here: what would move (`preview`), forms and pages.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet

from complaints.history import append
from complaints.models import Complaint
from organisation.models import Branch, Person, WorkCalendar

from . import calendarfile, clock, preview
from .calendars import calendar_by_id
from .clocks import Clocks, save_timers
from .models import PolicyVersion, Timer
from .models.policy import PolicyBook
from .models.timer import LIVE
from .policies import GM_ALWAYS, Policy, Told
from .preview import Harm, Preview
from .worktime import Calendar


class OvertakenError(Exception):
    """Somebody else changed the same thing meanwhile. `by` is whose row is the newest now."""

    def __init__(self, by: Person | None, at: dt.datetime) -> None:
        super().__init__(f"{by} {at}")
        self.by, self.at = by, at


class UnforeseenError(Exception):
    """The change would move other timers than was shown."""


@dataclass(frozen=True)
class Order:
    """How a change is to be made. `seen`: the newest version that whoever decides had before him. `foreseen`: the mark of the preview
    shown, asked for where running timers are moved."""

    actor: Person
    reason: str
    seen: int
    move: bool = False
    foreseen: str = ""


@dataclass
class Done:
    """What came of it: timers moved, those of them that run out by it, complaints concerned."""

    moved: int = 0
    out: int = 0
    complaints: int = 0


def newest(key: str) -> int:
    """The newest version of a policy, in force or to come; 1 is the shipped one."""
    return PolicyVersion.objects.filter(key=key).aggregate(newest=Max("version"))["newest"] or 1


def change_policy(policy: Policy, order: Order, effective_from: dt.datetime | None = None) -> Done:
    """Store the policy as the next version, in force from then on (UTC; None: now), and move the running timers if that was asked for.

    Effects: a PolicyVersion with its preview, `policy_changed` in the house's chain; then by complaint `retimed` with the timers. Running
    timers are moved only by a change that is in force at once. Raises OvertakenError, UnforeseenError; ValueError for a first rung without
    the general manager where he has to be (R29).
    """
    if policy.key in GM_ALWAYS and Told.GM not in policy.first:
        raise ValueError(f"{policy.key}: the general manager is told first")
    if order.move and effective_from is not None:
        raise ValueError("timers are moved by what is in force")
    with transaction.atomic():
        at = clock.instant()
        shown = _foreseen(preview.of_policy(policy, at), order)
        row = _policy_row(policy, order, effective_from or at, at, shown)
        _insert(row, PolicyVersion.objects.filter(key=policy.key), order.seen)
        append(None, "policy_changed", at=at, actor=order.actor, body=_said_of(row), texts=_texts(order, row.name, row.name_en))
    if not order.move:
        return Done()
    return _move_all(_ByPolicy(row), order.actor)


def change_calendar(branch: Branch, calendar: Calendar, order: Order, said: dict[str, Any]) -> Done:
    """Store the calendar as the branch's next version and time its running timers anew if that was asked for.

    `said`: what was changed, coded, for the event. Effects: a WorkCalendar, `calendar_changed` in the house's chain; then by complaint
    `retimed`. Raises OvertakenError, UnforeseenError, WorktimeError for a calendar without working time.
    """
    with transaction.atomic():
        at = clock.instant()
        shown = _foreseen(preview.of_calendar(branch, calendar, at), order)
        row = _calendar_row(branch, calendar, order, at)
        _insert(row, WorkCalendar.objects.filter(branch=branch), order.seen)
        body = {"branch": branch, "version": row.version, "years": row.years, "moved": order.move, "preview": shown.counts} | said
        append(None, "calendar_changed", at=at, actor=order.actor, body=body, texts=_texts(order))
    if not order.move:
        return Done()
    return _move_all(_ByCalendar(row), order.actor)


# ── the rows ─────────────────────────────────────────────────────────────────────────────────────────────────


def _foreseen(shown: Preview, order: Order) -> Preview:
    if order.move and shown.mark != order.foreseen:
        raise UnforeseenError
    return shown


def _insert(row: PolicyVersion | WorkCalendar, others: QuerySet[Any], seen: int) -> None:
    """The next version, if the one seen is the newest; the database lets one of two at once through."""
    last = others.select_related("decided_by").order_by("-version").first()
    try:
        if last and last.version != seen:
            raise IntegrityError
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        last = others.select_related("decided_by").order_by("-version").first()
        if last is None:
            raise
        raise OvertakenError(last.decided_by, last.decided_at) from None


def _policy_row(policy: Policy, order: Order, effective_from: dt.datetime, at: dt.datetime, shown: Preview) -> PolicyVersion:
    return PolicyVersion(
        key=policy.key, version=order.seen + 1, effective_from=effective_from, clock=policy.clock, amount=policy.amount,
        warn_at=list(policy.warn_at), first=[str(told) for told in policy.first], second=[str(told) for told in policy.second],
        until=policy.until, enabled=policy.enabled, name=policy.names.get("zh", ""), name_en=policy.names.get("en", ""),
        reason=order.reason, moved_running=order.move, preview=shown.archive(), decided_by=order.actor, decided_at=at,
    )  # fmt: skip


def _calendar_row(branch: Branch, calendar: Calendar, order: Order, at: dt.datetime) -> WorkCalendar:
    names = {date.isoformat(): name for date, name in sorted(calendar.names.items())}
    return WorkCalendar(
        branch=branch, version=order.seen + 1, content=json.loads(calendarfile.dump(calendar)), names=names,
        years=sorted(calendar.loaded or ()), reason=order.reason, decided_by=order.actor, decided_at=at,
    )  # fmt: skip


def _said_of(row: PolicyVersion) -> dict[str, Any]:
    coded = ("key", "version", "effective_from", "clock", "amount", "warn_at", "first", "second", "until", "enabled")
    counts = {name: row.preview[name] for name in preview.COUNTED}
    return {name: getattr(row, name) for name in coded} | {"moved": row.moved_running, "preview": counts}


def _texts(order: Order, name: str = "", name_en: str = "") -> dict[str, str]:
    return {"reason": order.reason, "name": name, "name_en": name_en}


# ── the running timers ───────────────────────────────────────────────────────────────────────────────────────


Aim = tuple[Policy, int | None, dt.datetime | None]
"""The policy and the id of the calendar that a timer goes by from now on, and its due instant; None where it runs no longer."""


class _ByPolicy:
    """Timers go by another policy, and on by the calendar each was started by."""

    def __init__(self, row: PolicyVersion) -> None:
        self.policy = row.policy()
        self.concerned = Q(policy=row.key) & ~Q(policy_version=row.version)
        self.said = {"policy": [row.key, row.version]}

    def aim(self, timer: Timer, book: PolicyBook) -> Aim:
        return self.policy, timer.calendar_id, preview.due_by_policy(timer, self.policy) if self.policy.enabled else None


class _ByCalendar:
    """Timers are counted by another calendar, each by its own policy still."""

    def __init__(self, row: WorkCalendar) -> None:
        self.pk, self.calendar = row.pk, calendar_by_id(row.pk, row.branch.zone)
        self.concerned = Q(complaint__branch=row.branch, clock__in=preview.BY_CALENDAR)
        self.said = {"calendar": row.version}

    def aim(self, timer: Timer, book: PolicyBook) -> Aim:
        return book.of(timer.policy, timer.policy_version), self.pk, preview.due_by_calendar(timer, self.calendar)


Course = _ByPolicy | _ByCalendar


def _move_all(course: Course, actor: Person) -> Done:
    """Complaint by complaint, in the order of their ids."""
    at = clock.now()
    rows = preview.still_to_come(Timer.objects.filter(course.concerned), at)
    book, done = PolicyBook.at(at), Done()
    for complaint_id in sorted(set(rows.values_list("complaint_id", flat=True))):
        _move_one(complaint_id, course, book, actor, done)
    return done


@transaction.atomic
def _move_one(complaint_id: int, course: Course, book: PolicyBook, actor: Person, done: Done) -> None:
    """Lock the complaint, then read its timers afresh: what has run out or stopped meanwhile stays as it is."""
    complaint = Complaint.objects.select_for_update(no_key=True, of=("self",)).select_related("branch").get(pk=complaint_id)
    clocks = Clocks(complaint, clock.instant(), list(_live(course, complaint)))
    moved = {timer: harm for timer in clocks.timers if (harm := _move(clocks, timer, course, book))}
    if not moved:
        return
    save_timers(list(moved))
    hurt = [timer for timer, harm in moved.items() if harm == Harm.OUT]
    Timer.objects.filter(pk__in=[timer.pk for timer in hurt]).update(by_rule=True)
    if isinstance(course, _ByCalendar):
        Timer.objects.filter(pk__in=[timer.pk for timer in moved]).update(calendar=course.pk)
    _record(clocks, course, hurt, actor)
    done.moved, done.out, done.complaints = done.moved + len(moved), done.out + len(hurt), done.complaints + 1


def _live(course: Course, complaint: Complaint) -> Iterable[Timer]:
    for timer in Timer.objects.filter(course.concerned, complaint=complaint, state__in=LIVE).select_for_update(of=("self",)).order_by("id"):
        timer.complaint = complaint
        yield timer


def _move(clocks: Clocks, timer: Timer, course: Course, book: PolicyBook) -> Harm | None:
    """Move one timer; what that does to it, None where it stays as it is."""
    if preview.is_late(timer, clocks.at):
        return None
    policy, timer.calendar_id, due = course.aim(timer, book)
    harm = preview.harm_of(timer, due, clocks.at)
    if due is None:
        clocks.void(timer)
    elif harm != Harm.SAME:
        clocks.retime(timer, due, policy)
    elif policy.version != timer.policy_version:
        clocks.go_by(timer, policy)
    else:
        return None
    return harm


def _record(clocks: Clocks, course: Course, hurt: Iterable[Timer], actor: Person) -> None:
    complaint = clocks.complaint
    body = {
        "timers": clocks.noted, "by_rule": [[t.code, t.subject, t.ordinal] for t in hurt], "role": "administrator",
        "version": complaint.version, **course.said,
    }  # fmt: skip
    append(complaint, "retimed", at=clocks.at, actor=actor, body=body)
    Complaint.objects.filter(pk=complaint.pk).update(history_seq=complaint.history_seq, history_head=complaint.history_head)
