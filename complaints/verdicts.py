"""What a verifier says of measures in one act (R26): for each one a verdict and what was seen.

Pure. Not here: who verifies (`standing.verifiers`), whether it fits (`checks`), writing it (`effects`).
"""

from dataclasses import dataclass
from typing import Any

from .states import Verdict

FAILING = frozenset({"not_effective", "fail_after_closing"})


@dataclass(frozen=True)
class Found:
    """One measure's verdict; `words` are what was seen, or why it does not work."""

    measure: Any
    verdict: str
    words: str = ""
    files: tuple[Any, ...] = ()


def found_in(move: str, inputs: dict[str, Any]) -> list[Found]:
    """Several verdicts as the page sends them, or the one of a small form: `measure` with `evidence` or `reason`."""
    if inputs.get("verdicts"):
        return list(inputs["verdicts"])
    if inputs.get("measure") is None:
        return []
    if move in FAILING:
        return [Found(inputs["measure"], Verdict.FAILS, inputs.get("reason") or "")]
    return [Found(inputs["measure"], Verdict.WORKS, inputs.get("evidence") or "")]
