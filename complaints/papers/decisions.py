"""What was decided and by whom, as the form shows it: judgement, confirmation, review and approval, each with its NGs before (R14-R19).

A seal stands for a signature with password; whoever decided without one is named with the time. Not here: closing (`answer`).
"""

from typing import Any

from complaints.forms.base import MEANINGS
from complaints.states import Criterion, Grade, Nature

from .bilingual import both, choices, named, seal_of
from .facts import note
from .source import Decision, Source

By = dict[str, Any]
OK, NG = "OK", "NG"


def acted(source: Source, meaning: str, decision: Decision | None) -> By | None:
    """Who decided and when; with the seal where it is signed."""
    if decision is None:
        return None
    signature = getattr(decision.event, "signature", None)
    if signature is not None:
        return sealed(source, decision)
    event = decision.event
    deputy = f" 代 for {named(event.on_behalf)}" if event.on_behalf else ""
    return {"meaning": meaning, "name": named(event.actor) + deputy, "at": source.day(event.at)}


def sealed(source: Source, decision: Decision, represented: bool = True) -> By:
    """A signature: its meaning, who, when, the seal; `represented`: also for whom a deputy signed."""
    signature = decision.event.signature
    meaning = both(MEANINGS.get(signature.meaning, signature.meaning))
    if signature.on_behalf:
        meaning += f" 代 for {named(signature.on_behalf)}" if represented else " 代 deputy"
    return {"meaning": meaning, "name": named(signature.person), "at": source.day(signature.at), **seal_of(signature.person)}


def judgement(source: Source, title: list[str]) -> dict[str, Any]:
    complaint = source.complaint
    decision = source.standing("judge", "judge_invalid", "reject_as_not_factual")
    valid = {True: "valid", False: "invalid", None: ""}[complaint.valid]
    boxes = choices([("valid", "成立 Valid"), ("invalid", "不成立 Not valid")], valid)
    boxes += choices(Nature.choices, complaint.nature)
    boxes += choices(Grade.choices, complaint.grade)
    notes = [note("重大依据 Criteria", "；".join(both(Criterion(code).label) for code in complaint.criteria))] if complaint.criteria else []
    if complaint.grade_reason:
        notes.append(note("级别理由 Reason of the grade", complaint.grade_reason))
    if decision and decision.texts.get("reason"):
        notes.append(note("理由 Reason", decision.texts["reason"]))
    if complaint.type:
        notes.append(note("投诉类型 Type", named(complaint.type)))
    if complaint.department:
        notes.append(note("责任部门 Responsible department", named(complaint.department)))
    return {"title": title, "choices": boxes, "notes": notes, "by": acted(source, "判定 Judged by", decision)}


def confirmation(source: Source) -> dict[str, Any]:
    """OK or NG of the responsible department, every NG with its reason."""
    decision = source.standing("confirm")
    notes = [_refused(source, refusal) for refusal in source.made("contest", "dispute_facts")]
    if decision and decision.texts.get("note"):
        notes.append(note("说明 Note", decision.texts["note"]))
    if decision and source.complaint.handler:
        notes.append(note("处理人 Handler", named(source.complaint.handler)))
    return {"choices": _ok_or_ng(decision, notes), "notes": notes, "by": acted(source, "确认 Confirmed by", decision)}


def approval(source: Source, title: list[str]) -> dict[str, Any]:
    """Review and approval beside each other, the group's below them where it was asked."""
    slots = [
        _slot(source, ["部门审核", "Review"], "review_ok", "review_ng"),
        _slot(source, ["总经理", "Approval"], "approve", "approve_ng"),
    ]
    if source.made("group_approve", "group_ng"):
        slots.append(_slot(source, ["总部审批", "Group"], "group_approve", "group_ng", wide=True))
    exception = source.plan.four_eyes_exception if source.plan else ""
    return {"title": title, "decisions": slots, "exception": exception}


def _slot(source: Source, label: list[str], yes: str, no: str, wide: bool = False) -> dict[str, Any]:
    """An OK counts for the plan that is shown: one given to a plan that was sent back afterwards is history."""
    decision, plan = source.latest(yes), source.plan
    if decision and plan and plan.proposed_at and decision.event.at < plan.proposed_at:
        decision = None
    notes = [_refused(source, refusal) for refusal in source.made(no)]
    if decision and decision.texts.get("note"):
        notes.append(note("意见 Note", decision.texts["note"]))
    by = acted(source, "", decision)
    return {"label": label, "choices": _ok_or_ng(decision, notes), "notes": notes, "by": by, "wide": wide}


def _refused(source: Source, refusal: Decision) -> dict[str, str]:
    return note(f"NG {source.day(refusal.event.at)} {named(refusal.event.actor)}", refusal.texts.get("reason", ""))


def _ok_or_ng(decision: Decision | None, refused: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The last word: NG stays ticked until somebody says OK."""
    return choices([(OK, OK), (NG, NG)], OK if decision else NG if refused else "")
