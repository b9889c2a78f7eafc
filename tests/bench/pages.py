"""The pages people wait for, over HTTP on many complaints: one client, 20 requests to warm up, then 200 on distinct objects.

Each is a median with its 95th percentile and a ratio to `bare`, asked turn by turn with it, so that a machine that is slow for a while is
slow for all. Limits are those ratios; milliseconds are shown.
"""

import datetime as dt
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.bench import paper
from tests.bench.browser import Answer, Browser, filled
from tests.product import ROOT, Product

WARM, COUNTED = 20, 200
PASSWORD = "redress-demo-2026"
# name: at most so many times as long as `bare`
LIMITS = {
    "list": 3.0, "ticket": 3.0, "search_zh": 5.0, "search_en": 5.0, "search_no": 5.0, "dashboard": 6.0, "month": 10.0, "create": 4.0,
    "move": 4.0,
}  # fmt: skip
WORDS = {
    "search_zh": [
        "渗油",
        "异响",
        "起泡",
        "松脱",
        "砂眼",
        "卡滞",
        "毛刺",
        "超差",
        "破损",
        "短装",
        "延迟",
        "错贴",
        "色差",
        "开裂",
        "端盖",
        "法兰盘",
    ],
    "search_en": ["leaks", "noisily", "blisters", "terminals", "burrs", "seizes", "carton", "flange", "gearbox", "cracked", "labels"],
}
SORTS = ("-received", "received", "-number", "number", "-grade", "grade")
Ask = Callable[[], Answer]
ROWS = 100_000  # of the longest workbook whose memory is limited


