"""Everything recorded of a complaint as label and value, what is empty left out (R6-R9).

The first list is what every decision looks at, the second all the rest. Not here: words, first handling and files, which have
places of their own on the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Model
from django.utils.html import format_html
from django.utils.translation import gettext as _

from complaints import nature
from complaints.models import Complaint, Contact
from complaints.moves import Text

from .values import display, label_of, number

REST = (
    "order_number", "delivered_on", "project", "place", "happened", "happened_on", "happened_before", "complained_about", "against",
    "complainants", "acting_together", "samples", "wanted_by", "customer_reference", "customer_reference_on", "on_behalf", "channel",
    "received_by", "recorded_at", "read_back", "subject",
)  # fmt: skip
CONTACT = ("position", "telephone", "mobile", "email", "wechat", "fax", "address")
# What stands there before anybody has said anything.
UNSAID = {("complainants", 1), ("acting_together", False), ("read_back", False), ("subject", "product")}


@dataclass(frozen=True)
class Fact:
    label: Text
    value: str
    look: str = ""
    """`mono` for numbers of things, `w2` for what needs room."""


def main_facts(complaint: Complaint) -> list[Fact]:
    contact = complaint.contact
    found = [
        Fact(_("Product"), _product(complaint)),
        Fact(_("Lot"), complaint.lot_number or str(complaint.lot or ""), "mono"),
        Fact(_("Affected / delivered"), _quantities(complaint)),
        Fact(_("At the customer"), _said(complaint, "effect")),
        Fact(_("What the customer wants"), _joined(_said(complaint, "wants"), complaint.wants_other)),
        Fact(_("Amount claimed"), _claim(complaint)),
        Fact(_("Contact"), _joined(contact.name or str(contact), contact.position) if contact else ""),
        Fact(_("Type"), str(complaint.type or "")),
        *(Fact(label_of(name), _said(complaint, name)) for name in ("lawsuit", "exposure", "authority")),
    ]
    return [fact for fact in found if fact.value]


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _claim(complaint: Complaint) -> str:
    return f"{number(complaint.claim_amount)} {complaint.claim_currency}" if complaint.claim_amount is not None else ""


def more_facts(complaint: Complaint) -> list[Fact]:
    found = [Fact(label_of(name), _said(complaint, name)) for name in REST if (name, getattr(complaint, name)) not in UNSAID]
    return [fact for fact in found if fact.value] + list(_reachable(complaint.contact))


def _reachable(contact: Contact | None) -> Iterable[Fact]:
    """How the contact is reached."""
    for name in CONTACT if contact else ():
        value = getattr(contact, name)
        if value and name != "position":
            yield Fact(str(getattr(Contact._meta.get_field(name), "verbose_name", name)), value)


def _said(complaint: Complaint, name: str) -> str:
    if name == "received_by" and complaint.received_by_id == complaint.recorded_by_id:
        return str(complaint.recorded_by or "")
    return display(name, getattr(complaint, name), _name, complaint)


def _name(model: type[Model], row: object) -> str:
    """A related row stands on the complaint itself."""
    return str(row or "")


def _product(complaint: Complaint) -> str:
    """What it is about in the customer's words, and the product it was recognised as when that says more."""
    product = complaint.product
    if product is None:
        return _joined(complaint.about, complaint.model)
    names = [str(product), "" if complaint.model and str(product).startswith(complaint.model) else complaint.model]
    if complaint.about and complaint.about not in {product.name, product.name_en}:
        names.insert(0, complaint.about)
    text = _joined(*names)
    day = complaint.received_at.astimezone(complaint.branch.tz).date()
    if nature.is_new(product.newly_developed, product.on_sale_since, complaint.branch.new_product_months, day):
        return format_html('{} <span class="tag">{}</span>', text, _("newly developed"))
    return text


def _quantities(complaint: Complaint) -> str:
    affected, delivered = number(complaint.quantity_affected), number(complaint.quantity_delivered)
    if not affected and not delivered:
        return ""
    return f"{affected or '?'} / {delivered or '?'} {complaint.unit}".strip()
