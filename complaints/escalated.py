"""What ran out and was raised to somebody: what waits for his word, what settled meanwhile, and what was answered (R29).

One row is a complaint with everything of it that waits for him: one instruction answers all of it. Only complaints he may see. Not here:
raising (`escalation.raising`), answering (the act `acknowledge_escalation`), the page (`views.escalations`).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.db.models import BooleanField, Count, Min, Q, QuerySet
from django.db.models.expressions import RawSQL

from escalation.calendars import calendar_by_id
from escalation.models import Escalation
from escalation.models.escalations import RAISED, UNANSWERED
from escalation.models.timer import LIVE
from escalation.policies import Rung
from organisation.models import Person

from .clockface import Face, address
from .holding import Hands, Held, Share, shares
from .models import Complaint
from .models.reach import reach_of
from .prepared import Prepared

PAGE = 50
HISTORY = 20


def to_me(person: Person) -> Q:
    """Raised to him, or to whom he stands in for today, whenever he was named (R2)."""
    return Q(to__overlap=reach_of(person).ids)


def concerned(person: Person) -> bool:
    """Whether the page is part of somebody's office, also while nothing waits."""
    reach = reach_of(person)
    return bool(reach.governed or reach.of_group)


def unanswered(person: Person) -> QuerySet[Escalation]:
    seen = Complaint.objects.visible_to(person).order_by().values("pk")
    return Escalation.objects.filter(UNANSWERED, to_me(person), complaint__in=seen)


def counted(person: Person) -> dict[str, int]:
    """Complaints with something that still runs late and waits for his word, and all that wait, settled ones too; one query."""
    live = Count("complaint", filter=Q(timer__state__in=LIVE), distinct=True)
    return unanswered(person).order_by().aggregate(escalations=live, unanswered=Count("complaint", distinct=True))


def answered(person: Person, before: int | None = None) -> QuerySet[Escalation]:
    """Newest first, one more than a page."""
    seen = Complaint.objects.visible_to(person).order_by().values("pk")
    mine = to_me(person) | Q(acknowledged_by=person.pk)
    rows = Escalation.objects.filter(RAISED, mine, acknowledged_at__isnull=False, complaint__in=seen)
    rows = rows.select_related("timer", "complaint__branch", "owner", "acknowledged_by").order_by("-id")
    return (rows.filter(pk__lt=before) if before else rows)[: HISTORY + 1]


@dataclass(frozen=True)
class Clock:
    """One timer that ran out."""

    face: Face
    url: str
    second: bool
    found_late: bool
    owner: str
    shares: list[Share]


@dataclass(frozen=True)
class Raised:
    """A complaint with what of it waits for somebody, the latest first."""

    complaint: Complaint
    clocks: list[Clock]

    @property
    def first(self) -> Clock:
        return self.clocks[0]


@dataclass(frozen=True)
class Waits:
    """A complaint that waits for somebody's word, by its key and number; `settled` when nothing of it runs any more."""

    pk: int
    number: str
    settled: bool


def waiting(person: Person, *, numbers: Sequence[str] | None = None, most: int | None = None) -> list[Waits]:
    """All of them, longest late first; one query. Of complaints with these `numbers` only; the first `most` that are not settled."""
    live = Count("pk", filter=Q(timer__state__in=LIVE))
    found = unanswered(person) if numbers is None else unanswered(person).filter(complaint__number__in=numbers)
    rows = found.order_by().values_list("complaint", "complaint__number")
    rows = rows.annotate(first=Min("due"), live=live).order_by("first", "complaint")
    if most is not None:
        rows = rows.filter(live__gt=0)[:most]
    return [Waits(pk, number, not live) for pk, number, _first, live in rows]


def raised(person: Person, keys: Sequence[int], now: dt.datetime) -> dict[int, Raised]:
    """Of these complaints, by key, what waits for somebody's word; without those answered meanwhile.

    Who held it is worked out for what still runs. Queries do not grow with how many there are.
    """
    rows = list(unanswered(person).filter(complaint__in=keys).select_related("timer", "owner").order_by("due", "id"))
    known = {one.pk: one for one in Complaint.objects.filter(pk__in=keys).order_by().for_rows()} if keys else {}
    live = {row.complaint_id for row in rows if row.timer.state in LIVE}
    hands = Hands([known[pk] for pk in live]) if live else None
    return _grouped(rows, known, now, {pk: hands.of(known[pk]) for pk in live} if hands else {})


def ids_of(person: Person, keys: Sequence[int]) -> dict[int, list[int]]:
    """Of these complaints, by key, the ids of what waits for somebody's word; one query."""
    found: dict[int, list[int]] = {}
    for complaint, pk in unanswered(person).filter(complaint__in=keys).order_by("due", "id").values_list("complaint", "pk"):
        found.setdefault(complaint, []).append(pk)
    return found


def _grouped(rows: list[Escalation], known: dict[int, Complaint], now: dt.datetime, held: dict[int, list[Held]]) -> dict[int, Raised]:
    found: dict[int, dict[int, list[Escalation]]] = {}
    for row in rows:
        found.setdefault(row.complaint_id, {}).setdefault(row.timer_id, []).append(row)
    grouped = {}
    for pk, timers in found.items():
        clocks = [_clock(known[pk], escalations, held.get(pk, []), now) for escalations in timers.values()]
        clocks.sort(key=lambda clock: not clock.face.timer.is_live)
        grouped[pk] = Raised(known[pk], clocks)
    return grouped


def _clock(complaint: Complaint, rows: list[Escalation], held: list[Held], now: dt.datetime) -> Clock:
    timer = rows[0].timer
    calendar = calendar_by_id(timer.calendar_id, complaint.branch.zone)
    return Clock(
        Face(timer, now, complaint.branch.tz), address(complaint.number, timer),
        second=any(row.rung == Rung.SECOND for row in rows), found_late=any(row.found_late for row in rows),
        owner=str(rows[0].owner or ""), shares=shares(held, timer, calendar, now),
    )  # fmt: skip


def of_complaint(complaint: Complaint, person: Person) -> list[Escalation]:
    """Of one complaint, what waits for this person; soonest due first."""
    return _of_complaint().rows(reach_of(person).ids, complaint.pk)


NO_COMPLAINT, NOBODY = 0, [0]


@cache
def _of_complaint() -> Prepared[Escalation]:
    """Put together once: every ticket asks it. As `to_me`, with marks for whom and for the complaint."""
    to_them = RawSQL('escalation_escalation."to" && %s::bigint[]', [NOBODY], output_field=BooleanField())
    rows = Escalation.objects.filter(UNANSWERED, to_them, complaint=NO_COMPLAINT)
    return Prepared(rows.select_related("timer").order_by("due", "id"), NOBODY, NO_COMPLAINT)
