"""Workers killed, doubled, overloaded, poisoned and asked to end (F1, F7, F8, F23, F24, F25, F27)."""

import datetime as dt
import random
import signal
import time

from tests.fault.catalogue import fault
from tests.fault.ground import wait_for
from tests.fault.lab import Lab, soon

DYING = ("dies_after_claim", "dies_before_commit", "dies_after_commit")


@fault("F1", "workers killed in the middle of batches and at each point of one", breaks="no_transaction")
def kills(lab: Lab) -> None:
    """6,000 due within 40 s; three workers and one that kills itself at named points; SIGKILL every 1.5 s, 25 times."""
    pick = random.Random(7)
    lab.seed(lab.due_in(6000, begin=6, within=40))
    workers = [lab.clock(f"clock{n}", wait=False) for n in range(3)]
    doomed, deaths, kills = lab.clock("doomed", patches=DYING, wait=False), 0, 0
    end = soon(lab.limit(120))
    while kills < 25 or lab.left():
        assert time.monotonic() < end, f"{lab.left()} timers still wait"
        time.sleep(1.5)
        if kills < 25:
            place = pick.randrange(3)
            lab.kill9(workers[place])
            workers[place] = lab.clock(f"clock{place}", wait=False)
            kills += 1
        if doomed.exit_code() is not None:
            deaths += 1
            lab.kill9(doomed)
            doomed = lab.clock("doomed", patches=DYING, wait=False)
    lab.note(f"{kills} kills, {deaths} at named points, p99 {lab.lateness(0.99):.2f} s")
    lab.assert_invariants()
    assert lab.fired() == 6000
    assert lab.lateness(0.99) <= lab.limit(10), f"p99 {lab.lateness(0.99):.1f} s late"


@fault("F7", "two beats, three clocks, everything due at once", breaks="no_locks")
def crowd(lab: Lab) -> None:
    if lab.broken:
        lab.take_away("no_promises")
    beats = [lab.beat("beat1"), lab.beat("beat2")]
    for n in range(3):
        lab.clock(f"clock{n}", wait=n == 2)
    lab.seed(lab.due_in(2000, begin=3))
    lab.wait_until_quiet(40)
    assert all(beat.exit_code() is None for beat in beats)
    assert lab.fired() == 2000, f"{lab.fired()} escalations of 2000 timers"


@fault("F8", "everything off for 26 hours", breaks="never_late")
def outage(lab: Lab) -> None:
    """3,000 timers of one day ran out meanwhile: all within a minute, in due order, each marked as found late."""
    lab.seed(lab.due_in(3000, begin=5, within=24 * 3600))
    lab.move_clock(dt.timedelta(hours=26))
    began = time.monotonic()
    lab.clock()
    lab.wait_until_quiet(60)
    lab.note(f"3,000 caught up within {time.monotonic() - began:.1f} s, start of the worker included")
    late = lab.ground.sql("SELECT count(*) FILTER (WHERE found_late), count(*) FROM escalation_escalation WHERE rung = 100")
    assert late == [(3000, 3000)], f"found late and all: {late}"
    order = lab.ground.sql("SELECT due FROM escalation_escalation WHERE rung = 100 ORDER BY event_id")
    assert order == sorted(order), "not in due order"


@fault("F23", "10,000 due at the same instant, people at work meanwhile", breaks="a_hundred_a_look")
def flood(lab: Lab) -> None:
    web = lab.web()
    person = web.person()
    lab.clock("clock1")
    lab.clock("clock2")
    due = lab.due_in(1, begin=lab.limit(12))[0]
    lab.seed([due] * 10_000)
    times = []
    end = soon(lab.limit(60))
    while lab.now() < due or lab.left():
        assert time.monotonic() < end, f"{lab.left()} still wait"
        times.append(person.get("/").milliseconds)
        time.sleep(0.2)
    times.sort()
    p99, p95 = lab.lateness(0.99), times[int(len(times) * 0.95)]
    lab.note(f"p99 {p99:.1f} s late, pages 95 % {p95:.0f} ms")
    assert p99 <= lab.limit(30), f"p99 {p99:.1f} s late"
    assert p95 < lab.limit(600), f"pages took {p95:.0f} ms"


@fault("F24", "200,000 timers rest", breaks="no_index")
def crowd_at_rest(lab: Lab) -> None:
    """A look is one index scan and takes no longer than 5 ms."""
    lab.seed(lab.due_in(20_000, begin=86_400), resting=9)
    lab.ground.sql("ANALYZE escalation_timer")
    query = "SELECT next_at, id FROM escalation_timer WHERE state = 'running' AND next_at < redress_now() ORDER BY next_at, id LIMIT 500"
    plan = "\n".join(line for (line,) in lab.ground.sql(f"EXPLAIN {query}"))
    assert "timer_next" in plan, plan
    assert "Seq Scan on escalation_timer" not in plan, plan
    lab.clock()
    took = float(lab.ground.sql(f"EXPLAIN (ANALYZE, TIMING OFF) {query}")[-1][0].split()[2])
    lab.note(f"an empty look takes {took:.2f} ms in the database")
    assert took <= lab.limit(5), f"{took} ms"


@fault("F25", "one timer that cannot be raised among 500", breaks="no_halving", but=("I1",))
def poison(lab: Lab) -> None:
    """Its policy does not exist. The others are in time; it is set aside, its due kept, its fault shown. It is never raised, so not I1."""
    bad = lab.seed(lab.due_in(500, begin=8))[250]
    lab.ground.sql("UPDATE escalation_timer SET policy_version = 99 WHERE complaint_id = %s", [bad])
    lab.clock()
    wait_for(lambda: lab.fired() >= 499, lab.limit(20), "the other 499 are raised")
    ((fault_, due, next_at),) = lab.ground.sql("SELECT fault, due, next_at FROM escalation_timer WHERE complaint_id = %s", [bad])
    assert "KeyError" in fault_, f"fault: {fault_!r}"
    assert dt.timedelta(0) < next_at - due <= dt.timedelta(seconds=90), f"tried again at {next_at}, due {due}"
    lab.ground.sql("UPDATE escalation_timer SET policy_version = 1, next_at = due WHERE complaint_id = %s", [bad])
    wait_for(lambda: lab.fired() == 500, 10, "mended, it is raised too")


@fault("F27", "SIGTERM in the middle of a batch", breaks="deaf_to_ending")
def ending(lab: Lab) -> None:
    """The worker ends by itself within 10 s with 0, and leaves nothing half done; another one finishes."""
    lab.seed(lab.due_in(4000, begin=-30))
    worker = lab.clock("first", wait=False)
    wait_for(lambda: lab.fired() > 0, 40, "it has begun")
    assert worker.process
    worker.process.send_signal(signal.SIGTERM)
    took = wait_for(lambda: worker.exit_code() is not None, lab.limit(10), "it ends")
    left = lab.left()
    lab.note(f"ended within {took:.1f} s, {left} left to the next")
    assert worker.exit_code() == 0
    lab.assert_invariants("I1")
    lab.clock("second", wait=False)
    lab.wait_until_quiet(40)
    assert lab.fired() == 4000
