"""What a printed form costs: CPU time of the process that makes it, reading the record included, on distinct complaints.

`form_pdf` runs in a process of its own on the loaded product's data (`python -m tests.bench.paper NUMBER…`), as a web worker would make
it: fonts loaded once, every form another complaint's. Time of the processor, not of the clock: a busy machine changes it little.
"""

import json
import statistics
import subprocess
import sys
import time
from typing import Any

from tests.product import ROOT, Product

WARM, COUNTED = 5, 40
AT_MOST = 100.0  # ms of CPU, median

Figures = dict[str, dict[str, Any]]


def measure(product: Product, numbers: list[str]) -> tuple[Figures, list[str]]:
    """The figure, and a line when it is over its limit."""
    command = [sys.executable, "-m", "tests.bench.paper", *numbers[: WARM + COUNTED]]
    done = subprocess.run(command, cwd=ROOT, env=product.env, check=True, capture_output=True, text=True)
    figure = json.loads(done.stdout)
    print(f"{'form_pdf':<12} {figure['value']:8.1f} ms   95 % {figure['p95']:8.1f} ms of CPU   (at most {AT_MOST:g})", flush=True)
    over = [f"form_pdf takes {figure['value']} ms of CPU, at most {AT_MOST:g}"] if figure["value"] > AT_MOST else []
    return {"form_pdf": figure}, over


def main(numbers: list[str]) -> None:
    import django  # noqa: PLC0415 - only in the process that measures: the one that asks has no database

    django.setup()
    from complaints.models import Complaint  # noqa: PLC0415
    from complaints.papers import form, source  # noqa: PLC0415

    times, sizes = [], []
    for pk in Complaint.objects.filter(number__in=numbers).values_list("pk", flat=True):
        began = time.process_time()
        content = form.internal(source.load(pk)).pdf()
        times.append((time.process_time() - began) * 1000)
        sizes.append(len(content))
    counted = sorted(times[WARM:])
    figure = {"value": round(statistics.median(counted), 1), "unit": "ms", "p95": round(counted[int(len(counted) * 0.95)], 1)}
    print(json.dumps({**figure, "forms": len(counted), "kilobytes": round(statistics.median(sizes) / 1024)}))


if __name__ == "__main__":
    main(sys.argv[1:])
