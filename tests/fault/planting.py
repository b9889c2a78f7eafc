"""A company with many complaints whose timers run, put into the tables by COPY as the door would have left them: chains and numbers hold.

Each complaint stands in `action` and has one timer that comes (a plan) and as many that rest as wanted. Not here: making them run out.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection

from complaints import content, history
from complaints.copying import copy, next_ids
from complaints.models import Complaint, ComplaintType, Counter, Event, Passage
from complaints.states import Channel, State
from escalation import clock
from escalation.models import Timer
from escalation.policies import SHIPPED, Code, Rung
from organisation.models import Branch, Department, Person
from organisation.models.branches import Function
from organisation.roles import Role

PASSWORD = "four plain words here"
MONTH = "2611"
COLUMNS = list(Complaint._meta.concrete_fields)
# Policies of timers that only rest: they are due long after everything is over.
RESTING = ("acknowledge", "report", "update", "visit", "customer_date", "countersign", "group_plan", "stage:triage", "stage:review")
REST = dt.timedelta(days=40)
TITLE, WORDS = "液压接头试压渗油，7 / 40", "装机 40 台，试压 16 MPa 时有 7 台从接头根部渗油，拧紧后还渗。之前批次没有这个问题。请尽快换货。"
SALT = b"0123456789abcdef"
TEXTS = {"title": TITLE, "words": WORDS}
CHUNK = 5000


@dataclass
class Company:
    branch: Branch
    gm: Person
    manager: Person
    assistant: Person
    type: ComplaintType
    departments: list[Department] = field(default_factory=list)
    handlers: list[Person] = field(default_factory=list)


def found_company(departments: int = 6, handlers: int = 30, zone: str = "Asia/Shanghai", prefix: str = "CR") -> Company:
    """A branch with its offices; everybody's password is PASSWORD."""
    branch = Branch.objects.create(code=prefix.lower(), prefix=prefix, name="岚川精密制造", name_en="Lanchuan Precision", zone=zone)
    hashed = make_password(PASSWORD)

    def person(name: str, chinese: str, place: Department | None = None, *roles: Role) -> Person:
        user = f"{prefix.lower()}-{name}"
        return Person.objects.create(
            username=user, name=chinese, name_en=name, email=f"{user}@lanchuan.example", branch=branch, department=place, roles=list(roles),
            password=hashed,
        )  # fmt: skip

    def place(number: int, function: Function) -> Department:
        return Department.objects.create(branch=branch, code=f"d{number}", name=f"生产{number}部", name_en=f"D{number}", function=function)

    sales = place(0, Function.SALES)
    gm, manager = person("gm", "沈国梁"), person("manager", "赵启明", sales, Role.MANAGER)
    company = Company(branch, gm, manager, person("assistant", "何雨桐", sales, Role.ASSISTANT), ComplaintType(branch=branch))
    sales.head, branch.gm = manager, gm
    sales.save()
    branch.save()
    for number in range(1, departments + 1):
        made = place(number, Function.PRODUCTION)
        made.head = person(f"head{number}", "林晓峰", made)
        made.save()
        company.departments.append(made)
    company.handlers = [person(f"handler{n}", "高原", company.departments[n % departments]) for n in range(handlers)]
    company.type = ComplaintType.objects.create(branch=branch, code="leak", group="quality", name="泄漏", name_en="Leakage")
    return company


def plant(company: Company, due: Sequence[dt.datetime], resting: int = 0, policy: str = "plan") -> list[int]:
    """One complaint for each instant of `due` (UTC), its timer's warnings behind it; the complaints' ids."""
    keys: list[int] = []
    template = _template(company, min(due))
    if policy == "acknowledge":
        template.acknowledged_at = None
    coded = content.coded(template)
    counter, _ = Counter.objects.get_or_create(prefix=company.branch.prefix, month=MONTH)
    for first in range(0, len(due), CHUNK):
        part = due[first : first + CHUNK]
        keys += _chunk(company, template, coded, part, counter.last, resting, policy)
        counter.last += len(part)
    counter.save()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE complaints_complaint, complaints_event, escalation_timer, organisation_person")
    return keys


