"""What somebody of the demonstration enters at a move when his story does not say: plans, letters, words, evidence, in the tale's language.

Each function is named like its move. Not here: who makes the move and when (`player`).
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from complaints import composing, letters
from complaints.answerchecks import asked_about
from complaints.facts import weigh
from complaints.models import Measure, Round
from complaints.moves import MOVES
from complaints.planrows import Answer, Found, Share, Spot, Why, points
from complaints.plans import MeasureDraft, PlanDraft, is_light
from complaints.replies import PromiseDraft
from complaints.replywords import kind_for

from .tales import planned
from .times import works

if TYPE_CHECKING:
    from .player import Player

Entered = dict[str, Any]
SENTENCE = re.compile(r"(?:[^。；;.\s]|\.(?=\S)|(?<=[^.;\s])\s)+[。；;.]?")
PAPERS = {
    "delivery": ("换货", "补发", "补寄", "补齐", "专车", "短驳", "Replace", "Send", "Courier", "Air freight", "sent"),
    "check": ("全检", "复检", "复测", "重新清洗", "checked"),
}
HANDLERS = {"sales": "heyutong", "quality": "gaoyuan", "warehouse": "luoshan", "pmc": "luoshan", "production-1": "weilixin"}
MEANS = {"email": "email", "wechat": "wechat", "fax": "fax", "letter": "letter", "on_site": "in_person"}


def entered(player: "Player", name: str, given: Entered) -> Entered:
    """Inputs of the move; takes out of `given` what only steers them."""
    if name == "propose":
        return {"plan": plan_of(player, shallow=given.pop("shallow", False), extra=given.pop("extra", []))}
    if name in ENTRIES:
        return ENTRIES[name](player, given)
    return {"reason": player.phrase(name)} if MOVES[name].reason and "reason" not in given else {}


def judge(player: "Player", given: Entered) -> Entered:
    """The grade of the tale or what is worked out, if that is more severe; but grade 2 takes another road, so that is lowered with a
    reason."""
    kind, grade = player.house.types[player.tale.type], given.get("grade", 4)
    why = {2: "grade_2_reason", 3: "grade_reason"}.get(grade)
    worked_out = weigh(player.complaint, player.at, type_id=kind.pk).result.grade.value
    if worked_out < grade and "grade_reason" not in given:
        grade = given["grade"] = max(worked_out, 3)
        why = "lower_reason" if grade > worked_out else None
    reasons = {"grade_reason": player.phrase(why) if why else "", "nature_reason": ""}
    return {"type": kind, "nature": "general", "criteria": [], "grade": grade, **reasons}


def assign(player: "Player", given: Entered) -> Entered:
    """The department of the tale or type; where it was contested, Engineering, or Quality in its place."""
    houses = player.house.departments
    department = houses[player.tale.department] if player.tale.department else player.type().default_department
    if player.complaint.contested:
        department = houses["quality" if department == houses["engineering"] else "engineering"]
    return {"department": department, "note": player.phrase("assign")}


def confirm(player: "Player", given: Entered) -> Entered:
    department = player.department()
    handler = HANDLERS.get(department.code if department else "", "gaoyuan")
    return {"handler": player.house.people[handler], "note": player.phrase("confirm")}


def plan_of(player: "Player", shallow: bool, extra: Iterable[str] = ()) -> PlanDraft:
    """The tale's plan, or one that stops at the man; in a later round with the measures that were copied into it, and more."""
    told = player.tale.told
    new = [planned(line) for line in extra] if player.complaint.round > 1 else player.tale.measures
    soon = _date(player, 0)
    to_do = [m for m in player.measures() if m.done_at is None]
    measures = [MeasureDraft(m.kind, m.text, player.own(m.owner_id), max(m.due_on, soon), m.pk) for m in to_do]
    measures += [MeasureDraft(one.kind, one.text, player.house.people[one.owner], _date(player, one.days)) for one in new]
    plan = PlanDraft(
        "justified", told["investigation"], told["cause"], told["category"], told["escape"], "", measures, escape_category="measurement",
        answers=answers(player), **remedy(player),
    )  # fmt: skip
    plan = plan if is_light(player.complaint) else whole(player, plan)
    if not shallow:
        return plan
    return replace(plan, whys=[Why(player.phrase("shallow")), Why(player.phrase("shallower"))], cause_category="people")


