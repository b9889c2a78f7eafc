"""A figure as it is written: counts, per cents, hours; a dash where there is nothing to say. And what the parts of a month are called.

Not here: the figures themselves (`figures`), where they are written (`views`, `files`).
"""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from complaints.moves import Text

from .figures import Unit, Value
from .outcome import Carried

HEADLINES = ("received", "closed", "closure_rate", "backlog", "satisfaction")
"""Figures looked at first, on page and paper."""
TOP = 10
"""Of a dimension, named one by one; the others are told together."""
DIMENSION_TITLES: Mapping[str, Text] = {
    "type": gettext_lazy("Type"), "cause": gettext_lazy("Cause"), "escape": gettext_lazy("Why it escaped"),
    "product": gettext_lazy("Product"),
    "lot_number": gettext_lazy("Lot / batch"), "project": gettext_lazy("Project / site"), "department": gettext_lazy("Department"),
    "customer": gettext_lazy("Customer"), "channel": gettext_lazy("Channel"), "nature": gettext_lazy("Nature"),
    "grade": gettext_lazy("Grade"), "recorded_by": gettext_lazy("Recorded by"),
}  # fmt: skip


def listed(value: Value) -> str:
    """The set behind a number: of a rate, what is divided."""
    return value.figure.part or value.figure.name


def said(value: Value) -> str:
    if value.figure.unit == Unit.RATE:
        return per_cent(value.number)
    if value.figure.unit == Unit.MEAN:
        return "–" if value.number is None else f"{value.number:.1f}"
    return str(value.part)


def per_cent(rate: float | None) -> str:
    """Rounded half up to one decimal: 12.5 %; a dash where there is nothing to divide by."""
    return "–" if rate is None else f"{int(rate * 1000 + 0.5) / 10:g} %"


def thousands(amount: str) -> str:
    """“12600.00” as people read it."""
    return f"{Decimal(amount):,.2f}"


def in_hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 3600


def hours(seconds: float | None) -> str:
    """With one decimal; a dash where there is none."""
    number = in_hours(seconds)
    return "–" if number is None else _("%(number)s h") % {"number": f"{number:.1f}"}


CARRIED = gettext_lazy(
    "Of complaints received in the month: carried out and verified of the plans that hold; effective of all that were judged."
)
MONEY = gettext_lazy("Of complaints received in the month: what the approved plans that hold give customers, by currency.")
CarriedLine = tuple[str, int | float | None, int | None, int | None, str]
"""What is counted, its number, of a rate what it is made of, and the set behind it."""


def carried_lines(carried: Carried | None) -> list[CarriedLine]:
    if carried is None:
        return []
    return [
        (pgettext("measures", "Carried out"), carried.done, None, None, "done"),
        (_("Not verified yet"), carried.done - carried.verified, None, None, "unverified"),
        (_("Verified, of those carried out"), carried.verified_rate, carried.verified, carried.done, "done"),
        (_("Effective, of those judged"), carried.effective_rate, carried.effective, carried.judged, "judged"),
        (_("Not effective"), carried.judged - carried.effective, None, None, "ineffective"),
    ]


def age(days: int | None) -> str:
    if days is None:
        return _("older")
    return _("up to 1 day") if days == 1 else _("up to %(days)d days") % {"days": days}
