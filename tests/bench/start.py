"""Start, memory and answers of the product on this machine: one line for each figure, with its promise where there is one.

Figures of a busy machine are worth little: run it alone.
"""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

from tests.machine import open_folder, processes_of
from tests.product import Product

REQUESTS = 400
AT_ONCE = 8


def show(name: str, value: float, unit: str, promise: str = "") -> None:
    print(f"{name:<44} {value:8.1f} {unit:<3} {promise}", flush=True)


def milliseconds(address: str) -> float:
    before = time.perf_counter()
    with urlopen(address, timeout=30) as answer:
        answer.read()
    return (time.perf_counter() - before) * 1000


def measure_page(product: Product, path: str) -> None:
    """Median and 95th percentile of one page, asked by eight at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(milliseconds, [product.address + path] * 40))  # warm
        before = time.perf_counter()
        times = sorted(pool.map(milliseconds, [product.address + path] * REQUESTS))
        seconds = time.perf_counter() - before
    show(f"{path}, median of {AT_ONCE} at once", statistics.median(times), "ms")
    show(f"{path}, 95 %", times[int(len(times) * 0.95)], "ms")
    show(f"{path}, answers", REQUESTS / seconds, "/s")


def memory(product: Product) -> float:
    """MiB of all processes; what they share is counted once (PSS)."""
    total = 0
    for pid in (*processes_of(product.folder), product.process.pid):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def main() -> None:
    with open_folder() as folder:
        for which, promise in (("first", "promised: 15"), ("second", "")):
            product = Product(folder / "var", DEMO="1")
            show(f"{which} start until all is well", product.wait_until_well(), "s", promise)
            if which == "first":
                product.end()
        for path in ("/livez", "/healthz", "/sign-in/"):
            measure_page(product, path)
        show("memory of all processes", memory(product), "MiB")
        before = time.perf_counter()
        product.end()
        show("Ctrl-C until all has ended", time.perf_counter() - before, "s", "promised: 10")
