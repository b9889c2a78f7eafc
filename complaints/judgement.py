"""Judging a grade in the door (R15): worked out once under the lock, before the move for the checks, and kept with it afterwards.

Not here: counting (`facts`), the rules (`grading`), grades that rise by themselves (`regrading`).
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from .deed import Deed
from .facts import Weighing, weigh
from .refusals import BadInput


def weighed(deed: Deed, **instead: Any) -> Weighing:
    """The grade with what is judged now. Raises BadInput at `helper`."""
    if "judged" in deed.inputs:
        instead["judged"] = list(deed.inputs["judged"] or ())
    if "helper" in deed.inputs:
        instead["helper_id"] = deed.inputs["helper"].pk if deed.inputs["helper"] else None
        _helper(deed)
    deed.weighing = weigh(deed.complaint, deed.at, **instead)
    return deed.weighing


def _helper(deed: Deed) -> None:
    helper = deed.inputs.get("helper")
    if helper and (helper.branch_id != deed.complaint.branch_id or not helper.is_active):
        raise BadInput({"helper": _("Choose a department of this branch.")})
    if helper and helper.pk == deed.complaint.department_id:
        raise BadInput({"helper": _("The responsible department itself does not count.")})


def helper_named(deed: Deed) -> None:
    """Raises BadInput at `helper`."""
    helper = deed.inputs.get("helper")
    if not helper:
        raise BadInput({"helper": _("Choose the department.")})
    _helper(deed)
    if helper.pk == deed.complaint.helper_id:
        raise BadInput({"helper": _("It is named already.")})


def graded(deed: Deed) -> None:
    """What was worked out, on what, and what of it whoever judged had before him (`weighed`, marks of findings; by default all)."""
    weighing, seen = deed.weighing, deed.inputs.get("weighed")
    if weighing is None:
        return
    result, complaint = weighing.result, deed.complaint
    marks = result.marks if seen is None or deed.actor is None else result.marks & set(seen)
    complaint.worked_out, complaint.grade_rule = result.grade.value, result.rule.value
    complaint.counted = list(result.decisive.counted) if result.decisive else []
    complaint.weighed = sorted({*complaint.weighed, *marks})
    deed.unweighed = bool(result.marks - marks)
    deed.unlisted |= {"weighed"}
    deed.noted["worked_out"] = [result.grade.value, result.rule.value]
    if result.decisive and result.decisive.counted:
        deed.noted["counted"] = list(result.decisive.counted)
        deed.noted["left_out"] = [[key, why.value] for key, why in result.decisive.left_out]
