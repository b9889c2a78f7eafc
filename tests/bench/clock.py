"""What is measured of the clock, on servers of its own: the sweep, an empty look, lateness with and without kills, catching up.

The limits stand here. Not here: how each is measured (`sweep`, `lateness`).
"""

import importlib
from collections.abc import Iterator
from typing import Any

from tests.fault.ground import ground

# Of a ratio, and of a value in its unit.
AT_LEAST = {"sweep": 0.3}
AT_MOST = {"tick": 5.0, "lateness": 2.0, "lateness_kills": 2.0, "catchup": 60.0}

Figures = dict[str, dict[str, Any]]


def measure(scale: int) -> tuple[Figures, list[str]]:
    """Figures by name, and a line for each that is over its limit; `scale` timers rest besides."""
    figures: Figures = {}
    with ground() as servers:
        for module in ("sweep", "lateness"):  # imported only now: Django is set up on these servers
            for name, figure in importlib.import_module(f"tests.bench.{module}").measure(servers, scale).items():
                print(f"{name:<16} " + "  ".join(f"{key} {value}" for key, value in figure.items()), flush=True)
                figures[name] = figure
    return figures, [*_over(figures)]


def _over(figures: Figures) -> Iterator[str]:
    for name, figure in figures.items():
        if figure.get("ratio", 1) < AT_LEAST.get(name, 0):
            yield f"{name} is {figure['ratio']} of {figure['reference']}, at least {AT_LEAST[name]:g}"
        if name in AT_MOST and figure["value"] > AT_MOST[name]:
            yield f"{name} takes {figure['value']} {figure['unit']}, at most {AT_MOST[name]:g}"
