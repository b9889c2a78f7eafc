"""Proving the months: is every signature the one given, and every published figure and word the one published?

The events and their texts are the house's chain, proved with it (`complaints.verification`). What is signed names its event's digest; what
is published is named, by its digest, in its event. Not here: the figures' definitions; a published month says what they said then.
"""

import json
from collections.abc import Iterator
from typing import Any

from complaints.chains import HOUSE, Finding
from complaints.history import canonical, keyed
from complaints.models import Event

from .models import MonthReport, Publication, SignOff
from .publishing import content_of, word_of
from .states import SIGNED, ReportState, Step


def findings() -> Iterator[Finding]:
    """What is wrong, each with the number of the entry in the house's chain that it belongs to."""
    signed = set()
    for one in SignOff.objects.select_related("event", "report").order_by("id"):
        signed.add(one.event_id)
        if wrong := _signature_wrong(one):
            yield Finding(HOUSE, one.event.seq, wrong)
    for event in Event.objects.filter(complaint=None, kind__in=SIGNED.values()).order_by("seq"):
        if event.pk not in signed:
            yield Finding(HOUSE, event.seq, f"“{event.kind}” lacks its signature")
    for report in MonthReport.objects.filter(state=ReportState.PUBLISHED).select_related("publication__event").order_by("id"):
        if wrong := _publication_wrong(report):
            yield Finding(HOUSE, 0, f"the month {report.name}: {wrong}")


def _signature_wrong(one: SignOff) -> str:
    event, said = one.event, json.loads(one.event.body)
    named = (said.get("report"), said.get("step"), said.get("round"), said.get("exception"))
    columns = (event.kind, event.actor_id, event.on_behalf_id, event.at)
    if named != (one.report_id, one.step, one.round, one.exception) or columns != (
        SIGNED.get(Step(one.step)), one.person_id, one.on_behalf_id, one.at,
    ):  # fmt: skip
        return f"“{event.kind}”: the signature is not of this entry"
    if one.body != canonical(word_of(one, event.digest)) or one.digest != keyed(one.body):
        return f"“{event.kind}”: the signature does not match"
    return ""


def _publication_wrong(report: MonthReport) -> str:
    kept: Publication | None = getattr(report, "publication", None)
    if kept is None:
        return "what was published is missing"
    said: dict[str, Any] = json.loads(kept.event.body)
    if not kept.is_sound() or said.get("figures") != kept.digest or said.get("report") != report.pk:
        return "the published figures were changed: their digest does not fit"
    if (kept.at, kept.cutoff, kept.by_id) != (kept.event.at, kept.event.at, kept.event.actor_id):
        return "who published it, or when, was changed"
    approved = SignOff.objects.filter(report=report, event=kept.event, step=Step.APPROVED).first()
    if approved is None or approved.content != content_of(report):
        return "its words are not those that were signed"
    return ""


def count() -> tuple[int, int]:
    """How many months are published, how many signatures they and those on their way have."""
    return Publication.objects.count(), SignOff.objects.count()
