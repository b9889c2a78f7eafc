"""How fast the sweep is: escalations a second against one statement of plain SQL that writes the same rows, and what an empty look costs.

On a database of its own with the disk's own fsync, in the same process and run, turn by turn. Not here: lateness under kills (`lateness`).
"""

import datetime as dt
import statistics
import time
from typing import Any

from django.db import connection, transaction

from escalation import clock
from escalation.models import Escalation
from escalation.sweep import BATCH, fire_due, show_life
from tests.fault.ground import Ground
from tests.fault.planting import found_company, plant

TURNS = 40
AGO = dt.timedelta(seconds=30)
LOOKS = 200


def measure(ground: Ground, scale: int) -> dict[str, dict[str, Any]]:
    """`scale` is the number of timers that rest while all this happens."""
    ground.empty()
    connection.close()
    company = found_company()
    at = clock.now()
    plant(company, [at + dt.timedelta(days=20)] * (scale // 10), resting=9)
    due = [at - AGO + dt.timedelta(microseconds=n) for n in range(TURNS * BATCH * 2)]
    mine = plant(company, due[: len(due) // 2])
    plain = plant(company, due[len(due) // 2 :])
    return {"sweep": _ratio(mine, plain), "tick": _tick()}


def _ratio(mine: list[int], plain: list[int]) -> dict[str, Any]:
    """Half of the timers wait until it is their turn, so that each side finds only its own."""
    _due_again([*mine, *plain], None)
    ours, theirs = [], []
    for first in range(0, TURNS * BATCH, BATCH):
        ours.append(_timed(mine[first : first + BATCH], fire_due))
        theirs.append(_timed(plain[first : first + BATCH], _plain))
    _same_rows(mine, plain)
    value, reference = BATCH / statistics.median(ours), BATCH / statistics.median(theirs)
    return {"value": round(value), "unit": "1/s", "ratio": round(value / reference, 3), "reference": "one CTE", "plain": round(reference)}


def _due_again(keys: list[int], ago: dt.timedelta | None) -> None:
    """Set when these timers come next, past or far away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE escalation_timer SET next_at = CASE WHEN %s THEN due ELSE due + interval '9 days' END "
            "WHERE complaint_id = ANY(%s) AND code = 'plan'",
            [ago is not None, keys],
        )


def _timed(keys: list[int], act: Any) -> float:
    _due_again(keys, AGO)
    before = time.perf_counter()
    act()
    return time.perf_counter() - before


def _same_rows(mine: list[int], plain: list[int]) -> None:
    """Both have written as much, or the comparison is worth nothing."""
    counts = []
    for keys in (mine, plain):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM complaints_event WHERE complaint_id = ANY(%(k)s)), "
                "(SELECT count(*) FROM escalation_escalation WHERE complaint_id = ANY(%(k)s)), "
                "(SELECT count(*) FROM escalation_notice WHERE complaint_id = ANY(%(k)s)), "
                "(SELECT count(*) FROM escalation_timer WHERE complaint_id = ANY(%(k)s) AND verdict = 'late' AND next_rung IS NOT NULL), "
                "(SELECT sum(length(body)) / 1000 FROM complaints_event WHERE complaint_id = ANY(%(k)s))",
                {"k": keys},
            )
            counts.append(cursor.fetchone())
    assert counts[0][:4] == counts[1][:4], f"not the same rows: {counts}"
    assert Escalation.objects.count() == len(mine) + len(plain)


def _tick() -> dict[str, Any]:
    """A look that finds nothing, with and without its sign of life, in milliseconds."""
    looks, shown = [], []
    for _ in range(LOOKS):
        before = time.perf_counter()
        swept = fire_due()
        looks.append((time.perf_counter() - before) * 1000)
        show_life("clock@bench", swept)
        shown.append((time.perf_counter() - before) * 1000)
    looks.sort()
    return {
        "value": round(statistics.median(looks), 2), "unit": "ms", "p95": round(looks[int(LOOKS * 0.95)], 2),
        "with_sign_of_life": round(statistics.median(shown), 2),
    }  # fmt: skip


# Everything in one statement, as one would write it for this case alone: one timer a complaint, one policy, nobody away.
PLAIN = """
WITH due AS (
    SELECT t.id, t.due, t.code, t.subject, t.ordinal, t.by_rule, t.timing, t.complaint_id FROM escalation_timer t
     WHERE t.state = 'running' AND t.next_at < redress_now() ORDER BY t.next_at, t.id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), found AS (
    SELECT due.*, c.history_seq, c.history_head, c.version, b.gm_id, c.handler_id, d.head_id,
           nextval('complaints_event_id_seq') AS event, redress_instant() AS at
      FROM due JOIN complaints_complaint c ON c.id = due.complaint_id
      JOIN organisation_branch b ON b.id = c.branch_id LEFT JOIN organisation_department d ON d.id = c.department_id
       FOR NO KEY UPDATE OF c
), said AS (
    SELECT found.*, format(
        '{"actor":null,"by_rule":%%s,"due":"%%s","found_late":%%s,"on_behalf":null,"recorded_at":"%%s","role":"system","rung":100,'
        '"texts":{},"timer":["%%s","%%s",%%s],"to":[%%s],"version":%%s}',
        by_rule, to_char(due AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), at - due > interval '60 s',
        to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), code, subject, ordinal, gm_id, version) AS body
      FROM found
), chained AS (
    SELECT said.*, encode(sha256(convert_to(history_head || '|' || complaint_id || '|' || history_seq + 1 || '|ran_out|'
           || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '|' || body, 'UTF8')), 'hex') AS digest FROM said
), events AS (
    INSERT INTO complaints_event (id, complaint_id, seq, kind, at, recorded_at, body, previous, digest)
    SELECT event, complaint_id, history_seq + 1, 'ran_out', at, at, body, history_head, digest FROM chained
), raised AS (
    INSERT INTO escalation_escalation (timer_id, complaint_id, event_id, code, rung, timing, due, raised_at, found_late, by_rule, "to",
           owner_id, instruction)
    SELECT id, complaint_id, event, code, 100, timing, due, at, at - due > interval '60 s', by_rule, ARRAY[gm_id], handler_id, ''
      FROM chained
), notices AS (
    INSERT INTO escalation_notice (event_id, complaint_id, recipient_id, channel, kind, at, not_before)
    SELECT event, complaint_id, who, channel, 'ran_out', at, at FROM chained,
           unnest(ARRAY[gm_id, handler_id, head_id, %(manager)s]) AS who, unnest(ARRAY['desk', 'mail']) AS channel
), heads AS (
    UPDATE complaints_complaint c SET history_seq = chained.history_seq + 1, history_head = chained.digest FROM chained
     WHERE c.id = chained.complaint_id
)
UPDATE escalation_timer t SET verdict = 'late', ran_out_at = chained.at, next_at = chained.at + interval '1 day', next_rung = 200
  FROM chained WHERE t.id = chained.id
"""


def _plain() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM organisation_person WHERE 'manager' = ANY(roles) LIMIT 1")
        (manager,) = cursor.fetchone()
        cursor.execute(PLAIN, {"batch": BATCH, "manager": manager})
