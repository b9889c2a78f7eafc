"""How much was open at the edges of months and how much was closed in them: what is not a part of what was received in a month.

What is open is little; of what was closed only indexes are read, from the month's first instant to a few weeks after its end, and then of
what took longer than these. All months are asked in one statement, written by hand: put into words by Django, the rare complaint that was
closed at an edge and reopened since is looked for in every number anew, which took longer than counting. Not here: which complaints these
are (`sets`, whose definitions these are; a test holds the two together), what is counted of those received in a month (`figures`).
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection

from complaints.models.complaint import SOON
from complaints.models.history import REOPENING

from . import sets
from .period import Period

YOUNGER = [f"younger_{days}" for days in sets.AGES]
NAMES = ("opening", "backlog", "closed", *YOUNGER)

# `next_reopened`: by instant, what was closed then for it was reopened next (`sets.open_at`).
SIZES = f"""
WITH month AS (
  SELECT * FROM unnest(%(starts)s::timestamptz[], %(untils)s::timestamptz[]) WITH ORDINALITY AS month(start, until, place)
), next_reopened AS MATERIALIZED (
  SELECT edge.instant, later.complaint_id
    FROM (SELECT start FROM month UNION SELECT until FROM month) AS edge(instant)
    JOIN complaints_event AS later ON later.kind IN %(reopening)s AND later.at >= edge.instant AND later.complaint_id IS NOT NULL
   WHERE NOT EXISTS (SELECT FROM complaints_event AS before
                      WHERE before.complaint_id = later.complaint_id AND before.seq < later.seq
                        AND before.kind IN %(either)s AND before.at >= edge.instant)
)
SELECT place, count(*) FILTER (WHERE at_start), count(*) FILTER (WHERE at_end),
       count(*) FILTER (WHERE closed_at >= start AND closed_at < until),
       {", ".join(f"count(*) FILTER (WHERE at_end AND received_at > until - %({name})s)" for name in YOUNGER)}
  FROM (
    SELECT month.place, month.start, month.until, one.received_at, one.closed_at,
           one.received_at < month.start AND one.closed_at >= month.start
             AND (month.start, one.id) NOT IN (SELECT instant, complaint_id FROM next_reopened) AS at_start,
           one.received_at < month.until AND one.closed_at >= month.until
             AND (month.until, one.id) NOT IN (SELECT instant, complaint_id FROM next_reopened) AS at_end
      FROM month CROSS JOIN LATERAL (
        SELECT id, received_at, 'infinity'::timestamptz AS closed_at FROM complaints_complaint
         WHERE branch_id = %(branch)s AND state <> 'closed'
         UNION ALL
        SELECT id, received_at, closed_at FROM complaints_complaint
         WHERE branch_id = %(branch)s AND state = 'closed' AND closed_at >= month.start AND closed_at < month.until + %(soon)s
         UNION ALL
        SELECT id, received_at, closed_at FROM complaints_complaint
         WHERE branch_id = %(branch)s AND state = 'closed' AND closed_at - received_at > %(soon)s AND closed_at >= month.until + %(soon)s
      ) AS one
     WHERE received_at < month.until OR closed_at < month.until
    OFFSET 0  -- each row is judged once, not anew by every count
  ) AS row
 GROUP BY place
"""  # noqa: S608 - our own words


def sizes(periods: Sequence[Period]) -> list[dict[str, int]]:
    """Of each month of one branch `opening`, `backlog`, `closed`, how much of the backlog is `younger_` than so many days. One query."""
    asked: dict[str, Any] = {
        "branch": periods[0].branch.pk, "soon": SOON, "reopening": REOPENING, "either": (*sets.CLOSING, *REOPENING),
        "starts": [period.start for period in periods], "untils": [period.until for period in periods],
        **{name: dt.timedelta(days=days) for name, days in zip(YOUNGER, sets.AGES, strict=True)},
    }  # fmt: skip
    found = [dict.fromkeys(NAMES, 0) for _period in periods]
    with connection.cursor() as cursor:
        cursor.execute(SIZES, asked)
        for place, *counts in cursor.fetchall():
            found[place - 1] = dict(zip(NAMES, counts, strict=True))
    return found
