"""The list of faults: each with its number, what is provoked, and which protection its broken twin lacks."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.fault.lab import Lab


@dataclass(frozen=True)
class Fault:
    number: str
    title: str
    breaks: str
    provoke: Callable[[Lab], None]
    but: tuple[str, ...]
    """Invariants that need not hold at its end, and why is said where it stands."""


FAULTS: list[Fault] = []


def fault(number: str, title: str, *, breaks: str, but: tuple[str, ...] = ()) -> Callable[[Callable[[Lab], None]], Callable[[Lab], None]]:
    def keep(provoke: Callable[[Lab], None]) -> Callable[[Lab], None]:
        FAULTS.append(Fault(number, title, breaks, provoke, but))
        return provoke

    return keep
