"""What a move writes beside the complaint's own row: parts, rounds, measures, words, promises, files.

Each effect is named like its move and runs inside the door's transaction, with the complaint locked and already moved. It notes ids and
dates for the event and never saves the complaint. Not here: whether the move is allowed (`checks`, `rules`, `standing`).
"""

import datetime as dt
from collections.abc import Callable, Iterable

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from escalation.models import Escalation
from escalation.models.escalations import UNANSWERED

from . import answers, meetings, owing, planrows
from .authority import authority
from .deed import Deed
from .granting import end_parts, give_part
from .judgement import graded
from .models import ArchiveFile, Assignment, Attachment, Complaint, Link, Measure, Part, Promise, Recurrence, Round, Word
from .models.authority import amount_limits_of
from .plans import CODED_COLUMNS, COLUMNS, WORDED_COLUMNS, MeasureDraft, PlanDraft
from .refusals import NotPossible
from .states import Authority, Means, MeasureKind, PartKind, State, Verdict, WordKind
from .verdicts import Found, found_in

LINKED_ALREADY = _("They are linked already.")
COPIED = ("position", "kind", "text", "owner_id", "due_on", "done_at", "evidence")


def apply(deed: Deed) -> None:
    effect = EFFECTS.get(deed.move.name)
    if effect:
        effect(deed)
    if deed.complaint.state == State.CLOSED and not deed.move.is_act:
        want_archive(deed.complaint, deed.at)


def want_archive(complaint: Complaint, at: dt.datetime) -> ArchiveFile:
    """Ask for the file of a closed complaint (R27); whoever asked before is answered by the same one. `at` is an instant, UTC."""
    return ArchiveFile.objects.get_or_create(complaint=complaint, made_at=None, defaults={"wanted_at": at})[0]


# ── parts (R4) ───────────────────────────────────────────────────────────────────────────────────────────────


def _assigned(deed: Deed) -> None:
    """The department sees it from now on; one that had it before goes on seeing it."""
    Assignment.objects.filter(complaint=deed.complaint, until__isnull=True).update(until=deed.at)
    Assignment.objects.create(complaint=deed.complaint, department=deed.inputs["department"], at=deed.at)
    if deed.inputs.get("handler"):
        _handler(deed)


def _unassigned(deed: Deed) -> None:
    Assignment.objects.filter(complaint=deed.complaint, until__isnull=True).update(until=deed.at)


def _handler(deed: Deed) -> None:
    end_parts(deed, PartKind.HANDLER)
    give_part(deed, deed.inputs["handler"], PartKind.HANDLER)


def _confirmed(deed: Deed) -> None:
    _handler(deed)
    present = Round.objects.filter(complaint=deed.complaint, number=deed.complaint.round).first()
    if present is None:
        Round.objects.create(complaint=deed.complaint, number=deed.complaint.round, opened_at=deed.at)
    elif present.proposed_at is not None:
        deed.complaint.round += 1
        open_round(deed, because="")


def _acting_head(deed: Deed) -> None:
    end_parts(deed, PartKind.ACTING_HEAD)
    give_part(deed, deed.inputs["person"], PartKind.ACTING_HEAD)


def _handed_over(deed: Deed) -> None:
    """What the leaving person still has to do here goes to the successor (R2); what he did stays his. Of a closed one only measures."""
    complaint, leaving, successor = deed.complaint, deed.inputs["leaving"], deed.inputs["successor"]
    owned = Measure.objects.filter(complaint=complaint, owner=leaving)
    to_do = owned.filter(round__number=complaint.round, done_at=None)
    deed.noted["measures"] = list(to_do.order_by("pk").values_list("pk", flat=True))
    to_do.update(owner=successor)
    promised = Promise.objects.filter(Q(owner=leaving) | Q(owner=None, made_by=leaving), complaint=complaint, kept_at=None, broken_at=None)
    deed.noted["promises"] = list(promised.order_by("pk").values_list("pk", flat=True))
    promised.update(owner=successor)
    kinds = {PartKind.OWNER} if deed.noted["measures"] else set()
    if complaint.is_open:
        kinds |= {PartKind.HANDLER, PartKind.ACTING_HEAD, PartKind.STATEMENT, PartKind.INVITED}
        meetings.hand_over(deed, leaving, successor)
    parts = Part.objects.filter(complaint=complaint, person=leaving, kind__in=kinds, until__isnull=True)
    for part in parts:
        give_part(deed, successor, PartKind(part.kind))
    (parts.exclude(kind=PartKind.OWNER) if owned.exists() else parts).update(until=deed.at)


