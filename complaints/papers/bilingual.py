"""Words as printed forms have them: Chinese and English beside each other, whatever the reader's language; names and seals.

Not here: what is printed of a complaint.
"""

import re
from typing import Any

from django.db.models import Model
from django.utils.translation import override

from complaints.wording import CJK
from organisation.models import Person

CHINESE, ENGLISH = "zh-hans", "en"
NAME_IN_CHARACTERS = re.compile(f"[{CJK}]{{2,4}}")
BETWEEN_NAMES = re.compile(r"[\s·.\-]+")


def pair(text: Any) -> list[str]:
    """A translatable text in Chinese and in English."""
    with override(CHINESE):
        chinese = str(text)
    with override(ENGLISH):
        english = str(text)
    return [chinese, english]


def both(text: Any) -> str:
    """The same in one line: “重大 Major”."""
    return " ".join(dict.fromkeys(filter(None, pair(text))))


def named(row: Model | None) -> str:
    """A row with a Chinese and an English name (person, customer, department), in one line."""
    return both(row) if row else ""


def choices(labels: list[tuple[Any, Any]], *chosen: Any) -> list[dict[str, Any]]:
    """Check boxes for (value, label), those in `chosen` ticked; the empty value is no choice."""
    return [{"on": value in chosen, "label": both(label)} for value, label in labels if value not in ("", None)]


def seal_of(person: Person) -> dict[str, Any]:
    """What a seal shows: a Chinese name of two to four characters square and closed with 印, any other name's initials round."""
    name = person.name.replace(" ", "")
    if NAME_IN_CHARACTERS.fullmatch(name):
        return {"square": True, "seal": list((name + {2: "之印", 3: "印"}.get(len(name), ""))[:4])}
    words = [word for word in BETWEEN_NAMES.split(person.name_en or person.name) if word]
    initials = "".join(word[0].upper() for word in words[:3]) or "?"
    return {"square": False, "seal": [initials]}
