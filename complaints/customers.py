"""Customers at the desk: finding them while one types, and what we know of one who rings (R6, R24).

What is counted is the same for all who may open a customer; what is listed is what the reader may see (R4). Not here: editing them, or
taking personal data away (`erasure`).
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from organisation.models import Branch, Person
from organisation.roles import Role

from .models import Complaint, Contact, Customer, Visit
from .models.parties import DIGITS, digits_of, findable
from .models.reach import reach_of
from .nature import is_new, months_before
from .search import matches, query_keys
from .states import State

TELEPHONE = re.compile(r"\+?[\d\s().\-/]{4,40}")
WITH_NUMBER = re.compile(r".+\((?P<number>[^()]+)\)")
SHOWN, LOOKED_AT = 8, 40
LAST = 4
MONTHS = 12
EDITORS = frozenset({Role.ASSISTANT, Role.MANAGER})


def readable(person: Person) -> QuerySet[Customer]:
    """Those whose page the person may open: of branches he reads, himself or as a deputy."""
    return Customer.objects.filter(branch__in=reach_of(person).open_branches)


def may_open(person: Person) -> bool:
    """Whether he may open the customers of his own branch."""
    return person.branch_id in reach_of(person).open_branches


def editable(person: Person) -> QuerySet[Customer]:
    """Those whose master data he keeps."""
    return Customer.objects.filter(branch__in=desks(person))


def desks(person: Person) -> set[int]:
    """Branches at whose sales desk the person sits, himself or as a deputy."""
    return {one.branch_id for one in reach_of(person).people if one.has_role(*EDITORS)}


def asked(query: str) -> str:
    """The query as customers are searched: a telephone number without what is written between its digits."""
    return digits_of(query)[-DIGITS:] if TELEPHONE.fullmatch(query.strip()) else query


def matching(customers: QuerySet[Customer], query: str) -> QuerySet[Customer]:
    """Those with every word of the query in number, names, people or telephone; none when it says nothing."""
    wanted = query_keys(asked(query))
    return customers.filter(search__contains=wanted) if wanted else customers.none()


@dataclass(frozen=True)
class Found:
    customer: Customer
    contact: Contact | None
    """Whose name or telephone matched; None where the customer itself did."""
    open: int

    @property
    def other_name(self) -> str:
        """The name in the language that is not shown."""
        names = (self.customer.name, self.customer.name_en)
        return next((name for name in names if name and name != str(self.customer)), "")


def find(branch: Branch, query: str) -> list[Found]:
    """The likeliest customers of the branch, those whose name begins so first, then those with most open complaints."""
    rows = matching(Customer.objects.filter(branch=branch, is_active=True), query).prefetch_related("contacts")[:LOOKED_AT]
    wanted = asked(query)
    hits = [row for row in rows if matches("\n".join(findable(row)), wanted)]
    count = open_of(hits)
    hits.sort(key=lambda row: (not begins(row, query), -count.get(row.pk, 0), row.number))
    return [Found(row, who_matched(row, wanted), count.get(row.pk, 0)) for row in hits[:SHOWN]]


def begins(customer: Customer, query: str) -> bool:
    start = query.strip().lower()
    return any(name.lower().startswith(start) for name in (customer.name, customer.name_en, customer.number))


def who_matched(customer: Customer, wanted: str) -> Contact | None:
    if matches(f"{customer.number}\n{customer.name}\n{customer.name_en}", wanted):
        return None
    return next((one for one in customer.contacts.all() if _speaks_for(one, wanted)), None)


def _speaks_for(contact: Contact, wanted: str) -> bool:
    return matches(contact.name, wanted) or any(wanted and number[-DIGITS:].endswith(wanted) for number in contact.digits.split())


def named(branch: Branch, text: str) -> list[Customer]:
    """Customers that are called exactly so, or have this number, or both in one as the list writes them."""
    both = WITH_NUMBER.fullmatch(text.strip())
    plain = both["number"] if both else text.strip()
    return list(
        Customer.objects.filter(Q(name__iexact=plain) | Q(name_en__iexact=plain) | Q(number__iexact=plain), branch=branch, is_active=True)[
            :SHOWN
        ]
    )


def by_telephone(branch: Branch, number: str) -> Found | None:
    """Who rings from this number, when it is one customer only."""
    digits = digits_of(number)[-DIGITS:]
    if len(digits) < 5:
        return None
    hits = [one for one in find(branch, digits) if one.contact]
    return hits[0] if len(hits) == 1 else None


def open_of(customers: list[Customer]) -> dict[int, int]:
    """How many complaints each has open, whoever may see them."""
    rows = Complaint.objects.filter(customer__in=customers).open().order_by().values("customer").annotate(n=Count("pk"))
    return {row["customer"]: row["n"] for row in rows}


@dataclass(frozen=True)
class History:
    """What is known of a customer who rings."""

    customer: Customer
    rows: list[Complaint]
    """The last ones the reader may see, open ones first."""
    hidden: int
    """How many complaints there are beside those he may see."""
    open: int
    months: list[int]
    """Complaints in each of the last twelve months of the branch, this one last."""
    satisfied: bool | None
    is_new: bool

    @property
    def year(self) -> int:
        return sum(self.months)


def history(customer: Customer, person: Person, now: dt.datetime) -> History:
    """Five queries. `now` (UTC) is the instant it is asked at."""
    of_customer = Complaint.objects.filter(customer=customer)
    seen = of_customer.visible_to(person)
    rows = [*_last(seen.open()), *_last(seen.filter(state=State.CLOSED))][:LAST]
    counts = of_customer.aggregate(all=Count("pk"), open=Count("pk", filter=~Q(state=State.CLOSED)))
    last = Visit.objects.filter(complaint__in=seen.order_by()).order_by("-at").values_list("satisfied", flat=True).first()
    months = customer.branch.new_customer_months
    new = is_new(customer.is_new, customer.first_order_on, months, now.astimezone(customer.branch.tz).date())
    return History(customer, rows, counts["all"] - seen.count(), counts["open"], monthly(of_customer, customer.branch, now), last, new)


def _last(rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
    return rows.order_by("-received_at").defer("search", "haystack")[:LAST]


def monthly(rows: QuerySet[Complaint], branch: Branch, now: dt.datetime) -> list[int]:
    """How many were received in each of the last twelve months, by the branch's calendar, oldest first."""
    this = now.astimezone(branch.tz).date().replace(day=1)
    months = [months_before(this, back) for back in range(MONTHS - 1, -1, -1)]
    since = dt.datetime.combine(months[0], dt.time(), branch.tz)
    counted = rows.filter(received_at__gte=since).order_by().annotate(month=TruncMonth("received_at", tzinfo=branch.tz))
    found = {row["month"].date(): row["n"] for row in counted.values("month").annotate(n=Count("pk"))}
    return [found.get(month, 0) for month in months]