def _asked(deed: Deed) -> None:
    give_part(deed, deed.inputs["person"], PartKind.STATEMENT)


def _stated(deed: Deed) -> None:
    Part.objects.filter(complaint=deed.complaint, person=deed.actor, kind=PartKind.STATEMENT, until__isnull=True).update(until=deed.at)


# ── rounds (R19) ─────────────────────────────────────────────────────────────────────────────────────────────


def present_round(deed: Deed) -> Round:
    return Round.objects.get(complaint=deed.complaint, number=deed.complaint.round)


def write_plan(round_: Round, plan: PlanDraft) -> None:
    """Put a plan into a round that is not proposed yet; measures left out are taken away, done containment stays."""
    plan = plan.with_causes()
    for name in COLUMNS:
        setattr(round_, name, getattr(plan, name))
    for name in planrows.SHAPES:
        setattr(round_, name, planrows.stored(getattr(plan, name)))
    kept = {draft.id for draft in plan.measures if draft.id}
    left_out = round_.measures.filter(done_at__isnull=True).exclude(pk__in=kept)
    Attachment.objects.filter(measure__in=left_out).update(measure=None)  # its evidence stays with the complaint
    left_out.delete()
    for position, draft in enumerate(plan.measures):
        _write_measure(round_, position, draft)


def _write_measure(round_: Round, position: int, draft: MeasureDraft) -> None:
    values = {"position": position, "kind": draft.kind, "text": draft.text, "owner": draft.owner, "due_on": draft.due_on}
    changed = round_.measures.filter(pk=draft.id).update(**values) if draft.id else 0
    if not changed:
        Measure.objects.create(round=round_, complaint_id=round_.complaint_id, **values)


def _proposed(deed: Deed) -> None:
    """Freeze the round: from here on only review, approval and carrying out touch it. Every word of it goes into the event's passages."""
    plan: PlanDraft = deed.inputs["plan"]
    round_ = present_round(deed)
    write_plan(round_, plan)
    round_.drafted_by, round_.proposed_at, round_.saved_at = deed.actor, deed.at, deed.at
    round_.save()
    measures = list(round_.measures.select_related("owner"))
    deed.unlisted = frozenset({"plan"})
    deed.noted["plan"] = coded_plan(round_, measures)
    deed.texts.update(plan_texts(round_, measures))
    _needs_authority(deed, round_)
    for measure in measures:
        give_part(deed, measure.owner, PartKind.OWNER)


def _needs_authority(deed: Deed, round_: Round) -> None:
    """Whose decision the amount takes goes with the complaint (R20); that there is no group to ask is noted."""
    complaint = deed.complaint
    limits = amount_limits_of(complaint.branch_id, round_.remedy_currency)
    complaint.remedy_level = authority(round_.remedy_amount, limits).value
    if complaint.remedy_level == Authority.GROUP and not complaint.branch.in_group:
        deed.noted["no_group"] = True


def coded_plan(round_: Round, measures: list[Measure]) -> dict[str, object]:
    rows = [{"id": m.pk, "kind": m.kind, "owner": m.owner_id, "due_on": m.due_on} for m in measures]
    columns = {name: getattr(round_, name) for name in CODED_COLUMNS}
    beside = {name: planrows.coded(name, getattr(round_, name)) for name in planrows.SHAPES}
    return {"round": round_.number, **columns, "measures": rows, "rows": beside}


