"""Pages of a list whose length is known: `?from=` is the place of the first row, counted from 0.

Not here: the complaints' list, which goes on from a row (`complaints.listing`).
"""

from typing import Any

from django.http import HttpRequest


def start_of(request: HttpRequest) -> int:
    """What makes no sense is the beginning."""
    asked = request.GET.get("from", "")
    return int(asked) if asked.isdecimal() and len(asked) < 7 else 0


def pages_of(start: int, total: int, size: int) -> dict[str, Any]:
    """Places counted from 1 and the addresses before and after; beyond the end it is the last page."""
    start = min(start, max(total - 1, 0) // size * size)
    last = min(start + size, total)
    previous = f"?from={max(start - size, 0)}" if start else ""
    return {"first": start + 1, "last": last, "previous": previous, "next": f"?from={last}" if last < total else "", "more": total - last}
