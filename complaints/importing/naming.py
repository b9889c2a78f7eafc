"""What the rows of a register name: customers, their people, products, types, departments, handlers; found in the branch, or made.

For a chunk of rows at once, in a dozen queries. Names are compared whole; where several things have one name, none of them is meant.
Not here: the complaint itself (`record`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import BigIntegerField, Max, Model, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Cast, Substr, Upper
from django.utils.text import slugify

from complaints.models import ComplaintType, Contact, Customer, Product
from complaints.models.parties import DIGITS, digits_of, findable
from complaints.registers import RegisterMapping, Row
from complaints.search import keys
from complaints.states import TypeGroup
from organisation.models import Branch, Department, Person

LEVEL = " › "
LONGEST_CODE, LONGEST_NAME = 60, 120  # of a product and of a type
Thing = TypeVar("Thing", Customer, Product, ComplaintType, Department, Person)


class Index(Generic[Thing]):
    """Things by their code, else by either of their names, else by one of these in other capitals."""

    def __init__(self, code: str, things: Iterable[Thing]) -> None:
        self._code = code
        self._coded: dict[str, list[Thing]] = defaultdict(list)
        self._named: dict[str, list[Thing]] = defaultdict(list)
        self._alike: dict[str, list[Thing]] = defaultdict(list)
        self.new: list[Thing] = []
        for thing in things:
            self._add(thing)

    def _add(self, thing: Thing) -> None:
        code: str = getattr(thing, self._code)
        names: set[str] = {thing.name, thing.name_en} - {""}
        self._coded[code].append(thing)
        for name in names:
            self._named[name].append(thing)
        for text in {name.upper() for name in (code, *names)}:
            self._alike[text].append(thing)

    def make(self, thing: Thing) -> None:
        self._add(thing)
        self.new.append(thing)

    def get(self, text: str) -> Thing | None:
        meant = self._meant(text)
        return meant[0] if len(meant) == 1 else None

    def several(self, text: str) -> bool:
        return len(self._meant(text)) > 1

    def _meant(self, text: str) -> list[Thing]:
        return self._coded.get(text) or self._named.get(text) or self._alike.get(text.upper()) or []


class Naming:
    """First `learn` which rows there are, then ask what they name."""

    def __init__(self, branch: Branch, mapping: RegisterMapping, rows: Iterable[Row]) -> None:
        self.branch, self.mapping = branch, mapping
        rows = list(rows)
        self._customers = Index("number", _of(Customer, "number", branch, {row.customer for row in rows}))
        self._products = Index("code", _of(Product, "code", branch, {row.product for row in rows}))
        wanted = {row.type_code for row in rows} | {type_name(row) for row in rows}
        self._types = Index("code", _of(ComplaintType, "code", branch, wanted))
        self._departments = Index("code", _of(Department, "code", branch, {row.department for row in rows}))
        self._handlers = Index("username", _of(Person, "username", branch, {row.handler for row in rows}))
        self._private = _Private(branch, rows if mapping.private_customers else [])
        self._contacts: dict[tuple[int | str, str, str, str], Contact] = {}

    def learn(self, rows: list[Row]) -> None:
        """Make what is not there yet. Rows for which `unclear` holds have been left out."""
        self._make_customers(rows)
        self._make_products(rows)
        if self.mapping.new_types:
            self._make_types(rows)
        self._make_contacts(rows)

    def unclear(self, row: Row) -> bool:
        """Whether nobody can say which customer is meant."""
        return not self.mapping.private_customers and self._customers.several(row.customer)

    def customer(self, row: Row) -> Customer | None:
        return self._private.get(row) if self.mapping.private_customers else self._customers.get(row.customer)

    def contact(self, row: Row) -> Contact | None:
        return self._contacts.get(self._contact_key(row))

    def product(self, row: Row) -> Product | None:
        return self._products.get(row.product)

    def type(self, row: Row) -> ComplaintType | None:
        return self._types.get(row.type_code) or self._types.get(type_name(row))

    def department(self, row: Row) -> Department | None:
        return self._departments.get(row.department)

    def handler(self, row: Row) -> Person | None:
        return self._handlers.get(row.handler)

    # ── making ───────────────────────────────────────────────────────────────────────────────────────────────

    def _make_customers(self, rows: list[Row]) -> None:
        numbers = _free(Customer.objects.filter(branch=self.branch), "number", self.mapping.source[:30].upper())
        private = self.mapping.private_customers
        for row in rows:
            if not row.customer or self.customer(row):
                continue
            customer = Customer(branch=self.branch, number=next(numbers), name=row.customer, is_private=private)
            customer.search = keys("\n".join(findable(customer)))
            if private:
                self._private.make(row, customer)
            else:
                self._customers.make(customer)
        Customer.objects.bulk_create(self._private.new + self._customers.new)

    def _make_products(self, rows: list[Row]) -> None:
        codes = _free(Product.objects.filter(branch=self.branch), "code", self.mapping.source[:30].upper())
        for row in rows:
            if row.product and not self.product(row) and not self._products.several(row.product):
                code = row.product if len(row.product) <= LONGEST_CODE else next(codes)
                self._products.make(Product(branch=self.branch, code=code, name=row.product))
        Product.objects.bulk_create(self._products.new)

    def _make_types(self, rows: list[Row]) -> None:
        codes = _free(ComplaintType.objects.filter(branch=self.branch), "code", slugify(self.mapping.source)[:30] or "register")
        for row in rows:
            name = type_name(row)
            if name and not self.type(row) and not self._types.several(name) and len(name) <= LONGEST_NAME:
                self._types.make(ComplaintType(branch=self.branch, code=next(codes), group=TypeGroup.OTHER, name=name))
        ComplaintType.objects.bulk_create(self._types.new)

    def _make_contacts(self, rows: list[Row]) -> None:
        rows = [row for row in rows if row.contact or row.telephone or email_of(row)]
        known = {customer.pk for row in rows if (customer := self.customer(row))}
        for contact in Contact.objects.filter(customer__in=known).order_by("-pk"):
            self._contacts[contact.customer_id or 0, contact.name, contact.digits, contact.email.lower()] = contact
        new = {}
        for row in rows:
            key = self._contact_key(row)
            if key not in self._contacts:
                self._contacts[key] = new[key] = Contact(
                    customer=self.customer(row), name=key[1], telephone=row.telephone, email=email_of(row), digits=key[2]
                )
        Contact.objects.bulk_create(new.values())
        _index({contact.customer for contact in new.values() if contact.customer})

    def _contact_key(self, row: Row) -> tuple[int | str, str, str, str]:
        """Of people without a customer, every row has its own."""
        customer = self.customer(row)
        private = customer.name[:60] if customer and customer.is_private else ""
        name = row.contact or (private if row.telephone or email_of(row) else "")
        return customer.pk if customer else f"row {row.row}", name, digits_of(row.telephone), email_of(row).lower()


class _Private:
    """Private persons: the same when name and telephone or e-mail agree, or the name where nothing more is known of either."""

    def __init__(self, branch: Branch, rows: list[Row]) -> None:
        self._people: dict[str, list[tuple[Customer, set[str]]]] = defaultdict(list)
        self.new: list[Customer] = []
        found = Customer.objects.filter(branch=branch, is_private=True, name__in={row.customer for row in rows} - {""})
        for customer in found.order_by("pk").prefetch_related("contacts") if rows else ():
            known = set().union(*(_reached(contact.telephone, contact.email) for contact in customer.contacts.all()))
            known |= {digits[-DIGITS:] for contact in customer.contacts.all() for digits in contact.digits.split()}
            self._people[customer.name].append((customer, known))

    def get(self, row: Row) -> Customer | None:
        wanted = _reached(row.telephone, email_of(row))
        people = self._people.get(row.customer, [])
        return next((customer for customer, known in people if wanted & known or not (wanted or known)), None)

    def make(self, row: Row, customer: Customer) -> None:
        self._people[row.customer].append((customer, _reached(row.telephone, email_of(row))))
        self.new.append(customer)


def _reached(telephone: str, email: str) -> set[str]:
    return {digits_of(telephone)[-DIGITS:], email.lower()} - {""}


def type_name(row: Row) -> str:
    return LEVEL.join(row.type)


def email_of(row: Row) -> str:
    """'' for what is none: it stays among the texts of the register."""
    try:
        validate_email(row.email)
    except ValidationError:
        return ""
    return row.email


def _of(model: type[Thing], code: str, branch: Branch, texts: set[str]) -> Iterable[Thing]:
    """All that one of the texts may mean; whatever their capitals."""
    wanted = {text.upper() for text in texts - {""}}
    capitals = {f"_{field}": Upper(field) for field in (code, "name", "name_en")}
    named = Q(**{f"_{code}__in": wanted}) | Q(_name__in=wanted) | Q(_name_en__in=wanted)
    return model._default_manager.alias(**capitals).filter(named, branch=branch).order_by("pk") if wanted else ()


def _free(things: QuerySet[Any], field: str, source: str) -> Iterator[str]:
    """Numbers of our own for what has none: LEDGER-0001. Asks the database when the first is wanted."""
    prefix = f"{source}-"
    ours = things.filter(**{f"{field}__startswith": prefix}).annotate(tail=Substr(field, len(prefix) + 1)).filter(tail__regex=r"^\d{1,15}$")
    last = ours.aggregate(last=Max(Cast("tail", BigIntegerField())))["last"] or 0
    yield from (f"{prefix}{place:04d}" for place in count(last + 1))


def _index(customers: set[Customer]) -> None:
    """Whose people are new can be found by them."""
    rows: list[Model] = sorted(customers, key=lambda customer: customer.pk)
    prefetch_related_objects(rows, "contacts")
    for customer in customers:
        customer.search = keys("\n".join(findable(customer)))
    Customer.objects.bulk_update(customers, ["search"])
