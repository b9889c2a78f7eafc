"""What time asks of administrators, for their navigation and their start page. Nothing, and no query, for anybody else."""

from django import template

from escalation import clock, health
from escalation.preview import Gap
from organisation.models import Person

register = template.Library()


@register.simple_tag
def calendar_tasks(person: Person) -> list[Gap]:
    """Years whose holidays are missing: this one, the next from December on, and those that running deadlines reach (R32)."""
    return health.tasks(clock.now()) if person.is_staff else []
