"""What a move's input has to satisfy beyond its form, and what other rows have to say before it (raised before anything is stored).

Each check is named like its move and raises `BadInput` (422, at the field) or `NotPossible` (409). Not here: conditions on the
complaint's own fields (`rules`).
"""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from escalation.models import Escalation, Timer
from escalation.models.escalations import UNANSWERED
from escalation.policies import Code
from organisation.models import Person

from . import answerchecks, meetingchecks, owing
from .closing import closing_list
from .deed import Deed, need
from .judgement import helper_named, weighed
from .models import Measure, Round
from .models.reach import reach_of
from .moves import Text
from .plans import gaps
from .refusals import BadInput, NotAllowed, NotPossible
from .roster import Roster
from .standing import verifiers
from .states import LinkKind, Nature, State, Verdict
from .subjects import lot_quantity
from .verdicts import FAILING, Found, found_in


def check(deed: Deed) -> None:
    """Raises BadInput or NotPossible; stores nothing."""
    _texts_given(deed)
    _people_fit(deed)
    special = CHECKS.get(deed.move.name)
    if special:
        special(deed)


def _texts_given(deed: Deed) -> None:
    if deed.move.reason and not str(deed.inputs.get("reason") or "").strip():
        raise BadInput({"reason": _("Give the reason.")})
    if deed.standing.exception and not str(deed.inputs.get("exception") or "").strip():
        raise BadInput({"exception": _("Say why you decide although you signed this round already.")})


def _people_fit(deed: Deed) -> None:
    """Nobody is given a part in a complaint about himself (R3), nor after he left."""
    given = [(name, one) for name, value in deed.inputs.items() for one in (value if isinstance(value, list) else [value])]
    for name, value in given:
        if not isinstance(value, Person) or name == "leaving":
            continue
        if value.pk == deed.complaint.against_id and deed.move.name != "ask_statement":
            raise BadInput({name: _("The complaint is about this person.")})
        if not value.is_active:
            raise BadInput({name: _("This person has left.")})


def _explained(deed: Deed) -> None:
    need(deed, "explained", _("Write what was explained to the customer."))
    told_at = need(deed, "told_at", _("When was it explained?"))
    if told_at > deed.at:
        raise BadInput({"told_at": _("That is in the future.")})


def _judge(deed: Deed) -> None:
    major, criteria = deed.inputs.get("nature") == Nature.MAJOR, deed.inputs.get("criteria")
    if major and not criteria:
        raise BadInput({"criteria": _("Tick what makes it major.")})
    if not major and criteria and not deed.inputs.get("nature_reason"):
        raise BadInput({"nature_reason": _("Criteria of a major complaint are ticked: say why it is general all the same.")})
    need(deed, "type", _("Choose the type."))
    worked_out = weighed(deed, type_id=deed.inputs["type"].pk).result.grade
    if deed.inputs["grade"] > worked_out and not str(deed.inputs.get("grade_reason") or "").strip():
        raise BadInput({"grade_reason": _("Grade %(grade)s is worked out: give the reason why it is lower.") % {"grade": worked_out.value}})


def _change_nature(deed: Deed) -> None:
    if deed.inputs.get("nature") == Nature.MAJOR and not deed.inputs.get("criteria"):
        raise BadInput({"criteria": _("Tick what makes it major.")})


def _regrade(deed: Deed) -> None:
    before, after = deed.complaint.grade, deed.inputs["grade"]
    if after == before:
        raise BadInput({"grade": _("It has this grade already.")})
    if before is not None and after > before and not str(deed.inputs.get("reason") or "").strip():
        raise BadInput({"reason": _("A downgrade needs a reason.")})
    weighed(deed)


def _department(deed: Deed) -> None:
    department = need(deed, "department", _("Choose the department."))
    if department.branch_id != deed.complaint.branch_id or not department.is_active:
        raise BadInput({"department": _("Choose a department of this branch.")})
    if department.head_id is None:
        raise BadInput({"department": _("This department has no head: an administrator has to name one first.")})


