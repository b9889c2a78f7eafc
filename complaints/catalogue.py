"""The complaint types a new branch starts with (R8), read from `catalogue.toml`: two levels, names and telling words in Chinese
and English.

Only for the first start; from then on the administrator's rows (`models.ComplaintType`) count. Not here: which department of a
branch has a function, what is asked for a group (`checklist`), how words tell a type (`guess`).
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .states import TypeGroup

SOURCE = Path(__file__).with_name("catalogue.toml")


@dataclass(frozen=True)
class Leaf:
    """A type: who verifies (`lead`), whose it usually is (`responsible`), both as functions of a department.

    `keywords` are separated by spaces, Chinese first. Confidential are staff conduct and whistle-blowing (R4).
    """

    code: str
    group: TypeGroup
    name: str
    name_en: str
    keywords: str
    lead: str
    responsible: str
    confidential: bool


@dataclass(frozen=True)
class Group:
    code: TypeGroup
    name: str
    name_en: str
    leaves: tuple[Leaf, ...]


def _leaf(entry: dict[str, Any], group: dict[str, Any]) -> Leaf:
    return Leaf(
        code=entry["code"],
        group=TypeGroup(group["code"]),
        name=entry["name"],
        name_en=entry["name_en"],
        keywords=" ".join(f"{entry['words']} {entry['words_en']}".split()),
        lead=group["lead"],
        responsible=entry.get("responsible", group["responsible"]),
        confidential=entry.get("confidential", False),
    )


def _group(entry: dict[str, Any]) -> Group:
    leaves = tuple(_leaf(leaf, entry) for leaf in entry["leaf"])
    return Group(TypeGroup(entry["code"]), entry["name"], entry["name_en"], leaves)


CATALOGUE = tuple(_group(entry) for entry in tomllib.loads(SOURCE.read_text(encoding="utf-8"))["group"])
LEAVES = tuple(leaf for group in CATALOGUE for leaf in group.leaves)
