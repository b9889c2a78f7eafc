"""`make bench`: speed of pages, of a printed form, of a grade's facts and of the clock, printed and written to var/bench.json.

`make bench SCALE=1m` measures with a million, `ONLY=facts` one part (start, pages, forms, facts, clock).

Figures of a busy machine are worth little: run it alone. A speed claim is a ratio to `bare`, measured in the same run.
"""

import json
import os
import sys
from pathlib import Path

from tests.bench import clock, facts, pages, start

SCALES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
RESULT = Path(__file__).resolve().parents[2] / "var" / "bench.json"


def main() -> int:
    scale = os.environ.get("SCALE", "100k").lower()
    if scale not in SCALES:
        print(f"SCALE is one of {', '.join(SCALES)}.")
        return 2
    only = os.environ.get("ONLY", "")
    if only in ("", "start"):
        start.main()
    figures, broken = pages.measure(scale, SCALES[scale]) if only in ("", "pages") else ({}, [])
    if only in ("", "facts"):
        mine, over = facts.measure(scale, SCALES[scale])
        figures, broken = figures | mine, broken + over
    if only in ("", "clock"):
        mine, over = clock.measure(SCALES[scale])
        figures, broken = figures | mine, broken + over
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    if only and RESULT.exists():
        figures = json.loads(RESULT.read_text()) | figures
    RESULT.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    print(f"\nWritten to {RESULT.relative_to(Path.cwd()) if RESULT.is_relative_to(Path.cwd()) else RESULT}")
    for line in broken:
        print(f"Over the limit: {line}")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
