"""What a reply, a visit, dates of measures and a crisis have to satisfy beyond their forms (R22-R25): checks named like their moves.

Raises as `checks` does. Not here: what they write (`answers`, `effects`).
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from escalation.models import Timer, TimerState
from escalation.policies import Code
from organisation.models import Person

from . import composing, letters
from .composing import day_of
from .datesaid import dates_in
from .deed import Deed, need
from .models import Measure, Promise
from .moves import Text
from .refusals import BadInput, NotPossible
from .replies import Approved, dated_already, house_names
from .states import MeasureKind

FREE = ("text", "closing", "text_other", "closing_other")
Faults = dict[str, Text]


# ── the reply ────────────────────────────────────────────────────────────────────────────────────────────────


def _send_reply(deed: Deed) -> None:
    used = free_fields(deed.inputs.get("language") or "", letters.language_of(deed.complaint))
    for name in used:
        if name.startswith("text"):
            need(deed, name, _("Write something first."))
    approved = Approved.of(deed.complaint)
    if approved.unlike_the_proposal:
        raise NotPossible(_("What stands in the plan is not what was approved: let it be approved anew."))
    if deed.inputs.get("locked") not in (None, "", approved.digest):
        raise BadInput({"locked": _("The record has changed since: read the letter again as it is now.")})
    if any(file.complaint_id != deed.complaint.pk for file in deed.inputs.get("files") or []):
        raise BadInput({"files": _("Choose files of this complaint.")})
    _promises(deed)
    if faults := {**_names(deed, [*used, "subject"]), **_dates(deed, used, approved)}:
        raise BadInput(faults)


def free_fields(chosen: str, own: str) -> list[str]:
    """The fields of one's own words that a letter in that language is made of."""
    languages = composing.languages_of(chosen, own)
    marks = [mark for mark, language in (("", own), ("_other", composing.other_than(own))) if language in languages]
    return [f"{name}{mark}" for mark in marks for name in ("text", "closing")]


def _promises(deed: Deed) -> None:
    today = day_of(deed.at, deed.complaint)
    for promise in deed.inputs.get("promises") or []:
        if not promise.text.strip():
            raise BadInput({"promises": _("Write what is promised.")})
        if promise.due_on < today:
            raise BadInput({"promises": _("That day is over.")})
        if fault := _no_owner(promise.owner, deed):
            raise BadInput({"promises": fault})


def _no_owner(person: Person | None, deed: Deed) -> Text | None:
    if person is None or person.branch_id != deed.complaint.branch_id:
        return _("Choose somebody of this branch.")
    if person.pk == deed.complaint.against_id:
        return _("The complaint is about this person.")
    return None if person.is_active else _("This person has left.")


def _names(deed: Deed, names: list[str]) -> Faults:
    """Names of the house at the field they stand in, unless whoever writes says that they are none."""
    if deed.inputs.get("names_checked"):
        return {}
    said = {name: str(deed.inputs.get(name) or "") for name in names}
    if not house_names(deed.complaint, deed.actor, said.values()):
        return {}
    found = {name: house_names(deed.complaint, deed.actor, [text]) for name, text in said.items()}
    sentence = _("The customer reads no names of the house: %(names)s. Take them out, or tick below that they are none.")
    return {name: sentence % {"names": ", ".join(words)} for name, words in found.items() if words}


def _dates(deed: Deed, names: list[str], approved: Approved) -> Faults:
    """Days that somebody writes without promising, at the field, unless he says that they are no promise."""
    if deed.inputs.get("no_promise"):
        return {}
    today = day_of(deed.at, deed.complaint)
    known = dated_already(deed.inputs.get("promises") or [], approved.measures)
    found = {name: [said for said in dates_in(str(deed.inputs.get(name) or ""), today) if said.day not in known] for name in names}
    sentence = _("It says “%(words)s”: add it to the promises below, or tick that it is none.")
    return {name: sentence % {"words": "”, “".join(one.words for one in said)} for name, said in found.items() if said}


# ── the visit ────────────────────────────────────────────────────────────────────────────────────────────────


def asked_about(complaint_id: int, today: dt.date) -> list[Promise]:
    """Promises a visit asks about: those said to be kept, and those whose day has come."""
    rows = Promise.objects.filter(complaint=complaint_id, broken_at=None).select_related("owner", "made_by")
    return [promise for promise in rows if promise.kept_at or promise.due_on <= today]


