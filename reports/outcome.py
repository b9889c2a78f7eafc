"""What the plans of complaints received in a month say and what came of them: causes, rounds, measures, compensation (R18, R20, R26).

All of it is one statement over the month's few plans, written by hand: asked one by one, each question went through all complaints of the
month to find them. Measures are counted, not complaints; behind each number stands the list of the complaints they belong to (`sets`,
whose definitions these are; a recount holds the two together). Not here: measures still open at the month's end (`figures`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection

from . import sets
from .counting import Given
from .period import Period

# `is_last`: of the plan that counts, with nothing newer after it.
SAID = """
WITH held AS MATERIALIZED (
  SELECT one.id, one.round, one.valid, one.state, one.outcome, plan.id AS plan_id, plan.number = one.round AS is_last,
         plan.number = one.round AND plan.approved_at IS NOT NULL AS holds, plan.proposed_at, plan.cause_category, plan.escape_category,
         plan.remedy_amount, plan.remedy_currency
    FROM complaints_complaint AS one JOIN complaints_round AS plan ON plan.complaint_id = one.id
   WHERE one.branch_id = %(branch)s AND one.received_at >= %(start)s AND one.received_at < %(until)s
), given AS (
  SELECT 'cause' AS what, cause_category AS key, * FROM held WHERE is_last AND cause_category <> '' UNION ALL
  SELECT 'escape', escape_category, * FROM held WHERE is_last AND escape_category <> ''
)
SELECT what, key, ARRAY[count(*), count(*) FILTER (WHERE valid), count(*) FILTER (WHERE valid AND state = 'closed'),
                        count(*) FILTER (WHERE outcome = 'on_spot'), count(*) FILTER (WHERE NOT valid)] AS counts, NULL::numeric AS amount
  FROM given GROUP BY what, key
 UNION ALL
SELECT 'round', round::text, ARRAY[count(DISTINCT id)], NULL FROM held WHERE proposed_at IS NOT NULL GROUP BY round
 UNION ALL
SELECT 'money', remedy_currency, ARRAY[count(*)], sum(remedy_amount) FROM held WHERE holds AND remedy_amount > 0 GROUP BY remedy_currency
 UNION ALL
SELECT 'carried', '', ARRAY[count(*) FILTER (WHERE holds AND done_at IS NOT NULL),
                            count(*) FILTER (WHERE holds AND done_at IS NOT NULL AND verified_at IS NOT NULL),
                            count(*) FILTER (WHERE effective IS NOT NULL), count(*) FILTER (WHERE effective)], NULL
  FROM held JOIN complaints_measure AS measure ON measure.round_id = held.plan_id
"""


@dataclass(frozen=True)
class Carried:
    """Carried out of the plans that hold, and how many of these were verified; judged in any round, and how many of these work."""

    done: int
    verified: int
    judged: int
    effective: int

    @property
    def verified_rate(self) -> float | None:
        return self.verified / self.done if self.done else None

    @property
    def effective_rate(self) -> float | None:
        return self.effective / self.judged if self.judged else None


@dataclass(frozen=True)
class Money:
    """What approved plans give customers, in one currency; `amount` as text with two digits, for it is exact."""

    currency: str
    count: int
    amount: str


@dataclass
class Outcome:
    given: Mapping[str, list[Given]] = field(default_factory=lambda: {name: [] for name in sets.OF_THE_PLAN})
    """By what stands in the plan of the last round, without order; complaints where it is not given are not among them."""
    rounds: list[tuple[int, int]] = field(default_factory=list)
    """With a plan: how many are in which round, the first one first."""
    money: Sequence[Money] = ()
    """In the order of the currencies' codes."""
    carried: Carried = Carried(0, 0, 0, 0)


def outcome(period: Period) -> Outcome:
    """One query."""
    found = Outcome()
    with connection.cursor() as cursor:
        cursor.execute(SAID, {"branch": period.branch.pk, "start": period.start, "until": period.until})
        told = sorted(cursor.fetchall(), key=lambda row: row[:2])
    for what, key, counts, _amount in told:
        if what in sets.OF_THE_PLAN:
            found.given[what].append((key, *counts))
        elif what == "carried":
            found.carried = Carried(*counts)
    found.rounds = sorted((int(key), counts[0]) for what, key, counts, _amount in told if what == "round")
    found.money = [Money(key, counts[0], f"{amount:.2f}") for what, key, counts, amount in told if what == "money"]
    return found
