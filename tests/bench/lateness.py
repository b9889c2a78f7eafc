"""How late escalations are: 10,000 due within ten seconds among many that rest, also under kills; and catching up after 26 hours.

Real workers, found by what they wrote. Not here: the sweep by itself (`sweep`).
"""

import datetime as dt
import random
import time
from typing import Any

from tests.fault.ground import Ground
from tests.fault.lab import Lab, Nest, wait_for
from tests.fault.postman import Postman

DUE, WITHIN, KILLS, WORKERS = 10_000, 10.0, 50, 3
P99, CAUGHT_UP = 2.0, 60.0  # seconds
TUESDAY = dt.datetime(2026, 11, 24, 1, tzinfo=dt.UTC)


def measure(ground: Ground, resting: int) -> dict[str, dict[str, Any]]:
    """`resting` timers run besides."""
    lab = Lab(ground)
    lab.fresh()
    lab.seed([lab.now() + dt.timedelta(days=20)] * (resting // 10), resting=9)
    found = {"lateness": _late(lab, 0), "lateness_kills": _late(lab, KILLS)}
    lab.fresh()
    return found | {"catchup": _caught_up(lab)}


def _late(lab: Lab, kills: int) -> dict[str, Any]:
    nest, before = Nest(lab), lab.fired()
    try:
        workers = [nest.hatch(f"clock{n}") for n in range(WORKERS)]
        keys = lab.seed(lab.due_in(DUE, begin=12, within=WITHIN))
        first, last = lab.ground.sql(
            "SELECT min(due), max(due) FROM escalation_timer WHERE complaint_id = ANY(%s) AND code = 'plan'", [keys]
        )[0]
        wait_for(lambda: lab.now() >= first, 60, "the first is due")
        _kill(nest, workers, kills)
        wait_for(lambda: lab.now() > last and lab.left() == 0, 60, "every timer is raised")
    finally:
        nest.end()
    assert lab.fired() - before == DUE, f"{lab.fired() - before} escalations of {DUE} timers"
    lab.assert_invariants("I6", "I7")
    late = lab.ground.sql(
        "SELECT percentile_disc(ARRAY[0.5, 0.99, 1]) WITHIN GROUP (ORDER BY extract(epoch FROM raised_at - due)) "
        "FROM escalation_escalation WHERE rung = 100 AND complaint_id = ANY(%s)",
        [keys],
    )[0][0]
    figures = {name: round(float(value), 3) for name, value in zip(("p50", "value", "max"), late, strict=True)}
    return {**figures, "unit": "s", "kills": kills, "due": DUE, "within": WITHIN, "workers": WORKERS}


def _kill(nest: Nest, workers: list[int], kills: int) -> None:
    pick = random.Random(5)
    for _ in range(kills):
        place = pick.randrange(len(workers))
        nest.kill(workers[place])
        workers[place] = nest.hatch(f"clock{place}")
        time.sleep(WITHIN / max(kills, 1))


def _caught_up(lab: Lab) -> dict[str, Any]:
    """26 hours everything was off: all raised in due order, marked, and one message for each person once mail goes out."""
    postman = Postman()
    postman.start()
    lab.set_clock(TUESDAY - dt.timedelta(hours=26))
    lab.seed(lab.due_in(DUE, begin=60, within=25 * 3600))
    lab.set_clock(TUESDAY)
    lab.more = {"EMAIL_URL": f"smtp://127.0.0.1:{postman.port}", "MAIL_FROM": "redress@lanchuan.example"}
    lab.more["PUBLIC_URL"] = "http://redress.lanchuan.example"
    lab.clock()
    begun = lab.ground.sql("SELECT min(raised_at) FROM escalation_escalation")[0][0] or lab.now()
    lab.wait_until_quiet(300)
    ended = lab.ground.sql("SELECT max(raised_at) FROM escalation_escalation")[0][0]
    lab.work()
    lab.beat()
    people = lab.ground.sql("SELECT count(DISTINCT recipient_id) FROM escalation_notice WHERE channel = 'mail'")[0][0]
    wait_for(lambda: len(postman.taken) >= people, 120, f"mail to {people} people")
    postman.stop()
    order = lab.ground.sql("SELECT due, found_late FROM escalation_escalation WHERE rung = 100 ORDER BY event_id")
    assert [due for due, _ in order] == sorted(due for due, _ in order), "not in due order"
    assert all(late for _, late in order), "not all are marked as found late"
    assert len(order) == DUE
    value = (ended - begun).total_seconds()
    return {"value": round(value, 1), "unit": "s", "due": DUE, "people": people, "messages": len(postman.taken)}
