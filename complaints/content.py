"""The complaint as coded facts: what events say of a change and what a signature binds.

Not here: free texts, which go into passages, and the plan of a round (`effects`).
"""

from typing import Any

from .history import plain
from .models import Complaint
from .models.record import TEXT_FIELDS

APART = TEXT_FIELDS | {"id", "version", "history_seq", "history_head", "search", "haystack", "access_code", "state_since"}
FIELDS = {f.attname: f for f in Complaint._meta.concrete_fields if f.name not in APART}
CODED = tuple(FIELDS)


def coded(complaint: Complaint) -> dict[str, Any]:
    """Every coded field by column name, as it stands in events: ids, codes, instants, amounts.

    Read the way the database will give it back: 40, "40" and Decimal("40.000") are one quantity, or a replay would not agree.
    """
    return {name: plain(field.to_python(getattr(complaint, name))) for name, field in FIELDS.items()}


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}


def texts(complaint: Complaint) -> dict[str, str]:
    return {name: getattr(complaint, name) or "" for name in sorted(TEXT_FIELDS - {"source_key"})}


def text_changes(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """Old and new wording of what was changed, for passages: a correction keeps both."""
    found: dict[str, str] = {}
    for name, text in after.items():
        if before[name] != text:
            found |= {f"old:{name}": before[name], f"new:{name}": text}
    return found