def plan_texts(round_: Round, measures: list[Measure]) -> dict[str, str]:
    texts = {name: getattr(round_, name) for name in WORDED_COLUMNS}
    for name in planrows.SHAPES:
        texts |= dict(planrows.texts(name, getattr(round_, name)))
    return texts | {f"measure:{m.pk}": m.text for m in measures}


def _reviewed(deed: Deed) -> None:
    _decided(deed, "reviewed")


def _approved(deed: Deed) -> None:
    _decided(deed, "approved")


def _group_approved(deed: Deed) -> None:
    _decided(deed, "group_approved")


def _decided(deed: Deed, slot: str) -> None:
    round_ = present_round(deed)
    setattr(round_, f"{slot}_by", deed.actor)
    setattr(round_, f"{slot}_at", deed.at)
    if deed.standing.exception:
        round_.four_eyes_exception = deed.inputs["exception"]
        deed.noted["four_eyes_exception"] = True
    round_.save()


def _next_round(deed: Deed) -> None:
    open_round(deed, because=deed.inputs["reason"])


def open_round(deed: Deed, because: str) -> None:
    """Open the complaint's present round with a copy of the one before, so that nothing is typed twice and both stay readable."""
    before = Round.objects.filter(complaint=deed.complaint, number__lt=deed.complaint.round).order_by("-number").first()
    after = Round(complaint=deed.complaint, number=deed.complaint.round, opened_at=deed.at, opened_because=because)
    if before:
        for name in (*COLUMNS, *(planrows.SHAPES.keys() - {"answers"})):  # they answer what the round before was asked
            setattr(after, name, getattr(before, name))
    after.save()
    copies = before.measures.all() if before else []
    Measure.objects.bulk_create(
        [
            Measure(round=after, complaint=deed.complaint, **{name: getattr(m, name) for name in COPIED})
            for m in copies
            if m.effective is not False
        ]
    )


def _not_effective(deed: Deed) -> None:
    _verified(deed)
    _next_round(deed)


# ── measures on their way (R26) ──────────────────────────────────────────────────────────────────────────────


def _contained(deed: Deed) -> None:
    round_, _made = Round.objects.get_or_create(complaint=deed.complaint, number=deed.complaint.round, defaults={"opened_at": deed.at})
    done = bool(deed.inputs.get("done"))
    measure = Measure.objects.create(
        round=round_, complaint=deed.complaint, kind=MeasureKind.CONTAINMENT, text=deed.inputs["text"], owner=deed.inputs["owner"],
        due_on=deed.inputs["due_on"], done_at=deed.at if done else None, evidence=deed.inputs.get("done_note", "") if done else "",
    )  # fmt: skip
    deed.noted["measure"] = measure.pk
    give_part(deed, measure.owner, PartKind.OWNER)


def _done(deed: Deed) -> None:
    measure: Measure = deed.inputs["measure"]
    measure.done_at, measure.evidence = deed.at, deed.inputs["evidence"]
    measure.save(update_fields=["done_at", "evidence"])


def _verified(deed: Deed) -> None:
    """A verifier's word on measures; from then on he has a part in the complaint (R4, R26). Several at once are noted by id and verdict."""
    verdicts = found_in(deed.move.name, deed.inputs)
    for found in verdicts:
        _judged(deed, found)
        if found.files:
            attach(deed, found.files, found.measure)
    if deed.inputs.get("verdicts"):
        deed.unlisted = frozenset({"verdicts"})
        deed.noted["found"] = [[found.measure.pk, str(found.verdict)] for found in verdicts]
        deed.texts.update({f"verdict:{found.measure.pk}": found.words for found in verdicts})
    if undone := [found.measure.pk for found in verdicts if found.verdict == Verdict.UNDONE]:
        deed.noted["undone"] = undone
    if deed.inputs.get("exception"):
        Round.objects.filter(pk__in={found.measure.round_id for found in verdicts}).update(four_eyes_exception=deed.inputs["exception"])
        deed.noted["four_eyes_exception"] = True
    if deed.actor:
        give_part(deed, deed.actor, PartKind.VERIFIER)


