"""What of R14's criteria (a-f) the record shows by itself, each with the reason in words; the manager decides.

Pure: reads the complaint, its customer, product and branch. Not here: the grade, and what a major complaint brings about.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.dateformat import format as date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .moves import Text
from .states import Criterion, Effect, Threat, Want

MONEY = (Want.COMPENSATION, Want.DISCOUNT)
FELT = (Effect.SHIPMENTS, Effect.LINE, Effect.SAFETY)


@dataclass(frozen=True)
class Sign:
    """A criterion; `ticked` when the record shows it, `why` from which field, or why not."""

    criterion: Criterion
    ticked: bool
    why: Text


def signs(complaint: Any, deliveries: tuple[int, int] | None = None) -> list[Sign]:
    """All six in the spec's order. "New" is counted back from the day of receipt in the branch's zone.

    `deliveries` are the lots that went to the customer in the last 90 days and in the 90 before.
    """
    day = complaint.received_at.astimezone(complaint.branch.tz).date()
    return [
        _claim(complaint),
        _returns(complaint),
        _reputation(complaint),
        _loss(deliveries),
        _customer(complaint, day),
        _product(complaint, day),
    ]


def _claim(complaint: Any) -> Sign:
    wishes = [str(Want(want).label) for want in complaint.wants if want in MONEY]
    if complaint.claim_amount is not None:
        wishes.append(f"{complaint.claim_amount:,.2f} {complaint.claim_currency}")
    if wishes:
        return Sign(Criterion.CLAIM, True, _("Recorded wish: %(wishes)s.") % {"wishes": " · ".join(wishes)})
    return Sign(Criterion.CLAIM, False, _("Does not show: neither compensation nor a lower price is recorded."))


def _returns(complaint: Any) -> Sign:
    if Want.RETURN in complaint.wants:
        return Sign(Criterion.RETURNS, True, _("Recorded wish: %(wishes)s.") % {"wishes": Want.RETURN.label})
    return Sign(Criterion.RETURNS, False, _("Does not show: no return is recorded."))


def _reputation(complaint: Any) -> Sign:
    """Press and authority are evidence for the manager, not a verdict."""
    heard = [
        _("%(what)s: %(how)s") % {"what": complaint._meta.get_field(name).verbose_name, "how": Threat(getattr(complaint, name)).label}
        for name in ("exposure", "authority", "lawsuit")
        if getattr(complaint, name)
    ]
    if heard:
        return Sign(Criterion.REPUTATION, False, _("Recorded: %(what)s. For you to judge.") % {"what": " · ".join(heard)})
    return Sign(Criterion.REPUTATION, False, _("For you to judge."))


def _loss(deliveries: tuple[int, int] | None) -> Sign:
    """Fewer deliveries are a hint, not a verdict: orders may shrink for other reasons."""
    if not deliveries or not any(deliveries):
        return Sign(Criterion.LOSS, False, _("For you to judge."))
    hint = _("Lots delivered in the last 90 days: %(now)s, in the 90 days before: %(before)s. For you to judge.")
    return Sign(Criterion.LOSS, False, hint % {"now": deliveries[0], "before": deliveries[1]})


def _customer(complaint: Any, day: dt.date) -> Sign:
    customer = complaint.customer
    if customer is None:
        return Sign(Criterion.KEY_CUSTOMER, False, _("The customer is not known."))
    new = is_new(customer.is_new, customer.first_order_on, complaint.branch.new_customer_months, day)
    if not customer.key_account and not new:
        return Sign(Criterion.KEY_CUSTOMER, False, _ordinary(customer))
    standing = _("Key account") if customer.key_account else _("New customer")
    effect = str(Effect(complaint.effect).label) if complaint.effect else _("effect not recorded")
    facts = {"standing": standing, "effect": effect}
    if complaint.effect in FELT:
        return Sign(Criterion.KEY_CUSTOMER, True, _("%(standing)s, and: %(effect)s.") % facts)
    return Sign(Criterion.KEY_CUSTOMER, False, _("%(standing)s, but: %(effect)s. For you to judge how serious it is.") % facts)


def _ordinary(customer: Any) -> str:
    if customer.first_order_on:
        return _("Does not hold: an ordinary customer since %(year)s.") % {"year": customer.first_order_on.year}
    return _("Does not show: no key account, and no first order on record.")


def _product(complaint: Any, day: dt.date) -> Sign:
    product = complaint.product
    if product is None:
        return Sign(Criterion.NEW_PRODUCT, False, _("No product of ours is recorded."))
    since = product.on_sale_since
    if is_new(product.newly_developed, since, complaint.branch.new_product_months, day):
        why = (
            _("%(product)s has been on sale since %(day)s.") % {"product": product, "day": _day(since)}
            if since
            else _("Marked as newly developed.")
        )
        return Sign(Criterion.NEW_PRODUCT, True, why)
    if since:
        return Sign(Criterion.NEW_PRODUCT, False, _("Does not hold: on sale since %(day)s.") % {"day": _day(since)})
    return Sign(Criterion.NEW_PRODUCT, False, _("Does not show: no date of first sale is on record."))


def _day(day: dt.date) -> str:
    return date_format(day, "Y-m-d" if (get_language() or "en").startswith("zh") else "j M Y")


def is_new(said: bool | None, since: dt.date | None, months: int, day: dt.date) -> bool:
    """What the catalogue says outright, else whether the first time is less than so many months before `day` (R14)."""
    if said is not None:
        return said
    return since is not None and since > months_before(day, months)


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months earlier, or the last of that month when it has no such day."""
    index = day.year * 12 + day.month - 1 - months
    first = dt.date(index // 12, index % 12 + 1, 1)
    last = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
