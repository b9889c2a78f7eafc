"""A company with its people and places, and complaints brought to any stage through the door, as people would.

    house = House()
    complaint = at_state("review", house, grade=2)
    complaint = act("review_ok", complaint, house.head, note="")

`House` names people by what they are: `house.assistant`, `house.person("gm")`. Everybody's password is `tests.factories.PASSWORD`.
"""

import datetime as dt
import time
from dataclasses import replace
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from complaints.actions import Proof, perform
from complaints.intake import receive
from complaints.models import Complaint, ComplaintType, Contact, Customer, Event, Lot, Measure, Meeting, Product
from complaints.moves import MOVES
from complaints.planrows import Across, Found, Share, Spot, Why
from complaints.plans import MeasureDraft, PlanDraft
from escalation.clock import now as instant
from escalation.models import Escalation, Timer
from escalation.policies import Rung
from organisation.models import Department, Person
from organisation.models.branches import Function
from organisation.models.known import standing_still
from organisation.roles import Role
from tests.factories import BranchFactory, DepartmentFactory, PersonFactory

DUE = dt.date(2099, 12, 1)
WORDS = "装机 40 台，试压 16 MPa 时有 7 台从接头根部渗油，拧紧后还渗。之前批次没有这个问题。"


class CustomerFactory(DjangoModelFactory):
    class Meta:
        model = Customer

    branch = factory.SubFactory(BranchFactory)
    number = factory.Sequence(lambda n: f"K-{n:04}")
    name = "云帆重工"
    name_en = "Yunfan"


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    customer = factory.SubFactory(CustomerFactory)
    name = "采购部"
    mobile = "13800000000"


class ProductFactory(DjangoModelFactory):
    class Meta:
        model = Product

    branch = factory.SubFactory(BranchFactory)
    code = factory.Sequence(lambda n: f"HX-{n:03}")
    name = "HX-32 液压直通接头"
    name_en = "HX-32 straight coupling"


class LotFactory(DjangoModelFactory):
    class Meta:
        model = Lot

    product = factory.SubFactory(ProductFactory)
    number = factory.Sequence(lambda n: f"L2610-{n:04}")


class TypeFactory(DjangoModelFactory):
    class Meta:
        model = ComplaintType

    branch = factory.SubFactory(BranchFactory)
    code = factory.Sequence(lambda n: f"type-{n}")
    group = "quality"
    name = "泄漏"
    name_en = "Leakage"
    keywords = "渗油 漏油 leak"


# office: name, name in English, department, granted roles
PEOPLE: dict[str, tuple[str, str, str, list[Role]]] = {
    "assistant": ("何雨桐", "He Yutong", "sales", [Role.ASSISTANT]),
    "manager": ("赵启明", "Zhao Qiming", "sales", [Role.MANAGER]),
    "head": ("林晓峰", "Lin Xiaofeng", "production", []),
    "handler": ("高原", "Gao Yuan", "production", []),
    "staff": ("二部同事", "Colleague", "production", []),
    "verifier": ("许静", "Xu Jing", "quality", [Role.VERIFIER]),
    "owner": ("罗珊", "Luo Shan", "warehouse", []),
    "gm": ("沈国梁", "Shen Guoliang", "", []),
    "group_approver": ("总部", "Headquarters", "", [Role.GROUP_APPROVER]),
    "management_rep": ("管理者代表", "Representative", "", [Role.MANAGEMENT_REP]),
    "auditor": ("审计", "Auditor", "", [Role.AUDITOR]),
    "administrator": ("系统管理员", "Administrator", "", [Role.ADMINISTRATOR]),
    "employee": ("员工", "Employee", "", []),
    "asked": ("当事人", "Witness", "", []),
    "stranger": ("外人", "Stranger", "", []),
}
PLACES = {
    "sales": ("销售部", "Sales", Function.SALES),
    "production": ("生产二部", "Production 2", Function.PRODUCTION),
    "quality": ("品管部", "Quality", Function.QUALITY),
    "warehouse": ("仓储部", "Warehouse", Function.WAREHOUSE),
}


