"""What a complaint is about: one box that finds product, order, project or service, and the lot with what is known of it (R7).

An option is named by a key such as `product:12`, `order:PO-26-0113`, `project:…` or `service:…`; free text is a subject, too. Not here:
similar complaints (`resemblance`).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from organisation.models import Branch, Person

from .models import Complaint, Lot, Product
from .moves import Text
from .states import Subject

SHOWN, KNOWN, LOOKED_AT = 8, 4, 60
BOUGHT_WITHIN = dt.timedelta(days=365)
COLUMNS = {Subject.ORDER: "order_number", Subject.PROJECT: "project"}
LONGEST = {Subject.ORDER: 60, Subject.PROJECT: 120}


@dataclass(frozen=True)
class Option:
    key: str
    label: str
    kind: Text
    note: Text = ""


def options(person: Person, query: str, customer_id: int | None, today: dt.date) -> list[Option]:
    """Products first, those the customer has bought lately on top; then orders and projects on record, then the text as it stands."""
    text = query.strip()
    found = list(_products(person.branch, text, customer_id, today))
    if not text:
        return found
    return [*found, *_known(person, text), *_as_typed(text)]


def _products(branch: Branch, text: str, customer_id: int | None, today: dt.date) -> Iterator[Option]:
    bought = bought_by(customer_id, today)
    rows = Product.objects.filter(branch=branch, is_active=True).annotate(bought=Exists(bought.filter(product=OuterRef("pk"))))
    for word in text.split():
        rows = rows.filter(Q(code__icontains=word) | Q(name__icontains=word) | Q(name_en__icontains=word) | Q(model__icontains=word))
    if not text:
        rows = rows.filter(bought=True)
    for product in rows.order_by("-bought", "code")[:SHOWN]:
        yield Option(f"product:{product.pk}", label_of(product), Subject.PRODUCT.label, _("bought lately") if product.bought else "")


def bought_by(customer_id: int | None, today: dt.date) -> QuerySet[Lot]:
    """Lots delivered to the customer within a year."""
    return Lot.objects.filter(customer=customer_id or 0, delivered_on__gt=today - BOUGHT_WITHIN).order_by()


def label_of(product: Product) -> str:
    """Name with the code, unless the name says it already."""
    name = str(product)
    return name if product.code.lower() in name.lower() else f"{product.code} {name}"


def _known(person: Person, text: str) -> Iterator[Option]:
    """Orders and projects that begin so, of complaints the person may see; in no order, so that an index ends after a few."""
    for kind, column in COLUMNS.items():
        rows = Complaint.objects.visible_to(person).filter(**{f"{column}__istartswith": text}).exclude(**{column: ""})
        for value in sorted(set(rows.order_by().values_list(column, flat=True)[:LOOKED_AT]))[:KNOWN]:
            yield Option(f"{kind}:{value}", value, kind.label, _("on record"))


def _as_typed(text: str) -> Iterator[Option]:
    for kind in (Subject.ORDER, Subject.PROJECT, Subject.SERVICE):
        yield Option(f"{kind}:{text[: LONGEST.get(kind, 200)]}", text, kind.label, _("as written"))


def columns_of(branch: Branch, key: str, text: str) -> dict[str, Any]:
    """The record's columns for what was chosen, else for the text; empty when it is just words."""
    kind, _colon, value = key.partition(":")
    if kind == Subject.PRODUCT:
        return of_product(Product.objects.filter(branch=branch, pk=int(value)).first() if value.isdecimal() else None)
    if kind in Subject.values:
        column = COLUMNS.get(Subject(kind))
        return {"subject": kind} | ({column: value[: LONGEST[Subject(kind)]]} if column else {})
    return of_product(called(branch, text))


def of_product(product: Product | None) -> dict[str, Any]:
    return {"subject": Subject.PRODUCT.value, "product": product} if product else {}


def called(branch: Branch, text: str) -> Product | None:
    """The one product that is called exactly so, or has this code or model, or is written as `label_of` does."""
    plain, first = text.strip(), text.strip().split(" ")[0]
    exact = Q(code__iexact=plain) | Q(name__iexact=plain) | Q(name_en__iexact=plain) | Q(model__iexact=plain)
    rows = Product.objects.filter(exact | Q(code__iexact=first), branch=branch, is_active=True)[:SHOWN] if plain else []
    hits = [row for row in rows if row.code.lower() != first.lower() or plain.lower() in {row.code.lower(), label_of(row).lower()}]
    return hits[0] if len(hits) == 1 else None


def find_lots(branch: Branch, query: str, product_id: int | None) -> list[Lot]:
    """Lots by number or delivery note, the product's own where it has any so, else whichever begin so."""
    text, lots = query.strip(), Lot.objects.filter(product__branch=branch).select_related("product", "customer")
    own = lots.filter(Q(number__icontains=text) | Q(delivery_note__icontains=text), product=product_id)[:SHOWN] if product_id else []
    return list(own) or (list(_beginning(lots, text)) if text else [])


def _beginning(lots: QuerySet[Lot], text: str) -> Iterator[Lot]:
    """A few of those whose number or delivery note begins so, whichever the index gives first."""
    found: dict[int, Lot] = {}
    for column in ("number", "delivery_note"):
        if len(found) < SHOWN:
            found |= {lot.pk: lot for lot in lots.filter(**{f"{column}__istartswith": text}).order_by()[:SHOWN]}
    yield from sorted(list(found.values())[:SHOWN], key=lambda lot: lot.number)


def lot_called(branch: Branch, text: str, product_id: int | None, customer_id: int | None) -> Lot | None:
    """The one lot of this number or delivery note; of several the customer's own, then the product's."""
    plain = text.strip()
    if not plain:
        return None
    same = Q(number__iexact=plain) | Q(delivery_note__iexact=plain)
    rows = list(Lot.objects.filter(same, product__branch=branch).select_related("product", "customer")[:LOOKED_AT])
    rows.sort(key=lambda lot: (lot.customer_id != customer_id, lot.product_id != product_id))
    best = [lot for lot in rows if (not product_id or lot.product_id == product_id) and lot.customer_id in (customer_id, None)]
    return best[0] if best else (rows[0] if len(rows) == 1 and not product_id else None)


def lot_quantity(complaint: Complaint) -> Decimal | None:
    """How many the lot has as far as the house knows: delivered of it to anybody, else what the record says was delivered."""
    number = complaint.lot_number.strip() or str(complaint.lot or "")
    if not (number and complaint.product_id):
        return complaint.quantity_delivered
    known = Lot.objects.filter(product=complaint.product_id, number__iexact=number).aggregate(sum=Sum("quantity"))["sum"]
    return complaint.quantity_delivered if known is None else known
