"""Texts of Django whose own Chinese is missing or reads badly. Being named here they are in our catalogue, which comes first.

Nothing imports this module: collecting the texts (`make messages`) is all it is for. Not here: texts of our own.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

WORDS = (
    # forms
    _("This field is required."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
    # spans of time
    ngettext_lazy("%(num)d day", "%(num)d days", "num"),
    ngettext_lazy("%(num)d month", "%(num)d months", "num"),
    # headings of the administration
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
)
