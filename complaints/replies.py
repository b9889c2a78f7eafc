"""What a reply is made from (R23): the plan as approved, templates in force, names of the house, what has a date of its own.

Reads; not here: putting the letter together (`composing`), what is refused (`answerchecks`), what is written (`answers`).
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from organisation.models import Department, Person

from . import composing, letters
from .composing import Locked
from .models import Complaint, Event, Measure, Passage, ReplyTemplate, Round
from .namesaid import names_in
from .replywords import SHIPPED, kind_for
from .states import Authority, Language, MeasureKind, ReplyKind


@dataclass(frozen=True)
class PromiseDraft:
    """A promise as a form brings it."""

    text: str
    owner: Person
    due_on: dt.date


@dataclass(frozen=True)
class Approved:
    """The present round as it was approved, with its measures in their order."""

    complaint: Complaint
    plan: Round | None
    measures: list[Measure] = field(default_factory=list)

    @classmethod
    def of(cls, complaint: Complaint) -> "Approved":
        """Two queries."""
        plan = (
            Round.objects.filter(complaint=complaint.pk, number=complaint.round).select_related("approved_by", "group_approved_by").first()
        )
        return cls(complaint, plan, list(Measure.objects.filter(round=plan)) if plan else [])

    def locked(self, language: str) -> Locked:
        return composing.locked(self.complaint, self.plan, self.measures, language)

    def parts(self, chosen: str) -> dict[str, Locked]:
        """By language, the customer's first."""
        return {one: self.locked(one) for one in composing.languages_of(chosen, letters.language_of(self.complaint))}

    @property
    def digest(self) -> str:
        """Of all it says, in both languages: whichever is chosen later."""
        return composing.digest(self.locked(language) for language in Language.values)

    @cached_property
    def unlike_the_proposal(self) -> list[str]:
        """Texts that do not stand in the proposal that was signed; empty where none is in the history (an import)."""
        texts = signed_texts(self.complaint)
        if texts is None or self.plan is None:
            return []
        present = {"cause": self.plan.cause, "escape": self.plan.escape, "remedy_text": self.plan.remedy_text}
        present |= {f"measure:{measure.pk}": measure.text for measure in self.measures if measure.kind != MeasureKind.CONTAINMENT}
        return [text for name, text in present.items() if texts.get(name, "") not in (text, None)]

    @property
    def within_authority(self) -> bool:
        """What the customer gets is approved by whose decision it is (R20); above the general manager's limit by the group, where there is
        one."""
        if not self.remedies:
            return True
        by_group = self.complaint.remedy_level == Authority.GROUP and self.complaint.branch.in_group
        return bool(self.plan and (self.plan.group_approved_at if by_group else self.plan.approved_at))

    @property
    def remedies(self) -> list[str]:
        """What the customer gets, in the active language."""
        return [measure.text for measure in composing.remedies(self.measures)] + composing.remedy(self.plan)


def signed_texts(complaint: Complaint) -> dict[str, str | None] | None:
    """What the last proposal says, by name; None of an erased one. None at all where nothing was proposed here."""
    body = Event.objects.filter(complaint=complaint.pk, kind="propose").order_by("-seq").values_list("body", flat=True).first()
    if body is None:
        return None
    keys = {name: key for name, (key, _digest) in json.loads(body)["texts"].items()}
    rows = Passage.objects.in_bulk(keys.values())
    return {name: None if rows[key].erased_at else rows[key].text for name, key in keys.items()}


# ── templates ────────────────────────────────────────────────────────────────────────────────────────────────


def templates_of(complaint: Complaint, languages: Iterable[str]) -> list[ReplyTemplate]:
    """In force for the branch, in these languages; of a kind it has none of, those that ship (unsaved, version 0)."""
    wanted = list(languages)
    rows = list(ReplyTemplate.objects.filter(branch=complaint.branch_id, is_current=True, language__in=wanted))
    known = {(row.kind, row.language) for row in rows}
    shipped = [one for one in SHIPPED if one.language in wanted and (one.kind, one.language) not in known]
    return rows + [
        ReplyTemplate(
            branch_id=complaint.branch_id, code=one.kind, name=one.name, kind=one.kind, language=one.language, opening=one.opening,
            closing=one.closing, version=0,
        )
        for one in shipped
    ]  # fmt: skip


def proposed_kind(complaint: Complaint, plan: Round | None) -> ReplyKind:
    return kind_for(complaint.type.group if complaint.type else "", plan.finding if plan else "")


def template_for(found: list[ReplyTemplate], code: str, kind: str, language: str) -> ReplyTemplate | None:
    """The chosen one in a language; else the first for what the complaint is about."""
    mine = [template for template in found if template.language == language]
    return next((t for t in mine if t.code == code), None) or next((t for t in mine if t.kind == kind), None)


# ── what must not stand in a letter ──────────────────────────────────────────────────────────────────────────


def house_names(complaint: Complaint, writer: Person | None, texts: Iterable[str]) -> list[str]:
    """Names and codes of the house in words for the customer; the contact's own and the writer's are none."""
    said = "\n".join(texts)
    if not said.strip():
        return []
    people = Person.objects.filter(branch=complaint.branch_id).exclude(pk=writer.pk if writer else 0).values_list("name", "name_en")
    places = list(Department.objects.filter(branch=complaint.branch_id).values_list("name", "code"))
    names = [name for pair in people for name in pair if name] + [name for name, _code in places if len(name) > 2 and not name.isascii()]
    theirs = {complaint.contact.name} if complaint.contact else set()
    return names_in(said, (name for name in names if name not in theirs), (code for _name, code in places))


def dated_already(promises: Iterable[Any], measures: Iterable[Measure]) -> set[dt.date]:
    """Days that have a clock: of promises, and of measures that are to come."""
    return {promise.due_on for promise in promises} | {measure.due_on for measure in measures if measure.done_at is None}
