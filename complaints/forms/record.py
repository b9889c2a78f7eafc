"""The record of a complaint as a form (R6-R9): every column people fill in, under the column's name.

Intake, completing and correcting use it. It changes no complaint: what came out of it goes through `intake.receive` or, by `changes()`,
through `actions.perform`. Not here: guesses, drafts, files and looking up a customer while typing.
"""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, ComplaintType, Contact, Customer, Lot, Product
from complaints.states import Channel, Effect, Subject, TypeGroup, Want
from organisation.models import Branch, Person

HEADER = (
    "customer", "contact", "on_behalf", "anonymous", "channel", "received_at", "received_by", "customer_reference", "customer_reference_on",
)  # fmt: skip
SUBJECT = (
    "subject", "about", "product", "model", "lot", "lot_number", "order_number", "project", "quantity_delivered", "quantity_affected",
    "unit", "delivered_on", "place",
)  # fmt: skip
CONTENT = (
    "title", "type", "words", "happened", "happened_on", "effect", "happened_before", "wants", "wants_other", "claim_amount",
    "claim_currency", "wanted_by", "complainants", "acting_together", "lawsuit", "exposure", "authority", "samples", "against",
    "complained_about", "read_back", "first_handling",
)  # fmt: skip
CURRENCIES = ("CNY", "USD", "EUR", "GBP", "HKD", "JPY")
MINUTE = "%Y-%m-%dT%H:%M"


