"""`manage.py load_test --complaints 100000`: many made-up complaints, for measuring. Never on a company's data."""

import datetime as dt
import random
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Max

from complaints.loadtest.copying import copy, indexes_afterwards, settle
from complaints.loadtest.rows import House, Ids, add, no_rows
from complaints.loadtest.timers import Moment
from complaints.models import Assignment, Complaint, ComplaintType, Contact, Counter, Customer, Event, Measure, Product, Round, Visit, Word
from escalation import clock
from escalation.calendars import calendar_of
from escalation.models import Timer
from organisation.models import Branch, Department, Person
from reports import daily

YEARS = 3
CHUNK = 2_000
WITHOUT_INDEXES = 300_000  # complaints from which on building indexes afterwards is quicker
CUSTOMERS, PRODUCTS, TYPES = 2_000, 400, 40


class Command(BaseCommand):
    help = "Load many made-up complaints into the first branch, for measuring."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--complaints", type=int, default=100_000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        how_many = options["complaints"]
        branch = Branch.objects.first()
        if branch is None or not Person.objects.active().exists():
            raise CommandError("There is no company yet: run `manage.py demo_company` first.")
        if how_many < 1:
            raise CommandError("--complaints is at least 1.")
        pick = random.Random(options["seed"])  # noqa: S311 - made-up data, the same for the same seed
        with transaction.atomic(), indexes_afterwards(how_many >= WITHOUT_INDEXES):
            self._load(_house(branch), pick, how_many)
        while daily.settle():
            pass
        settle()
        self.stdout.write(f"{how_many} complaints loaded.")

    def _load(self, house: House, pick: random.Random, how_many: int) -> None:
        now, ids, rows, counters = house.moment.now, _ids(), no_rows(), _counters(house.branch)
        span = dt.timedelta(days=365 * YEARS)
        for place in range(how_many):
            received = now - span + span * ((place + pick.random()) / how_many)
            month = received.astimezone(house.branch.tz).strftime("%y%m")
            counters[month] = counters.get(month, 0) + 1
            number = f"{house.branch.prefix}-{month}-{counters[month]:04d}", int(month) * 10_000_000 + counters[month]
            add(rows, house, ids, pick, number, received)
            if len(rows["complaints_complaint"]) == CHUNK:
                copy(rows)
                rows = no_rows()
                self._progress(place + 1, how_many)
        copy(rows)
        for month, last in counters.items():
            Counter.objects.update_or_create(prefix=house.branch.prefix, month=month, defaults={"last": last})

    def _progress(self, done: int, how_many: int) -> None:
        if done % (CHUNK * 10) == 0:
            self.stderr.write(f"{done} of {how_many}")


def _counters(branch: Branch) -> dict[str, int]:
    return dict(Counter.objects.filter(prefix=branch.prefix).values_list("month", "last"))


def _ids() -> Ids:
    tables = {"complaint": Complaint, "event": Event, "round": Round, "measure": Measure, "word": Word, "assignment": Assignment}
    tables |= {"timer": Timer, "visit": Visit}
    return Ids(**{name: (model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1 for name, model in tables.items()})  # type: ignore[attr-defined]  # all have `objects`


def _house(branch: Branch) -> House:
    """The branch's people and departments; customers, products and types of the command's own, made once."""
    known = Customer.objects.filter(branch=branch, number__startswith="LT-").count()
    if not known:
        Customer.objects.bulk_create(Customer(branch=branch, number=f"LT-{n:05d}", name=f"客户 {n:05d}") for n in range(CUSTOMERS))
        customers = list(Customer.objects.filter(branch=branch, number__startswith="LT-").order_by("number"))
        Contact.objects.bulk_create(
            Contact(customer=c, name="采购", telephone=f"021-{c.pk:08d}", digits=f"021{c.pk:08d}") for c in customers
        )
        Product.objects.bulk_create(
            Product(branch=branch, code=f"LT-{n:04d}", name=f"零件 {n:04d}", name_en=f"Part {n:04d}") for n in range(PRODUCTS)
        )
        ComplaintType.objects.bulk_create(
            ComplaintType(branch=branch, code=f"lt-{n}", name=f"类型 {n}", name_en=f"Type {n}", group="quality") for n in range(TYPES)
        )
    mine = {"branch": branch}
    customers = list(Customer.objects.filter(**mine, number__startswith="LT-").order_by("number"))
    return House(
        branch=branch,
        people=list(Person.objects.active().filter(**mine).order_by("pk")),
        departments=list(Department.objects.filter(**mine).order_by("pk")),
        types=list(ComplaintType.objects.filter(**mine, code__startswith="lt-").order_by("pk")),
        customers=customers,
        contacts=list(Contact.objects.filter(customer__in=customers).order_by("customer__number")),
        products=list(Product.objects.filter(**mine, code__startswith="LT-").order_by("code")),
        moment=Moment(clock.now(), *calendar_of(branch)),
    )
