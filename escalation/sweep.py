"""The sweep: every second it looks which steps of timers have come, and raises them (R29, R33). The queue only wakes it.

One batch is one transaction: complaints locked first, skipping those somebody works on, then their timers read afresh; nothing read before
the lock is believed. What running out makes the product do itself (no answer, a month unsolved) goes through the door, each in its own
transaction. Several sweeps side by side are harmless. Not here: what raising means (`raising`), the thread that calls it
(`config.clockwork`).
"""

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import Error, OperationalError, connection, transaction

from complaints.actions import perform
from complaints.models import Complaint
from complaints.rechecks import take_away
from complaints.refusals import Refusal
from complaints.regrading import look_again, work_out_again

from . import clock
from .models import Timer, TimerState
from .policies import SHIPPED, Code, Rung, Then
from .raising import Step, raise_steps

log = logging.getLogger("redress.sweep")

BATCH = 100  # small enough that little is lost with a worker that is killed, large enough that its questions cost little
SET_ASIDE = dt.timedelta(seconds=60)
# Codes whose running out the product answers itself.
ACTING = tuple(sorted({str(policy.code) for policy in SHIPPED.values() if policy.then in (Then.NO_ANSWER, Then.GRADE)}))
ROW = (
    "number", "title", "state", "version", "history_seq", "history_head", "nature", "grade", "confidential", "against", "outcome",
    "countersign", "round", "contested", "handler", "acting_head", "received_by", "recorded_by", "replied_at", "refused_at", "visited_at",
    "satisfied", "unreached_at", "head_word_at", "paused_at", "branch", "department", "type",
)  # fmt: skip

Place = tuple[dt.datetime, int]
"""Where a sweep has got to: the instant and id of the last timer it looked at."""


@dataclass(frozen=True)
class Found:
    """A due timer before any lock: only where to look."""

    next_at: dt.datetime
    timer_id: int
    complaint_id: int
    code: str


@dataclass
class Swept:
    """What one call did: steps raised, acts done, complaints skipped because somebody worked on them, timers set aside, how late the latest
    was."""

    raised: int = 0
    acted: int = 0
    skipped: int = 0
    faults: int = 0
    latest: dt.timedelta = dt.timedelta(0)

    @property
    def did_anything(self) -> bool:
        return bool(self.raised or self.acted or self.faults)


def fire_due(batch: int = BATCH, mail: bool = True, go_on: Callable[[], bool] = lambda: True) -> Swept:
    """Raise everything that is due now; returns what was done. Once through all due timers: what is busy comes next time.

    `go_on` is asked between two batches; when it says no, the rest is left for the next call.
    """
    swept, place = Swept(), None
    while found := _look(place, batch):
        place = found[-1].next_at, found[-1].timer_id
        _sweep(found, swept, mail)
        if len(found) < batch or not go_on():
            break
    return swept


LOOK = """
SELECT next_at, id, complaint_id, code FROM escalation_timer
 WHERE state = 'running' AND next_at < redress_now() {after}
 ORDER BY next_at, id LIMIT %s
"""
FIRST, LATER = LOOK.format(after=""), LOOK.format(after="AND (next_at, id) > (%s, %s)")


def _look(place: Place | None, batch: int) -> list[Found]:
    with connection.cursor() as cursor:
        cursor.execute(*((LATER, [*place, batch]) if place else (FIRST, [batch])))
        return [Found(*row) for row in cursor.fetchall()]


def _sweep(found: Sequence[Found], swept: Swept, mail: bool) -> None:
    """Raise one batch; when it fails, its halves, until what is bad stands alone and is set aside."""
    plain = [one for one in found if one.code not in ACTING]
    for one in found:
        if one.code in ACTING:
            _act(one, swept)
    if plain:
        _raise(sorted({one.complaint_id for one in plain}), swept, mail)


def _raise(complaints: Sequence[int], swept: Swept, mail: bool) -> None:
    try:
        _raise_locked(complaints, swept, mail)
    except Exception as error:
        if _is_lost(error):
            raise
        if len(complaints) == 1:
            _set_aside(complaints[0], error)
            swept.faults += 1
            return
        middle = len(complaints) // 2
        _raise(complaints[:middle], swept, mail)
        _raise(complaints[middle:], swept, mail)


def _is_lost(error: Exception) -> bool:
    """The database is gone, full, or locked for long: no row's fault, and halving would not help."""
    return isinstance(error, OperationalError) or (isinstance(error, Error) and not connection.is_usable())


@transaction.atomic
def _raise_locked(complaints: Sequence[int], swept: Swept, mail: bool) -> None:
    locked = _lock(complaints)
    swept.skipped += len(complaints) - len(locked)
    if not locked:
        return
    timers = _due_timers(locked)
    rows = {
        row.pk: row
        for row in Complaint.objects.filter(pk__in={t.complaint_id for t in timers})
        .order_by()
        .only(*ROW)
        .prefetch_related("branch", "department", "type")  # few, shared by many: a join would make each of them hundreds of times
    }
    at = clock.instant()
    steps = [Step(timer, rows[timer.complaint_id], _rung(timer, at)) for timer in timers]
    late = max((at - timer.next_at for timer in timers if timer.next_at), default=dt.timedelta(0))
    raise_steps(steps, at=at, mail=mail)
    _save_heads(list(rows.values()))
    swept.raised += len(steps)
    swept.latest = max(swept.latest, late)