class LocalMomentField(forms.DateTimeField):
    """A date and time as the branch's wall clock shows it; the value is UTC-aware. `zone` is set by the form."""

    zone: ZoneInfo | None = None

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format=MINUTE, attrs={"type": "datetime-local"})
        super().__init__(**{"widget": widget, "input_formats": [MINUTE, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs})

    def to_python(self, value: Any) -> dt.datetime | None:
        with timezone.override(self.zone):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().prepare_value(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Seconds are not shown, so leaving the field alone changes nothing."""
        moment = self.to_python(data) if data else None
        return (initial and initial.replace(second=0, microsecond=0)) != (moment and moment.replace(second=0, microsecond=0))


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs})


class AmountField(forms.DecimalField):
    """A number nobody reads below zero; shown without superfluous noughts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_digits": 14, "widget": forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return format(value.normalize(), "f") if hasattr(value, "normalize") else value


class RecordForm(forms.ModelForm):
    """`branch` says which customers, products and people may be chosen; `now` (UTC) what lies in the future."""

    received_at = LocalMomentField(label=_("Received at"))
    customer_reference_on = DayField(label=_("Customer's date"), required=False)
    quantity_delivered = AmountField(label=_("Quantity delivered"), decimal_places=3, required=False)
    quantity_affected = AmountField(label=_("Quantity affected"), decimal_places=3, required=False)
    delivered_on = DayField(label=_("Delivered on"), required=False)
    happened_on = DayField(label=_("Happened on"), required=False)
    wanted_by = DayField(label=_("Wanted closing date"), required=False)
    claim_amount = AmountField(label=_("Amount claimed"), decimal_places=2, required=False)
    claim_currency = forms.ChoiceField(label=_("Currency"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices, widget=forms.RadioSelect, initial=Channel.PHONE)
    subject = forms.ChoiceField(label=_("Kind of subject"), choices=Subject.choices, widget=forms.RadioSelect, initial=Subject.PRODUCT)
    effect = forms.ChoiceField(label=_("How the customer is affected"), choices=Effect.choices, widget=forms.RadioSelect)
    wants = forms.MultipleChoiceField(
        label=_("What the customer wants"), choices=Want.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    complainants = forms.IntegerField(label=_("Complainants it stands for"), min_value=1, initial=1)

    class Meta:
        model = Complaint
        fields = [*HEADER, *SUBJECT, *CONTENT]
        widgets = {
            "words": forms.Textarea(attrs={"rows": 4}),
            "first_handling": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, data: Any = None, *, branch: Branch, now: dt.datetime, instance: Complaint | None = None, **kwargs: Any) -> None:
        super().__init__(data, instance=instance, **kwargs)
        self.branch, self.now = branch, now
        self.fields["received_at"].zone = branch.tz
        for name in ("about", "words"):
            self.fields[name].required = True
        for name, rows in self._choices().items():
            self.fields[name].queryset = rows
        self.fields["type"].choices = [("", _("Not known yet")), *types_by_group(self.fields["type"].queryset)]
        self._set_currencies()

    def _choices(self) -> dict[str, QuerySet[Any]]:
        """What may be chosen: rows of this branch in use, and what the record has already."""
        branch, record = self.branch, self.instance
        people = Person.objects.filter(Q(is_active=True) | Q(pk__in=[record.received_by_id or 0, record.against_id or 0]), branch=branch)
        contacts = Contact.objects.filter(customer=self._chosen("customer"), anonymised_at=None)
        return {
            "customer": Customer.objects.filter(Q(is_active=True) | Q(pk=record.customer_id), branch=branch),
            "contact": contacts | Contact.objects.filter(pk=record.contact_id),
            "on_behalf": contacts | Contact.objects.filter(pk=record.on_behalf_id),
            "product": Product.objects.filter(Q(is_active=True) | Q(pk=record.product_id), branch=branch),
            "lot": Lot.objects.filter(Q(product=self._chosen("product")) | Q(pk=record.lot_id)),
            "type": ComplaintType.objects.filter(Q(is_active=True) | Q(pk=record.type_id), branch=branch),
            "received_by": people,
            "against": people,
        }

    def _chosen(self, name: str) -> int | None:
        """The id that was sent for a relation, else the record's."""
        value = self.data.get(self.add_prefix(name)) if self.is_bound else getattr(self.instance, f"{name}_id") or self.initial.get(name)
        value = getattr(value, "pk", value)
        return int(value) if str(value or "").isdecimal() else None

    def _set_currencies(self) -> None:
        codes = dict.fromkeys((self.branch.currency, *CURRENCIES, self.instance.claim_currency))
        field = self.fields["claim_currency"]
        field.choices = [("", "—"), *((code, code) for code in codes if code)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("anonymous") and not given.get("customer") and "customer" not in self.errors:
            self.add_error("customer", _("Choose the customer, or tick anonymous."))
        if given.get("claim_amount") is not None and not given.get("claim_currency"):
            self.add_error("claim_currency", _("In which currency?"))
        if given.get("claim_amount") is None:
            given["claim_currency"] = ""
        if Want.OTHER in given.get("wants", []) and not given.get("wants_other"):
            self.add_error("wants_other", _("Say what the customer wants."))
        self._clean_quantities(given)
        return given

    def _clean_quantities(self, given: dict[str, Any]) -> None:
        affected, delivered = given.get("quantity_affected"), given.get("quantity_delivered")
        if affected is not None and delivered is not None and affected > delivered:
            self.add_error("quantity_affected", _("More pieces affected than delivered."))

    def clean_received_at(self) -> dt.datetime:
        if self.cleaned_data["received_at"] > self.now:
            raise ValidationError(_("That is in the future."))
        return self.cleaned_data["received_at"]

    def clean_happened_on(self) -> dt.date | None:
        day = self.cleaned_data["happened_on"]
        if day and day > self.now.astimezone(self.branch.tz).date():
            raise ValidationError(_("That is in the future."))
        return day

    def _post_clean(self) -> None:
        """Nothing is written to the instance: only the door changes a complaint. What its columns demand is in the fields."""

    def changes(self) -> dict[str, Any]:
        """Columns whose value differs from the record's, for `complete` and `correct`."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}


def types_by_group(types: QuerySet[ComplaintType]) -> list[tuple[Any, list[tuple[int, str]]]]:
    """The leaves under their first level, in the catalogue's order, for a select with groups."""
    leaves: dict[str, list[tuple[int, str]]] = {}
    for leaf in types:
        leaves.setdefault(leaf.group, []).append((leaf.pk, str(leaf)))
    return [(TypeGroup(group).label, leaves[group]) for group in TypeGroup.values if group in leaves]
