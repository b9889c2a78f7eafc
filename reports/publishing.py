"""The road of a month's report (R40): made, written, prepared, reviewed, approved (which publishes) or sent back. The only way there is.

Each act is one transaction under the report's lock: version seen → may he → event in the house's chain, its texts as passages → signature
→ notices. Approving also freezes the figures, all of them as of one state of the database. `at` (UTC) only when the past is replayed. Not
here: who may (`deciders`), what is frozen (`freezing`), the calendar's beat (`periodic`).
"""

import datetime as dt
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import check_password
from django.db import OperationalError, connection, transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from complaints.actions import LOCKED_OR_DEADLOCK, PROOF_LASTS
from complaints.history import append, canonical, keyed
from complaints.models import Complaint, Event
from complaints.notices import Kind, tell_house
from complaints.refusals import BadInput, Busy, NotAllowed, NotPossible, Stale
from complaints.roster import standing_in_for
from escalation import clock
from escalation.calendars import calendar_of
from organisation.models import Branch, Department, Person

from .deciders import Decider, decider, deciders, may_write
from .freezing import freeze
from .models import MonthReport, Publication, SignOff
from .period import Period, following, preceding
from .states import AFTER, MADE, SENT_BACK, SIGNED, ReportState, Step

AGAIN = 3
NOT_SERIAL = "40001"  # somebody changed what was read since
MOST = 20_000  # characters of an analysis
FIELDS = ("text", "aim", "owner", "due")
CAUGHT_UP = 24  # months at most that one run makes up for

Measures = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Proof:
    """That somebody re-entered the password for one signature on one version of one report; good for 60 seconds."""

    person_id: int
    report_id: int
    version: int
    made: float

    def holds(self, actor: Person, report: MonthReport) -> bool:
        bound = (self.person_id, self.report_id, self.version)
        return bound == (actor.pk, report.pk, report.version) and time.monotonic() - self.made <= PROOF_LASTS


def prove(actor: Person, report_id: int, seen: int, password: str) -> Proof:
    """Check the password, before the transaction. Raises BadInput at `password` when it is wrong."""
    if not check_password(password, actor.password):
        raise BadInput({"password": _("That is not your password.")})
    return Proof(actor.pk, report_id, seen, time.monotonic())


# ── made by the calendar ─────────────────────────────────────────────────────────────────────────────────────


def make_due(branch: Branch, now: dt.datetime, *, mail: bool = True) -> list[MonthReport]:
    """Drafts of the months that are over and whose first working day after has begun, by the branch's calendar; those not there yet.

    A month that was missed while nothing ran is made up for. Before the first complaint there is nothing to report.
    """
    return [made for month in _months_due(branch, now) if (made := make(branch, month, now, mail=mail))]


def _months_due(branch: Branch, now: dt.datetime) -> Iterator[dt.date]:
    this = now.astimezone(branch.tz).date().replace(day=1)
    known = set(MonthReport.objects.filter(branch=branch, month__lt=this).order_by("-month").values_list("month", flat=True)[:CAUGHT_UP])
    last = preceding(this)
    month = following(max(known)) if known else last
    while month <= last:
        if now >= opens_on(branch, month) and _has_anything(branch, month):
            yield month
        month = following(month)


def opens_on(branch: Branch, month: dt.date) -> dt.datetime:
    """When work begins on the first working day after the month, UTC: local date, holidays, make-up days and half days counted."""
    over = dt.datetime.combine(following(month), dt.time(), branch.tz)
    return calendar_of(branch)[1].next_opening(over).astimezone(dt.UTC)


def _has_anything(branch: Branch, month: dt.date) -> bool:
    first = Complaint.objects.filter(branch=branch).order_by().aggregate(first=Min("received_at"))["first"]
    return first is not None and first.astimezone(branch.tz).date() < following(month)


@transaction.atomic
def make(branch: Branch, month: dt.date, at: dt.datetime, *, mail: bool = True) -> MonthReport | None:
    """The draft, its event and a notice to those who prepare it; None where there is one already."""
    report, made = MonthReport.objects.get_or_create(branch=branch, month=month, defaults={"made_at": at})
    if not made:
        return None
    report.branch = branch
    event = append(None, MADE, at=at, actor=None, body=_about(report))
    tell_house(event.pk, Kind.MONTH_TURN, [one.person for one in deciders(report)], branch=branch, at=at, mail=mail)
    return report


