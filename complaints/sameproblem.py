"""When two complaints are about the same problem (R15): the one definition, for grading, the effectiveness watch (R26a), similar ones
(R38) and reports.

The same leaf type, and: the same product; of those without a product the same project; of those without either the same department
complained about. Without a type, or with nothing of the three, a complaint has its problem in common with no other. Each complaint has
one problem, so that it is the same for all who share it. Not here: in which time, and who counts (`grading`).
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Value
from django.db.models.functions import Coalesce, Upper

from organisation.models import Department

from .models import Complaint, ComplaintType, Product
from .models.querysets import ComplaintQuerySet

PROJECT = Upper("project")
DEPARTMENT = Coalesce("department", "proposed_department")


@dataclass(frozen=True)
class Problem:
    """What the complaints on one problem have in common; one of the last three."""

    type: int
    product: int | None = None
    project: str = ""
    department: int | None = None


def problem_of(complaint: Any) -> Problem | None:
    """None where it has nothing in common with any other. The department complained about is the responsible one, or the one proposed."""
    if complaint.type_id is None:
        return None
    if complaint.product_id:
        return Problem(complaint.type_id, product=complaint.product_id)
    if complaint.project:
        return Problem(complaint.type_id, project=complaint.project.upper())
    department = complaint.department_id or complaint.proposed_department_id
    return Problem(complaint.type_id, department=department) if department else None


def on(problem: Problem, *, all_branches: bool = False) -> ComplaintQuerySet:
    """All complaints on that problem, in no order; an index serves each of the three kinds (type, what it is, receipt).

    Types, products and departments belong to a branch, so it is that branch's; of all branches those with the same codes are the same.
    """
    rows = Complaint.objects.order_by().filter(type__in=_alike(ComplaintType, problem.type, all_branches))
    if problem.product:
        return rows.filter(product__in=_alike(Product, problem.product, all_branches))
    rows = rows.filter(product=None)
    if problem.project:
        return rows.exclude(project="").alias(its_project=PROJECT).filter(its_project=Upper(Value(problem.project)))
    known = _alike(Department, problem.department or 0, all_branches)
    return rows.filter(project="").alias(its_department=DEPARTMENT).filter(its_department__in=known)


def _alike(model: Any, key: int, all_branches: bool) -> list[int]:
    if not all_branches:
        return [key]
    return list(model.objects.filter(code=model.objects.filter(pk=key).values("code")[:1]).values_list("pk", flat=True))
