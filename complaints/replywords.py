"""The words a reply begins and ends with as they ship, in Chinese and English (R23), read from `replywords.toml`.

For a new branch's first rows, and for a branch that has none of a kind. Pure; not here: the administrator's rows (`models.ReplyTemplate`).
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .states import Finding, Language, ReplyKind, TypeGroup

SOURCE = Path(__file__).with_name("replywords.toml")
SUFFIX = {Language.CHINESE: "zh", Language.ENGLISH: "en"}
NOT_OURS = frozenset({Finding.NOT_JUSTIFIED, Finding.BY_CUSTOMER, Finding.NO_TROUBLE})
OF_A_PRODUCT = frozenset(
    {TypeGroup.QUALITY, TypeGroup.PACKAGING, TypeGroup.DESIGN, TypeGroup.ENGINEERING, TypeGroup.AFTER_SALES, TypeGroup.OTHER}
)
OF_A_DELIVERY = frozenset({TypeGroup.DELIVERY, TypeGroup.QUANTITY})


@dataclass(frozen=True)
class Shipped:
    kind: ReplyKind
    language: Language
    name: str
    opening: str
    closing: str


def _read(entries: list[dict[str, Any]]) -> Iterator[Shipped]:
    for entry in entries:
        for language, suffix in SUFFIX.items():
            name = entry["name" if language == Language.CHINESE else "name_en"]
            yield Shipped(ReplyKind(entry["kind"]), language, name, entry[f"opening_{suffix}"], entry[f"closing_{suffix}"])


SHIPPED = tuple(_read(tomllib.loads(SOURCE.read_text(encoding="utf-8"))["reply"]))


def kind_for(group: str, finding: str) -> ReplyKind:
    """Which kind of letter fits a complaint of that group of types with that verdict."""
    if finding in NOT_OURS:
        return ReplyKind.NO_FAULT
    if group in OF_A_PRODUCT or not group:
        return ReplyKind.QUALITY
    return ReplyKind.DELIVERY if group in OF_A_DELIVERY else ReplyKind.SERVICE
