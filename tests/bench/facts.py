"""What the facts of one grade cost (R15): database time of all queries that work one complaint out, on many complaints.

The database's own count of planning and carrying out (EXPLAIN ANALYZE), 20 complaints to warm up, then 200 distinct ones, open ones and
any; `waited` is the time with drivers and a busy machine around it. None may read the whole table of complaints. Not here: the pages
around it (`pages`).
"""

import json
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from tests.bench.pages import COUNTED, WARM, loaded

AT_MOST = 10.0  # milliseconds, of the median and of 95 in 100
MARK = "facts: "
INSIDE = "from tests.bench.facts import report; report()"


def measure(scale: str, complaints: int) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Figures by name, and a line for each that is over its limit."""
    product = loaded(scale, complaints)
    try:
        said = product.manage("shell", "--no-imports", "-c", INSIDE)
    finally:
        product.end()
    figure = json.loads(next(line for line in said.splitlines() if line.startswith(MARK)).removeprefix(MARK))
    print(
        f"{'facts':<12} {figure['value']:8.2f} ms   95 % {figure['p95']:8.2f} ms   (waited {figure['waited']}) {figure['queries']} queries"
    )
    over = [f"facts takes {figure[name]} ms ({name}), at most {AT_MOST:g}" for name in ("value", "p95") if figure[name] > AT_MOST]
    return {"facts": figure}, [*over, *(f"facts reads a whole table: {plan}" for plan in figure.pop("scans"))]


class Watch:
    """Keeps what is asked, and how long the answers take to come with everything around them."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.seen: list[tuple[str, Any]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began
            self.seen.append((sql, params))


def report() -> None:
    """Within the product: one line of figures."""
    from complaints.facts import weigh  # noqa: PLC0415 - Django is set up only where this is called
    from complaints.models import Complaint  # noqa: PLC0415
    from escalation import clock  # noqa: PLC0415

    now, times, waited, cases, asked, scans = clock.now(), [], [], [], [], set()
    for complaint in _chosen(Complaint):
        watch = Watch()
        with connection.execute_wrapper(watch):
            cases.append(len(weigh(complaint, now).facts.cases))
        plans = [_plan(*query) for query in watch.seen]
        times.append(sum(taken for taken, _plan in plans))
        waited.append(watch.seconds * 1000)
        asked.append(len(plans))
        scans |= {plan for _taken, plan in plans if "Seq Scan on complaints_complaint " in plan}
    figure = {
        "value": round(statistics.median(times[WARM:]), 2), "unit": "ms", "p95": round(_p95(times[WARM:]), 2),
        "waited": round(statistics.median(waited[WARM:]), 2), "complaints": len(times) - WARM, "queries": max(asked),
        "cases": f"{statistics.median(cases):g} to {max(cases)}", "scans": sorted(scans),
    }  # fmt: skip
    print(MARK + json.dumps(figure))


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _chosen(model: Any) -> list[Any]:
    """Half of them open, the others any; all with a type, so that there is something to count."""
    rows = model.objects.filter(type__isnull=False).select_related("branch", "customer")
    pick = random.Random(1)
    first, last = rows.order_by("pk").first().pk, rows.order_by("-pk").first().pk
    anywhere = list(rows.filter(pk__in={pick.randint(first, last) for _ in range(WARM + COUNTED)}))
    newest = list(rows.open().order_by("-received_at")[: COUNTED // 2])
    chosen = list({row.pk: row for row in [*newest, *anywhere]}.values())[: WARM + COUNTED]
    pick.shuffle(chosen)
    return chosen


def _plan(sql: str, params: Any) -> tuple[float, str]:
    """Planning and carrying out in the database, milliseconds; and the plan."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY ON) {sql}", params)
        lines = [line for (line,) in cursor.fetchall()]
    return sum(float(line.split()[-2]) for line in lines if line.startswith(("Planning Time", "Execution Time"))), "\n".join(lines)
