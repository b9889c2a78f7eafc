"""Complaints as documents tell them: one that has gone the whole road, with an NG, containment, and pictures where they are asked for."""

from io import BytesIO
from typing import Any

from complaints import filing
from complaints.models import Complaint
from complaints.papers import source
from complaints.papers.source import Source

from ..factories import DUE, House, act, at_state, closed, plan_of
from ..uploads.corpus import photo

REPLY = "贵司投诉的渗油问题已经查清：去毛刺刷到期后继续使用约 400 件。\n\n我们已换货 40 件，并加装刷具计数器。"
RECORD: dict[str, Any] = {
    "nature": "major", "criteria": ["a"], "grade": 3, "lot_number": "L2610-1147", "order_number": "SO-2026-008842", "unit": "件",
    "quantity_affected": 7, "quantity_delivered": 40, "wants": ["replacement"],
    "happened": "装机试压时", "first_handling": "已请客户寄回 3 件",
}  # fmt: skip


def approved(house: House, **record: Any) -> Complaint:
    """At the reply, in the second round."""
    complaint = at_state("review", house, **{**RECORD, **record})
    act("review_ng", complaint, house.head, reason="再问一个为什么")
    complaint = Complaint.objects.get(pk=complaint.pk)
    act("propose", complaint, house.handler, plan=plan_of(house))
    act("review_ok", complaint, house.head, note="原因到位")
    return act("approve", complaint, house.gm, note="结果直接报我")


def answered(house: House, **record: Any) -> Complaint:
    complaint = approved(house, **record)
    act("send_reply", complaint, house.assistant, text=REPLY, means="email")
    return act("customer_agrees", complaint, house.assistant, words="好的，谢谢", means="telephone")


def finished(house: House, **record: Any) -> Complaint:
    return closed(answered(house, **record), house)


def contained(house: House, complaint: Complaint) -> Complaint:
    return act("contain", complaint, house.head, text="隔离在库 310 件", owner=house.owner, due_on=DUE, done=True, done_note="封条 0311")


def with_pictures(house: House, complaint: Complaint, count: int) -> Complaint:
    files = [filing.store(BytesIO(photo((40 + n, 30))), f"渗油 {n + 1}.jpg", by=house.assistant) for n in range(count)]
    return act("add_file", complaint, house.assistant, files=files)


def of(complaint: Complaint) -> Source:
    return source.load(complaint.pk)
