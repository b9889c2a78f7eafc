"""The counting rules of R15 once more, slowly and plainly, for comparing: every month and every year is looked at from every side.

Rows are dicts: id, received, complainant, outcome, valid, resolved, chain. Shares no code with the product.
"""

import datetime as dt
from typing import Any

Row = dict[str, Any]


def recount(rows: list[Row], key: int) -> int:
    """The grade that counting alone gives complaint `key`; `rows` are all on its problem, with itself."""
    if three_complainants(rows, key):
        return 2
    return 3 if three_times_after(rows, key) else 4


def counts(row: Row) -> bool:
    return row["outcome"] not in ("invalid", "withdrawn") and row["valid"] is not False


def three_complainants(rows: list[Row], key: int) -> bool:
    """Is there a month that ends with some complaint, has this one in it, and three who are not the same?"""
    month = dt.timedelta(days=30)
    for newest in rows:
        inside = [row for row in rows if newest["received"] - month <= row["received"] <= newest["received"]]
        if counts(newest) and any(row["id"] == key for row in inside) and people(inside) >= 3:
            return True
    return False


def people(rows: list[Row]) -> int:
    """Heaps of complaints of one complainant: thrown together as long as two heaps have a name or a chain in common."""
    heaps = [({row["complainant"]}, {row["chain"]}) for row in rows if counts(row) and row["complainant"]]
    together = True
    while together:
        together = False
        for one in heaps:
            for other in heaps:
                if one is not other and (one[0] & other[0] or one[1] & other[1]):
                    heaps = [heap for heap in heaps if heap is not one and heap is not other] + [(one[0] | other[0], one[1] | other[1])]
                    together = True
                    break
            if together:
                break
    return len(heaps)


def three_times_after(rows: list[Row], key: int) -> bool:
    """Was one handled, and did three come after that within a year, this one among them?"""
    year = dt.timedelta(days=365)
    for handled in rows:
        if handled["outcome"] != "resolved":
            continue
        after = [row for row in rows if handled["resolved"] < row["received"] <= handled["resolved"] + year]
        if any(row["id"] == key for row in after) and len({row["chain"] for row in after if counts(row)}) >= 3:
            return True
    return False