def _reassign_department(deed: Deed) -> None:
    _department(deed)
    if deed.inputs["department"] == deed.complaint.department:
        raise BadInput({"department": _("It has this department already.")})
    if deed.complaint.state != State.CONFIRMATION:
        need(deed, "handler", _("Name who handles it there."))


def _handler(deed: Deed) -> None:
    handler = need(deed, "handler", _("Name who handles it."))
    if handler.branch_id != deed.complaint.branch_id:
        raise BadInput({"handler": _("Choose somebody of this branch.")})


def _acknowledge_escalation(deed: Deed) -> None:
    """An instruction is not just “seen” (R29): it says what is to be done; and only those it was raised to give it."""
    need(deed, "instruction", _("Write what is to be done."))
    asked = Escalation.objects.filter(UNANSWERED, complaint=deed.complaint, pk__in=deed.inputs.get("escalations") or [])
    if not asked.exists():
        raise NotPossible(_("Somebody has acknowledged it already."))
    if deed.actor is None or not asked.filter(to__overlap=reach_of(deed.actor).ids).exists():
        raise NotAllowed(_("It was not raised to you."))
    by = deed.inputs.get("wanted_by")
    if by and by <= deed.at:
        raise BadInput({"wanted_by": _("That is in the past.")})


def _propose(deed: Deed) -> None:
    plan = deed.inputs["plan"]
    kept = Measure.objects.filter(complaint=deed.complaint, round__number=deed.complaint.round, kind="containment").values_list(
        "kind", flat=True
    )
    found: dict[str, Text] = {}
    for gap in gaps(deed.complaint, plan, {m.kind for m in plan.measures} | set(kept), known=lot_quantity(deed.complaint)):
        found.setdefault(gap.part, gap.message)
    if found:
        raise BadInput(found)


def _hand_over(deed: Deed) -> None:
    leaving, successor = deed.inputs["leaving"], need(deed, "successor", _("Name who takes it over."))
    if successor.pk == leaving.pk or successor.branch_id != leaving.branch_id:
        raise BadInput({"successor": _("Choose somebody else of the same branch.")})


def _measure(deed: Deed) -> Measure:
    measure = need(deed, "measure", _("Choose the measure."))
    if measure.complaint_id != deed.complaint.pk:
        raise BadInput({"measure": _("Choose a measure of this complaint.")})
    return measure


def _measure_done(deed: Deed) -> None:
    measure = _measure(deed)
    if measure.done_at:
        raise NotPossible(_("This measure is recorded as done already."))
    acting = {person.pk for person in (deed.actor, deed.on_behalf) if person}
    if acting and not acting & {measure.owner_id, deed.complaint.handler_id}:
        raise BadInput({"measure": _("This measure has another owner.")})
    approved = Round.objects.filter(pk=measure.round_id, approved_at__isnull=False).exists()
    if measure.kind != "containment" and not approved:
        raise NotPossible(_("Only containment is carried out before the plan is approved."))
    need(deed, "evidence", _("Say what shows that it was done."))


def _verify(deed: Deed) -> None:
    """Each measure by somebody who may verify it (R26); a move that sends back names at least one that does not work."""
    if not deed.inputs.get("verdicts"):
        _measure(deed)
    verdicts = found_in(deed.move.name, deed.inputs)
    roster = Roster.of([deed.complaint])
    for found in verdicts:
        _verdict(deed, found, roster)
    failing = any(found.verdict == Verdict.FAILS for found in verdicts)
    if failing != (deed.move.name in FAILING):
        raise BadInput({"verdicts": _("Say of each measure whether it works.")})