def _about(report: MonthReport, **more: Any) -> dict[str, Any]:
    where = {"report": report.pk, "branch": report.branch_id, "code": report.branch.code, "month": report.name}
    return {**where, "round": report.round, "version": report.version, **more}


# ── written by people ────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def save_text(report_id: int, *, actor: Person, seen: int, analysis: str, measures: Measures, at: dt.datetime | None = None) -> MonthReport:
    """Keep analysis and next month's measures; no event, for nobody has signed them. Raises NotPossible, Stale, NotAllowed, BadInput."""
    report = _locked(report_id)
    if report.version != seen:
        raise Stale(who_was_faster(report))
    if report.is_published:
        raise NotPossible(_("This month is published: nothing in it changes any more."))
    if not may_write(actor, report):
        raise NotAllowed(_("This is not yours to write."))
    if len(analysis) > MOST:
        raise BadInput({"analysis": _("That is too long.")})
    report.analysis = analysis
    report.measures = [{name: row.get(name, "") for name in FIELDS} for row in measures if row.get("text")]
    report.version, report.saved_at, report.saved_by = report.version + 1, at or clock.instant(), actor
    report.save(update_fields=["analysis", "measures", "version", "saved_at", "saved_by"])
    return report


def _locked(report_id: int) -> MonthReport:
    return MonthReport.objects.select_for_update(no_key=True, of=("self",)).select_related("branch", "saved_by").get(pk=report_id)


def who_was_faster(report: MonthReport) -> str:
    """Who changed it last and when, in the branch's time: what the loser of a race reads."""
    event = Event.objects.filter(complaint=None, kind__in=[SENT_BACK, *SIGNED.values()]).select_related("actor").order_by("-seq")
    signed = next((one for one in event[:20] if json.loads(one.body)["report"] == report.pk), None)
    who, at = report.saved_by, report.saved_at
    if signed and (at is None or signed.at > at):
        who, at = signed.actor, signed.at
    if at is None:
        return str(_("This report has changed meanwhile."))
    when = at.astimezone(report.branch.tz).strftime("%Y-%m-%d %H:%M")
    return str(_("%(who)s was faster and changed this report at %(when)s.")) % {"who": who, "when": when}


# ── signed ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Order:
    report_id: int
    actor: Person
    seen: int
    proof: Proof | None
    reason: str
    at: dt.datetime | None


def sign(report_id: int, *, actor: Person, seen: int, proof: Proof | None, reason: str = "", at: dt.datetime | None = None) -> MonthReport:
    """Give the next signature; the general manager's publishes. `reason` is asked where four eyes cannot be kept.

    Raises NotPossible, Stale, Busy (409), NotAllowed (403), BadInput (422); then nothing is stored.
    """
    order = _Order(report_id, actor, seen, proof, reason, at)
    outermost = not connection.in_atomic_block
    for _try in range(AGAIN):
        try:
            with transaction.atomic():
                if outermost:
                    _see_one_state()
                return _sign(order)
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) not in {NOT_SERIAL, *LOCKED_OR_DEADLOCK}:
                raise
    raise Busy(_("Somebody is working on this report this very moment. Try again."))


