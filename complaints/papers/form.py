"""The customer complaint form 客户投诉与抱怨意见反馈表: the internal copy with everything, the customer's with what he may know (R23).

Both come from the same data; the customer's leaves out sections, never words of one. Nothing internal is read for it. Seals stand where
somebody signed with the password; who acted without signing is named, internally. Not here: words of the sections' rows (`facts`, `plan`).
"""

from typing import Any

from complaints.states import WordKind

from . import answer, decisions, facts, plan
from .bilingual import both
from .paper import BILINGUAL_PAGE, Paper, as_of, frame, pictures
from .source import Source

TITLE = ["客户投诉与抱怨意见反馈表", "Customer Complaint Form"]
INTERNAL, CUSTOMERS = "内部联 Internal copy", "客户联 Customer's copy"
AS_OF = "截至 As of %(at)s · 第 %(seq)s 条记录 Entry %(seq)s · %(digest)s"


def internal(source: Source) -> Paper:
    photos, captions, more = pictures(source.files)
    data = {
        "frame": frame(source, TITLE[0], f"编号 No. {source.complaint.number}", as_of(source, AS_OF), BILINGUAL_PAGE),
        "form": internal_form(source),
        "photos": captions,
        "more": both(more) if more else "",
    }
    return Paper("form.typ", f"{source.complaint.number} form", data, source.last.at, photos)


def internal_form(source: Source) -> dict[str, Any]:
    """All sections, for the form alone and for the archive file."""
    form = _head(source, INTERNAL)
    form["intake"] = facts.intake(source, title=["一、投诉受理", "Intake"])
    form["judgement"] = decisions.judgement(source, title=["二、判定与责任", "Judgement and responsibility"])
    form["confirmation"] = decisions.confirmation(source)
    form["plan"] = plan.section(source, title=["三、原因与措施", "Causes and measures"])
    form["approval"] = decisions.approval(source, title=["四、审核与批准", "Review and approval"])
    form["answer"] = answer.section(source, title=["五、回复、回访与结案", "Reply, visit and closing"])
    return form


def customers(source: Source) -> Paper:
    """The only copy that leaves the house: what the customer told us, what we told him, and who signed."""
    form = _head(source, CUSTOMERS)
    form["intake"] = facts.told_by_customer(source, title=["一、投诉内容", "Your complaint"])
    form["answer"] = answer.told_to_customer(source, title=["二、处理结果", "What was done"])
    word = source.word(WordKind.REPLY, WordKind.EXPLAINED)
    foot = source.day(word.at) if word else source.day(source.complaint.received_at)
    data = {
        "frame": frame(source, TITLE[0], f"编号 No. {source.complaint.number}", foot, BILINGUAL_PAGE),
        "form": form,
        "photos": [],
        "more": "",
    }
    return Paper("form.typ", f"{source.complaint.number} customer", data, source.last.at)


def _head(source: Source, copy: str) -> dict[str, Any]:
    return {"title": TITLE, "number": source.complaint.number, "copy": copy}
