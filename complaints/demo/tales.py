"""What one complaint of the demonstration is about, and what people write about it: cases of the `cases_*.toml` filled with figures.

Pure. Not here: which complaints there are (`roads`) and how they are played (`player`).
"""

import random
from dataclasses import dataclass, field
from typing import Any

from .house import read

PHRASES = read("phrases")
CASES = {key: {"language": language} | row for language in ("zh", "en") for key, row in read(f"cases_{language}").items()}
KINDS = ("corrective", "preventive", "remedy", "containment")
RECORD = ("title", "about", "effect", "wants", "complained_about", "exposure", "first_handling", "anonymous", "channel")


@dataclass(frozen=True)
class Planned:
    """A measure as it will be proposed: `days` from then to its date."""

    kind: str
    text: str
    owner: str
    days: int


@dataclass
class Tale:
    """A case with its figures; `more` holds what a story says beside (links, pictures, steps)."""

    key: str
    language: str
    type: str
    customer: str
    product: str
    lot: str
    bad: int
    total: int
    words: str
    told: dict[str, str]
    measures: list[Planned]
    record: dict[str, Any]
    department: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    def phrase(self, name: str, chance: random.Random) -> str:
        """One of what people write in passing, in the complaint's language."""
        found = PHRASES[self.language][name]
        return found if isinstance(found, str) else chance.choice(found)


def tale(case: str, chance: random.Random, **given: Any) -> Tale:
    """A case told once: by whom, about how many, in which of its wordings; `given` says what is not left to chance."""
    row = CASES[case] | given
    figures: dict[str, Any] = {
        "product": _one(row, "product", chance),
        "bad": _figure(row["bad"], chance),
        "total": _figure(row["total"], chance),
    }
    words = row["words"] if isinstance(row["words"], str) else chance.choice(row["words"])
    texts = ("investigation", "cause", "escape", "category", "lessons", "explained", "untrue")
    return Tale(
        key=given.get("key", case), language=row["language"], type=row["type"], customer=_one(row, "customer", chance),
        product=figures["product"], lot=row.get("lot", ""), bad=figures["bad"], total=figures["total"],
        words=words.format(**figures), told={name: row.get(name, "").format(**figures) for name in texts},
        measures=[planned(line.format(**figures)) for line in row["measures"]],
        record={name: row[name] for name in RECORD if name in row}, department=row.get("department", ""), more=given,
    )  # fmt: skip


def _one(row: dict[str, Any], name: str, chance: random.Random) -> str:
    return row.get(name) or chance.choice(row[f"{name}s"])


def _figure(value: Any, chance: random.Random) -> int:
    return value if isinstance(value, int) else chance.randint(*value)


def planned(line: str) -> Planned:
    """`corrective 换货 3 件 @gaoyuan +2`"""
    rest, _, days = line.rpartition(" +")
    rest, _, owner = rest.rpartition(" @")
    kind, _, text = rest.partition(" ")
    if kind not in KINDS:
        raise ValueError(f"no kind of measure: {line}")
    return Planned(kind, text, owner, int(days))
