"""A figure as it is written on a page: counts, per cents, hours; a dash where there is nothing to say. Not here: the figures themselves."""

from django.utils.translation import gettext as _

from . import files
from .figures import Unit, Value


def listed(value: Value) -> str:
    """The set behind a number: of a rate, what is divided."""
    return value.figure.part or value.figure.name


def said(value: Value) -> str:
    if value.figure.unit == Unit.RATE:
        return per_cent(value.number)
    return str(value.part)


def per_cent(rate: float | None) -> str:
    """Rounded half up to one decimal: 12.5 %; a dash where there is nothing to divide by."""
    return "–" if rate is None else f"{int(rate * 1000 + 0.5) / 10:g} %"


def hours(seconds: float | None) -> str:
    """With one decimal; a dash where there is none."""
    number = files.hours(seconds)
    return "–" if number is None else _("%(number)s h") % {"number": f"{number:.1f}"}