def _judged(deed: Deed, found: Found) -> None:
    """What is found not to have been carried out is the owner's again, as if it had never been reported."""
    measure: Measure = found.measure
    if found.verdict == Verdict.UNDONE:
        measure.done_at, measure.evidence = None, ""
    else:
        measure.verified_by, measure.verified_at, measure.verification = deed.actor, deed.at, found.words
        measure.effective = found.verdict == Verdict.WORKS
    measure.save()


# ── watched after closing (R26a) ─────────────────────────────────────────────────────────────────────────────

WATCHED_KINDS = (MeasureKind.CORRECTIVE, MeasureKind.PREVENTIVE)


def _recurred(deed: Deed) -> None:
    """The same problem again: what was to keep it from coming back did not work. Who verified it and what he saw stays on record."""
    Recurrence.objects.create(complaint=deed.complaint, other=deed.inputs["other"], at=deed.at)
    rows = Measure.objects.filter(complaint=deed.complaint, round__number=deed.complaint.round, kind__in=WATCHED_KINDS)
    failed = rows.filter(done_at__isnull=False).exclude(effective=False).order_by("pk")
    deed.noted["failed"] = list(failed.values_list("pk", flat=True))
    Measure.objects.filter(pk__in=deed.noted["failed"]).update(effective=False)


def _dates_fixed(deed: Deed) -> None:
    """Who does it and by when, by measure id, as agreed for carrying out (R22)."""
    dates, owners = deed.inputs.get("dates") or {}, deed.inputs.get("owners") or {}
    for measure in Measure.objects.filter(complaint=deed.complaint, round__number=deed.complaint.round, pk__in=[*dates, *owners]):
        measure.due_on, measure.owner = dates.get(measure.pk, measure.due_on), owners.get(measure.pk, measure.owner)
        measure.save(update_fields=["due_on", "owner"])
        give_part(deed, measure.owner, PartKind.OWNER)


def _redated(deed: Deed) -> None:
    """Another day for one measure, agreed anew; the event keeps the one before."""
    measure: Measure = deed.inputs["measure"]
    deed.noted["due_before"] = measure.due_on
    measure.due_on = deed.inputs["due_on"]
    measure.save(update_fields=["due_on"])


# ── words with the customer (R21, R23-R25) ───────────────────────────────────────────────────────────────────


def said(kind: WordKind, field: str = "text", means: str = "") -> Callable[[Deed], None]:
    """An effect that keeps what was said between us and the customer."""

    def effect(deed: Deed) -> None:
        Word.objects.create(
            complaint=deed.complaint, kind=kind, means=deed.inputs.get("means") or means, text=deed.inputs.get(field) or "",
            at=deed.inputs.get("told_at") or deed.at, by=deed.actor,
        )  # fmt: skip

    return effect


def _chased(deed: Deed) -> None:
    said(WordKind.CHASED, "words", Means.TELEPHONE)(deed)
    deed.noted["chased"] = deed.complaint.chased


def _promised(deed: Deed) -> None:
    promise = Promise.objects.create(
        complaint=deed.complaint, text=deed.inputs["text"], due_on=deed.inputs["due_on"], made_at=deed.at, made_by=deed.actor
    )
    deed.noted["promise"] = promise.pk


def _kept(deed: Deed) -> None:
    promise: Promise = deed.inputs["promise"]
    promise.kept_at = deed.at
    promise.save(update_fields=["kept_at"])


# ── what ran out (R29) ───────────────────────────────────────────────────────────────────────────────────────


def _escalation_acknowledged(deed: Deed) -> None:
    """The word on what is to be done, at all of these that wait; the event names them."""
    waiting = Escalation.objects.filter(UNANSWERED, complaint=deed.complaint, pk__in=deed.inputs["escalations"])
    deed.unlisted = frozenset({"escalations"})
    deed.noted["escalations"] = sorted(waiting.values_list("pk", flat=True))
    waiting.update(
        acknowledged_at=deed.at, acknowledged_by=deed.actor, instruction=deed.inputs["instruction"], wanted_by=deed.inputs.get("wanted_by")
    )


