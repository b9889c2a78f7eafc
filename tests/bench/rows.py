"""How much memory a workbook with very many complaints takes: `python -m tests.bench.rows` with the address of a filled database.

`make bench` runs it on what it loaded, in a process of its own whose peak is the figure. Every complaint of the branch counts as received
in one month. Not here: how long pages take (`pages`).
"""

import datetime as dt
import json
import os
import resource
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from complaints.models import Complaint  # noqa: E402 - Django has to be set up first
from escalation import clock  # noqa: E402
from organisation.models import Branch  # noqa: E402
from reports.figures import month  # noqa: E402
from reports.period import Period  # noqa: E402
from reports.workbook import workbook  # noqa: E402

LIMIT = 100  # MB


class Always(Period):
    """All there is, as if it were one month."""

    @property
    def start(self) -> dt.datetime:
        return dt.datetime(1990, 1, 1, tzinfo=dt.UTC)


def measure() -> dict[str, Any]:
    now = clock.now()
    period = Always(Branch.objects.order_by("pk")[0], now.date().replace(day=1), now)
    before, worked = time.perf_counter(), time.process_time()
    with workbook(month(period), None) as file:
        size = file.seek(0, 2)
    spent = {"seconds": round(time.perf_counter() - before, 1), "cpu_seconds": round(time.process_time() - worked, 1)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = Complaint.objects.filter(branch=period.branch, confidential=False).count()
    return {
        "value": round(peak, 1),
        "unit": "MB",
        "rows": rows,
        **spent,
        "file": round(size / 2**20, 1),
        "limit": LIMIT,
    }


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