def _record_visit(deed: Deed) -> None:
    given, today = deed.inputs, day_of(deed.at, deed.complaint)
    if given.get("satisfied") is False:
        need(deed, "words", _("Write why, in the customer's words."))
    promises = {promise.pk: promise for promise in Promise.objects.filter(complaint=deed.complaint, broken_at=None)}
    kept, again = given.get("kept") or {}, given.get("again") or {}
    if not set(kept) <= set(promises):
        raise NotPossible(_("Choose an open promise of this complaint."))
    faults: Faults = {}
    for promise in asked_about(deed.complaint.pk, today):
        if promise.pk not in kept and promise.kept_at is None:
            faults[f"kept_{promise.pk}"] = _("Ask the customer whether this was kept.")
    for key, yes in kept.items():
        if not yes and (again.get(key) is None or again[key] < today):
            faults[f"again_{key}"] = _("By when will it be made good?")
    if faults:
        raise BadInput(faults)
    known = set(Measure.objects.filter(complaint=deed.complaint).values_list("pk", flat=True))
    if set(given.get("sees") or {}) - known:
        raise NotPossible(_("Choose a measure of this complaint."))


# ── dates of measures ────────────────────────────────────────────────────────────────────────────────────────


def _fix_dates(deed: Deed) -> None:
    """Every measure that is to come gets a day and somebody who answers for it; all faults at once."""
    dates, owners = deed.inputs.get("dates") or {}, deed.inputs.get("owners") or {}
    rows = {m.pk: m for m in Measure.objects.filter(complaint=deed.complaint, round__number=deed.complaint.round, done_at=None)}
    faults = dict(_faults_of(deed, dates, owners, rows))
    if not set(dates) | set(owners) <= set(rows):
        raise NotPossible(_("Choose measures of the present plan that are not done yet."))
    if faults:
        raise BadInput(faults)


def _faults_of(deed: Deed, dates: dict[int, dt.date], owners: dict[int, Any], rows: dict[int, Measure]) -> Iterator[tuple[str, Text]]:
    today = day_of(deed.at, deed.complaint)
    for key, measure in rows.items():
        due = dates.get(key, measure.due_on)
        if due is None or due < today:
            yield f"date_{key}", _("That day is over.")
    for key, owner in owners.items():
        if fault := _no_owner(owner, deed):
            yield f"owner_{key}", fault


def _redate_measure(deed: Deed) -> None:
    measure = need(deed, "measure", _("Choose the measure."))
    due = need(deed, "due_on", _("By when?"))
    if measure.complaint_id != deed.complaint.pk or measure.round.number != deed.complaint.round:
        raise BadInput({"measure": _("Choose a measure of this complaint.")})
    if measure.done_at:
        raise NotPossible(_("This measure is recorded as done already."))
    if measure.kind != MeasureKind.CONTAINMENT and measure.round.approved_at is None:
        raise NotPossible(_("The plan is not approved yet: dates are changed in the plan itself."))
    if due < day_of(deed.at, deed.complaint):
        raise BadInput({"due_on": _("That day is over.")})
    if due == measure.due_on:
        raise BadInput({"due_on": _("It has this date already.")})


# ── no answer ────────────────────────────────────────────────────────────────────────────────────────────────


def answer_due(complaint_id: int) -> dt.datetime | None:
    """Until when the customer has time to answer the reply, UTC (three working days, R29); None where nothing waits for him."""
    waiting = Timer.objects.filter(complaint=complaint_id, code=Code.ANSWER, state=TimerState.RUNNING)
    return waiting.values_list("due", flat=True).first()


def _no_answer(deed: Deed) -> None:
    """Only after his three working days, whoever says so; when they are over the system does it by itself."""
    due = answer_due(deed.complaint.pk)
    if due and due >= deed.at:
        until = due.astimezone(deed.complaint.branch.tz)
        raise NotPossible(_("The customer has time to answer until %(when)s.") % {"when": f"{until:%Y-%m-%d %H:%M}"})


CHECKS: dict[str, Callable[[Deed], object]] = {
    "send_reply": _send_reply,
    "no_answer": _no_answer,
    "record_visit": _record_visit,
    "fix_dates": _fix_dates,
    "redate_measure": _redate_measure,
}
