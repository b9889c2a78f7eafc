"""Plays one complaint of the demonstration through the doors, move by move, each by whoever it is for and with what he would enter.

What a step leaves out comes from the tale. Every moment lies after the one before. Not here: when and which moves (`roads`).
"""

import datetime as dt
import io
import random
import time
from collections.abc import Callable
from typing import Any

from complaints.actions import Proof, perform, save_plan
from complaints.answerchecks import answer_due
from complaints.closing import BEFORE_CLOSING
from complaints.filing import store
from complaints.intake import receive
from complaints.models import Attachment, Complaint, ComplaintType, Lot, Measure, Objection, Promise
from complaints.moves import MOVES
from complaints.states import MeetingStage, Outcome
from organisation.models import Department, Person

from .entries import entered, plan_of
from .house import House
from .meanwhile import Meanwhile
from .meetings import meeting_words
from .pictures import picture
from .tales import Tale
from .times import Times

DESK = "heyutong"
MANAGER = "zhaoqiming"
BY_MANAGER = frozenset({
    "judge", "judge_invalid", "judge_again", "ask_back", "assign", "redo", "close", "close_dissatisfied", "close_unreachable", "withdraw",
    "countersign_ok", "countersign_ng", "pause", "resume", "regrade", "ask_statement", "crisis", "remind",
})  # fmt: skip
BY_HEAD = frozenset({"confirm", "contest", "dispute_facts", "sign_off", "redate_measure"})
BY_GM = frozenset({"approve", "approve_ng"})
BY_HANDLER = frozenset({"propose", "remark", "contain", "fix_dates"})
MINUTES_A_STEP = 2.5  # of working time, between the steps of a meeting
RENAMED = {"due": "due_on"}


