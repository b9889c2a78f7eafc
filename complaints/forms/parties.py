"""Who complains, as typed at the desk: an existing customer or a new one, an existing contact or a new one, told apart by one rule.

What comes out are instances; new and changed ones are stored with the complaint (`recording`), never here. The forms of the customers'
own pages are here, too. Not here: the rest of the record (`intake`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from complaints import customers
from complaints.models import Contact, Customer
from complaints.models.parties import digits_of
from organisation.models import Branch, Person
from organisation.roles import Role

from .record import DayField

REACH = ("telephone", "mobile", "email", "wechat", "fax", "position", "address")
NEW = "new"


class Unclear(Exception):
    """What was typed may mean an existing customer; the message says which, and how to go on."""


def customer_from(branch: Branch, key: str, text: str, *, new: bool, private: bool) -> Customer | None:
    """The chosen customer, the one that is called so, or a new one, not stored yet; None when nothing was typed. Raises Unclear."""
    if key.isdecimal():
        chosen = Customer.objects.filter(branch=branch, pk=int(key), is_active=True).first()
        if chosen:
            return chosen
    text = text.strip()
    if not text:
        return None
    if not new and key != NEW:
        known = _known(branch, text)
        if known:
            return known
    return Customer(branch=branch, name=text, is_private=private, language=_spoken())


def _known(branch: Branch, text: str) -> Customer | None:
    same = customers.named(branch, text)
    if len(same) == 1:
        return same[0]
    alike = same or [found.customer for found in customers.find(branch, text)]
    if alike:
        names = " · ".join(f"{one} ({one.number})" for one in alike[:3])
        raise Unclear(gettext("There is %(names)s. Choose from the list, or tick “new customer”.") % {"names": names})
    return None


def _spoken() -> str:
    """A new customer is taken to speak what the assistant works in, until somebody says otherwise."""
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


@dataclass(frozen=True)
class Typed:
    """A contact as the form has it: the chosen row's id, the name as written, and the ways to reach him."""

    key: str
    name: str
    reach: Mapping[str, str]

    @property
    def empty(self) -> bool:
        return not (self.key or self.name or any(self.reach.values()))


def contact_from(customer: Customer | None, typed: Typed, *, may_replace: bool) -> tuple[Contact | None, bool]:
    """The contact, and whether it has to be stored: new, or with something filled in that was not known.

    Whoever keeps customers' data replaces what is there; others only fill in what is missing.
    """
    if typed.empty:
        return None, False
    found = _existing(customer, typed)
    if found is None:
        return Contact(name=typed.name, **typed.reach), True
    changed = False
    for name, value in typed.reach.items():
        if value and value != getattr(found, name) and (may_replace or not getattr(found, name)):
            setattr(found, name, value)
            changed = True
    return found, changed


def _existing(customer: Customer | None, typed: Typed) -> Contact | None:
    if customer is None or customer.pk is None:
        return None
    known = customer.contacts.filter(anonymised_at=None)
    if typed.key.isdecimal():
        return known.filter(pk=int(typed.key)).first()
    if typed.name:
        return known.filter(name__iexact=typed.name).first()
    digits = [digits_of(typed.reach.get(name, "")) for name in ("telephone", "mobile")]
    return next((one for one in known if set(one.digits.split()) & set(filter(None, digits))), None)


class CustomerForm(forms.ModelForm):
    """Master data of a customer; `person` keeps them, in his own branch."""

    first_order_on = DayField(label=_("First order on"), required=False)
    is_new = forms.TypedChoiceField(
        label=_("New customer"),
        choices=[("", _("worked out from the first order")), ("True", _("Yes")), ("False", _("No"))],
        coerce=lambda said: said == "True",
        empty_value=None,
        required=False,
    )

    class Meta:
        model = Customer
        fields = [
            "name",
            "name_en",
            "number",
            "language",
            "is_private",
            "key_account",
            "is_new",
            "first_order_on",
            "account_manager",
            "is_active",
        ]
        labels = {"is_active": _("Customer of ours at present")}

    def __init__(self, data: Any = None, *, person: Person, instance: Customer | None = None) -> None:
        super().__init__(data, instance=instance or Customer(branch=person.branch))
        desk = Person.objects.active().filter(branch=self.instance.branch_id, roles__overlap=[Role.ASSISTANT, Role.MANAGER])
        kept = Person.objects.filter(pk=self.instance.account_manager_id or 0)
        self.fields["account_manager"].queryset = (desk | kept).order_by("name")
        if self.instance.pk is None:
            self.fields["number"].required = False
            self.fields["number"].help_text = _("Left empty, it gets a provisional one.")

    def _get_validation_exclusions(self) -> set[str]:
        """The branch is not asked, but a number is unique within it."""
        return super()._get_validation_exclusions() - {"branch"}


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["name", *REACH]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not any(given.get(name) for name in ("name", "telephone", "mobile", "email", "wechat")) and not self.errors:
            self.add_error("name", _("A name, or a way to reach somebody."))
        return given


ContactForms = forms.inlineformset_factory(Customer, Contact, form=ContactForm, extra=1, can_delete=False)