def measure(scale: str, complaints: int) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Figures by name, and a line for each that is over its limit."""
    product = loaded(scale, complaints)
    try:
        product.wait_until_well()
        browser = Browser(product.address)
        browser.sign_in("zhaoqiming", PASSWORD)
        numbers = _tickets(browser, product.folder / "tickets")
        figures, broken = _figures(browser, numbers)
        printed, over = paper.measure(product, numbers)
        figures, broken = figures | printed, broken + over
        if complaints > ROWS:
            return figures, broken
        figures["xlsx_rows"] = rows = _rows(product)
        return figures, broken + ([f"xlsx_rows takes {rows['value']} MB, at most {rows['limit']}"] if rows["value"] > rows["limit"] else [])
    finally:
        product.end()


def _rows(product: Product) -> dict[str, Any]:
    """Memory of a workbook with all complaints, of a process of its own."""
    command = [sys.executable, "-m", "tests.bench.rows"]
    said = subprocess.run(command, cwd=ROOT, env=product.env, check=True, capture_output=True, text=True).stdout
    figure: dict[str, Any] = json.loads(said)
    print(f"{'xlsx_rows':<12} {figure['value']:8.1f} MB   {figure['rows']} rows in {figure['seconds']} s, {figure['file']} MB", flush=True)
    return figure


def loaded(scale: str, complaints: int) -> Product:
    """The product over its own folder, filled once for each scale."""
    folder = ROOT / "var" / f"bench-{scale}"
    folder.mkdir(parents=True, exist_ok=True)
    product = Product(folder, DEMO="1", DJANGO_SETTINGS_MODULE="tests.bench.settings")
    try:
        _fill(product, complaints)
    except BaseException:
        product.end()
        raise
    return product


def _fill(product: Product, complaints: int) -> None:
    product.wait_until_well()
    product.wait_until(lambda: PASSWORD in product.said(), 60)
    mark = product.folder / "loaded"
    if not mark.exists():
        print(f"Loading {complaints} complaints …", flush=True)
        product.env["DATABASE_ROLE"] = "owner"
        product.manage("load_test", "--complaints", str(complaints))
        mark.touch()


def _tickets(browser: Browser, kept: Path) -> list[str]:
    """Numbers of open complaints as they were loaded, newest first: what is recorded by measuring is not measured next time."""
    if not kept.exists():
        kept.write_text("\n".join(browser.numbers("/bare/?n=400")))
    return kept.read_text().split()


def _figures(browser: Browser, tickets: list[str]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    figures, broken = {}, []
    asks = dict(_asks(browser, tickets))
    times: dict[str, list[float]] = {name: [] for name in asks}
    for _ in range(WARM + COUNTED):
        for name, ask in asks.items():
            times[name].append(_answered(name, ask()).milliseconds)
    bare = statistics.median(times["bare"][WARM:])
    for name, ask in asks.items():
        figures[name] = _figure(times[name][WARM:], _queries(browser, name, ask), bare)
        _show(name, figures[name])
        limit = LIMITS.get(name)
        if limit and figures[name]["ratio"] > limit:
            broken.append(f"{name} takes {figures[name]['ratio']:.2f} × bare, at most {limit:g} ×")
    return figures, broken


def _figure(times: list[float], queries: int, bare: float) -> dict[str, Any]:
    value = statistics.median(times)
    p95 = sorted(times)[int(len(times) * 0.95)]
    times_in_ms = {"value": round(value, 2), "unit": "ms", "p95": round(p95, 2)}
    return {**times_in_ms, "ratio": round(value / bare, 2), "reference": "bare", "queries": queries}


def _show(name: str, figure: dict[str, Any]) -> None:
    limit = f"(at most {LIMITS[name]:g})" if name in LIMITS else ""
    times = f"{figure['value']:8.1f} ms   95 % {figure['p95']:8.1f} ms"
    print(f"{name:<12} {times} {figure['ratio']:6.2f} × bare {limit:<12} {figure['queries']:3d} queries", flush=True)


def _queries(browser: Browser, name: str, ask: Ask) -> int:
    """The number of queries of one more request."""
    browser.always["X-Count"] = "1"
    answer = _answered(name, ask())
    del browser.always["X-Count"]
    return int(answer.headers["X-Queries"])


def _answered(name: str, answer: Answer) -> Answer:
    """A page that fails is quick, and no figure."""
    assert answer.status in (200, 204, 303), f"{name} answered {answer.status}: {answer.body[:300]}"
    return answer


def _asks(browser: Browser, numbers: list[str]) -> Iterator[tuple[str, Ask]]:
    """What is asked, in order: `move` works on what `create` has made."""
    yield "bare", lambda: browser.get("/bare/")
    lists = cycle(f"?tab={tab}&sort={sort}" for tab in ("open", "major", "closed", "all") for sort in SORTS)
    yield "list", lambda: browser.get(f"/complaints/{next(lists)}")
    tickets = cycle(numbers)
    yield "ticket", lambda: browser.get(f"/complaints/{next(tickets)}/")
    for name, words in WORDS.items():
        yield name, _searching(browser, words)
    yield "search_no", _searching(browser, [f"qzx{n:04d}" for n in range(WARM + COUNTED + 1)])
    months = cycle(_months(36))
    yield "month", lambda: browser.get(f"/reports/{next(months)}/")
    made: list[str] = []
    yield "dashboard", lambda: browser.get("/dashboard/")
    yield "create", lambda: _create(browser, made)
    yield "move", lambda: _submit(browser, made)


def _months(how_many: int) -> list[str]:
    """The last ones, the one that runs first, as “2026-10”."""
    today = dt.datetime.now(dt.UTC).date()
    places = [today.year * 12 + today.month - 1 - back for back in range(how_many)]
    return [f"{place // 12}-{place % 12 + 1:02d}" for place in places]


def _searching(browser: Browser, words: list[str]) -> Ask:
    """Each search for something else: a word alone, or with a number behind it."""
    wanted = cycle([*words, *(f"{word} {n}" for n in range(1, 25) for word in words)])
    return lambda: browser.get("/complaints/", q=next(wanted))


def _create(browser: Browser, made: list[str]) -> Answer:
    """Record one by telephone, as the form sends it; only the sending is timed."""
    form = filled(browser.get(browser.get("/complaints/new/").headers["Location"]).body)
    entered = {
        "act": "record",
        "channel": "phone",
        "anonymous": "on",
        "about": "Measuring",
        "words": "Recorded to see how long it takes.",
        "effect": "shipments",
    }
    fields = form | entered
    answer = browser.post("/complaints/new/", fields)
    assert answer.status == 303, f"recording answered {answer.status}: {answer.body[:500]}"
    made.append(answer.headers["Location"].rstrip("/").rsplit("/", 1)[-1])
    return answer


def _submit(browser: Browser, made: list[str]) -> Answer:
    """Report one to the manager: the form is fetched first, only the sending is timed."""
    url = f"/complaints/{made.pop()}/submit/"
    form = browser.get(url).body
    answer = browser.post(url, filled(form))
    assert answer.status == 303, f"submitting answered {answer.status}: {answer.body[:500]}"
    return answer
