"""A plan's rows in words: investigation, shares, places of the goods, chains of whys, other products, what the customer gets (R18).

Line by line, for pages, comparisons and printed documents; `word` turns a label into text, so that a bilingual form can have both
languages. All of it stays in the house. Not here: measures, and what the customer is told (`letters`).
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.models import Complaint, Round
from complaints.planrows import Across, Found, Share, Spot, read
from complaints.states import Inquiry, Known, Party, Place, Remedy
from organisation.models import Department

from .values import number

Word = Callable[[Any], str]
EVIDENCE = pgettext_lazy("planwords", "evidence no.")
BOOK = pgettext_lazy("ledger", "stock system")
MORE = pgettext_lazy("ledger", "more than the stock system:")
FEWER = pgettext_lazy("ledger", "fewer than the stock system:")
CHECKED = pgettext_lazy("ledger", "Checked")
COUNTED = {"checked": CHECKED, "bad": pgettext_lazy("ledger", "Bad"), "unchecked": gettext_lazy("Not checked")}
AFFECTED = {
    Known.YES: gettext_lazy("affected"),
    Known.NO: gettext_lazy("not affected"),
    Known.UNKNOWN: gettext_lazy("not known whether affected"),
}


def departments_named(complaint: Complaint, rounds: Iterable[Round]) -> dict[int, Any]:
    """Those with a share of the responsibility; no query when that is the responsible one alone."""
    ids = {row["department"] for round_ in rounds for row in round_.shares} - {None}
    known = {complaint.department_id: complaint.department} if complaint.department_id else {}
    left = ids - known.keys()
    return known | (Department.objects.in_bulk(left) if left else {})


def found(round_: Round, word: Word = str) -> list[str]:
    return [_found(row, word) for row in read("found", round_.found)]


def _found(row: Found, word: Word) -> str:
    evidence = f" ({word(EVIDENCE)} {', '.join(map(str, row.files))})" if row.files else ""
    return f"{word(Inquiry(row.kind).label)}: {row.text}{evidence}"


def shares(round_: Round, departments: Mapping[int, Any], word: Word = str) -> list[str]:
    return [_share(row, departments, word) for row in read("shares", round_.shares)]


def _share(row: Share, departments: Mapping[int, Any], word: Word) -> str:
    whose = departments.get(row.department, "") if row.department else Party(row.who).label if row.who else "–"
    return f"{word(whose)} {row.percent or 0} %"


def ledger(round_: Round, word: Word = str) -> list[str]:
    return [_spot(row, word) for row in read("ledger", round_.ledger)]


def _spot(row: Spot, word: Word) -> str:
    counted = [number(row.quantity or Decimal())]
    counted += [f"{word(label)} {number(getattr(row, name) or Decimal())}" for name, label in COUNTED.items()]
    place = " · ".join(filter(None, [word(Place(row.place).label), row.where]))
    return " · ".join(filter(None, [f"{place}: {' · '.join(counted)}", *stock(row, word), row.disposition, proof(row, word)]))


def proof(row: Spot, word: Word = str) -> str:
    """What shows it: numbers of the complaint's evidence, or words."""
    return row.evidence or (f"{word(EVIDENCE)} {', '.join(map(str, row.files))}" if row.files else "")


def stock(row: Spot, word: Word = str) -> list[str]:
    """What the stock system says, and how many more or fewer the ledger has; nothing where nobody looked."""
    if row.book is None:
        return []
    said = [f"{word(BOOK)} {number(row.book)}" + (f" ({row.source})" if row.source else "")]
    off = row.off_book
    return said + ([f"{word(MORE if off > 0 else FEWER)} {number(abs(off))}"] if off else [])


def whys(round_: Round, name: str) -> list[str]:
    """Numbered; a cause without a chain has none."""
    return [f"{place}. {row.text}" for place, row in enumerate(read(name, getattr(round_, name)), 1)]


def across(round_: Round, word: Word = str) -> list[str]:
    return [_across(row, word) for row in read("across", round_.across)]


def _across(row: Across, word: Word) -> str:
    return " · ".join(filter(None, [row.what, word(AFFECTED[Known(row.affected)]), word(CHECKED) if row.checked else "", row.result]))


def remedy(round_: Round, word: Word = str) -> list[str]:
    """What he gets, how much, and how that is worked out."""
    kinds = " · ".join(word(Remedy(kind).label) for kind in round_.remedy_kinds)
    return [line for line in (" · ".join(filter(None, [kinds, round_.remedy_text])), amount(round_), round_.remedy_how) if line]


def amount(round_: Round) -> str:
    return f"{number(round_.remedy_amount)} {round_.remedy_currency}" if round_.remedy_amount is not None else ""


def none_needed(round_: Round, word: Word = str) -> str:
    """Why no measure is needed, and who says so."""
    return " · ".join(filter(None, [round_.no_measure_reason, word(round_.no_measure_by) if round_.no_measure_by else ""]))
