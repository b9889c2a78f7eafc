"""The end of the form: reply, answer, visit, closing; internally with names and lessons, for the customer as he was told (R23, R27).

Not here: the reply as a letter (`letter`).
"""

from typing import Any

from complaints.models import Word
from complaints.states import Means, Outcome, State, WordKind

from .bilingual import both, choices, named
from .decisions import By, acted, sealed
from .facts import note
from .source import Source

CLOSINGS = ("close", "close_dissatisfied", "close_unreachable", "withdraw", "answer_on_the_spot", "judge_invalid", "reject_as_not_factual")
SIGNED = ("propose", "review_ok", "approve", "group_approve")
ANSWERS = (WordKind.AGREED, WordKind.REFUSED, WordKind.NO_ANSWER)
Part = dict[str, Any]


def section(source: Source, title: list[str]) -> dict[str, Any]:
    complaint = source.complaint
    reply, word = source.word(WordKind.REPLY, WordKind.EXPLAINED), source.latest("sign_off") if complaint.head_word_at else None
    parts = [_replied(source, reply, internal=True), _visited(source, internal=True)]
    if word:
        parts.append(part(["部门意见", "Department"], words=word.texts.get("words", ""), by=[acted(source, "", word)]))
    closing = source.latest(*CLOSINGS) if complaint.state == State.CLOSED else None
    notes = [note("经验教训 Lessons", complaint.lessons)] if closing and complaint.lessons else []
    if closing and closing.texts.get("reason"):
        notes.insert(0, note("理由 Reason", closing.texts["reason"]))
    if closing and closing.texts.get("words"):
        notes.insert(0, note("客户撤诉 Withdrawn", closing.texts["words"]))
    if complaint.reopened:
        notes.append(note("重新打开 Reopened", f"{complaint.reopened} ×"))
    parts.append(part(["结案", "Closing"], _outcomes(complaint.outcome), notes, by=[acted(source, "结案 Closed by", closing)]))
    return {"title": title, "parts": parts}


def told_to_customer(source: Source, title: list[str]) -> dict[str, Any]:
    """The reply as it was sent, his answer, how the visit went, how it was closed, and the signatures without whom they stand for."""
    complaint = source.complaint
    parts = [_replied(source, source.word(WordKind.REPLY, WordKind.EXPLAINED), internal=False), _visited(source, internal=False)]
    if complaint.state == State.CLOSED:
        notes = [note("结案日期 Closed on", source.day(complaint.closed_at)[:10])]
        parts.append(part(["结案", "Closing"], _outcomes(complaint.outcome), notes))
    if signatures := _signatures(source):
        parts.append(part(["签署", "Signed"], by=signatures))
    return {"title": title, "parts": parts}


def part(label: list[str], boxes: Any = (), notes: Any = (), words: str = "", after: Any = (), by: Any = ()) -> Part:
    """One row: check boxes, notes, words, notes below them, who did it."""
    done = [one for one in by if one]
    return {"label": label, "choices": list(boxes), "notes": list(notes), "words": words, "after": list(after), "by": done}


def _replied(source: Source, reply: Word | None, *, internal: bool) -> Part:
    notes, after = [], []
    if reply:
        how = both(Means(reply.means).label) if reply.means else ""
        notes.append(note("时间 Time", "  ".join(filter(None, [source.day(reply.at), how, named(reply.by) if internal else ""]))))
    if answer := source.word(*ANSWERS):
        said = " ".join(filter(None, [both(WordKind(answer.kind).label), source.day(answer.at), answer.text]))
        after.append(note("客户答复 Answer", said))
    return part(["回复客户", "Reply"], notes=notes, words=reply.text if reply else "", after=after)


def _visited(source: Source, *, internal: bool) -> Part:
    visit = source.visits[-1] if source.visits and source.complaint.visited_at else None
    satisfied = visit.satisfied if visit else None
    boxes = choices([(True, "满意 Satisfied"), (False, "不满意 Not satisfied")], satisfied)
    if visit is None:
        return part(["回访", "Visit"], boxes)
    when = " ".join(filter(None, [source.day(visit.at), named(visit.by) if internal else ""]))
    return part(["回访", "Visit"], boxes, [note("评分 Score", f"{visit.score} / 5　{when}")], visit.words)


def _outcomes(outcome: str) -> list[dict[str, Any]]:
    return choices(Outcome.choices, outcome)


def _signatures(source: Source) -> list[By]:
    """Of the plan that was answered with, and of the closing."""
    since = source.plan.proposed_at if source.plan else None
    decided = [one for kind in SIGNED if (one := source.latest(kind)) and since and one.event.at >= since]
    closing = source.latest(*CLOSINGS) if source.complaint.state == State.CLOSED else None
    signed = [one for one in (*decided, closing) if one and hasattr(one.event, "signature")]
    return [sealed(source, one, represented=False) for one in signed]
