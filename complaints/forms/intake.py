"""The form at the desk (R6-R9, R12): the record with what is typed instead of chosen, told apart when it is sent.

Customer, contact, subject and lot are text boxes with a list; what was chosen stands in a hidden field beside each, and without script
the text alone is enough. Not here: what stands beside the form (`views.beside`), storing anything (`recording`).
"""

import uuid
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from complaints import subjects
from complaints.models import Complaint, ComplaintType, Contact, Customer, Lot
from complaints.moves import Text
from complaints.recording import Recording
from complaints.states import LinkKind
from organisation.models import Person

from . import fields as ask
from .fields import UploadedFiles
from .parties import REACH, Typed, Unclear, contact_from, customer_from
from .record import CONTENT, HEADER, SUBJECT, LocalMomentField, RecordForm

# Where an error shows that belongs to a field nobody sees.
SHOWN_AT = {"customer": "customer_text", "contact": "contact_text", "on_behalf": "behalf_text", "product": "about", "lot": "lot_number"}
CHANNEL_ICONS = {"phone": "phone", "email": "mail", "wechat": "message-circle", "on_site": "map-pin"}
# What may follow after the call, part by part.
PARTS: tuple[tuple[Text, str], ...] = (
    (_("Contact and sender"), "telephone mobile email wechat position fax address behalf_text behalf_telephone"),
    (
        _("More about the matter"),
        "type subject quantity_delivered unit delivered_on order_number project model happened happened_on place happened_before samples",
    ),
    (
        _("Claim, complainants, threats"),
        "wants_other claim_amount claim_currency wanted_by complainants acting_together lawsuit exposure authority",
    ),
    (_("About an employee"), "complained_about against"),
    (
        _("Receipt and first handling"),
        "received_at received_by customer_reference customer_reference_on first_handling title read_back",
    ),
)
ANSWERED = "explained told_at"
# Sixths of the form's width; the others take two.
WIDTHS = {
    **dict.fromkeys(("address", "wants_other", "first_handling", "title", "read_back", "explained"), "c6"),
    **dict.fromkeys(("behalf_text", "happened", "place", "acting_together", "complained_about"), "c4"),
    **dict.fromkeys(("type", "subject", "received_at", "received_by", "customer_reference", "customer_reference_on", "told_at"), "c3"),
}
# What stands in a part from the beginning and need not be looked at.
ALWAYS = {"received_at", "received_by", "complainants", "subject", "told_at"}


class Shown(forms.CharField):
    """Marked as required, and judged by the whole form: a customer may be anonymous instead."""

    def validate(self, value: Any) -> None:
        """Nothing is wrong with an empty one by itself."""


def hidden() -> forms.CharField:
    return forms.CharField(required=False, max_length=200, widget=forms.HiddenInput(attrs={"data-keep": ""}))


def combo(
    label: Text, url: str, value: str, *, other: str = "", most: int = 120, hint: Text = "", kind: type[forms.CharField] = forms.CharField
) -> forms.CharField:
    """A text box with a list from `url`; the id of what was chosen goes into field `value`, the list depends on field `other`."""
    attrs = {"data-combo": reverse_lazy(url), "data-combo-value": f"#id_{value}"}
    attrs |= {"data-combo-with": f"#id_{other}"} if other else {}
    return kind(label=label, required=kind is Shown, max_length=most, help_text=hint, widget=forms.TextInput(attrs=attrs))


