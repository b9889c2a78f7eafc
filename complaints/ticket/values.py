"""A column of the complaint in words: its label, and a value as it stood in an event or stands on the record.

Not here: which columns a page shows together (`facts`).
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.forms.record import CONTENT, HEADER, SUBJECT
from complaints.models import Complaint
from complaints.moves import Text
from organisation.templatetags.ui import localtime_in

JUDGED = ("nature", "criteria", "grade", "department", "handler", "acting_head", "confidential")
SHOWN = frozenset({*HEADER, *SUBJECT, *CONTENT, *JUDGED})
OWN_LABELS = {"words": gettext_lazy("The customer's words"), "about": gettext_lazy("What it is about")}
Namer = Callable[[type[models.Model], int | None], str]


def shown_field(column: str) -> bool:
    """Whether readers care about a change of it; instants and counters of the road are for the machine."""
    return column.removesuffix("_id") in SHOWN


def label_of(column: str) -> Text:
    name = column.removesuffix("_id")
    own = OWN_LABELS.get(name)
    return own or _capital(_field(name).verbose_name)


def _field(name: str) -> "models.Field[Any, Any]":
    """A column of the complaint; relations that lead here have no words of their own."""
    return next(field for field in Complaint._meta.concrete_fields if name in (field.name, field.attname))


def _capital(text: Text) -> str:
    plain = str(text)
    return plain[:1].upper() + plain[1:]


def display(column: str, value: Any, names: Namer, complaint: Complaint) -> str:
    """A coded value in words; '' for nothing. Instants are shown in the branch's zone."""
    if value in (None, "", [], ()):
        return ""
    field = _field(column.removesuffix("_id"))
    if isinstance(field, models.ForeignKey):
        return names(field.related_model, value)
    if isinstance(field, ArrayField):
        return " · ".join(_choice(field.base_field, item) for item in value)
    if field.choices:
        return _choice(field, value)
    return _plain(field, value, complaint)


def _choice(field: Any, value: Any) -> str:
    return str(dict(field.flatchoices).get(value, value))


def _plain(field: models.Field, value: Any, complaint: Complaint) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, models.DateTimeField):
        moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
        return str(localtime_in(moment, complaint.branch))
    if isinstance(field, models.DateField):
        return str(localtime_in(value if isinstance(value, dt.date) else dt.date.fromisoformat(value)))
    return number(value) if isinstance(field, models.DecimalField) else str(value)


def number(value: Decimal | str | None) -> str:
    """With groups of three, without superfluous noughts: 1,200 and 7.5."""
    if value is None:
        return ""
    amount = Decimal(value)
    whole = amount == amount.to_integral_value()
    return f"{amount:,.0f}" if whole else f"{amount.normalize():,f}"