def _template(company: Company, began: dt.datetime) -> Complaint:
    received = began - dt.timedelta(days=1)
    complaint = Complaint(
        branch=company.branch, type=company.type, channel=Channel.PHONE, title=TITLE, words=WORDS, haystack=f"{TITLE}\n{WORDS}",
        grade=3, valid=True, received_at=received, recorded_at=received, acknowledged_at=received, last_word_at=received,
        state_since=received, received_by=company.assistant, recorded_by=company.assistant, version=1,
    )  # fmt: skip
    complaint.__dict__["state"] = State.ACTION.value  # protected against moving; this one never moved
    return complaint


def _chunk(
    company: Company,
    template: Complaint,
    coded: dict[str, Any],
    due: Sequence[dt.datetime],
    last: int,
    resting: int,
    policy: str,
) -> list[int]:
    ids = next_ids(Complaint, len(due))
    events, passages = next_ids(Event, len(due)), next_ids(Passage, len(due) * len(TEXTS))
    recorded = clock.unmoved()
    complaints, rows, said, timers, assigned = [], [], [], [], []
    for place, (key, event, at) in enumerate(zip(ids, events, due, strict=True)):
        number = last + place + 1
        handler = company.handlers[number % len(company.handlers)]
        named = {"number": f"{company.branch.prefix}-{MONTH}-{number:04d}", "number_key": int(MONTH) * 10_000_000 + number}
        named |= {"department_id": handler.department_id, "handler_id": handler.pk}
        texts = {
            name: [passages[place * len(TEXTS) + n], history.passage_digest(SALT, text)] for n, (name, text) in enumerate(TEXTS.items())
        }
        said += [(texts[name][0], key, name, text, SALT, None) for name, text in TEXTS.items()]
        mine = _timers(key, at, template.received_at, resting, policy)
        body = {
            "actor": company.assistant.pk, "on_behalf": None, "recorded_at": recorded, "role": "assistant", "number": named["number"],
            "changed": {name: [None, value] for name, value in {**coded, **named}.items() if value is not None}, "texts": texts,
            "timers": [[timer[1], "", 1, "started", timer[9]] for timer in mine],
        }  # fmt: skip
        text = history.canonical(body)
        digest = history.digest_of("", str(key), 1, "received", template.received_at, text)
        common = (company.assistant.pk, None, template.received_at, recorded)
        rows.append((event, key, 1, "received", *common, text, "", digest))
        own = {**named, "id": key, "access_code": f"{key:010X}"[-10:], "history_seq": 1, "history_head": digest}
        complaints.append([own.get(f.attname, getattr(template, f.attname)) for f in COLUMNS])
        timers += mine
        assigned.append((key, handler.department_id, template.received_at))
    copy("complaints_complaint", [f.column for f in COLUMNS], complaints)
    event_columns = ("id", "complaint_id", "seq", "kind", "actor_id", "on_behalf_id", "at", "recorded_at", "body", "previous", "digest")
    copy("complaints_event", event_columns, rows)
    copy("complaints_assignment", ("complaint_id", "department_id", "at"), assigned)
    copy("complaints_passage", ("id", "complaint_id", "name", "text", "salt", "erased_at"), said)
    copy(Timer._meta.db_table, TIMER, timers)
    return ids


TIMER = (
    "complaint_id", "code", "subject", "ordinal", "policy", "policy_version", "clock", "amount", "started", "due", "state", "verdict",
    "by_rule", "timing", "next_at", "next_rung", "pauses", "source", "fault",
)  # fmt: skip


def _timers(complaint: int, due: dt.datetime, received: dt.datetime, resting: int, policy: str) -> list[tuple[Any, ...]]:
    wanted = [(policy, due), *((key, due + REST) for key in RESTING[:resting])]
    return [_timer(complaint, key, at, received) for key, at in wanted]


def _timer(complaint: int, key: str, due: dt.datetime, received: dt.datetime) -> tuple[Any, ...]:
    rule = SHIPPED[key]
    common = (complaint, str(rule.code), "", 1, key, 1, str(rule.clock), rule.amount, received, due, "running", "")
    return (*common, False, 0, due, int(Rung.OUT), "[]", "", "")


assert {SHIPPED[key].code for key in RESTING}.isdisjoint({Code.PLAN}), "a complaint has one live timer of a code"