ANSWERED_IN = ("cause", "measures", "evidence")


def answers(player: "Player") -> list[Answer]:
    """Where the plan answers each point it came back for; the last of many is left open, for whoever reviews it to see."""
    asked = Round.objects.filter(complaint=player.complaint, number=player.complaint.round).values_list("opened_because", flat=True)
    count = len(points(asked[0])) if asked else 0
    return [Answer(ANSWERED_IN[place]) if place < len(ANSWERED_IN) else Answer() for place in range(count)]


REMEDIES = {
    "replacement": "replacement",
    "return": "replacement",
    "repair": "repair",
    "compensation": "compensation",
    "discount": "discount",
}


def remedy(player: "Player") -> Entered:
    """What the customer wanted as far as the house gives it; an apology is the least."""
    complaint = player.complaint
    kinds = list(dict.fromkeys(REMEDIES[want] for want in complaint.wants if want in REMEDIES)) or ["apology"]
    if not {"compensation", "discount"} & set(kinds):
        return {"remedy_kinds": kinds}
    amount = complaint.claim_amount or Decimal(1200)
    currency = complaint.claim_currency or complaint.branch.currency
    return {"remedy_kinds": kinds, "remedy_amount": amount, "remedy_currency": currency, "remedy_how": player.phrase("remedy_how")}


def whole(player: "Player", plan: PlanDraft) -> PlanDraft:
    """The rest of a full 8D: a chain of whys, what was seen, shares, and where the goods of the lot are."""
    complaint, quality = player.complaint, player.house.departments["quality"]
    links = [Why(sentence) for sentence in SENTENCE.findall(plan.cause)][:7]
    own = complaint.department_id
    shares = [Share("department", 100, own)] if own == quality.pk else [Share("department", 70, own), Share("department", 30, quality.pk)]
    found = [Found("seen" if place else "checked", line) for place, line in enumerate(SENTENCE.findall(plan.investigation)[:4])]
    return replace(plan, whys=links, found=found, investigation="", shares=shares, **_ledger(player))


def _ledger(player: "Player") -> Entered:
    """All at the customer's are looked at; a third as much is in stock, held and checked."""
    delivered, bad = player.complaint.quantity_delivered, player.complaint.quantity_affected
    if not delivered or not bad or not player.complaint.product_id:
        return {}
    stock = delivered // 3
    rows = [
        Spot(
            "customer", "", delivered, delivered, min(bad, delivered), player.phrase("at_customer"), evidence=player.phrase("count_sheet")
        ),
        Spot("stock", "A2", stock, stock, Decimal(), player.phrase("in_stock"), book=stock, source=player.phrase("stock_system")),
    ]
    return {"ledger": rows, "lot_quantity": delivered + stock}


def _date(player: "Player", days: int) -> dt.date:
    """The first working day so many days after the day after next."""
    date = player.at.astimezone(player.times.zone).date() + dt.timedelta(days=days + 2)
    while not works(date):
        date += dt.timedelta(days=1)
    return date


def letter(player: "Player", given: Entered) -> Entered:
    """The house's words before and after what is locked, and what is promised with it."""
    round_ = Round.objects.get(complaint=player.complaint, number=player.complaint.round)
    kind = kind_for(player.type().group, round_.finding)
    language = letters.language_of(player.complaint)
    words = next(one for one in player.house.reply_words if (one.kind, one.language) == (kind, language))
    promises = [PromiseDraft(text, player.house.people[owner], player.times.day(day)) for text, owner, day in given.pop("promises", [])]
    contact = player.complaint.contact
    said = {"text": words.opening, "closing": words.closing, "language": language, "templates": [words], "promises": promises}
    subject = composing.default_subject(player.complaint, language)
    return {**said, "means": means(player), "subject": subject, "recipient": contact.name if contact else ""}


def means(player: "Player") -> str:
    """The way the complaint came."""
    return MEANS.get(player.complaint.channel, "telephone")


