"""Builds the company of the demonstration from `company.toml`: branch, departments, people, catalogue of types, customers, products, lots.

Not here: its complaints (`player`, `roads`).
"""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from complaints.catalogue import LEAVES
from complaints.models import ComplaintType, Contact, Customer, Lot, Product, RemedyLimits, ReplyTemplate
from complaints.replywords import SHIPPED
from organisation.models import Branch, Department, Person

HERE = Path(__file__).parent
PASSWORD = "redress-demo-2026"  # noqa: S105 - printed for everybody; made by this command only, on an empty database


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


class House:
    """The company's rows by their short names."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.plan = read("company")
        self.branch = Branch.objects.create(**{name: value for name, value in self.plan["branch"].items() if name != "gm"})
        RemedyLimits.objects.create(branch=self.branch, currency=self.branch.currency, head=5000, gm=50000)
        self.departments = {
            code: Department.objects.create(branch=self.branch, code=code, **_without(row, "head"))
            for code, row in self.plan["department"].items()
        }
        self.people = {name: self._person(name, row) for name, row in self.plan["person"].items()}
        self._fill_posts()
        self.types = self._types()
        self.reply_words = self._reply_words()
        self.customers = {code: self._customer(row) for code, row in self.plan["customer"].items()}
        self.contacts = {row["customer"]: self._contact(row) for row in self.plan["contact"]}
        self.products = {code: self._product(code, row) for code, row in self.plan["product"].items()}
        self.lots = {(product, end): self._lot(product, end, *row) for product, end, *row in self.plan["lots"]["rows"]}

    def _person(self, username: str, row: dict[str, Any]) -> Person:
        department = self.departments.get(row.get("department", ""))
        more = {"branch": self.branch, "department": department, "email": f"{username}@lanchuan.example"}
        return Person.objects.create_user(username, PASSWORD, **_without(row, "department", "does"), **more)

    def _fill_posts(self) -> None:
        self.branch.gm = self.people[self.plan["branch"]["gm"]]
        self.branch.save()
        for code, row in self.plan["department"].items():
            self.departments[code].head = self.people[row["head"]]
            self.departments[code].save()

    def _types(self) -> dict[str, ComplaintType]:
        """The catalogue that ships, its functions become this company's departments; production is the second of the two."""
        by_function = {department.function: department for department in self.departments.values()}
        rows = [
            ComplaintType(
                branch=self.branch, code=leaf.code, group=leaf.group, name=leaf.name, name_en=leaf.name_en, keywords=leaf.keywords,
                confidential=leaf.confidential, lead=by_function[leaf.lead], default_department=by_function[leaf.responsible],
            )
            for leaf in LEAVES
        ]  # fmt: skip
        return {row.code: row for row in ComplaintType.objects.bulk_create(rows)}

    def _reply_words(self) -> list[ReplyTemplate]:
        """What ships; the administrator goes on from there."""
        rows = [
            ReplyTemplate(
                branch=self.branch, code=one.kind, kind=one.kind, name=one.name, language=one.language, opening=one.opening,
                closing=one.closing,
            )
            for one in SHIPPED
        ]  # fmt: skip
        return ReplyTemplate.objects.bulk_create(rows)

    def _customer(self, row: dict[str, Any]) -> Customer:
        more = {"first_order_on": dt.date(row["since"], 3, 12), "account_manager": self.people["zhaoqiming"]}
        return Customer.objects.create(branch=self.branch, **_without(row, "since"), **more)

    def _contact(self, row: dict[str, Any]) -> Contact:
        return Contact.objects.create(customer=self.customers[row["customer"]], **_without(row, "customer"))

    def _product(self, code: str, row: dict[str, Any]) -> Product:
        """SF-40 is new: on sale for some weeks, and said to be newly developed."""
        days = row.get("days", 365 * row.get("years", 0))
        more = {"on_sale_since": self.today - dt.timedelta(days=days), "newly_developed": True if "days" in row else None}
        names = {"name": row["name"], "name_en": row["name_en"], "unit": row.get("unit", "件")}
        return Product.objects.create(branch=self.branch, code=code, model=code, **names, **more)

    def _lot(self, product: str, end: str, customer: str, days: int, quantity: int) -> Lot:
        delivered = self.today - dt.timedelta(days=days)
        note = f"DN-{delivered:%y}-{1000 + int(end) % 900}"
        return Lot.objects.create(
            product=self.products[product], number=f"L{delivered:%y%m}-{end}", customer=self.customers[customer], delivered_on=delivered,
            quantity=quantity, delivery_note=note,
        )  # fmt: skip


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