class House:
    """Lanchuan Precision with its four departments and somebody of every role; each an attribute."""

    assistant: Person
    manager: Person
    head: Person
    handler: Person
    staff: Person
    verifier: Person
    owner: Person
    gm: Person
    group_approver: Person
    management_rep: Person
    auditor: Person
    administrator: Person
    employee: Person
    asked: Person
    stranger: Person
    sales: Department
    production: Department
    quality: Department
    warehouse: Department

    def __init__(self, **branch: Any) -> None:
        self.branch = BranchFactory(**branch)
        for code, (name, english, function) in PLACES.items():
            setattr(self, code, DepartmentFactory(branch=self.branch, name=name, name_en=english, function=function))
        for office, (name, english, place, roles) in PEOPLE.items():
            home = getattr(self, place) if place else None
            setattr(self, office, PersonFactory(name=name, name_en=english, branch=self.branch, department=home, roles=roles))
        self._posts()
        self.type = TypeFactory(branch=self.branch, lead=self.quality, default_department=self.production)
        self.customer = CustomerFactory(branch=self.branch)
        self.contact = ContactFactory(customer=self.customer)
        self.product = ProductFactory(branch=self.branch)

    def _posts(self) -> None:
        for place, head in (("sales", "manager"), ("production", "head"), ("quality", "verifier"), ("warehouse", "owner")):
            department = getattr(self, place)
            department.head = self.person(head)
            department.save()
        self.branch.gm = self.gm
        self.branch.save()

    def person(self, office: str) -> Person:
        return getattr(self, office)

    def fresh(self, office: str) -> Person:
        """As loaded at the next request, with branch and department."""
        return Person.objects.select_related("branch", "department").get(pk=self.person(office).pk)


def received(house: House, **fields: Any) -> Complaint:
    """A complete record of the house's customer, as the assistant took it; `fields` are columns of the record."""
    record = {"customer": house.customer, "contact": house.contact, "product": house.product, "about": house.product.name, "words": WORDS}
    actor = fields.pop("actor", house.assistant)
    more = {name: fields.pop(name) for name in ("files", "once", "at") if name in fields}
    return receive(house.branch, actor=actor, fields={**record, "effect": "shipments", **fields}, **more)


def act(name: str, complaint: Complaint, actor: Person, **inputs: Any) -> Complaint:
    """One move by somebody who has the complaint as it is now before him; signed where it has to be."""
    known = Person.objects.select_related("branch", "department").get(pk=actor.pk)
    version = Complaint.objects.values_list("version", flat=True).get(pk=complaint.pk)
    proof = Proof(known.pk, complaint.pk, version, name, time.monotonic()) if MOVES[name].sign else None
    return perform(name, complaint.pk, actor=known, seen=version, proof=proof, **inputs)


def plan_of(house: House, complaint: Complaint | None = None) -> PlanDraft:
    """A plan that may be proposed; of a complaint's round that has measures already, the same ones."""
    kept = Measure.objects.filter(complaint=complaint, round__number=complaint.round, done_at=None) if complaint else []
    measures = [MeasureDraft(m.kind, m.text, m.owner, m.due_on, m.pk) for m in kept] or [
        MeasureDraft("corrective", "换货 40 件", house.owner, DUE),
        MeasureDraft("preventive", "加装刷具计数器", house.handler, DUE),
    ]
    return PlanDraft(
        "justified", "查了三批", "毛刺", "machine", "未检密封面", "", measures, escape_category="measurement", remedy_kinds=["replacement"]
    )


def whole_plan(house: House, text: str, measures: list[MeasureDraft], **more: Any) -> PlanDraft:
    """A full 8D with the same text wherever somebody writes."""
    rows = {
        "found": [Found("asked", text)], "shares": [Share("department", 70, house.production.pk), Share("supplier", 30)],
        "ledger": [
            Spot("customer", text, Decimal(40), Decimal(40), Decimal(3), text, evidence=text),
            Spot("stock", text, Decimal(10), None, None, text, book=Decimal(10), source=text),
        ],
        "lot_quantity": Decimal(50), "whys": [Why(text), Why(text)], "escape_whys": [Why(text)], "escape_category": "measurement",
        "across": [Across(text, "yes", True, text)], "remedy_kinds": ["compensation", "other"], "remedy_text": text,
        "remedy_amount": Decimal("12600.00"), "remedy_currency": "CNY", "remedy_how": text,
    }  # fmt: skip
    return replace(PlanDraft("justified", text, text, "machine", text, "", measures), **{**rows, **more})


# The straight road: the stage reached, the move that reaches it, who makes it.
STEPS = (
    ("triage", "submit", "assistant"),
    ("assignment", "judge", "manager"),
    ("confirmation", "assign", "manager"),
    ("action", "confirm", "head"),
    ("review", "propose", "handler"),
    ("approval", "review_ok", "head"),
    ("group_approval", "approve", "gm"),
    ("reply", "group_approve", "group_approver"),
    ("follow_up", "customer_agrees", "assistant"),
)