def said(name: str) -> Callable[["Player", Entered], Entered]:
    """The customer's words, by the way he came."""
    return lambda player, _: {"words": player.phrase(name), "means": means(player)}


def noted(name: str, field: str = "note") -> Callable[["Player", Entered], Entered]:
    return lambda player, _: {field: player.phrase(name)}


def explained(name: str) -> Callable[["Player", Entered], Entered]:
    """What the customer was told on the line: how it will be put right, or why it is not so."""
    return lambda player, _: {"explained": player.tale.told[name], "told_at": player.at - dt.timedelta(minutes=2)}


def judge_invalid(player: "Player", given: Entered) -> Entered:
    return {**explained("untrue")(player, given), "reason": player.phrase("judge_invalid")}


def fix_dates(player: "Player", given: Entered) -> Entered:
    to_come = [measure for measure in player.measures() if measure.done_at is None]
    return {"dates": {m.pk: m.due_on - dt.timedelta(days=1) for m in to_come}, "note": player.phrase("fix_dates")}


def record_visit(player: "Player", given: Entered) -> Entered:
    """Every promise was kept, and the customer sees what was done, but for what the story says of the first, second …: `broken`."""
    promises = asked_about(player.complaint.pk, player.at.astimezone(player.times.zone).date())
    broken = {promises[place].pk for place in given.pop("broken", [])}
    return {
        "means": "telephone", "satisfied": True, "score": player.chance.choice([4, 4, 5, 5, 3]), "words": player.phrase("record_visit"),
        "kept": {one.pk: one.pk not in broken for one in promises}, "again": dict.fromkeys(broken, player.times.day(1)),
        "sees": {measure.pk: True for measure in player.measures() if measure.done_at},
    }  # fmt: skip


def measure_done(player: "Player", given: Entered) -> Entered:
    """Papers that fit what was to be done."""
    measure = _measure(player, given)
    fitting = next((name for name, words in PAPERS.items() if any(word in measure.text for word in words)), measure.kind)
    return {"evidence": player.phrase(f"evidence_{fitting}")}


def _measure(player: "Player", given: Entered) -> Measure:
    measure = given["measure"]
    return player.measures()[measure] if isinstance(measure, int) else measure


def closing(player: "Player", given: Entered) -> Entered:
    return {"lessons": player.tale.told["lessons"] or player.phrase("lessons")}


def promise(player: "Player", given: Entered) -> Entered:
    return {"text": player.phrase("promise"), "due_on": player.times.day(3)}


def pause(player: "Player", given: Entered) -> Entered:
    return {"reason": player.phrase("pause"), "asked": player.phrase("pause_asked")}


def acknowledge(player: "Player", given: Entered) -> Entered:
    return {"means": means(player), "text": ""}


ENTRIES: dict[str, Callable[["Player", Entered], Entered]] = {
    "submit": noted("submit"),
    "acknowledge": acknowledge,
    "judge": judge,
    "judge_invalid": judge_invalid,
    "answer_on_the_spot": explained("explained"),
    "reject_as_not_factual": explained("untrue"),
    "fix_dates": fix_dates,
    "assign": assign,
    "confirm": confirm,
    "review_ok": noted("review_ok"),
    "approve": noted("approve"),
    "group_approve": noted("group_approve"),
    "send_reply": letter,
    "customer_agrees": said("customer_agrees"),
    "customer_refuses": said("customer_refuses"),
    "record_visit": record_visit,
    "not_reached": lambda player, _: {"words": player.phrase("not_reached"), "means": "telephone"},
    "sign_off": noted("sign_off", "words"),
    "withdraw": noted("withdraw", "words"),
    "close": closing,
    "close_dissatisfied": closing,
    "close_unreachable": closing,
    "chase": lambda player, _: {"words": player.phrase("chase"), "means": "telephone"},
    "tell": lambda player, _: {"text": player.phrase("tell"), "means": means(player)},
    "remark": noted("remark", "text"),
    "promise": promise,
    "keep_promise": noted("keep_promise", "text"),
    "pause": pause,
    "resume": noted("resume"),
    "measure_done": measure_done,
    "verify": noted("verified", "evidence"),
}
