"""Recording a complaint at the desk: new customer and contact, the record, its files and links, and handing it on, all or nothing.

Several acts follow each other here as if one person had made them one after the other, in one transaction, so that nothing is half
done (R12). Not here: the record itself (`intake`), what each act asks (`actions`), forms.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from organisation.models import Person

from .actions import claim_once, perform
from .filing import loose
from .intake import receive
from .models import Complaint, Contact, Customer, Draft, Once
from .states import Means


@dataclass
class Recording:
    """`fields` are columns of the record; customer and contacts in them may be new. `links` are other complaints with the kind.

    `then` names the move that follows at once, with its `inputs`: submit, answer_on_the_spot, reject_as_not_factual, or ''.
    """

    fields: dict[str, Any]
    changed: list[Contact] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    links: list[tuple[Complaint, str]] = field(default_factory=list)
    then: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def record(recording: Recording, *, actor: Person, once: uuid.UUID) -> Complaint:
    """Everything at once; `once` is the key of the form and of its draft, which goes.

    Raises what `receive` and `perform` raise; then nothing at all is stored, and no number is used up.
    """
    claim = claim_once(once, actor)
    _keep_parties(recording)
    complaint = receive(actor.branch, actor=actor, fields=recording.fields, files=_files(actor, recording.files))
    for other, kind in recording.links:
        complaint = perform("link", complaint, actor=actor, seen=None, other=other, kind=kind)
    if recording.then:
        complaint = perform(recording.then, complaint, actor=actor, seen=complaint.version, **recording.inputs)
    _done(actor, once, claim, complaint)
    return complaint


@transaction.atomic
def chase(complaint: Complaint, words: str, files: list[int], *, actor: Person, once: uuid.UUID) -> Complaint:
    """The customer rang again about a complaint we have: what was typed becomes his words, the files evidence; the draft goes (R24)."""
    claim = claim_once(once, actor)
    complaint = perform("chase", complaint, actor=actor, seen=None, words=words, means=Means.TELEPHONE)
    uploaded = _files(actor, files)
    if uploaded:
        complaint = perform("add_file", complaint, actor=actor, seen=None, files=uploaded, measure=None)
    _done(actor, once, claim, complaint)
    return complaint


def _keep_parties(recording: Recording) -> None:
    customer = recording.fields.get("customer")
    if customer and customer.pk is None:
        open_customer(customer)
    contacts = [recording.fields.get(name) for name in ("contact", "on_behalf")]
    for contact in contacts:
        if contact and (contact.pk is None or contact in recording.changed):
            contact.customer = customer
            contact.save()


def open_customer(customer: Customer) -> None:
    """Store a new customer; one without a number gets a provisional one, which the customer's page lets one correct."""
    if customer.number:
        customer.save()
        return
    customer.number = uuid.uuid4().hex
    customer.save()
    customer.number = f"N-{customer.pk:05d}"
    customer.save()


def _files(actor: Person, ids: list[int]) -> list[Any]:
    """Locked, for two forms may name the same file: the second goes without it."""
    return list(loose(actor).filter(pk__in=ids).select_for_update().order_by("pk")) if ids else []


def _done(actor: Person, once: uuid.UUID, claim: Once | None, complaint: Complaint) -> None:
    Draft.objects.filter(key=once, person=actor).delete()
    if claim:
        Once.objects.filter(pk=claim.pk).update(answer=complaint.number)
