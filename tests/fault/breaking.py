"""What a run changes in the processes it starts: protections taken away (the broken twins), points at which they die, hurried clocks.

A patch is a function of the freshly imported module it changes. Patches reach the process by `site/sitecustomize.py`; the product's
own code knows nothing of them. `SCHEMA` are those that take a promise away from the database.
Not here: which fault asks for which (`catalogue`).
"""

import functools
import importlib.abc
import importlib.machinery
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

Patch = Callable[[Any], None]
PATCHES: dict[str, list[tuple[str, Patch]]] = defaultdict(list)

# name: (taking it away, putting it back)
SCHEMA = {
    "no_promises": (
        "ALTER TABLE escalation_escalation DROP CONSTRAINT IF EXISTS escalation_once; DROP INDEX IF EXISTS escalation_once; "
        "ALTER TABLE complaints_event DROP CONSTRAINT event_seq_once; ALTER TABLE escalation_notice DROP CONSTRAINT notice_once",
        "CREATE UNIQUE INDEX escalation_once ON escalation_escalation (timer_id, rung) WHERE rung >= 100; "
        "ALTER TABLE complaints_event ADD CONSTRAINT event_seq_once UNIQUE NULLS NOT DISTINCT (complaint_id, seq); "
        "ALTER TABLE escalation_notice ADD CONSTRAINT notice_once UNIQUE (event_id, recipient_id, channel)",
    ),
    "no_index": (
        "DROP INDEX timer_next",
        "CREATE INDEX timer_next ON escalation_timer (next_at, id) WHERE state = 'running'",
    ),
    "rule_for_all": (
        "CREATE FUNCTION rule_for_all() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN UPDATE escalation_timer SET "
        "due = started + make_interval(secs => NEW.amount), next_at = started + make_interval(secs => NEW.amount) "
        "WHERE policy = NEW.key AND state = 'running'; RETURN NEW; END $$; "
        "CREATE TRIGGER rule_for_all AFTER INSERT ON escalation_policyversion FOR EACH ROW EXECUTE FUNCTION rule_for_all()",
        "DROP TRIGGER rule_for_all ON escalation_policyversion; DROP FUNCTION rule_for_all()",
    ),
}


def patch(module: str, *names: str) -> Callable[[Patch], Patch]:
    def keep(function: Patch) -> Patch:
        for name in names or (function.__name__,):
            PATCHES[name].append((module, function))
        return function

    return keep


