"""Finding names of the house in words that are meant for a customer: people, departments and their codes (R23).

Pure. An English name counts as a whole word, whatever its capitals; a code only as it is written in capitals or with a number, because
departments are called "sales" and "quality" by everybody. Not here: who belongs to the house (`replies`).
"""

import re
from collections.abc import Iterable

LATIN = re.compile(r"[A-Za-z]")
SHORTEST = 2


def names_in(text: str, names: Iterable[str], codes: Iterable[str] = ()) -> list[str]:
    """Those that stand in the text, as the house writes them, each once."""
    found = [name for name in names if len(name) >= SHORTEST and _stands(name, text)]
    found += [code for code in codes if _is_code(code) and _coded(code, text)]
    return list(dict.fromkeys(found))


def _stands(name: str, text: str) -> bool:
    if not LATIN.search(name):
        return name in text
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", text, re.IGNORECASE) is not None


def _is_code(code: str) -> bool:
    return len(code) >= SHORTEST


def _coded(code: str, text: str) -> bool:
    """`production-1` in any capitals, `PMC` only in capitals."""
    if any(sign.isdigit() for sign in code):
        return _stands(code, text)
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(code.upper())}(?![A-Za-z0-9])", text) is not None