def inputs_of(name: str, house: House, complaint: Complaint) -> dict[str, Any]:
    """What is entered at a step of the straight road."""
    if name == "judge":
        return {"type": complaint.type or house.type}
    if name == "propose":
        return {"plan": plan_of(house, complaint)}
    given = {
        "assign": {"department": house.production, "note": ""},
        "confirm": {"handler": house.handler, "note": "属实"},
        "customer_agrees": {"words": "好的", "means": "telephone"},
    }
    return given.get(name, {"note": ""})


def at_state(state: str, house: House | None = None, **fields: Any) -> Complaint:
    """A complaint at that stage. Judged general, grade 4, unless `grade`, `nature`, `criteria` say otherwise; the rest are its columns.

    `group_approval` needs `House(in_group=True)` and a grade of 1 or 2. A closed one was resolved, with everything done and verified.
    """
    with standing_still():
        return _brought_to(state, house or House(), fields)


def _brought_to(state: str, house: House, fields: dict[str, Any]) -> Complaint:
    judgement = {"nature": "general", "criteria": [], "grade": 4, "grade_reason": "按规定", "nature_reason": ""}
    judgement |= {name: fields.pop(name) for name in tuple(judgement) if name in fields}
    complaint = received(house, **fields)
    for step, name, office in STEPS:
        if complaint.state == state:
            break
        if complaint.state == step:  # the GM's approval was the last: no group above
            continue
        if step == "follow_up":
            act("send_reply", complaint, house.assistant, text="已查明原因", means="email")
        if name == "propose" and complaint.meeting == "owed":
            meeting_agreed(complaint, house)
        given = inputs_of(name, house, complaint) | (judgement if name == "judge" else {})
        complaint = act(name, complaint, house.person(office), **given)
    return closed(complaint, house) if state == "closed" else complaint


def meeting_called(complaint: Complaint, house: House, *people: Person) -> Complaint:
    """Called by the manager, with the head and whoever else; the manager and the general manager are there in any case."""
    invited = [house.head, *people]
    return act("call_meeting", complaint, house.manager, starts_at=instant(), place="二楼会议室", agenda="查因", people=invited)


def meeting_resolved(complaint: Complaint, house: House, *people: Person) -> Complaint:
    """Held with head, manager and whoever else; the resolution waits for everybody's mark."""
    meeting_called(complaint, house, *people)
    act("record_attendance", complaint, house.manager, came=[house.manager, house.head, *people])
    return act("resolve_meeting", complaint, house.manager, resolution="1. 封存在库\n2. 换货 6 台")


def meeting_agreed(complaint: Complaint, house: House) -> Complaint:
    meeting_resolved(complaint, house)
    for person in (house.manager, house.head, house.gm):
        complaint = agree(complaint, person)
    return complaint


def agree(complaint: Complaint, person: Person) -> Complaint:
    wording = Meeting.objects.filter(complaint=complaint).latest("number").wording
    return act("agree_resolution", complaint, person, wording=wording)


def closed(complaint: Complaint, house: House) -> Complaint:
    with standing_still():
        return _carried_out_and_closed(complaint, house)


def _carried_out_and_closed(complaint: Complaint, house: House) -> Complaint:
    """From follow-up to resolved: measures done by their owners and verified, visited, signed off, closed."""
    for measure in Measure.objects.filter(complaint=complaint, round__number=complaint.round):
        act("measure_done", complaint, measure.owner, measure=measure, evidence="单据")
        act("verify", complaint, house.verifier, measure=Measure.objects.get(pk=measure.pk), evidence="抽查合格")
    act("record_visit", complaint, house.assistant, means="telephone", satisfied=True, score=5, words="满意")
    act("sign_off", complaint, house.head, words="已归档")
    return act("close", complaint, house.manager, lessons="刷具寿命要计数")


def raised_to(complaint: Complaint, people: list[Person], code: str = "acknowledge") -> Escalation:
    """A timer of the complaint has run out, and these people are to say what is to be done."""
    timer = Timer.objects.filter(complaint=complaint, code=code).latest("ordinal")
    event = Event.objects.filter(complaint=complaint).latest("seq")
    return Escalation.objects.create(
        timer=timer, complaint=complaint, event=event, code=code, rung=Rung.OUT, due=timer.due, raised_at=timer.due,
        to=[person.pk for person in people],
    )  # fmt: skip
