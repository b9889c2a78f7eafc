"""Months that wait for the reader's signature, for *my work* (R40). Not here: who may sign (`reports.deciders`)."""

from django import template

from organisation.models import Person
from reports.deciders import Waiting, waiting_for

register = template.Library()


@register.simple_tag
def months_waiting(person: Person) -> list[Waiting]:
    """The oldest first; nothing for whoever signs no months."""
    return waiting_for(person)
