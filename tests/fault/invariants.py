"""What must hold after every fault, whatever happened: I1 to I9, each a question whose right answer is no row.

SQL where SQL can ask it; the chains and what the histories say of the timers are asked through the product's own proof.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from complaints.verification import verify_all
from tests.fault.ground import Ground

NONE_LOST = """
SELECT complaint_id, code, next_at FROM escalation_timer
 WHERE state = 'running' AND next_at < redress_now() - interval '10 s' AND fault = ''
"""
EXACTLY_ONCE = """
SELECT timer_id, rung, count(*) FROM escalation_escalation WHERE rung >= 100 GROUP BY 1, 2 HAVING count(*) > 1
UNION ALL
SELECT complaint_id, 0, count(*) FROM complaints_event WHERE kind IN ('ran_out', 'escalated')
 GROUP BY complaint_id, kind, body::json ->> 'timer' HAVING count(*) > 1
"""
TOLD_ONCE = """
SELECT event_id, recipient_id, count(*) FROM escalation_notice GROUP BY event_id, recipient_id, channel HAVING count(*) > 1
UNION ALL
SELECT e.event_id, who, 0 FROM escalation_escalation e, unnest(e."to") AS who
 WHERE e.rung >= 100 AND NOT EXISTS (SELECT FROM escalation_notice n WHERE n.event_id = e.event_id AND n.recipient_id = who
                                         AND n.channel = 'desk')
"""
NEVER_EARLY = "SELECT timer_id, due, raised_at FROM escalation_escalation WHERE rung = 100 AND raised_at < due"
LATENESS_KEPT = """
SELECT timer_id, due, raised_at FROM escalation_escalation WHERE rung = 100 AND found_late <> (raised_at - due > interval '60 s')
"""
ALL_OR_NOTHING = """
SELECT 'ran out, no event', t.id FROM escalation_timer t WHERE t.ran_out_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM complaints_event e WHERE e.complaint_id = t.complaint_id AND e.kind = 'ran_out'
       AND e.body::json -> 'timer' ->> 0 = t.code AND e.at = t.ran_out_at)
UNION ALL
SELECT 'event, timer not run out', e.id FROM complaints_event e WHERE e.kind = 'ran_out' AND NOT EXISTS (
    SELECT FROM escalation_timer t WHERE t.complaint_id = e.complaint_id AND t.code = e.body::json -> 'timer' ->> 0 AND t.ran_out_at = e.at)
UNION ALL
SELECT 'escalation, timer not run out', e.id FROM escalation_escalation e JOIN escalation_timer t ON t.id = e.timer_id
 WHERE e.rung = 100 AND (t.ran_out_at IS NULL OR t.verdict <> 'late')
UNION ALL
SELECT 'ran out, no escalation', t.id FROM escalation_timer t WHERE t.ran_out_at IS NOT NULL AND t.code NOT IN ('answer', 'unsolved',
    'regrade', 'unreachable') AND NOT EXISTS (SELECT FROM escalation_escalation e WHERE e.timer_id = t.id AND e.rung = 100)
UNION ALL
SELECT 'head is not the last event', c.id FROM complaints_complaint c
 WHERE c.history_seq <> (SELECT max(seq) FROM complaints_event e WHERE e.complaint_id = c.id)
"""
IN_TIME_OR_LATE = """
SELECT t.id, t.due, t.stopped_at FROM escalation_timer t WHERE t.stopped_at IS NOT NULL AND t.state = 'stopped'
   AND (t.stopped_at <= t.due) = EXISTS (SELECT FROM escalation_escalation e WHERE e.timer_id = t.id AND e.rung = 100)
"""
BY_SQL = {
    "I1 none lost": NONE_LOST,
    "I2 exactly once": EXACTLY_ONCE,
    "I3 told once": TOLD_ONCE,
    "I4 never early": NEVER_EARLY,
    "I5 lateness kept": LATENESS_KEPT,
    "I8 all or nothing": ALL_OR_NOTHING,
    "I9 in time or late": IN_TIME_OR_LATE,
}
TIMERS = "SELECT complaint_id, code, subject, ordinal, state, due, ran_out_at FROM escalation_timer WHERE code <> 'regrade'"
STORIES = "SELECT complaint_id, at, kind, body FROM complaints_event WHERE body LIKE '%\"timer%' ORDER BY complaint_id, seq"
AFTER = {"started": "running", "stopped": "stopped", "void": "void", "paused": "paused", "resumed": "running", "taken_back": "running"}


def timers_as_told(ground: Ground) -> Iterator[Any]:
    """I6: the timers folded from the history are those that stand there; the record itself is folded by `verify_all`."""
    told: dict[tuple[Any, ...], list[Any]] = defaultdict(lambda: ["", "", None])
    for complaint, at, kind, text in ground.sql(STORIES):
        body = json.loads(text)
        for code, subject, ordinal, what, due in body.get("timers", []):
            state = told[complaint, code, subject, ordinal]
            state[0], state[1] = AFTER.get(what, state[0]), due
        if kind == "ran_out":
            told[complaint, *body["timer"]][2] = at
    for *key, state, due, ran_out in ground.sql(TIMERS):
        said = told[tuple(key)]
        if (state, f"{due:%Y-%m-%dT%H:%M:%S.%fZ}", ran_out) != tuple(said):
            yield key, state, due, ran_out, said


def chains(_: Ground) -> Iterator[Any]:
    """I6 and I7: every entry is what was written, and the record says what the history says."""
    connection.close()  # the server may have been another one meanwhile
    yield from verify_all().bad
    connection.close()


BY_PROOF: dict[str, Callable[[Ground], Iterator[Any]]] = {"I6 timers as told": timers_as_told, "I7 chains": chains}


def check(ground: Ground, but: tuple[str, ...] = ()) -> None:
    """Raises AssertionError that names each invariant broken, with the first rows; `but` names those that need not hold yet."""
    broken = {name: ground.sql(query) for name, query in BY_SQL.items() if name[:2] not in but}
    broken |= {name: list(ask(ground)) for name, ask in BY_PROOF.items() if name[:2] not in but}
    lines = [f"{name}: {len(rows)} rows, such as {rows[:3]}" for name, rows in broken.items() if rows]
    assert not lines, "; ".join(lines)