class Player:
    """Plays one tale; `complaint` is as it is after the last move, `at` its moment."""

    def __init__(self, house: House, times: Times, tale: Tale, chance: random.Random) -> None:
        self.house, self.times, self.tale, self.chance = house, times, tale, chance
        self.meanwhile = Meanwhile(self)
        self.complaint: Complaint
        self.at: dt.datetime

    # ── receiving ────────────────────────────────────────────────────────────────────────────────────────────

    def receive(self, at: dt.datetime) -> Complaint:
        self.at = at
        files = [self._photograph(name, at) for name in self.tale.more.get("pictures", [])]
        self.complaint = receive(self.house.branch, actor=self.house.people[DESK], fields=self._fields(at), files=files, at=at)
        return self.complaint

    def _fields(self, at: dt.datetime) -> dict[str, Any]:
        house, tale = self.house, self.tale
        fields: dict[str, Any] = {"channel": self._channel(), "words": tale.words, "received_by": house.people[DESK], **tale.record}
        if not fields.get("anonymous"):
            fields |= {"customer": house.customers[tale.customer], "contact": house.contacts[tale.customer]}
        fields |= self._subject() | self._wishes()
        if fields["channel"] == "email":
            fields["received_at"] = at - dt.timedelta(minutes=self.chance.randint(4, 50))
        if fields["channel"] == "phone":
            fields["read_back"] = True
        if tale.more.get("type") or self.chance.random() < 0.6:
            fields["type"] = house.types[tale.type]
        return fields

    def _channel(self) -> str:
        abroad = self.tale.language == "en"
        return self.chance.choice(
            ["email", "email", "email", "phone"] if abroad else ["phone", "phone", "phone", "wechat", "email", "on_site"]
        )

    def _subject(self) -> dict[str, Any]:
        """The product with its lot, or the service that is complained about."""
        tale, product = self.tale, self.house.products[self.tale.product]
        if "about" in tale.record:
            return {"subject": "service"}
        lot = self.house.lots.get((tale.product, tale.lot)) or self._any_lot()
        found: dict[str, Any] = {"product": product, "about": product.name_en if tale.language == "en" else product.name}
        found |= {"quantity_affected": tale.bad, "unit": "pcs" if tale.language == "en" else product.unit, "model": product.model}
        if lot:
            found |= {"lot": lot, "lot_number": lot.number, "quantity_delivered": lot.quantity, "delivered_on": lot.delivered_on}
        return found

    def _any_lot(self) -> Lot | None:
        """A lot of the product that this customer got; four in five callers know it."""
        customer = self.house.customers[self.tale.customer]
        theirs = [lot for lot in self.house.lots.values() if lot.product.code == self.tale.product and lot.customer == customer]
        return self.chance.choice(theirs) if theirs and self.chance.random() < 0.8 else None

    def _wishes(self) -> dict[str, Any]:
        more = self.tale.more
        found: dict[str, Any] = {}
        if "claim" in more:
            found |= {"claim_amount": more["claim"][0], "claim_currency": more["claim"][1]}
        if "wanted" in more:
            found["wanted_by"] = self.times.day(more["wanted"])
        return found

    def _photograph(self, name: str, at: dt.datetime) -> Attachment:
        file = store(io.BytesIO(picture(name)), f"{name}.jpg", by=self.house.people[DESK])
        file.at = at
        file.save(update_fields=["at"])
        return file

    # ── moving ───────────────────────────────────────────────────────────────────────────────────────────────

    def make(self, name: str, at: dt.datetime, **given: Any) -> Complaint:
        """One move at that moment; `who` and whatever is entered may be given. That nobody answered is the system's word, at its time."""
        at = self._unanswered() if name == "no_answer" else at
        self.meanwhile.until(at)
        return self.act(name, at, **given)

    def _unanswered(self) -> dt.datetime:
        """Soon after the customer's days to answer are over."""
        due = answer_due(self.complaint.pk)
        if due is None:
            raise ValueError(f"{self.tale.key}: nothing waits for the customer's answer")
        return due + dt.timedelta(seconds=self.chance.randint(10, 19))  # after what runs out with it

    def act(self, name: str, at: dt.datetime, **given: Any) -> Complaint:
        if at <= self.at:
            raise ValueError(f"{self.tale.key}: {name} at {at} is not after {self.at}")
        if name == "propose" and self.complaint.meeting == MeetingStage.OWED:
            self._hold_meeting(at)
        self.at = at
        who = given.pop("who", None)
        inputs = entered(self, name, given) | {RENAMED.get(key, key): self._meant(key, value) for key, value in given.items()}
        actor = None if name == "no_answer" else self.house.people[who] if who else self._whose(name, inputs)
        return self._perform(name, actor, at, inputs)

    def _perform(self, name: str, actor: Person | None, at: dt.datetime, inputs: dict[str, Any]) -> Complaint:
        version = self.complaint.version
        proof = Proof(actor.pk, self.complaint.pk, version, name, time.monotonic()) if MOVES[name].sign and actor else None
        self.complaint = perform(name, self.complaint, actor=actor, seen=version, proof=proof, at=at, **inputs)
        return self.complaint

    def _hold_meeting(self, before: dt.datetime) -> None:
        """The analysis meeting of a major complaint, between the move before and the measures: called, held, agreed (R17)."""
        chair, head, gm = self.house.people[MANAGER], self.own(self._head()), self.own(self.house.branch.gm_id)
        there = list({person.pk: person for person in (chair, head, gm)}.values())
        words = meeting_words(self.tale.language)
        steps: list[tuple[str, Person, dict[str, Any]]] = [
            (
                "call_meeting",
                chair,
                {"starts_at": self.times.after(self.at, 10).replace(second=0, microsecond=0), "people": there, **words.invitation},
            ),
            ("answer_invitation", head, {"answer": "comes"}),
            ("record_attendance", chair, {"came": there}),
            ("raise_objection", head, {"text": words.objection}),
            ("settle_objection", chair, {"result": words.result}),
            ("resolve_meeting", chair, {"resolution": words.resolution}),
            *(("agree_resolution", person, {"wording": 1}) for person in there),
        ]
        begun = self.at
        for place, (name, actor, inputs) in enumerate(steps, 1):
            if name == "settle_objection":
                inputs["objection"] = Objection.objects.get(complaint=self.complaint, settled_at=None)
            at = self.times.after(begun, MINUTES_A_STEP * place)
            if at >= before:
                raise ValueError(f"{self.tale.key}: no time for the meeting before {before}")
            self._perform(name, actor, at, inputs)

    def end(self) -> None:
        """What comes after the last move: measures of the long run at their dates, and time that goes on until now."""
        preventive = [m for m in self.measures() if m.kind == "preventive" and m.done_at is None] if self.complaint.closed_at else []
        for measure in sorted(preventive, key=lambda one: one.due_on):
            at = self.times.in_the_day(measure.due_on, self.chance.uniform(-900, 60))
            if self.at < at < self.times.latest:
                self.make("measure_done", at, measure=measure)
        self.meanwhile.until(self.times.now)

    def draft(self) -> None:
        """The handler has begun to write his plan."""
        save_plan(self.complaint.pk, self.own(self.complaint.handler_id), plan_of(self, shallow=False))

    def carry_out(self, later: Callable[[str], dt.datetime]) -> None:
        """Everything that has to be done before closing, done by its owner and verified; `later` gives the moment of each."""
        for measure in self.measures():
            if measure.kind in BEFORE_CLOSING:
                if measure.done_at is None:
                    self.make("measure_done", later("measure_done"), measure=measure)
                self.make("verify", later("verify"), measure=Measure.objects.get(pk=measure.pk))

    def measures(self) -> list[Measure]:
        return list(Measure.objects.filter(complaint=self.complaint, round__number=self.complaint.round))

    def own(self, key: int | None) -> Person:
        """The one instance of a person that everything is played with: what he may see is worked out once."""
        return next(person for person in self.house.people.values() if person.pk == key)

    def department(self) -> Department | None:
        """Of the company's own rows, not read again."""
        return next((row for row in self.house.departments.values() if row.pk == self.complaint.department_id), None)

    def _head(self) -> int | None:
        department = self.department()
        return department.head_id if department else None

    def _reviewer(self) -> Person:
        """The head; where he drafted the plan himself, the manager (R19)."""
        return self.house.people[MANAGER] if self.complaint.handler_id == self._head() else self.own(self._head())

    def _whose(self, name: str, inputs: dict[str, Any]) -> Person:
        if name in {"review_ok", "review_ng"}:
            return self._reviewer()
        if name in BY_GM:
            return self.own(self.house.branch.gm_id)
        if name in BY_HEAD:
            return self.own(self._head())
        if name in BY_HANDLER:
            return self.own(self.complaint.handler_id or self._head())
        if name == "measure_done":
            return self.own(inputs["measure"].owner_id)
        if name in {"verify", "not_effective"}:
            return self._verifier(inputs["measure"])
        if name == "group_approve":
            return self.house.people["group"]
        if name == "reopen" and self.complaint.outcome == Outcome.RESOLVED:
            return self.house.people[MANAGER]
        return self.house.people[MANAGER if name in BY_MANAGER else DESK]

    def _verifier(self, measure: Measure) -> Person:
        lead = self.type().lead_id
        fit = [p for p in self.house.people.values() if p.department_id == lead and "verifier" in p.roles and p.pk != measure.owner_id]
        return fit[0]

    def type(self) -> ComplaintType:
        """As judged, else as it will be."""
        key = self.complaint.type_id
        return next((row for row in self.house.types.values() if row.pk == key), self.house.types[self.tale.type])

    def phrase(self, name: str) -> str:
        return self.tale.phrase(name, self.chance)

    def _meant(self, key: str, value: Any) -> Any:
        """Rows for the short names that steps use."""
        house = self.house
        if key in {"department", "proposed"}:
            return house.departments[value]
        if key in {"handler", "person", "owner"}:
            return house.people[value]
        if key == "type":
            return house.types[value]
        if key == "due":
            return self.times.today if value == "today" else self.times.day(value)
        if key == "measure" and isinstance(value, int):
            return self.measures()[value]
        if key == "promise":
            return list(Promise.objects.filter(complaint=self.complaint).order_by("id"))[value]
        return value