class _After(importlib.abc.MetaPathFinder):
    """Imports as usual, then patches."""

    def __init__(self, wanted: dict[str, list[Patch]]) -> None:
        self.wanted = wanted

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        if name not in self.wanted:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec and spec.loader:
            run = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                run(module)
                for change in self.wanted[name]:
                    change(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def install(names: Sequence[str]) -> None:
    wanted: dict[str, list[Patch]] = defaultdict(list)
    for name in names:
        for module, change in PATCHES[name]:
            wanted[module].append(change)
    sys.meta_path.insert(0, _After(wanted))


# ── protections taken away ───────────────────────────────────────────────────────────────────────────────────


@patch("escalation.sweep")
def no_transaction(sweep: Any) -> None:
    """Each statement for itself; and slowly, as a busy disk would have it."""
    sweep._raise_locked = sweep._raise_locked.__wrapped__
    save = sweep._save_heads
    sweep._save_heads = lambda rows: (time.sleep(0.05), save(rows))


@patch("config.clockwork")
def only_by_queue(clockwork: Any) -> None:
    """Looks only when a message comes."""
    clockwork.EVERY = 1e6


@patch("complaints.intake")
def rings_in_request(intake: Any) -> None:
    """A message to the queue before the answer to the person, with the patience a queue's client has by itself."""
    receive = intake.receive

    def receive_and_ring(*args: Any, **named: Any) -> Any:
        from config.celery import app  # noqa: PLC0415 - only here, and only when broken

        app.conf.broker_transport_options = {}
        app.send_task("complaints.periodic.anchor", retry=True)
        return receive(*args, **named)

    intake.receive = receive_and_ring


@patch("complaints.actions")
def no_form_keys(actions: Any) -> None:
    actions.claim_once = lambda *_: None


@patch("config.clockwork")
def ends_without_database(clockwork: Any) -> None:
    clockwork.Clock._look = lambda clock: (clock._fire(), clockwork.EVERY)[1]


@patch("escalation.sweep")
def no_locks(sweep: Any) -> None:
    def lock(complaints: Sequence[int]) -> list[int]:
        time.sleep(0.05)
        return list(complaints)

    def due(complaints: Sequence[int]) -> list[Any]:
        rows = sweep.Timer.objects.filter(complaint__in=complaints, state="running", next_at__lt=sweep.clock.Now())
        return list(rows.order_by("due", "id"))

    sweep._lock, sweep._due_timers = lock, due


@patch("escalation.raising")
def never_late(raising: Any) -> None:
    raising.FOUND_LATE = raising.dt.timedelta(days=1000)


@patch("config.clockwork")
def no_guard(clockwork: Any) -> None:
    clockwork.Guard.may_fire = lambda *_: True


@patch("escalation.timing")
def wall_clock_hours(timing: Any) -> None:
    """Hours as the clock on the wall counts them."""
    right = timing.due_at

    def due_at(kind: Any, amount: int, calendar: Any, started: Any) -> Any:
        if kind != timing.Clock.ALL_HOURS:
            return right(kind, amount, calendar, started)
        return (started.astimezone(calendar.zone) + timing.dt.timedelta(seconds=amount)).astimezone(timing.dt.UTC)

    timing.due_at = due_at


@patch("escalation.raising")
def late_stop_unnoticed(raising: Any) -> None:
    raising.overdue = lambda _: []


@patch("escalation.sweep")
def a_hundred_a_look(sweep: Any) -> None:
    fire = sweep.fire_due
    sweep.fire_due = lambda **_: fire(batch=100, go_on=lambda: False)


@patch("escalation.sweep")
def no_halving(sweep: Any) -> None:
    sweep._raise = sweep._raise_locked


@patch("config.clockwork")
def deaf_to_ending(clockwork: Any) -> None:
    clockwork.Clock.end = lambda clock: clock.join()


@patch("escalation.sweep")
def says_it_lives(sweep: Any) -> None:
    sweep.silent_for = lambda: sweep.dt.timedelta(0)


@patch("escalation.sweep", "waits_for_locks")
def _no_skipping(sweep: Any) -> None:
    def lock(complaints: Sequence[int]) -> list[int]:
        with sweep.connection.cursor() as cursor:
            cursor.execute("SELECT id FROM complaints_complaint WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [list(complaints)])
            return [key for (key,) in cursor.fetchall()]

    sweep._lock = lock


@patch("config.clockwork", "waits_for_locks")
def _no_lock_timeout(clockwork: Any) -> None:
    clockwork.SESSION = "-c lock_timeout=0 -c statement_timeout=0"


@patch("escalation.mailing")
def no_backoff(mailing: Any) -> None:
    """Gives a message up at its first failure."""
    mailing.TRIED_FOR, mailing.TRIED_AT_LEAST = mailing.dt.timedelta(0), 0


@patch("config.settings", "mails_in_the_sweep")
def _patient(settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 600


@patch("escalation.raising", "mails_in_the_sweep")
def _mails_in_the_sweep(raising: Any) -> None:
    """Sends within the transaction that raises, and waits for the mail server as long as it likes."""
    tell = raising.tell

    def tell_and_send(tellings: Any, **named: Any) -> None:
        from escalation import mailing, smtp  # noqa: PLC0415 - only here, and only when broken

        smtp.LONGEST = 600.0
        tell(tellings, **named)
        mailing.SETTLED = raising.dt.timedelta(0)
        mailing.deliver()

    raising.tell = tell_and_send


@patch("escalation.mailing")
def new_id_each_try(mailing: Any) -> None:
    letter = mailing._letter

    def renamed(message: Any, notices: Any) -> Any:
        message.message_id = mailing._new_id()
        return letter(message, notices)

    mailing._letter = renamed


# ── points at which a process dies ───────────────────────────────────────────────────────────────────────────


def _die_sometimes() -> None:
    if random.random() < 0.2:
        os.kill(os.getpid(), signal.SIGKILL)


def _dies(name: str, function: str, *, after: bool) -> None:
    def change(sweep: Any) -> None:
        inner = getattr(sweep, function)

        @functools.wraps(inner)
        def dying(*args: Any, **named: Any) -> Any:
            if not after:
                _die_sometimes()
            found = inner(*args, **named)
            if after:
                _die_sometimes()
            return found

        setattr(sweep, function, dying)

    PATCHES[name].append(("escalation.sweep", change))


_dies("dies_after_claim", "_lock", after=True)
_dies("dies_before_commit", "_save_heads", after=True)
_dies("dies_after_commit", "_raise_locked", after=True)


# ── hurried and skewed, but whole ────────────────────────────────────────────────────────────────────────────


@patch("config.clockwork")
def hurried(clockwork: Any) -> None:
    """Looks a hundred times a second, to meet people in the act."""
    clockwork.EVERY = 0.01


@patch("config.clockwork")
def own_clock_wrong(_: Any) -> None:
    """The machine of this process believes that it is two hours later."""
    right = time.time
    time.time = lambda: right() + 7200
