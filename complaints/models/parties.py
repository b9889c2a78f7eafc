"""Customers and the people who speak for them. Personal data stands in `Contact` alone, so that it can be erased (R11).

Both keep what a customer can be found by (`search`) when they are saved; rows that came in bulk need `index_customers`.
"""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.search import keys
from organisation.models import Branch, Named, Person

DIGITS = 11  # of a telephone number that tell callers apart: whatever stands before is a country or a trunk
ENDINGS = (8, 4)  # what people say of a number instead of all of it


class Customer(Named):
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="customers", verbose_name=_("branch"))
    number = models.CharField(_("customer number"), max_length=40)
    is_private = models.BooleanField(_("private person"), default=False)
    key_account = models.BooleanField(_("key account"), default=False)
    first_order_on = models.DateField(_("first order on"), null=True, blank=True)
    is_new = models.BooleanField(_("new customer"), null=True, blank=True, help_text=_("Empty: worked out from the first order."))
    language = models.CharField(_("language"), max_length=10, choices=[("zh-hans", "简体中文"), ("en", "English")], default="zh-hans")
    account_manager = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("account manager"))
    anonymised_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    search = ArrayField(models.IntegerField(), default=list, editable=False)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["branch_id", "number"]
        constraints = [models.UniqueConstraint(fields=["branch", "number"], name="customer_number_once_per_branch")]
        indexes = [GinIndex(fields=["search"], name="customer_search")]

    def save(self, *args: object, **kwargs: object) -> None:
        self.search = keys("\n".join(findable(self)))
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came


class Contact(models.Model):
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("customer"))
    name = models.CharField(_("contact"), max_length=60, blank=True)
    position = models.CharField(_("position"), max_length=60, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    mobile = models.CharField(_("mobile"), max_length=40, blank=True)
    fax = models.CharField(_("fax"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    digits = models.CharField(max_length=80, blank=True, editable=False)
    anonymised_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["customer_id", "id"]
        indexes = [models.Index(fields=["digits"], name="contact_digits", condition=~Q(digits=""))]

    def __str__(self) -> str:
        return self.name or self.telephone or self.mobile or self.email

    def save(self, *args: object, **kwargs: object) -> None:
        """Keeps the digits of both numbers, so that a caller's number finds him however it was written."""
        self.digits = " ".join(filter(None, (digits_of(self.telephone), digits_of(self.mobile))))
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came
        if self.customer:
            index_customers([self.customer])


def findable(customer: Customer) -> list[str]:
    """What a customer can be found by: number, names, its people's names, their telephone numbers and how these end."""
    found = [customer.number, customer.name, customer.name_en]
    for contact in customer.contacts.all() if customer.pk else ():
        numbers = [digits[-DIGITS:] for digits in contact.digits.split()]
        found += [contact.name, *numbers, *(number[-length:] for number in numbers for length in ENDINGS)]
    return found


def index_customers(customers: Iterable[Customer]) -> None:
    """Bring `search` up to date in the database and on the instances."""
    for customer in customers:
        customer.search = keys("\n".join(findable(customer)))
        Customer.objects.filter(pk=customer.pk).update(search=customer.search)


def digits_of(number: str) -> str:
    return "".join(char for char in number if char.isdigit())