def _verdict(deed: Deed, found: Found, roster: Roster) -> None:
    measure, field = found.measure, f"words_{found.measure.pk}" if deed.inputs.get("verdicts") else "measure"
    if measure.complaint_id != deed.complaint.pk:
        raise BadInput({field: _("Choose a measure of this complaint.")})
    if not measure.done_at:
        raise NotPossible(_("This measure is not done yet."))
    asked = verifiers(deed.complaint, measure.owner_id, roster)
    acting = deed.on_behalf or deed.actor
    mine = next((one.standing for one in asked if one.person == acting), None)
    if mine is None or (deed.actor and deed.actor.pk == measure.owner_id and not mine.exception):
        raise BadInput({field: _("Whoever owns a measure does not verify it.")})
    if mine.exception and not str(deed.inputs.get("exception") or "").strip():
        raise BadInput({"exception": _("Say why you verify your own measure.")})
    if not found.words.strip():
        raise BadInput({field if deed.inputs.get("verdicts") else "evidence": _("Say how it was verified.")})


def _close(deed: Deed) -> None:
    missing = [item for item in closing_list(deed.complaint) if not item.done]
    if missing:
        raise NotPossible(_("Still missing: %(items)s") % {"items": " · ".join(str(item.label) for item in missing)})
    need(deed, "lessons", _("Write what was learned."))


def _link(deed: Deed) -> None:
    other = need(deed, "other", _("Which complaint?"))
    if other.pk == deed.complaint.pk:
        raise BadInput({"other": _("A complaint is not linked to itself.")})
    if deed.inputs.get("kind") not in LinkKind.values:
        raise BadInput({"kind": _("Say how they belong together.")})
    if deed.complaint.links.filter(other=other).exists() or other.links.filter(other=deed.complaint).exists():
        raise NotPossible(_("They are linked already."))


def _text(deed: Deed) -> None:
    need(deed, "text", _("Write something first."))


def _close_unreachable(deed: Deed) -> None:
    """After a message to the customer and two working days without an answer (R25)."""
    waiting = Timer.objects.filter(complaint=deed.complaint, code=Code.UNREACHABLE).order_by("-ordinal").first()
    if waiting and waiting.due >= deed.at:
        until = waiting.due.astimezone(deed.complaint.branch.tz)
        raise NotPossible(_("The customer has time to answer until %(when)s.") % {"when": f"{until:%Y-%m-%d %H:%M}"})
    _close(deed)


def _promise(deed: Deed) -> None:
    _text(deed)
    due = need(deed, "due_on", _("By when?"))
    if due < deed.at.astimezone(deed.complaint.branch.tz).date():
        raise BadInput({"due_on": _("That day is over.")})


def _keep_promise(deed: Deed) -> None:
    promise = need(deed, "promise", _("Which promise?"))
    if promise.complaint_id != deed.complaint.pk or not promise.is_open:
        raise BadInput({"promise": _("Choose an open promise of this complaint.")})


def _words(deed: Deed) -> None:
    need(deed, "words", _("Write the customer's words."))


def _statement(deed: Deed) -> None:
    need(deed, "statement", _("Write your statement."))


CHECKS: dict[str, Callable[[Deed], object]] = {
    "acknowledge_escalation": _acknowledge_escalation,
    "answer_on_the_spot": _explained,
    "reject_as_not_factual": _explained,
    "judge_invalid": _explained,
    "judge": _judge,
    "change_nature": _change_nature,
    "regrade": _regrade,
    "name_helper": helper_named,
    "assign": _department,
    "reassign_department": _reassign_department,
    "confirm": _handler,
    "reassign_handler": _handler,
    "hand_over": _hand_over,
    "propose": _propose,
    "measure_done": _measure_done,
    "verify": _verify,
    "not_effective": _verify,
    "fail_after_closing": _verify,
    "close": _close,
    "close_dissatisfied": _close,
    "close_unreachable": _close_unreachable,
    "remind": owing.to_remind,
    "link": _link,
    "remark": _text,
    "tell": _text,
    "promise": _promise,
    "keep_promise": _keep_promise,
    "contain": _text,
    "customer_refuses": _words,
    "withdraw": _words,
    "sign_off": _words,
    "give_statement": _statement,
    **meetingchecks.CHECKS,
    **answerchecks.CHECKS,
}
