"""What is still missing on the record, "before you hang up" (R10a): questions by type and effect, with what has been answered.

Reads a mapping of field names to cleaned values (`models.record`, plus the contact's `telephone`, `mobile`, `email`, `wechat` and
the number of `files`), so that a form half filled in is judged like a complaint; empty, false and zero count as not answered.
Pure; not here: what is required to submit (`rules`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from .states import Effect, TypeGroup, Want


@dataclass(frozen=True)
class Question:
    """`label` names it, `question` is said to the customer, `why` tells the assistant. Answered when any of `fields` is filled in,
    or all of them."""

    code: str
    fields: tuple[str, ...]
    label: Promise
    question: Promise
    why: Promise
    all: bool = False

    def answered(self, record: Mapping[str, Any]) -> bool:
        filled = [record.get(field) not in (None, "", [], (), False) for field in self.fields]
        return all(filled) if self.all else any(filled)


@dataclass(frozen=True)
class Item:
    code: str
    label: Promise
    question: Promise
    why: Promise
    done: bool


QUESTIONS = {
    question.code: question
    for question in (
        Question(
            "amount",
            ("quantity_affected", "quantity_delivered"),
            _("Pieces affected and delivered"),
            _("How many pieces are affected, and how many were delivered?"),
            _("It tells how much stock has to be held."),
            all=True,
        ),
        Question(
            "counted",
            ("quantity_affected", "quantity_delivered"),
            _("Quantity on paper and counted"),
            _("How many are on the delivery note, and how many are missing or too many?"),
            _("The warehouse compares it with its own count."),
            all=True,
        ),
        Question(
            "lot",
            ("lot_number", "lot", "order_number"),
            _("Lot or delivery note"),
            _("Which lot is it, or which delivery note?"),
            _("The same lot may be with other customers."),
        ),
        Question(
            "order",
            ("order_number",),
            _("Order or contract"),
            _("Which order or contract is it?"),
            _("Dates, prices and terms are found by it."),
        ),
        Question(
            "delivered",
            ("delivered_on",),
            _("Day of delivery"),
            _("When did the goods arrive?"),
            _("The carrier has to be told within days."),
        ),
        Question(
            "effect",
            ("effect",),
            _("Shipments, line, safety"),
            _("Does it affect your shipments or your line, or anybody's safety?"),
            _("It decides how fast we move."),
        ),
        Question(
            "samples",
            ("samples",),
            _("Bad pieces kept"),
            _("Do you still have the bad pieces? Could you keep two for us?"),
            _("Without them the cause stays a guess."),
        ),
        Question(
            "photos",
            ("files",),
            _("Photos"),
            _("Could you send us photos, of the label too?"),
            _("They save the first visit."),
        ),
        Question(
            "papers",
            ("files",),
            _("Papers"),
            _("Could you send us the page it is about: invoice, quotation, contract or message?"),
            _("What was agreed in writing decides."),
        ),
        Question(
            "happened",
            ("happened", "happened_on"),
            _("When it happened"),
            _("When did it happen?"),
            _("Not when it was told: records are searched by that day."),
        ),
        Question(
            "before",
            ("happened_before",),
            _("Happened before"),
            _("Has it happened before?"),
            _("A repeated problem is graded higher."),
        ),
        Question(
            "place",
            ("place", "project"),
            _("Place"),
            _("Where is it: which site, line or machine?"),
            _("Somebody may have to go there."),
        ),
        Question(
            "who",
            ("against", "complained_about"),
            _("Whom it is about"),
            _("Whom did you deal with?"),
            _("The one complained about must not handle it."),
        ),
        Question(
            "wanted",
            ("wants", "wants_other"),
            _("What the customer wants"),
            _("What would you like us to do?"),
            _("An answer to another wish is no answer."),
        ),
        Question(
            "wanted_by",
            ("wanted_by",),
            _("Needed by"),
            _("By when do you need it solved?"),
            _("It becomes a date of its own."),
        ),
        Question(
            "claim",
            ("claim_amount",),
            _("Amount claimed"),
            _("Which amount do you claim?"),
            _("It decides who may agree to it."),
        ),
        Question(
            "reach",
            ("telephone", "mobile", "email", "wechat"),
            _("How to reach the customer"),
            _("How do we reach you: telephone, e-mail or WeChat?"),
            _("The answer has to arrive."),
        ),
    )
}

_BY_GROUP: dict[str, tuple[str, ...]] = {
    TypeGroup.QUALITY: ("amount", "lot", "effect", "samples", "photos", "happened", "before"),
    TypeGroup.PACKAGING: ("amount", "lot", "delivered", "photos", "effect"),
    TypeGroup.DELIVERY: ("order", "effect", "wanted_by"),
    TypeGroup.QUANTITY: ("counted", "lot", "delivered", "photos", "effect"),
    TypeGroup.SERVICE: ("happened", "who"),
    TypeGroup.STAFF: ("happened", "place", "who"),
    TypeGroup.PRICE: ("order", "papers"),
    TypeGroup.AFTER_SALES: ("lot", "place", "happened", "before", "effect"),
    TypeGroup.DESIGN: ("place", "effect", "photos"),
    TypeGroup.ENGINEERING: ("place", "effect", "photos", "happened"),
    TypeGroup.SALES_PROMISE: ("order", "who", "happened", "papers"),
    TypeGroup.OTHER: ("happened", "place", "photos"),
}
_NO_TYPE_YET = ("lot", "effect", "photos")
_BY_EFFECT: dict[str, tuple[str, ...]] = {
    Effect.SHIPMENTS: ("wanted_by",),
    Effect.LINE: ("wanted_by",),
    Effect.SAFETY: ("place", "happened"),
}
_MONEY = {Want.COMPENSATION, Want.DISCOUNT}


def items(record: Mapping[str, Any], group: str = "", effect: str = "") -> list[Item]:
    """What to ask for this group of types ('' while nobody knows) and effect, in the order of asking, each once."""
    asked = (*_BY_GROUP.get(group, _NO_TYPE_YET), *_BY_EFFECT.get(effect, ()), "wanted", *_by_wish(record), *_by_name(record))
    questions = [QUESTIONS[code] for code in dict.fromkeys(asked)]
    return [Item(q.code, q.label, q.question, q.why, q.answered(record)) for q in questions]


def message_for_customer(items: Iterable[Item], language: str, number: str = "") -> str:
    """A message in the customer's language (`en`, `zh-hans`) asking for what is open; '' when nothing is."""
    missing = [item for item in items if not item.done]
    if not missing:
        return ""
    with override(language):
        opening = gettext("Thank you for telling us. To help you quickly, we still need to know:")
        if number:
            opening = gettext("About your complaint %(number)s: to help you quickly, we still need to know:") % {"number": number}
        questions = [f"{place}. {item.question}" for place, item in enumerate(missing, start=1)]
        return "\n".join([opening, *questions, gettext("A short answer is enough.")])


def _by_wish(record: Mapping[str, Any]) -> tuple[str, ...]:
    return ("claim",) if _MONEY & set(record.get("wants") or ()) else ()


def _by_name(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Who stays anonymous is not asked for an address."""
    return () if record.get("anonymous") else ("reach",)