def _see_one_state() -> None:
    """Forty questions make a month: all of them are answered from the same state, however busy the desk is meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _sign(order: _Order) -> MonthReport:
    report = _locked(order.report_id)
    if report.version != order.seen:
        raise Stale(who_was_faster(report))
    step = report.step
    if step is None:
        raise NotPossible(_("This month is published: nothing in it changes any more."))
    standing = _may(report, order)
    at = order.at or clock.instant()
    frozen = freeze(Period(report.branch, report.month, at)) if step == Step.APPROVED else ""
    event = append(
        None, SIGNED[step], at=at, actor=order.actor, on_behalf=standing.on_behalf, body=_said(report, step, standing, frozen),
        texts={**texts_of(report), "reason": order.reason if standing.exception else ""},
    )  # fmt: skip
    _write(report, step, standing, event, frozen)
    report.state, report.version = AFTER[step], report.version + 1
    report.save(update_fields=["state", "version"])
    _tell(report, event, mail=order.at is None)
    return report


def _may(report: MonthReport, order: _Order) -> Decider:
    standing = decider(order.actor, report)
    if standing is None:
        raise NotAllowed(_("This is not yours to sign."))
    if order.proof is None or not order.proof.holds(order.actor, report):
        raise BadInput({"password": _("Enter your password to sign.")})
    if standing.exception and not order.reason:
        raise BadInput({"reason": _("Say why you sign although you signed this month already.")})
    return standing


def _said(report: MonthReport, step: Step, standing: Decider, frozen: str) -> dict[str, Any]:
    said = _about(report, step=step.value, exception=standing.exception)
    return said | ({"figures": Publication.digest_of(frozen)} if frozen else {})


def texts_of(report: MonthReport) -> dict[str, str]:
    """What is signed of the words, as passages keep it."""
    lines = "\n".join(" · ".join(filter(None, (row[name] for name in FIELDS))) for row in report.measures)
    return {"analysis": report.analysis, "measures": lines}


def content_of(report: MonthReport) -> str:
    """The keyed digest by which one sees whether the words are still those that were signed."""
    return keyed(canonical({"analysis": report.analysis, "measures": report.measures}))


def word_of(sign_off: SignOff, event_digest: str) -> dict[str, Any]:
    """What is hashed of a signature."""
    return {
        "report": sign_off.report_id, "event": event_digest, "meaning": sign_off.step, "person": sign_off.person_id,
        "on_behalf": sign_off.on_behalf_id, "round": sign_off.round, "at": sign_off.at, "content": sign_off.content,
        "exception": sign_off.exception,
    }  # fmt: skip


def _write(report: MonthReport, step: Step, standing: Decider, event: Event, frozen: str) -> None:
    row = SignOff(
        report=report, event=event, round=report.round, step=step.value, person=standing.person, on_behalf=standing.on_behalf,
        exception=standing.exception, at=event.at, content=content_of(report),
    )  # fmt: skip
    row.body = canonical(word_of(row, event.digest))
    row.digest = keyed(row.body)
    row.save(force_insert=True)
    if frozen:
        digest = Publication.digest_of(frozen)
        Publication.objects.create(
            report=report, event=event, by=standing.person, at=event.at, cutoff=event.at, content=frozen, digest=digest
        )


@transaction.atomic
def send_back(report_id: int, *, actor: Person, seen: int, reason: str, at: dt.datetime | None = None) -> MonthReport:
    """Back to draft, by whoever would sign next, with a reason; a new round begins. Raises NotPossible, Stale, NotAllowed, BadInput."""
    report = _locked(report_id)
    if report.version != seen:
        raise Stale(who_was_faster(report))
    if report.state not in {ReportState.PREPARED, ReportState.REVIEWED}:
        raise NotPossible(_("Only what is prepared or reviewed can be sent back."))
    standing = decider(actor, report)
    if standing is None:
        raise NotAllowed(_("This is not yours to send back."))
    if not reason:
        raise BadInput({"reason": _("Say what is to be put right.")})
    event = append(
        None, SENT_BACK, at=at or clock.instant(), actor=actor, on_behalf=standing.on_behalf, body=_about(report, state=report.state),
        texts={"reason": reason},
    )  # fmt: skip
    report.state, report.round, report.version = ReportState.DRAFT, report.round + 1, report.version + 1
    report.save(update_fields=["state", "round", "version"])
    _tell(report, event, mail=at is None)
    return report


# ── told ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _tell(report: MonthReport, event: Event, *, mail: bool) -> None:
    """Whose turn it is; of a published month all heads of the branch and the general manager, who signed it himself."""
    if report.is_published:
        kind, people = Kind.MONTH_PUBLISHED, readers(report.branch)
    else:
        kind = Kind.MONTH_BACK if event.kind == SENT_BACK else Kind.MONTH_TURN
        people = [one.person for one in deciders(report) if one.person.pk != event.actor_id]
    tell_house(event.pk, kind, people, branch=report.branch, at=event.at, mail=mail)


def readers(branch: Branch) -> list[Person]:
    """The general manager and the heads of the branch's departments, with who stands in for them today; each once."""
    heads = Department.objects.filter(branch=branch, is_active=True, head__isnull=False).order_by("code").values_list("head", flat=True)
    keys = list(dict.fromkeys([branch.gm_id, *heads] if branch.gm_id else heads))
    people = Person.objects.in_bulk(keys)
    deputies = standing_in_for(frozenset(keys))
    found = {one.pk: one for key in keys for one in (people[key], *deputies.get(key, [])) if one.is_active}
    return list(found.values())