def _rung(timer: Timer, at: dt.datetime) -> int:
    """The step that has come; after an outage no warning of what has run out meanwhile."""
    waiting = timer.next_rung or Rung.OUT
    return Rung.OUT if waiting < Rung.OUT and timer.due < at else waiting


def _lock(complaints: Sequence[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM complaints_complaint WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED", [list(complaints)]
        )
        return [key for (key,) in cursor.fetchall()]


def _due_timers(complaints: Sequence[int]) -> list[Timer]:
    """Read afresh under the complaints' locks, in due order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM escalation_timer WHERE complaint_id = ANY(%s) AND state = 'running' AND next_at < redress_now() "
            "AND code <> ALL(%s) ORDER BY due, id FOR UPDATE SKIP LOCKED",
            [list(complaints), list(ACTING)],
        )
        keys = [key for (key,) in cursor.fetchall()]
    return list(Timer.objects.filter(pk__in=keys).order_by("due", "id"))


def _save_heads(complaints: Sequence[Complaint]) -> None:
    if not complaints:
        return
    columns = zip(*((c.pk, c.history_seq, c.history_head) for c in complaints), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE complaints_complaint AS c SET history_seq = given.seq, history_head = given.head "
            "FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS given (id, seq, head) WHERE c.id = given.id",
            [list(column) for column in columns],
        )


def _set_aside(complaint_id: int, error: Exception) -> None:
    """Its due timers are looked at again in a minute; the operator's page shows why. Their due instants stay as they are."""
    log.exception("the timers of complaint %s are set aside", complaint_id, exc_info=error)
    due = Timer.objects.filter(complaint=complaint_id, state=TimerState.RUNNING, next_at__lt=clock.Now())
    due.update(next_at=clock.now() + SET_ASIDE, fault=f"{type(error).__name__}: {error}"[:300])


# ── what the product does itself ─────────────────────────────────────────────────────────────────────────────


def _act(found: Found, swept: Swept) -> None:
    """Make the move that running out stands for; where it is not possible any more, only record that the time is over."""
    try:
        with transaction.atomic():
            if not _lock([found.complaint_id]):
                swept.skipped += 1
                return
            if _answer(found):
                swept.acted += 1
    except Exception as error:
        if _is_lost(error):
            raise
        _set_aside(found.complaint_id, error)
        swept.faults += 1


def _answer(found: Found) -> bool:
    """Under the complaint's lock; False when it was answered meanwhile. A note that a grade is to be worked out again goes with it."""
    if found.code == Code.REGRADE:
        return take_away(found.complaint_id) and look_again(found.complaint_id)
    timer = Timer.objects.select_for_update().get(pk=found.timer_id)
    if timer.state != TimerState.RUNNING or timer.next_at is None or timer.next_at > clock.now():
        return False
    _make(timer)
    return True


def _make(timer: Timer) -> None:
    try:
        with transaction.atomic():
            _move_of(timer)
    except Refusal as refused:
        log.info("%s of complaint %s: %s", timer.code, timer.complaint_id, refused)
    timer.refresh_from_db()
    if timer.state == TimerState.RUNNING and timer.ran_out_at is None:
        complaint = Complaint.objects.select_related("branch", "department", "type").get(pk=timer.complaint_id)
        raise_steps([Step(timer, complaint, Rung.OUT)], at=clock.instant())
        _save_heads([complaint])


def _move_of(timer: Timer) -> None:
    if timer.code == Code.ANSWER:
        perform("no_answer", timer.complaint_id, actor=None, seen=None)
    elif timer.code == Code.UNSOLVED:
        work_out_again(timer.complaint_id)


# ── the sign of life ─────────────────────────────────────────────────────────────────────────────────────────

PULSE = """
INSERT INTO escalation_sweeppulse (id, at, worker, raised, slowest) VALUES (1, clock_timestamp(), %s, %s, make_interval(secs => %s))
ON CONFLICT (id) DO UPDATE SET at = excluded.at, worker = excluded.worker, raised = escalation_sweeppulse.raised + excluded.raised,
    slowest = CASE WHEN excluded.raised > 0 THEN excluded.slowest ELSE escalation_sweeppulse.slowest END
"""


def show_life(worker: str, swept: Swept) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PULSE, [worker, swept.raised, swept.latest.total_seconds()])


def silent_for() -> dt.timedelta | None:
    """How long ago the last look was, by the database's own clock; None when there was none yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - at FROM escalation_sweeppulse")
        row = cursor.fetchone()
    return row[0] if row else None