class IntakeForm(RecordForm):
    """`person` records for his branch; `desk` says whether he is of the sales desk, which hands on, links and keeps customers' data."""

    field_order = ("channel", "customer_text", "contact_text", "about")  # as on the page: so errors are listed

    draft = forms.UUIDField(widget=forms.HiddenInput)
    customer = hidden()
    customer_text = combo(
        _("Customer"), "find_customers", "customer", hint=_("Name, number or telephone; a new one is simply typed."), kind=Shown
    )
    new_customer = forms.BooleanField(label=_("New customer"), required=False)
    private = forms.BooleanField(label=_("Private person"), required=False)
    contact = hidden()
    contact_text = combo(_("Contact"), "find_contacts", "contact", other="customer", most=60)
    telephone = ask.line(_("Telephone"), required=False, most=40)
    mobile = ask.line(_("Mobile"), required=False, most=40)
    email = forms.EmailField(label=_("E-mail"), required=False)
    wechat = ask.line(_("WeChat"), required=False, most=60)
    fax = ask.line(_("Fax"), required=False, most=40)
    position = ask.line(_("Position"), required=False, most=60)
    address = ask.line(_("Address"), required=False, most=200)
    on_behalf = hidden()
    behalf_text = combo(_("Somebody acting on the customer's behalf"), "find_contacts", "on_behalf", other="customer", most=60)
    behalf_telephone = ask.line(_("How to reach that person"), required=False, most=40)
    about_key = hidden()
    about = combo(
        _("What it is about"), "find_subjects", "about_key", other="customer", most=200, hint=_("Product, order, project or service.")
    )
    words = forms.CharField(label=_("What the customer says"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))
    lot = hidden()
    lot_number = combo(_("Lot or delivery note"), "find_lots", "lot", other="about_key", most=60)
    guess = forms.CharField(required=False, max_length=20)
    files = forms.TypedMultipleChoiceField(required=False, coerce=int, widget=UploadedFiles)
    explained = ask.words(_("What was explained to the customer"))
    told_at = LocalMomentField(label=_("Explained at"), required=False)

    def __init__(
        self, data: Any = None, *, person: Person, desk: bool, now: Any, key: uuid.UUID, initial: dict[str, Any] | None = None
    ) -> None:
        self.person, self.desk = person, desk
        given = {"draft": key, "received_at": now, "received_by": person.pk, "told_at": now, **(initial or {})}
        super().__init__(data, branch=person.branch, now=now, initial=given)
        self.changed_contacts: list[Contact] = []
        self.asks_new = False
        self.fields["told_at"].zone = person.branch.tz
        self.fields["received_by"].empty_label = None
        self.fields["files"].choices = [(value, value) for value in self.ids("files")]

    def ids(self, name: str) -> list[str]:
        """What of a list may be ids of rows, as sent or at first."""
        values = self.data.getlist(name) if self.is_bound else self.initial.get(name, [])
        return [value for value in map(str, values) if value.isdecimal() and len(value) < 19]

    def add_error(self, field: str | None, error: Any) -> None:
        """What is wrong with a field nobody sees shows at the one beside it, unless something is said there already."""
        shown = SHOWN_AT.get(field or "", field)
        if shown == field or shown not in self.errors:
            super().add_error(shown, error)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        given["customer"] = self._customer(given)
        self._take_contacts(given)
        self._take_subject(given)
        if given.get("guess") and not given.get("type"):
            given["type"] = self._guessed(given["guess"])
        return super().clean()

    # ── who ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _customer(self, given: dict[str, Any]) -> Customer | None:
        text, key = given.get("customer_text", ""), given.get("customer", "")
        if given.get("anonymous") and (text or key):
            self.add_error("anonymous", _("Either a customer or anonymous."))
            given["anonymous"] = True  # what is wrong is not that the customer is missing
            return None
        try:
            return customer_from(self.branch, key, text, new=given.get("new_customer", False), private=given.get("private", False))
        except Unclear as unclear:
            self.asks_new = True
            self.add_error("customer_text", str(unclear))
            return None

    def _take_contacts(self, given: dict[str, Any]) -> None:
        customer = given["customer"]
        name = given.get("contact_text", "") or (customer.name if customer and customer.pk is None and customer.is_private else "")
        reach = {field: given.get(field) or "" for field in REACH}
        given["contact"] = self._contact(customer, Typed(given.get("contact", ""), name, reach))
        behalf = Typed(given.get("on_behalf", ""), given.get("behalf_text", ""), {"telephone": given.get("behalf_telephone", "")})
        given["on_behalf"] = self._contact(customer, behalf)

    def _contact(self, customer: Customer | None, typed: Typed) -> Contact | None:
        contact, changed = contact_from(customer, typed, may_replace=self.desk)
        if contact and changed:
            self.changed_contacts.append(contact)
        return contact

    # ── about what ───────────────────────────────────────────────────────────────────────────────────────────

    def _take_subject(self, given: dict[str, Any]) -> None:
        chosen = subjects.columns_of(self.branch, given.get("about_key", ""), given.get("about", ""))
        given["product"] = None
        given.update(chosen)
        lot = self._lot(given)
        given["lot"] = lot
        if lot:
            self._take_lot(given, lot)
        product = given["product"]
        if product:
            given.update({name: getattr(product, name) for name in ("model", "unit") if not given.get(name)})

    def _take_lot(self, given: dict[str, Any], lot: Lot) -> None:
        """What is known of it stands in for what was not typed; more pieces than it had is no reason to refuse."""
        affected = given.get("quantity_affected")
        quantity = lot.quantity if affected is None or lot.quantity is None or affected <= lot.quantity else None
        known = {"product": lot.product, "quantity_delivered": quantity, "delivered_on": lot.delivered_on}
        given["lot_number"] = lot.number
        given.update({name: value for name, value in known.items() if value is not None and not given.get(name)})

    def _lot(self, given: dict[str, Any]) -> Lot | None:
        product, customer = given["product"], given["customer"]
        ids = product.pk if product else None, customer.pk if customer else None
        key = given.get("lot", "")
        chosen = (
            Lot.objects.filter(pk=int(key), product__branch=self.branch).select_related("product", "customer") if key.isdecimal() else ()
        )
        return next(iter(chosen), None) or subjects.lot_called(self.branch, given.get("lot_number", ""), *ids)

    def _guessed(self, value: str) -> ComplaintType | None:
        return ComplaintType.objects.filter(branch=self.branch, is_active=True, pk=int(value)).first() if value.isdecimal() else None

    # ── how it is shown ──────────────────────────────────────────────────────────────────────────────────────

    def parts(self) -> list[dict[str, Any]]:
        return [self._part(title, names) for title, names in PARTS]

    def answered_part(self) -> dict[str, Any]:
        return self._part("", ANSWERED)

    def _part(self, title: Text, names: str) -> dict[str, Any]:
        """A part is open when something in it is wrong or filled in."""
        bounds = [self[name] for name in names.split()]
        is_open = any(bound.errors or (bound.name not in ALWAYS and bound.value()) for bound in bounds)
        looks = [
            {"bound": one, "width": WIDTHS.get(one.name, "c2"), "look": "combo" if one.name == "behalf_text" else ""} for one in bounds
        ]
        return {"title": title, "fields": looks, "open": is_open}

    # ── what comes of it ─────────────────────────────────────────────────────────────────────────────────────

    def linked(self) -> dict[str, str]:
        """Numbers of the complaints ticked to be linked, with the kind; unknown kinds count as the same cause."""
        source = self.data if self.is_bound else {}
        numbers = source.getlist("link") if self.is_bound else []
        kinds = {number: source.get(f"kind-{number}", "") for number in numbers[:20] if "\0" not in number}
        return {number: kind if kind in LinkKind.values else LinkKind.CAUSE for number, kind in kinds.items()}

    def recording(self, then: str) -> Recording:
        """Read after `is_valid()`. Links only to complaints the person sees, and only by the desk."""
        given = self.cleaned_data
        columns = {name: given[name] for name in (*HEADER, *SUBJECT, *CONTENT)}
        links = self.linked() if self.desk else {}
        others = Complaint.objects.visible_to(self.person).filter(number__in=links).order_by("pk")
        inputs = {name: given.get(name) for name in ("explained", "told_at")} if then not in ("", "submit") else {}
        return Recording(columns, self.changed_contacts, given["files"], [(other, links[other.number]) for other in others], then, inputs)

    def refuse(self, errors: dict[str, Text]) -> None:
        """Show what the door found missing: at the field, or above the form where it has none."""
        for name, message in errors.items():
            shown = SHOWN_AT.get(name, name)
            self.add_error(shown if shown in self.fields else None, str(message))
