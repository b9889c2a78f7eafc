"""The first section of the form: who complained, about what, in which words, with what effect and wishes (R6, R7, R9).

Not here: what was decided about it (`decisions`).
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from complaints.models import Complaint
from complaints.states import Channel, Effect, Known, Threat, Want

from .bilingual import both, choices, named
from .source import Source

Fact = dict[str, Any]
Note = dict[str, str]


def told_by_customer(source: Source, title: list[str]) -> dict[str, Any]:
    """What he told us himself, and nothing else."""
    complaint = source.complaint
    return {
        "title": title,
        "facts": list(_rows(source)),
        "words": complaint.words,
        "by": None,
        "effects": choices(Effect.choices, complaint.effect),
        "effect_notes": list(_circumstances(complaint)),
        "wants": choices(Want.choices, *complaint.wants),
        "want_notes": list(_wishes(complaint)),
        "first_handling": "",
    }


def intake(source: Source, title: list[str]) -> dict[str, Any]:
    """With what we know and did besides."""
    complaint = source.complaint
    section = told_by_customer(source, title)
    recorded = f"登记 Recorded {source.day(complaint.recorded_at)}"
    section["by"] = {"meaning": "受理 Received by", "name": named(complaint.received_by or complaint.recorded_by), "at": recorded}
    section["effect_notes"] += list(_threats(complaint))
    section["first_handling"] = complaint.first_handling
    return section


def fact(chinese: str, english: str, value: str, span: int = 1) -> Fact:
    return {"label": [chinese, english], "value": value, "span": span}


def note(label: str, words: str) -> Note:
    return {"label": label, "words": words}


def customer_of(complaint: Complaint) -> str:
    return both(complaint.customer) if complaint.customer else "匿名 Anonymous" if complaint.anonymous else ""


def product_of(complaint: Complaint) -> str:
    """The product's names, its model, and the customer's own words where they say something else."""
    product = complaint.product
    if product is None:
        return " · ".join(filter(None, [complaint.about, complaint.model]))
    own = complaint.about if complaint.about not in (product.name, product.name_en) else ""
    return " · ".join(filter(None, [both(product), complaint.model, own]))


def amount(value: Decimal | None) -> str:
    """Without superfluous noughts."""
    return f"{value.normalize():f}" if value is not None else ""


def quantities(complaint: Complaint) -> str:
    affected, delivered = amount(complaint.quantity_affected), amount(complaint.quantity_delivered)
    return f"{affected or '?'} / {delivered or '?'} {complaint.unit}".strip() if affected or delivered else ""


def _rows(source: Source) -> Iterator[list[Fact]]:
    complaint, contact = source.complaint, source.complaint.contact
    reached = " / ".join(filter(None, [contact.telephone, contact.mobile])) if contact else ""
    yield [fact("客户", "Customer", customer_of(complaint), 3), fact("受理时间", "Received", source.day(complaint.received_at))]
    yield [
        fact("联系人", "Contact", " · ".join(filter(None, [contact.name, contact.position])) if contact else ""),
        fact("电话", "Telephone", reached),
        fact("邮箱", "E-mail", contact.email if contact else ""),
    ]
    yield [
        fact("产品", "Product", product_of(complaint), 3),
        fact("投诉渠道", "Channel", both(Channel(complaint.channel).label)),
    ]
    yield [
        fact("批次", "Lot", complaint.lot_number or str(complaint.lot or "")),
        fact("订单", "Order", complaint.order_number),
        fact("不良/总数", "Affected/total", quantities(complaint)),
    ]
    yield from _when_and_where(complaint)


def _when_and_where(complaint: Complaint) -> Iterator[list[Fact]]:
    """Only when something of it is known."""
    delivered = str(complaint.delivered_on or "")
    place = " · ".join(filter(None, [complaint.project, complaint.place]))
    reference = " · ".join(filter(None, [complaint.customer_reference, str(complaint.customer_reference_on or "")]))
    if delivered or place or reference:
        yield [
            fact("交货日期", "Delivered on", delivered),
            fact("项目/地点", "Project/place", place),
            fact("客户编号", "Customer's ref.", reference),
        ]


def _circumstances(complaint: Complaint) -> Iterator[Note]:
    happened = " · ".join(filter(None, [complaint.happened, str(complaint.happened_on or "")]))
    if happened:
        yield note("发生时间 When it happened", happened)
    if complaint.happened_before:
        yield note("以前是否发生 Happened before", both(Known(complaint.happened_before).label))
    if complaint.samples:
        yield note("样品 Samples", both(Known(complaint.samples).label))


def _wishes(complaint: Complaint) -> Iterator[Note]:
    if complaint.wants_other:
        yield note("其他 Other", complaint.wants_other)
    if complaint.claim_amount is not None:
        yield note("索赔金额 Amount claimed", f"{amount(complaint.claim_amount)} {complaint.claim_currency}")
    if complaint.wanted_by:
        yield note("希望完成日期 Wanted by", str(complaint.wanted_by))


def _threats(complaint: Complaint) -> Iterator[Note]:
    """What may make it worse, and about whom it is: for the house alone."""
    for label, value in (
        ("起诉 Lawsuit", complaint.lawsuit),
        ("曝光 Exposure", complaint.exposure),
        ("主管部门 Authority", complaint.authority),
    ):
        if value:
            yield note(label, both(Threat(value).label))
    if complaint.complainants > 1:
        yield note("投诉人数 Complainants", str(complaint.complainants))
    if complaint.complained_about:
        yield note("被投诉人 Complained about", complaint.complained_about)
