"""Taking away the personal data of private complainants once the branch need not keep it any longer (R11).

Names, ways to reach somebody, every word written about the matter and its files go; what is counted stays: dates, stages, types, products,
lots, grades, amounts. Chains and signatures go on verifying. Not here: who may do it (`management/commands/anonymise`), what is recent.
"""

import datetime as dt
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from escalation.models import Escalation
from organisation.models import Branch, Person

from . import filing, history
from .models import (
    ArchiveFile,
    Attachment,
    Call,
    Complaint,
    Contact,
    Customer,
    Measure,
    Meeting,
    Objection,
    Passage,
    Promise,
    Round,
    Visit,
    Word,
)  # fmt: skip
from .models.record import TEXT_FIELDS
from .nature import months_before
from .planrows import SHAPES, blanked
from .plans import WORDED_COLUMNS
from .searchable import index

GONE = "—"
# What complaints are counted by; the rest of what people wrote goes.
COUNTED = frozenset({"project", "lot_number", "model", "unit", "source_key"})
WRITTEN: dict[type[models.Model], tuple[str, ...]] = {
    Word: ("text", "text_other", "subject", "recipient", "copies"),
    Promise: ("text",),
    Visit: ("words", "suggestion"),
    Round: (*WORDED_COLUMNS, "opened_because", "four_eyes_exception"),
    Measure: ("text", "evidence", "verification"),
    Escalation: ("instruction",),
    Meeting: ("asks", "place", "agenda", "resolution"),
    Call: ("note",),
    Objection: ("text", "result"),
}
OF_A_CONTACT = ("name", "position", "telephone", "mobile", "fax", "email", "wechat", "address", "digits")


class TooEarly(Exception):
    """The customer is no private person, has something open, or the data has to be kept for longer; the message says which."""


def limit(branch: Branch, now: dt.datetime) -> dt.datetime:
    """What was closed before this instant (UTC) need not be kept: so many years back from the branch's today."""
    today = now.astimezone(branch.tz).date()
    return dt.datetime.combine(months_before(today, 12 * branch.retention_years), dt.time(), branch.tz)


def due(branch: Branch, now: dt.datetime, before: dt.datetime | None = None) -> QuerySet[Customer]:
    """Private complainants of the branch all of whose complaints were closed before the limit, or before an earlier instant."""
    until = min(limit(branch, now), before) if before else limit(branch, now)
    theirs = Complaint.objects.filter(customer=OuterRef("pk")).order_by()
    kept = theirs.filter(Q(closed_at=None) | Q(closed_at__gte=until))
    return Customer.objects.filter(Exists(theirs), ~Exists(kept), branch=branch, is_private=True, anonymised_at=None)


@transaction.atomic
def anonymise(customer: Customer, *, actor: Person, at: dt.datetime) -> int:
    """Take everything personal away for good; returns of how many complaints. `at` is the instant of the act, UTC. Raises TooEarly.

    One entry in the house's chain says which texts were erased; the files themselves go when all that is stored.
    """
    complaints = list(Complaint.objects.select_for_update(no_key=True).filter(customer=customer).order_by("pk"))
    check(customer, at)
    ids = [complaint.pk for complaint in complaints]
    history.erase(Passage.objects.filter(complaint__in=ids), actor=actor, at=at)
    people = [key for complaint in complaints for key in (complaint.contact_id, complaint.on_behalf_id) if key]
    _blank_people(Contact.objects.filter(Q(customer=customer) | Q(pk__in=people)), at)
    customer.name, customer.name_en, customer.anonymised_at, customer.is_active = GONE, "", at, False
    customer.save()
    for model, names in WRITTEN.items():
        for name in names:
            model._default_manager.filter(complaint__in=ids).exclude(**{name: ""}).update(**{name: GONE})
    for round_ in Round.objects.filter(complaint__in=ids):
        _blank_rows(round_)
    _take_files(Attachment.objects.filter(complaint__in=ids))
    _take_archives(ArchiveFile.objects.filter(complaint__in=ids))
    for complaint in Complaint.objects.filter(pk__in=ids).select_related("product", "customer", "contact"):
        _blank(complaint)
    return len(complaints)


def check(customer: Customer, at: dt.datetime) -> None:
    """Raises TooEarly; `at` is an instant, UTC."""
    complaints = list(Complaint.objects.filter(customer=customer).defer("search", "haystack"))
    if not customer.is_private:
        raise TooEarly(_("%(customer)s is no private person.") % {"customer": customer.number})
    if any(complaint.is_open for complaint in complaints):
        raise TooEarly(_("%(customer)s has an open complaint.") % {"customer": customer.number})
    last = max((complaint.closed_at for complaint in complaints if complaint.closed_at), default=None)
    if last and last >= limit(customer.branch, at):
        years = {"customer": customer.number, "years": customer.branch.retention_years}
        raise TooEarly(_("%(customer)s: the last complaint was closed less than %(years)s years ago.") % years)


def _blank_people(people: QuerySet[Contact], at: dt.datetime) -> None:
    people.update(**dict.fromkeys(OF_A_CONTACT, ""), anonymised_at=at)


def _blank_rows(round_: Round) -> None:
    for name in SHAPES:
        setattr(round_, name, blanked(name, getattr(round_, name), GONE))
    round_.save(update_fields=list(SHAPES))


def _take_files(files: QuerySet[Attachment]) -> None:
    """The row stays with its digest, which the history names; name and content go."""
    names = [name for pair in files.values_list("file", "thumbnail") for name in pair if name]
    files.update(name=GONE, file="", thumbnail="")
    transaction.on_commit(lambda: filing.unlink(names))


def _take_archives(archives: QuerySet[ArchiveFile]) -> None:
    """What was printed is personal too; the row stays and says that there was a file, and what it was."""
    names = [name for name in archives.values_list("file", flat=True) if name]
    archives.update(file="")
    archives.filter(made_at=None).delete()
    transaction.on_commit(lambda: filing.unlink(names))


def _blank(complaint: Complaint) -> None:
    """Of the record only what it is counted by; it can still be found by its number and product."""
    kept: dict[str, Any] = {"title": complaint.product.name if complaint.product else complaint.number}
    blanked = [name for name in TEXT_FIELDS - COUNTED if getattr(complaint, name)]
    for name in blanked:
        setattr(complaint, name, kept.get(name, ""))
    complaint.search = []
    index(complaint)
    complaint.save(update_fields=[*blanked, "search", "haystack"])
