"""Which complaints somebody sees (R4): one method, used by every page, list, count, search, export and file.

What it leaves out answers 404 everywhere. Not here: what one may do with what one sees (`complaints.standing`).
"""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from complaints.states import Outcome, PartKind, State
from organisation.models import Person

from .reach import Reach, reach_of

if TYPE_CHECKING:
    from .complaint import Complaint  # noqa: F401 - named in a string below


# Columns of a row. What a list shows beside these has to be named here, or it costs a query for each row.
ROW = (
    "number", "number_key", "title", "state", "state_since", "version", "nature", "grade", "effect", "confidential", "against", "outcome",
    "countersign", "round", "contested", "channel", "lot_number", "order_number", "anonymous", "product", "handler", "acting_head",
    "received_by", "recorded_by", "received_at", "recorded_at", "acknowledged_at", "replied_at", "refused_at", "visited_at", "satisfied",
    "unreached_at", "head_word_at", "closed_at", "paused_at", "last_word_at", "chased_at", "chased", "reopened",
)  # fmt: skip
NAMES = (
    "branch__zone", "branch__gm", "branch__in_group", "customer__name", "customer__name_en", "department__name", "department__name_en",
    "department__head", "type__name", "type__name_en", "type__lead",
)  # fmt: skip


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, person: Person) -> "ComplaintQuerySet":
        """Those the person may see today, his own and as a deputy (R2-R4); an employee complained about sees his own case never,
        unless asked for a statement (R3)."""
        reach = reach_of(person)
        return self.filter(_by_role(reach) | _by_department(reach) | _by_part(reach) | _to_verify(reach)).exclude(_about(person))

    def open(self) -> "ComplaintQuerySet":
        return self.exclude(state=State.CLOSED)

    def for_rows(self) -> "ComplaintQuerySet":
        """Only what the rows of lists show and what tells whose turn it is, with the names of what they refer to, in one query."""
        return self.select_related("branch", "customer", "department", "type").only(*ROW, *NAMES)

    def for_page(self) -> "ComplaintQuerySet":
        """With everything a row or a ticket's head names, in the same query."""
        return self.select_related(
            "branch", "customer", "contact", "product", "type", "department__head", "handler", "recorded_by", "acting_head"
        )


def _by_role(reach: Reach) -> Q:
    """Whole branches, by office; grade 1-2 of all branches for the group; what one recorded oneself."""
    found = Q(branch__in=reach.confidential_branches)
    found |= Q(branch__in=reach.open_branches, confidential=False)
    found |= Q(recorded_by__in=reach.ids, confidential=False)
    if reach.of_group:
        found |= Q(grade__lte=2, confidential=False) | Q(pk__in=_raised_to(reach), confidential=False)
    return found


def _raised_to(reach: Reach) -> models.QuerySet[Any]:
    """What ran out and was raised to the group, whatever its grade (R29)."""
    escalations = apps.get_model("escalation", "Escalation").objects
    return escalations.filter(to__overlap=reach.ids, rung__gte=100).order_by().values("complaint_id")


def _by_department(reach: Reach) -> Q:
    """What is or was assigned to one's department; confidential ones only by whoever is in charge of them now."""
    assignments = apps.get_model("complaints", "Assignment").objects
    found = Q(acting_head__in=reach.ids)
    if reach.headed:
        found |= Q(department__in=reach.headed)
    if reach.departments:
        assigned = assignments.filter(department__in=reach.departments).values("complaint_id")
        found |= Q(pk__in=assigned, confidential=False)
    return found


def _by_part(reach: Reach) -> Q:
    parts = apps.get_model("complaints", "Part").objects
    return Q(pk__in=parts.filter(person__in=reach.ids, until__isnull=True).values("complaint_id"))


# Only what went through follow-up was approved, so that there is something to verify.
CARRIED_OUT = (Outcome.RESOLVED, Outcome.DISSATISFIED, Outcome.UNREACHABLE)


def _to_verify(reach: Reach) -> Q:
    """What the lead department's verifiers have to look at once a plan is approved (R26); whoever verified has a part."""
    if not reach.verifying:
        return Q()
    types = apps.get_model("complaints", "ComplaintType").objects.filter(lead__in=reach.verifying)
    approved = Q(state__in=[State.REPLY, State.FOLLOW_UP]) | Q(state=State.CLOSED, outcome__in=CARRIED_OUT)
    return Q(type__in=types.order_by().values("pk")) & approved


def _about(person: Person) -> Q:
    parts = apps.get_model("complaints", "Part").objects
    asked = parts.filter(complaint=OuterRef("pk"), person=person, kind=PartKind.STATEMENT, until__isnull=True)
    return Q(against=person) & ~Q(Exists(asked))