# ── record ───────────────────────────────────────────────────────────────────────────────────────────────────


def _files(deed: Deed) -> None:
    deed.unlisted = frozenset({"files"})
    attach(deed, deed.inputs["files"])


def attach(deed: Deed, files: Iterable[Attachment], measure: Measure | None = None) -> None:
    """Give uploaded files to the complaint as numbered evidence; the event names them by id and sha256, never by name."""
    files = list(files)
    last = deed.complaint.attachments.aggregate(last=Max("number"))["last"] or 0
    for number, file in enumerate(files, last + 1):
        file.complaint, file.draft, file.number = deed.complaint, None, number
        file.measure = measure or deed.inputs.get("measure")
        file.save(update_fields=["complaint", "draft", "number", "measure"])
        deed.texts[f"file:{file.pk}"] = file.name
    deed.noted.setdefault("files", []).extend([file.pk, file.sha256] for file in files)


def _linked(deed: Deed) -> None:
    """Of two people who link the same two at once, from either side, one comes second."""
    try:
        with transaction.atomic():
            Link.objects.create(complaint=deed.complaint, other=deed.inputs["other"], kind=deed.inputs["kind"], by=deed.actor, at=deed.at)
    except IntegrityError as error:
        raise NotPossible(LINKED_ALREADY) from error


def _judgement(deed: Deed) -> None:
    """The grade as worked out (R15), and of a major one memo and meeting (R17)."""
    graded(deed)
    meetings.judged(deed)


EFFECTS: dict[str, Callable[[Deed], None]] = {
    "answer_on_the_spot": said(WordKind.EXPLAINED, "explained"),
    "reject_as_not_factual": said(WordKind.EXPLAINED, "explained"),
    "judge_invalid": said(WordKind.EXPLAINED, "explained"),
    "judge": _judgement,
    "change_nature": meetings.judged,
    "change_type": meetings.typed,
    "record_call": meetings.called_by_telephone,
    "call_meeting": meetings.called,
    "answer_invitation": meetings.answered,
    "record_attendance": meetings.attended,
    "raise_objection": meetings.objected,
    "settle_objection": meetings.settled,
    "resolve_meeting": meetings.resolved,
    "agree_resolution": meetings.agreed,
    "take_over": meetings.taken_over,
    "assign": _assigned,
    "reassign_department": _assigned,
    "contest": _unassigned,
    "dispute_facts": _unassigned,
    "confirm": _confirmed,
    "reassign_handler": _handler,
    "name_acting_head": _acting_head,
    "hand_over": _handed_over,
    "ask_statement": _asked,
    "give_statement": _stated,
    "propose": _proposed,
    "review_ok": _reviewed,
    "approve": _approved,
    "group_approve": _group_approved,
    "review_ng": _next_round,
    "approve_ng": _next_round,
    "group_ng": _next_round,
    "redo": _next_round,
    "crisis": _next_round,
    "not_effective": _not_effective,
    "contain": _contained,
    "measure_done": _done,
    "verify": _verified,
    "fail_after_closing": _verified,
    "recurred": _recurred,
    "fix_dates": _dates_fixed,
    "redate_measure": _redated,
    "send_reply": answers.replied,
    "customer_agrees": said(WordKind.AGREED, "words"),
    "customer_refuses": said(WordKind.REFUSED, "words"),
    "no_answer": said(WordKind.NO_ANSWER),
    "remind": owing.reminded,
    "record_visit": answers.visited,
    "not_reached": answers.tried,
    "withdraw": said(WordKind.WITHDRAWN, "words"),
    "acknowledge": said(WordKind.ACKNOWLEDGED),
    "tell": said(WordKind.UPDATE),
    "chase": _chased,
    "promise": _promised,
    "keep_promise": _kept,
    "acknowledge_escalation": _escalation_acknowledged,
    "add_file": _files,
    "link": _linked,
    "regrade": graded,
}
